//! Forgetting: what the store erases the watcher forgets, while nothing is judged.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Watcher;
use crate::domain::erasure::Whose;
use crate::domain::ids::UserId;
use crate::domain::known::Known;
use crate::store::{Erasure, StoreError};

impl Watcher {
    /// Erases what is due to be erased: Spaces gone since `over_before`, decisions and billing before the rest.
    pub async fn erase_old(
        &self,
        over_before: Timestamp,
        decided_before: Timestamp,
        billed_before_day: &str,
    ) -> Result<usize, StoreError> {
        let _judging = self.judging.lock().await;
        let erased = self.store.erase_old(over_before, decided_before, billed_before_day).await?;
        // Not only what this erased: also what an erasure took whose end nobody knew.
        self.known.retain(|_, known| known.gone_since().is_none_or(|gone_since| gone_since >= over_before));
        self.written.retain(|id, _| self.known.contains_key(id));
        self.counted.retain(|id, _| self.known.contains_key(id));
        self.waiting.retain(|id| self.known.contains_key(&id));
        Ok(erased.len())
    }

    /// Erases all that is kept of somebody. What it showed on Discord is emptied from now on.
    pub async fn erase(&self, whose: &Whose) -> Result<Erasure, StoreError> {
        let _judging = self.judging.lock().await;
        let erasure = self.follows.erase(whose, self.clock.now()).await?;
        self.forget_rates(&erasure.accounts);
        for bare in &erasure.spaces {
            self.known.insert(bare.space.id, bare.clone());
        }
        self.bell.ring();
        Ok(erasure)
    }

    /// The accounts that Spaces which are kept are about.
    #[must_use]
    pub fn people(&self) -> HashSet<UserId> {
        let of = |known: &Known| {
            known.space.creator.into_iter().chain(known.space.hosts.iter().copied()).collect()
        };
        self.known.iter().flat_map(|known| -> Vec<UserId> { of(&known) }).collect()
    }
}
