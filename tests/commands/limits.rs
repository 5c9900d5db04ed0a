//! Discord's limits over all routes, by a clock that is moved.

use std::time::Duration;

use spacebell::discord::limits::{INVALID_AT_MOST, Limits};
use tokio::time::{Instant, advance};

/// What a start rests for, before anything may be sent.
const REST: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_slot_is_free_again_a_second_after_its_answer_and_at_once_if_it_wasn_t_used() {
    let limits = Limits::new(2);
    let begun = Instant::now();
    let (first, second) = (limits.slot().await, limits.slot().await);
    assert_eq!(begun.elapsed(), REST);
    drop(second);
    let second = limits.slot().await;
    assert_eq!(begun.elapsed(), REST, "nothing was sent with it");

    advance(Duration::from_secs(3)).await;
    let answered = Instant::now();
    first.answered();
    let _third = limits.slot().await;
    assert!(answered.elapsed() >= Duration::from_secs(1), "a second from the answer on");
    drop(second);
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_up_everything_and_the_longest_one_counts() {
    let limits = Limits::new(50);
    drop(limits.slot().await);
    let begun = Instant::now();
    assert!(limits.pause(Duration::from_secs(30)), "sending went on until now");
    assert!(!limits.pause(Duration::from_secs(5)));
    assert!(limits.is_closed());
    drop(limits.slot().await);
    assert!(begun.elapsed() >= Duration::from_secs(30));
    assert!(!limits.is_closed());
    assert!(limits.pause(Duration::from_secs(1)), "it went on again");
}

#[tokio::test(start_paused = true)]
async fn a_fifth_of_the_ban_limit_stops_all_sending_until_it_fades() {
    let limits = Limits::new(50);
    let begun = Instant::now();
    for _ in 1..INVALID_AT_MOST {
        limits.count_invalid();
    }
    drop(limits.slot().await);
    assert_eq!(begun.elapsed(), REST, "one less holds nothing up");
    limits.count_invalid();
    assert_eq!(limits.invalid(), INVALID_AT_MOST);
    drop(limits.slot().await);
    let faded = begun.elapsed();
    assert!((600..610).contains(&faded.as_secs()), "ten minutes, as Discord counts: {faded:?}");
    assert_eq!(limits.invalid(), 1);
}
