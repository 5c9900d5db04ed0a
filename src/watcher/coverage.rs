//! Which hosts X tells of by itself, so that nobody has to ask whether they have begun.
//!
//! Owns the one answer to "is this host pushed now?": it takes a subscription to both events and a channel that
//! delivers. Whoever keeps subscriptions says the first, whoever holds the channel the second; lanes read it. After a
//! gap in delivery each such host is owed one look, since what happened in the gap wasn't told.

use std::collections::{BTreeMap, HashSet};
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
    /// Each host with the number of the debt: a later one isn't settled by a look that was under way.
    owed: BTreeMap<UserId, u64>,
    debts: u64,
}

/// A look that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debt {
    /// At whom.
    pub host: UserId,
    number: u64,
}

impl State {
    fn owe(&mut self, hosts: impl IntoIterator<Item = UserId>) {
        self.debts += 1;
        let number = self.debts;
        self.owed.extend(hosts.into_iter().map(|host| (host, number)));
    }
}

impl Coverage {
    /// These hosts, and no others, are subscribed for both events. Those who are new are owed a look, since they may have
    /// begun before.
    pub fn subscribe(&self, hosts: HashSet<UserId>) {
        let mut state = self.state();
        let new: Vec<UserId> = hosts.difference(&state.subscribed).copied().collect();
        state.owe(new);
        state.subscribed = hosts;
        self.owed.notify_one();
    }

    /// Events come in from now on. `complete` tells that nothing was missed since they last did.
    pub fn delivers(&self, complete: bool) {
        let mut state = self.state();
        state.delivers = true;
        if !complete {
            let all: Vec<UserId> = state.subscribed.iter().copied().collect();
            state.owe(all);
            self.owed.notify_one();
        }
    }

    /// No event comes in any more.
    pub fn is_cut(&self) {
        self.state().delivers = false;
    }

    /// The hosts whose starts would be told now.
    #[must_use]
    pub fn covered(&self) -> HashSet<UserId> {
        let state = self.state();
        if state.delivers { state.subscribed.clone() } else { HashSet::new() }
    }

    /// This host is owed a look, whether pushed or not.
    pub fn owe(&self, host: UserId) {
        self.state().owe([host]);
        self.owed.notify_one();
    }

    /// The hosts that are owed a look, in the order of their ids.
    #[must_use]
    pub fn owed(&self) -> Vec<UserId> {
        self.state().owed.keys().copied().collect()
    }

    /// What is owed to whom, as it is now.
    #[must_use]
    pub fn debts(&self) -> Vec<Debt> {
        self.state().owed.iter().map(|(host, number)| Debt { host: *host, number: *number }).collect()
    }

    /// These debts are settled, unless the same hosts were owed a look anew since.
    pub fn settle(&self, debts: impl IntoIterator<Item = Debt>) {
        let mut state = self.state();
        for debt in debts {
            if state.owed.get(&debt.host) == Some(&debt.number) {
                state.owed.remove(&debt.host);
            }
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
