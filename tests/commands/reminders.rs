//! Reminders: what people are answered, and what they get.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use spacebell::commands::app::Undelivered;
use spacebell::commands::press::RemindMe;
use spacebell::commands::reply::Does;
use spacebell::commands::{Reply, Request};
use spacebell::domain::ids::GuildId;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::reminder::{Form, OPEN_AT_MOST};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::reminder::message::compose;
use spacebell::store::Reminder;
use spacebell_sim::x;

use crate::stage::{GUILD, MONA, NOON, Stage, assert_sound, show};

/// Somebody who asked for nothing yet.
const LEE: u64 = 31;

fn noon() -> Timestamp {
    NOON.parse().expect("good test data")
}

fn in_minutes(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

/// A Space of NASA's that is to begin in so many minutes.
fn to_come(stage: &Stage, title: &str, minutes: i64) -> x::SpaceId {
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    stage.x.schedule(&nasa, title, in_minutes(minutes)).expect("good test data")
}

async fn waiting(stage: &Stage) -> Vec<Reminder> {
    stage.app.store.due_reminders(99, in_minutes(100_000)).await.expect("reminders")
}

fn redacted(replies: &[Reply], space: &x::SpaceId) -> String {
    replies.iter().map(show).collect::<Vec<_>>().join("\n").replace(&space.to_string(), "SPACE")
}

#[tokio::test]
async fn a_reminder_is_confirmed_with_its_time_and_can_be_taken_back() {
    let mut stage = Stage::set().await;
    let space = to_come(&stage, "**Artemis** @everyone", 60);
    let mut shown = Vec::new();
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        for before in [json!({}), json!({ "before": 15 }), json!({ "before": 90 })] {
            let mut options = before;
            options["space"] = json!(space.to_string());
            shown.push(stage.say("space", "remind", options).await);
        }
        let Does::Press(undo) = shown.last().expect("a reply").rows[0][0].does else { panic!("no button") };
        shown.push(stage.press(MONA, undo).await);
        shown.push(stage.press(MONA, undo).await);
        assert!(waiting(&stage).await.is_empty(), "it was taken back");
    }
    insta::assert_snapshot!(redacted(&shown, &space));
    let first = stage.server.direct.lock().expect("good test data").clone();
    assert!(first.iter().all(|message| message.content.contains('🔔')), "{first:?}");
}

#[tokio::test]
async fn where_there_is_nothing_to_remind_of_that_is_said() {
    let mut stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let live = stage.x.start_now(&nasa, "Artemis").expect("good test data");
    let over = stage.x.start_now(&nasa, "Before").expect("good test data");
    stage.x.end(&over).expect("good test data");
    let mut shown = Vec::new();
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        for space in [&live, &over] {
            shown.push(stage.say("space", "remind", json!({ "space": space.to_string() })).await);
        }
        shown.push(stage.say("space", "remind", json!({ "space": live.to_string(), "before": 1_441 })).await);
    }
    insta::assert_snapshot!(redacted(&shown, &live).replace(&over.to_string(), "OVER"));
    assert!(waiting(&stage).await.is_empty());
}

#[tokio::test]
async fn whoever_takes_no_direct_messages_is_told_at_the_press() {
    let mut stage = Stage::set().await;
    let space = to_come(&stage, "Artemis", 60);
    let pressed = || Request::of_press(&RemindMe(space.to_string().parse().expect("an id")).to_string());
    let mut shown = Vec::new();
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        for why in [
            Undelivered::Closed,
            Undelivered::Later(std::time::Duration::from_secs(30)),
            Undelivered::Uncertain,
        ] {
            *stage.server.closed.lock().expect("good test data") = Some(why);
            shown.push(stage.asks_as(LEE, pressed()).await);
        }
    }
    insta::assert_snapshot!(redacted(&shown, &space));
    assert!(waiting(&stage).await.is_empty());
    *stage.server.closed.lock().expect("good test data") = None;
    let made = stage.asks_as(LEE, pressed()).await;
    assert!(made.private && made.content.contains("DM"), "{}", made.content);
    assert_eq!(waiting(&stage).await.len(), 1);
    // In a direct message there is a channel already.
    *stage.server.closed.lock().expect("good test data") = Some(Undelivered::Closed);
    stage.guild = None;
    stage.asks(pressed()).await;
    let channels: Vec<u64> = waiting(&stage).await.iter().map(|reminder| reminder.channel.get()).collect();
    assert_eq!(channels, [LEE + 1_000, crate::stage::HERE]);
}

