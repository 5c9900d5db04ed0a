//! The order of sending among claimed notices. Pure.
//!
//! By priority first; within a priority the Spaces take turns, each notice of a Space one turn after its last
//! one, and a Space that comes late starts at the turn being served: so a host with thousands of channels
//! holds nobody up, and nobody gains by waiting.

use std::collections::{BTreeMap, HashMap};

use crate::domain::ids::{NoticeId, SpaceId};
use crate::domain::notice::Priority;
use crate::store::Claimed;

type Place = (Priority, u64, NoticeId);

/// Claimed notices that wait for their turn.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: BTreeMap<Place, Claimed>,
    places: HashMap<NoticeId, Place>,
    last_turn: HashMap<(Priority, SpaceId), u64>,
    serving: HashMap<Priority, u64>,
}

impl Queue {
    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Lines a notice up, unless it waits already: its lease ran out and was taken again.
    pub fn push(&mut self, notice: Claimed) {
        if self.places.contains_key(&notice.id) {
            return;
        }
        let key = (notice.priority, notice.space);
        let serving = self.serving.get(&notice.priority).copied().unwrap_or(0);
        let turn = self.last_turn.get(&key).map_or(serving, |last| serving.max(last + 1));
        self.last_turn.insert(key, turn);
        let place = (notice.priority, turn, notice.id);
        self.places.insert(notice.id, place);
        self.waiting.insert(place, notice);
    }

    /// The notices in the order of sending.
    pub fn in_order(&self) -> impl Iterator<Item = &Claimed> {
        self.waiting.values()
    }

    /// Takes a notice out to be sent.
    pub fn take(&mut self, id: NoticeId) -> Option<Claimed> {
        let place = self.places.remove(&id)?;
        let notice = self.waiting.remove(&place)?;
        let serving = self.serving.entry(notice.priority).or_default();
        *serving = place.1.max(*serving);
        let serving = *serving;
        // A Space whose last turn is over needs no memory: it would start at the turn being served anyway.
        self.last_turn.retain(|(priority, _), last| *priority != notice.priority || *last >= serving);
        Some(notice)
    }

    /// Takes all out, to be put back.
    pub fn drain(&mut self) -> Vec<Claimed> {
        self.last_turn.clear();
        self.places.clear();
        std::mem::take(&mut self.waiting).into_values().collect()
    }
}
