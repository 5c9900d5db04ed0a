//! An hour goes wrong: the machine's clock is set forward or back by one, or X says nothing for one.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::discord::{Effect, Fault as DiscordFault};
use spacebell_sim::x::{Endpoint, Fault, Reset, Scope, SpaceId};

use crate::clocks::Clocks;
use crate::seeing::{address, ready};
use crate::support::{World, eventually, in_minutes};

const HOUR: Duration = Duration::from_hours(1);

/// Waits for the post of a Space that begins now: one, and not one of those that come late.
async fn rings(world: &World, space: &SpaceId, what: &str) {
    let post = world.rings_once(space).await;
    assert!(!post.content.contains("since"), "{what}: {}", post.content);
}

async fn a_clock_that_is_set(by: i64) {
    let world = World::new().await;
    let hosts = world.seed_hosts(8).await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&clocks.env()).await;
    let on = world.x.start_now(&hosts[0], "On all the time").expect("a Space");
    rings(&world, &on, "before").await;
    // Overdue, but not so long that it counts as not coming.
    let overdue = world.x.schedule(&hosts[1], "Overdue", in_minutes(-80)).expect("a Space");
    world.message(|message| message.content.contains("has scheduled")).await;

    // What waits for a time does so while the clock is set: a send that Discord puts off, and X's own limit.
    let put_off = Effect::rate_limited(Duration::from_secs(4), "user", None);
    world.discord.fault(DiscordFault::new(put_off).on("POST", "/channels/*/messages").times(1));
    let limit = Fault::TooManyRequests(Reset::In(Duration::from_secs(4)));
    let put_off = world.x.start_now(&hosts[2], "Put off").expect("a Space");
    let refused = world.discord.wait_for_request(|it| it.status == Some(429), crate::support::PATIENCE).await;
    refused.expect("it is put off");
    world.x.fault(limit, Scope::on(Endpoint::SpacesByCreators).next(1));
    world.x.wait_for_request(|it| it.status == Some(429), crate::support::PATIENCE).await.expect("a limit");
    clocks.set_by(by);
    rings(&world, &put_off, "what was put off").await;

    // Nobody knows whether this one was sent; the nonce that guards it isn't old.
    let lost = DiscordFault::new(Effect::DropAfter).on("POST", "/channels/*/messages").times(1);
    world.discord.fault(lost);
    let begun = world.x.start_now(&hosts[3], "Begun since").expect("a Space");
    rings(&world, &begun, "what began after it").await;
    let told = "Spacebell goes on by X's time";
    eventually(told, async || bot.logs().contains(told).then_some(())).await;
    let still = |space: &SpaceId, words: &str| {
        let posts = world.posts_of(space);
        assert!(posts.len() == 1 && posts[0].content.contains(words), "set by {by}: {posts:#?}");
    };
    still(&on, "is live");
    still(&overdue, "has scheduled");
    let life = world.command(&clocks.env()).args(["check", "--live"]).output().await.expect("it runs");
    assert!(life.status.success(), "{}", String::from_utf8_lossy(&life.stdout));

    // A start believes the machine until X has spoken.
    assert!(bot.stop().await.success());
    let bot = world.start_with(&clocks.env()).await;
    world.visited().await;
    let after = world.x.start_now(&hosts[4], "After a restart").expect("a Space");
    rings(&world, &after, "what began after a restart").await;
    still(&overdue, "has scheduled");

    // Somebody mends it, and it is no event either.
    clocks.set_by(-by);
    let mended = world.x.start_now(&hosts[5], "Mended").expect("a Space");
    rings(&world, &mended, "what began once it was mended").await;
    world.x.start_space(&overdue).expect("it begins");
    world
        .message(|message| {
            message.content.contains("is live")
                && crate::support::links(message)[0].ends_with(overdue.as_str())
        })
        .await;
    for (space, host) in [(&on, 0), (&begun, 3), (&after, 4)] {
        world.x.end(space).expect("it ends");
        let ended = format!("host{host})'s Space ended");
        world.message(|message| message.content.contains(&ended)).await;
    }
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_clock_that_is_set_forward_by_an_hour_makes_nothing_late_and_ends_nothing() {
    a_clock_that_is_set(3_600).await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_by_an_hour_holds_nothing_up_and_repeats_nothing() {
    a_clock_that_is_set(-3_600).await;
}

async fn an_hour_of(what: &str, fault: Fault) {
    let world = World::new().await;
    let hosts = world.seed_hosts(4).await;
    let Some(clocks) = Clocks::of(&world) else { return };
    let bot = world.start_with(&clocks.env()).await;
    let address = address(&bot).await;
    let on = world.x.start_now(&hosts[0], "On all the time").expect("a Space");
    rings(&world, &on, what).await;
    let planned = world.x.schedule(&hosts[1], "Planned", in_minutes(20)).expect("a Space");
    world.message(|message| message.content.contains("has scheduled")).await;

    world.x.fault(fault, Scope::everywhere());
    let before = world.x.start_now(&hosts[2], "Begun at once").expect("a Space");
    let pass = async |time: Duration| clocks.pass(time, &address, |step| world.x.advance(step)).await;
    pass(HOUR / 2).await;
    ready(&address, 503, "x-silent: X gives no usable answer since").await;
    let said = world.says("status", json!({})).await;
    let card = said.embeds()[0]["description"].as_str().unwrap_or_default().to_owned();
    assert!(card.contains("X stopped answering"), "{what}: {card}");
    let meanwhile = world.x.start_now(&hosts[3], "Meanwhile").expect("a Space");
    pass(HOUR / 2 + Duration::from_mins(2)).await;
    let posts = world.posts();
    assert_eq!(posts.len(), 2, "{what}: {posts:#?}");
    assert!(posts.iter().all(|post| post.edited.is_none()), "{what}: {posts:#?}");

    world.x.clear_faults();
    // The longest pause between failures is over.
    pass(Duration::from_mins(2)).await;
    rings(&world, &meanwhile, what).await;
    let late = world.rings_once(&before).await;
    assert!(late.content.contains("is live since"), "{what}: {}", late.content);
    // What isn't asked for any more, since the list shows it, is no trouble after a while.
    pass(Duration::from_mins(5)).await;
    ready(&address, 200, "ready").await;
    world.x.start_space(&planned).expect("it begins");
    world
        .message(|message| {
            crate::support::links(message).concat().contains(planned.as_str())
                && message.content.contains("is live")
        })
        .await;
    world.x.end(&on).expect("it ends");
    world.message(|message| message.content.contains("ended")).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_hour_in_which_x_answers_nothing_ends_nothing_and_loses_nothing() {
    tokio::join!(
        an_hour_of("connections that hang", Fault::Hang),
        an_hour_of("answers without a word", Fault::Status { status: 200, body: Some("{}".to_owned()) }),
        an_hour_of("204", Fault::Status { status: 204, body: Some(String::new()) }),
    );
}
