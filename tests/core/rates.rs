//! How often hosts start Spaces: what is learned, kept and forgotten, on both databases.

use jiff::SignedDuration;
use spacebell::domain::erasure::{Account, Whose};
use spacebell::domain::known::Phase;
use spacebell::store::HostRate;
use spacebell::watcher::coverage::Coverage;
use spacebell::watcher::planner::rates::{Everybody, Rate};

use crate::support::{Db, On, at, by, host, live, secs, seen, tests_on_each_database, user};
use crate::watcher::World;

tests_on_each_database! {
    rates_are_kept_the_latest_word_last,
    a_restart_keeps_what_was_learned_and_visits_whoever_is_new_first,
    a_rate_goes_a_while_after_its_hosts_last_follow_and_not_with_its_spaces,
    erasing_an_account_erases_its_rate,
}

const PACE: SignedDuration = SignedDuration::from_millis(3_750);
const WEEK: i64 = 7 * 24 * 3_600;

fn kept(number: u64, starts: f64) -> HostRate {
    HostRate { host: user(number), starts, updated_at: at(10), watched_since: at(0) }
}

async fn rates_are_kept_the_latest_word_last(on: On) {
    let db = Db::on(on).await;
    db.store.save_rates(&[kept(1, 0.5), kept(2, 3.25), kept(1, 1.5)]).await.expect("kept");
    db.store.save_rates(&[kept(2, 4.25)]).await.expect("kept");
    assert_eq!(db.store.host_rates().await.expect("rates"), [kept(1, 1.5), kept(2, 4.25)]);
}

async fn a_restart_keeps_what_was_learned_and_visits_whoever_is_new_first(on: On) {
    let mut world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.follow(10, host(2)).await;
    let coverage = Coverage::default();
    assert_eq!(world.watcher.next_hosts(&coverage, PACE), [user(1), user(2)]);
    for (text, start) in [("1a", 2 * WEEK), ("1b", 2 * WEEK + 90_000), ("1c", 3 * WEEK)] {
        world.until(at(start + 5));
        let mut begun = by(1, live(text));
        begun.started_at = Some(at(start));
        world.sees([seen(begun, start + 5)]).await;
    }
    let learned = world.watcher.starts_a_week(user(1));
    assert!(world.watcher.save_rates().await.expect("kept"), "there was something");
    assert!(!world.watcher.save_rates().await.expect("kept"), "and isn't any more");
    world.restart().await;
    let after = world.watcher.starts_a_week(user(1));
    assert!((after - learned).abs() < 0.001, "{after} and not {learned}");
    assert!(after > 2.0 * world.watcher.starts_a_week(user(2)), "{after}");
    world.follow(10, host(3)).await;
    assert!(world.watcher.next_hosts(&coverage, PACE).contains(&user(3)));
}

async fn a_rate_goes_a_while_after_its_hosts_last_follow_and_not_with_its_spaces(on: On) {
    let db = Db::on(on).await;
    let follow = db.follow(10, host(1)).await;
    db.store.save_rates(&[kept(1, 1.0), kept(2, 1.0)]).await.expect("kept");
    let forget =
        async |before, now| db.store.forget_left_hosts(at(before), at(now)).await.expect("an answer");
    assert_eq!(forget(0, 100).await, [], "it was only just noticed");
    db.store.erase_old(at(WEEK), at(WEEK), "2027-01-01").await.expect("erased");
    assert_eq!(forget(101, 101).await, [user(2)]);
    assert!(db.store.remove_follow(follow.id, at(200)).await.expect("removed"));
    assert_eq!(forget(0, 200).await, []);
    db.follow(10, host(1)).await;
    assert_eq!(forget(300, 300).await, [], "it is followed again");
    assert_eq!(db.store.host_rates().await.expect("rates").len(), 1);
}

async fn erasing_an_account_erases_its_rate(on: On) {
    let world = World::on(on).await;
    world.follow(10, host(1)).await;
    world.follow(10, host(2)).await;
    let _ = world.watcher.next_hosts(&Coverage::default(), PACE);
    assert!(world.watcher.save_rates().await.expect("kept"));
    world.watcher.erase(&Whose::Account(Account::Id(user(1)))).await.expect("erased");
    let hosts: Vec<_> =
        world.db.store.host_rates().await.expect("rates").iter().map(|one| one.host).collect();
    assert_eq!(hosts, [user(2)]);
    assert!(!world.watcher.save_rates().await.expect("kept"), "nothing is left to be written");
    assert!(world.watcher.all_known().iter().all(|known| known.phase != Phase::Live));
}

#[test]
fn a_start_weighs_half_after_six_weeks_and_a_long_watched_host_is_what_it_was_seen_to_be() {
    let mut rate = Rate::new(at(0));
    rate.count(at(0));
    assert!((rate.starts_at(at(6 * WEEK)) - 0.5).abs() < 1e-9);
    assert!((rate.starts_at(at(-60)) - 1.0).abs() < 1e-9, "a clock that is put back makes nothing heavier");
    let mut busy = Rate::new(at(0));
    for half_week in 1..120 {
        busy.count(at(half_week * WEEK / 2));
    }
    let expected = busy.expected(1.0, at(60 * WEEK));
    assert!((1.7..2.1).contains(&expected), "{expected} a week");
    let quiet = Rate::new(at(0)).expected(1.0, at(60 * WEEK));
    assert!(quiet < 0.1, "{quiet} a week");
    let unknown = Rate::new(at(0)).expected(3.0, at(0));
    assert!((unknown - 3.0).abs() < 1e-9, "of whom nothing is known as much is expected as of anybody");
}

#[test]
fn what_is_expected_of_anybody_is_learned_from_all_and_kept_within_reason() {
    let mut all = Everybody::default();
    assert!((all.mean(at(0)) - 1.0).abs() < 1e-9);
    let rate = Rate::new(at(0));
    for _ in 0..1_000 {
        all.add(&rate, at(0));
    }
    for week in 0..8 {
        for _ in 0..2_000 {
            all.count(at(0) + secs(week * WEEK + WEEK / 2));
        }
    }
    let mean = all.mean(at(8 * WEEK));
    assert!((1.9..2.1).contains(&mean), "{mean} a week");
    for _ in 0..1_000 {
        all.remove(&rate, at(8 * WEEK));
    }
    let silent = Rate::new(at(8 * WEEK));
    for _ in 0..100_000 {
        all.add(&silent, at(8 * WEEK));
    }
    assert!((0.05..1.0).contains(&all.mean(at(60 * WEEK))), "{}", all.mean(at(60 * WEEK)));
}
