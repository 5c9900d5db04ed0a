//! The clock: the one place that reads the time of day.
//!
//! Everything that decides by time takes `now` as an argument; the shells around it take a [`Clock`], so
//! that a test or the demo can move it on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// A source of the time of day.
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that many tasks share.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock's home")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    milliseconds: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `start`, to the millisecond.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self { milliseconds: AtomicI64::new(start.as_millisecond()) }
    }

    /// Moves the clock by `by`, back if that is negative.
    pub fn advance(&self, by: jiff::SignedDuration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.milliseconds.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        from_millis(self.milliseconds.load(Ordering::SeqCst))
    }
}

/// The moment `milliseconds` after 1970 in UTC, held to the range that a timestamp can show.
#[must_use]
pub fn from_millis(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(if milliseconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}
