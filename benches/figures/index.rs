//! What a million follows take: in memory, and in time until the program is there.

use std::time::{Duration, Instant};

use serde_json::json;
use spacebell::config::Caps;
use spacebell::domain::ids::UserId;
use spacebell::domain::space::{Space, SpaceState};
use spacebell::follows::Follows;
use spacebell::store::Store;

use crate::idle::resident_mb;
use crate::support::World;
use crate::{ALLOCATOR, QUIET, Target, crowd, figure, percentile};

/// Caps that no follow of the crowd breaks.
const CAPS: Caps =
    Caps { follows_per_guild: 250, keywords_per_guild: 20, follows_per_channel: 25, queries_per_person: 5 };
/// How often what is asked every few seconds is asked here.
const ASKED: usize = 200;
/// Another shard than this one has all of the crowd's servers, which the stand-in's gateway knows nothing of: what the
/// program did with servers that it was removed from would be measured, too.
const SHARD: (&str, &str) = ("DISCORD_SHARDS", "0-0/2");

pub async fn measure() {
    on(World::new().await, "sqlite").await;
    if let Some(world) = World::on_postgres().await {
        on(world, "postgres").await;
    }
}

async fn on(world: World, database: &str) {
    crowd::write(&world).await;
    let follows = through_the_library(&world, database).await;
    as_shipped(&world, database, follows).await;
}

async fn through_the_library(world: &World, database: &str) -> usize {
    let store = Store::open(&world.database_url()).await.expect("a store");
    let before = ALLOCATOR.current_usage();
    let begun = Instant::now();
    let follows = Follows::load(store.clone(), CAPS).await.expect("an index");
    let took = begun.elapsed();
    let bytes = ALLOCATOR.current_usage().saturating_sub(before);

    let first_hosts = timed(|| follows.hosts().len());
    let (hosts, first_keywords) = (follows.hosts(), timed(|| follows.keywords().len()));
    let again = each(0..ASKED, |_| follows.hosts().len() + follows.keywords().len());
    let concerned = each(hosts.iter().take(ASKED).copied(), |host| follows.concerned(&live_of(host)).len());
    let most = hosts.iter().max_by_key(|host| follows.concerned(&live_of(**host)).len()).expect("hosts");
    let by_most = timed(|| follows.concerned(&live_of(*most)).len());
    figure(
        &format!("index_bytes_{database}"),
        count(bytes) / count(follows.len()),
        "bytes a follow",
        &Target::AtMost(400.0),
        &json!({
            "follows": follows.len(),
            "servers": follows.guild_count(),
            "hosts": hosts.len(),
            "keywords": follows.keywords().len(),
            "all_mb": bytes / 1_000_000,
            "hosts_listed_ms": ms(first_hosts),
            "keywords_listed_ms": ms(first_keywords),
            "both_listed_unchanged_p99_ms": percentile(&again, 0.99) * 1e3,
            "concerned_p99_ms": percentile(&concerned, 0.99) * 1e3,
            "concerned_of_the_most_followed_ms": ms(by_most),
            "follows_of_the_most_followed": follows.concerned(&live_of(*most)).len(),
        }),
    );
    figure(
        &format!("index_load_{database}"),
        took.as_secs_f64(),
        "s",
        &Target::AtMost(5.0),
        &json!({ "follows": follows.len(), "meaning": "Follows::load, through the library" }),
    );
    store.close().await;
    follows.len()
}

async fn as_shipped(world: &World, database: &str, follows: usize) {
    let begun = Instant::now();
    let bot = world.start_with(&[QUIET, SHARD]).await;
    let took = begun.elapsed();
    let resident = resident_mb(bot.pid());
    figure(
        &format!("index_memory_{database}"),
        resident,
        "MB",
        &Target::AtMost(400.0),
        &json!({ "follows": follows, "source": "VmRSS of /proc/PID/status as soon as it hears commands" }),
    );
    figure(
        &format!("index_start_{database}"),
        took.as_secs_f64(),
        "s",
        // PostgreSQL's server has a part of the same cores.
        &Target::AtMost(if database == "sqlite" { 5.0 } else { 8.0 }),
        &json!({ "follows": follows, "meaning": "from the start of the process until it hears commands" }),
    );
    bot.stop().await;
}

fn live_of(host: UserId) -> Space {
    let mut space = Space::bare("1a".parse().expect("an id"), SpaceState::Live);
    space.creator = Some(host);
    space.title = Some("Late night talk about everything".to_owned());
    space
}

fn timed(work: impl FnOnce() -> usize) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(work());
    begun.elapsed()
}

/// How long each took, the shortest first.
fn each<T>(items: impl Iterator<Item = T>, mut work: impl FnMut(T) -> usize) -> Vec<Duration> {
    let mut took: Vec<Duration> = items.map(|item| timed(|| work(item))).collect();
    took.sort_unstable();
    took
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}
