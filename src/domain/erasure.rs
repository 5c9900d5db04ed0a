//! Erasure on request: what can be asked for, and what came of it. Plain values.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::{DiscordUserId, GuildId, UserId, Username};

/// Whose data is to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A server's on Discord.
    Server(GuildId),
    /// A person's on Discord.
    Person(DiscordUserId),
    /// An account's on X.
    Account(Account),
}

/// An account on X, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// By its id, which it keeps.
    Id(UserId),
    /// By its name, or one that it had when it was last seen.
    Named(Username),
}

impl Whose {
    /// The kind and the target, as the store has them.
    #[must_use]
    pub fn to_parts(self) -> (&'static str, String) {
        match self {
            Self::Server(id) => ("server", id.to_string()),
            Self::Person(id) => ("user", id.to_string()),
            Self::Account(Account::Id(id)) => ("account", id.to_string()),
            Self::Account(Account::Named(name)) => ("account", format!("@{name}")),
        }
    }

    /// What [`to_parts`](Self::to_parts) made; `None` for anything else.
    #[must_use]
    pub fn from_parts(kind: &str, target: &str) -> Option<Self> {
        let snowflake = || target.parse::<u64>().ok().filter(|id| *id != 0);
        match kind {
            "server" => snowflake().map(GuildId::new).map(Self::Server),
            "user" => snowflake().map(DiscordUserId::new).map(Self::Person),
            "account" => match target.strip_prefix('@') {
                Some(name) => name.parse().ok().map(|name| Self::Account(Account::Named(name))),
                None => target.parse().ok().map(|id| Self::Account(Account::Id(id))),
            },
            _ => None,
        }
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(id) => write!(f, "server {id}"),
            Self::Person(id) => write!(f, "Discord user {id}"),
            Self::Account(Account::Id(id)) => write!(f, "X account {id}"),
            Self::Account(Account::Named(name)) => write!(f, "X account @{name}"),
        }
    }
}

/// How much was erased of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Erased {
    /// Follows, those that could still be brought back among them.
    pub follows: u64,
    /// Blocks.
    pub blocks: u64,
    /// Posts whose messages are emptied now.
    pub posts: u64,
    /// Spaces.
    pub spaces: u64,
    /// Accounts on X.
    pub accounts: u64,
    /// Decisions for `/why`.
    pub decisions: u64,
    /// Questions that lists' buttons needed.
    pub questions: u64,
    /// Follows that no longer say who made them.
    pub authors: u64,
    /// Links between a person on Discord and an account on X.
    #[serde(default)]
    pub links: u64,
    /// Reminders.
    #[serde(default)]
    pub reminders: u64,
}

impl Erased {
    /// This and that together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            follows: self.follows + other.follows,
            blocks: self.blocks + other.blocks,
            posts: self.posts + other.posts,
            spaces: self.spaces + other.spaces,
            accounts: self.accounts + other.accounts,
            decisions: self.decisions + other.decisions,
            questions: self.questions + other.questions,
            authors: self.authors + other.authors,
            links: self.links + other.links,
            reminders: self.reminders + other.reminders,
        }
    }

    /// Whether nothing was there.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}
