//! What the end of an errand means for its notice.

use std::time::Duration;

use proptest::prelude::*;
use spacebell::domain::ids::MessageId;
use spacebell::domain::notice::{Decision, Work};
use spacebell::outbox::courier::Outcome;
use spacebell::outbox::policy::{Next, next, next_of};

/// The chance that spreads nothing.
const EVEN: f64 = 0.5;

fn retry(millis: u64, maybe_done: bool, counts: bool) -> Next {
    Next::Retry { after: Duration::from_millis(millis), maybe_done, counts }
}

#[test]
fn each_outcome_comes_to_what_the_table_says() {
    let hour = Duration::from_hours(1);
    for (outcome, attempts, expected) in [
        (Outcome::Sent(MessageId::new(5)), 9, Next::Done(MessageId::new(5))),
        (Outcome::Later(hour), 9, retry(3_600_000, false, false)),
        (Outcome::OldMessage(hour), 9, retry(3_600_000, false, false)),
        (Outcome::Uncertain, 0, retry(500, true, true)),
        (Outcome::Uncertain, 1, retry(1_000, true, true)),
        (Outcome::Uncertain, 6, retry(32_000, true, true)),
        (Outcome::Uncertain, 7, retry(60_000, true, true)),
        (Outcome::Uncertain, u32::MAX, retry(60_000, true, true)),
        (Outcome::MessageGone, 0, Next::Removed),
        (Outcome::ChannelGone, 0, retry(5_000, false, true)),
        (Outcome::ChannelGone, 3, Next::Drop(Decision::TargetGone)),
        (Outcome::Forbidden, 0, retry(5_000, false, true)),
        (Outcome::Forbidden, 1, retry(60_000, false, true)),
        (Outcome::Forbidden, 2, retry(600_000, false, true)),
        (Outcome::Forbidden, 3, Next::Drop(Decision::Forbidden)),
        (Outcome::Rejected, 0, Next::Drop(Decision::Rejected)),
        (Outcome::Malformed, 0, Next::Drop(Decision::Malformed)),
    ] {
        assert_eq!(next(&outcome, attempts, EVEN), expected, "{outcome:?} after {attempts}");
    }
}

#[test]
fn what_discord_asks_to_wait_is_waited_to_the_millisecond() {
    let wait = Duration::from_millis(1_234);
    for chance in [0.0, 1.0] {
        let Next::Retry { after, .. } = next(&Outcome::Later(wait), 3, chance) else { panic!("a retry") };
        assert_eq!(after, wait);
    }
}

proptest! {
    #[test]
    fn jitter_spreads_a_pause_by_a_fifth_at_most(attempts in 0_u32..40, chance in -1.0..2.0_f64) {
        for outcome in [Outcome::Uncertain, Outcome::Forbidden] {
            let (Next::Retry { after, .. }, Next::Retry { after: even, .. }) =
                (next(&outcome, attempts, chance), next(&outcome, attempts, EVEN))
            else {
                continue;
            };
            prop_assert!(after >= even.mul_f64(0.799) && after <= even.mul_f64(1.201));
            prop_assert!(after <= Duration::from_mins(12));
        }
    }
}

#[test]
fn jitter_goes_both_ways() {
    let after = |chance| match next(&Outcome::Uncertain, 7, chance) {
        Next::Retry { after, .. } => after.as_millis(),
        other => panic!("{other:?}"),
    };
    assert_eq!((after(0.0), after(1.0)), (48_000, 72_000));
}

#[test]
fn what_has_to_be_emptied_isn_t_left_because_its_channel_refuses() {
    let minutes = |minutes: u64| retry(minutes * 60_000, false, true);
    for (outcome, attempts, expected) in [
        (Outcome::Forbidden, 0, minutes(5)),
        (Outcome::Locked, 1, minutes(10)),
        (Outcome::Rejected, 6, minutes(320)),
        (Outcome::Forbidden, 7, minutes(360)),
        (Outcome::Forbidden, u32::MAX, minutes(360)),
        // A channel may be gone for a moment only.
        (Outcome::ChannelGone, 0, retry(5_000, false, true)),
        (Outcome::ChannelGone, 3, Next::Removed),
        (Outcome::MessageGone, 0, Next::Removed),
        (Outcome::Malformed, 0, Next::Drop(Decision::Malformed)),
    ] {
        let told = next_of(Work::Empty, &outcome, attempts, EVEN);
        assert_eq!(told, expected, "{outcome:?} after {attempts}");
        for work in [Work::Post, Work::Edit] {
            assert_eq!(next_of(work, &outcome, attempts, EVEN), next(&outcome, attempts, EVEN));
        }
    }
}
