//! One event of the Activity API, read with patience.
//!
//! Pure. The outer `event_type` says what it is; the one within the payload is documented in two ways, and isn't looked
//! at. What isn't known is passed over, and what can't be read is an error that holds nothing of what was sent.
//! Source of the shape: X's documentation, "X Activity API".

use serde_json::{Map, Value};
use thiserror::Error;

use super::subscriptions::Moment;
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::space::XUser;
use crate::x::wire::{text, user};

/// The longest id of an event that counts as one: it is the text of a 64-bit number.
const UUID_MAX: usize = 64;

/// What X told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A Space began or ended.
    Space(SpaceEvent),
    /// Somebody no longer lets the app in.
    Revoked(UserId),
    /// X ends the stream, and says so.
    Disconnect,
    /// Something else, which concerns nobody here.
    Other,
}

/// A start or an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceEvent {
    /// X's id of the event: the text of a number, which may be negative. Empty if X left it out.
    pub uuid: String,
    /// Which of the two.
    pub moment: Moment,
    /// Whose Space it is.
    pub host: UserId,
    /// The Space, as far as X names it.
    pub space: Option<SpaceId>,
    /// The host as the event shows them.
    pub shown: Option<XUser>,
}

/// Why something that X sent can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It isn't JSON, or not a JSON object, or ends too early.
    #[error("not a JSON object")]
    NotJson,
    /// It tells of a Space of nobody who can be made out.
    #[error("an event without a user")]
    NoUser,
}

/// Reads one event, as a line of the stream or the body of a webhook's request has it.
pub fn read(bytes: &[u8]) -> Result<Told, Unreadable> {
    let top: Map<String, Value> = serde_json::from_slice(bytes).map_err(|_| Unreadable::NotJson)?;
    let Some(data) = top.get("data") else {
        return Ok(if top.contains_key("errors") { Told::Disconnect } else { Told::Other });
    };
    let at = |path: &[&str]| path.iter().try_fold(data, |value, name| value.get(name));
    let word = |path: &[&str]| at(path).and_then(text).filter(|word| !word.is_empty());
    let Some(event_type) = word(&["event_type"]) else { return Ok(Told::Other) };
    let id = |path: &[&str]| word(path).and_then(|id| id.parse::<UserId>().ok());
    let told_of = id(&["filter", "user_id"]).or_else(|| id(&["payload", "user", "data", "id"]));
    if event_type == "oauth.revoke" {
        return told_of.map(Told::Revoked).ok_or(Unreadable::NoUser);
    }
    let Some(moment) = Moment::of_word(&event_type) else { return Ok(Told::Other) };
    let host = told_of.ok_or(Unreadable::NoUser)?;
    let shown = at(&["payload", "user", "data"]).and_then(user).filter(|shown| shown.id == host);
    Ok(Told::Space(SpaceEvent {
        uuid: word(&["event_uuid"]).filter(|uuid| uuid.len() <= UUID_MAX).unwrap_or_default(),
        moment,
        host,
        space: word(&["payload", "broadcast_id"]).and_then(|id| id.parse().ok()),
        shown,
    }))
}
