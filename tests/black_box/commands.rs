//! Commands as people type them, and as nobody should.

use std::time::Duration;

use serde_json::{Value, json};
use spacebell_sim::discord::{Effect, Fault, Outcome, Reply, bits};
use spacebell_sim::x::{self, Scope, SpentStatus};

use crate::support::{PATIENCE, World, in_minutes, links};

#[tokio::test]
async fn a_space_is_shown_by_id_link_and_pick_to_the_asker_alone() {
    let world = World::new().await;
    let bot = world.start().await;
    let space = world.x.start_now(&world.nasa, "Hubble at 36").unwrap();
    for typed in [
        space.to_string(),
        format!("https://x.com/i/spaces/{space}"),
        format!("https://twitter.com/i/spaces/{space}/peek?s=20"),
    ] {
        let reply = world.says("space show", json!({ "space": typed })).await;
        assert!(reply.is_ephemeral());
        assert_eq!(reply.embeds()[0]["title"], "Hubble at 36", "{typed}");
    }
    // One look at X served all three.
    assert_eq!(world.x.count(x::Endpoint::SpaceById) + world.x.count(x::Endpoint::SpacesByIds), 1);
    let public = world.says("space show", json!({ "space": space.to_string(), "private": false })).await;
    assert!(!public.is_ephemeral());
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_follow_is_confirmed_listed_removed_and_brought_back() {
    let world = World::new().await;
    let bot = world.start().await;
    let confirmed = world.says("follow host", json!({ "host": "@nasa" })).await;
    assert!(confirmed.content().contains("NASA"), "{}", confirmed.content());
    let again = world.says("follow host", json!({ "host": "NASA" })).await;
    assert!(again.content().contains("already"), "{}", again.content());

    let list = shown(&world.says("follow list", json!({})).await);
    assert!(list.contains("NASA"), "{list}");
    let suggested = world
        .discord
        .user(world.moderator)
        .in_channel(world.channel)
        .autocomplete("follow remove", "follow", "nas", json!({}))
        .unwrap()
        .reply(PATIENCE)
        .await
        .unwrap();
    let (_, id) = suggested.choices()[0].clone();

    let removed = world.says("follow remove", json!({ "follow": id })).await;
    assert!(!shown(&world.says("follow list", json!({})).await).contains("NASA"));
    let message = removed.message.expect("a message with a button").id;
    let undone =
        world.discord.user(world.moderator).in_channel(world.channel).press(message, "Undo").unwrap();
    world.final_reply(&undone).await;
    assert!(shown(&world.says("follow list", json!({})).await).contains("NASA"));
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn what_is_live_already_is_offered_not_rung() {
    let world = World::new().await;
    let bot = world.start().await;
    let role = world.discord.add_role(world.guild, "listeners", 0, true);
    world.x.start_now(&world.nasa, "Already on").unwrap();
    let reply = world.says("follow host", json!({ "host": "nasa", "role": role })).await;
    assert!(shown(&reply).contains("Already on"), "{}", shown(&reply));
    world.visited().await;
    assert!(world.posts().is_empty(), "nobody asked for it");

    let pressed = world
        .discord
        .user(world.moderator)
        .in_channel(world.channel)
        .press(reply.message.expect("a message").id, "Post now")
        .unwrap();
    world.final_reply(&pressed).await;
    let post = world.message(|message| !links(message).is_empty() && message.interaction_id.is_none()).await;
    assert!(post.pings.is_empty());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn blocked_hosts_and_words_stay_out_of_keyword_posts_alone() {
    let world = World::new().await;
    let spam = world.x.add_user("5555", "spammer", "Spammer");
    let [rival, other] =
        [("71", "rival"), ("72", "other")].map(|(id, name)| world.x.add_user(id, name, name));
    let bot = world.start().await;
    world.follow_with(json!({ "keyword": "bitcoin" })).await;
    world.says("follow block", json!({ "host": "spammer" })).await;
    world.says("follow block", json!({ "word": "giveaway" })).await;
    let mut wanted = None;
    let bot = world
        .while_down(bot, || {
            world.x.start_now(&spam, "Bitcoin talk").unwrap();
            world.x.start_now(&rival, "Bitcoin GIVEAWAY").unwrap();
            wanted = world.x.start_now(&world.nasa, "Bitcoin in orbit").ok();
        })
        .await;
    let wanted = wanted.expect("it was started");
    let post = world.message(|message| !links(message).is_empty()).await;
    assert!(links(&post)[0].ends_with(&wanted.to_string()));
    assert_eq!(world.posts().len(), 1);
    world.says("follow block", json!({ "word": "giveaway", "remove": true })).await;
    let allowed = world.x.start_now(&other, "Another bitcoin giveaway").unwrap();
    // Whatever route a Space comes by, keywords are matched; the next search for this one is minutes away.
    world.says("space show", json!({ "space": allowed.to_string() })).await;
    world.message(|message| links(message).iter().any(|link| link.ends_with(&allowed.to_string()))).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn seven_keyword_posts_in_an_hour_are_six_and_a_count() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_with(json!({ "keyword": "jazz" })).await;
    let bot = world
        .while_down(bot, || {
            for n in 0..9 {
                let host = world.x.add_user(format!("70{n}"), &format!("jazz{n}"), "A band");
                world.x.start_now(&host, &format!("Jazz {n}")).unwrap();
            }
        })
        .await;
    world.message(|message| message.content.contains("and 3 more")).await;
    assert_eq!(world.posts().len(), 6);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_sample_post_shows_that_it_works_or_which_permission_is_missing() {
    let world = World::new().await;
    let bot = world.start().await;
    world.says("follow test", json!({})).await;
    assert_eq!(world.posts().len(), 1);
    assert!(world.posts()[0].pings.is_empty());

    let closed = world.discord.add_channel(world.guild, "closed", 0);
    let me = world.discord.bot_id();
    world.discord.set_overwrite(closed, spacebell_sim::discord::Target::Member(me), 0, bits::SEND_MESSAGES);
    let reply = world.says("follow test", json!({ "channel": closed })).await;
    assert!(reply.content().contains("Send Messages"), "{}", reply.content());
    assert!(world.posts_in(closed).is_empty());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn help_names_every_command_and_what_the_bot_lacks_here() {
    let world = World::new().await;
    let bot = world.start().await;
    let help = shown(&world.says("help", json!({})).await);
    for command in [
        "space show",
        "follow host",
        "follow keyword",
        "follow list",
        "follow remove",
        "follow block",
        "follow test",
        "help",
    ] {
        assert!(help.contains(command), "{command} is missing:\n{help}");
    }
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn commands_are_registered_once_and_not_again_at_the_next_start() {
    let world = World::new().await;
    world.start().await.stop().await;
    let puts = |world: &World| {
        let requests = world.discord.requests();
        requests.iter().filter(|request| request.is("PUT", "/applications/*/commands")).count()
    };
    assert_eq!(puts(&world), 1);
    let bot = world.start().await;
    world.says("help", json!({})).await;
    assert_eq!(puts(&world), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn with_x_hanging_a_command_is_deferred_in_time_and_told_later_what_went_wrong() {
    let world = World::new().await;
    let bot = world.start().await;
    world.x.fault(x::Fault::Hang, Scope::everywhere());
    let asked = world.typed("space show", json!({ "space": "1AbsentSpace0" }));
    let first = asked.reply(PATIENCE).await.unwrap();
    assert_eq!(first.outcome, Outcome::Deferred);
    assert!(first.after < Duration::from_secs(3), "{:?}", first.after);
    let last = world.final_reply(&asked).await;
    assert!(last.content().contains('X'), "{}", last.content());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn each_trouble_with_x_is_one_plain_sentence() {
    let world = World::new().await;
    let bot = world.start_with(&[("MAX_QUERIES_PER_PERSON", "1000")]).await;
    let troubles: [(x::Fault, &str); 5] = [
        (x::Fault::status(500), "X"),
        (x::Fault::status(401), "X"),
        (x::Fault::Html { status: 200 }, "X"),
        (x::Fault::Garbage, "X"),
        (x::Fault::TooManyRequests(x::Reset::In(Duration::from_secs(1))), "X"),
    ];
    for (n, (fault, word)) in troubles.into_iter().enumerate() {
        world.x.fault(fault.clone(), Scope::on(x::Endpoint::SpaceById).next(1));
        world.x.fault(fault.clone(), Scope::on(x::Endpoint::SpacesByIds).next(1));
        let reply = world.says("space show", json!({ "space": format!("1Trouble{n}") })).await;
        world.x.clear_faults();
        let said = reply.content();
        assert!(said.contains(word) && said.ends_with('.'), "{fault:?}: {said}");
        for internal in ["http", "127.0.0.1", "error", "Err(", "serde", "None"] {
            assert!(!said.contains(internal), "{fault:?} shows internals: {said}");
        }
    }
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn spent_credits_and_a_spent_budget_are_told_apart() {
    let world = World::new().await;
    world.x.configure(|settings| settings.spent_status = SpentStatus::TooManyRequests);
    let bot = world.start_with(&[("MAX_QUERIES_PER_PERSON", "1000")]).await;
    world.x.set_credits(Some(0));
    let spent = world.says("space show", json!({ "space": "1NoCredits" })).await;
    assert!(spent.content().contains("credits"), "{}", spent.content());
    assert!(bot.stop().await.success());

    let world = World::new().await;
    let bot = world.start_with(&[("X_DAILY_BUDGET_USD", "0")]).await;
    let spent = world.says("space show", json!({ "space": "1NoBudget" })).await;
    assert!(spent.content().contains("budget"), "{}", spent.content());
    assert_eq!(world.x.bill().micros, 0);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_person_has_five_questions_in_ten_minutes() {
    let world = World::new().await;
    let bot = world.start().await;
    for n in 0..5 {
        world.says("space show", json!({ "space": format!("1Question{n}") })).await;
    }
    let asked = world.x.requests().len();
    let refused = world.says("space show", json!({ "space": "1Question9" })).await;
    assert!(refused.content().contains('5'), "{}", refused.content());
    let asked_by_id = world.x.requests()[asked..].iter().filter(|r| r.path.contains("1Question9")).count();
    assert_eq!(asked_by_id, 0);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn caps_are_named_when_they_refuse() {
    let world = World::new().await;
    let bot = world.start_with(&[("MAX_FOLLOWS_PER_CHANNEL", "1"), ("MAX_KEYWORDS_PER_GUILD", "1")]).await;
    world.follow_with(json!({ "keyword": "one" })).await;
    let other = world.discord.add_channel(world.guild, "other", 0);
    let keywords = world.says("follow keyword", json!({ "keyword": "two", "channel": other })).await;
    assert!(
        keywords.content().contains('1') && keywords.content().contains("keyword"),
        "{}",
        keywords.content()
    );
    let channel = world.says("follow host", json!({ "host": "nasa" })).await;
    assert!(
        channel.content().contains('1') && channel.content().contains("channel"),
        "{}",
        channel.content()
    );
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_answer_that_discord_drops_once_is_given_again() {
    let world = World::new().await;
    let bot = world.start().await;
    world.discord.fault(Fault::new(Effect::DropBefore).on("POST", "/interactions/*/*/callback").times(1));
    let reply = world.says("help", json!({})).await;
    assert!(!shown(&reply).is_empty());
    assert!(bot.stop().await.success());
}

/// Everything that nobody should type, for an option that takes text.
fn hostile_texts() -> Vec<String> {
    vec![
        String::new(),
        "x".repeat(10_000),
        "\u{0}\u{1}\u{7f}\u{1b}[31m".to_owned(),
        "\u{202e}\u{2066}\u{200f}".to_owned(),
        "🦀🚀".to_owned(),
        "@everyone".to_owned(),
        "**bold** [a](https://b.test) `c`".to_owned(),
        "https://evil.test/i/spaces/1abcdefghijkl".to_owned(),
        "1DoesNotExist".to_owned(),
        "@nobody_there".to_owned(),
        "999999999".to_owned(),
        "'; DROP TABLE follows; --".to_owned(),
    ]
}

#[tokio::test]
async fn whatever_is_typed_is_answered_with_a_sentence_and_nothing_is_stored_or_pinged() {
    let world = World::new().await;
    let bot = world.start_with(&[("MAX_QUERIES_PER_PERSON", "100000")]).await;
    let texts = hostile_texts();
    let options = [
        ("space", "show", "space"),
        ("follow", "host", "host"),
        ("follow", "block", "host"),
        ("follow", "remove", "follow"),
        ("why", "", "space"),
    ];
    for (group, command, option) in options {
        for text in &texts {
            let reply =
                raw(&world, group, command, json!([{ "name": option, "type": 3, "value": text }]), json!({}))
                    .await;
            assert_sentence(&reply, &format!("/{group} {command} {option}:{text:.40}"));
        }
    }
    // These take words; an id or a handle may be some, and is left out here.
    for text in [
        "",
        "\u{0}\u{1}",
        "🦀🚀",
        "\u{202e}\u{2066}",
        "@everyone",
        "**bold** [a](https://b.test) `c`",
        "https://evil.test/i/spaces/1abcdefghijkl",
        "one two three four five six",
        &"x".repeat(10_000),
    ] {
        for (command, option) in [("keyword", "keyword"), ("block", "word")] {
            let reply = raw(
                &world,
                "follow",
                command,
                json!([{ "name": option, "type": 3, "value": text }]),
                json!({}),
            )
            .await;
            assert_sentence(&reply, &format!("/follow {command} {option}:{text:.40}"));
        }
    }
    let reply = raw(
        &world,
        "follow",
        "host",
        json!([{ "name": "host", "type": 3, "value": "nasa" }, { "name": "when", "type": 3, "value": "never" }]),
        json!({}),
    )
    .await;
    assert_sentence(&reply, "/follow host when:never");
    hostile_filters(&world).await;
    let list = shown(&world.says("follow list", json!({})).await);
    assert!(!list.contains("NASA"), "something was stored: {list}");
    assert!(world.posts().is_empty());
    for message in world.discord.all_messages(world.channel) {
        assert!(message.pings.is_empty(), "pinged by {}", message.content);
    }
    assert!(bot.stop().await.success(), "it is still there");
}

/// What no filter can be, for a new follow and for an edit.
async fn hostile_filters(world: &World) {
    for text in [
        "",
        " , ,、",
        "\u{0}\u{1},\u{202e}\u{2066}",
        "🦀🚀",
        "rust, @everyone",
        "<@1>, <#2>",
        "https://evil.test/i/spaces/1abcdefghijkl",
        "rust, one two three four five six",
        "a,b,c",
        &"x".repeat(10_000),
        &"rust,".repeat(2_000),
    ] {
        for option in ["title_has", "title_lacks", "language", "tickets"] {
            for (command, target) in [("host", "host"), ("edit", "follow")] {
                let value = if target == "host" { "nasa" } else { "1" };
                let options = json!([
                    { "name": target, "type": 3, "value": value }, { "name": option, "type": 3, "value": text },
                ]);
                let reply = raw(world, "follow", command, options, json!({})).await;
                assert_sentence(&reply, &format!("/follow {command} {option}:{text:.40}"));
            }
        }
    }
    for number in [0_i64, -1, 1_000_001, i64::MAX, i64::MIN] {
        let options = json!([
            { "name": "host", "type": 3, "value": "nasa" },
            { "name": "min_listeners", "type": 4, "value": number },
        ]);
        let reply = raw(world, "follow", "host", options, json!({})).await;
        assert_sentence(&reply, &format!("/follow host min_listeners:{number}"));
    }
}

#[tokio::test]
async fn channels_and_follows_of_others_are_refused() {
    let world = World::new().await;
    let other_guild = world.discord.add_guild("Elsewhere");
    let other_channel = world.discord.add_channel(other_guild, "there", 0);
    let hidden = world.discord.add_channel(world.guild, "hidden", 0);
    let me = world.discord.bot_id();
    world.discord.set_overwrite(hidden, spacebell_sim::discord::Target::Member(me), 0, bits::VIEW_CHANNEL);
    world.discord.add_member(other_guild, world.moderator, bits::MANAGE_GUILD);
    let bot = world.start().await;
    let there = world
        .discord
        .user(world.moderator)
        .in_channel(other_channel)
        .command("follow host", json!({ "host": "nasa" }))
        .unwrap();
    world.final_reply(&there).await;

    // A channel of another server, though the moderator is at home there too.
    let resolved = json!({ "channels": { other_channel.to_string(): {
        "id": other_channel.to_string(), "type": 0, "name": "there", "permissions": bits::ALL.to_string(),
    } } });
    let foreign = json!([
        { "name": "host", "type": 3, "value": "nasa" },
        { "name": "channel", "type": 7, "value": other_channel.to_string() },
    ]);
    let reply = raw(&world, "follow", "host", foreign, resolved).await;
    assert_sentence(&reply, "a foreign channel");
    // A channel that the bot can't see.
    let reply = world.says("follow host", json!({ "host": "nasa", "channel": hidden })).await;
    assert!(
        reply.content().contains("View Channel") || reply.content().contains("see"),
        "{}",
        reply.content()
    );
    // A follow of another server, by its id: the first one that there is.
    for id in ["1", "2", "3"] {
        let reply = world.says("follow remove", json!({ "follow": id })).await;
        assert_sentence(&reply, "a foreign follow");
    }
    let here = shown(&world.says("follow list", json!({})).await);
    assert!(!here.contains("NASA"), "{here}");
    let list = world
        .discord
        .user(world.moderator)
        .in_channel(other_channel)
        .command("follow list", json!({}))
        .unwrap();
    let list = shown(&world.final_reply(&list).await);
    assert!(list.contains("NASA"), "the other server's follow is gone: {list}");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn roles_that_mustnt_be_pinged_and_channels_elsewhere_are_refused() {
    let world = World::new().await;
    let quiet = world.discord.add_role(world.guild, "quiet", 0, false);
    let other_guild = world.discord.add_guild("Elsewhere");
    let foreign = world.discord.add_channel(other_guild, "there", 0);
    let bot = world.start().await;
    for role in [quiet, world.guild] {
        let options = json!([
            { "name": "host", "type": 3, "value": "nasa" },
            { "name": "role", "type": 8, "value": role.to_string() },
        ]);
        let resolved = json!({ "roles": { role.to_string(): {
            "id": role.to_string(), "name": "r", "color": 0, "hoist": false, "position": 1, "permissions": "0",
            "managed": false, "mentionable": false, "flags": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        } } });
        let reply = raw(&world, "follow", "host", options, resolved).await;
        assert_sentence(&reply, &format!("role {role}"));
    }
    for command in ["list", "test"] {
        let options = json!([{ "name": "channel", "type": 7, "value": foreign.to_string() }]);
        let resolved = json!({ "channels": { foreign.to_string(): {
            "id": foreign.to_string(), "type": 0, "name": "there", "permissions": bits::ALL.to_string(),
        } } });
        let reply = raw(&world, "follow", command, options, resolved).await;
        assert_sentence(&reply, &format!("{command} of a foreign channel"));
    }
    assert!(!shown(&world.says("follow list", json!({})).await).contains("NASA"));
    assert!(world.posts_in(foreign).is_empty() && world.posts().is_empty());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_button_of_another_server_or_of_nobody_does_nothing() {
    let world = World::new().await;
    let bot = world.start().await;
    world.follow_host("nasa").await;
    let list = world.says("follow remove", json!({ "follow": "1" })).await;
    let message = list.message.expect("a message").id;
    // A member without Manage Server presses what a moderator's command left in the channel.
    let pressed = world.discord.user(world.member).in_channel(world.channel).press(message, "Undo");
    assert!(pressed.is_err(), "an answer for the moderator alone shows nobody else its buttons");
    // The same person, a moderator there too, sends this server's buttons from another one.
    let elsewhere = world.discord.add_guild("Elsewhere");
    let there = world.discord.add_channel(elsewhere, "there", 0);
    world.discord.add_member(elsewhere, world.moderator, bits::MANAGE_GUILD);
    let person = world.discord.user(world.moderator).in_channel(there);
    let help = world.final_reply(&person.command("help", json!({})).unwrap()).await;
    let message = help.message.expect("a message").id;
    let by = world.moderator;
    let hostile = [
        format!("1:{by}:undo-remove:1"),
        format!("1:{by}:undo-add:1"),
        format!("1:{by}:post:1:1abc"),
        "garbage".to_owned(),
        "x".repeat(100),
    ];
    for custom_id in hostile {
        let data = json!({ "custom_id": custom_id, "component_type": 2 });
        let reply = world.final_reply(&person.raw(3, data, Some(message)).expect("it is sent")).await;
        assert!(reply.outcome != Outcome::Failed, "{custom_id}");
    }
    assert!(!shown(&world.says("follow list", json!({})).await).contains("NASA"));
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_scheduled_space_shows_its_start_in_each_readers_time() {
    let world = World::new().await;
    let bot = world.start().await;
    let start = in_minutes(90);
    let space = world.x.schedule(&world.nasa, "Later", start).unwrap();
    let reply = world.says("space show", json!({ "space": space.to_string() })).await;
    let text = shown(&reply);
    assert!(text.contains(&format!("<t:{}:F>", start.as_second())), "{text}");
    assert!(text.contains(&format!("<t:{}:R>", start.as_second())), "{text}");
    assert!(bot.stop().await.success());
}

/// All words of a reply.
fn shown(reply: &Reply) -> String {
    let embeds: Vec<String> = reply.embeds().iter().map(Value::to_string).collect();
    format!("{}\n{}", reply.content(), embeds.join("\n"))
}

fn assert_sentence(reply: &Reply, what: &str) {
    let said = reply.content();
    assert!(reply.is_ephemeral(), "{what}: an error for everybody: {said}");
    assert!(said.chars().count() > 20 && said.chars().count() < 600, "{what}: {said}");
    assert!(said.trim_end().ends_with(['.', ')', '>', '…']) || said.contains(". "), "{what}: {said}");
    assert!(!said.contains("@everyone"), "{what}: {said}");
}

async fn raw(world: &World, group: &str, command: &str, options: Value, resolved: Value) -> Reply {
    let commands = world.discord.commands(None);
    let id = commands.iter().find(|known| known["name"] == group).expect("it is registered")["id"].clone();
    let options = match command {
        "" => options,
        command => json!([{ "name": command, "type": 1, "options": options }]),
    };
    let data = json!({ "id": id, "name": group, "type": 1, "resolved": resolved, "options": options });
    let interaction =
        world.discord.user(world.moderator).in_channel(world.channel).raw(2, data, None).expect("it is sent");
    world.final_reply(&interaction).await
}
