//! `/follow export` and `/follow import`: what is written, what is shown before anything changes, and what comes of it.

use std::collections::HashMap;

use serde_json::{Value, json};
use serenity::model::channel::ChannelType;
use serenity::model::permissions::Permissions;
use spacebell::commands::Reply;
use spacebell::commands::app::{Survey, Surveyed, Unread};
use spacebell::commands::press::{Deed, Press};
use spacebell::domain::follow::Follow;
use spacebell::domain::ids::{ChannelId, DiscordUserId, RoleId};
use spacebell::x::MicroDollars;
use spacebell_sim::x;

use crate::stage::{ELSEWHERE, GUILD, HERE, MONA, Stage, everything, press_of, role, show};

const ROLE: u64 = 50;
const QUIET: u64 = 51;
const HIDDEN: u64 = 22;
const VOICE: u64 = 23;
const CLOSED: u64 = 24;

/// A server with a channel of each kind and two roles.
pub fn surveyed() -> Survey {
    let place = |kind, theirs, ours| Surveyed { kind, theirs, ours };
    let none = Permissions::empty();
    let channels = [
        (HERE, place(ChannelType::Text, everything(), everything())),
        (ELSEWHERE, place(ChannelType::News, everything(), everything())),
        (HIDDEN, place(ChannelType::Text, none, everything())),
        (VOICE, place(ChannelType::Voice, everything(), everything())),
        (CLOSED, place(ChannelType::Text, everything(), Permissions::VIEW_CHANNEL)),
    ];
    let roles = [(ROLE, true), (QUIET, false), (GUILD, true)];
    Survey {
        channels: channels.into_iter().map(|(id, place)| (ChannelId::new(id), place)).collect(),
        roles: roles.into_iter().map(|(id, may)| (RoleId::new(id), may)).collect::<HashMap<_, _>>(),
    }
}

async fn stage(locale: &'static str) -> Stage {
    let mut stage = Stage::set().await;
    stage.locale = locale;
    stage.x.add_user("700", "band", "The *Band*");
    stage.x.add_user("701", "choir", "The Choir");
    *stage.server.surveyed.lock().expect("good test data") = surveyed();
    stage
}

/// Imports what these bytes hold.
async fn give(stage: &Stage, bytes: impl Into<Vec<u8>>) -> Reply {
    *stage.server.file.lock().expect("good test data") = Ok(bytes.into());
    attached(stage, 100).await
}

async fn attached(stage: &Stage, size: u64) -> Reply {
    let file = json!({ "attachments": { "5": {
        "id": "5", "filename": "follows.json", "size": size, "url": "https://cdn.discordapp.com/a",
        "proxy_url": "https://media.discordapp.net/a",
    } } });
    stage.says("follow", "import", json!({ "file": "5" }), file).await
}

fn file(follows: &[Value]) -> String {
    json!({ "version": 1, "server": "1", "follows": follows }).to_string()
}

fn kept(stage: &Stage) -> Vec<Follow> {
    let follows = stage.app.follows.of_guild(stage.guild.expect("a server"));
    follows.iter().map(|follow| Follow::clone(follow)).collect()
}

#[tokio::test]
async fn what_is_exported_is_imported_as_it_was() {
    for locale in ["en-US", "ja"] {
        let stage = stage(locale).await;
        let nothing = stage.say("follow", "export", json!({})).await;
        let wish = json!({
            "keyword": "rust", "min_listeners": 50, "language": "ja", "tickets": "free", "role": ROLE.to_string(),
            "title_has": "async, tokio", "title_lacks": "ads", "when": "live",
        });
        stage.says("follow", "keyword", wish, role(ROLE, true)).await;
        stage.say("follow", "host", json!({ "host": "band" })).await;
        stage.say("follow", "pause", json!({ "follow": "2" })).await;
        let exported = stage.say("follow", "export", json!({})).await;
        let [written] = exported.files.as_slice() else { panic!("one file") };
        assert_eq!(written.name, format!("spacebell-follows-{GUILD}.json"));
        let same = give(&stage, written.bytes.clone()).await;
        for id in ["1", "2"] {
            stage.say("follow", "remove", json!({ "follow": id })).await;
        }
        let before = kept(&stage);
        assert!(before.is_empty());
        let shown = give(&stage, written.bytes.clone()).await;
        assert_eq!(kept(&stage), before, "it is only shown");
        let label = if locale == "ja" { "読み込む" } else { "Import" };
        let done = stage.press(MONA, press_of(&shown, label)).await;
        let again = stage.press(MONA, press_of(&shown, label)).await;
        let exported_again = stage.say("follow", "export", json!({})).await;
        assert_eq!(exported_again.files[0].bytes, written.bytes, "nothing is lost on the way");
        let said = [&nothing, &exported, &same, &shown, &done, &again].map(show).join("\n");
        insta::assert_snapshot!(format!("exchange_{locale}"), said);
    }
}

