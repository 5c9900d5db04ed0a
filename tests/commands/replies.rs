//! What people are answered.

use std::time::Duration;

use serde_json::{Value, json};
use serenity::model::permissions::Permissions;
use spacebell::commands::app::Unseen;
use spacebell::commands::complete::{Typing, complete};
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::Does;
use spacebell::commands::{Asker, Reply, Request};
use spacebell::domain::ids::{ChannelId, DiscordUserId, FollowId, GuildId};
use spacebell_sim::x::{self, EndLook, Scope};

use crate::stage::{ELSEWHERE, GUILD, HERE, MONA, Stage, channel, everything, role, show};

fn press_of(reply: &Reply, label: &str) -> Press {
    let buttons = reply.rows.iter().flatten();
    let mut presses =
        buttons.filter(|button| button.label.contains(label)).filter_map(|button| match button.does {
            Does::Press(press) => Some(press),
            _ => None,
        });
    presses.next_back().unwrap_or_else(|| panic!("no button {label}: {}", show(reply)))
}

/// Ids of Spaces are made by chance.
fn redacted(text: &str, space: &x::SpaceId) -> String {
    text.replace(&space.to_string(), "SPACE")
}

#[tokio::test]
async fn a_live_space_is_shown_with_its_people() {
    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let jane = stage.x.add_user("2", "jane", "Jane");
    let space = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    stage.x.add_cohost(&space, &jane).expect("good test data");
    stage.x.add_speaker(&space, &jane).expect("good test data");
    stage.x.set_count(&space, 1_234).expect("good test data");
    let reply = stage.say("space", "show", json!({ "space": space.to_string() })).await;
    let shared = stage.press(MONA, press_of(&reply, "Share")).await;
    let speakers = stage.press(MONA, press_of(&reply, "Speakers")).await;
    let all = [&reply, &shared, &speakers].map(show).join("\n");
    insta::assert_snapshot!(redacted(&all, &space));
}

#[tokio::test]
async fn a_member_gets_no_button_to_follow_and_may_not_press_one() {
    let mut stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let space = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    stage.permissions = everything();
    let reply = stage.say("space", "show", json!({ "space": space.to_string() })).await;
    assert!(!show(&reply).contains("Follow host"), "{}", show(&reply));
    let by = DiscordUserId::new(MONA);
    let refused = stage
        .press(MONA, Press { by, deed: Deed::FollowHost("11348282".parse().expect("good test data")) })
        .await;
    assert!(refused.content.contains("Manage Server"), "{}", refused.content);
    assert!(stage.nobody_follows());
    let stranger = stage.press(31, press_of(&reply, "Speakers")).await;
    assert!(stranger.content.contains("not") || stranger.content.contains("whoever"), "{}", stranger.content);
}

#[tokio::test]
async fn a_space_that_is_over_is_one_sentence_however_x_says_so() {
    for look in [EndLook::Ended, EndLook::Canceled, EndLook::NotFound] {
        let stage = Stage::set().await;
        let nasa = stage.x.add_user("11348282", "NASA", "NASA");
        let space = stage.x.start_now(&nasa, "Artemis").expect("good test data");
        stage.x.end_as(&space, look).expect("good test data");
        let reply = stage.say("space", "show", json!({ "space": space.to_string() })).await;
        assert!(reply.private && reply.cards.is_empty(), "{look:?}: {}", show(&reply));
        assert!(reply.content.ends_with('.'), "{look:?}: {}", reply.content);
    }
}

#[tokio::test]
async fn an_old_answer_is_shown_with_its_age_and_the_reason_when_x_is_silent() {
    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    let space = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    stage.say("space", "show", json!({ "space": space.to_string() })).await;
    stage.clock.advance(jiff::SignedDuration::from_mins(4));
    stage.x.fault(x::Fault::status(500), Scope::everywhere());
    let reply = stage.say("space", "show", json!({ "space": space.to_string() })).await;
    insta::assert_snapshot!(redacted(&show(&reply), &space));
}

