//! Lists of Spaces, and what else is looked up.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use serenity::model::permissions::Permissions;
use spacebell::commands::Request;
use spacebell::commands::press::{Deed, NeverHost, Press, menu_id, picked};
use spacebell::commands::reply::Does;
use spacebell::delays::Leg;
use spacebell::domain::follow::Target;
use spacebell::domain::ids::{DiscordUserId, GuildId};
use spacebell::store::Block;
use spacebell::x::MicroDollars;
use spacebell_sim::x::{self, Scope};

use crate::stage::{GUILD, MONA, OLA, Stage, everything, message_menu, press_of, show, typed};

/// Seven Spaces about jazz, by seven hosts, of all kinds.
async fn jazz() -> (Stage, Vec<x::SpaceId>) {
    let stage = Stage::set().await;
    let mut spaces = Vec::new();
    for n in 0..7_u64 {
        let host = stage.x.add_user(format!("70{n}"), &format!("band_{n}"), &format!("Band *{n}*"));
        let space = if n < 5 {
            stage.x.start_now(&host, &format!("Jazz [{n}]")).expect("good test data")
        } else {
            let start =
                stage.x.now() + SignedDuration::from_mins(100 - i64::try_from(n).expect("good test data"));
            stage.x.schedule(&host, &format!("Jazz {n}"), start).expect("good test data")
        };
        if n < 5 {
            stage.x.set_count(&space, 10 + n * 1_000).expect("good test data");
        } else {
            stage.x.set_subscribers(&space, n).expect("good test data");
        }
        spaces.push(space);
    }
    stage.x.set_lang(&spaces[0], Some("ja")).expect("good test data");
    stage.x.set_lang(&spaces[1], Some("en")).expect("good test data");
    stage.x.set_lang(&spaces[2], None).expect("good test data");
    stage.x.set_ticketed(&spaces[1], true).expect("good test data");
    (stage, spaces)
}

fn redacted(text: &str, spaces: &[x::SpaceId]) -> String {
    let named = spaces.iter().enumerate();
    named.fold(text.to_owned(), |text, (n, space)| text.replace(&space.to_string(), &format!("SPACE{n}")))
}

#[tokio::test]
async fn a_search_has_pages_a_menu_and_a_share_button_in_both_languages() {
    for locale in ["en-US", "ja"] {
        let (mut stage, spaces) = jazz().await;
        stage.locale = locale;
        stage.guild_locale = Some("en-US");
        let label = |english: &'static str, japanese: &'static str| {
            if locale == "ja" { japanese } else { english }
        };
        let first = stage.say("space", "search", json!({ "query": "jazz" })).await;
        let second = stage.press(MONA, press_of(&first, label("Next", "次へ"))).await;
        let shared = stage.press(MONA, press_of(&second, label("Share", "共有"))).await;
        let opened = stage
            .asks(Request::of_press(&picked(&menu_id(DiscordUserId::new(MONA)), &spaces[4].to_string())));
        let opened = opened.await;
        assert!(first.private && second.private && !shared.private && opened.private);
        assert_eq!(stage.x.count(x::Endpoint::SpaceSearch), 1, "one search serves all");
        let all = [&first, &second, &shared, &opened].map(show).join("\n");
        insta::assert_snapshot!(format!("search_{locale}"), redacted(&all, &spaces));
    }
}

#[tokio::test]
async fn sort_and_filters_decide_what_is_shown_and_first() {
    let (stage, spaces) = jazz().await;
    let cases = [
        (json!({ "query": "jazz", "sort": "soonest" }), vec![4, 3, 2, 1, 0]),
        (json!({ "query": "JAZZ", "state": "scheduled", "sort": "soonest" }), vec![6, 5]),
        (json!({ "query": "jazz", "state": "scheduled" }), vec![6, 5]),
        (json!({ "query": "jazz", "state": "live", "language": "ja" }), vec![4, 3, 2, 0]),
        (json!({ "query": "jazz", "language": "EN", "tickets": "ticketed" }), vec![1]),
        (json!({ "query": "jazz", "state": "live", "tickets": "free" }), vec![4, 3, 2, 0]),
    ];
    for (options, order) in cases {
        let reply = stage.say("space", "search", options.clone()).await;
        let menu = reply.menu.as_ref().unwrap_or_else(|| panic!("{options}: {}", show(&reply)));
        let got: Vec<String> = menu.choices.iter().map(|choice| choice.space.to_string()).collect();
        let wanted: Vec<String> = order.iter().map(|n: &usize| spaces[*n].to_string()).collect();
        assert_eq!(got, wanted, "{options}");
    }
    // All of these words were asked once: the search for all states served the others.
    assert_eq!(stage.x.count(x::Endpoint::SpaceSearch), 1);
}

