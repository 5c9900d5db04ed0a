//! Gaps in X's stream, by the shipped program: silence, what X doesn't fill, and bytes that are no text.

use std::collections::BTreeSet;
use std::time::Duration;

use spacebell_sim::x::{Backfill, Endpoint, Order, PushSettings, Request, StreamEnd};

use crate::clocks::Clocks;
use crate::seeing::address;
use crate::support::{World, eventually};
use crate::telling::{BY_STREAM, event, hide_from_lists, tells, world};
use crate::told::{open_streams, pairs};

#[tokio::test]
async fn a_stream_that_is_silent_for_longer_than_x_ever_is_is_opened_anew_and_what_was_told_into_it_rings() {
    let push = PushSettings {
        keep_alive: Duration::from_millis(20),
        backfill: Backfill::Granted,
        ..PushSettings::default()
    };
    let world = world(push).await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&[&BY_STREAM[..], &clocks.env()].concat()).await;
    world.follow_host("nasa").await;
    tells(&world, 1).await;
    let address = address(&bot).await;
    let pass = async |seconds| {
        clocks.pass(Duration::from_secs(seconds), &address, |step| world.x.advance(step)).await;
    };
    hide_from_lists(&world);
    pass(120).await;
    assert_eq!(world.x.connections().len(), 1, "signs of life keep it open:\n{}", world.logs());
    world.x.silence_streams();
    let space = world.x.start_now(&world.nasa, "Into the silence").expect("a host");
    pass(25).await;
    assert_eq!((world.x.connections().len(), world.posts().len()), (1, 0), "it may only be slow");
    pass(10).await;
    world.rings_once(&space).await;
    let again = async || (world.x.connections().len() == 2 && open_streams(&world.x) == 1).then_some(());
    eventually("it is open again", again).await;
    assert!(world.logs().contains("the stream from X ended (X fell silent)"), "{}", world.logs());
    assert!(bot.stop().await.success());
}

/// Hosts that X tells of, and so many others that a visit has no place left.
const TOLD: usize = 30;
const OTHERS: usize = 110;

/// The requests for an endpoint since `before`, answered.
fn since(world: &World, before: u64, endpoint: Endpoint) -> Vec<Request> {
    let all = world.x.requests().into_iter();
    all.filter(|it| it.number > before && it.endpoint == Some(endpoint) && it.status.is_some()).collect()
}

fn last(world: &World) -> u64 {
    world.x.requests().last().map_or(0, |request| request.number)
}

async fn a_gap_that_x_does_not_fill(backfill: Backfill, refusal: u16) {
    let world = world(PushSettings { backfill, ..PushSettings::default() }).await;
    world.seed_hosts((TOLD + OTHERS) as u64).await;
    let subscriptions = (2 * TOLD).to_string();
    let bot = world.start_with(&[("X_PUSH", "stream"), ("X_PUSH_SUBSCRIPTIONS", &subscriptions)]).await;
    tells(&world, TOLD).await;
    let ids = world
        .x
        .subscriptions()
        .into_iter()
        .map(|one| one.filter["user_id"].as_str().expect("an id").to_owned());
    let told: BTreeSet<String> = ids.collect();
    let visits = |before: u64| {
        let asked = since(&world, before, Endpoint::SpacesByCreators).into_iter();
        asked
            .map(|it| it.list("user_ids").into_iter().map(str::to_owned).collect())
            .collect::<Vec<BTreeSet<String>>>()
    };
    eventually("they rest", async || {
        let visits = visits(0);
        visits.last()?.is_disjoint(&told).then_some(())
    })
    .await;

    for gap in 1..=2 {
        let before = last(&world);
        world.x.end_streams(StreamEnd::Closed);
        let opened = eventually("it is open again", async || {
            since(&world, before, Endpoint::ActivityStream).into_iter().find(|it| it.status == Some(200))
        })
        .await;
        let tried: Vec<(Option<String>, Option<u16>)> = since(&world, before, Endpoint::ActivityStream)
            .iter()
            .map(|it| (it.param("backfill_minutes").map(str::to_owned), it.status))
            .collect();
        let plain = (None, Some(200));
        // Once it was refused it isn't asked for again.
        let refused = (Some("1".to_owned()), Some(refusal));
        assert_eq!(tried, if gap == 1 { vec![refused, plain] } else { vec![plain] }, "{backfill:?}");
        eventually("each is looked at", async || {
            let all: Vec<BTreeSet<String>> = visits(opened.number);
            all.iter().take(2).any(|visit| visit.is_superset(&told)).then_some(())
        })
        .await;
        eventually("they rest again", async || {
            visits(opened.number).last()?.is_disjoint(&told).then_some(())
        })
        .await;
    }
    assert_eq!(pairs(&world.x), TOLD);
    world.assert_nobody_was_limited();
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn where_x_doesn_t_fill_a_gap_each_host_whom_it_tells_of_is_looked_at_at_once() {
    tokio::join!(
        a_gap_that_x_does_not_fill(Backfill::Invalid, 400),
        a_gap_that_x_does_not_fill(Backfill::Forbidden, 403),
    );
}

#[tokio::test]
async fn bytes_that_are_no_text_cost_none_of_the_good_lines_around_them() {
    let world = world(PushSettings::default()).await;
    let hosts = world.seed_hosts(2).await;
    let bot = world.start_with(&BY_STREAM).await;
    world.follow_host("nasa").await;
    tells(&world, 3).await;
    let hidden = hide_from_lists(&world);
    world.x.hold_events();
    let starts = [&hosts[0], &hosts[1], &world.nasa];
    let spaces = starts.map(|host| world.x.start_now(host, "Between bytes").expect("a host"));
    let line =
        |nth: usize| event("spaces.start", starts[nth], &format!("-{nth}7"), &spaces[nth]).into_bytes();
    // An event with a byte in it that is no letter of any name can't be read.
    let spoilt: Vec<u8> = line(2).into_iter().map(|byte| if byte == b'S' { 0xFF } else { byte }).collect();
    let garbage = (0..=255).filter(|byte| *byte != b'\n').collect::<Vec<u8>>();
    let all = [line(0), b"\xff\xfe\x00".to_vec(), garbage, spoilt, vec![0xC3; 5_000], line(1)];
    world.x.write_on_streams(all.join(&b"\r\n"[..]));
    for space in &spaces[..2] {
        world.rings_once(space).await;
    }
    assert_eq!(world.posts().len(), 2, "{}", world.logs());
    let complaints = world.logs().matches("X told something that can't be read").count();
    assert_eq!(complaints, 1, "told once:\n{}", world.logs());
    assert_eq!(world.x.connections().len(), 1, "the stream is the same");
    // What couldn't be read is found by asking, and what comes a second time rings nobody.
    world.x.clear_fault(hidden);
    world.rings_once(&spaces[2]).await;
    world.x.release_events(Order::AsTheyHappened);
    world.visited().await;
    assert_eq!(world.posts().len(), 3, "{}", world.logs());
    assert!(bot.stop().await.success());
}