#[tokio::test]
async fn following_says_what_will_happen_and_lists_what_is_on() {
    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let live = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    let resolved = role(77, true);
    let options = json!({ "host": "https://x.com/NASA", "role": "77" });
    let followed = stage.says("follow", "host", options, resolved).await;
    let again = stage.say("follow", "host", json!({ "host": "nasa" })).await;
    let posted = stage.press(MONA, press_of(&followed, "Post now")).await;
    let posted_again = stage.press(MONA, press_of(&followed, "Post now")).await;
    let undone = stage.press(MONA, press_of(&followed, "Undo")).await;
    assert!(stage.nobody_follows());
    let back = stage.press(MONA, press_of(&undone, "Undo")).await;
    assert_eq!(stage.app.follows.len(), 1);
    let keyword = stage.say("follow", "keyword", json!({ "keyword": "artemis", "when": "live" })).await;
    let list = stage.say("follow", "list", json!({})).await;
    let all = [followed, again, posted, posted_again, undone, back, keyword, list];
    insta::assert_snapshot!(redacted(&all.each_ref().map(show).join("\n"), &live));
}

#[tokio::test]
async fn a_follow_is_kept_though_x_can_t_tell_what_is_on() {
    let stage = Stage::set().await;
    stage.x.add_user("11348282", "NASA", "NASA");
    stage.x.fault(x::Fault::status(503), Scope::on(x::Endpoint::SpacesByCreators));
    let reply = stage.say("follow", "host", json!({ "host": "nasa" })).await;
    assert_eq!(stage.app.follows.len(), 1);
    insta::assert_snapshot!(show(&reply));
}

#[tokio::test]
async fn a_budget_too_small_for_one_answer_isn_t_said_to_be_used_up() {
    let stage = Stage::with_budget(spacebell::x::MicroDollars(90_000)).await;
    stage.x.add_user("11348282", "NASA", "NASA");
    let reply = stage.say("follow", "host", json!({ "host": "nasa" })).await;
    assert!(reply.content.contains("too small"), "{}", reply.content);
    let status =
        stage.asks(Request::of_command(&crate::stage::typed("status", "", json!({}), json!({})))).await;
    assert!(show(&status).contains("too small"), "{}", show(&status));
    assert!(stage.nobody_follows() && stage.x.requests().is_empty());
}

#[tokio::test]
async fn an_unknown_handle_is_a_sentence_and_no_follow() {
    let stage = Stage::set().await;
    let reply = stage.say("follow", "host", json!({ "host": "@every_one" })).await;
    assert!(reply.content.contains("has no account"), "{}", reply.content);
    assert!(stage.nobody_follows());
}

