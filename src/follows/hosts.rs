//! Which hosts are followed by how many.

use super::Follows;
use crate::domain::ids::UserId;

impl Follows {
    /// The hosts that somebody follows, each with how many follows of them aren't paused, one at least, in the order of
    /// their ids. All follows are gone through: see [`Follows::revision`].
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
}
