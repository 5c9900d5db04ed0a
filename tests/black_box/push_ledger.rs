//! The bill over restarts: what X told and what lists showed is billed once a day, and that as X bills it.

use std::collections::BTreeSet;

use serde_json::json;
use spacebell::store::{BilledRow, Store};
use spacebell_sim::discord::Message;
use spacebell_sim::x::{PushSettings, Resource, SpaceId};

use crate::seeing::{address, get, parsed};
use crate::support::{Bot, World, eventually};
use crate::telling::{BY_STREAM, event, tells, told_of_nasa, world};

/// The rows of the ledger, and what its sums come to in millionths of a dollar, on all days.
async fn ledger(world: &World) -> (Vec<BilledRow>, i64) {
    let store = Store::open(&world.database_url()).await.expect("a store");
    let days: BTreeSet<String> =
        [world.x.now(), jiff::Timestamp::now()].map(|now| now.to_string()[..10].to_owned()).into();
    let mut rows = Vec::new();
    for day in &days {
        rows.extend(store.billed_on(day).await.expect("rows"));
    }
    let sums = store.billed_between("2000-01-01", "9999-12-31").await.expect("sums");
    store.close().await;
    (rows, sums)
}

/// Waits until the ledger has what X billed, and holds that it has nothing else and nothing twice, in rows, sums and
/// in the running program.
async fn assert_bill(world: &World, bot: &Bot) {
    let name = |resource: Resource| match resource {
        Resource::Space => "space",
        Resource::User => "user",
        Resource::Post => "post",
        Resource::Following => "following",
        Resource::Event => "event",
    };
    let address = address(bot).await;
    let bill = eventually("the bill is kept", async || {
        let bill = world.x.bill();
        let (_, sums) = ledger(world).await;
        (sums.unsigned_abs() >= bill.micros).then_some(bill)
    })
    .await;
    let (rows, sums) = ledger(world).await;
    let of_x: BTreeSet<(String, String)> =
        bill.today.iter().map(|(kind, id)| (name(*kind).to_owned(), id.clone())).collect();
    let ours: Vec<(String, String)> =
        rows.iter().map(|row| (row.kind.clone(), row.resource_id.clone())).collect();
    assert_eq!(ours.len(), of_x.len(), "nothing is there twice: {ours:#?}");
    assert_eq!(ours.into_iter().collect::<BTreeSet<_>>(), of_x);
    assert_eq!(sums.unsigned_abs(), bill.micros, "the sums are those of X");
    let (_, text) = get(&address, "/metrics").await.expect("an answer");
    let (series, _) = parsed(&text);
    let spent = series.iter().filter(|(key, _)| key.starts_with("spacebell_x_spent_today_dollars{"));
    let spent: f64 = spent.map(|(_, dollars)| dollars).sum();
    assert!(
        (spent * 1e6 - f64::from(i32::try_from(sums).expect("few dollars"))).abs() < 1.0,
        "the program counts {spent}, the store {sums}"
    );
}

async fn shows(world: &World, post: &Message, what: &str) {
    let shows = |it: &Message| it.id == post.id && json!(it.embeds).to_string().contains(what);
    world.message(shows).await;
}

/// X tells the start of a Space once more, under the very id that it had.
fn tell_again(world: &World, space: &SpaceId) {
    let bill = world.x.bill();
    let mut uuids = bill.today.iter().filter(|(kind, _)| *kind == Resource::Event).map(|(_, uuid)| uuid);
    let uuid = uuids.next().expect("an event was billed");
    world.x.write_on_streams(event("spaces.start", &world.nasa, uuid, space));
}

#[tokio::test]
async fn what_x_told_and_showed_before_a_restart_is_billed_no_second_time_that_day() {
    let world = world(PushSettings { event_copies: 2, ..PushSettings::default() }).await;
    let guests =
        [("4242", "guest_star"), ("4243", "late_guest")].map(|(id, name)| world.x.add_user(id, name, name));
    let bot = told_of_nasa(&world).await;
    let space = world.x.start_now(&world.nasa, "On the bill").expect("a host");
    let post = world.rings_once(&space).await;
    world.x.add_cohost(&space, &guests[0]).expect("added");
    shows(&world, &post, "guest_star").await;
    assert_bill(&world, &bot).await;
    let events = world.x.bill().count(Resource::Event);
    assert_eq!((events, world.x.bill().count(Resource::Space)), (1, 1));
    let before = world.x.bill().micros;

    // In order, and by force.
    assert!(bot.stop().await.success());
    let bot = again(&world, &space).await;
    assert_bill(&world, &bot).await;
    bot.kill().await;
    let bot = again(&world, &space).await;
    assert_eq!(world.x.bill().micros, before, "X bills nothing of it either");
    // What is new is billed: an end, and whoever joined.
    world.x.add_cohost(&space, &guests[1]).expect("added");
    shows(&world, &post, "late_guest").await;
    world.x.end(&space).expect("it is live");
    world.message(|message| message.id == post.id && message.content.contains("ended")).await;
    assert_bill(&world, &bot).await;
    assert_eq!(world.x.bill().micros, before + 10_000 + 5_000);
    assert!(bot.stop().await.success());
}

/// Starts the program again, has X tell the start again, and people and lists see the Space again.
async fn again(world: &World, space: &SpaceId) -> Bot {
    let bot = world.start_with(&BY_STREAM).await;
    tells(world, 1).await;
    tell_again(world, space);
    world.visited().await;
    world.says("space show", json!({ "space": space.to_string() })).await;
    bot
}