#[tokio::test]
#[expect(clippy::type_complexity, reason = "a table")]
async fn the_channel_and_the_role_are_checked_before_anything_is_asked() {
    let all = everything();
    let options = |more: Value| {
        let mut options = json!({ "host": "nasa" });
        options
            .as_object_mut()
            .expect("good test data")
            .extend(more.as_object().expect("good test data").clone());
        options
    };
    let there = |kind, permissions| channel(ELSEWHERE, kind, permissions);
    let to = json!({ "channel": ELSEWHERE.to_string() });
    let cases: [(&str, Value, Value, Result<Permissions, Unseen>, Option<&str>); 12] = [
        ("fine", to.clone(), there(0, all), Ok(all), None),
        ("an announcement channel", to.clone(), there(5, all), Ok(all), None),
        ("a private thread", to.clone(), there(12, all), Ok(all), None),
        ("a voice channel", to.clone(), there(2, all), Ok(all), Some("Choose a text channel")),
        ("a category", to.clone(), there(4, all), Ok(all), Some("Choose a text channel")),
        ("not theirs to see", to.clone(), there(0, Permissions::empty()), Ok(all), Some("You can’t see")),
        (
            "not theirs to send",
            to.clone(),
            there(0, Permissions::VIEW_CHANNEL),
            Ok(all),
            Some("You can’t send"),
        ),
        ("another server's", to.clone(), there(0, all), Err(Unseen::NotHere), Some("isn’t in this server")),
        ("hidden from the bot", to.clone(), there(0, all), Err(Unseen::Hidden), Some("View Channel")),
        ("no sending", to.clone(), there(0, all), Ok(Permissions::VIEW_CHANNEL), Some("Send Messages")),
        ("everyone", json!({ "role": GUILD.to_string() }), role(GUILD, true), Ok(all), Some("everybody has")),
        ("not mentionable", json!({ "role": "77" }), role(77, false), Ok(all), Some("can’t mention")),
    ];
    for (name, more, resolved, own, refusal) in cases {
        let stage = Stage::set().await;
        stage.x.add_user("11348282", "NASA", "NASA");
        *stage.server.own.lock().expect("good test data") = own;
        let reply = stage.says("follow", "host", options(more), resolved).await;
        match refusal {
            None => assert_eq!(stage.app.follows.len(), 1, "{name}: {}", reply.content),
            Some(words) => {
                assert!(reply.content.contains(words), "{name}: {}", reply.content);
                assert!(stage.nobody_follows(), "{name}");
                assert_eq!(stage.x.requests().len(), 0, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn without_embed_links_a_follow_is_kept_with_a_warning() {
    let mut stage = Stage::set().await;
    stage.x.add_user("11348282", "NASA", "NASA");
    stage.app_permissions = everything() - Permissions::EMBED_LINKS;
    let reply = stage.say("follow", "host", json!({ "host": "nasa" })).await;
    assert!(reply.content.contains("Embed Links"), "{}", reply.content);
    assert_eq!(stage.app.follows.len(), 1);
    let sample = stage.say("follow", "test", json!({})).await;
    assert!(sample.content.contains("Embed Links"), "{}", sample.content);
    assert!(stage.server.sent.lock().expect("good test data")[0].1.cards.is_empty());
}

#[tokio::test]
async fn blocks_are_added_listed_and_removed() {
    let stage = Stage::set().await;
    stage.x.add_user("5", "spammer", "Spam");
    let mut said = Vec::new();
    for options in [
        json!({}),
        json!({ "host": "@spammer" }),
        json!({ "word": "free *money*" }),
        json!({ "word": "FREE MONEY" }),
        json!({}),
        json!({ "word": "free money", "remove": true }),
        json!({ "host": "SPAMMER", "remove": true }),
        json!({ "host": "nobody", "remove": true }),
    ] {
        said.push(show(&stage.say("follow", "block", options).await));
    }
    insta::assert_snapshot!(said.join("\n"));
}

#[tokio::test]
async fn a_long_list_has_pages_and_each_fits() {
    let stage = Stage::set().await;
    for n in 0..12 {
        let keyword = format!("{} {n}", "*_~`|>".repeat(7));
        stage.say("follow", "keyword", json!({ "keyword": keyword })).await;
    }
    let first = stage.say("follow", "list", json!({})).await;
    let second = stage.press(MONA, press_of(&first, "Next")).await;
    let far = Deed::List { channel: None, page: 9_999 };
    let last = stage.press(MONA, Press { by: DiscordUserId::new(MONA), deed: far }).await;
    assert_eq!(second.cards, last.cards);
    assert!(show(&first).contains("Page 1 of 2") && show(&second).contains("Page 2 of 2"));
    let other = Deed::List { channel: Some(ChannelId::new(ELSEWHERE)), page: 0 };
    let none = stage.press(MONA, Press { by: DiscordUserId::new(MONA), deed: other }).await;
    assert!(none.content.contains("Nothing is followed"), "{}", none.content);
}

#[tokio::test]
async fn help_and_the_sample_are_worth_reading() {
    let mut stage = Stage::set().await;
    stage.app.directory.set(["space", "follow", "help"].map(|name| (name.to_owned(), 1_234_567.into())));
    let test = stage.say("follow", "test", json!({})).await;
    let sample = stage.server.sent.lock().expect("good test data")[0].1.clone();
    let help = stage.asks(Request::of_command(&crate::stage::typed("help", "", json!({}), json!({})))).await;
    stage.locale = "ja";
    let help_ja =
        stage.asks(Request::of_command(&crate::stage::typed("help", "", json!({}), json!({})))).await;
    insta::assert_snapshot!("help_ja", show(&help_ja));
    stage.locale = "en-US";
    stage.app_permissions = Permissions::VIEW_CHANNEL;
    let lacking = stage.say("follow", "test", json!({})).await;
    assert_eq!(stage.server.sent.lock().expect("good test data").len(), 1);
    assert_eq!(help.cards[0].footer, None, "nothing of it is from X");
    insta::assert_snapshot!([&help, &test, &sample, &lacking].map(show).join("\n"));
}

#[tokio::test]
async fn ids_of_another_server_are_nobody_s() {
    let mut stage = Stage::set().await;
    stage.x.add_user("11348282", "NASA", "NASA");
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    let id = stage.app.follows.of_channel(ChannelId::new(HERE))[0].id;
    stage.guild = Some(GuildId::new(GUILD + 1));
    let by = DiscordUserId::new(MONA);
    let space = "1abc".parse().expect("good test data");
    for deed in [Deed::UndoAdd(id), Deed::UndoRemove(id), Deed::PostNow { follow: id, space }] {
        let reply = stage.press(MONA, Press { by, deed }).await;
        assert!(
            reply.content.contains("no such follow") || reply.content.contains("too long ago"),
            "{}",
            reply.content
        );
    }
    let removed = stage.say("follow", "remove", json!({ "follow": id.to_string() })).await;
    assert!(removed.content.contains("no such follow"), "{}", removed.content);
    stage.guild = None;
    let direct = stage.say("follow", "host", json!({ "host": "nasa" })).await;
    assert!(direct.content.contains("servers only"), "{}", direct.content);
    assert_eq!(stage.app.follows.len(), 1);
    let gone = stage.say("follow", "remove", json!({ "follow": FollowId(999).to_string() })).await;
    assert!(gone.content.contains("servers only"));
}

#[tokio::test]
async fn autocompletion_offers_what_the_asker_can_see() {
    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA 🚀");
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    let resolved = channel(ELSEWHERE, 0, everything());
    let secret = json!({ "keyword": "secret plan", "channel": ELSEWHERE.to_string() });
    stage.says("follow", "keyword", secret, resolved).await;
    stage.x.start_now(&nasa, "On the air").expect("good test data");
    stage.app.watch.learn(Vec::new()).await.expect("good test data");
    let offered = async |option: &str, typed: &str| {
        let typing = Typing {
            asker: Asker { user: DiscordUserId::new(MONA), guild: stage.guild },
            channel: ChannelId::new(HERE),
            permissions: everything(),
            roles: Vec::new(),
            locale: "en-US".to_owned(),
            command: String::new(),
            option: option.to_owned(),
            typed: typed.to_owned(),
        };
        let choices = complete(&stage.app, &typing).await;
        choices.into_iter().map(|choice| choice.name).collect::<Vec<_>>()
    };
    assert_eq!(offered("follow", "").await.len(), 1, "the other channel is hidden");
    assert_eq!(offered("host", "@NA").await, ["@NASA · NASA 🚀"]);
    assert!(offered("host", "zzz").await.is_empty());
    assert!(offered("colour", "").await.is_empty());
    stage.server.visible.lock().expect("good test data").insert(ChannelId::new(ELSEWHERE));
    assert_eq!(offered("follow", "secret").await.len(), 1);
}

#[tokio::test]
async fn a_sixth_question_within_ten_minutes_waits_and_old_ones_are_forgotten() {
    let stage = Stage::set().await;
    for n in 0..5 {
        let reply = stage.say("space", "show", json!({ "space": format!("1Q{n}") })).await;
        assert!(reply.content.contains("X has no Space"), "{}", reply.content);
    }
    let refused = stage.say("space", "show", json!({ "space": "1Q9" })).await;
    assert!(refused.content.contains("<t:1785586200:R>"), "{}", refused.content);
    // What was asked a moment ago is answered from memory, for nothing.
    let again = stage.say("space", "show", json!({ "space": "1Q0" })).await;
    assert!(again.content.contains("X has no Space"), "{}", again.content);
    stage.clock.advance(jiff::SignedDuration::from_mins(10));
    stage.x.advance(Duration::from_mins(10));
    let reply = stage.say("space", "show", json!({ "space": "1Q9" })).await;
    assert!(reply.content.contains("X has no Space"), "{}", reply.content);
}
