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

/// The system's clocks, shifted, or standing still.
#[derive(Debug)]
pub(super) struct Clock {
    shift: SignedDuration,
    advanced: Duration,
    frozen: Option<Moment>,
}

impl Clock {
    /// A clock that shows `start` now, or the system's time.
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in's clock is the system's, and this is its home"
    )]
    pub fn starting_at(start: Option<Timestamp>) -> Self {
        let shift = start.map_or(SignedDuration::ZERO, |start| start.duration_since(Timestamp::now()));
        Self { shift, advanced: Duration::ZERO, frozen: None }
    }

    /// The present.
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in's clock is the system's, and this is its home"
    )]
    pub fn now(&self) -> Moment {
        self.frozen.unwrap_or_else(|| Moment {
            time: later(Timestamp::now().saturating_add(self.shift).unwrap_or(Timestamp::MAX), self.advanced),
            instant: Instant::now() + self.advanced,
        })
    }

    /// Moves both clocks forward.
    pub fn advance(&mut self, by: Duration) {
        match &mut self.frozen {
            Some(moment) => {
                moment.time = later(moment.time, by);
                moment.instant += by;
            }
            None => self.advanced += by,
        }
    }

    /// Lets both clocks stand still, apart from being moved.
    pub fn freeze(&mut self) {
        self.frozen = Some(self.now());
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}
