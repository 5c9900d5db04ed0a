//! How soon after a hard end the posts that it left behind go on, with many follows stored.

use std::time::{Duration, Instant};

use serde_json::json;
use spacebell_sim::discord;

use crate::support::{PATIENCE, World, links};
use crate::{QUIET, Target, figure, stock};

/// Follows in the store.
const FOLLOWS: usize = 100_000;
/// Of these, channels that follow the host who is live: enough that most of their posts are due at the end.
const CHANNELS: usize = 400;
/// Posts that are there when the process is killed.
const BEFORE: usize = 20;
/// What the stand-in gets after the process is dead, but this soon, the process had sent before: a new one rests
/// for a second first.
const IN_FLIGHT: Duration = Duration::from_millis(200);

pub async fn measure() {
    on(World::new().await, "recovery_sqlite").await;
    if let Some(world) = World::on_postgres().await {
        on(world, "recovery_postgres").await;
    }
}

async fn on(world: World, name: &str) {
    let channels: Vec<u64> =
        (0..CHANNELS).map(|n| world.discord.add_channel(world.guild, &format!("c{n}"), 0)).collect();
    let places: Vec<(u64, u64)> = channels.iter().map(|channel| (world.guild, *channel)).collect();
    stock::follow_from(&world, &places, &world.nasa.to_string(), "NASA").await;
    stock::follow_silent_hosts(&world, FOLLOWS - CHANNELS).await;
    world.x.start_now(&world.nasa, "For everybody").expect("NASA is there");

    let posts_since = |discord: &discord::Server, since: Instant| -> Vec<Instant> {
        let posts = channels.iter().flat_map(|channel| discord.messages(*channel));
        posts
            .filter(|post| !links(post).is_empty())
            .map(|post| post.created.instant)
            .filter(|at| *at > since)
            .collect()
    };
    let began = Instant::now();
    let bot = world.spawn(&[QUIET]);
    let enough = |discord: &discord::Server| (posts_since(discord, began).len() >= BEFORE).then_some(());
    world.discord.wait_for(PATIENCE, enough).await.expect("posts go out");
    let killed = Instant::now();
    bot.kill().await;
    let dead = Instant::now();
    let bot = world.spawn(&[QUIET]);
    let first = |discord: &discord::Server| posts_since(discord, dead + IN_FLIGHT).into_iter().min();
    let first = world.discord.wait_for(PATIENCE, first).await.expect("the others go out");
    let due = CHANNELS - posts_since(&world.discord, began).len();
    assert!(due > 0, "posts are overdue");
    figure(
        name,
        first.duration_since(killed).as_secs_f64(),
        "s",
        &Target::AtMost(2.0),
        &json!({
            "follows": FOLLOWS,
            "due": due,
            "meaning": "from SIGKILL, the next process being started at once, to its first overdue post",
        }),
    );
    bot.stop().await;
}
