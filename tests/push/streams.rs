//! Two bots on one app, which X lets have one stream.

use std::sync::Arc;
use std::time::Duration;

use spacebell::pulse::Pulse;
use spacebell::push::stream::Listener;
use spacebell_sim::x::Endpoint;
use tokio_util::sync::CancellationToken;

use crate::world::World;

fn listener(world: &World) -> Listener {
    Listener {
        x: world.client.clone(),
        intake: Arc::new(world.intake()),
        coverage: Arc::clone(&world.coverage),
        health: Arc::clone(&world.health),
        clock: Arc::clone(&world.clock) as _,
        chance: || 0.0,
        pulse: Pulse::default().part("a stream"),
    }
}

fn open_streams(world: &World) -> usize {
    world.x.connections().iter().filter(|one| one.disconnected_at.is_none()).count()
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let patience = tokio::time::timeout(Duration::from_secs(20), async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(patience.await.is_ok(), "{what}");
}

#[tokio::test]
async fn two_bots_on_one_app_don_t_end_each_other_s_stream_for_ever() {
    let world = World::new().await;
    let stop = CancellationToken::new();
    let first = tokio::spawn(listener(&world).run(stop.clone()));
    until("the first one's stream", || open_streams(&world) == 1).await;
    let second = tokio::spawn(listener(&world).run(stop.clone()));
    // What is counted may be dead: the second one can't know, and tries once. So does the first one then.
    until("each has tried", || world.count(Endpoint::ConnectionsDelete) == 2).await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!(world.count(Endpoint::ConnectionsDelete), 2, "within the hour neither tries again");
    assert_eq!(open_streams(&world), 1, "one of the two has it");
    stop.cancel();
    first.await.expect("it stops");
    second.await.expect("it stops");
}
