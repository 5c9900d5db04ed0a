//! Starts that X told and that a lookup is to judge, since they may be no news: their hosts were live just before, or
//! their Spaces were told of before.
//!
//! X's lookups may be behind what X itself told. For so long "not found" about one of these says nothing, and it is
//! looked up again.

use dashmap::DashMap;
use jiff::Timestamp;

use super::lifecycle::BEHIND_FOR;
use crate::domain::ids::SpaceId;

/// The starts that wait to be judged, and when X told them.
#[derive(Debug, Default)]
pub(super) struct Told(DashMap<SpaceId, Timestamp>);

impl Told {
    /// X told that it began.
    pub(super) fn start(&self, id: SpaceId, at: Timestamp) {
        self.0.retain(|_, told_at| is_behind(*told_at, at));
        self.0.insert(id, at);
    }

    /// Whether a lookup that was sent at `asked_at` and doesn't find it may be behind.
    pub(super) fn may_come(&self, id: SpaceId, asked_at: Timestamp) -> bool {
        self.0.get(&id).is_some_and(|told_at| is_behind(*told_at, asked_at))
    }
}

fn is_behind(told_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(told_at) < BEHIND_FOR
}
