//! What becomes of an event: taken once, billed once, and by whom it concerns.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use serde_json::json;
use spacebell::delays::{Leg, Summary};
use spacebell::domain::ids::{SpaceId, UserId};
use spacebell::domain::known::Phase;
use spacebell::push::intake::{Taken, Withdrawals};
use spacebell::x::Kind;

use crate::world::{World, user};

/// An event as X tells it: of host 7, or of another one.
fn event(kind: &str, host: u64, uuid: &str, space: &str) -> Vec<u8> {
    let host = host.to_string();
    let shown =
        json!({ "data": { "id": host, "username": format!("host{host}"), "name": format!("Host {host}") } });
    let payload = json!({ "user": shown, "broadcast_id": space, "event_type": kind.replace('.', "_") });
    let data =
        json!({ "event_uuid": uuid, "filter": { "user_id": host }, "event_type": kind, "payload": payload });
    json!({ "data": data }).to_string().into_bytes()
}

fn start_of(uuid: &str, space: &str) -> Vec<u8> {
    event("spaces.start", 7, uuid, space)
}

fn id(text: &str) -> SpaceId {
    text.parse().expect("a Space's id")
}

/// The events that the ledger has, since this was last asked.
fn billed(world: &World) -> Vec<String> {
    let rows = world.client.spending().unsaved().drain();
    rows.into_iter().filter(|row| row.kind == Kind::Event).map(|row| row.resource).collect()
}

/// How much was spent on events.
fn spent(world: &World) -> u64 {
    let of_events = |(kind, _): &&(Kind, _)| *kind == Kind::Event;
    world.client.spending().spent_today().kinds.iter().find(of_events).map_or(0, |(_, dollars)| dollars.0)
}

#[tokio::test]
async fn an_event_that_comes_twice_is_taken_once_and_billed_once() {
    let world = World::new().await;
    world.follow(7, 1).await;
    let intake = world.intake();
    assert_eq!(intake.take(&start_of("-5", "1aaa")).await, Taken::Kept);
    assert_eq!(world.watcher.known(id("1aaa")).map(|known| known.phase), Some(Phase::Live));
    assert_eq!(intake.take(&start_of("-5", "1aaa")).await, Taken::Again);
    // By its id alone: whatever else it says, it is the same one.
    assert_eq!(intake.take(&start_of("-5", "1bbb")).await, Taken::Again);
    assert!(world.watcher.known(id("1bbb")).is_none());
    assert_eq!(billed(&world), ["-5"]);
    // Another program of the same database, which remembers nothing but the bill.
    assert_eq!(world.intake().take(&start_of("-5", "1aaa")).await, Taken::Kept);
    assert_eq!((billed(&world).len(), spent(&world)), (0, 5_000));
    // The end is another event, about the same Space.
    assert_eq!(intake.take(&event("spaces.end", 7, "6", "1aaa")).await, Taken::Kept);
    assert_eq!((billed(&world), spent(&world)), (vec!["6".to_owned()], 10_000));
}

#[tokio::test]
async fn two_events_about_one_start_are_taken_once_and_cost_what_x_bills_for_both() {
    let world = World::new().await;
    world.follow(7, 1).await;
    let intake = world.intake();
    assert_eq!(intake.take(&start_of("1", "1aaa")).await, Taken::Kept);
    assert_eq!(intake.take(&start_of("2", "1aaa")).await, Taken::Again);
    assert_eq!(billed(&world), ["1", "2"]);
    // One without an id is known again by what it tells.
    for expected in [Taken::Kept, Taken::Again] {
        assert_eq!(intake.take(&start_of("", "1bbb")).await, expected);
    }
    assert_eq!((billed(&world), spent(&world)), (vec!["spaces.start-1bbb".to_owned()], 15_000));
}

