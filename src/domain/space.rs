//! A Space and the people in it, as X showed them at one moment.
//!
//! Owns the facts that the bot keeps of a Space; what they mean over time is `watcher::lifecycle`'s.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::ids::{SpaceId, UserId, Username};

/// The longest address of a picture. Source: Discord's own refusals of embeds.
const PICTURE_URL_MAX: usize = 2_048;

/// What X says a Space is doing. X documents an open set, so an unknown word is kept, not refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpaceState {
    /// Announced, not begun.
    Scheduled,
    /// People are talking.
    Live,
    /// Over. X writes `ended`.
    Ended,
    /// Cancelled before it began. X writes `canceled`.
    Canceled,
    /// A word that X's documents don't know yet.
    #[serde(untagged)]
    Other(String),
}

impl SpaceState {
    /// The state that X's word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "scheduled" => Self::Scheduled,
            "live" => Self::Live,
            "ended" => Self::Ended,
            "canceled" | "cancelled" => Self::Canceled,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A Space as one answer of X showed it. Everything but id and state may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Its id.
    pub id: SpaceId,
    /// What it is doing.
    pub state: SpaceState,
    /// Its title: empty where X says so or says null, `None` where X didn't mention it.
    pub title: Option<String>,
    /// ISO 639-1 language of its title as X guessed it.
    pub lang: Option<String>,
    /// The primary host.
    pub creator: Option<UserId>,
    /// All hosts, the creator among them where X told them.
    pub hosts: Vec<UserId>,
    /// How many speakers X listed; `None` where it wasn't asked or didn't say.
    pub speaker_count: Option<u32>,
    /// Names of its topics.
    pub topics: Vec<String>,
    /// People in the room, hosts and speakers included.
    pub participant_count: Option<u32>,
    /// People who set a reminder on X.
    pub subscriber_count: Option<u32>,
    /// Whether it takes tickets.
    pub is_ticketed: Option<bool>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When X last changed it.
    pub updated_at: Option<Timestamp>,
    /// When it is to begin.
    pub scheduled_start: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Space {
    /// A Space of which nothing but id and state is known.
    #[must_use]
    pub fn bare(id: SpaceId, state: SpaceState) -> Self {
        Self {
            id,
            state,
            title: None,
            lang: None,
            creator: None,
            hosts: Vec::new(),
            speaker_count: None,
            topics: Vec::new(),
            participant_count: None,
            subscriber_count: None,
            is_ticketed: None,
            created_at: None,
            updated_at: None,
            scheduled_start: None,
            started_at: None,
            ended_at: None,
        }
    }

    /// Whether nothing is known of it but who creates it and in which state it is, as push tells of it: a look at it
    /// says more.
    #[must_use]
    pub fn is_sketch(&self) -> bool {
        let sketch = Self::bare(self.id, self.state.clone());
        *self == Self { creator: self.creator, ..sketch }
    }

    /// The hosts besides the creator, in X's order.
    pub fn cohosts(&self) -> impl Iterator<Item = UserId> + '_ {
        self.hosts.iter().copied().filter(|host| Some(*host) != self.creator)
    }
}

/// An account on X, as the bot shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct XUser {
    /// Its id, which never changes.
    pub id: UserId,
    /// Its name in addresses, which may change.
    pub username: Username,
    /// Its shown name: anything that a person can type.
    pub name: String,
    /// Address of its picture, https.
    pub picture_url: Option<String>,
}

/// The address of a picture in `text`, if it is one that Discord takes: one that it doesn't would lose the whole
/// message.
#[must_use]
pub fn picture_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.host().is_some())?;
    Some(String::from(url)).filter(|url| url.len() <= PICTURE_URL_MAX)
}
