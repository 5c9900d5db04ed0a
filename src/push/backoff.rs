//! How long to wait before a stream is opened again.
//!
//! Pure: chance is an argument. Source of the lengths: X's documentation, "Handling disconnections": at once after a
//! stream that lived; then network errors linearly, HTTP errors and 429 doubling.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::doubled;

/// A stream that stayed open for so long lived: what ends it says nothing of the next one.
const LIVED_FOR: Duration = Duration::from_secs(20);
/// What each network error adds.
const NETWORK_STEP: Duration = Duration::from_millis(250);
/// The longest wait after network errors.
const NETWORK_MAX: Duration = Duration::from_secs(16);
/// The wait after a first HTTP error; each further one doubles it.
const HTTP_FIRST: SignedDuration = SignedDuration::from_secs(5);
/// The longest wait after HTTP errors.
const HTTP_MAX: SignedDuration = SignedDuration::from_secs(320);
/// The wait after a first 429; each further one doubles it.
const LIMITED_FIRST: SignedDuration = SignedDuration::from_secs(60);
/// The longest wait after 429, which is X's window.
const LIMITED_MAX: SignedDuration = SignedDuration::from_mins(15);
/// How long what X doesn't grant isn't asked for again: somebody has to grant it first.
pub const NOT_GRANTED: Duration = Duration::from_mins(30);

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It was open for so long.
    Open(Duration),
    /// No answer came.
    Network,
    /// It was answered with an error.
    Http,
    /// 429, and when X says that there is room again.
    Limited(Option<Timestamp>),
    /// X doesn't let this app have it.
    NotGranted,
}

/// The tries since a stream lived.
#[derive(Debug, Clone, Copy, Default)]
pub struct Backoff {
    network: u32,
    http: u32,
    limited: u32,
}

impl Backoff {
    /// How long to wait after this. `chance` in 0.0 to 1.0 adds up to a quarter, so that many don't come back at once.
    pub fn after(&mut self, ending: Ending, now: Timestamp, chance: f64) -> Duration {
        let wait = match ending {
            Ending::Open(lived) if lived >= LIVED_FOR => {
                *self = Self::default();
                return Duration::ZERO;
            }
            // One that is taken and closed at once is no better than none.
            Ending::Open(_) | Ending::Network => {
                let wait = (NETWORK_STEP * self.network).min(NETWORK_MAX);
                self.network = self.network.saturating_add(1);
                wait
            }
            Ending::Http => doubling(HTTP_FIRST, &mut self.http, HTTP_MAX),
            Ending::Limited(reset) => {
                let blind = doubling(LIMITED_FIRST, &mut self.limited, LIMITED_MAX);
                believed(reset, now).map_or(blind, |until| until.max(LIMITED_FIRST.unsigned_abs()))
            }
            Ending::NotGranted => NOT_GRANTED,
        };
        wait.mul_f64(1.0 + chance.clamp(0.0, 1.0) / 4.0)
    }
}

/// The wait after one more failure of a sort.
fn doubling(first: SignedDuration, failures: &mut u32, max: SignedDuration) -> Duration {
    let wait = doubled(first, *failures, max).unsigned_abs();
    *failures = failures.saturating_add(1);
    wait
}

/// How long until the reset, where it is ahead and within X's window.
fn believed(reset: Option<Timestamp>, now: Timestamp) -> Option<Duration> {
    let until = reset?.duration_since(now);
    let is_ahead = until.is_positive() && until <= SignedDuration::from_mins(16);
    Duration::try_from(until).ok().filter(|_| is_ahead)
}
