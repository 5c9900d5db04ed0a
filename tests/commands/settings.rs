//! `/settings`: what a server decides for itself.

use jiff::SignedDuration;
use serde_json::{Value, json};
use serenity::model::permissions::Permissions;
use spacebell::commands::Reply;
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::Does;
use spacebell::domain::ids::{ChannelId, DiscordUserId, GuildId};
use spacebell::domain::settings::GuildSettings;
use spacebell::guilds::Guilds;

use crate::stage::{ELSEWHERE, GUILD, HERE, MONA, Stage, channel, everything, show};

/// Another person than the one who asks.
const LEE: u64 = 31;

fn presses(reply: &Reply) -> [Press; 2] {
    let presses = reply.rows[0].iter().map(|button| match button.does {
        Does::Press(press) => press,
        _ => panic!("it does nothing: {}", show(reply)),
    });
    presses.collect::<Vec<_>>().try_into().expect("two buttons")
}

async fn asked(stage: &Stage) -> [Press; 2] {
    presses(&stage.say("settings", "erase", json!({})).await)
}

#[tokio::test]
async fn erasing_says_what_goes_asks_first_and_leaves_nothing() {
    let mut stage = Stage::set().await;
    stage.x.add_user("11348282", "NASA", "NASA");
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    stage.say("follow", "keyword", json!({ "keyword": "moon landing" })).await;
    stage.say("follow", "block", json!({ "word": "spam" })).await;
    let mut shown = Vec::new();
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        let question = stage.say("settings", "erase", json!({})).await;
        let [erase, keep] = presses(&question);
        let kept = stage.press(MONA, keep).await;
        assert_eq!(stage.app.follows.len(), 2, "nothing was erased");
        let again = stage.press(MONA, erase).await;
        let [erase, _] = asked(&stage).await;
        let done = if locale == "ja" { Some(stage.press(MONA, erase).await) } else { None };
        shown.extend([question, kept, again].into_iter().chain(done));
    }
    assert!(stage.nobody_follows());
    assert!(stage.app.follows.blocks(GuildId::new(GUILD)).is_empty());
    stage.locale = "en-US";
    let [erase, _] = asked(&stage).await;
    shown.push(stage.press(MONA, erase).await);
    insta::assert_snapshot!(shown.iter().map(show).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn only_whoever_asked_or_manages_the_server_confirms_within_a_quarter_of_an_hour_and_there() {
    let mut stage = Stage::set().await;
    stage.say("follow", "keyword", json!({ "keyword": "moon landing" })).await;
    let still_there = |stage: &Stage| stage.app.follows.of_channel(ChannelId::new(HERE)).len() == 1;
    let [erase, _] = asked(&stage).await;

    // A member without Manage Server presses it, and makes up an id that says that they had asked.
    stage.permissions = everything();
    let forged = Press { by: DiscordUserId::new(LEE), ..erase };
    for press in [erase, forged] {
        let refused = stage.press(LEE, press).await;
        assert!(refused.private && still_there(&stage), "{}", show(&refused));
    }
    let unheard_of = Press { deed: Deed::EraseServer(99), ..erase };
    assert!(stage.press(MONA, unheard_of).await.content.contains("too old") && still_there(&stage));

    // In another server the number is nobody's.
    stage.guild = Some(GuildId::new(GUILD + 1));
    assert!(stage.press(MONA, erase).await.content.contains("too old") && still_there(&stage));
    stage.guild = Some(GuildId::new(GUILD));

    stage.clock.advance(SignedDuration::from_mins(15));
    assert!(stage.press(MONA, erase).await.content.contains("too old") && still_there(&stage));

    // Whoever asked needs no Manage Server: the server may have granted them the command. Others do.
    let [erase, _] = asked(&stage).await;
    stage.permissions = everything() | serenity::model::permissions::Permissions::MANAGE_GUILD;
    assert!(stage.press(LEE, erase).await.content.contains("Erased"));
    assert!(!still_there(&stage));

    stage.guild = None;
    let nowhere = stage.say("settings", "erase", json!({})).await;
    assert!(nowhere.content.contains("a server’s"), "{}", nowhere.content);
}

#[tokio::test]
async fn a_person_or_an_account_that_is_erased_is_forgotten_in_memory_too() {
    use spacebell::domain::erasure::{Account, Whose};

    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let space = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    stage.say("space", "by", json!({ "hosts": "nasa" })).await;
    stage.say("space", "show", json!({ "space": space.to_string() })).await;
    let mona = DiscordUserId::new(MONA);
    assert_eq!(stage.app.recent.of(mona).hosts.len(), 1);
    let account = Whose::Account(Account::Named("nasa".parse().expect("good test data")));
    stage.app.erase(&account).await.expect("erased");
    assert!(stage.app.recent.of(mona).hosts.is_empty());
    assert!(stage.app.x.users().by_username(&"nasa".parse().expect("good test data")).is_none());
    let asked = stage.x.requests().len();
    stage.say("space", "by", json!({ "hosts": "nasa" })).await;
    assert!(stage.x.requests().len() > asked, "no answer is left that would serve");

    stage.app.erase(&Whose::Person(mona)).await.expect("erased");
    assert!(stage.app.recent.of(mona).spaces.is_empty());
}

/// Options that change each setting from what it comes as.
fn all_of_them() -> Value {
    json!({
        "language": "ja", "timezone": "asia/tokyo", "channel": ELSEWHERE.to_string(), "events": true,
        "ended": "delete", "merge_minutes": 1, "quiet_from": "20:30", "quiet_to": "７：００", "remind_before": 90,
    })
}

#[tokio::test]
async fn settings_are_shown_in_words_with_what_they_mean_and_which_are_defaults() {
    let mut stage = Stage::set().await;
    let mut shown = Vec::new();
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        shown.push(stage.say("settings", "show", json!({})).await);
    }
    let here = channel(ELSEWHERE, 0, everything());
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        shown.push(stage.says("settings", "set", all_of_them(), here.clone()).await);
        shown.push(stage.say("settings", "show", json!({})).await);
        // The channel that is set is chosen again, which takes it back; it is set anew in the next turn.
        let again = json!({ "channel": ELSEWHERE.to_string(), "merge_minutes": 0 });
        shown.push(stage.says("settings", "set", again, here.clone()).await);
    }
    insta::assert_snapshot!(shown.iter().map(show).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn each_setting_goes_back_to_what_it_comes_as_and_a_restart_keeps_the_others() {
    let stage = Stage::set().await;
    let guild = GuildId::new(GUILD);
    let here = channel(ELSEWHERE, 0, everything());
    stage.says("settings", "set", all_of_them(), here.clone()).await;
    let set = stage.app.guilds.settings(guild);
    assert!(set.quiet.is_some() && set.channel == Some(ChannelId::new(ELSEWHERE)) && set.events);
    let again = Guilds::load(stage.app.store.clone()).await.expect("loaded");
    assert_eq!(again.settings(guild), set);
    let back = json!({
        "language": "AUTO", "timezone": "utc", "channel": ELSEWHERE.to_string(), "events": false,
        "ended": "line", "merge_minutes": 10, "quiet_from": "5:00", "quiet_to": "05:00", "remind_before": 0,
    });
    stage.says("settings", "set", back, here).await;
    assert_eq!(stage.app.guilds.settings(guild), GuildSettings::default());
}

#[tokio::test]
async fn what_is_no_setting_is_refused_in_a_sentence_and_changes_nothing() {
    let mut stage = Stage::set().await;
    let hostile = "x".repeat(6_000);
    let mut bad = vec![json!({})];
    for typed in ["tlh", "", "en; DROP TABLE guild_settings", "@everyone", &hostile] {
        bad.push(json!({ "language": typed }));
    }
    for typed in ["Mars/Olympus", "", "../../etc/passwd", "UTC+25", "Europe/Berlin\0", &hostile] {
        bad.push(json!({ "timezone": typed }));
    }
    for typed in ["24:00", "7", "7:5", "-1:00", "07:00:00", "٠٧:٠٠", "1:60", "", "::", &hostile] {
        bad.push(json!({ "quiet_from": typed, "quiet_to": "07:00" }));
        bad.push(json!({ "quiet_from": "07:00", "quiet_to": typed }));
    }
    bad.push(json!({ "quiet_from": "22:00" }));
    bad.push(json!({ "quiet_to": "22:00", "language": "ja" }));
    for minutes in [-1, 61, i64::MAX, i64::MIN] {
        bad.push(json!({ "merge_minutes": minutes, "language": "ja" }));
    }
    for minutes in [-1, 1_441] {
        bad.push(json!({ "remind_before": minutes }));
    }
    for typed in ["burn", "Line", ""] {
        bad.push(json!({ "ended": typed, "events": true }));
    }
    let mut said = std::collections::BTreeSet::new();
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        for options in &bad {
            let refused = stage.say("settings", "set", options.clone()).await;
            assert!(refused.private && refused.cards.is_empty(), "{options}: {}", show(&refused));
            assert_eq!(stage.app.guilds.settings(GuildId::new(GUILD)), GuildSettings::default(), "{options}");
            said.insert(refused.content);
        }
    }
    insta::assert_snapshot!(said.into_iter().collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn a_channel_is_set_only_where_both_may_post_and_what_is_lacking_is_said_at_once() {
    let mut stage = Stage::set().await;
    let guild = GuildId::new(GUILD);
    let wanted = json!({ "channel": ELSEWHERE.to_string() });
    let cannot = channel(ELSEWHERE, 0, Permissions::VIEW_CHANNEL);
    let refused = stage.says("settings", "set", wanted.clone(), cannot).await;
    assert!(refused.content.contains("You can’t send messages"), "{}", refused.content);
    let can = channel(ELSEWHERE, 0, everything());
    *stage.server.own.lock().expect("good test data") = Ok(Permissions::VIEW_CHANNEL);
    let refused = stage.says("settings", "set", wanted.clone(), can.clone()).await;
    assert!(refused.content.contains("Send Messages"), "{}", refused.content);
    let voice = channel(ELSEWHERE, 2, everything());
    assert!(stage.says("settings", "set", wanted.clone(), voice).await.content.contains("text channel"));
    assert_eq!(stage.app.guilds.settings(guild).channel, None);
    *stage.server.own.lock().expect("good test data") = Ok(everything() - Permissions::EMBED_LINKS);
    let warned = stage.says("settings", "set", wanted, can).await;
    assert!(warned.content.contains("Embed Links"), "{}", show(&warned));
    assert_eq!(stage.app.guilds.settings(guild).channel, Some(ChannelId::new(ELSEWHERE)));

    let warned = stage.say("settings", "set", json!({ "events": true })).await;
    assert!(warned.content.contains("Create Events") && stage.app.guilds.settings(guild).events);
    stage.app_permissions = everything() | Permissions::CREATE_EVENTS;
    let fine = stage.say("settings", "set", json!({ "events": true })).await;
    assert_eq!(fine.content, "");

    stage.guild = None;
    for command in ["show", "set"] {
        let nowhere = stage.say("settings", command, json!({ "events": true })).await;
        assert!(nowhere.content.contains("a server’s"), "{}", nowhere.content);
    }
}

#[tokio::test]
async fn a_follow_without_a_channel_posts_where_the_settings_say_if_the_asker_may_send_there() {
    let stage = Stage::set().await;
    stage.x.add_user("11348282", "NASA", "NASA");
    let elsewhere = json!({ "channel": ELSEWHERE.to_string() });
    stage.says("settings", "set", elsewhere, channel(ELSEWHERE, 0, everything())).await;
    let promised = stage.say("follow", "host", json!({ "host": "nasa" })).await;
    assert!(promised.content.contains(&format!("<#{ELSEWHERE}>")), "{}", promised.content);
    assert_eq!(stage.app.follows.of_channel(ChannelId::new(ELSEWHERE)).len(), 1);
    stage.say("follow", "test", json!({})).await;
    assert_eq!(stage.server.sent.lock().expect("good test data")[0].0, ChannelId::new(ELSEWHERE));

    // Somebody who may run the command and may not write there writes nothing there by me.
    *stage.server.theirs.lock().expect("good test data") = Permissions::VIEW_CHANNEL;
    let refused = stage.say("follow", "keyword", json!({ "keyword": "moon landing" })).await;
    assert!(refused.content.contains("You can’t send messages"), "{}", refused.content);
    // Named, or pressed where it says "here", a channel goes before the setting.
    let named = json!({ "keyword": "moon landing", "channel": HERE.to_string() });
    stage.says("follow", "keyword", named, channel(HERE, 0, everything())).await;
    assert_eq!(stage.app.follows.of_channel(ChannelId::new(HERE)).len(), 1);
    let press = Press {
        by: DiscordUserId::new(MONA),
        deed: Deed::FollowHost("11348282".parse().expect("good test data")),
    };
    stage.press(MONA, press).await;
    assert_eq!(stage.app.follows.of_channel(ChannelId::new(HERE)).len(), 2);
}

#[tokio::test]
async fn what_everybody_sees_is_in_the_language_that_is_set_and_what_one_sees_in_theirs() {
    let mut stage = Stage::set().await;
    stage.guild_locale = Some("en-US");
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let space = stage.x.start_now(&nasa, "Artemis").expect("good test data").to_string();
    let shared = json!({ "space": space, "private": false });
    let title = |reply: &Reply| reply.cards[0].description.clone().unwrap_or_default();
    assert!(title(&stage.say("space", "show", shared.clone()).await).contains("Live now"));
    stage.say("settings", "set", json!({ "language": "ja" })).await;
    assert!(title(&stage.say("space", "show", shared).await).contains("ライブ中"));
    assert!(title(&stage.say("space", "show", json!({ "space": space })).await).contains("Live now"));
    stage.say("follow", "test", json!({})).await;
    let sample = stage.server.sent.lock().expect("good test data")[0].1.content.clone();
    assert!(sample.contains("見本"), "{sample}");
}

#[tokio::test]
async fn time_zones_languages_and_the_last_of_several_hosts_are_completed() {
    let stage = Stage::set().await;
    let values = async |option: &str, typed: &str| -> Vec<String> {
        let choices = stage.completes(option, typed, "en-US", MONA).await;
        assert!(choices.len() <= 25 && choices.iter().all(|choice| choice.name.chars().count() <= 100));
        choices.into_iter().map(|choice| choice.value).collect()
    };
    assert_eq!(values("timezone", "").await[..2], ["UTC", "Asia/Tokyo"]);
    assert_eq!(values("timezone", " new y").await, ["America/New_York"]);
    assert_eq!(values("timezone", "berlin").await, ["Europe/Berlin"]);
    assert_eq!(values("timezone", "EUROPE/").await.len(), 25);
    for nothing in ["zzz", "\0", "%", "🦀", &"x".repeat(6_000)] {
        assert_eq!(values("timezone", nothing).await, Vec::<String>::new(), "{nothing}");
    }
    let shown = stage.completes("timezone", "tokyo", "ja", MONA).await;
    assert_eq!(shown[0].name, "Asia/Tokyo · 今21:00");

    for (id, name) in [("1", "NASA"), ("2", "ESA"), ("3", "JAXA")] {
        stage.x.add_user(id, name, name);
        stage.say("follow", "host", json!({ "host": name })).await;
    }
    assert_eq!(values("hosts", "na").await, ["NASA"]);
    assert_eq!(values("hosts", "@nasa, e").await, ["@nasa, ESA"]);
    assert_eq!(values("hosts", "NASA ESA ").await, ["NASA ESA JAXA"]);
    assert_eq!(values("hosts", &format!("{} e", "x".repeat(98))).await, Vec::<String>::new());
}
