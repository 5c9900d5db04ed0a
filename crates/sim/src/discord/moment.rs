//! Time and ids: the only place of the stand-in that reads the clock or makes a snowflake.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Milliseconds between the Unix epoch and Discord's own, the first second of 2015.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// One point in time, on the clock that measures and on the one that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// For durations between two events.
    pub instant: Instant,
    /// What the payloads carry.
    pub timestamp: Timestamp,
}

/// The stand-in's clock: the system's, moved forward as often as somebody asks. Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock {
    ahead_ms: Arc<AtomicU64>,
}

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in's clock is the system's, and this is its home"
    )]
    pub(super) fn now(&self) -> Moment {
        let ahead = Duration::from_millis(self.ahead_ms.load(Ordering::SeqCst));
        let timestamp = Timestamp::now();
        Moment {
            instant: Instant::now() + ahead,
            timestamp: timestamp.checked_add(ahead).unwrap_or(timestamp),
        }
    }

    pub(super) fn advance(&self, by: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

impl Moment {
    /// How long ago `earlier` was, zero if it is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.instant.saturating_duration_since(earlier.instant)
    }
}

/// When an id was made, in seconds since 1970.
pub(super) fn seconds_of(id: u64) -> u64 {
    ((id >> 22) + DISCORD_EPOCH_MS.unsigned_abs()) / 1000
}

/// Makes ids as Discord does: the time in the upper bits, so that they sort by creation.
#[derive(Debug, Default)]
pub(super) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    pub(super) fn next(&mut self, now: Timestamp) -> u64 {
        let since_epoch = now.as_millisecond() - DISCORD_EPOCH_MS;
        let candidate = u64::try_from(since_epoch).unwrap_or_default() << 22;
        self.last = candidate.max(self.last + 1);
        self.last
    }
}
