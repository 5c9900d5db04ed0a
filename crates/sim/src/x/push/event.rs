//! An event of the Activity API, as it travels.
//!
//! Owns its shape, and what was sent lately, for who asks for what they missed.

use std::{collections::VecDeque, time::Duration, time::Instant};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{settings::InnerEventType, subscription::Subscription};
use crate::x::{ids::SpaceId, wire, world::user::User};

/// Beyond this nobody can ask for what they missed.
const KEPT_FOR: Duration = Duration::from_mins(5);
/// The most events that are kept.
const KEPT_AT_MOST: usize = 10_000;
/// What of a user an event shows beyond id, name and username.
const SHOWN_OF_USER: [&str; 5] = ["created_at", "description", "profile_image_url", "protected", "verified"];

/// What the world tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A Space of somebody's began.
    SpacesStart,
    /// A Space of somebody's ended.
    SpacesEnd,
    /// Somebody no longer lets the app in.
    OauthRevoke,
}

impl EventKind {
    /// The name in subscriptions and events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SpacesStart => "spaces.start",
            Self::SpacesEnd => "spaces.end",
            Self::OauthRevoke => "oauth.revoke",
        }
    }

    fn inner_name(self, form: InnerEventType) -> String {
        match form {
            InnerEventType::Long => self.name().replace('.', "_"),
            InnerEventType::Short => self.name().rsplit('.').next().unwrap_or_default().to_owned(),
        }
    }
}

/// An event for one subscription.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Its id: a signed number.
    pub uuid: String,
    /// The JSON, without an end of line.
    pub body: String,
    /// When it happened.
    pub at: Instant,
    /// The webhook that it goes to besides the streams.
    pub webhook: Option<String>,
}

impl Event {
    /// As a line of a stream.
    pub fn line(&self) -> Bytes {
        Bytes::from(format!("{}\r\n", self.body))
    }
}

/// What an event says.
pub(super) fn body(
    kind: EventKind,
    uuid: &str,
    subscription: &Subscription,
    user: &User,
    space: Option<&SpaceId>,
    form: InnerEventType,
) -> Value {
    let mut payload = json!({
        "user": { "data": wire::user(user, &SHOWN_OF_USER) },
        "event_type": kind.inner_name(form),
    });
    if let Some(space) = space {
        payload["broadcast_id"] = json!(space.as_str());
    }
    let mut data = json!({
        "event_uuid": uuid,
        "filter": subscription.filter,
        "event_type": kind.name(),
        "payload": payload,
    });
    if let Some(tag) = &subscription.tag {
        data["tag"] = json!(tag);
    }
    json!({ "data": data })
}

/// What was sent in the last minutes, oldest first.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<Event>);

impl Recent {
    /// Keeps an event, and forgets what is too old.
    pub fn keep(&mut self, event: Event) {
        let at = event.at;
        self.0.push_back(event);
        while self.0.len() > KEPT_AT_MOST
            || self.0.front().is_some_and(|first| at.duration_since(first.at) > KEPT_FOR)
        {
            self.0.pop_front();
        }
    }

    /// What happened since.
    pub fn since(&self, now: Instant, back: Duration) -> Vec<Event> {
        self.0.iter().filter(|event| now.duration_since(event.at) <= back).cloned().collect()
    }

    /// The last of all.
    pub fn last(&self) -> Option<&Event> {
        self.0.back()
    }
}
