//! The gateway's pure parts: who was left, and how often the turnstile lets somebody through.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serenity::model::id::GuildId;
use spacebell::discord::events::left;
use spacebell::discord::turnstile::{Fruitless, pause, turn};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

#[test]
fn a_followed_server_that_its_shard_doesn_t_name_was_left() {
    let guild = |shard: u64| GuildId::new((shard << 22) + 7);
    let followed = [guild(4), guild(5), guild(6)];
    let present = HashSet::from([guild(4)]);
    assert_eq!(left(&followed, &present, 0, 2), [guild(6)], "shard 0 of 2 has 4 and 6");
    assert_eq!(left(&followed, &present, 1, 2), [guild(5)]);
    assert_eq!(left(&followed, &present, 0, 1), [guild(5), guild(6)]);
}

#[test]
fn fruitless_turns_wait_longer_up_to_a_bound() {
    assert!(pause(0) < Duration::from_millis(200));
    let seconds: Vec<u64> = (1..=7).map(|turns| pause(turns).as_secs()).collect();
    assert_eq!(seconds, [1, 2, 4, 8, 16, 16, 16]);
    assert_eq!(pause(u32::MAX), Duration::from_secs(16));
}

#[tokio::test(start_paused = true)]
async fn each_turn_is_counted_and_waits_its_time() {
    let address = Arc::new(Mutex::new(String::new()));
    let held = Arc::clone(&address).lock_owned().await;
    let (fruitless, stop) = (Fruitless::default(), CancellationToken::new());
    let door = tokio::spawn(turn(held, fruitless.clone(), stop.clone(), |_| {}));
    let mut waited = Vec::new();
    for turns in 1..=5 {
        let knocked = Instant::now();
        drop(address.lock().await);
        waited.push(knocked.elapsed().as_secs());
        // The clock moves on once nobody has anything to do any more.
        sleep(Duration::from_millis(1)).await;
        assert_eq!(fruitless.turns(), turns);
    }
    assert_eq!(waited, [0, 0, 1, 3, 7], "a second, two, four, eight, less what went by meanwhile");
    stop.cancel();
    door.await.expect("the door stays open");
    drop(address.lock().await);
}
