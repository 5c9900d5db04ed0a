//! How long starts took to be seen.

use std::sync::Arc;

use jiff::Timestamp;

use super::Watcher;
use super::lifecycle::{Event, Step};
use crate::delays::Leg;
use crate::domain::follow::Follow;
use crate::domain::known::{Known, Phase};

impl Watcher {
    /// Counts how long a start took to be seen, once X says when it was, where somebody followed it by then.
    pub(super) fn time(
        &self,
        before: Option<&Known>,
        step: &Step,
        concerned: &[Arc<Follow>],
        now: Timestamp,
    ) {
        let begins = step.events.iter().any(|event| matches!(event, Event::Live { .. }));
        // Push tells that it began, and a later look when.
        let untimed = before.filter(|it| it.phase == Phase::Live && it.space.started_at.is_none());
        let seen_at = if begins { Some(now) } else { untimed.and_then(|before| before.live_since) };
        let (Some(seen_at), Some(delays), Some(started_at)) =
            (seen_at, &self.delays, step.known.space.started_at)
        else {
            return;
        };
        // X tells whole seconds.
        if concerned.iter().any(|follow| follow.made_at.as_second() <= started_at.as_second()) {
            delays.saw(Leg::StartToSight, started_at, seen_at);
        }
    }
}
