//! The crash harness: the shipped program, killed at random instants through a whole storyline, and at the end the
//! world held against an independent model. `cargo test --test crash -- 2000 --seed 7 --store both`.
//!
//! The stand-ins run in this process, the program is a child. Worlds are small and many, several at once. It prints
//! kills, posts, lost, doubled and uncertain, and fails if anything is lost or doubled.

mod arguments;
mod blows;
mod book;
mod people;
mod place;
#[path = "../postgres/mod.rs"]
mod postgres;
#[path = "../shim/mod.rs"]
mod shim;
mod story;
mod world;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::stream::{self, StreamExt};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use spacebell::domain::follow::Target;

use crate::arguments::{Arguments, Kind};
use crate::book::{Verdict, What, Wish};
use crate::story::Story;
use crate::world::{NONCE_LIFE, PATIENCE, World};

/// Kills in one world.
const KILLS_A_WORLD: u32 = 20;
/// How long the last plans may take before the program is started anew: some things are looked for at a start.
const ROUND: Duration = Duration::from_secs(20);
/// Rounds after which a world that doesn't come to rest is judged as it is.
const ROUNDS: u32 = 20;
/// Passes before the last look, so that all that waits for a time is due.
const LAST_PAUSE: Duration = Duration::from_hours(3);

#[derive(Debug, Default)]
struct Tally {
    kills: u64,
    /// How often the connections to the database were cut.
    cuts: u64,
    posts: u64,
    uncertain: u64,
    lost: Vec<String>,
    doubled: Vec<String>,
}

