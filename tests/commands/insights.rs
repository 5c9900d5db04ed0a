//! `/space insights`: pictures of what was counted, the figures in words, a table, and a reason where there is none.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use serenity::model::permissions::Permissions;
use spacebell::commands::Reply;
use spacebell::commands::space::insights::table;
use spacebell::domain::ids::{SpaceId, UserId};
use spacebell::domain::insights::{Counted, Sample};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::watcher::lifecycle::{Observation, Sight};
use tiny_skia::Pixmap;

use crate::stage::{MONA, Stage, press_of, show};

const HOST: &str = "11348282";

fn host() -> UserId {
    HOST.parse().expect("good test data")
}

fn id(text: &str) -> SpaceId {
    text.parse().expect("good test data")
}

fn space(text: &str, state: SpaceState) -> Space {
    Space {
        creator: Some(host()),
        title: Some("=Jazz, *live* \"from\" @everyone".to_owned()),
        hosts: vec![host()],
        ..Space::bare(id(text), state)
    }
}

/// A server that follows the host, whom X has shown.
async fn followed() -> Stage {
    let stage = Stage::set().await;
    stage.x.add_user(HOST, "NASA", "NASA");
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    stage
}

async fn sees(stage: &Stage, space: Space) {
    let sight = Sight::Present(Box::new(space));
    let seen = Observation { sight, asked_at: stage.app.clock.now() };
    stage.app.watch.observe(vec![seen]).await.expect("judged");
}

/// Lets a Space run for so many minutes, with a count in each, and end if it is to.
async fn runs(stage: &Stage, text: &str, minutes: u32, ends: bool) {
    let began: Timestamp = stage.app.clock.now();
    for minute in 0..minutes {
        let live = Space {
            participant_count: Some(100 + minute * 37 % 60),
            speaker_count: Some(1 + minute % 3),
            started_at: Some(began),
            ..space(text, SpaceState::Live)
        };
        sees(stage, live).await;
        stage.clock.advance(SignedDuration::from_mins(1));
    }
    if ends {
        let ended_at = Some(stage.app.clock.now());
        let over = Space { started_at: Some(began), ended_at, ..space(text, SpaceState::Ended) };
        sees(stage, over).await;
    }
}

async fn asks(stage: &Stage, space: &str) -> Reply {
    stage.say("space", "insights", json!({ "space": space })).await
}

#[tokio::test]
async fn a_room_is_shown_in_a_picture_in_words_and_as_a_table() {
    for locale in ["en-US", "ja"] {
        let mut stage = followed().await;
        stage.locale = locale;
        runs(&stage, "1live", 12, false).await;
        let live = asks(&stage, "1live").await;
        runs(&stage, "1over", 30, true).await;
        stage.say("settings", "set", json!({ "timezone": "Asia/Tokyo" })).await;
        let over = asks(&stage, "1over").await;
        let shared = stage.press(MONA, press_of(&over, if locale == "ja" { "共有" } else { "Share" })).await;
        assert!(!shared.private && shared.files.len() == 2, "{}", show(&shared));
        assert_eq!(stage.x.count(spacebell_sim::x::Endpoint::SpaceById), 0, "X is asked nothing");
        for reply in [&live, &over, &shared] {
            let [picture, file] = reply.files.as_slice() else { panic!("{}", show(reply)) };
            let pixels = Pixmap::decode_png(&picture.bytes).expect("a PNG");
            assert_eq!((pixels.width(), pixels.height()), (1_000, 500));
            assert_eq!(reply.cards[0].picture.as_deref(), Some(picture.name.as_str()));
            assert_eq!(file.name, "room.csv");
        }
        insta::assert_snapshot!(format!("insights_{locale}"), [&live, &over].map(show).join("\n"));
    }
}

#[tokio::test]
async fn a_host_s_last_spaces_stand_side_by_side_with_the_usual_hour() {
    for locale in ["en-US", "ja"] {
        let mut stage = followed().await;
        stage.locale = locale;
        runs(&stage, "1a", 12, true).await;
        let one = stage.say("space", "insights", json!({ "host": "@nasa" })).await;
        for (text, minutes) in [("1b", 35), ("1c", 70)] {
            stage.clock.advance(SignedDuration::from_hours(2));
            runs(&stage, text, minutes, true).await;
        }
        let three = stage.say("space", "insights", json!({ "host": "@nasa" })).await;
        let shared = stage.press(MONA, press_of(&three, if locale == "ja" { "共有" } else { "Share" })).await;
        assert!(!shared.private && shared.files.len() == 2, "{}", show(&shared));
        let csv = three.files[1].bytes.clone();
        let csv = String::from_utf8(csv).expect("text");
        assert_eq!(csv.lines().count(), 4, "{csv}");
        assert!(csv.contains("'=Jazz"), "no program takes it for a formula: {csv}");
        insta::assert_snapshot!(format!("host_insights_{locale}"), [&one, &three].map(show).join("\n"));
    }
}

