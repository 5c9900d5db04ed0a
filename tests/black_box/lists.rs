//! Lists of Spaces, the bot's state, and languages, as people meet them.

use serde_json::{Value, json};
use spacebell_sim::discord::{self, Interaction, Message, Outcome, Reply, bits};
use spacebell_sim::x;

use crate::support::{PATIENCE, World, in_minutes};

/// Seven Spaces about jazz; the first four are live, the later the fuller.
fn jazz(world: &World) -> Vec<x::SpaceId> {
    let spaces = (0..7_u64).map(|n| {
        let host = world.x.add_user(format!("70{n}"), &format!("band_{n}"), &format!("Band {n}"));
        if n >= 4 {
            return world.x.schedule(&host, &format!("Jazz {n}"), in_minutes(600)).expect("good test data");
        }
        let space = world.x.start_now(&host, &format!("Jazz {n}")).expect("good test data");
        world.x.set_count(&space, 100 + n).expect("good test data");
        space
    });
    spaces.collect()
}

fn shown(reply: &Reply) -> String {
    let embeds: Vec<String> = reply.embeds().iter().map(Value::to_string).collect();
    format!("{}\n{}", reply.content(), embeds.join("\n"))
}

fn message(reply: &Reply) -> u64 {
    reply.message.as_ref().expect("a message").id
}

fn menu(reply: &Reply) -> String {
    let rows = reply.components().iter();
    let parts = rows.flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let menu = parts.into_iter().find(|part| part["type"] == 3).expect("a menu");
    menu["custom_id"].as_str().expect("its id").to_owned()
}

async fn pressed(world: &World, user: u64, message: u64, button: &str) -> Reply {
    let pressed = world.discord.user(user).in_channel(world.channel).press(message, button);
    world.final_reply(&pressed.unwrap_or_else(|refused| panic!("{button}: {refused}"))).await
}

/// What the message shows now.
fn now(world: &World, message: u64) -> String {
    let message: Message = world.discord.message(world.channel, message).expect("it is there");
    message.embeds.iter().map(Value::to_string).collect()
}

