//! The world of the simulation: hosts and the Spaces that they hold, all drawn beforehand from a seed.
//!
//! Activity is Zipf's with exponent 1, one Space a host and week on average, held to a most that one host has. Each host has a
//! favourite hour in one of the world's time zones. A tenth of Spaces is scheduled ahead, by an hour to two days.

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
pub const WEEK: i64 = 7 * DAY;

/// Hours that the zones where people talk are ahead of UTC.
const ZONES: [f64; 10] = [-8.0, -5.0, -5.0, -3.0, 0.0, 1.0, 3.0, 5.5, 8.0, 9.0];
/// The hour at which most like to talk.
const EVENING: f64 = 20.0;
/// How far from it they like to, as a standard deviation in hours.
const EVENING_SPREAD: f64 = 3.0;
/// How much rather a host talks at its hour than at others, and how wide its hour is.
const PEAK: f64 = 10.0;
const PEAK_WIDTH: f64 = 2.0;
/// The least time between two Spaces of a host.
const PAUSE: i64 = 15 * MINUTE;
const SHORTEST: i64 = 5 * MINUTE;
const LONGEST: i64 = 5 * HOUR;
/// Half of all Spaces are shorter than this.
const MEDIAN: f64 = 45.0 * 60.0 * 1_000.0;
const DURATION_SPREAD: f64 = 0.8;
const SCHEDULED_PART: f64 = 0.1;

/// A Space as it will be, in milliseconds from the beginning.
#[derive(Debug, Clone, Copy)]
pub struct Planned {
    /// When it is announced, if it is.
    pub announced_at: Option<i64>,
    pub start: i64,
    pub end: i64,
}

/// All hosts with their Spaces, by number.
#[derive(Debug)]
pub struct World {
    /// Spaces a week of each host, as they are drawn.
    pub rates: Vec<f64>,
    /// Each host's Spaces, the first first.
    pub spaces: Vec<Vec<Planned>>,
}

impl World {
    /// `hosts` of them, for `days`; none holds more than `most` Spaces a week.
    pub fn new(hosts: usize, most: f64, days: i64, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut rates = zipf(hosts, most);
        rates.shuffle(&mut rng);
        let spaces = rates.iter().map(|rate| of_host(*rate, days * DAY, &mut rng)).collect();
        Self { rates, spaces }
    }
}

/// Spaces a week by rank, one on average.
#[expect(clippy::cast_precision_loss, reason = "numbers of hosts")]
fn zipf(hosts: usize, most: f64) -> Vec<f64> {
    let rates = |scale: f64| (1..=hosts).map(move |rank| (scale / rank as f64).min(most));
    let (mut low, mut high) = (0.0, hosts as f64 * most);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if rates(middle).sum::<f64>() < hosts as f64 { low = middle } else { high = middle }
    }
    rates(high).collect()
}

fn of_host(rate: f64, until: i64, rng: &mut StdRng) -> Vec<Planned> {
    let zone = ZONES[rng.random_range(0..ZONES.len())];
    let favourite = (EVENING + EVENING_SPREAD * normal(rng) - zone).rem_euclid(24.0);
    let level = (0_u32..24).map(|hour| liking(f64::from(hour), favourite)).sum::<f64>() / 24.0;
    let peak = liking(favourite, favourite) / level;
    let gap = in_millis(WEEK) / rate;
    let mut spaces = Vec::new();
    let (mut drawn, mut free_from) = (0.0, 0);
    loop {
        drawn += -(1.0 - rng.random::<f64>()).ln() * gap / peak;
        if drawn >= in_millis(until) {
            return spaces;
        }
        let hour = (drawn / in_millis(HOUR)).rem_euclid(24.0);
        if rng.random::<f64>() * peak > liking(hour, favourite) / level {
            continue;
        }
        // Who still talks begins the next one later.
        let start = millis(drawn).max(free_from);
        // Who has many Spaces has short ones.
        let length = millis((MEDIAN * (DURATION_SPREAD * normal(rng)).exp()).min(0.3 * gap)).min(LONGEST);
        let end = start + length.max(SHORTEST.min(millis(0.3 * gap)));
        let ahead = rng.random_range(HOUR..2 * DAY);
        let announced_at = (rng.random::<f64>() < SCHEDULED_PART).then_some(start - ahead);
        spaces.push(Planned { announced_at, start, end });
        free_from = end + PAUSE.min(millis(0.5 * gap));
    }
}

/// How much a host likes to talk at an hour of the day.
fn liking(hour: f64, favourite: f64) -> f64 {
    let apart = (hour - favourite).rem_euclid(24.0);
    let apart = apart.min(24.0 - apart) / PEAK_WIDTH;
    1.0 + PEAK * (-apart * apart / 2.0).exp()
}

/// A number drawn from the normal distribution, by Box and Muller.
fn normal(rng: &mut StdRng) -> f64 {
    let (one, other): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos()
}

#[expect(clippy::cast_precision_loss, reason = "months in milliseconds")]
pub const fn in_millis(time: i64) -> f64 {
    time as f64
}

#[expect(clippy::cast_possible_truncation, reason = "months in milliseconds")]
const fn millis(time: f64) -> i64 {
    time as i64
}
