//! Posts shared in Spaces, as X answered: what was read of a Space so far, and what leads on from there.

use jiff::Timestamp;

use super::remembered::{Answered, Remembered};
use crate::domain::ids::SpaceId;
use crate::domain::post::SharedPost;

/// What was read of the Posts of a Space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The Posts, from the first on; `None` where X has no such Space.
    pub posts: Option<Vec<SharedPost>>,
    /// What leads to those after them, where there are any.
    pub next: Option<String>,
    /// When the first of them were asked for.
    pub asked_at: Timestamp,
}

impl Answered for Read {
    fn asked_at(&self) -> Timestamp {
        self.asked_at
    }
}

/// What was read lately. Of each Space there are at most a hundred Posts.
pub type SharedPosts = Remembered<SpaceId, Read, 200>;