#[tokio::test]
async fn a_search_is_paged_opened_shared_and_survives_a_restart() {
    let world = World::new().await;
    let spaces = jazz(&world);
    let bot = world.start().await;
    let first = world.says("space search", json!({ "query": "jazz" })).await;
    assert!(first.is_ephemeral());
    let text = shown(&first);
    assert!(text.contains("7 Spaces") && text.find("Jazz 3") < text.find("Jazz 0"), "{text}");
    assert!(bot.stop().await.success());
    let bot = world.start().await;

    let list = message(&first);
    pressed(&world, world.moderator, list, "Next ▶").await;
    let second = now(&world, list);
    assert!(second.contains("Page 2 of 2") && !second.contains("Jazz 3"), "{second}");
    let opened = world.discord.user(world.moderator).in_channel(world.channel).select(
        list,
        &menu(&first),
        &[&spaces[6].to_string()],
    );
    // The menu of the second page holds what the second page shows.
    let opened = world.final_reply(&opened.expect("picked")).await;
    assert_eq!(opened.embeds()[0]["title"], "Jazz 6");
    assert!(opened.is_ephemeral());

    let shared = pressed(&world, world.moderator, list, "Share").await;
    assert!(!shared.is_ephemeral() && shown(&shared).contains("Page 2 of 2"));
    let public = message(&shared);
    // A member gets a copy; the shared list stays on its page.
    let copy = pressed(&world, world.member, public, "◀ Back").await;
    assert!(copy.is_ephemeral() && shown(&copy).contains("Page 1 of 2"), "{}", shown(&copy));
    assert!(now(&world, public).contains("Page 2 of 2"));
    pressed(&world, world.moderator, public, "◀ Back").await;
    assert!(now(&world, public).contains("Page 1 of 2"));
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn filters_and_order_are_as_asked_and_one_look_at_x_serves_all() {
    let world = World::new().await;
    let spaces = jazz(&world);
    world.x.set_lang(&spaces[0], Some("ja")).expect("good test data");
    world.x.set_lang(&spaces[1], Some("en")).expect("good test data");
    world.x.set_ticketed(&spaces[2], true).expect("good test data");
    let bot = world.start().await;
    let all = world.says("space search", json!({ "query": "jazz", "sort": "soonest" })).await;
    assert!(shown(&all).find("Jazz 0") < shown(&all).find("Jazz 4"));
    let japanese = json!({ "query": "jazz", "state": "live", "language": "ja", "tickets": "free" });
    let text = shown(&world.says("space search", japanese).await);
    assert!(text.contains("Jazz 0") && text.contains("Jazz 3"), "unknown languages pass: {text}");
    assert!(!text.contains("Jazz 1") && !text.contains("Jazz 2") && !text.contains("Jazz 4"), "{text}");
    let ticketed =
        shown(&world.says("space search", json!({ "query": "jazz", "tickets": "ticketed" })).await);
    assert!(ticketed.contains("One Space") && ticketed.contains("Jazz 2"), "{ticketed}");
    assert_eq!(world.x.count(x::Endpoint::SpaceSearch), 1);
    let languages = world
        .discord
        .user(world.moderator)
        .in_channel(world.channel)
        .locale("ja")
        .autocomplete("space search", "language", "ja", json!({ "query": "jazz" }))
        .expect("good test data");
    let languages = languages.reply(PATIENCE).await.expect("good test data");
    assert_eq!(languages.choices(), [("日本語 (ja)".to_owned(), json!("ja"))]);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn hosts_spaces_are_shown_and_ring_where_they_are_followed() {
    let world = World::new().await;
    jazz(&world);
    let bot = world.start().await;
    let reply = world.says("space by", json!({ "hosts": "@band_0, band_5 nobody_here nasa" })).await;
    let text = shown(&reply);
    assert!(text.contains("2 Spaces") && text.contains("Jazz 0") && text.contains("Jazz 5"), "{text}");
    assert!(reply.content().contains("nobody\\_here"), "{}", reply.content());
    let none = world.says("space by", json!({ "hosts": "nasa" })).await;
    assert!(none.content().contains("have no Space"), "{}", none.content());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_message_s_menu_shows_the_spaces_that_it_links_to() {
    let world = World::new().await;
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "Hubble at 36").expect("good test data");
    let person = || world.discord.user(world.member).in_channel(world.channel);
    let text = format!("listen: https://twitter.com/i/spaces/{space}?s=20");
    let written = world.discord.write(world.channel, world.member, &text);
    let reply =
        world.final_reply(&person().message_command("Show Space", written).expect("good test data")).await;
    assert!(reply.is_ephemeral());
    assert_eq!(reply.embeds()[0]["title"], "Hubble at 36");
    // The bot's own messages link by their buttons and cards alone.
    let own = world.says("space show", json!({ "space": space.to_string(), "private": false })).await;
    let own = person().message_command("Show Space", message(&own)).expect("good test data");
    assert_eq!(world.final_reply(&own).await.embeds()[0]["title"], "Hubble at 36");
    let idle = world.discord.write(world.channel, world.member, "no link");
    let reply =
        world.final_reply(&person().message_command("Show Space", idle).expect("good test data")).await;
    assert!(reply.content().contains("links to no Space"), "{}", reply.content());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn share_is_for_those_who_may_send_here() {
    let world = World::new().await;
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "Hubble at 36").expect("good test data");
    let quiet = world.discord.add_channel(world.guild, "quiet", 0);
    let target = discord::Target::Member(world.member);
    world.discord.set_overwrite(quiet, target, 0, bits::SEND_MESSAGES);
    let person = || world.discord.user(world.member).in_channel(quiet);
    let options = json!({ "space": space.to_string(), "private": false });
    let shown = world.final_reply(&person().command("space show", options).expect("good test data")).await;
    assert!(shown.is_ephemeral(), "who may not send here shows nothing to others");
    let refused = world.final_reply(&person().press(message(&shown), "Share").expect("good test data")).await;
    assert!(refused.is_ephemeral() && refused.content().contains("can’t send messages"));
    let here = world.says("space show", json!({ "space": space.to_string() })).await;
    let shared = pressed(&world, world.moderator, message(&here), "Share").await;
    assert!(!shared.is_ephemeral());
    assert_eq!(shared.embeds()[0]["title"], "Hubble at 36");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn members_are_told_the_state_and_operators_the_figures() {
    let world = World::new().await;
    let operator = world.discord.add_user("ola");
    world.discord.add_member(world.guild, operator, 0);
    let bot = world.start_with(&[("OPERATOR_USER_IDS", &operator.to_string())]).await;
    let status = async |user: u64| {
        let asked = world.discord.user(user).in_channel(world.channel).command("status", json!({}));
        world.final_reply(&asked.expect("good test data")).await
    };
    let member = status(world.member).await;
    assert!(member.is_ephemeral() && shown(&member).contains("Working"), "{}", shown(&member));
    assert!(!shown(&member).contains("Outbox"));
    for text in [shown(&status(operator).await), {
        // The owner of the application, in a direct message.
        let owner = world.discord.user(discord::Settings::default().owner_id);
        shown(&world.final_reply(&owner.command("status", json!({})).expect("good test data")).await)
    }] {
        assert!(text.contains("Outbox") && text.contains("spaces_by_creators"), "{text}");
        assert!(text.contains("of $5.00"), "{text}");
    }
    world.x.configure(|settings| settings.spent_status = x::SpentStatus::TooManyRequests);
    world.x.set_credits(Some(0));
    world.says("space show", json!({ "space": "1NoCredits" })).await;
    let degraded = shown(&status(world.member).await);
    assert!(degraded.contains("Degraded") && degraded.contains("credits"), "{degraded}");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_japanese_reader_is_answered_and_a_japanese_server_rung_in_japanese() {
    let world = World::new().await;
    world.discord.set_guild_locale(world.guild, "ja");
    let bot = world.start().await;
    let reader = |locale: &str, command: &str, options: Value| -> Interaction {
        let person = world.discord.user(world.moderator).in_channel(world.channel).locale(locale);
        person.command(command, options).expect("good test data")
    };
    let help = world.final_reply(&reader("ja", "help", json!({}))).await;
    assert!(shown(&help).contains("3ステップ"), "{}", shown(&help));
    let english = world.final_reply(&reader("en-US", "help", json!({}))).await;
    assert!(shown(&english).contains("Three steps"), "{}", shown(&english));
    let mistake = world.final_reply(&reader("ja", "space show", json!({ "space": "no/space" }))).await;
    assert!(mistake.content().ends_with('。'), "{}", mistake.content());
    world.final_reply(&reader("en-US", "follow host", json!({ "host": "nasa" }))).await;
    assert!(bot.stop().await.success());
    // After a restart the posts still speak the server's language.
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "ハッブル").expect("good test data");
    let post = world.message(|message| message.content.contains("ライブ中")).await;
    assert!(post.components[0].to_string().contains("聴く"), "{:?}", post.components);
    let shared = reader("en-US", "space show", json!({ "space": space.to_string(), "private": false }));
    let shared = world.final_reply(&shared).await;
    assert!(shown(&shared).contains("ライブ中"), "what all see is in the server's language");
    // The server changes its mind, and an edit follows.
    world.discord.set_guild_locale(world.guild, "en-US");
    world.says("help", json!({})).await;
    world.x.rename(&space, Some("Hubble")).expect("good test data");
    world.message(|message| message.content.contains("is live")).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_moderator_keeps_a_host_out_of_keyword_posts_by_the_post_s_button() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_with(json!({ "keyword": "jazz" })).await;
    let spammer = world.x.add_user("666", "spammer", "Spam");
    let bot = world
        .while_down(bot, || {
            world.x.start_now(&spammer, "Jazz for money").expect("good test data");
        })
        .await;
    let post = world.message(|message| message.content.contains("Spam")).await;
    assert!(bot.stop().await.success());
    let bot = world.start().await;

    let refused = pressed(&world, world.member, post.id, "Never this host here").await;
    assert!(refused.is_ephemeral() && refused.content().contains("Manage Server"));
    let blocked = pressed(&world, world.moderator, post.id, "Never this host here").await;
    assert!(blocked.is_ephemeral() && blocked.content().contains("spammer"), "{}", blocked.content());
    let list = shown(&world.says("follow block", json!({})).await);
    assert!(list.contains("spammer"), "{list}");
    world.x.start_now(&spammer, "Jazz for more money").expect("good test data");
    let fan = world.x.add_user("667", "fan", "A fan");
    world.x.start_now(&fan, "Jazz for joy").expect("good test data");
    // A keyword is looked for every two minutes at most; what somebody searches for rings as well.
    world.says("space search", json!({ "query": "jazz" })).await;
    world.message(|message| message.content.contains("A fan")).await;
    assert_eq!(world.posts().len(), 2, "the blocked host is left out");
    pressed(&world, world.moderator, message(&blocked), "Undo").await;
    let list = world.says("follow block", json!({})).await;
    assert!(list.content().contains("Nothing is blocked"), "{}", shown(&list));
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn hostile_words_for_each_new_option_are_answered_with_a_sentence() {
    let world = World::new().await;
    let bot = world.start_with(&[("MAX_QUERIES_PER_PERSON", "100000")]).await;
    let texts = [
        String::new(),
        "x".repeat(10_000),
        "\u{0}\u{1}\u{7f}\u{1b}[31m".to_owned(),
        "\u{202e}\u{2066}\u{200f}".to_owned(),
        "🦀🚀".to_owned(),
        "@everyone".to_owned(),
        "**bold** [a](https://b.test) `c`".to_owned(),
        "https://evil.test/i/spaces/1abcdefghijkl".to_owned(),
        "'; DROP TABLE lists; --".to_owned(),
    ];
    for text in &texts {
        for (command, option) in [
            ("search", "query"),
            ("search", "state"),
            ("search", "sort"),
            ("search", "tickets"),
            ("search", "language"),
            ("by", "hosts"),
        ] {
            let mut options = vec![json!({ "name": option, "type": 3, "value": text })];
            if command == "search" && option != "query" {
                options.push(json!({ "name": "query", "type": 3, "value": "jazz" }));
            }
            let reply = raw(&world, command, &json!(options)).await;
            let said = reply.content();
            let what = format!("/space {command} {option}:{text:.40}: {said}");
            assert!(reply.is_ephemeral() && reply.outcome != Outcome::Failed, "{what}");
            assert!(said.chars().count() > 20 && said.chars().count() < 600, "{what}");
            assert!(said.contains(". ") && !said.contains("@everyone"), "{what}");
        }
        let written = world.discord.write(world.channel, world.member, text);
        let person = world.discord.user(world.member).in_channel(world.channel);
        let reply =
            world.final_reply(&person.message_command("Show Space", written).expect("good test data")).await;
        assert!(reply.content().contains("links to no Space"), "{}", reply.content());
    }
    for custom_id in ["1:1:page:1:0", "1:1:share-list:1:0", "1:post:never:0", "1:post:never:x", "1:1:open"] {
        let data = json!({ "custom_id": custom_id, "component_type": 3, "values": ["1'; --"] });
        let source = world.discord.write(world.channel, world.member, "x");
        let person = world.discord.user(world.member).in_channel(world.channel);
        if let Ok(interaction) = person.raw(3, data, Some(source)) {
            let reply = world.final_reply(&interaction).await;
            assert!(
                reply.is_ephemeral() && reply.content().contains(". "),
                "{custom_id}: {}",
                reply.content()
            );
        }
    }
    for message in world.discord.all_messages(world.channel) {
        assert!(message.pings.is_empty(), "pinged by {}", message.content);
    }
    assert!(bot.stop().await.success(), "it is still there");
}

async fn raw(world: &World, command: &str, options: &Value) -> Reply {
    let commands = world.discord.commands(None);
    let id = commands.iter().find(|known| known["name"] == "space").expect("it is registered")["id"].clone();
    let data = json!({
        "id": id, "name": "space", "type": 1, "resolved": {},
        "options": [{ "name": command, "type": 1, "options": options }],
    });
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    world.final_reply(&person.raw(2, data, None).expect("it is sent")).await
}
