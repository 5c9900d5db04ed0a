//! Discord's limits that hold over all routes.
//!
//! - **Slots**: there are as many as requests a second are allowed, and each is free again one second after its
//!   request was *answered*. So no window of one second, wherever it begins and whoever measures it, holds more
//!   requests than that; the price is a rate of slots/(1 s + round trip).
//! - **A pause** of all sending, after a global 429.
//! - **The count of invalid requests**: answers of 401, 403 and 429 (shared-scope 429 excepted). Discord bans
//!   an address at 10,000 of them in ten minutes; sending stops here at a fifth of that, and goes carefully from
//!   half of that on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tracing::error;

/// How long after its answer a slot stays taken.
const SLOT_REST: Duration = Duration::from_secs(1);
/// The window in which Discord counts invalid requests.
const INVALID_WINDOW: Duration = Duration::from_mins(10);
/// A fifth of Discord's ban limit of 10,000.
pub const INVALID_AT_MOST: usize = 2_000;

/// The right to one request. Dropped unused it is free at once; used, a second after the answer.
#[derive(Debug)]
pub struct Slot(OwnedSemaphorePermit);

impl Slot {
    /// Says that the request was answered, or given up.
    pub fn answered(self) {
        tokio::spawn(async move {
            tokio::time::sleep(SLOT_REST).await;
            drop(self.0);
        });
    }
}

#[derive(Debug, Default)]
struct State {
    paused_until: Option<Instant>,
    invalid: VecDeque<Instant>,
    told: bool,
}

/// The limits over all routes.
#[derive(Debug)]
pub struct Limits {
    slots: Arc<Semaphore>,
    state: Mutex<State>,
    opened_at: Instant,
}

impl Limits {
    /// Limits of `per_second` requests a second, at least one.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        let slots = usize::try_from(per_second.max(1)).unwrap_or(1);
        Self { slots: Arc::new(Semaphore::new(slots)), state: Mutex::default(), opened_at: Instant::now() }
    }

    /// Waits until something may be sent. A process that ended just before may have sent as many as are allowed,
    /// so everything rests for a second at first.
    ///
    /// # Panics
    ///
    /// Never: the semaphore isn't ever closed.
    pub async fn slot(&self) -> Slot {
        tokio::time::sleep_until(self.opened_at + SLOT_REST).await;
        loop {
            let permit =
                Arc::clone(&self.slots).acquire_owned().await.expect("the semaphore is never closed");
            // The pause may have begun while this waited for the permit.
            match self.closed_for() {
                None => return Slot(permit),
                Some(wait) => {
                    drop(permit);
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// Stops all sending for this long; whether it went on until now.
    pub fn pause(&self, wait: Duration) -> bool {
        let now = Instant::now();
        let mut state = self.state();
        let before = state.paused_until.filter(|until| *until > now);
        state.paused_until = before.max(Some(now + wait));
        before.is_none()
    }

    /// Counts an answer of 401, 403 or 429.
    pub fn count_invalid(&self) {
        let now = Instant::now();
        self.state().invalid.push_back(now);
    }

    /// How many invalid requests count now.
    #[must_use]
    pub fn invalid(&self) -> usize {
        let mut state = self.state();
        forget_old(&mut state.invalid);
        state.invalid.len()
    }

    /// Whether so many requests were refused that a channel's permissions are read before anything is sent to it:
    /// reading them is never refused, so that sending goes on and the refusals end.
    #[must_use]
    pub fn is_strained(&self) -> bool {
        self.invalid() >= INVALID_AT_MOST / 2
    }

    /// Whether all sending waits.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed_for().is_some()
    }

    fn closed_for(&self) -> Option<Duration> {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(until) = state.paused_until.filter(|until| *until > now) {
            return Some(until - now);
        }
        forget_old(&mut state.invalid);
        if state.invalid.len() < INVALID_AT_MOST {
            state.told = false;
            return None;
        }
        if !state.told {
            state.told = true;
            error!(
                "Discord refused {INVALID_AT_MOST} requests within ten minutes: sending rests until that fades"
            );
        }
        Some(SLOT_REST)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_old(invalid: &mut VecDeque<Instant>) {
    while invalid.front().is_some_and(|at| at.elapsed() > INVALID_WINDOW) {
        invalid.pop_front();
    }
}
