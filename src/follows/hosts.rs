//! Which hosts are followed by how many, and whether that may have changed.

use std::sync::atomic::Ordering;

use super::Follows;
use crate::domain::ids::UserId;

impl Follows {
    /// A number that is another one after each change of a follow. Asking for it costs nothing, going through all of
    /// them does.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// The hosts that somebody follows, each with how many follows of them aren't paused: one at least.
    #[must_use]
    pub fn hosts_by_followers(&self) -> Vec<(UserId, usize)> {
        let active = |host: UserId, ids: &[_]| {
            let count = self.those(ids).iter().filter(|follow| follow.paused.is_none()).count();
            (count > 0).then_some((host, count))
        };
        let mut hosts: Vec<_> =
            self.by_host.iter().filter_map(|entry| active(*entry.key(), entry.value())).collect();
        hosts.sort_unstable();
        hosts
    }

    pub(super) fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }
}