#[tokio::test]
async fn the_server_s_setting_says_when_where_nobody_does() {
    let stage = Stage::set().await;
    let space = to_come(&stage, "Artemis", 60);
    stage.app.guilds.set(GuildId::new(GUILD), |settings| settings.remind_before = 20).await.expect("kept");
    stage.say("space", "remind", json!({ "space": space.to_string() })).await;
    assert_eq!(waiting(&stage).await[0].due_at, in_minutes(40));
    stage.say("space", "remind", json!({ "space": space.to_string(), "before": 0 })).await;
    assert_eq!(waiting(&stage).await[0].due_at, in_minutes(60), "the second changed the first");
}

#[tokio::test]
async fn a_space_that_nobody_follows_is_watched_once_somebody_waits_for_it() {
    let stage = Stage::set().await;
    let space = to_come(&stage, "Artemis", 60);
    stage.say("space", "remind", json!({ "space": space.to_string() })).await;
    let id = space.to_string().parse().expect("an id");
    assert!(stage.app.watch.known(id).is_some());
    assert_eq!(stage.app.store.awaited().await.expect("Spaces"), [id]);
}

#[tokio::test]
async fn one_person_has_so_many_open_and_no_more() {
    let mut stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    for nth in 0..=OPEN_AT_MOST {
        // The bound on questions to X is another matter.
        stage.app.quota = spacebell::commands::quota::Quota::new(5);
        let space = stage.x.schedule(&nasa, &format!("Part {nth}"), in_minutes(60)).expect("good test data");
        let reply = stage.say("space", "remind", json!({ "space": space.to_string() })).await;
        if nth == OPEN_AT_MOST {
            assert!(reply.content.contains("25 reminders"), "{}", reply.content);
        }
    }
    assert_eq!(waiting(&stage).await.len(), OPEN_AT_MOST);
}

#[tokio::test]
async fn each_message_is_true_and_what_others_wrote_does_nothing() {
    let stage = Stage::set().await;
    let host = stage.x.add_user("11348282", "NASA", "@everyone [x](https://evil.example) <@1>");
    let space = stage.x.schedule(&host, "x", in_minutes(60)).expect("good test data");
    // The account is met.
    stage.say("space", "show", json!({ "space": space.to_string() })).await;
    let mut shown = Space::bare("1abc".parse().expect("an id"), SpaceState::Scheduled);
    shown.title = Some("@here **Big** \u{202e}news `now` https://evil.example".to_owned());
    shown.scheduled_start = Some(in_minutes(60));
    let mut unnamed = shown.clone();
    shown.creator = Some("11348282".parse().expect("an id"));
    unnamed.scheduled_start = None;
    let mut out = String::new();
    for locale in ["en-US", "ja"] {
        for (form, phase) in [
            (Form::Soon, Phase::Scheduled),
            (Form::Overdue, Phase::Scheduled),
            (Form::Live, Phase::Live),
            (Form::NoShow, Phase::NoShow),
            (Form::Cancelled, Phase::Cancelled),
            (Form::Missed, Phase::Ended),
            (Form::Ended, Phase::Ended),
            (Form::Emptied, Phase::Ended),
        ] {
            for space in [&shown, &unnamed] {
                let known = Known::first_seen(space.clone(), phase, noon());
                let message = compose(&stage.app, form, Some(&known), locale);
                assert_sound(&message);
                writeln!(out, "{form:?}: {}", show(&message)).expect("good test data");
                if matches!(form, Form::Cancelled | Form::Missed | Form::Ended | Form::Emptied) {
                    assert!(!show(&message).contains("Big"), "no title of what is over");
                }
            }
        }
    }
    insta::assert_snapshot!(out);
}
