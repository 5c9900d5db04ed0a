//! Which hosts X tells of by itself, so that nobody has to ask whether they have begun.
//!
//! Owns the one answer to "is this host pushed now?": it takes a subscription to both events and a channel that
//! delivers. Whoever keeps subscriptions says the first, whoever holds the channel the second; lanes read it. After a
//! gap in delivery each such host is owed one look, since what happened in the gap wasn't told.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::ids::UserId;

/// Which hosts are pushed.
#[derive(Debug, Default)]
pub struct Coverage {
    state: Mutex<State>,
    owed: Notify,
}

#[derive(Debug, Default)]
struct State {
    subscribed: HashSet<UserId>,
    delivers: bool,
    owed: BTreeSet<UserId>,
}

impl Coverage {
    /// These hosts, and no others, are subscribed for both events. Those who are new are owed a look, since they may have
    /// begun before.
    pub fn subscribe(&self, hosts: HashSet<UserId>) {
        let mut state = self.state();
        let new: Vec<UserId> = hosts.difference(&state.subscribed).copied().collect();
        state.owed.extend(new);
        state.subscribed = hosts;
        self.owed.notify_one();
    }

    /// Events come in from now on. `complete` tells that nothing was missed since they last did.
    pub fn delivers(&self, complete: bool) {
        let mut state = self.state();
        state.delivers = true;
        if !complete {
            state.owed = state.subscribed.iter().copied().collect();
            self.owed.notify_one();
        }
    }

    /// No event comes in any more.
    pub fn is_cut(&self) {
        self.state().delivers = false;
    }

    /// Whether events come in.
    #[must_use]
    pub fn is_delivering(&self) -> bool {
        self.state().delivers
    }

    /// Whether a start of this host would be told now.
    #[must_use]
    pub fn covers(&self, host: UserId) -> bool {
        let state = self.state();
        state.delivers && state.subscribed.contains(&host)
    }

    /// The hosts whose starts would be told now.
    #[must_use]
    pub fn covered(&self) -> HashSet<UserId> {
        let state = self.state();
        if state.delivers { state.subscribed.clone() } else { HashSet::new() }
    }

    /// This host is owed a look, whether pushed or not.
    pub fn owe(&self, host: UserId) {
        self.state().owed.insert(host);
        self.owed.notify_one();
    }

    /// The hosts that are owed a look, in the order of their ids.
    #[must_use]
    pub fn owed(&self) -> Vec<UserId> {
        self.state().owed.iter().copied().collect()
    }

    /// These hosts were looked at.
    pub fn looked_at(&self, hosts: &[UserId]) {
        let mut state = self.state();
        for host in hosts {
            state.owed.remove(host);
        }
    }

    /// Waits until some are owed a look.
    pub async fn owes(&self) {
        self.owed.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