#[tokio::test]
async fn each_reason_for_no_picture_is_a_sentence_of_its_own() {
    for locale in ["en-US", "ja"] {
        let mut stage = followed().await;
        stage.locale = locale;
        let mut said = Vec::new();
        said.push(asks(&stage, "1nobody").await);
        let scheduled = Space {
            scheduled_start: Some(stage.app.clock.now() + SignedDuration::from_hours(2)),
            ..space("1soon", SpaceState::Scheduled)
        };
        sees(&stage, scheduled).await;
        said.push(asks(&stage, "1soon").await);
        sees(&stage, space("1fresh", SpaceState::Live)).await;
        said.push(asks(&stage, "1fresh").await);
        runs(&stage, "1few", 2, false).await;
        said.push(asks(&stage, "1few").await);
        runs(&stage, "1few", 0, true).await;
        said.push(asks(&stage, "1few").await);
        sees(&stage, Space { ended_at: Some(stage.app.clock.now()), ..space("1missed", SpaceState::Ended) })
            .await;
        said.push(asks(&stage, "1missed").await);
        runs(&stage, "1old", 5, true).await;
        stage.clock.advance(SignedDuration::from_hours(25));
        let before = stage.app.clock.now() - SignedDuration::from_hours(23);
        stage.app.watch.erase_old(before, Timestamp::MIN, "2026-01-01").await.expect("erased");
        said.push(asks(&stage, "1old").await);
        said.push(stage.say("space", "insights", json!({ "host": "nasa" })).await);
        said.push(stage.say("space", "insights", json!({ "host": "esa" })).await);
        said.push(stage.say("space", "insights", json!({})).await);
        said.push(stage.say("space", "insights", json!({ "host": "esa", "space": "1old" })).await);
        // Another server's Space, which this one doesn't follow.
        let other = Space {
            creator: Some("5".parse().expect("good test data")),
            ..space("1theirs", SpaceState::Live)
        };
        let sight = Sight::Present(Box::new(other));
        let seen = Observation { sight, asked_at: stage.app.clock.now() };
        stage.app.watch.learn(vec![seen]).await.expect("judged");
        said.push(asks(&stage, "1theirs").await);
        assert!(said.iter().all(|reply| reply.private && reply.files.is_empty() && reply.cards.is_empty()));
        let sentences: std::collections::HashSet<&str> =
            said.iter().map(|reply| reply.content.as_str()).collect();
        assert_eq!(sentences.len(), said.len() - 1, "only the last two mistakes are one");
        let all: Vec<String> = said.iter().map(|reply| reply.content.clone()).collect();
        insta::assert_snapshot!(format!("no_insights_{locale}"), all.join("\n"));
    }
}

#[tokio::test]
async fn who_may_not_send_here_sees_insights_alone() {
    let mut stage = followed().await;
    runs(&stage, "1over", 5, true).await;
    stage.permissions = Permissions::VIEW_CHANNEL;
    let asked = stage.say("space", "insights", json!({ "space": "1over", "private": false })).await;
    assert!(asked.private && asked.content.contains("can’t send messages"), "{}", show(&asked));
    let pressed = stage.press(MONA, press_of(&asked, "Share")).await;
    assert!(pressed.private && pressed.files.is_empty(), "{}", show(&pressed));
}

#[test]
fn tables_are_read_back_as_they_were_whatever_a_title_holds() {
    let at = |minute: i64| Timestamp::from_second(1_785_585_600 + 60 * minute).expect("good test data");
    let titles = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\u{202e}=1",
        "\u{200b}=1",
        "a \"b\", c\r\nd",
        "",
        "日本語",
    ];
    for title in titles {
        let samples = (0..3).map(|minute| Sample {
            taken_at: at(minute),
            people: 5,
            speakers: (minute == 1).then_some(2),
            cohosts: None,
        });
        let counted = Counted {
            id: id("1a"),
            title: Some(title.to_owned()),
            began_at: at(0),
            over_at: Some(at(9)),
            samples: samples.collect(),
        };
        let figures = counted.figures(at(9)).expect("figures");
        let file = table::spaces(&[(counted.clone(), figures)]);
        let text = String::from_utf8(file.clone()).expect("text");
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'), "{text:?}");
        let mut rows = csv::Reader::from_reader(file.as_slice());
        let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
        let [row] = rows.as_slice() else { panic!("{text}") };
        let shown = &row[1];
        let first = shown.chars().find(|c| !c.is_whitespace() && !matches!(c, '\u{2066}'..='\u{2069}'));
        assert!(!first.is_some_and(|c| "=+-@".contains(c)), "{shown:?}");
        assert_eq!(&row[2], "2026-08-01T12:00:00Z");
        let room = table::room(&counted);
        let mut rows = csv::Reader::from_reader(room.as_slice());
        let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows[1], csv::StringRecord::from(vec!["2026-08-01T12:01:00Z", "5", "2", ""]));
    }
}
