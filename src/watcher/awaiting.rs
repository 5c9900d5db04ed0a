//! Spaces that somebody waits for: looked at often, whoever follows them, so that a start before its time is heard.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::Watcher;
use crate::domain::ids::SpaceId;
use crate::domain::known::Phase;

/// How often such a Space is looked up while its start is far: it is billed once a day, however often.
const AWAITED_EVERY: SignedDuration = SignedDuration::from_mins(2);

impl Watcher {
    /// Somebody waits for this Space from now on.
    pub fn wait_for(&self, id: SpaceId) {
        self.awaited.insert(id);
    }

    /// The Spaces that are waited for and weren't seen for a while. Forgets those that have begun or are gone.
    pub(super) fn awaited_due(&self, now: Timestamp) -> HashSet<SpaceId> {
        self.awaited.retain(|id| self.known.get(id).is_some_and(|known| known.phase == Phase::Scheduled));
        let unseen = |id: &SpaceId| {
            let known = self.known.get(id);
            known.is_some_and(|known| now.duration_since(known.seen_at).abs() >= AWAITED_EVERY)
        };
        self.awaited.iter().map(|id| *id).filter(unseen).collect()
    }
}
