//! The world's clock: whose time is believed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spacebell::clock::Reckoning;

const HOUR: i64 = 3_600;

/// So many seconds after the clock began, by the world.
fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-08-14T12:00:00Z".parse().expect("a time");
    start + SignedDuration::from_secs(seconds)
}

fn elapsed(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_machine_that_is_set_wrong_while_x_disagrees_is_not_believed() {
    for wrong in [HOUR, -HOUR, 86_400 * 30, -86_400 * 30] {
        let mut clock = Reckoning::new(at(0));
        clock.hear(at(10), at(10), elapsed(10));
        for seconds in [20, 30, 4_000] {
            let now = i64::try_from(seconds).expect("small");
            clock.hear(at(now), at(now + wrong), elapsed(seconds));
            assert_eq!(clock.now(elapsed(seconds)), at(now), "wrong by {wrong}");
        }
    }
}

#[test]
fn a_machine_that_is_wrong_from_the_start_is_put_right_by_x_s_first_word() {
    for wrong in [HOUR, -HOUR] {
        let mut clock = Reckoning::new(at(wrong));
        assert_eq!(clock.now(elapsed(1)), at(wrong + 1), "nothing else is known");
        clock.hear(at(2), at(wrong + 2), elapsed(2));
        assert_eq!(clock.now(elapsed(3)), at(3));
    }
}

#[test]
fn a_machine_that_is_put_right_and_one_that_slept_are_followed_at_once() {
    let mut clock = Reckoning::new(at(-HOUR));
    // Asleep the monotonic clock stands still.
    clock.hear(at(5), at(5), elapsed(5));
    assert_eq!(clock.now(elapsed(6)), at(6));
    clock.hear(at(HOUR), at(HOUR), elapsed(10));
    assert_eq!(clock.now(elapsed(11)), at(HOUR + 1));
}

#[test]
fn one_answer_from_a_cache_changes_nothing_and_three_that_say_the_same_do() {
    let mut clock = Reckoning::new(at(0));
    clock.hear(at(0), at(0), elapsed(0));
    // The machine is wrong, so that nobody but X says what time it is.
    for (seconds, told) in [(10, 10 - HOUR), (20, 20), (30, 30 - HOUR), (40, 40 - 2 * HOUR), (50, 50 + HOUR)]
    {
        clock.hear(at(told), at(86_400), elapsed(seconds));
        assert_eq!(clock.now(elapsed(seconds)), at(i64::try_from(seconds).expect("small")), "after {told}");
    }
    for seconds in [60, 70] {
        clock.hear(at(HOUR + i64::try_from(seconds).expect("small")), at(86_400), elapsed(seconds));
    }
    assert_eq!(clock.now(elapsed(70)), at(HOUR + 70));
}
