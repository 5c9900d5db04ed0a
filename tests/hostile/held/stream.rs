//! X's stream: whatever its bytes are and in whatever pieces they come, the lines are the same, little is held, and an event
//! says nothing but what stands in its line.
//!
//! An input is what comes in on a stream.

use std::mem::discriminant;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::watcher::lifecycle::{Event, Observation, Sight, step};
use spacebell::x::activity::event::{SpaceEvent, Told, Unreadable, read};
use spacebell::x::activity::lines::{LINE_MAX, Line, Lines};
use spacebell::x::activity::subscriptions::Moment;

/// The longest id of an event that is kept.
const UUID_MAX: usize = 64;

/// A line that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Came {
    Blank,
    Full(Vec<u8>),
    TooLong,
}

/// Holds what must hold of the stream in `data`.
pub fn hold(data: &[u8]) {
    let whole = came([data]);
    let sum = data.iter().map(|byte| usize::from(*byte)).sum::<usize>();
    for size in [1, 2, 7, 1 + sum % 61] {
        assert_eq!(came(data.chunks(size)), whole, "in pieces of {size}");
    }
    let (before, after) = data.split_at(sum % (data.len() + 1));
    assert_eq!(came([before, after]), whole, "in two pieces");
    hold_bound(data, &whole);
    for line in whole {
        let Came::Full(line) = line else { continue };
        assert!(!line.is_empty() && line.trim_ascii() == line && !line.contains(&b'\n'));
        hold_line(&line);
    }
}

/// The lines of these pieces. At no time is more held than a line may have.
fn came<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Came> {
    let mut lines = Lines::default();
    let mut all = Vec::new();
    for piece in pieces {
        lines.feed(piece, |line| {
            all.push(match line {
                Line::Blank => Came::Blank,
                Line::Full(line) => Came::Full(line.to_vec()),
                Line::TooLong => Came::TooLong,
            });
        });
        assert!(lines.held() <= LINE_MAX, "{} bytes are held", lines.held());
    }
    all
}

/// Behind the beginning of a line that is as long as one may be, nothing but that line is another one.
fn hold_bound(data: &[u8], whole: &[Came]) {
    let long = vec![b'x'; LINE_MAX];
    let pieces = long.chunks(LINE_MAX / 3).chain([data]);
    let end = data.iter().position(|byte| *byte == b'\n');
    let first = if end == Some(0) { Came::Full(long.clone()) } else { Came::TooLong };
    let expected: Vec<Came> =
        whole.iter().enumerate().map(|(nth, line)| if nth == 0 { &first } else { line }).cloned().collect();
    assert!(came(pieces) == expected, "behind a line that is too long");
}

fn hold_line(line: &[u8]) {
    let told = read(line);
    let json: Option<Map<String, Value>> = serde_json::from_slice(line).ok();
    let Some(json) = json else {
        assert_eq!(told, Err(Unreadable::NotJson));
        return;
    };
    match &told {
        Ok(Told::Space(event)) => hold_event(event, &json),
        Ok(Told::Revoked(account)) => {
            assert_eq!(word(&json["data"]["event_type"]).as_deref(), Some("oauth.revoke"));
            assert!(ids(&json["data"]).contains(&account.get()), "of somebody else: {account}");
        }
        Ok(Told::Disconnect) => assert!(json.contains_key("errors") && !json.contains_key("data")),
        Ok(Told::Other) => {}
        Err(error) => assert_eq!(*error, Unreadable::NoUser),
    }
    hold_unknown_fields(&told, json);
}

fn hold_event(event: &SpaceEvent, json: &Map<String, Value>) {
    let data = &json["data"];
    assert_eq!(word(&data["event_type"]).as_deref(), Some(event.moment.word()));
    assert!(ids(data).contains(&event.host.get()), "of somebody else: {}", event.host);
    assert!(event.uuid.len() <= UUID_MAX);
    assert!(event.uuid.is_empty() || word(&data["event_uuid"]).as_deref() == Some(&event.uuid));
    if let Some(space) = event.space {
        assert_eq!(word(&data["payload"]["broadcast_id"]).as_deref(), Some(space.as_str()));
    }
    assert!(event.shown.as_ref().is_none_or(|shown| shown.id == event.host), "shown as somebody else");
    hold_life(event);
}

/// What push tells may ring and have it looked up; it ends nothing, and rings nobody twice.
fn hold_life(event: &SpaceEvent) {
    let Some(id) = event.space else { return };
    let (host, asked_at) = (event.host, Timestamp::UNIX_EPOCH);
    let sight = match event.moment {
        Moment::Start => Sight::Started { id, host },
        Moment::End => Sight::Ended { id, host },
    };
    let seen = Observation { sight, asked_at };
    let live =
        Known { rang: true, ..Known::first_seen(Space::bare(id, SpaceState::Live), Phase::Live, asked_at) };
    for past in [None, Some(&live)] {
        let Some(step) = step(past, &seen, asked_at) else { continue };
        let rings = step.events.iter().any(|event| matches!(event, Event::Live { .. }));
        assert_eq!(rings, past.is_none() && event.moment == Moment::Start);
        assert!(!step.events.iter().any(|event| matches!(event, Event::Ended { .. } | Event::Cancelled)));
        assert!(past.is_none() || step.known.phase == Phase::Live, "it ended by what nobody confirmed");
    }
}

/// Fields that nobody documented change nothing.
fn hold_unknown_fields(told: &Result<Told, Unreadable>, json: Map<String, Value>) {
    let mut more = Value::Object(json);
    let odd = json!({ "event_type": "spaces.end", "filter": { "user_id": "1" } });
    for at in ["", "/data", "/data/filter", "/data/payload", "/data/payload/user/data"] {
        if let Some(object) = more.pointer_mut(at).and_then(Value::as_object_mut) {
            object.insert("zz_nobody_documented_this".to_owned(), odd.clone());
        }
    }
    let again = read(more.to_string().as_bytes());
    assert_eq!(told.as_ref().map(discriminant), again.as_ref().map(discriminant));
    assert_eq!(told, &again);
}

/// The accounts that an event names.
fn ids(data: &Value) -> Vec<u64> {
    let told = [&data["filter"]["user_id"], &data["payload"]["user"]["data"]["id"]];
    told.into_iter().filter_map(word).filter_map(|id| id.parse().ok()).collect()
}

/// A text, or a number as one.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
