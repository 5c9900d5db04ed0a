//! X's stream by the shipped program: what X tells rings at once, and whatever becomes of the stream nothing is lost.

use std::time::{Duration, Instant};

use spacebell_sim::discord::{self, Message};
use spacebell_sim::x::{self, Backfill, Endpoint, Fault, Order, PushSettings, Scope, SpaceId, StreamEnd};

use crate::support::{PATIENCE, World, eventually, links};
use crate::telling::{BY_STREAM, hide_from_lists, tells, told_of_nasa, world};
use crate::told::open_streams;

async fn ends(world: &World, live: &Message, space: &SpaceId) {
    world.x.end(space).expect("it is live");
    world.message(|message| message.id == live.id && message.content.contains("ended")).await;
}

#[tokio::test]
async fn what_x_tells_rings_though_no_list_shows_it_and_is_completed_by_a_lookup() {
    let world = world(PushSettings { event_copies: 3, ..PushSettings::default() }).await;
    let bot = told_of_nasa(&world).await;
    hide_from_lists(&world);
    let slow = world.x.fault(Fault::status(503), Scope::on(Endpoint::SpacesByIds));
    let space = world.x.start_now(&world.nasa, "Told by X").expect("a host");
    let live = world.message(|message| message.content.contains("is live")).await;
    assert!(live.content.contains("NASA"), "named by what X told: {}", live.content);
    assert_eq!(world.x.count(Endpoint::UsersByIds), 0, "and not asked for");
    world.x.clear_fault(slow);
    let completed = |message: &Message| {
        message.id == live.id && message.embeds.first().is_some_and(|embed| embed["title"] == "Told by X")
    };
    world.message(completed).await;
    ends(&world, &live, &space).await;
    assert_eq!(world.posts().len(), 1, "three copies of each event are one:\n{}", world.logs());
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_end_that_comes_before_its_start_rings_nobody_and_neither_does_what_is_no_event() {
    let world = world(PushSettings::default()).await;
    let bot = told_of_nasa(&world).await;
    let hidden = hide_from_lists(&world);
    let host = world.nasa.to_string();
    let strange = [
        "{\"data\":{\"event_uuid\":\"7\",\"event_type\":\"spaces.start\",\"filter\":{\"user_id\":\""
            .to_owned(),
        "not JSON \u{0}\u{1F514}".to_owned(),
        "[1,2,3]".to_owned(),
        "{\"data\":{\"event_type\":\"dm.received\",\"filter\":{\"user_id\":\"1\"}}}".to_owned(),
        format!(
            "{{\"data\":{{\"event_type\":\"spaces.start\",\"filter\":{{\"user_id\":{host}}},\"payload\":{{\"broadcast_id\":\"no id!\"}}}}}}"
        ),
        "x".repeat(10 << 20),
    ];
    for line in &strange {
        world.x.write_on_streams(line);
    }
    world.x.hold_events();
    let short = world.x.start_now(&world.nasa, "Came and went").expect("a host");
    world.x.end(&short).expect("it is live");
    world.x.release_events(Order::Reversed);
    let space = world.x.start_now(&world.nasa, "The next one").expect("a host");
    world.rings_once(&space).await;
    assert_eq!(world.posts().len(), 1, "{}", world.logs());
    world.x.clear_fault(hidden);
    assert_eq!(open_streams(&world.x), 1, "the stream is the same");
    assert_eq!(world.x.connections().len(), 1);
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn however_the_stream_ends_what_happened_meanwhile_rings_once() {
    let world = world(PushSettings::default()).await;
    let bot = told_of_nasa(&world).await;
    for end in [StreamEnd::Closed, StreamEnd::Cut, StreamEnd::CutMidLine, StreamEnd::Operational] {
        let before = world.x.connections().len();
        world.x.end_streams(end);
        let space = world.x.start_now(&world.nasa, &format!("After {end:?}")).expect("a host");
        let live = world.rings_once(&space).await;
        let again =
            async || (world.x.connections().len() > before && open_streams(&world.x) == 1).then_some(());
        eventually("it is open again", again).await;
        ends(&world, &live, &space).await;
    }
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn where_x_fills_a_gap_what_it_tells_of_it_rings() {
    let world = world(PushSettings { backfill: Backfill::Granted, ..PushSettings::default() }).await;
    let bot = told_of_nasa(&world).await;
    hide_from_lists(&world);
    let closed = world.x.fault(Fault::status(503), Scope::on(Endpoint::ActivityStream));
    world.x.end_streams(StreamEnd::Closed);
    let refused = |request: &x::Request| {
        request.endpoint == Some(Endpoint::ActivityStream) && request.status == Some(503)
    };
    world.x.wait_for_request(refused, PATIENCE).await.expect("it is tried");
    let space = world.x.start_now(&world.nasa, "In the gap").expect("a host");
    world.x.clear_fault(closed);
    world.rings_once(&space).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_connection_that_a_killed_process_left_is_ended_and_nothing_is_announced_twice() {
    let world = world(PushSettings { connections_linger: true, ..PushSettings::default() }).await;
    let bot = told_of_nasa(&world).await;
    let space = world.x.start_now(&world.nasa, "Before the end").expect("a host");
    let live = world.rings_once(&space).await;
    bot.kill().await;
    assert_eq!(open_streams(&world.x), 1, "X still counts the dead one");
    let bot = world.start_with(&BY_STREAM).await;
    let anew = async || {
        let all = world.x.connections();
        (all.len() == 2 && all[0].disconnected_at.is_some() && all[1].disconnected_at.is_none()).then_some(())
    };
    eventually("the dead one is ended and a new one is open", anew).await;
    ends(&world, &live, &space).await;
    world.visited().await;
    assert_eq!(world.posts().len(), 1, "{}", world.logs());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn where_x_grants_no_stream_hosts_are_polled_and_it_is_told_once() {
    let world = World::new().await;
    world.x.fault(Fault::status(403), Scope::on(Endpoint::ActivityStream));
    let bot = world.start_with(&BY_STREAM).await;
    world.follow_host("nasa").await;
    let refused = |request: &x::Request| {
        request.endpoint == Some(Endpoint::ActivityStream) && request.status == Some(403)
    };
    world.x.wait_for_request(refused, PATIENCE).await.expect("it is tried");
    let space = world.x.start_now(&world.nasa, "Polled").expect("a host");
    let live = world.rings_once(&space).await;
    ends(&world, &live, &space).await;
    assert_eq!(world.x.count(Endpoint::ActivityStream), 1);
    assert_eq!(world.logs().matches("doesn't let this app have the stream").count(), 1, "{}", world.logs());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn operators_are_told_once_that_x_tells_this_app_nothing_and_everything_rings() {
    let world = World::new().await;
    world.x.fault(Fault::status(403), Scope::on(Endpoint::ActivityStream));
    let operators = world.discord.add_channel(world.guild, "operators", 0);
    let bot =
        world.start_with(&[("X_PUSH", "stream"), ("OPERATOR_CHANNEL_ID", &operators.to_string())]).await;
    world.follow_host("nasa").await;
    world.message_in(operators, |message| message.content.contains("X_PUSH=off")).await;
    let space = world.x.start_now(&world.nasa, "Polled").expect("a host");
    world.rings_once(&space).await;
    assert_eq!(world.posts_in(operators).len(), 1);
    assert!(bot.stop().await.success());
}

/// From the start of each of eight hosts' Spaces until its post is there, all together, under X's documented limits.
async fn until_posted(push: &str) -> Duration {
    let world = World::with(x::Settings::default(), discord::Settings::default()).await;
    let hosts = world.seed_hosts(8).await;
    let bot = world.start_with(&[("X_PUSH", push)]).await;
    if push == "stream" {
        tells(&world, hosts.len()).await;
    }
    world.visited().await;
    let mut all = Duration::ZERO;
    for host in &hosts {
        // A channel takes five messages in five seconds, and starts fall anywhere between two visits.
        tokio::time::sleep(Duration::from_millis(1_370)).await;
        let begun = Instant::now();
        let space = world.x.start_now(host, "Live").expect("a Space");
        world.message(|message| links(message).iter().any(|link| link.ends_with(space.as_str()))).await;
        all += begun.elapsed();
    }
    assert!(bot.stop().await.success());
    world.assert_nobody_was_limited();
    all
}

#[tokio::test]
async fn what_x_tells_is_posted_in_a_fraction_of_the_time_that_asking_takes() {
    let (pushed, polled) = (until_posted("stream").await, until_posted("off").await);
    assert!(pushed * 4 < polled, "{pushed:?} where X tells, {polled:?} where it is asked");
}
