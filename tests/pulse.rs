//! The pulse and the heartbeat: what counts as alive.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spacebell::clock::{ManualClock, SharedClock};
use spacebell::heartbeat::{self, Life, judge};
use spacebell::pulse::{PATIENCE, Pulse};
use spacebell::store::{Holder, ProcessLock, holder};

#[tokio::test(start_paused = true)]
async fn a_loop_that_turns_no_more_is_named_until_it_turns_again() {
    let pulse = Pulse::default();
    let (quick, slow) = (pulse.part("the quick"), pulse.part("the slow"));
    assert!(pulse.stopped().is_empty());
    tokio::time::advance(PATIENCE).await;
    assert!(pulse.stopped().is_empty());
    quick.turn();
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(pulse.stopped(), ["the slow"]);
    slow.turn();
    assert!(pulse.stopped().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_may_be_long_is_no_standstill_and_its_end_is() {
    let pulse = Pulse::default();
    let part = pulse.part("the patient");
    let waiting = part.through(tokio::time::sleep(PATIENCE * 5));
    let watching = async {
        for _ in 0..4 {
            tokio::time::sleep(PATIENCE).await;
            assert!(pulse.stopped().is_empty());
        }
    };
    tokio::join!(waiting, watching);
    tokio::time::advance(PATIENCE + Duration::from_secs(1)).await;
    assert_eq!(pulse.stopped(), ["the patient"]);
}

#[tokio::test(start_paused = true)]
async fn the_heart_beats_only_while_every_loop_turns() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("heart.db").display());
    assert_eq!(holder(&url).await.unwrap(), Holder::Nobody);
    let lock = ProcessLock::try_take(&url).await.unwrap().expect("nobody else has it");
    let start: Timestamp = "2026-08-01T12:00:00Z".parse().unwrap();
    let manual = Arc::new(ManualClock::new(start));
    let clock: SharedClock = manual.clone();
    let pulse = Pulse::default();
    let part = pulse.part("the only one");
    let heart = tokio::spawn(async move { heartbeat::run(&lock, &pulse, &clock).await });
    let beat_at = async || match holder(&url).await.unwrap() {
        Holder::Process { beat_at } => beat_at,
        Holder::Nobody => panic!("the lock is held"),
    };
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(beat_at().await, start);
    manual.advance(SignedDuration::from_secs(30));
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(beat_at().await, start + SignedDuration::from_secs(30));
    tokio::time::sleep(PATIENCE).await;
    let last = beat_at().await;
    manual.advance(SignedDuration::from_secs(300));
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(beat_at().await, last, "a loop stands still");
    part.turn();
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(beat_at().await > last);
    heart.abort();
    assert!(heart.await.is_err());
    assert_eq!(holder(&url).await.unwrap(), Holder::Nobody);
}

#[test]
fn an_old_heartbeat_and_one_from_the_future_are_none() {
    let now: Timestamp = "2026-08-01T12:00:00Z".parse().unwrap();
    let seen = |seconds: i64| {
        let age = SignedDuration::from_secs(seconds);
        (judge(Holder::Process { beat_at: now - age }, now), age)
    };
    for alive in [0, 5, 60, -60] {
        let (life, age) = seen(alive);
        assert_eq!(life, Life::Alive(age));
    }
    for hung in [61, 100_000, -61] {
        let (life, age) = seen(hung);
        assert_eq!(life, Life::Hung(age));
    }
    assert_eq!(judge(Holder::Nobody, now), Life::Dead);
}
