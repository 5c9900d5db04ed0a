//! What X bills, and what it asks for each.
//!
//! Owns the kinds of resources and their prices. What of it a day came to is `cost`'s.
//!
//! Source: X's documentation, "Pay-per-use pricing" (August 2026).

use super::money::MicroDollars;

/// A kind of resource that X bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A Space.
    Space,
    /// An account.
    User,
    /// A Post.
    Post,
    /// An account in a following list.
    Following,
    /// A start or an end that was delivered.
    Event,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Space, Self::User, Self::Post, Self::Following, Self::Event];

    /// Its word in stored rows.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::User => "user",
            Self::Post => "post",
            Self::Following => "following",
            Self::Event => "event",
        }
    }

    /// The kind that [`Kind::word`] stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What X asks for one resource of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// A Space.
    pub space: MicroDollars,
    /// An account.
    pub user: MicroDollars,
    /// A Post.
    pub post: MicroDollars,
    /// An account in a following list.
    pub following: MicroDollars,
    /// A start or an end that was delivered.
    pub event: MicroDollars,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            space: MicroDollars(5_000),
            user: MicroDollars(10_000),
            post: MicroDollars(5_000),
            following: MicroDollars(10_000),
            event: MicroDollars(5_000),
        }
    }
}

impl Prices {
    /// The price of one resource of `kind`.
    #[must_use]
    pub const fn of(&self, kind: Kind) -> MicroDollars {
        match kind {
            Kind::Space => self.space,
            Kind::User => self.user,
            Kind::Post => self.post,
            Kind::Following => self.following,
            Kind::Event => self.event,
        }
    }
}
