//! Answers of X: whatever the bytes, nothing is invented and what can be read is kept.
//!
//! An input is a status on a line of its own and a body; without the line the status is 200.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use spacebell::domain::ids::SpaceId;
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::space::{Space, SpaceState, XUser};
use spacebell::watcher::lifecycle::{Event, Observation, Sight, step};
use spacebell::watcher::planner::spaces::look_up_at;
use spacebell::x::answer::{Verdict, judge};
use spacebell::x::wire::Body;

use super::render;

/// Holds what must hold of the answer in `data`.
pub fn hold(data: &[u8]) {
    let (status, body) = parted(data);
    let json: Option<Map<String, Value>> = serde_json::from_slice(body).ok();
    match judge(status, Ok(body.to_vec())) {
        Verdict::Answered(read) => {
            assert!((200..300).contains(&status), "status {status} found something");
            let json = json.expect("what is no JSON object isn't an answer");
            hold_body(&read, &json);
            hold_unknown_fields(status, &read, &json);
        }
        Verdict::Missing(read) => {
            assert_eq!(status, 404);
            assert!(json.is_some(), "a 404 of somebody else is an outage");
            assert!(!read.is_nothing_there() || denies(body), "nobody said that it isn't there");
        }
        Verdict::BadQuestion(_) => assert_eq!(status, 400),
        Verdict::Limited => assert_eq!(status, 429),
        Verdict::CreditsSpent => assert!(status == 402 || contains(body, "usage-capped"), "{status}"),
        Verdict::Failed(error) => assert!(!error.to_string().is_empty()),
    }
}

fn parted(data: &[u8]) -> (u16, &[u8]) {
    let line = data.iter().position(|byte| *byte == b'\n');
    let status = line.and_then(|end| std::str::from_utf8(&data[..end]).ok()?.trim().parse().ok());
    match (status, line) {
        (Some(status @ 100..1000), Some(end)) => (status, &data[end + 1..]),
        _ => (200, data),
    }
}

fn contains(body: &[u8], word: &str) -> bool {
    // Escapes in JSON can write it otherwise.
    serde_json::from_slice::<Value>(body).is_ok_and(|json| json.to_string().contains(word))
}

fn denies(body: &[u8]) -> bool {
    contains(body, "resource-not-found") || contains(body, "Not Found Error")
}

/// The items of `data`.
fn items(json: &Map<String, Value>) -> Vec<&Value> {
    match json.get("data") {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}

fn id_of(item: &Value) -> Option<SpaceId> {
    match item.get("id")? {
        Value::String(id) => id.parse().ok(),
        Value::Number(id) => id.to_string().parse().ok(),
        _ => None,
    }
}

fn hold_body(read: &Body, json: &Map<String, Value>) {
    let all = Value::Object(json.clone()).to_string();
    let says_so = all.contains("resource-not-found") || all.contains("Not Found Error");
    assert!(
        !read.is_nothing_there() || (says_so && items(json).is_empty()),
        "nobody said that it isn't there"
    );

    let (spaces, speakers) = read.spaces();
    for item in items(json) {
        if let Some(id) = id_of(item) {
            let times = spaces.iter().filter(|space| space.id == id).count();
            assert_eq!(times, 1, "{id} is there and shown {times} times");
        }
    }
    for space in &spaces {
        // Of two with one id the first counts.
        let item = items(json).into_iter().find(|item| id_of(item) == Some(space.id));
        let item = item.expect("a Space that X sent");
        let word = item.get("state").and_then(Value::as_str).map(str::trim);
        let is_over = matches!(word, Some("ended" | "canceled" | "cancelled"));
        assert_eq!(matches!(space.state, SpaceState::Ended | SpaceState::Canceled), is_over, "{item}");
        hold_life(space, is_over, &read.included_users());
    }
    assert!(speakers.keys().all(|id| spaces.iter().any(|space| space.id == *id)));
    for user in read.included_users().iter().chain(&read.users()) {
        hold_user(user);
    }
}

fn hold_user(user: &XUser) {
    let name = user.username.as_str();
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{name:?}");
    assert!((1..=15).contains(&name.len()));
    if let Some(picture) = &user.picture_url {
        assert!(
            picture.starts_with("https://") && picture.is_ascii() && picture.len() <= 2_048,
            "{picture:?}"
        );
    }
}

/// What X sends may change nothing but what it says: nothing ends that X doesn't call over, and all of it can be
/// told, whatever the times in it and on the clock.
fn hold_life(space: &Space, is_over: bool, people: &[XUser]) {
    let noon = Timestamp::UNIX_EPOCH;
    let before = |phase| {
        let mut known = Known::first_seen(Space::bare(space.id, SpaceState::Live), phase, noon);
        known.live_since = (phase == Phase::Live).then_some(noon);
        known
    };
    let not_found = Known { over_at: Some(noon), ..before(Phase::Cancelled) };
    let pasts = [None, Some(before(Phase::Live)), Some(before(Phase::Scheduled)), Some(not_found)];
    for asked_at in [Timestamp::MIN, noon, Timestamp::MAX] {
        let seen = Observation { sight: Sight::Present(Box::new(space.clone())), asked_at };
        for past in &pasts {
            for now in [Timestamp::MIN, noon, Timestamp::MAX] {
                let Some(step) = step(past.as_ref(), &seen, now) else { continue };
                let latest = asked_at.max(noon);
                assert!(
                    step.known.over_at.is_none_or(|over| over <= latest),
                    "it ends in times to come: {space:?}"
                );
                let look = look_up_at(&step.known, now);
                let hour = step
                    .known
                    .seen_at
                    .saturating_add(SignedDuration::from_hours(1))
                    .unwrap_or(Timestamp::MAX);
                assert!(look.is_none_or(|look| look <= hour), "it isn't looked at again: {space:?}");
                let is_over = is_over || past.as_ref().is_some_and(|past| past.phase.is_over());
                let ends = |event: &Event| matches!(event, Event::Ended { .. } | Event::Cancelled);
                assert!(is_over || !step.events.iter().any(ends), "an end that nobody told: {space:?}");
                assert!(is_over || !step.known.phase.is_over(), "over, and nobody said so: {space:?}");
                if now == noon && asked_at == noon {
                    render::hold_known(&step.known, people);
                }
            }
        }
    }
}

/// Fields that nobody documented change nothing.
fn hold_unknown_fields(status: u16, read: &Body, json: &Map<String, Value>) {
    let mut more = json.clone();
    let odd = json!({ "deep": [1, null, { "id": "1zzz", "state": "ended" }] });
    let add = |item: &mut Value| {
        if let Some(item) = item.as_object_mut() {
            item.insert("zz_nobody_documented_this".to_owned(), odd.clone());
        }
    };
    match more.get_mut("data") {
        Some(Value::Array(items)) => items.iter_mut().for_each(add),
        Some(one) => add(one),
        None => {}
    }
    more.insert("zz_nobody_documented_this".to_owned(), odd.clone());
    let again = Value::Object(more).to_string().into_bytes();
    let Verdict::Answered(again) = judge(status, Ok(again)) else {
        panic!("an unknown field changed the verdict")
    };
    assert_eq!(again.spaces(), read.spaces());
    assert_eq!(again.included_users(), read.included_users());
}
