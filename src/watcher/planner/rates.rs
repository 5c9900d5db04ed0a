//! How often hosts start Spaces: one decayed rate a host, and what it says of the next start. Pure.
//!
//! What is kept of a host is how many of its starts were seen, each weighing less as it gets older, and since when
//! it is watched. The rate that this lets expect is that of a Gamma prior: with nothing seen it is the mean of all hosts,
//! and the longer a host is watched the more it is its own. The mean is learned from all hosts together.

use jiff::{SignedDuration, Timestamp};

/// What was seen this long ago weighs half. Long, since most hosts start a Space or two a week.
const HALF_LIFE_WEEKS: f64 = 6.0;
/// How many starts the prior counts for: few, since hosts differ by a factor of a hundred.
const PRIOR_STARTS: f64 = 0.7;
/// What is thought of hosts while nothing is known of any, in starts a week, …
const FIRST_MEAN: f64 = 1.0;
/// … and how many weeks of watching a host that is worth.
const FIRST_WEEKS: f64 = 50.0;
/// The least mean of all hosts that is believed, in starts a week.
const MEAN_MIN: f64 = 0.05;
/// The greatest.
const MEAN_MAX: f64 = 7.0;

const WEEK_SECS: f64 = 7.0 * 24.0 * 3600.0;
/// The weeks that somebody watched for ever has been watched for, older ones weighing less.
const WEEKS_MAX: f64 = HALF_LIFE_WEEKS / std::f64::consts::LN_2;

/// What is learned of one host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The starts seen, as they weighed at `updated_at`.
    pub starts: f64,
    /// When that was.
    pub updated_at: Timestamp,
    /// Since when it is watched.
    pub watched_since: Timestamp,
}

impl Rate {
    /// Of a host who is watched from `now` on.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self { starts: 0.0, updated_at: now, watched_since: now }
    }

    /// Counts a start.
    pub fn count(&mut self, now: Timestamp) {
        self.starts = self.starts_at(now) + 1.0;
        self.updated_at = self.updated_at.max(now);
    }

    /// The starts seen, as they weigh at `now`.
    #[must_use]
    pub fn starts_at(&self, now: Timestamp) -> f64 {
        if self.starts > 0.0 { self.starts * weight(self.updated_at, now) } else { 0.0 }
    }

    /// For how many weeks it has been watched, older ones weighing less.
    #[must_use]
    pub fn weeks_at(&self, now: Timestamp) -> f64 {
        WEEKS_MAX * (1.0 - weight(self.watched_since, now))
    }

    /// The starts a week to expect of it, where `mean` is what to expect of anybody.
    #[must_use]
    pub fn expected(&self, mean: f64, now: Timestamp) -> f64 {
        (PRIOR_STARTS + self.starts_at(now)) / (PRIOR_STARTS / mean + self.weeks_at(now))
    }
}

/// What all hosts' rates come to together, kept up as they change: nothing is ever added up anew.
#[derive(Debug, Clone, Copy, Default)]
pub struct Everybody {
    hosts: f64,
    /// Their starts, as they weigh at `at`.
    starts: f64,
    /// How much of their watching is missing to [`WEEKS_MAX`] each, at `at`, in the same weights.
    unwatched: f64,
    at: Option<Timestamp>,
}

impl Everybody {
    /// Takes in a host.
    pub fn add(&mut self, rate: &Rate, now: Timestamp) {
        self.roll(now);
        self.hosts += 1.0;
        self.starts += rate.starts_at(now);
        self.unwatched += weight(rate.watched_since, now);
    }

    /// Leaves a host out again.
    pub fn remove(&mut self, rate: &Rate, now: Timestamp) {
        self.roll(now);
        self.hosts = (self.hosts - 1.0).max(0.0);
        self.starts = (self.starts - rate.starts_at(now)).max(0.0);
        self.unwatched = (self.unwatched - weight(rate.watched_since, now)).max(0.0);
    }

    /// One of them started a Space.
    pub fn count(&mut self, now: Timestamp) {
        self.roll(now);
        self.starts += 1.0;
    }

    /// The starts a week to expect of anybody.
    #[must_use]
    pub fn mean(&self, now: Timestamp) -> f64 {
        let passed = self.at.map_or(1.0, |at| weight(at, now));
        let weeks = (self.hosts - self.unwatched * passed).max(0.0) * WEEKS_MAX;
        let mean = (self.starts * passed + FIRST_MEAN * FIRST_WEEKS) / (weeks + FIRST_WEEKS);
        mean.clamp(MEAN_MIN, MEAN_MAX)
    }

    fn roll(&mut self, now: Timestamp) {
        let passed = self.at.map_or(1.0, |at| weight(at, now));
        self.starts *= passed;
        self.unwatched *= passed;
        self.at = Some(self.at.map_or(now, |at| at.max(now)));
    }
}

/// What something weighs at `now` that weighed 1 at `then`. A clock that was put back makes nothing heavier.
fn weight(then: Timestamp, now: Timestamp) -> f64 {
    let passed = now.duration_since(then).max(SignedDuration::ZERO);
    (-passed.as_secs_f64() / (WEEKS_MAX * WEEK_SECS)).exp()
}
