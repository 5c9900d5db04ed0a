//! Lookups of Spaces that X answered. What they mean is the watcher's.

use jiff::Timestamp;

use super::remembered::{Answered, Remembered};
use crate::domain::ids::SpaceId;
use crate::domain::space::Space;

/// What X answered about a Space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The Space; `None` where X has none of this id.
    pub space: Option<Space>,
    /// When the question was sent.
    pub asked_at: Timestamp,
}

impl Answered for Answer {
    fn asked_at(&self) -> Timestamp {
        self.asked_at
    }
}

/// The answers.
pub type Answers = Remembered<SpaceId, Answer, 2_000>;
