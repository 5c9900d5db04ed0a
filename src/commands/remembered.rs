//! What X answered lately: it serves everybody for a minute, and stands in for some more where X gives no answer.
//!
//! Owns how long an answer serves, and a bounded map of answers; what an answer holds is whoever puts it in's to say. Nothing
//! that one person's own token fetched ever gets in here, and nothing of it is ever stored.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How long an answer serves.
pub const SERVES_FOR: SignedDuration = SignedDuration::from_secs(60);
/// How long an answer can stand in for one that X doesn't give.
pub const STANDS_IN_FOR: SignedDuration = SignedDuration::from_mins(15);

/// An answer of X.
pub trait Answered {
    /// When the question was sent.
    fn asked_at(&self) -> Timestamp;
}

/// Answers by what was asked, `MOST` at once; the oldest go first.
#[derive(Debug)]
pub struct Remembered<K, A, const MOST: usize>(Mutex<HashMap<K, Arc<A>>>);

impl<K, A, const MOST: usize> Default for Remembered<K, A, MOST> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, A: Answered, const MOST: usize> Remembered<K, A, MOST> {
    /// The answer, if it is young enough to serve by itself.
    #[must_use]
    pub fn young(&self, asked: &K, now: Timestamp) -> Option<Arc<A>> {
        self.old(asked, now).filter(|answer| is_young(answer.asked_at(), now))
    }

    /// The answer, though it may be old.
    #[must_use]
    pub fn old(&self, asked: &K, now: Timestamp) -> Option<Arc<A>> {
        self.answers().get(asked).filter(|answer| stands_in(answer.asked_at(), now)).cloned()
    }

    /// All answers that are young enough to serve by themselves.
    #[must_use]
    pub fn all_young(&self, now: Timestamp) -> Vec<Arc<A>> {
        self.answers().values().filter(|answer| is_young(answer.asked_at(), now)).cloned().collect()
    }

    /// Drops answers that can't stand in any more.
    pub fn forget_old(&self, now: Timestamp) {
        self.answers().retain(|_, answer| stands_in(answer.asked_at(), now));
    }

    /// Drops all answers.
    pub fn clear(&self) {
        self.answers().clear();
    }

    /// Keeps an answer.
    pub fn put(&self, asked: K, answer: A, now: Timestamp) -> Arc<A> {
        let answer = Arc::new(answer);
        let mut answers = self.answers();
        answers.retain(|_, answer| stands_in(answer.asked_at(), now));
        if answers.len() >= MOST
            && let Some(oldest) =
                answers.iter().min_by_key(|(_, answer)| answer.asked_at()).map(|(asked, _)| asked.clone())
        {
            answers.remove(&oldest);
        }
        answers.insert(asked, Arc::clone(&answer));
        answer
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<K, Arc<A>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