fn main() -> ExitCode {
    let asked = match arguments::read() {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    if !shim::WORKS {
        eprintln!("crash: SKIPPED, the program's clock can be moved on Linux alone");
        return ExitCode::SUCCESS;
    }
    let stores = match asked.stores() {
        Ok(stores) => stores,
        Err(code) => return code,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut clean = true;
    for store in stores {
        clean &= match runtime.block_on(run(&asked, store)) {
            Ok(tally) => report(&asked, store, &tally),
            Err(error) => {
                println!("the harness itself failed on {store:?}: {error:#}");
                false
            }
        };
    }
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints what came of it; whether nothing was lost or doubled.
fn report(asked: &Arguments, store: Kind, tally: &Tally) -> bool {
    for sentence in tally.lost.iter().chain(&tally.doubled) {
        println!("{sentence}");
    }
    let cuts = if store == Kind::Postgres { format!(", {} cuts", tally.cuts) } else { String::new() };
    println!(
        "crash: store {store:?}, seed {}: {} kills{cuts}, {} posts, {} lost, {} doubled, {} uncertain",
        asked.seed,
        tally.kills,
        tally.posts,
        tally.lost.len(),
        tally.doubled.len(),
        tally.uncertain
    );
    tally.lost.is_empty() && tally.doubled.is_empty()
}

async fn run(asked: &Arguments, store: Kind) -> Result<Tally> {
    let shim = &shim::build("clock").context("the program's clock")?;
    let nonce_life = if asked.forgetful { Duration::ZERO } else { NONCE_LIFE };
    let worlds = u64::from(asked.kills.div_ceil(KILLS_A_WORLD));
    let each = (0..worlds).map(|n| {
        let done = u32::try_from(n).unwrap_or(u32::MAX).saturating_mul(KILLS_A_WORLD);
        let kills = KILLS_A_WORLD.min(asked.kills - done);
        let seed = asked.seed.wrapping_add(n);
        async move {
            Box::pin(live(store, seed, kills, nonce_life, shim))
                .await
                .with_context(|| format!("the world of seed {seed}"))
        }
    });
    let mut all = Tally::default();
    let mut ended = stream::iter(each).buffer_unordered(asked.at_once);
    while let Some(tally) = ended.next().await {
        let Tally { kills, cuts, posts, uncertain, lost, doubled } = tally?;
        all.kills += kills;
        all.cuts += cuts;
        all.posts += posts;
        all.uncertain += uncertain;
        all.lost.extend(lost);
        all.doubled.extend(doubled);
    }
    Ok(all)
}

/// What one world's program went through.
struct Died {
    kills: u64,
    cuts: u64,
}

/// One world, from its beginning to its judgement.
async fn live(kind: Kind, seed: u64, kills: u32, nonce_life: Duration, shim: &Path) -> Result<Tally> {
    let world = World::new(kind, seed, shim, nonce_life).await?;
    let mut random = StdRng::seed_from_u64(seed);
    let lived = {
        let story = Story::new(&world);
        Box::pin(story_of(&story, seed, kills, &mut random)).await
    };
    let (verdict, died) = match lived {
        Ok(lived) => lived,
        Err(error) => return Err(error.context(format!("see {}", world.keep()))),
    };
    let said = |sentences: Vec<String>| sentences.into_iter().map(move |said| format!("seed {seed}: {said}"));
    let tally = Tally {
        kills: died.kills,
        cuts: died.cuts,
        posts: verdict.posts,
        uncertain: verdict.unsure.len() as u64,
        lost: said(verdict.lost).collect(),
        doubled: said(verdict.doubled).collect(),
    };
    if !tally.lost.is_empty() || !tally.doubled.is_empty() {
        println!("seed {seed}: see {}", world.keep());
    }
    Ok(tally)
}

async fn story_of(story: &Story<'_>, seed: u64, kills: u32, random: &mut StdRng) -> Result<(Verdict, Died)> {
    let world = story.world;
    let bot = world.start().await?;
    for wish in story.first_wishes(random) {
        story.follow(&wish).await?;
    }
    bot.kill().await?;
    let mut died = Died { kills: 1, cuts: 0 };

    let visits = async {
        let each = tokio::try_join!(
            story.come_and_go(0, random_seed(seed, 2)),
            story.come_and_go(1, random_seed(seed, 3))
        );
        story.visited.cancel();
        each
    };
    let tellers = async { tokio::try_join!(story.tell(random_seed(seed, 1)), visits) };
    let mut tellers = std::pin::pin!(tellers);
    tokio::select! {
        broken = &mut tellers => anyhow::bail!("the story ended before its time: {broken:?}"),
        cuts = blows::kill_often(world, kills, random) => died.cuts += cuts?,
    }
    died.kills += u64::from(kills);

    // What was begun is brought to its end, in rounds, since some things are looked for at a start only.
    story.closing.cancel();
    let mut told = false;
    for round in 0..ROUNDS {
        let bot = world.start().await?;
        let mut done = false;
        tokio::select! {
            ended = &mut tellers, if !told => { ended?; done = true; }
            () = tokio::time::sleep(ROUND) => {}
        }
        bot.kill().await?;
        died.kills += 1;
        told |= done;
        if told {
            break;
        }
        world.pass(Duration::from_secs(random.random_range(200..400)))?;
        if round + 1 == ROUNDS {
            println!("seed {seed}: the story doesn't come to its end");
        }
    }
    world.pass(LAST_PAUSE)?;
    let bot = world.start().await?;
    let verdict = settle(story, seed).await?;
    world.hold_clock().await?;
    bot.kill().await?;
    died.kills += 1;
    let mut verdict = verdict;
    check_follows(story, &mut verdict).await?;
    Ok((verdict, died))
}

fn random_seed(seed: u64, salt: u64) -> u64 {
    seed.wrapping_mul(1_000_003).wrapping_add(salt)
}

/// Waits until the channels are as they should be and nothing more is to be sent, and judges.
async fn settle(story: &Story<'_>, seed: u64) -> Result<Verdict> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let mut told = None;
    loop {
        let verdict = story.book().judge(story.world);
        let now = tokio::time::Instant::now();
        // What is there twice stays so: no need for patience.
        let late = now > until || (!verdict.doubled.is_empty() && now > until - PATIENCE * 9 / 10);
        let calm = verdict.lost.is_empty() && verdict.doubled.is_empty();
        if calm || late {
            story.learn_uncertain().await?;
            let database = story.world.place.store().await?;
            let soon = story.world.x.now() + jiff::SignedDuration::from_hours(1);
            let waiting = database.queue_depth(soon).await?.due;
            database.close().await;
            let mut verdict = story.book().judge(story.world);
            let unsaid = verdict.unsaid(&story.book());
            if waiting == 0 && verdict.is_clean(&story.book()) {
                return Ok(verdict);
            }
            if late {
                // In a channel without history only what the program calls uncertain is excused.
                for place in unsaid {
                    let wrong = verdict.unsure.remove(&place).unwrap_or_default();
                    let (room, id, slot) = place;
                    verdict.lost.push(format!("{slot:?} of {id} in {room}, not called uncertain: {wrong}"));
                }
                if waiting > 0 {
                    verdict.lost.push(format!("{waiting} notices still wait"));
                }
                println!("seed {seed} doesn't come to rest");
                return Ok(verdict);
            }
        }
        let wrong = verdict.lost.len() + verdict.doubled.len();
        if told != Some(wrong) && now > until - PATIENCE * 4 / 5 {
            println!("seed {seed} still waits for: {:?} {:?}", verdict.lost, verdict.doubled);
            told = Some(wrong);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Holds the follows against those that were confirmed.
async fn check_follows(story: &Story<'_>, verdict: &mut Verdict) -> Result<()> {
    let database = story.world.place.store().await?;
    let kept = database.follows().await?;
    database.close().await;
    let of = |follow: &spacebell::domain::follow::Follow| {
        let what = match &follow.target {
            Target::Host { user, .. } => user.to_string(),
            Target::Keyword(word) => word.clone(),
        };
        (follow.channel.get(), what, follow.when.name())
    };
    let kept: Vec<_> = kept.iter().map(of).collect();
    let book = story.book();
    let promised = |wish: &Wish| {
        let what = match &wish.what {
            What::Host(host) => host.to_string(),
            What::Word(word) => (*word).to_owned(),
        };
        (wish.room, what, wish.when)
    };
    let promised: Vec<_> = book.wishes.iter().map(promised).collect();
    ensure!(!promised.is_empty(), "nobody follows anything");
    verdict
        .lost
        .extend(promised.iter().filter(|one| !kept.contains(one)).map(|one| format!("the follow {one:?}")));
    verdict.doubled.extend(
        kept.iter().filter(|one| !promised.contains(one)).map(|one| format!("the follow {one:?}, removed")),
    );
    Ok(())
}
