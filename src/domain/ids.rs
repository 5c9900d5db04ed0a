//! Identifiers, parsed at the edge and never checked again inside.
//!
//! Discord's own (guild, channel, role, user, message) are serenity's types, used as they are.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};
pub use serenity::model::id::{ChannelId, GuildId, MessageId, RoleId, UserId as DiscordUserId};
use thiserror::Error;

/// The longest id of a Space. Source: X's OpenAPI description, `^[a-zA-Z0-9]{1,13}$`.
const SPACE_ID_MAX_LEN: usize = 13;
/// The longest id of a user. Source: X's OpenAPI description, `^[0-9]{1,19}$`.
const USER_ID_MAX_LEN: usize = 19;
/// The longest username. Source: X's OpenAPI description, `^[A-Za-z0-9_]{1,15}$`.
const USERNAME_MAX_LEN: usize = 15;
/// The longest id of a Post. Source: X's OpenAPI description, `^[0-9]{1,19}$`.
const POST_ID_MAX_LEN: usize = 19;

/// A text that isn't an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not {0}")]
pub struct BadId(&'static str);

/// The id of a Space: 1 to 13 letters and digits, case-sensitive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SpaceId(ArrayString<SPACE_ID_MAX_LEN>);

impl SpaceId {
    /// The id as X writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Space's public address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://x.com/i/spaces/{}", self.0)
    }
}

impl FromStr for SpaceId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let well_formed = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match ArrayString::from(text) {
            Ok(id) if well_formed => Ok(Self(id)),
            _ => Err(BadId("a Space's id")),
        }
    }
}

impl TryFrom<String> for SpaceId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<SpaceId> for String {
    fn from(id: SpaceId) -> Self {
        id.0.as_str().to_owned()
    }
}

impl fmt::Display for SpaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SpaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpaceId({})", self.0)
    }
}

/// The id of an account on X: 1 to 19 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(u64);

impl UserId {
    /// The id as a number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for UserId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let well_formed = text.len() <= USER_ID_MAX_LEN && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(id) if well_formed => Ok(Self(id)),
            _ => Err(BadId("an account's id")),
        }
    }
}

impl TryFrom<String> for UserId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A username on X, as its owner writes it, without the `@`. Equal whatever the case, as on X.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(ArrayString<USERNAME_MAX_LEN>);

impl Username {
    /// The name without the `@`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in lower case, which is the same for all ways to write it.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for Username {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Username {}

impl Hash for Username {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut folded = self.0;
        folded.make_ascii_lowercase();
        folded.hash(state);
    }
}

impl FromStr for Username {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let well_formed =
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match ArrayString::from(text) {
            Ok(name) if well_formed => Ok(Self(name)),
            _ => Err(BadId("a username")),
        }
    }
}

impl TryFrom<String> for Username {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0.as_str().to_owned()
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a Post: 1 to 19 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PostId(ArrayString<POST_ID_MAX_LEN>);

impl PostId {
    /// Its public address; it is found without the author's name too.
    #[must_use]
    pub fn url(&self, author: Option<&Username>) -> String {
        match author {
            Some(author) => format!("https://x.com/{author}/status/{}", self.0),
            None => format!("https://x.com/i/status/{}", self.0),
        }
    }
}

impl FromStr for PostId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let well_formed = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match ArrayString::from(text) {
            Ok(id) if well_formed => Ok(Self(id)),
            _ => Err(BadId("a Post's id")),
        }
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                match text.parse() {
                    Ok(id) if id > 0 => Ok(Self(id)),
                    _ => Err(BadId("a number")),
                }
            }
        }
    };
}

row_id! {
    /// The id of a follow: a positive number, given by the store.
    FollowId
}
row_id! {
    /// The id of a notice: a positive number, given by the store, never given twice.
    NoticeId
}
