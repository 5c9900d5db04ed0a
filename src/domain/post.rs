//! A Post that was shared in a Space, as X showed it.

use jiff::Timestamp;

use super::ids::{PostId, UserId};

/// A Post that was shared in a Space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPost {
    /// Its id.
    pub id: PostId,
    /// Who wrote it, where X says so.
    pub author: Option<UserId>,
    /// What it says: anything that a person can type.
    pub text: String,
    /// When it was written.
    pub written_at: Option<Timestamp>,
}