#[tokio::test]
async fn nothing_found_is_a_sentence_and_an_old_answer_is_better_than_none() {
    let (stage, spaces) = jazz().await;
    let none = stage.say("space", "search", json!({ "query": "opera" })).await;
    let before = stage.say("space", "search", json!({ "query": "jazz", "state": "live" })).await;
    stage.clock.advance(SignedDuration::from_mins(3));
    stage.x.fault(x::Fault::status(500), Scope::everywhere());
    let after = stage.say("space", "search", json!({ "query": "jazz", "state": "live" })).await;
    let never = stage.say("space", "search", json!({ "query": "blues" })).await;
    assert_eq!(before.cards[0].description, after.cards[0].description);
    insta::assert_snapshot!(redacted(&[&none, &after, &never].map(show).join("\n"), &spaces));
}

#[tokio::test]
async fn only_the_asker_turns_a_shared_list_and_others_get_their_own() {
    let (mut stage, _) = jazz().await;
    let shared = stage.say("space", "search", json!({ "query": "jazz", "private": false })).await;
    assert!(!shared.private && !show(&shared).contains("Share"));
    stage.on_shared = true;
    let next = press_of(&shared, "Next");
    let own = stage.press(MONA, next).await;
    assert!(show(&own).starts_with("(for the channel, InPlace)"), "{}", show(&own));
    stage.permissions = everything();
    let copy = stage.press(31, next).await;
    assert!(show(&copy).starts_with("(for you alone, New)"), "{}", show(&copy));
    assert_eq!(press_of(&copy, "Back").by, DiscordUserId::new(31));
    // Another server's list is nobody's.
    stage.guild = Some(GuildId::new(GUILD + 1));
    let gone = stage.press(MONA, next).await;
    assert!(gone.content.contains("more than a day old"), "{}", gone.content);
}

#[tokio::test]
async fn who_may_not_send_here_shows_nothing_to_others() {
    let (mut stage, spaces) = jazz().await;
    stage.permissions = Permissions::VIEW_CHANNEL;
    let searched = stage.say("space", "search", json!({ "query": "jazz", "private": false })).await;
    assert!(searched.private && searched.content.contains("can’t send messages"), "{}", show(&searched));
    let hosts = stage.say("space", "by", json!({ "hosts": "jazzclub", "private": false })).await;
    assert!(hosts.private && hosts.content.contains("can’t send messages"), "{}", show(&hosts));
    let shared = stage.press(MONA, press_of(&searched, "Share")).await;
    assert!(shared.private && shared.content.contains("can’t send messages"), "{}", shared.content);
    let shown = stage.say("space", "show", json!({ "space": spaces[0].to_string(), "private": false })).await;
    assert!(shown.private && shown.content.contains("can’t send messages"), "{}", show(&shown));
}

#[tokio::test]
async fn hosts_spaces_are_listed_and_unknown_names_named() {
    for locale in ["en-US", "ja"] {
        let (mut stage, spaces) = jazz().await;
        stage.locale = locale;
        let typed = json!({ "hosts": "@band_0, band_5 https://x.com/BAND_6 nobody_1,nobody_2" });
        let list = stage.say("space", "by", typed).await;
        let none = stage.say("space", "by", json!({ "hosts": "nobody_1" })).await;
        stage.x.end(&spaces[3]).expect("good test data");
        // X lists hosts' Spaces once a second.
        stage.clock.advance(SignedDuration::from_secs(2));
        let silent = stage.say("space", "by", json!({ "hosts": "band_3" })).await;
        assert_eq!(stage.x.count(x::Endpoint::SpacesByCreators), 2, "{}", show(&silent));
        let all = [&list, &none, &silent].map(show).join("\n");
        insta::assert_snapshot!(format!("by_{locale}"), redacted(&all, &spaces));
    }
}

#[tokio::test]
async fn what_was_seen_by_a_command_rings_where_it_is_followed() {
    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    let space = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    stage.clock.advance(SignedDuration::from_mins(2));
    stage.x.advance(Duration::from_mins(2));
    stage.say("space", "by", json!({ "hosts": "nasa" })).await;
    assert!(stage.app.watch.known(space.to_string().parse().expect("good test data")).is_some());
    assert_eq!(stage.app.store.queue_depth(stage.app.clock.now()).await.expect("good test data").due, 1);
}

