//! Health: facts about how the bot is doing, as those who see them record them.
//!
//! Owns since when things are as they are and carries the delays, and no more: what a fact means for whom is said by
//! `/status`. What X does is recorded by its client.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::delays::Delays;

/// Whether something works, and since when it does or doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Whether it works.
    pub works: bool,
    /// Since when.
    pub since: Timestamp,
}

/// The facts.
#[derive(Debug)]
pub struct Health {
    started_at: Timestamp,
    facts: Mutex<Facts>,
    delays: Delays,
}

#[derive(Debug, Clone, Copy)]
struct Facts {
    gateway: Condition,
    store: Condition,
}

impl Health {
    /// The health of a bot that starts now: its store was just opened, its gateway wasn't yet.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let facts = Facts {
            gateway: Condition { works: false, since: now },
            store: Condition { works: true, since: now },
        };
        Self { started_at: now, facts: Mutex::new(facts), delays: Delays::new(now) }
    }

    /// When the bot started.
    #[must_use]
    pub const fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// The connection to Discord's gateway stands, or doesn't.
    pub fn saw_gateway(&self, works: bool, now: Timestamp) {
        self.facts().gateway.saw(works, now);
    }

    /// The store did what it was asked, or failed.
    pub fn saw_store(&self, works: bool, now: Timestamp) {
        self.facts().store.saw(works, now);
    }

    /// Whether the connection to Discord's gateway stands.
    #[must_use]
    pub fn gateway(&self) -> Condition {
        self.facts().gateway
    }

    /// Whether the store works.
    #[must_use]
    pub fn store(&self) -> Condition {
        self.facts().store
    }

    /// How long news has been taking.
    #[must_use]
    pub const fn delays(&self) -> &Delays {
        &self.delays
    }

    fn facts(&self) -> std::sync::MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Condition {
    fn saw(&mut self, works: bool, now: Timestamp) {
        if self.works != works {
            *self = Self { works, since: now };
        }
    }
}
