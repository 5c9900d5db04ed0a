//! Answers of X that serve everybody for a minute, and for some more where X gives none.
//!
//! Owns a bounded map of lookups; what they mean is the watcher's. Nothing that one person's own token fetched ever
//! gets in here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::SpaceId;
use crate::domain::space::Space;

/// How long an answer serves.
pub const SERVES_FOR: SignedDuration = SignedDuration::from_secs(60);
/// How long an answer can stand in for one that X doesn't give.
pub const STANDS_IN_FOR: SignedDuration = SignedDuration::from_mins(15);
/// Answers kept at once; the oldest go first.
const KEPT_MAX: usize = 2_000;

/// What X answered about a Space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The Space; `None` where X has none of this id.
    pub space: Option<Space>,
    /// When the question was sent.
    pub asked_at: Timestamp,
}

/// The answers.
#[derive(Debug, Default)]
pub struct Answers(Mutex<HashMap<SpaceId, Answer>>);

impl Answers {
    /// The answer about a Space, if it is young enough to serve by itself.
    #[must_use]
    pub fn young(&self, id: SpaceId, now: Timestamp) -> Option<Answer> {
        self.old(id, now).filter(|answer| is_young(answer.asked_at, now))
    }

    /// The answer about a Space, though it may be old.
    #[must_use]
    pub fn old(&self, id: SpaceId, now: Timestamp) -> Option<Answer> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(&id).filter(|answer| stands_in(answer.asked_at, now)).cloned()
    }

    /// Drops answers that can't stand in any more.
    pub fn forget_old(&self, now: Timestamp) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|_, answer| stands_in(answer.asked_at, now));
    }

    /// Drops all answers.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps an answer.
    pub fn put(&self, id: SpaceId, answer: Answer, now: Timestamp) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= KEPT_MAX {
            answers.retain(|_, answer| stands_in(answer.asked_at, now));
        }
        if answers.len() >= KEPT_MAX
            && let Some(oldest) = answers.iter().min_by_key(|(_, answer)| answer.asked_at).map(|(id, _)| *id)
        {
            answers.remove(&oldest);
        }
        answers.insert(id, answer);
    }
}

/// Whether what was asked then still serves.
#[must_use]
pub fn is_young(asked_at: Timestamp, now: Timestamp) -> bool {
    // One from the future is as old as nobody knows.
    now.duration_since(asked_at).abs() < SERVES_FOR
}

/// Whether what was asked then can stand in for what X doesn't answer now.
#[must_use]
pub fn stands_in(asked_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(asked_at).abs() < STANDS_IN_FOR
}
