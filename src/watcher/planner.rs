//! What to ask X next. Pure: what is followed, known and learned, and now, give the next request of each lane.
//!
//! [`hosts`] says whom to visit, by what [`rates`] learns of them; [`spaces`] which known Spaces to look up; [`keywords`]
//! what to search for. How fast a lane may go is the X client's to say, by X's headers.

mod host;
pub mod hosts;
pub mod keywords;
pub mod rates;
pub mod spaces;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::domain::ids::SpaceId;

/// Hosts or Spaces in one request. Source: X's OpenAPI description.
pub const BATCH: usize = 100;

/// Spaces that something asked to have looked up, and when. A look that was under way by then doesn't count as one.
#[derive(Debug, Default)]
pub struct Wanted {
    since: Mutex<HashMap<SpaceId, Timestamp>>,
    added: Notify,
}

impl Wanted {
    /// Asks for a lookup at `now`.
    pub fn add(&self, id: SpaceId, now: Timestamp) {
        if self.since().insert(id, now).is_none() {
            self.added.notify_one();
        }
    }

    /// Says that these were looked up, or told of otherwise, by what was asked at `asked_at`.
    pub fn settle(&self, ids: &[SpaceId], asked_at: Timestamp) {
        let mut since = self.since();
        for id in ids {
            if since.get(id).is_some_and(|at| *at <= asked_at) {
                since.remove(id);
            }
        }
    }

    /// All that wait at `now`.
    #[must_use]
    pub fn all(&self, now: Timestamp) -> HashSet<SpaceId> {
        let mut since = self.since();
        // What is in the future was asked for before the clock was put back.
        since.values_mut().for_each(|at| *at = now.min(*at));
        since.keys().copied().collect()
    }

    /// Waits until one is added.
    pub async fn added(&self) {
        self.added.notified().await;
    }

    fn since(&self) -> MutexGuard<'_, HashMap<SpaceId, Timestamp>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
