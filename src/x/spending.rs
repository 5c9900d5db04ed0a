//! The ledger as the client's callers share it, and the rows that it wants stored.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cost::{Budget, Cause, Kind, Ledger, Row, Spent};
use super::money::MicroDollars;
use super::unsaved::Unsaved;
use crate::clock::SharedClock;

/// The most rows that wait for the store: a day's at many times the usual budget.
const UNSAVED_MAX: usize = 200_000;

/// A handle to the day's bill. Cheap to clone.
#[derive(Clone)]
pub struct Spending {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Mutex<Ledger>,
    unsaved: Unsaved<Row>,
    clock: SharedClock,
}

impl Spending {
    pub(super) fn new(ledger: Ledger, clock: SharedClock) -> Self {
        let inner = Inner { ledger: Mutex::new(ledger), unsaved: Unsaved::new(UNSAVED_MAX), clock };
        Self { inner: Arc::new(inner) }
    }

    /// Takes in what the store has of today; other days' rows are passed over.
    pub fn restore(&self, rows: impl IntoIterator<Item = Row>) {
        let now = self.inner.clock.now();
        self.ledger().restore(rows, now);
    }

    /// Rows that the store doesn't have yet.
    #[must_use]
    pub fn unsaved(&self) -> &Unsaved<Row> {
        &self.inner.unsaved
    }

    /// What may still be spent on `cause`'s behalf today, or which share is spent.
    pub fn may_spend(&self, cause: Cause) -> Result<MicroDollars, Budget> {
        self.ledger().may_spend(cause, self.inner.clock.now())
    }

    /// How many resources of `kind` that aren't paid for may be asked for.
    pub fn affordable(&self, kind: Kind, cause: Cause) -> Result<usize, Budget> {
        self.ledger().affordable(kind, cause, self.inner.clock.now())
    }

    /// What X asks for one resource of `kind`.
    #[must_use]
    pub fn price(&self, kind: Kind) -> MicroDollars {
        self.ledger().prices().of(kind)
    }

    /// Whether this resource is paid for today.
    #[must_use]
    pub fn is_paid(&self, kind: Kind, resource: &str) -> bool {
        self.ledger().is_paid(kind, resource, self.inner.clock.now())
    }

    /// What today has cost so far, in parts.
    #[must_use]
    pub fn spent_today(&self) -> Spent {
        self.ledger().spent_today(self.inner.clock.now())
    }

    /// Bills what X returned.
    pub(super) fn charge<'a>(&self, kind: Kind, resources: impl IntoIterator<Item = &'a str>, cause: Cause) {
        let now = self.inner.clock.now();
        let rows: Vec<Row> = {
            let mut ledger = self.ledger();
            resources.into_iter().filter_map(|id| ledger.charge(kind, id, cause, now)).collect()
        };
        self.inner.unsaved.extend(rows);
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.inner.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
