//! The contenders: who is visited next. One is what is shipped; the others are what it is measured by.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use spacebell::domain::ids::UserId;
use spacebell::domain::known::Known;
use spacebell::watcher::planner::BATCH;
use spacebell::watcher::planner::hosts::Hosts;

use crate::world::{MINUTE, in_millis};

/// The longest that the optimum leaves a host unvisited.
const CEILING: i64 = 35 * MINUTE;

/// A way to plan visits. Hosts are numbers, in the world's order.
#[derive(Debug, Clone)]
pub enum Plan {
    /// What is shipped.
    Shipped(Box<Hosts>),
    /// Everybody in turn, a round beginning no sooner than `every` milliseconds after the one before.
    Sweep { turn: VecDeque<usize>, left: usize, began: i64, every: i64 },
    /// Each host at its own interval in milliseconds, whoever is most overdue first.
    Optimum { intervals: Vec<i64>, due: BinaryHeap<Reverse<(i64, usize)>> },
}

impl Plan {
    /// What is shipped, told of all hosts for the first time.
    pub fn shipped(hosts: usize, now: Timestamp) -> Self {
        let ids: Vec<UserId> = (0..hosts).map(user).collect();
        let mut plan = Hosts::default();
        plan.follow(&ids, now);
        Self::Shipped(Box::new(plan))
    }

    /// Everybody in turn, as fast as the limit lets, or once in `every` milliseconds.
    pub fn sweep(hosts: usize, every: i64) -> Self {
        Self::Sweep { turn: (0..hosts).collect(), left: 0, began: i64::MIN / 2, every }
    }

    /// The best that fixed intervals can be, by the true rates.
    pub fn optimum(optimum: &Optimum, now: i64) -> Self {
        let intervals = optimum.intervals.clone();
        let count = i64::try_from(intervals.len()).unwrap_or(i64::MAX).max(1);
        // As if it had gone on for long: anywhere between two visits.
        let begin = |(host, interval): (usize, &i64)| {
            let part = i64::try_from(host).unwrap_or(0) * 7_919 % count;
            Reverse((now + interval * part / count, host))
        };
        let due = intervals.iter().enumerate().map(begin).collect();
        Self::Optimum { intervals, due }
    }

    /// Whom to visit at `now`; they are visited then.
    pub fn next(&mut self, pace: SignedDuration, now: i64, at: Timestamp) -> Vec<usize> {
        match self {
            Self::Shipped(hosts) => {
                let batch = hosts.next(pace, at);
                hosts.visited(&batch, at);
                batch.into_iter().map(number).collect()
            }
            Self::Sweep { turn, left, began, every } => {
                if *left == 0 && now - *began >= *every {
                    (*left, *began) = (turn.len(), now);
                }
                let batch: Vec<usize> = turn.drain(..BATCH.min(*left)).collect();
                *left -= batch.len();
                turn.extend(&batch);
                batch
            }
            Self::Optimum { intervals, due } => {
                let mut batch = Vec::new();
                while batch.len() < BATCH.min(intervals.len())
                    && let Some(Reverse((at, host))) = due.pop()
                {
                    batch.push((at, host));
                }
                due.extend(batch.iter().map(|(at, host)| Reverse((at + intervals[*host], *host))));
                batch.into_iter().map(|(_, host)| host).collect()
            }
        }
    }

    /// Tells of what is known of a Space by now.
    pub fn saw(&mut self, known: &Known, began: bool, at: Timestamp) {
        if let Self::Shipped(hosts) = self {
            hosts.saw(known, began, at);
        }
    }

    /// Tells which hosts are pushed.
    pub fn cover(&mut self, covered: &HashSet<usize>, at: Timestamp) {
        if let Self::Shipped(hosts) = self {
            hosts.cover(&covered.iter().map(|host| user(*host)).collect(), at);
        }
    }

    /// The hosts of whom most is expected.
    pub fn busiest(&self, count: usize, hosts: usize, at: Timestamp) -> HashSet<usize> {
        let Self::Shipped(plan) = self else { return HashSet::new() };
        let mut all: Vec<(f64, usize)> =
            (0..hosts).map(|host| (plan.expected(user(host), at), host)).collect();
        all.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        all.into_iter().take(count).map(|(_, host)| host).collect()
    }
}

/// The least mean delay that visits at fixed intervals can have, and those intervals.
#[derive(Debug)]
pub struct Optimum {
    intervals: Vec<i64>,
    /// The mean delay of a start, in seconds, without what an answer takes.
    pub mean_secs: f64,
}

impl Optimum {
    /// By the square-root rule from the true rates: as often as the square root of the rate, but at most every `pace`
    /// milliseconds and at least every 35 minutes, [`BATCH`] hosts each `pace`.
    pub fn of(rates: &[f64], pace: i64) -> Self {
        let capacity = in_millis(100) / in_millis(pace);
        let (least, most) = (1.0 / in_millis(CEILING), 1.0 / in_millis(pace));
        let visits = |scale: f64| rates.iter().map(move |rate| (scale * rate.sqrt()).clamp(least, most));
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if visits(middle).sum::<f64>() < capacity { low = middle } else { high = middle }
        }
        let visits: Vec<f64> = visits(high).collect();
        let waits = rates.iter().zip(&visits).map(|(rate, visits)| rate / (2.0 * visits)).sum::<f64>();
        let mean_secs = waits / rates.iter().sum::<f64>() / 1_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "no more than the ceiling")]
        let intervals = visits.iter().map(|visits| (1.0 / visits) as i64).collect();
        Self { intervals, mean_secs }
    }

    /// The requests that it would take to visit all once a minute, in 15 minutes.
    pub fn requests_for_a_minute(hosts: usize) -> usize {
        hosts.div_ceil(BATCH) * 15
    }
}

pub fn user(host: usize) -> UserId {
    (host + 1).to_string().parse().expect("a number")
}

fn number(user: UserId) -> usize {
    usize::try_from(user.get()).expect("a number") - 1
}
