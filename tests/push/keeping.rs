//! Subscriptions kept in step with follows, against the stand-in.

use std::time::Duration;

use spacebell::domain::known::Phase;
use spacebell::domain::space::{Space, SpaceState};
use spacebell::push::difference::Route;
use spacebell::watcher::lifecycle::{Observation, Sight};
use spacebell_sim::x::{Endpoint, Fault, PushSettings, Scope, SubscriptionShape};

use crate::world::{TAG, World, debts, user};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn whoever_is_followed_is_told_of_within_a_turn_and_whoever_isn_t_is_told_of_no_more() {
    let world = World::new().await;
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    assert_eq!(world.count(Endpoint::SubscriptionCreate), 0);
    let ada = world.follow(100, 1).await;
    world.follow(200, 2).await;
    keeping.turn().await;
    assert_eq!(world.pairs(), ["100", "200"]);
    assert_eq!(world.covered(), ["100", "200"]);
    assert_eq!(world.coverage.owed(), [user(100), user(200)], "they may have begun before");
    world.unfollow(&ada).await;
    keeping.turn().await;
    assert_eq!((world.pairs(), world.covered()), (vec!["200".to_owned()], vec!["200".to_owned()]));
    world.settle(&mut keeping).await;
    assert_eq!(world.count(Endpoint::SubscriptionCreate), 4, "and nothing twice");
    world.assert_never_limited();
}

#[tokio::test]
async fn each_documented_shape_of_an_answer_is_understood() {
    for shape in [SubscriptionShape::Object, SubscriptionShape::List, SubscriptionShape::Nested] {
        let world = World::with(PushSettings { subscription_shape: shape, ..PushSettings::default() }).await;
        world.follow(100, 1).await;
        let mut keeping = world.keeping();
        keeping.turn().await;
        assert_eq!(world.covered(), ["100"], "{shape:?}");
        world.settle(&mut keeping).await;
        assert_eq!(world.count(Endpoint::SubscriptionCreate), 2, "{shape:?}");
    }
}

#[tokio::test]
async fn a_restart_makes_no_second_subscription_and_reads_more_than_a_page() {
    let world = World::new().await;
    for number in 0..1_100 {
        world.somebody_subscribes(50_000 + number, "spaces.start", "theirs").await;
        if number % 400 == 0 {
            world.pass(15 * MINUTE + MINUTE);
        }
    }
    world.pass(15 * MINUTE + MINUTE);
    world.follow(100, 1).await;
    world.settle(&mut world.keeping()).await;
    assert_eq!(world.pairs(), ["100"]);
    let made = world.count(Endpoint::SubscriptionCreate);
    let mut after = world.keeping();
    world.settle(&mut after).await;
    assert_eq!(world.count(Endpoint::SubscriptionCreate), made);
    assert_eq!(world.covered(), ["100"], "ours stood on the second page");
    assert!(world.x.requests().iter().any(|request| request.param("pagination_token").is_some()));
}

#[tokio::test]
async fn what_others_hold_is_left_alone_and_taken_into_account() {
    let world = World::new().await;
    world.somebody_subscribes(100, "spaces.start", "spacebell-deadbeef").await;
    world.somebody_subscribes(100, "spaces.end", "spacebell-deadbeef").await;
    world.somebody_subscribes(200, "spaces.start", "a person's").await;
    world.somebody_subscribes(300, "post.create", "a person's").await;
    world.somebody_subscribes(400, "spaces.start", TAG).await;
    for host in [100, 200, 500] {
        world.follow(host, 1).await;
    }
    world.settle(&mut world.keeping()).await;
    let all = world.x.subscriptions();
    let theirs = all.iter().filter(|one| one.tag.as_deref() != Some(TAG)).count();
    assert_eq!(theirs, 4, "nobody else's is touched");
    assert_eq!(world.covered(), ["100", "200", "500"], "on the stream all events of the app come");
    let held: Vec<_> = world.held().into_iter().map(|(host, events)| (host, events.len())).collect();
    assert_eq!(
        held,
        [("200".to_owned(), 1), ("500".to_owned(), 2)],
        "what was left by ourselves is taken back"
    );
}

#[tokio::test]
async fn a_subscription_that_is_lost_is_noticed_the_host_is_polled_and_it_is_made_again() {
    let world = World::new().await;
    world.follow(100, 1).await;
    world.follow(200, 1).await;
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    world.coverage.settle(debts(&world.coverage, [100, 200]));
    world.somebody_drops(&world.x.subscriptions()[0].id).await;
    // X takes no new one at first.
    world.x.fault(Fault::status(503), Scope::on(Endpoint::SubscriptionCreate).next(1));
    world.pass(MINUTE);
    keeping.turn().await;
    assert_eq!(world.covered().len(), 1, "one of two events covers nobody");
    world.pass(3 * MINUTE);
    world.settle(&mut keeping).await;
    assert_eq!((world.pairs().len(), world.covered().len()), (2, 2));
    assert_eq!(world.coverage.owed().len(), 1, "that host is owed a look");
}

