//! The world's clock.
//!
//! The only place of the stand-in that reads the system's clocks. It can start at a chosen time and be moved
//! forward, so that limits and bills can be watched across windows and days without waiting.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// One reading: the wall and the monotonic clock at the same moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// What the calendar says.
    pub time: Timestamp,
    /// What orders events; moves along with [`Clock::advance`].
    pub instant: Instant,
}

/// The system's clocks, shifted.
#[derive(Debug)]
pub(super) struct Clock {
    shift: SignedDuration,
    advanced: Duration,
}

impl Clock {
    /// A clock that shows `start` now, or the system's time.
    pub fn starting_at(start: Option<Timestamp>) -> Self {
        let shift = start.map_or(SignedDuration::ZERO, |start| start.duration_since(Timestamp::now()));
        Self { shift, advanced: Duration::ZERO }
    }

    /// The present.
    pub fn now(&self) -> Moment {
        let advanced = SignedDuration::try_from(self.advanced).unwrap_or(SignedDuration::MAX);
        let time = Timestamp::now()
            .saturating_add(self.shift)
            .and_then(|shifted| shifted.saturating_add(advanced))
            .unwrap_or(Timestamp::MAX);
        Moment { time, instant: Instant::now() + self.advanced }
    }

    /// Moves both clocks forward.
    pub fn advance(&mut self, by: Duration) {
        self.advanced += by;
    }
}
