//! The ledger as the client's callers share it, and the rows that it wants stored.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;

use super::allowance::Payers;
use super::cost::{Budget, Cause, Dearest, Kind, Ledger, Prices, Row, Spent};
use super::money::MicroDollars;
use super::unsaved::Unsaved;
use crate::clock::SharedClock;
use crate::domain::ids::GuildId;

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

    /// Takes in what the store has of servers' parts of what keywords cost on `day`.
    pub fn restore_shares(&self, day: Date, shares: impl IntoIterator<Item = (GuildId, MicroDollars)>) {
        let now = self.inner.clock.now();
        self.ledger().restore_shares(day, shares, now);
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

    /// How many resources of `kind` that aren't paid for may be asked for, by `payers` where the cause is keywords.
    pub(super) fn affordable_to(
        &self,
        kind: Kind,
        cause: Cause,
        payers: Option<&Payers>,
    ) -> Result<usize, Budget> {
        match payers.filter(|_| cause == Cause::Keywords) {
            Some(payers) => self.ledger().affordable_to(kind, payers, self.inner.clock.now()),
            None => self.affordable(kind, cause),
        }
    }

    /// How many resources of `kind` that aren't paid for may be asked for.
    pub fn affordable(&self, kind: Kind, cause: Cause) -> Result<usize, Budget> {
        self.ledger().affordable(kind, cause, self.inner.clock.now())
    }

    /// What X asks for each kind of resource.
    #[must_use]
    pub fn prices(&self) -> Prices {
        self.ledger().prices()
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

    /// What searches for this keyword, in its folded form, have cost today.
    #[must_use]
    pub fn spent_for(&self, keyword: &str) -> MicroDollars {
        self.ledger().spent_for(keyword, self.inner.clock.now())
    }

    /// Why X is asked for no new Space on `cause`'s behalf today any more, if it isn't.
    #[must_use]
    pub fn rests(&self, cause: Cause) -> Option<Budget> {
        self.affordable(Kind::Space, cause).err()
    }

    /// Whether hosts' share of the day buys one of each of these.
    #[must_use]
    pub fn buys_for_hosts(&self, kinds: &[Kind]) -> bool {
        let ledger = self.ledger();
        let price = kinds.iter().map(|kind| ledger.prices().of(*kind)).sum();
        ledger.may_spend(Cause::Hosts, self.inner.clock.now()).is_ok_and(|left| left >= price)
    }

    /// Why X isn't searched today any more for a keyword that `payers` follow, if it isn't.
    #[must_use]
    pub fn search_rests(&self, payers: &Payers) -> Option<Budget> {
        self.affordable_to(Kind::Space, Cause::Keywords, Some(payers)).err()
    }

    /// The dearest keywords and servers of today, so many of each at most.
    #[must_use]
    pub fn dearest(&self, most: usize) -> Dearest {
        self.ledger().dearest(most, self.inner.clock.now())
    }

    /// Bills what X returned, to `payers` where the cause is keywords; what it cost.
    pub(super) fn charge<'a>(
        &self,
        kind: Kind,
        resources: impl IntoIterator<Item = &'a str>,
        cause: Cause,
        payers: Option<&Payers>,
    ) -> MicroDollars {
        let now = self.inner.clock.now();
        let rows: Vec<Row> = {
            let mut ledger = self.ledger();
            resources.into_iter().filter_map(|id| ledger.charge_to(kind, id, cause, payers, now)).collect()
        };
        let cost = rows.iter().map(|row| row.price).sum();
        self.inner.unsaved.extend(rows);
        cost
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.inner.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
