//! When the program dies: at any instant, and more often than chance would have it just when a request or a write is
//! under way. Discord adds its own: accepted and not answered, refused, slow; and X, which may not say who somebody is.

use std::time::Duration;

use anyhow::Result;
use rand::RngExt;
use rand::rngs::StdRng;
use spacebell_sim::discord::{Effect, Fault, Request};
use spacebell_sim::x;

use crate::world::{NONCE_LIFE, World};

/// The longest that a life is waited for to do what it is to be killed for.
const LONGEST_LIFE: Duration = Duration::from_secs(5);

/// How many lives see their database's connections cut once.
const CUT_LIVES: f64 = 0.3;
/// In how many lives X doesn't say who somebody is.
const SILENT_LIVES: f64 = 0.2;

/// Lives and dies as often as asked. The program is down when this returns; answers how often its connections to the
/// database were cut meanwhile.
pub async fn kill_often(world: &World, kills: u32, random: &mut StdRng) -> Result<u64> {
    let mut cuts = 0;
    for kill in 0..kills {
        world.discord.clear_faults();
        break_something(world, random);
        let silence = random
            .random_bool(SILENT_LIVES)
            .then(|| world.x.fault(x::Fault::status(503), x::Scope::on(x::Endpoint::UsersByIds)));
        let bot = world.spawn()?;
        if random.random_bool(CUT_LIVES) {
            cuts += cut(world, random).await?;
        }
        await_instant(world, random).await?;
        bot.kill().await?;
        if let Some(silence) = silence {
            world.x.clear_fault(silence);
        }
        stay_down(world, kill, random).await?;
    }
    world.discord.clear_faults();
    Ok(cuts)
}

/// Cuts the program's connections to its database, where it has any, at some instant once it works. Answers how often.
async fn cut(world: &World, random: &mut StdRng) -> Result<u64> {
    let Some(knife) = world.place.knife().await? else { return Ok(0) };
    // Whoever can't open its database ends, and is started anew; that is no fault.
    let asked = world.x.requests().last().map_or(0, |request| request.number);
    world.x.wait_for_request(|request| request.number > asked, LONGEST_LIFE).await;
    await_instant(world, random).await?;
    let _looking = world.looking.lock().await;
    Ok(u64::from(knife.cut().await? > 0))
}

/// A third of the times for longer than nonces live, so that a send in flight has to be looked for.
pub async fn stay_down(world: &World, kill: u32, random: &mut StdRng) -> Result<()> {
    let a_moment = |random: &mut StdRng| Duration::from_millis(random.random_range(0..150));
    tokio::time::sleep(a_moment(random)).await;
    let nonce_life = NONCE_LIFE.as_secs();
    match kill % 3 {
        0 => world.pass(Duration::from_secs(random.random_range(nonce_life + 5..nonce_life + 400)))?,
        // Well before a nonce ends, since how long a restart takes is the machine's to say.
        1 => world.pass(Duration::from_secs(random.random_range(0..nonce_life / 2)))?,
        _ => {}
    }
    tokio::time::sleep(a_moment(random)).await;
    Ok(())
}

fn break_something(world: &World, random: &mut StdRng) {
    let effect = match random.random_range(0..10) {
        0..3 => Effect::DropAfter,
        3 => Effect::DropBefore,
        4 => Effect::html(502),
        5..7 => Effect::Delay(Duration::from_millis(random.random_range(20..400))),
        _ => return,
    };
    let (method, path) = if random.random_bool(0.8) {
        ("POST", "/channels/*/messages")
    } else {
        ("PATCH", "/channels/*/messages/*")
    };
    world.discord.fault(Fault::new(effect).on(method, path).times(random.random_range(1..4)));
}

async fn await_instant(world: &World, random: &mut StdRng) -> Result<()> {
    let since = world.discord.now().instant;
    let posts = |request: &Request| request.is("POST", "/channels/*/messages");
    let edits = |request: &Request| request.is("PATCH", "/channels/*/messages/*");
    let fresh = |request: &Request| request.at.instant >= since;
    // Not always the first of them.
    let nth = random.random_range(0..6);
    let discord = &world.discord;
    match random.random_range(0..20) {
        0..5 => {
            tokio::time::sleep(Duration::from_millis(random.random_range(0..3500))).await;
            return Ok(());
        }
        5..9 => {
            let _: Result<_, _> =
                discord.wait_for_arrival(|one| posts(one) && fresh(one), LONGEST_LIFE).await;
            let answered = discord.requests().len();
            let _: Result<_, _> = discord
                .wait_for(Duration::from_millis(300), |now| {
                    (now.requests().len() >= answered + nth).then_some(())
                })
                .await;
        }
        9..13 => {
            let _: Result<_, _> =
                discord.wait_for_request(|one| posts(one) && fresh(one), LONGEST_LIFE).await;
        }
        13 => {
            let _: Result<_, _> =
                discord.wait_for_arrival(|one| edits(one) && fresh(one), LONGEST_LIFE).await;
        }
        14 => {
            let _: Result<_, _> =
                discord.wait_for_request(|one| edits(one) && fresh(one), LONGEST_LIFE).await;
        }
        15..17 => {
            let seen = world.x.requests().last().map_or(0, |request| request.number) + nth as u64;
            world.x.wait_for_request(|one| one.number > seen && one.status.is_some(), LONGEST_LIFE).await;
        }
        _ => {
            tokio::time::sleep(Duration::from_millis(random.random_range(0..2500))).await;
            world.place.written(LONGEST_LIFE, random).await?;
        }
    }
    tokio::time::sleep(Duration::from_micros(random.random_range(0..4000))).await;
    Ok(())
}
