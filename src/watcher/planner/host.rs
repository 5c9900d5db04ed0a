//! One host among all, and how far a visit moves it on: the square-root rule itself. Pure.

use jiff::Timestamp;

use super::rates::Rate;
use crate::domain::ids::{SpaceId, UserId};

/// How much of its step's pace a host keeps who is pushed.
const COVERED_SHARE: f64 = 0.1;
/// The same for one who is live.
const LIVE_SHARE: f64 = 0.5;
/// The step of a host who starts one Space a week.
const STEP: f64 = 1_048_576.0;
/// The least rate that a step is taken from, in starts a week.
const RATE_MIN: f64 = 0.000_1;

/// A host, what is learned of it and where it is in the order.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) id: UserId,
    pub(super) rate: Rate,
    pub(super) visited_at: Timestamp,
    /// The same, but for where a restart put it.
    pub(super) last_visit: Option<Timestamp>,
    /// Where it was in the order when it was visited, and where it is next.
    pub(super) from: u64,
    pub(super) next: u64,
    /// Which entry of the order counts.
    pub(super) stamp: u32,
    /// Whether it waits among the first.
    pub(super) is_first: bool,
    pub(super) covered: bool,
    pub(super) live: Option<SpaceId>,
    /// When it was last known to be live.
    pub(super) live_at: Option<Timestamp>,
    pub(super) gone: bool,
}

impl Host {
    /// How far its next visit is from this one.
    pub(super) fn step(&self, mean: f64, now: Timestamp) -> u64 {
        step(self.rate.expected(mean, now), self.covered, self.live.is_some())
    }
}

/// How far a visit moves a host on: the less the more it starts.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive, and far from the limits"
)]
fn step(starts_a_week: f64, covered: bool, live: bool) -> u64 {
    let covered = if covered { COVERED_SHARE } else { 1.0 };
    let live = if live { LIVE_SHARE } else { 1.0 };
    (STEP / (covered * live * starts_a_week.max(RATE_MIN).sqrt())) as u64
}

/// This part of a step.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "positive, and far from the limits"
)]
pub(super) fn scaled(step: u64, part: f64) -> u64 {
    (step as f64 * part) as u64
}

/// A number between 0 and 1 that is a host's own. Source of the constants: SplitMix64, which spreads numbers evenly.
pub(super) fn part_of(host: UserId) -> f64 {
    let mixed = host.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let top = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(u32::MAX);
    f64::from(top) / f64::from(u32::MAX)
}
