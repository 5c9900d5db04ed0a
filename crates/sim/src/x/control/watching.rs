//! What a test does with the API in front of the world: settings, clock, money, faults, and the request log.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::exchange::Exchange;
use crate::x::{
    billing::Bill,
    endpoint::Endpoint,
    faults::{Fault, FaultId, Scope},
    ids::UserId,
    journal::Request,
    server::Server,
    settings::Settings,
    state::State,
};

impl Server {
    /// Changes how the server behaves from the next request on. The port, the clock's start and the seed
    /// are only read at the start.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state().settings);
    }

    /// Accepts a user's token besides the app's, one with every scope that never ends. Its limits are apart.
    pub fn add_user_token(&self, token: &str, user: impl Into<UserId>) {
        self.state().oauth.give(token, user.into());
    }

    /// No longer accepts a user's token.
    pub fn revoke_user_token(&self, token: &str) {
        self.state().oauth.revoke(token);
    }

    /// What the world's clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.state().clock.now().time
    }

    /// Moves the world's clock forward: windows end, days turn, faults run out.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.clock.advance(by);
        let now = state.clock.now();
        state.bill.turn_to(now.time);
    }

    /// Lets the world's clock stand still from now on, except for `advance`. Ages counted in requests need a
    /// clock that runs.
    pub fn freeze_clock(&self) {
        self.state().clock.freeze();
    }

    /// What was billed so far.
    #[must_use]
    pub fn bill(&self) -> Bill {
        self.state().bill.clone()
    }

    /// Sets what is left to spend, in millionths of a US dollar; None for no end.
    pub fn set_credits(&self, micros: Option<u64>) {
        let credits = micros.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX));
        self.state().credits = credits;
    }

    /// What is left to spend, in millionths of a US dollar; below zero once the last answer overspent.
    #[must_use]
    pub fn credits(&self) -> Option<i64> {
        self.state().credits
    }

    /// Puts a fault in force. Of several that replace the answer, requests meet them in this order.
    #[expect(clippy::must_use_candidate, reason = "the effect is the point; the id is for clearing")]
    pub fn fault(&self, fault: Fault, scope: Scope) -> FaultId {
        let mut state = self.state();
        let now = state.clock.now().instant;
        state.faults.add(fault, scope, now)
    }

    /// Ends a fault.
    pub fn clear_fault(&self, id: FaultId) {
        self.state().faults.clear(id);
    }

    /// Ends all faults. Requests that already met one stay in it.
    pub fn clear_faults(&self) {
        self.state().faults.clear_all();
    }

    /// The requests so far, oldest first; of very many, the last 100,000.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state().journal.requests().cloned().collect()
    }

    /// The whole exchanges so far, and how many weren't kept, if the settings ask for them.
    #[must_use]
    pub fn exchanges(&self) -> (Vec<Exchange>, u64) {
        self.state().recorder.all()
    }

    /// How many requests each endpoint had.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Endpoint, u64> {
        self.state().journal.counts().clone()
    }

    /// How many requests an endpoint had.
    #[must_use]
    pub fn count(&self, endpoint: Endpoint) -> u64 {
        self.state().journal.counts().get(&endpoint).copied().unwrap_or_default()
    }

    /// How many requests were answered 429, for whatever reason.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.state().journal.refused()
    }

    /// Waits for a request that fits, past ones among them; the earliest of them. A request is looked at when
    /// it comes and again when it is answered: ask for a `status` to wait for the answer, and for a `number`
    /// above that of an earlier request to skip the past. None once the time is over.
    pub async fn wait_for_request(
        &self,
        fits: impl Fn(&Request) -> bool,
        timeout: Duration,
    ) -> Option<Request> {
        self.wait_for(|state| state.journal.requests().find(|request| fits(request)).cloned(), timeout).await
    }

    /// Waits until there is something to find.
    pub(super) async fn wait_for<T>(
        &self,
        find: impl Fn(&State) -> Option<T>,
        timeout: Duration,
    ) -> Option<T> {
        let search = async {
            loop {
                let mut moved = std::pin::pin!(self.moved().notified());
                // Registered before looking, so that nothing falls in between.
                moved.as_mut().enable();
                let found = find(&self.state());
                if let Some(found) = found {
                    return found;
                }
                moved.await;
            }
        };
        tokio::time::timeout(timeout, search).await.ok()
    }
}