#[tokio::test]
async fn an_import_says_what_is_new_there_refused_and_what_names_cost() {
    for locale in ["en-US", "ja"] {
        let stage = stage(locale).await;
        stage.say("follow", "host", json!({ "host": "band" })).await;
        let here = HERE.to_string();
        let entries = [
            json!({ "channel": here, "host": "@BAND" }),
            json!({ "channel": here, "host": "choir" }),
            json!({ "channel": ELSEWHERE.to_string(), "host": "@choir", "role": ROLE.to_string() }),
            json!({ "channel": here, "host": "@nobody_at_all" }),
            json!({ "channel": "999", "keyword": "**jazz**" }),
            json!({ "channel": HIDDEN.to_string(), "keyword": "jazz" }),
            json!({ "channel": VOICE.to_string(), "keyword": "jazz" }),
            json!({ "channel": CLOSED.to_string(), "keyword": "jazz" }),
            json!({ "channel": here, "keyword": "jazz", "role": "777" }),
            json!({ "channel": here, "keyword": "blues", "role": QUIET.to_string() }),
            json!({ "channel": here, "keyword": "folk", "role": GUILD.to_string() }),
        ];
        let shown = give(&stage, file(&entries)).await;
        assert_eq!(
            stage.x.count(x::Endpoint::UsersByUsernames),
            0,
            "nothing is asked before it is confirmed"
        );
        let label = if locale == "ja" { "読み込む" } else { "Import" };
        let done = stage.press(MONA, press_of(&shown, label)).await;
        assert_eq!(stage.x.count(x::Endpoint::UsersByUsernames), 1, "all names at once");
        assert_eq!(kept(&stage).len(), 3);
        let cancelled = give(&stage, file(&[json!({ "channel": here, "keyword": "soul" })])).await;
        let label = if locale == "ja" { "やめる" } else { "Cancel" };
        let cancelled = [stage.press(MONA, press_of(&cancelled, label)).await, cancelled];
        assert_eq!(kept(&stage).len(), 3);
        let said = [&shown, &done, &cancelled[1], &cancelled[0]].map(show).join("\n");
        insta::assert_snapshot!(format!("import_{locale}"), said);
    }
}

#[tokio::test]
async fn caps_are_held_in_the_order_of_the_file() {
    let stage = stage("en-US").await;
    let keywords: Vec<Value> =
        (0..22).map(|n| json!({ "channel": HERE.to_string(), "keyword": format!("word{n}") })).collect();
    let shown = give(&stage, file(&keywords)).await;
    insta::assert_snapshot!(show(&shown));
    stage.press(MONA, press_of(&shown, "Import")).await;
    assert_eq!(kept(&stage).len(), 20);
}

#[tokio::test]
async fn what_cant_be_imported_is_told_in_a_sentence_and_nothing_is_kept() {
    for locale in ["en-US", "ja"] {
        let stage = stage(locale).await;
        let follow = |fields: Value| {
            let mut follow = json!({ "channel": HERE.to_string(), "host": "band" });
            for (name, value) in fields.as_object().expect("good test data") {
                follow[name] = value.clone();
            }
            file(&[follow])
        };
        let mut said = Vec::new();
        for bytes in [
            String::new(),
            "{\n\"version\": 1,\n@everyone".to_owned(),
            "[]".to_owned(),
            json!({ "version": 2, "follows": [] }).to_string(),
            file(&[]),
            file(&[json!(5)]),
            file(&[json!({ "host": "band" })]),
            follow(json!({ "@everyone `x` [a](https://b.test)": 1 })),
            follow(json!({ "when": "never" })),
            follow(json!({ "host": "not a name" })),
            follow(json!({ "title_has": ["a"] })),
            follow(json!({ "min_listeners": 5, "when": "scheduled" })),
            file(&[json!({ "channel": "20", "host": "band" }), json!({ "channel": "20", "host": "@Band" })]),
            file(&[json!({ "channel": "999", "host": "band" })]),
            " ".repeat((1 << 20) + 1),
        ] {
            said.push(give(&stage, bytes).await);
        }
        said.push(attached(&stage, 100_000_000).await);
        for unread in [Unread::Unavailable, Unread::Elsewhere] {
            *stage.server.file.lock().expect("good test data") = Err(unread);
            said.push(attached(&stage, 100).await);
        }
        assert!(stage.nobody_follows());
        assert!(said.iter().all(|reply| reply.private && reply.rows.is_empty()));
        insta::assert_snapshot!(
            format!("import_refused_{locale}"),
            said.iter().map(show).collect::<Vec<_>>().join("\n")
        );
    }
}

#[tokio::test]
async fn an_import_is_confirmed_by_whoever_asked_within_the_hour_and_the_budget() {
    let poor = MicroDollars(0);
    let mut stage = Stage::with_budget(poor).await;
    *stage.server.surveyed.lock().expect("good test data") = surveyed();
    stage.x.add_user("701", "choir", "The Choir");
    let entry = json!({ "channel": HERE.to_string(), "host": "choir" });
    let shown = give(&stage, file(std::slice::from_ref(&entry))).await;
    let press = press_of(&shown, "Import");
    let spent = stage.press(MONA, press).await;
    assert!(stage.nobody_follows());
    // Somebody else without Manage Server, under a name that isn't theirs.
    stage.permissions = everything();
    let theirs = Press { by: DiscordUserId::new(99), deed: press.deed };
    let foreign = stage.asks_as(99, spacebell::commands::Request::Press(theirs)).await;
    stage.permissions |= Permissions::MANAGE_GUILD;
    let unknown = stage.press(MONA, Press { by: press.by, deed: Deed::Import(4_711) }).await;
    stage.clock.advance(jiff::SignedDuration::from_mins(61));
    let late = stage.press(MONA, press).await;
    assert!(stage.nobody_follows());
    insta::assert_snapshot!([&spent, &foreign, &unknown, &late].map(show).join("\n"));
}
