//! What is asked as money runs out: what can be paid for isn't held up by what can't.

use std::time::Duration;

use jiff::SignedDuration;
use spacebell::domain::ids::{GuildId, SpaceId};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::watcher::lanes::Lanes;
use spacebell::watcher::lifecycle::{Observation, Sight};
use spacebell::x::MicroDollars;
use spacebell_sim::x::{Endpoint, Fault, Scope};

use crate::world::{World, user};

/// How often each of these was asked for by this parameter.
fn asked(world: &World, endpoint: Endpoint, parameter: &str, value: &str) -> usize {
    let requests = world.x.requests();
    let of = requests.iter().filter(|request| request.endpoint == Some(endpoint));
    of.filter(|request| request.list(parameter).contains(&value)).count()
}

async fn search(world: &World, lanes: &Lanes, times: usize) {
    for _ in 0..times {
        world.pass(Duration::from_secs(5));
        lanes.search().await;
    }
}

#[tokio::test]
async fn a_rest_of_an_allowance_that_buys_no_space_holds_up_no_other_keyword() {
    let world = World::new().await;
    world.follow_keyword(1, "dear").await;
    world.follow_keyword(2, "narrow").await;
    let lanes = world.lanes();
    // An even part of $4.50 for each of two, less half the price of a Space.
    let day = world.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let all_but_a_rest = MicroDollars(2_250_000 - 2_500);
    world.client.spending().restore_shares(day, [(GuildId::new(1), all_but_a_rest)]);
    search(&world, &lanes, 100).await;
    assert_eq!(asked(&world, Endpoint::SpaceSearch, "query", "dear"), 0, "it can't be paid for");
    assert!(asked(&world, Endpoint::SpaceSearch, "query", "narrow") > 2);
}

#[tokio::test]
async fn a_phrase_that_x_refuses_holds_up_no_other_keyword() {
    let world = World::new().await;
    world.follow_keyword(1, "odd").await;
    world.follow_keyword(2, "plain").await;
    let lanes = world.lanes();
    for status in [400, 403] {
        let before = world.count(Endpoint::SpaceSearch);
        world.x.fault(Fault::status(status), Scope::on(Endpoint::SpaceSearch).next(1));
        search(&world, &lanes, 60).await;
        assert!(world.count(Endpoint::SpaceSearch) > before + 2);
    }
    assert!(asked(&world, Endpoint::SpaceSearch, "query", "odd") > 1);
    assert!(asked(&world, Endpoint::SpaceSearch, "query", "plain") > 1);
}

/// A world in which a followed host's Space begins in two minutes, paid for, and one that only a keyword finds in a
/// minute, which isn't.
async fn soon() -> (World, Lanes, SpaceId, SpaceId) {
    let world = World::new().await;
    world.follow(7, 1).await;
    world.follow_keyword(1, "opera").await;
    let lanes = world.lanes();
    let in_minutes = |minutes| world.x.now() + SignedDuration::from_mins(minutes);
    let paid = world.x.schedule("7", "Paid", in_minutes(2)).expect("a host");
    world.x.add_user("900", "singer", "Singer");
    let unpaid = world.x.schedule("900", "Opera", in_minutes(1)).expect("a host");
    world.pass(Duration::from_secs(10));
    lanes.visit_hosts().await;
    let (paid, unpaid) = (paid.to_string(), unpaid.to_string());
    let (paid, unpaid): (SpaceId, SpaceId) = (paid.parse().expect("an id"), unpaid.parse().expect("an id"));
    let mut space = Space::bare(unpaid, SpaceState::Scheduled);
    space.creator = Some(user(900));
    space.title = Some("Opera".to_owned());
    space.scheduled_start = Some(world.now() + SignedDuration::from_mins(1));
    let seen = Observation { sight: Sight::Present(Box::new(space)), asked_at: world.now() };
    world.watcher.observe(vec![seen]).await.expect("kept");
    assert!(world.watcher.known(paid).is_some() && world.watcher.known(unpaid).is_some());
    (world, lanes, paid, unpaid)
}

#[tokio::test]
async fn a_space_that_can_t_be_paid_for_holds_up_none_that_can() {
    // Keywords rest from 90 % on, hosts from 100 %: what is paid for is looked up beyond both.
    for percent in [95, 100] {
        let (world, lanes, paid, unpaid) = soon().await;
        world.spend(MicroDollars(5_000_000 * percent / 100));
        for _ in 0..24 {
            world.pass(Duration::from_secs(5));
            lanes.look_up().await;
        }
        assert_eq!(asked(&world, Endpoint::SpacesByIds, "ids", unpaid.as_str()), 0);
        let looks = asked(&world, Endpoint::SpacesByIds, "ids", paid.as_str());
        assert!(looks >= 20, "every five seconds before its start: {looks} in two minutes at {percent} %");
        world.assert_never_limited();
    }
}

#[tokio::test]
async fn who_follows_a_keyword_pays_for_looking_again_at_what_it_found() {
    let (world, lanes, _, unpaid) = soon().await;
    let mut rows = Vec::new();
    for _ in 0..4 {
        world.pass(Duration::from_secs(10));
        lanes.look_up().await;
        rows.extend(world.client.spending().unsaved().drain());
    }
    let row = rows.iter().find(|row| row.resource == unpaid.as_str()).expect("it is billed");
    assert_eq!(row.shares, [(GuildId::new(1), MicroDollars(5_000))]);
    assert_eq!(row.keyword.as_deref(), Some("opera"));
}

#[tokio::test]
async fn x_is_listened_to_only_while_there_is_money_for_all_that_a_start_asks_for() {
    // An event, a Space and an account.
    for (left, may) in [(19_999, false), (20_000, true)] {
        let world = World::with_budget(MicroDollars(1_000_000)).await;
        world.spend(MicroDollars(1_000_000 - left));
        assert_eq!(world.client.may_be_told(), may, "{left}");
    }
    assert!(!World::with_budget(MicroDollars::ZERO).await.client.may_be_told());
}
