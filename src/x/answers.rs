//! What X's client answers with: found, not there, or not asked.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::money::MicroDollars;
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::space::{Space, XUser};

/// Which Spaces a search is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchState {
    /// Those that are live.
    Live,
    /// Those to come.
    Scheduled,
    /// Both.
    All,
}

impl SearchState {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Scheduled => "scheduled",
            Self::All => "all",
        }
    }
}

/// An answer about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched<T> {
    /// What was asked.
    pub value: T,
    /// Accounts that X showed along.
    pub users: Vec<XUser>,
    /// The Space's speakers, where X listed them.
    pub speakers: Vec<UserId>,
    /// Just before the request was sent: what is seen is at least as recent.
    pub asked_at: Timestamp,
}

/// What a lookup of one Space found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, taken apart at once; a box would be in the way"
)]
pub enum Lookup {
    /// The Space.
    Found(Space),
    /// X says that there is none of this id.
    NotFound,
}

/// An answer about many Spaces. Absence from it proves nothing; only `gone` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spaces {
    /// Those that X returned, each once.
    pub spaces: Vec<Space>,
    /// Those asked for by id of which X says that they aren't there.
    pub gone: Vec<SpaceId>,
    /// Those asked for by id that weren't asked of X, as the budget has no room for them.
    pub unasked: Vec<SpaceId>,
    /// Accounts that X showed along.
    pub users: Vec<XUser>,
    /// Each Space's speakers, where X listed them.
    pub speakers: BTreeMap<SpaceId, Vec<UserId>>,
    /// Whether X may have more than it was asked for: a search's answer was full.
    pub is_cut: bool,
    /// What of the answer wasn't paid for today, and so was billed.
    pub billed: MicroDollars,
    /// Just before the request was sent: what is seen is at least as recent.
    pub asked_at: Timestamp,
}

/// An answer about many accounts, asked for by `K`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Users<K> {
    /// Those that X returned.
    pub users: Vec<XUser>,
    /// Those of which X says that they aren't there: deleted, suspended, renamed.
    pub gone: Vec<K>,
    /// Those that weren't asked of X, as the budget has no room for them.
    pub unasked: Vec<K>,
    /// Just before the request was sent.
    pub asked_at: Timestamp,
}
