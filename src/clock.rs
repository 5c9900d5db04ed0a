//! The clock: the one place that reads the time of day.
//!
//! Everything that decides by time takes `now` as an argument; the shells around it take a [`Clock`], so
//! that a test or the demo can move it on. The bot's own is the [`WorldClock`]: somebody who sets the machine's clock
//! wrong changes neither what is late nor what waits.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tracing::{info, warn};

/// Clocks that differ by no more than this agree: servers tell whole seconds, and answers take their time.
const AGREES: SignedDuration = SignedDuration::from_secs(60);
/// Two answers that contradict the clock mean the same time if they differ by no more than this.
const SAME_WORD: SignedDuration = SignedDuration::from_secs(10);
/// So many answers in a row that mean the same time are believed against a clock that was confirmed before.
const WITNESSES: u32 = 3;

/// A source of the time of day.
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> Timestamp;

    /// Hears what time a server of X says it is.
    fn hear(&self, _told: Timestamp) {}
}

/// So much later than `now`; `now` itself where no time is that late.
#[must_use]
pub fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(now)
}

/// The pause after `times` tries in vain: `first`, doubled each time, up to `longest`.
#[must_use]
pub fn doubled(first: SignedDuration, times: u32, longest: SignedDuration) -> SignedDuration {
    first.saturating_mul(2_i32.saturating_pow(times.min(16))).min(longest)
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

/// The time of the world outside: the machine's clock as long as X agrees with it, carried on by the monotonic clock,
/// which nobody sets, while X doesn't.
#[derive(Debug)]
pub struct WorldClock {
    began: Instant,
    reckoning: Mutex<Reckoning>,
}

impl WorldClock {
    /// A clock that shows the machine's time, and has heard nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { began: Instant::now(), reckoning: Mutex::new(Reckoning::new(SystemClock.now())) }
    }

    fn reckoning(&self) -> std::sync::MutexGuard<'_, Reckoning> {
        self.reckoning.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for WorldClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.reckoning().now(self.began.elapsed())
    }

    fn hear(&self, told: Timestamp) {
        let machine = SystemClock.now();
        let (was_right, is_right) = {
            let mut reckoning = self.reckoning();
            let was_right = reckoning.machine_is_right;
            reckoning.hear(told, machine, self.began.elapsed());
            (was_right, reckoning.machine_is_right)
        };
        match (was_right, is_right) {
            (true, false) => {
                warn!(
                    "this machine's clock shows {machine} while X says that it is {told}: Spacebell goes on by X's \
                     time; set the clock right"
                );
            }
            (false, true) => info!("this machine's clock is right again"),
            _ => {}
        }
    }
}

/// What time it is, by what was heard. Pure: what has passed since the clock began comes in as an argument.
#[derive(Debug, Clone, Copy)]
pub struct Reckoning {
    /// The time when the clock began, by what is believed now.
    began_at: Timestamp,
    /// Whether anybody said the same.
    confirmed: bool,
    /// Whether the machine's clock showed what is believed when it was last looked at.
    machine_is_right: bool,
    /// Answers in a row that contradict it, and by how much.
    doubts: (u32, SignedDuration),
}

impl Reckoning {
    /// What the machine says as the clock begins.
    #[must_use]
    pub const fn new(machine: Timestamp) -> Self {
        Self {
            began_at: machine,
            confirmed: false,
            machine_is_right: true,
            doubts: (0, SignedDuration::ZERO),
        }
    }

    /// The time after so long.
    #[must_use]
    pub fn now(&self, elapsed: Duration) -> Timestamp {
        moved(self.began_at, SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX))
    }

    /// Hears what time X says it is, while the machine's clock shows `machine`. Where these agree, that is the time. A
    /// machine that contradicts X isn't believed; X alone is at the very first, and later when it says so
    /// again and again, since one answer may come from a cache.
    pub fn hear(&mut self, told: Timestamp, machine: Timestamp, elapsed: Duration) {
        let off = told.duration_since(self.now(elapsed));
        self.machine_is_right = told.duration_since(machine).abs() <= AGREES;
        if self.machine_is_right {
            let passed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
            self.began_at = moved(machine, -passed);
        } else if off.abs() > AGREES {
            let (doubts, before) = self.doubts;
            let again = doubts > 0 && (off - before).abs() <= SAME_WORD;
            self.doubts = (if again { doubts + 1 } else { 1 }, off);
            if self.confirmed && self.doubts.0 < WITNESSES {
                return;
            }
            self.began_at = moved(self.began_at, off);
        }
        self.confirmed = true;
        self.doubts = (0, SignedDuration::ZERO);
    }
}

fn moved(at: Timestamp, by: SignedDuration) -> Timestamp {
    let end = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(by).unwrap_or(end)
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
    pub fn advance(&self, by: SignedDuration) {
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
