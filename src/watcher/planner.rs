//! What to ask X next. Pure: what is followed, known and learned, and now, give the next request of each lane.
//!
//! [`hosts`] says whom to visit, by what [`rates`] learns of them; [`spaces`] which known Spaces to look up; [`keywords`]
//! what to search for. How fast a lane may go is the X client's to say, by X's headers.

mod host;
pub mod hosts;
pub mod keywords;
pub mod rates;
pub mod spaces;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::domain::ids::SpaceId;

/// Hosts or Spaces in one request. Source: X's OpenAPI description.
pub const BATCH: usize = 100;

/// Spaces that something asked to have looked up.
#[derive(Debug, Default)]
pub struct Wanted {
    ids: Mutex<HashSet<SpaceId>>,
    added: Notify,
}

impl Wanted {
    /// Asks for a lookup.
    pub fn add(&self, id: SpaceId) {
        if self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
            self.added.notify_one();
        }
    }

    /// Says that these were looked up, or told of otherwise.
    pub fn remove(&self, ids: &[SpaceId]) {
        let mut wanted = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            wanted.remove(id);
        }
    }

    /// All that wait.
    #[must_use]
    pub fn all(&self) -> HashSet<SpaceId> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until one is added.
    pub async fn added(&self) {
        self.added.notified().await;
    }
}
