//! The gateway misbehaves: the program is back within a bound, hears commands, and what started meanwhile rings once.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use spacebell_sim::discord::{self, Closing, Outcome};
use spacebell_sim::x;

use crate::support::{PATIENCE, World, generous};

/// The library waits five seconds for a shard that it starts anew, and five between two IDENTIFYs; the rest is for a
/// busy machine.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// Has something happen to the gateway while a Space of `host` starts: the program has a session again within `bound`,
/// answers, and posted the Space once.
async fn recovers(world: &World, host: &x::UserId, bound: Duration, happens: impl FnOnce(&discord::Server)) {
    let before = world.sessions();
    happens(&world.discord);
    let space = world.x.start_now(host, "Meanwhile").expect("a Space");
    world.session_after(before, bound).await;
    world.rings_once(&space).await;
    world.says("help", json!({})).await;
}

#[tokio::test]
async fn a_session_that_discord_asks_to_take_up_again_is_taken_up() {
    let world = World::new().await;
    let hosts = world.seed_hosts(2).await;
    let bot = world.start().await;
    let identified = world.discord.gateway().identifies.len();
    recovers(&world, &hosts[0], BACK_WITHIN, discord::Server::send_reconnect).await;
    recovers(&world, &hosts[1], BACK_WITHIN, |discord| discord.invalidate_sessions(true)).await;
    assert_eq!(world.discord.gateway().identifies.len(), identified, "the same session, after op 7 and op 9");
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_session_that_is_gone_is_replaced() {
    let world = World::new().await;
    let hosts = world.seed_hosts(2).await;
    let bot = world.start().await;
    recovers(&world, &hosts[0], BACK_WITHIN, |discord| discord.invalidate_sessions(false)).await;
    recovers(&world, &hosts[1], BACK_WITHIN, |discord| {
        discord.forget_sessions();
        discord.close_with(Closing::Abrupt);
    })
    .await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn after_a_close_that_isn_t_final_the_program_is_back_soon() {
    let closings = [
        Closing::Abrupt,
        Closing::Code(1000),
        Closing::Code(1001),
        Closing::Code(4000),
        Closing::Code(4007),
        Closing::Code(4008),
        Closing::Code(4009),
    ];
    let world = World::new().await;
    let hosts = world.seed_hosts(closings.len() as u64).await;
    let bot = world.start().await;
    for (closing, host) in closings.into_iter().zip(&hosts) {
        recovers(&world, host, BACK_WITHIN, |discord| discord.close_with(closing)).await;
    }
    assert!(bot.stop().await.success());
}

/// After these the library's shard spins until its next heartbeat is due, and says nothing.
#[tokio::test]
async fn after_a_close_that_the_library_hangs_on_the_program_is_back_before_the_next_heartbeat() {
    for closing in [Closing::NoCode, Closing::Code(4003)] {
        let heartbeat_interval = Duration::from_mins(10);
        let settings = discord::Settings { heartbeat_interval, ..discord::Settings::default() };
        let world = World::with(generous(), settings).await;
        let hosts = world.seed_hosts(1).await;
        let bot = world.start().await;
        recovers(&world, &hosts[0], BACK_WITHIN, |discord| discord.close_with(closing)).await;
        assert!(bot.stop().await.success());
    }
}

#[tokio::test]
async fn a_connection_that_answers_no_heartbeat_is_given_up_within_two_and_ten_seconds() {
    let heartbeat_interval = Duration::from_secs(4);
    let settings = discord::Settings { heartbeat_interval, ..discord::Settings::default() };
    let world = World::with(generous(), settings).await;
    let hosts = world.seed_hosts(1).await;
    let bot = world.start().await;
    let bound = 2 * heartbeat_interval + Duration::from_secs(10);
    recovers(&world, &hosts[0], bound, discord::Server::go_zombie).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_gateway_that_closes_at_once_is_tried_ever_less_often_and_found_again() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let bot = world.start().await;
    let before = world.sessions();
    world.discord.accept_and_close(Some(Closing::Code(1011)));
    world.discord.close_with(Closing::Code(1011));
    let space = world.x.start_now(&hosts[0], "Meanwhile").expect("a Space");
    let refused = world.discord.wait_for(2 * PATIENCE, |discord| {
        let refused = discord.gateway().refused;
        (refused.len() >= 5).then_some(refused)
    });
    let refused = refused.await.expect("it tries again");
    let instants: Vec<_> = refused.iter().map(|moment| moment.instant).collect();
    let gaps: Vec<_> = instants.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect();
    // A second, two, four, eight; one that arrives late makes the next gap look shorter, the first one most of all.
    assert!(gaps[1..].iter().all(|gap| *gap >= Duration::from_millis(500)), "{gaps:?}");
    assert!(gaps.iter().sum::<Duration>() >= Duration::from_secs(10), "{gaps:?}");
    // Nobody needs the gateway to post.
    world.rings_once(&space).await;
    world.discord.accept_and_close(None);
    // The longest pause is sixteen seconds.
    world.session_after(before, 2 * BACK_WITHIN).await;
    world.says("help", json!({})).await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn a_restart_amid_a_storm_of_commands_answers_each_once_or_lets_discord_say_that_it_failed() {
    let world = World::new().await;
    let hosts = world.seed_hosts(1).await;
    let bot = world.start().await;
    let mut asked: Vec<_> = (0..40).map(|_| world.typed("follow list", json!({}))).collect();
    asked.last().expect("one").reply(PATIENCE).await.expect("the storm is heard");
    asked.extend((0..40).map(|_| world.typed("help", json!({}))));
    let space = world.x.start_now(&hosts[0], "Amid it").expect("a Space");
    assert!(bot.stop().await.success(), "it ends in order");
    asked.extend((0..5).map(|_| world.typed("help", json!({}))));
    let bot = world.start().await;
    asked.extend((0..20).map(|_| world.typed("help", json!({}))));

    let mut outcomes = BTreeMap::new();
    for interaction in &asked {
        let reply = interaction.final_reply(PATIENCE).await.expect("it is answered, or shown as failed");
        outcomes.insert(interaction.id(), reply.outcome);
    }
    let answered = outcomes.values().filter(|outcome| **outcome != Outcome::Failed).count();
    assert!(answered >= 20, "before the stop and after the start: {answered} of {}", asked.len());
    for (id, outcome) in outcomes {
        let path = format!("/interactions/{id}/*");
        let requests = world.discord.requests();
        let answers: Vec<_> = requests.iter().filter(|request| request.is("POST", &path)).collect();
        let taken = answers.iter().filter(|answer| answer.status.is_some_and(|status| status < 300)).count();
        assert_eq!(taken, usize::from(outcome != Outcome::Failed), "{id}: {outcome:?}, {answers:?}");
        assert!(answers.len() <= 1, "{id} was answered again: {answers:?}");
    }
    world.rings_once(&space).await;
    assert!(bot.stop().await.success());
}
