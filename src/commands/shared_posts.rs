//! Posts shared in Spaces, as X answered: they serve everybody for a minute, and for some more where X gives no answer.
//!
//! Owns a bounded map; what was read of a Space so far, and what leads on from there. Nothing of it is ever stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::answers::{is_young, stands_in};
use crate::domain::ids::SpaceId;
use crate::domain::post::SharedPost;

/// Spaces whose Posts are kept at once; the oldest go first. Each has at most a hundred.
const KEPT_MAX: usize = 200;

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

/// What was read lately.
#[derive(Debug, Default)]
pub struct SharedPosts(Mutex<HashMap<SpaceId, Arc<Read>>>);

impl SharedPosts {
    /// What was read of a Space's Posts, if it is young enough to serve by itself.
    #[must_use]
    pub fn young(&self, id: SpaceId, now: Timestamp) -> Option<Arc<Read>> {
        self.old(id, now).filter(|read| is_young(read.asked_at, now))
    }

    /// What was read of a Space's Posts, though it may be old.
    #[must_use]
    pub fn old(&self, id: SpaceId, now: Timestamp) -> Option<Arc<Read>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&id).filter(|read| stands_in(read.asked_at, now)).cloned()
    }

    /// Drops what can't stand in any more.
    pub fn forget_old(&self, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, read| stands_in(read.asked_at, now));
    }

    /// Drops all.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps what was read.
    pub fn put(&self, id: SpaceId, read: Read, now: Timestamp) -> Arc<Read> {
        let read = Arc::new(read);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, read| stands_in(read.asked_at, now));
        if kept.len() >= KEPT_MAX
            && let Some(oldest) = kept.iter().min_by_key(|(_, read)| read.asked_at).map(|(id, _)| *id)
        {
            kept.remove(&oldest);
        }
        kept.insert(id, Arc::clone(&read));
        read
    }
}
