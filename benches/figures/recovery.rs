//! How soon after a hard end the posts that it left behind go on, with many follows stored.

use std::time::{Duration, Instant};

use serde_json::json;
use spacebell_sim::discord;
use sqlx::{Connection, SqliteConnection};

use crate::support::{PATIENCE, World, generous, links};
use crate::{QUIET, Target, figure};

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
    let world = World::with(generous(), discord::Settings::default()).await;
    let channels: Vec<u64> =
        (0..CHANNELS).map(|n| world.discord.add_channel(world.guild, &format!("c{n}"), 0)).collect();
    world.seed_follows(&channels, &[(world.nasa.to_string(), "NASA")]).await;
    seed(&world).await;
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
    figure(
        "recovery",
        first.duration_since(killed).as_secs_f64(),
        "s",
        &Target::AtMost(2.0),
        &json!({
            "follows": FOLLOWS,
            "due": CHANNELS - posts_since(&world.discord, began).len(),
            "meaning": "from SIGKILL, the next process being started at once, to its first overdue post",
        }),
    );
    bot.stop().await;
}

/// Follows of hosts who never do anything, behind those that matter.
async fn seed(world: &World) {
    let url = format!("sqlite://{}", world.path("spacebell.db").display());
    let mut database = SqliteConnection::connect(&url).await.expect("the database");
    let rows = i64::try_from(FOLLOWS - CHANNELS).expect("a small number");
    // Five channels a host; the ids are like Discord's and X's, and nobody else's.
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1) \
         INSERT INTO follows (guild_id, channel_id, kind, target, shown, wants, made_by, made_at) \
         SELECT 900000000000000000 + i / 250, 910000000000000000 + i, 'host', CAST(90000000 + i / 5 AS TEXT), \
           'h' || (i / 5), 'all', 1, 0 FROM n",
    )
    .bind(rows)
    .execute(&mut database)
    .await
    .expect("rows");
    database.close().await.expect("closed");
}
