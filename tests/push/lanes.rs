//! Which places the hosts whom X tells of have among those who are asked for, and what isn't looked up.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use spacebell::domain::ids::UserId;
use spacebell::push::intake::Taken;
use spacebell::watcher::lanes::Lanes;
use spacebell_sim::x::{self as sim, Age, Endpoint, Fault, Scope};

use crate::world::{World, user};

/// As many as a visit has places, and some more.
const POLLED: u64 = 130;
/// So many whom X tells of, with higher numbers.
const TOLD: u64 = 20;

fn told() -> BTreeSet<UserId> {
    (POLLED + 1..=POLLED + TOLD).map(user).collect()
}

/// A world of polled hosts and told ones, all visited a few times, with nobody owed a look.
async fn settled() -> (World, Lanes) {
    let world = World::new().await;
    for host in 1..=POLLED + TOLD {
        world.follow(host, 1).await;
    }
    let lanes = world.lanes();
    world.coverage.subscribe(told().into_iter().collect());
    for _ in 0..4 {
        visit(&world, &lanes).await;
    }
    assert!(world.coverage.owed().is_empty());
    (world, lanes)
}

/// The hosts of the next visit.
async fn visit(world: &World, lanes: &Lanes) -> BTreeSet<UserId> {
    let before = world.count(Endpoint::SpacesByCreators);
    while world.count(Endpoint::SpacesByCreators) == before {
        world.pass(Duration::from_secs(4));
        lanes.visit_hosts().await;
    }
    let mut asked = world.x.requests().into_iter().rev();
    let last = asked.find(|request| request.endpoint == Some(Endpoint::SpacesByCreators));
    last.expect("a visit").list("user_ids").iter().map(|id| id.parse().expect("an id")).collect()
}

fn start_of(host: u64, space: &str) -> Vec<u8> {
    let data = json!({ "event_uuid": "1", "filter": { "user_id": host.to_string() }, "event_type": "spaces.start",
        "payload": { "broadcast_id": space } });
    json!({ "data": data }).to_string().into_bytes()
}

#[tokio::test]
async fn whoever_x_tells_of_takes_no_place_from_the_others_until_a_gap_and_then_the_first() {
    let (world, lanes) = settled().await;
    for _ in 0..10 {
        let visited = visit(&world, &lanes).await;
        assert_eq!((visited.len(), visited.intersection(&told()).count()), (100, 0), "they rest");
    }
    // Without a gap nothing is owed.
    world.coverage.is_cut();
    world.coverage.delivers(true);
    assert!(visit(&world, &lanes).await.is_disjoint(&told()));
    world.coverage.is_cut();
    world.coverage.delivers(false);
    let visited = visit(&world, &lanes).await;
    assert!(
        visited.is_superset(&told()) && visited.len() == 100,
        "all of them at once, and others beside them"
    );
    assert!(world.coverage.owed().is_empty());
    assert!(visit(&world, &lanes).await.is_disjoint(&told()), "once is enough");
}

#[tokio::test]
async fn a_look_that_fails_is_owed_again_and_one_host_is_looked_at_alone_if_only_one_is_owed_it() {
    let (world, lanes) = settled().await;
    let mona = user(POLLED + 3);
    world.coverage.owe(mona);
    world.x.fault(Fault::status(503), Scope::on(Endpoint::SpacesByCreators).next(1));
    assert!(visit(&world, &lanes).await.contains(&mona));
    assert_eq!(world.coverage.owed(), [mona], "no answer is no look");
    let visited = visit(&world, &lanes).await;
    assert_eq!(visited.intersection(&told()).collect::<Vec<_>>(), [&mona]);
    assert!(world.coverage.owed().is_empty());
}

#[tokio::test]
async fn a_space_that_a_list_has_just_told_isn_t_looked_up() {
    let world = World::new().await;
    world.follow(7, 1).await;
    let (intake, lanes) = (world.intake(), world.lanes());
    let space = world.x.start_now("7", "On a list").expect("a host");
    assert_eq!(intake.take(&start_of(7, space.as_str())).await, Taken::Kept);
    visit(&world, &lanes).await;
    let title = |world: &World| {
        let known = world.watcher.known(space.to_string().parse().expect("an id"));
        known.and_then(|known| known.space.title)
    };
    assert_eq!(title(&world).as_deref(), Some("On a list"));
    lanes.look_up().await;
    assert_eq!(world.count(Endpoint::SpacesByIds), 0);
    // Nor while lists go on telling it, however often X is asked.
    for _ in 0..30 {
        visit(&world, &lanes).await;
        lanes.look_up().await;
    }
    assert_eq!(world.count(Endpoint::SpacesByIds), 0);
}

#[tokio::test]
async fn a_space_that_a_list_doesn_t_show_or_shows_as_it_was_before_is_looked_up() {
    let world = World::new().await;
    world.follow(7, 1).await;
    let (intake, lanes) = (world.intake(), world.lanes());
    let space = world.x.start_now("7", "Not on a list").expect("a host");
    let hidden = world.x.fault(Fault::EmptyLists, Scope::everywhere());
    assert_eq!(intake.take(&start_of(7, space.as_str())).await, Taken::Kept);
    visit(&world, &lanes).await;
    lanes.look_up().await;
    assert_eq!(world.count(Endpoint::SpacesByIds), 1, "absence from a list says nothing");
    world.x.clear_fault(hidden);
    // X told that it is over, and the list is behind.
    let end = String::from_utf8(start_of(7, space.as_str())).expect("text");
    let end = end.replace("spaces.start", "spaces.end").replace("\"1\"", "\"2\"");
    assert_eq!(intake.take(end.as_bytes()).await, Taken::Kept);
    visit(&world, &lanes).await;
    lanes.look_up().await;
    assert_eq!(world.count(Endpoint::SpacesByIds), 2);
}