#[tokio::test]
async fn an_error_is_no_list_and_changes_nothing() {
    let world = World::new().await;
    world.follow(100, 1).await;
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    let made = world.count(Endpoint::SubscriptionCreate);
    for fault in [
        Fault::status(503),
        Fault::Html { status: 200 },
        Fault::Garbage,
        Fault::Truncated,
        Fault::Close,
        Fault::Status { status: 200, body: Some(r#"{"errors":[{"title":"Internal error"}]}"#.to_owned()) },
        Fault::Status { status: 404, body: Some(r#"{"title":"Not Found"}"#.to_owned()) },
    ] {
        world.x.fault(fault.clone(), Scope::on(Endpoint::SubscriptionList).next(1));
        let before = world.count(Endpoint::SubscriptionList);
        world.pass(5 * MINUTE);
        keeping.turn().await;
        assert!(world.count(Endpoint::SubscriptionList) > before, "{fault:?} was met");
        assert_eq!(world.covered(), ["100"], "{fault:?}");
    }
    world.pass(5 * MINUTE);
    world.settle(&mut keeping).await;
    assert_eq!((world.pairs(), world.count(Endpoint::SubscriptionCreate)), (vec!["100".to_owned()], made));
}

#[tokio::test]
async fn what_is_cut_off_midway_heals_after_a_restart() {
    let world = World::new().await;
    for host in [100, 200, 300] {
        world.follow(host, 1).await;
    }
    world.somebody_subscribes(100, "spaces.start", TAG).await;
    // The process died between two halves of a pair; of another request nobody hears what came of it, before it dies again.
    world.x.fault(Fault::Close, Scope::on(Endpoint::SubscriptionCreate).next(1));
    world.keeping().turn().await;
    assert!(world.held().iter().any(|(_, events)| events.len() == 1), "{:?}", world.held());
    world.pass(5 * MINUTE);
    world.settle(&mut world.keeping()).await;
    assert_eq!(world.pairs(), ["100", "200", "300"]);
    assert_eq!(world.covered(), ["100", "200", "300"]);
}

#[tokio::test]
async fn where_push_isn_t_granted_nothing_is_covered_and_it_is_asked_for_again_after_long() {
    let world = World::new().await;
    world.follow(100, 1).await;
    world.follow(200, 1).await;
    let fault = world.x.fault(Fault::status(403), Scope::on(Endpoint::SubscriptionCreate));
    let mut keeping = world.keeping();
    for _ in 0..20 {
        keeping.turn().await;
        world.pass(MINUTE);
    }
    assert_eq!(world.count(Endpoint::SubscriptionCreate), 1, "once and not for each host");
    assert!(world.health.push().subscriptions_refused.is_some());
    assert_eq!(world.covered(), [""; 0]);
    world.x.clear_fault(fault);
    world.pass(30 * MINUTE);
    world.settle(&mut keeping).await;
    assert_eq!(world.covered(), ["100", "200"]);
    assert!(world.health.push().subscriptions_refused.is_none());
}

#[tokio::test]
async fn a_host_whom_x_refuses_is_polled_and_costs_nobody_else_anything() {
    let world = World::new().await;
    world.follow(100, 9).await;
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    let status = Fault::Status { status: 400, body: Some(r#"{"title":"User is suspended"}"#.to_owned()) };
    world.x.fault(status, Scope::on(Endpoint::SubscriptionCreate).next(1));
    world.follow(200, 5).await;
    world.follow(300, 1).await;
    world.settle(&mut keeping).await;
    assert_eq!((world.pairs(), world.covered()), (vec!["100".to_owned(), "300".to_owned()], world.pairs()));
    let made = world.count(Endpoint::SubscriptionCreate);
    world.pass(10 * MINUTE);
    world.settle(&mut keeping).await;
    assert_eq!(world.count(Endpoint::SubscriptionCreate), made, "it isn't asked again today");
}

#[tokio::test]
async fn the_real_cap_is_learned_from_the_refusal_and_kept_within() {
    let world = World::with(PushSettings { subscriptions_at_most: 10, ..PushSettings::default() }).await;
    world.somebody_subscribes(900, "spaces.start", "theirs").await;
    for host in 1..=7 {
        world.follow(100 * host, host).await;
    }
    let most = world.follow(800, 8).await;
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    assert_eq!(
        world.pairs(),
        ["500", "600", "700", "800"],
        "nine are left: four pairs, of those with most followers"
    );
    assert_eq!(world.covered(), world.pairs());
    let made = world.count(Endpoint::SubscriptionCreate);
    world.pass(10 * MINUTE);
    world.settle(&mut keeping).await;
    assert_eq!(world.count(Endpoint::SubscriptionCreate), made, "X isn't asked for more than it gives");

    // A slot that gets free is used: first taken back, then made.
    world.unfollow(&most).await;
    world.settle(&mut keeping).await;
    assert_eq!(world.pairs(), ["400", "500", "600", "700"]);
}

#[tokio::test]
async fn the_setting_is_kept_within_and_a_live_host_keeps_the_slot() {
    let world = World::new().await;
    world.follow(100, 1).await;
    let mut keeping = world.keeping_for(Some(Route::Stream), 3);
    world.settle(&mut keeping).await;
    let mut space = Space::bare("1live".parse().expect("an id"), SpaceState::Live);
    space.creator = Some(user(100));
    let sight = Sight::Present(Box::new(space));
    world.watcher.observe(vec![Observation { sight, asked_at: world.now() }]).await.expect("judged");
    assert_eq!(world.watcher.of_host(user(100))[0].phase, Phase::Live);
    world.follow(200, 50).await;
    world.settle(&mut keeping).await;
    assert_eq!(world.pairs(), ["100"], "its end is to be told");
    let sight = Sight::Gone("1live".parse().expect("an id"));
    world.pass(MINUTE);
    world.watcher.observe(vec![Observation { sight, asked_at: world.now() }]).await.expect("judged");
    world.pass(2 * MINUTE);
    world.settle(&mut keeping).await;
    assert_eq!(world.pairs(), ["200"]);
    assert_eq!(world.x.subscriptions().len(), 2);
}

#[tokio::test]
async fn hundreds_of_hosts_are_subscribed_within_x_s_limits_and_slots_move_slowly() {
    let world = World::new().await;
    for host in 1..=300 {
        world.follow(1_000 + host, 1).await;
    }
    let mut keeping = world.keeping_for(Some(Route::Stream), 500);
    for _ in 0..40 {
        while keeping.turn().await.is_zero() {}
        world.pass(MINUTE);
    }
    assert_eq!(world.pairs().len(), 250);
    world.assert_never_limited();
    let before = world.pairs();
    for host in 251..=300 {
        world.follow(5_000 + host, 9).await;
    }
    for _ in 0..50 {
        while keeping.turn().await.is_zero() {}
        world.pass(MINUTE);
    }
    let moved = world.pairs().iter().filter(|host| !before.contains(host)).count();
    assert_eq!(moved, 6, "as many as may move in an hour");
    world.assert_never_limited();
}

#[tokio::test]
async fn without_a_slot_everything_of_ours_is_taken_back() {
    let world = World::new().await;
    world.follow(100, 1).await;
    world.somebody_subscribes(200, "spaces.start", "theirs").await;
    world.settle(&mut world.keeping()).await;
    assert_eq!(world.pairs(), ["100"]);
    assert!(world.keeping().clear(tokio_util::sync::CancellationToken::new()).await);
    assert_eq!(world.x.subscriptions().len(), 1, "theirs is left");
    assert_eq!(world.covered(), [""; 0]);
}

#[tokio::test]
async fn a_clock_that_is_put_back_stops_nothing() {
    let world = World::new().await;
    world.follow(100, 1).await;
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    world.clock.advance(jiff::SignedDuration::from_hours(-1));
    world.follow(200, 1).await;
    world.somebody_drops(&world.x.subscriptions()[0].id).await;
    for _ in 0..3 {
        keeping.turn().await;
        world.clock.advance(jiff::SignedDuration::from_secs(40));
    }
    assert_eq!((world.pairs(), world.covered()), (vec!["100".to_owned(), "200".to_owned()], world.pairs()));
}

#[tokio::test]
async fn where_x_no_longer_shows_what_it_holds_nobody_counts_as_told() {
    let world = World::new().await;
    world.follow(100, 1).await;
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    assert_eq!(world.covered(), ["100"]);
    world.x.fault(Fault::status(403), Scope::on(Endpoint::SubscriptionList));
    world.pass(Duration::from_secs(90));
    keeping.turn().await;
    assert!(world.covered().is_empty(), "hosts are polled, as the log says");
    world.x.clear_faults();
    world.pass(Duration::from_mins(46));
    world.settle(&mut keeping).await;
    assert_eq!(world.covered(), ["100"], "and again when X shows it");
    assert_eq!(world.pairs(), ["100"], "none was made twice");
}

#[tokio::test]
async fn fewer_subscriptions_than_the_settings_say_are_a_fact_for_operators_until_there_are_more() {
    let world = World::with(PushSettings { subscriptions_at_most: 4, ..PushSettings::default() }).await;
    for host in 100..105 {
        world.follow(host, 1).await;
    }
    let mut keeping = world.keeping();
    world.settle(&mut keeping).await;
    assert_eq!(world.pairs().len(), 2);
    let cap = world.health.push().cap;
    assert_eq!(cap.map(|(cap, _)| cap), Some(4));
    world.pass(Duration::from_mins(30));
    world.settle(&mut keeping).await;
    assert_eq!(world.health.push().cap, cap, "since then, and told once");
    // That is forgotten after a day, so that more is tried: it isn't news when there is no more.
    for _ in 0..4 {
        world.pass(Duration::from_hours(7));
        world.settle(&mut keeping).await;
        assert_eq!(world.health.push().cap, cap);
    }
}
