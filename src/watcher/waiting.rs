//! Follows that wait: their filters refuse a Space as it is, and may let it pass as it becomes.
//!
//! The store's decisions say which follows wait; this keeps them at hand. What waits is judged at each look at the
//! Space, whatever else the look shows, so that the post is planned in the transaction of the very look that first
//! showed enough. A follow that isn't known to wait, since it was made or changed after the last look, is let through
//! where this look crosses its bound, unless something was decided for it before.

use std::collections::HashSet;
use std::sync::Arc;

use dashmap::DashMap;

use super::Watcher;
use super::lifecycle::Step;
use super::planning::{plans_anew, slot_of};
use crate::domain::follow::Follow;
use crate::domain::ids::{FollowId, SpaceId};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::{Decided, Decision, Slot};
use crate::store::{Store, StoreError};

/// Who waits for which Space, in the slot of its phase.
#[derive(Debug, Default)]
pub(super) struct Waiting(DashMap<SpaceId, HashSet<FollowId>>);

impl Waiting {
    /// Those who waited when the store was last written.
    pub(super) async fn load(store: &Store, known: &DashMap<SpaceId, Known>) -> Result<Self, StoreError> {
        let waiting = Self::default();
        for (space, follow, slot) in store.waiting().await? {
            if known.get(&space).is_some_and(|known| slot_of(known.phase) == Some(slot)) {
                waiting.0.entry(space).or_default().insert(follow);
            }
        }
        Ok(waiting)
    }

    /// Takes over what was decided and kept.
    pub(super) fn learn(&self, decided: &[Decided]) {
        for one in decided {
            if one.decision.is_of_filter() {
                self.0.entry(one.space).or_default().insert(one.follow);
            } else if let Some(mut follows) = self.0.get_mut(&one.space) {
                follows.remove(&one.follow);
            }
        }
    }

    /// Nobody waits for this Space any more.
    pub(super) fn forget(&self, space: SpaceId) {
        self.0.remove(&space);
    }

    /// Nobody waits for Spaces that aren't known.
    pub(super) fn retain(&self, is_known: impl Fn(SpaceId) -> bool) {
        self.0.retain(|space, _| is_known(*space));
    }

    fn holds(&self, space: SpaceId, follow: FollowId) -> bool {
        self.0.get(&space).is_some_and(|follows| follows.contains(&follow))
    }
}

impl Watcher {
    /// The follows whose filters let the Space pass now, and didn't before; none where the step plans for all follows.
    pub(super) async fn let_through(
        &self,
        before: Option<&Known>,
        step: &Step,
        concerned: &[Arc<Follow>],
    ) -> Result<Vec<Arc<Follow>>, StoreError> {
        let known = &step.known;
        let (Some(before), Some(slot)) = (before, slot_of(known.phase)) else { return Ok(Vec::new()) };
        if plans_anew(step) {
            return Ok(Vec::new());
        }
        let id = known.space.id;
        let mut late = Vec::new();
        let mut crossing = Vec::new();
        for follow in concerned {
            let waits = self.waiting.holds(id, follow.id);
            // One whose filters were taken away still waits.
            if follow.filter.is_empty() && !waits {
                continue;
            }
            let crosses = || follow.filter.refusal(&before.space, slot).is_some();
            if (waits || crosses()) && follow.filter.refusal(&known.space, slot).is_none() {
                if waits { late.push(Arc::clone(follow)) } else { crossing.push(Arc::clone(follow)) }
            }
        }
        if !crossing.is_empty() {
            let decided = self.decided(id, slot).await?;
            late.extend(crossing.into_iter().filter(|follow| !decided.contains(&follow.id)));
        }
        Ok(late)
    }

    /// Follows were made or changed: where they are about Spaces that are there already, it is kept that they wait, or
    /// that whoever made them saw these.
    pub async fn settle_in(&self, follows: &[FollowId]) -> Result<(), StoreError> {
        let _judging = self.judging.lock().await;
        let follows: HashSet<FollowId> = follows.iter().copied().collect();
        let mut all = Vec::new();
        for known in self.all_known() {
            let Some(slot) = slot_of(known.phase) else { continue };
            let mut concerned = self.follows.concerned(&known.space);
            concerned.retain(|follow| follows.contains(&follow.id));
            if concerned.is_empty() {
                continue;
            }
            let before = self.decided(known.space.id, slot).await?;
            concerned.retain(|follow| !before.contains(&follow.id));
            all.extend(concerned.iter().filter_map(|follow| {
                let is_younger = known.live_since.is_some_and(|since| follow.made_at > since);
                let live = (known.phase == Phase::Live && is_younger).then_some(Decision::LiveBefore);
                let decision = follow.filter.refusal(&known.space, slot).or(live)?;
                let (space, channel) = (known.space.id, follow.channel);
                Some(Decided { space, channel, follow: follow.id, slot, decision })
            }));
        }
        if !all.is_empty() {
            self.store.decide(&all, self.clock.now()).await?;
            self.waiting.learn(&all);
        }
        Ok(())
    }

    /// The follows for which something was decided that isn't a filter's refusal.
    async fn decided(&self, space: SpaceId, slot: Slot) -> Result<HashSet<FollowId>, StoreError> {
        let decided = self.store.decisions(space).await?;
        let stands = |one: &&Decided| one.slot == slot && !one.decision.is_of_filter();
        Ok(decided.iter().filter(stands).map(|one| one.follow).collect())
    }
}