#[tokio::test]
async fn a_look_whose_answer_isn_t_kept_is_had_again() {
    let (world, lanes) = settled().await;
    let mona = user(POLLED + 3);
    let space = world.x.start_now(mona.to_string(), "Unkept").expect("a host");
    world.coverage.owe(mona);
    world
        .execute("CREATE TRIGGER broken BEFORE INSERT ON spaces BEGIN SELECT RAISE(ABORT, 'broken'); END")
        .await;
    let first = visit(&world, &lanes).await;
    assert!(first.contains(&mona) && world.coverage.owed() == [mona], "what isn't kept wasn't seen");
    world.execute("DROP TRIGGER broken").await;
    let second = visit(&world, &lanes).await;
    assert!(second.contains(&mona) && world.coverage.owed().is_empty());
    assert!(world.watcher.known(space.to_string().parse().expect("an id")).is_some());
}

#[tokio::test]
async fn whom_nobody_follows_any_more_is_owed_nothing() {
    let (world, lanes) = settled().await;
    world.coverage.owe(user(9_999));
    visit(&world, &lanes).await;
    assert!(world.coverage.owed().is_empty());
}

/// A host who was live just before and starts again, which nobody has seen yet.
async fn back_again() -> (World, Lanes, sim::SpaceId) {
    let world = World::new().await;
    world.follow(7, 1).await;
    let lanes = world.lanes();
    let first = world.x.start_now("7", "Dropped").expect("a host");
    visit(&world, &lanes).await;
    world.x.end(&first).expect("it ends");
    visit(&world, &lanes).await;
    world.pass(Duration::from_secs(4));
    lanes.look_up().await;
    let again = world.x.start_now("7", "Back again").expect("a host");
    (world, lanes, again)
}

#[tokio::test]
async fn a_start_that_a_lookup_has_to_judge_is_looked_up_until_x_knows_it() {
    let (world, lanes, again) = back_again().await;
    let intake = world.intake();
    let known = |world: &World| world.watcher.known(again.to_string().parse().expect("an id"));
    let behind = world.x.fault(Fault::Stale(Age::Time(Duration::from_secs(30))), Scope::everywhere());
    assert_eq!(intake.take(&start_of(7, again.as_str())).await, Taken::Kept);
    for _ in 0..5 {
        world.pass(Duration::from_secs(4));
        lanes.look_up().await;
    }
    assert!(known(&world).is_none(), "nothing is claimed that no lookup has shown");
    world.x.clear_fault(behind);
    world.pass(Duration::from_secs(4));
    lanes.look_up().await;
    assert_eq!(known(&world).and_then(|known| known.space.title).as_deref(), Some("Back again"));
    // One that never comes isn't asked for for ever.
    assert_eq!(intake.take(&start_of(7, "1never")).await, Taken::Again, "by its uuid");
}

#[tokio::test]
async fn a_start_of_which_something_was_decided_before_rings_nobody_by_itself() {
    let world = World::new().await;
    world.follow(7, 1).await;
    let (intake, lanes) = (world.intake(), world.lanes());
    world
        .execute(
            "INSERT INTO decisions (space_id, channel_id, follow_id, slot, code, decided_at) \
             VALUES ('1replayed', 1, 1, 1, 'posted', 1754000000000)",
        )
        .await;
    assert_eq!(intake.take(&start_of(7, "1replayed")).await, Taken::Kept);
    assert!(world.watcher.all_known().is_empty(), "the event may be years old");
    for _ in 0..30 {
        world.pass(Duration::from_secs(4));
        lanes.look_up().await;
    }
    assert!(world.watcher.all_known().is_empty(), "X has no such Space");
    let asked = world.count(Endpoint::SpacesByIds);
    assert!((1..=30).contains(&asked), "{asked} lookups");
    for _ in 0..30 {
        world.pass(Duration::from_secs(4));
        lanes.look_up().await;
    }
    assert_eq!(world.count(Endpoint::SpacesByIds), asked, "a minute is enough");
}

#[tokio::test]
async fn what_a_lookup_showed_and_the_database_refused_is_looked_up_again() {
    let (world, lanes, again) = back_again().await;
    let intake = world.intake();
    assert_eq!(intake.take(&start_of(7, again.as_str())).await, Taken::Kept);
    world
        .execute("CREATE TRIGGER broken BEFORE INSERT ON spaces BEGIN SELECT RAISE(ABORT, 'broken'); END")
        .await;
    world.pass(Duration::from_secs(4));
    lanes.look_up().await;
    world.execute("DROP TRIGGER broken").await;
    world.pass(Duration::from_secs(4));
    lanes.look_up().await;
    assert!(world.watcher.known(again.to_string().parse().expect("an id")).is_some());
}
