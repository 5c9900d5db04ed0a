//! Hosts: in which order they are visited, and what is learned of them, for as long as the program runs and beyond.
//!
//! The planner decides; here it meets what is followed, what is judged and the store. Lock before nothing: what holds the
//! hosts waits for nobody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::Watcher;
use super::coverage::Coverage;
use super::lifecycle::Event;
use super::planner::hosts::Hosts;
use super::planner::rates::Rate;
use crate::domain::ids::UserId;
use crate::domain::known::Known;
use crate::follows::Follows;
use crate::store::{HostRate, StoreError};

/// The hosts, shared.
#[derive(Debug, Default)]
pub(super) struct Learning {
    hosts: Mutex<Hosts>,
    /// Of the follows that the hosts were last told of.
    revision: AtomicU64,
    changed: Notify,
}

impl Learning {
    /// What is followed and known, with the rates that were kept.
    pub(super) fn new<'a>(
        rates: Vec<HostRate>,
        follows: &Follows,
        known: impl Iterator<Item = &'a Known>,
        now: Timestamp,
    ) -> Self {
        let revision = follows.revision();
        let mut hosts = Hosts::restored(rates.into_iter().map(rate));
        hosts.follow(&follows.hosts(), now);
        for known in known {
            hosts.saw(known, false, now);
        }
        Self { hosts: Mutex::new(hosts), revision: AtomicU64::new(revision), changed: Notify::new() }
    }

    /// Takes in what an observation came to.
    pub(super) fn saw(&self, known: &Known, events: &[Event], follows: &Follows, now: Timestamp) {
        let began = events.iter().any(|event| matches!(event, Event::Live { .. }));
        let mut hosts = self.hosts();
        if began {
            // Somebody may have just followed its host.
            self.catch_up(&mut hosts, follows, now);
        }
        hosts.saw(known, began, now);
        if hosts.has_unsaved() {
            self.changed.notify_one();
        }
    }

    fn catch_up(&self, hosts: &mut Hosts, follows: &Follows, now: Timestamp) {
        let revision = follows.revision();
        if self.revision.swap(revision, Ordering::SeqCst) != revision {
            hosts.follow(&follows.hosts(), now);
        }
    }

    fn hosts(&self) -> MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher {
    /// The hosts to visit next, at most [`BATCH`](super::planner::BATCH), in the order of their ids; `pace` is the time
    /// between two visits by X's limit. Those who are owed a look go first.
    pub fn next_hosts(&self, coverage: &Coverage, pace: SignedDuration) -> Vec<UserId> {
        let now = self.clock.now();
        let mut hosts = self.learning.hosts();
        self.learning.catch_up(&mut hosts, &self.follows, now);
        hosts.cover(&coverage.covered(), now);
        hosts.owe(&coverage.owed());
        if hosts.has_unsaved() {
            self.learning.changed.notify_one();
        }
        hosts.next(pace, now)
    }

    /// These hosts were visited at `at`.
    pub fn visited(&self, hosts: &[UserId], at: Timestamp) {
        self.learning.hosts().visited(hosts, at);
    }

    /// When X was last asked what this host has, if it was since the start.
    #[must_use]
    pub fn last_visit(&self, host: UserId) -> Option<Timestamp> {
        self.learning.hosts().last_visit(host)
    }

    /// How many Spaces a week to expect of a host.
    #[must_use]
    pub fn starts_a_week(&self, host: UserId) -> f64 {
        self.learning.hosts().expected(host, self.clock.now())
    }

    /// Waits until something is learned of a host that isn't written down.
    pub async fn learned(&self) {
        self.learning.changed.notified().await;
    }

    /// Writes down what was learned of hosts; whether there was anything. No erasure gets between.
    pub async fn save_rates(&self) -> Result<bool, StoreError> {
        let _judging = self.judging.lock().await;
        let learned = self.learning.hosts().drain_unsaved();
        let rows: Vec<HostRate> = learned.iter().map(|(host, rate)| row(*host, rate)).collect();
        if rows.is_empty() {
            return Ok(false);
        }
        let saved = self.store.save_rates(&rows).await;
        if saved.is_err() {
            self.learning.hosts().put_back(learned.into_iter().map(|(host, _)| host));
        }
        saved.map(|()| true)
    }

    /// Forgets what was learned of these hosts, as far as nobody follows them.
    pub fn forget_rates(&self, hosts: &[UserId]) {
        let now = self.clock.now();
        let mut learned = self.learning.hosts();
        self.learning.catch_up(&mut learned, &self.follows, now);
        learned.forget(hosts);
    }
}

const fn rate(kept: HostRate) -> (UserId, Rate) {
    let HostRate { host, starts, updated_at, watched_since } = kept;
    (host, Rate { starts, updated_at, watched_since })
}

const fn row(host: UserId, rate: &Rate) -> HostRate {
    let Rate { starts, updated_at, watched_since } = *rate;
    HostRate { host, starts, updated_at, watched_since }
}
