//! The turnstile: bounds how often the gateway is connected to.
//!
//! serenity reconnects without a pause when a connection is closed at once, thousands of times a second. Each of its
//! connections first locks the gateway's address, and that lock is fair: whoever holds it decides when the next ones
//! go. Shards that wait at the same time go together, so the bound is a turn, not a connection.
//!
//! It has to run on the one thread that the shards run on too: whoever goes through does so while it waits, and never
//! between two of its steps, which would leave them uncounted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// How long the door stays shut while nobody has gone through: what a first connection waits at most.
const TICK: Duration = Duration::from_millis(100);
/// The pause after the first turn without a session.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(16);

/// How many turns led to no session since the last one did. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Fruitless(Arc<AtomicU32>);

impl Fruitless {
    /// A session was made or taken up again.
    pub fn reset(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    /// Turns since then.
    #[must_use]
    pub fn turns(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    fn count(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst).saturating_add(1)
    }
}

/// The pause after this many turns without a session.
#[must_use]
pub fn pause(turns: u32) -> Duration {
    match turns.checked_sub(1) {
        None => TICK,
        Some(doublings) => FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE),
    }
}

/// Turns from a shut door until `stop`, then leaves it open. Calls `after` with the number of fruitless turns at each one.
pub async fn turn(
    mut held: OwnedMutexGuard<String>,
    fruitless: Fruitless,
    stop: CancellationToken,
    mut after: impl FnMut(u32),
) {
    let address = Arc::clone(OwnedMutexGuard::mutex(&held));
    let mut shut_for = pause(fruitless.turns());
    while stop.run_until_cancelled(sleep(shut_for)).await.is_some() {
        drop(held);
        // Whoever waited has the lock by now, and nobody else comes for it before this waits.
        let taken_back = Arc::clone(&address).try_lock_owned();
        let somebody_went = taken_back.is_err();
        held = match taken_back {
            Ok(held) => held,
            Err(_) => Arc::clone(&address).lock_owned().await,
        };
        shut_for = if somebody_went {
            let turns = fruitless.count();
            if turns > 2 {
                warn!("the gateway was connected to {turns} times without a session");
            }
            after(turns);
            pause(turns)
        } else {
            TICK
        };
    }
}
