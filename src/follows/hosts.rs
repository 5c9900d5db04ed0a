//! Which hosts are followed by how many.

use super::Follows;
use crate::domain::ids::UserId;

impl Follows {
    /// The hosts that somebody follows, each with how many follows of them aren't paused, one at least, in the order of
    /// their ids. All hosts are gone through: see [`Follows::revision`].
    #[must_use]
    pub fn hosts_by_followers(&self) -> Vec<(UserId, usize)> {
        self.index.hosts_by_followers()
    }
}
