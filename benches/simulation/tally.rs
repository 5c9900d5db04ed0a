//! What a run came to.

use std::collections::HashMap;

use serde_json::{Value, json};
use spacebell::x::MicroDollars;
use spacebell::x::limits::Endpoint;

use crate::world::{DAY, Planned, in_millis};

/// Delays, requests and dollars. Times are milliseconds.
#[derive(Debug, Default)]
pub struct Tally {
    /// From when until when Spaces are counted by their start.
    pub window: (i64, i64),
    /// From start to sight, of Spaces that weren't scheduled.
    pub delays: Vec<i64>,
    /// The same without those that were pushed.
    pub polled: Vec<i64>,
    /// Of Spaces that were scheduled.
    pub scheduled: Vec<i64>,
    /// Spaces that were over before anybody looked; the look that came too late counts as their sight.
    pub missed: u64,
    pub longest_unvisited: i64,
    pub requests: [u64; Endpoint::ALL.len()],
    pub refusals: u64,
    pub events: u64,
    spent: u64,
    spaces: HashMap<(usize, usize), Cost>,
}

/// What one Space cost, from its first sight to its end.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    micro: u64,
    first: i64,
    over: Option<i64>,
}

impl Tally {
    pub fn began(&mut self, place: (usize, usize), space: &Planned, now: i64, pushed: bool) {
        let cost = self.spaces.entry(place).or_default();
        cost.first = if cost.micro == 0 { now } else { cost.first };
        if !self.counts(space) {
            return;
        }
        let delay = (now - space.start).max(0);
        if space.announced_at.is_some() {
            self.scheduled.push(delay);
        } else {
            self.delays.push(delay);
            if !pushed {
                self.polled.push(delay);
            }
        }
    }

    pub fn missed(&mut self, place: (usize, usize), space: &Planned, now: i64) {
        if !self.spaces.contains_key(&place) && self.counts(space) {
            self.missed += 1;
            self.delays.push(now - space.start);
            self.polled.push(now - space.start);
        }
    }

    pub fn spent(&mut self, place: (usize, usize), price: MicroDollars, now: i64) {
        self.spent += price.0;
        let cost = self.spaces.entry(place).or_default();
        cost.first = if cost.micro == 0 && cost.first == 0 { now } else { cost.first };
        cost.micro += price.0;
    }

    pub fn over(&mut self, place: (usize, usize), now: i64) {
        if let Some(cost) = self.spaces.get_mut(&place) {
            cost.over = Some(now);
        }
    }

    /// The mean delay of starts that weren't scheduled, in seconds.
    pub fn mean_secs(&self) -> f64 {
        mean(&self.delays)
    }

    /// The dollars that a Space cost on average, which was seen first and last on one UTC day; events apart.
    pub fn dollars_a_space(&self) -> f64 {
        let within = |cost: &&Cost| cost.over.is_some_and(|over| over / DAY == cost.first / DAY);
        let costs: Vec<u64> = self.spaces.values().filter(within).map(|cost| cost.micro).collect();
        dollars(costs.iter().sum::<u64>()) / number(costs.len()).max(1.0)
    }

    /// All of it, as it is printed; `prices` are of one event.
    pub fn to_json(&self, event: MicroDollars) -> Value {
        let days = in_millis(self.window.1 - self.window.0) / in_millis(DAY);
        let a_day = |count: u64| (number_of(count) / days).round();
        let unscheduled = sorted(&self.delays);
        json!({
            "starts": unscheduled.len(),
            "p50_s": percentile(&unscheduled, 0.5),
            "p95_s": percentile(&unscheduled, 0.95),
            "p99_s": percentile(&unscheduled, 0.99),
            "polled_mean_s": thousandths(mean(&self.polled)),
            "over_before_seen": self.missed,
            "scheduled_mean_s": thousandths(mean(&self.scheduled)),
            "scheduled_p95_s": percentile(&sorted(&self.scheduled), 0.95),
            "longest_unvisited_min": thousandths(in_millis(self.longest_unvisited) / 60_000.0),
            "visits_a_day": a_day(self.requests[Endpoint::SpacesByCreators as usize]),
            "look_ups_a_day": a_day(self.requests[Endpoint::Spaces as usize]),
            "requests_a_day": a_day(self.requests.iter().sum()),
            "429": self.refusals,
            "dollars_a_day": thousandths(dollars(self.spent) / days),
            "dollars_a_day_for_events": thousandths(dollars(self.events * event.0) / days),
            "dollars_a_space": thousandths(self.dollars_a_space()),
        })
    }

    const fn counts(&self, space: &Planned) -> bool {
        self.window.0 <= space.start && space.start < self.window.1
    }
}

/// The smallest of `sorted` that this part of them doesn't exceed, in seconds.
pub fn percentile(sorted: &[i64], part: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
    let place = (number(sorted.len()) * part).ceil() as usize;
    sorted.get(place.max(1) - 1).map_or(0.0, |delay| in_millis(*delay) / 1_000.0)
}

pub fn sorted(delays: &[i64]) -> Vec<i64> {
    let mut sorted = delays.to_vec();
    sorted.sort_unstable();
    sorted
}

pub fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

fn mean(delays: &[i64]) -> f64 {
    in_millis(delays.iter().sum()) / number(delays.len()).max(1.0) / 1_000.0
}

fn dollars(micro: u64) -> f64 {
    number_of(micro) / 1_000_000.0
}

#[expect(clippy::cast_precision_loss, reason = "far from the limits")]
const fn number(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "far from the limits")]
const fn number_of(count: u64) -> f64 {
    count as f64
}
