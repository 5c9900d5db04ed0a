//! Delays: how long news takes on its way, from the start of a Space to its posts.
//!
//! Owns the latest of them, bounded in number and age, and what they come to. What began before this process looked
//! is left out: it tells how long nobody ran, not how fast the bot is.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::metrics::{self, Metric};

/// How many delays of each leg are kept.
pub const KEPT_AT_MOST: usize = 1_000;
/// How long one counts.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A part of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// From the start of a Space, in X's words, until the bot saw it.
    StartToSight,
    /// From then, or whatever else a post tells, until the post was there.
    SightToPost,
}

impl Leg {
    const fn metric(self) -> Metric {
        match self {
            Self::StartToSight => metrics::START_TO_SIGHT,
            Self::SightToPost => metrics::SIGHT_TO_POST,
        }
    }
}

/// What the latest delays of a leg come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// How many there are.
    pub count: usize,
    /// Half of them are no longer than this.
    pub median: SignedDuration,
    /// Nineteen of twenty are no longer than this.
    pub p95: SignedDuration,
    /// The latest.
    pub last: SignedDuration,
}

/// The latest delays. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Delays(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    opened_at: Mutex<Timestamp>,
    legs: [Mutex<VecDeque<Sample>>; 2],
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    at: Timestamp,
    delay: SignedDuration,
}

impl Delays {
    /// None yet: the bot begins to look at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Inner { opened_at: Mutex::new(now), legs: Default::default() }))
    }

    /// Something went this leg between those moments. Clocks differ a little, so an arrival before the departure
    /// counts as one at once.
    pub fn saw(&self, leg: Leg, left: Timestamp, arrived: Timestamp) {
        let opened_at = {
            let mut opened_at = self.0.opened_at.lock().unwrap_or_else(PoisonError::into_inner);
            // Later than now: the clock was wrong at the start and has been put right since.
            *opened_at = arrived.min(*opened_at);
            *opened_at
        };
        // X tells whole seconds.
        if left.as_second() < opened_at.as_second() {
            return;
        }
        let delay = arrived.duration_since(left).max(SignedDuration::ZERO);
        leg.metric().measure(delay.as_secs_f64());
        let mut samples = self.samples(leg);
        if samples.len() == KEPT_AT_MOST {
            samples.pop_front();
        }
        samples.push_back(Sample { at: arrived, delay });
    }

    /// What the latest delays come to; `None` where there are none.
    #[must_use]
    pub fn summary(&self, leg: Leg, now: Timestamp) -> Option<Summary> {
        let mut samples = self.samples(leg);
        samples.retain(|sample| now.duration_since(sample.at) <= KEPT_FOR);
        let last = samples.back()?.delay;
        let mut delays: Vec<SignedDuration> = samples.iter().map(|sample| sample.delay).collect();
        drop(samples);
        delays.sort_unstable();
        let count = delays.len();
        // The smallest of which at least that share is no longer.
        let rank = |percent: usize| delays[(count * percent).div_ceil(100) - 1];
        Some(Summary { count, median: rank(50), p95: rank(95), last })
    }

    fn samples(&self, leg: Leg) -> std::sync::MutexGuard<'_, VecDeque<Sample>> {
        self.0.legs[leg as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