#[tokio::test]
async fn an_event_that_the_store_refused_is_taken_when_it_comes_again_and_billed_once() {
    let world = World::new().await;
    world.follow(7, 1).await;
    let intake = world.intake();
    world
        .execute("CREATE TRIGGER broken BEFORE INSERT ON spaces BEGIN SELECT RAISE(ABORT, 'broken'); END")
        .await;
    for _ in 0..2 {
        assert_eq!(intake.take(&start_of("5", "1aaa")).await, Taken::Failed);
        assert!(world.watcher.known(id("1aaa")).is_none(), "what isn't kept isn't known");
    }
    assert_eq!(world.coverage.owed(), [user(7)], "and its host is owed a look");
    world.execute("DROP TRIGGER broken").await;
    assert_eq!(intake.take(&start_of("5", "1aaa")).await, Taken::Kept);
    assert_eq!(intake.take(&start_of("5", "1aaa")).await, Taken::Again);
    assert_eq!(billed(&world), ["5"]);
}

#[tokio::test]
async fn an_event_of_somebody_whom_nobody_follows_is_billed_and_passed() {
    let world = World::new().await;
    let intake = world.intake();
    assert_eq!(intake.take(&event("spaces.start", 8, "1", "1aaa")).await, Taken::Passed);
    assert!(world.watcher.known(id("1aaa")).is_none() && world.coverage.owed().is_empty());
    assert_eq!(billed(&world), ["1"]);
    // Of one without a Space it is the host's list that says which.
    world.follow(7, 1).await;
    assert_eq!(intake.take(&start_of("2", "")).await, Taken::Kept);
    assert_eq!((world.coverage.owed(), world.watcher.all_known().len()), (vec![user(7)], 0));
}

#[tokio::test]
async fn a_start_that_x_told_is_timed_once_when_a_lookup_says_when_it_was() {
    let world = World::new().await;
    world.follow(7, 1).await;
    let (intake, lanes) = (world.intake(), world.lanes());
    world.pass(Duration::from_mins(1));
    let space = world.x.start_now("7", "Timed").expect("a host");
    world.pass(Duration::from_secs(2));
    let summary = || world.health.delays().summary(Leg::StartToSight, world.now());
    assert_eq!(intake.take(&start_of("5", space.as_str())).await, Taken::Kept);
    assert_eq!(summary(), None, "X doesn't tell with it when that was");
    // However late the lookup is, the start was seen when it was told.
    world.pass(Duration::from_secs(9));
    lanes.look_up().await;
    let two = SignedDuration::from_secs(2);
    let timed = Some(Summary { count: 1, median: two, p95: two, last: two });
    assert_eq!(summary(), timed);
    world.x.rename(&space, Some("Timed once")).expect("it is there");
    world.pass(Duration::from_mins(1));
    lanes.look_up().await;
    assert_eq!(summary(), timed);
}

/// Writes down who took back what they let the app do, as long as it can.
#[derive(Default)]
struct Links {
    ended: Mutex<Vec<UserId>>,
    broken: Mutex<bool>,
}

#[async_trait]
impl Withdrawals for Links {
    async fn withdrawn(&self, account: UserId) -> bool {
        let works = !*self.broken.lock().expect("no test failed");
        if works {
            self.ended.lock().expect("no test failed").push(account);
        }
        works
    }
}

#[tokio::test]
async fn a_revocation_ends_the_link_of_its_account_and_is_owed_until_that_is_written_down() {
    let world = World::new().await;
    let links = Arc::new(Links::default());
    let revoked = event("oauth.revoke", 9, "3", "");
    assert_eq!(world.intake().take(&revoked).await, Taken::Passed, "nothing is linked here");
    let intake = world.intake().with_withdrawals(Some(Arc::clone(&links) as _));
    *links.broken.lock().expect("no test failed") = true;
    assert_eq!(intake.take(&revoked).await, Taken::Failed);
    *links.broken.lock().expect("no test failed") = false;
    assert_eq!(intake.take(&revoked).await, Taken::Kept);
    let nobody = br#"{"data":{"event_type":"oauth.revoke","event_uuid":"4","filter":{}}}"#;
    assert_eq!(intake.take(nobody).await, Taken::Unreadable);
    assert_eq!(*links.ended.lock().expect("no test failed"), [user(9)]);
    assert!(world.watcher.all_known().is_empty() && world.coverage.owed().is_empty());
}