#[tokio::test]
async fn a_message_s_spaces_are_shown_and_one_without_is_a_sentence() {
    let (mut stage, spaces) = jazz().await;
    let text = format!(
        "https://x.com/i/spaces/{} and <https://twitter.com/i/spaces/{}/peek> https://x.com/i/spaces/1gone",
        spaces[0], spaces[5]
    );
    let cards = stage.asks(Request::of_command(&message_menu(&text))).await;
    // One card has the buttons that it has everywhere.
    let one = format!("https://x.com/i/spaces/{}", spaces[0]);
    let one = stage.asks(Request::of_command(&message_menu(&one))).await;
    let none = stage.asks(Request::of_command(&message_menu("see https://evil.test/i/spaces/1abc"))).await;
    stage.locale = "ja";
    let none_ja = stage.asks(Request::of_command(&message_menu(""))).await;
    let gone_ja = stage.asks(Request::of_command(&message_menu("https://x.com/i/spaces/1gone"))).await;
    let all = [&cards, &one, &none, &none_ja, &gone_ja].map(show).join("\n");
    insta::assert_snapshot!(redacted(&all, &spaces));
}

#[tokio::test]
async fn a_moderator_keeps_a_host_out_of_keyword_posts_and_takes_it_back() {
    for locale in ["en-US", "ja"] {
        let mut stage = Stage::set().await;
        stage.x.add_user("5", "spammer", "Spam");
        stage.locale = locale;
        let id = NeverHost("5".parse().expect("good test data")).to_string();
        let never = || Request::of_press(&id);
        stage.permissions = everything();
        let refused = stage.asks(never()).await;
        assert!(stage.app.follows.blocks(GuildId::new(GUILD)).is_empty());
        stage.permissions |= Permissions::MANAGE_GUILD;
        let blocked = stage.asks(never()).await;
        let again = stage.asks(never()).await;
        let blocks = stage.app.follows.blocks(GuildId::new(GUILD));
        assert!(
            matches!(blocks.as_slice(), [Block::Host { username, .. }] if username.as_str() == "spammer")
        );
        let undo = blocked.rows[0][0].does.clone();
        let Does::Press(undo) = undo else { panic!("a press") };
        let undone = stage.press(MONA, undo).await;
        assert!(stage.app.follows.blocks(GuildId::new(GUILD)).is_empty());
        let twice = stage.press(MONA, undo).await;
        let all = [&refused, &blocked, &again, &undone, &twice].map(show).join("\n");
        insta::assert_snapshot!(format!("never_{locale}"), all);
    }
}

#[tokio::test]
async fn members_hear_what_trouble_means_and_operators_see_figures() {
    for locale in ["en-US", "ja"] {
        let mut stage = Stage::set().await;
        stage.locale = locale;
        stage.x.add_user("11348282", "NASA", "NASA");
        stage.say("follow", "host", json!({ "host": "nasa" })).await;
        let status = || Request::of_command(&typed("status", "", json!({}), json!({})));
        let fine = stage.asks(status()).await;
        let figures = stage.asks_as(OLA, status()).await;
        stage.clock.advance(SignedDuration::from_mins(2));
        let now = stage.app.clock.now();
        for (leg, delays) in [(Leg::StartToSight, [1_234, 9_999, 95_000]), (Leg::SightToPost, [80, 350, 100])]
        {
            for delay in delays {
                let left = now - SignedDuration::from_millis(delay);
                stage.app.health.delays().saw(leg, left, now);
            }
        }
        stage.x.fault(x::Fault::status(503), Scope::everywhere());
        stage.say("space", "show", json!({ "space": "1abc" })).await;
        *stage.server.limited.lock().expect("good test data") = true;
        stage.app.health.saw_gateway(false, stage.app.clock.now());
        stage.app.health.saw_store(true, stage.app.clock.now());
        let degraded = stage.asks(status()).await;
        stage.x.clear_faults();
        stage.x.set_credits(Some(0));
        stage.say("space", "show", json!({ "space": "1abd" })).await;
        let spent = stage.asks_as(OLA, status()).await;
        let all = [&fine, &figures, &degraded, &spent].map(show).join("\n");
        insta::assert_snapshot!(format!("status_{locale}"), all);
    }
}

