//! What X refused, and for how long.

use jiff::{SignedDuration, Timestamp};
use spacebell::push::refusals::{NOT_GRANTED_FOR, REFUSALS_OF_ALL, Refusals};

use crate::world::{start, user};

fn later(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

#[test]
fn a_first_refusal_is_one_of_all_and_a_later_one_of_its_host() {
    let mut refusals = Refusals::default();
    assert!(refusals.forbids(user(1), false, start()), "nothing was ever granted");
    let mut refusals = Refusals::default();
    assert!(!refusals.forbids(user(1), true, start()));
    assert!(refusals.refuses(user(1)) && !refusals.refuses(user(2)));
    refusals.granted();
    for host in 2..=REFUSALS_OF_ALL as u64 {
        assert!(!refusals.forbids(user(host), true, start()));
    }
    assert!(refusals.forbids(user(9), true, start()), "one after another");
}

#[test]
fn refusals_are_forgotten_after_a_while_and_when_the_clock_is_put_back() {
    let mut refusals = Refusals::default();
    refusals.not_granted(start());
    assert!(refusals.rests(start()) && refusals.rests(start() + NOT_GRANTED_FOR / 2));
    assert!(!refusals.rests(start() + NOT_GRANTED_FOR));
    assert!(!refusals.rests(later(-1)), "said at an hour that is still to come");
    refusals.refuse(user(1), start());
    refusals.doubt(user(2), start());
    refusals.full(10, start());
    assert_eq!((refusals.cap(1_500), refusals.cap(4)), (10, 4));
    refusals.forget_old(later(1));
    assert!(refusals.refuses(user(1)) && !refusals.doubts(user(2)));
    refusals.forget_old(later(25));
    assert!(!refusals.refuses(user(1)));
    assert_eq!(refusals.cap(1_500), 1_500, "X may have given more by then");
}
