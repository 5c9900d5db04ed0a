//! Delays: what the latest come to, and which don't count.

use jiff::{SignedDuration, Timestamp};
use spacebell::delays::{Delays, KEPT_AT_MOST, KEPT_FOR, Leg, Summary};

use crate::support::{at, secs};

const LEG: Leg = Leg::StartToSight;

fn saw(delays: &Delays, delay: i64, arrived: i64) {
    delays.saw(LEG, at(arrived - delay), at(arrived));
}

#[test]
fn half_and_nineteen_of_twenty_are_told_with_the_latest() {
    let delays = Delays::new(at(0));
    assert_eq!(delays.summary(LEG, at(0)), None);
    saw(&delays, 7, 100);
    let one = Summary { count: 1, median: secs(7), p95: secs(7), last: secs(7) };
    assert_eq!(delays.summary(LEG, at(100)), Some(one));
    let delays = Delays::new(at(0));
    for second in (1..=100).rev() {
        saw(&delays, second, 1_000 - second);
    }
    let hundred = Summary { count: 100, median: secs(50), p95: secs(95), last: secs(1) };
    assert_eq!(delays.summary(LEG, at(1_000)), Some(hundred));
    assert_eq!(delays.summary(Leg::SightToPost, at(1_000)), None, "each leg counts its own");
}

#[test]
fn what_began_before_the_bot_looked_says_nothing_of_its_speed() {
    let delays = Delays::new(at(1_000));
    saw(&delays, 600, 1_001);
    assert_eq!(delays.summary(LEG, at(1_001)), None);
    saw(&delays, 1, 1_001);
    assert_eq!(delays.summary(LEG, at(1_001)).map(|summary| summary.median), Some(secs(1)));
}

#[test]
fn a_clock_that_was_fast_at_the_start_holds_up_counting_for_one_delay_alone() {
    let delays = Delays::new(at(3_600));
    saw(&delays, 2, 100);
    assert_eq!(delays.summary(LEG, at(100)), None, "nobody knows whether it began before");
    saw(&delays, 3, 200);
    assert_eq!(delays.summary(LEG, at(200)).map(|summary| (summary.count, summary.last)), Some((1, secs(3))));
}

#[test]
fn old_delays_and_too_many_are_forgotten_and_clocks_that_differ_make_none() {
    let delays = Delays::new(Timestamp::MIN);
    for number in 0..=KEPT_AT_MOST {
        saw(&delays, if number == 0 { 500 } else { 2 }, 0);
    }
    let full = Summary { count: KEPT_AT_MOST, median: secs(2), p95: secs(2), last: secs(2) };
    assert_eq!(delays.summary(LEG, at(0) + KEPT_FOR), Some(full));
    saw(&delays, -3, 60);
    let later = at(60) + KEPT_FOR;
    let alone = Summary { count: 1, median: secs(0), p95: secs(0), last: SignedDuration::ZERO };
    assert_eq!(delays.summary(LEG, later), Some(alone));
}