#[tokio::test]
async fn what_the_budget_leaves_out_is_said() {
    for locale in ["en-US", "ja"] {
        // A server gets a tenth: three accounts and a Space.
        let mut stage = Stage::with_budget(MicroDollars(360_000)).await;
        stage.locale = locale;
        for n in 0..5 {
            let host = stage.x.add_user(format!("70{n}"), &format!("band_{n}"), "Band");
            stage.x.start_now(&host, "Jazz").expect("good test data");
        }
        let status = || Request::of_command(&typed("status", "", json!({}), json!({})));
        let hosts = "band_0 band_1 band_2 band_3 band_4";
        let list = stage.say("space", "by", json!({ "hosts": hosts })).await;
        let searched = stage.say("space", "search", json!({ "query": "opera" })).await;
        let members = stage.asks(status()).await;
        assert!(list.content.contains("band\\_3"), "{}", show(&list));
        let all = [&searched, &members].map(show).join("\n");
        insta::assert_snapshot!(format!("budget_{locale}"), format!("{}\n\n{all}", list.content));
    }
}

#[tokio::test]
async fn more_spaces_than_x_shows_are_said_to_be_more() {
    let stage = Stage::set().await;
    for n in 0..101 {
        let host = stage.x.add_user(format!("70{n}"), &format!("band_{n}"), "Band");
        stage.x.start_now(&host, "Jazz").expect("good test data");
    }
    let reply = stage.say("space", "search", json!({ "query": "jazz" })).await;
    assert!(reply.content.contains("at most 100 Spaces"), "{}", show(&reply));
    assert!(show(&reply).contains("100 Spaces for “jazz”") && show(&reply).contains("Page 1 of 20"));
}

#[tokio::test]
async fn what_can_t_be_typed_is_explained_in_both_languages() {
    let mut said = Vec::new();
    for locale in ["en-US", "ja"] {
        let mut stage = Stage::set().await;
        stage.locale = locale;
        for options in [
            json!({}),
            json!({ "query": "\u{202e}🦀" }),
            json!({ "query": "x".repeat(101) }),
            json!({ "query": "a", "state": "over" }),
            json!({ "query": "a", "sort": "best" }),
            json!({ "query": "a", "tickets": "yes" }),
            json!({ "query": "a", "language": "klingon" }),
        ] {
            said.push(stage.say("space", "search", options).await.content);
        }
        for hosts in ["", "nasa @b@d", &"x".repeat(10_000), &many_hosts()] {
            said.push(stage.say("space", "by", json!({ "hosts": hosts })).await.content);
        }
        let gone = Press { by: DiscordUserId::new(MONA), deed: Deed::Page { list: 99, page: 0 } };
        said.push(stage.press(MONA, gone).await.content);
        assert_eq!(stage.x.requests().len(), 0);
    }
    insta::assert_snapshot!(said.join("\n"));
}

fn many_hosts() -> String {
    (0..101).map(|n| format!("host{n}")).collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn languages_and_what_was_looked_up_are_offered() {
    let (stage, spaces) = jazz().await;
    stage.say("space", "show", json!({ "space": spaces[2].to_string() })).await;
    let offered = async |option: &str, typed: &str, locale: &str, user: u64| {
        let choices = stage.completes(option, typed, locale, user).await;
        choices.into_iter().map(|choice| format!("{} = {}", choice.name, choice.value)).collect::<Vec<_>>()
    };
    assert_eq!(offered("language", "jap", "en-US", MONA).await, ["Japanese (ja) = ja"]);
    assert_eq!(offered("language", "ja", "ja", MONA).await, ["日本語 (ja) = ja"]);
    assert_eq!(offered("host", "band", "en-US", MONA).await, ["@band_2 · Band *2* = band_2"]);
    let space = offered("space", "", "en-US", MONA).await;
    assert_eq!(space, [format!("Live: Jazz [2] @band_2 = {}", spaces[2])]);
    assert!(offered("space", "", "en-US", 31).await.is_empty(), "it is nobody else's");
}

#[tokio::test]
async fn a_server_s_language_is_kept_for_its_posts() {
    let mut stage = Stage::set().await;
    stage.guild_locale = Some("ja");
    stage.say("follow", "list", json!({})).await;
    let guild = GuildId::new(GUILD);
    let reloaded = spacebell::guilds::Guilds::load(stage.app.store.clone()).await.expect("good test data");
    assert_eq!(reloaded.locale(guild).code(), "ja");
    stage.guild_locale = Some("fr");
    stage.say("follow", "list", json!({})).await;
    let reloaded = spacebell::guilds::Guilds::load(stage.app.store.clone()).await.expect("good test data");
    assert_eq!(reloaded.locale(guild).code(), "en");
    assert!(stage.app.follows.of_guild(guild).iter().all(|f| matches!(f.target, Target::Host { .. })));
}
