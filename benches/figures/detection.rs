//! How long after its start a Space of one of 100 followed hosts is posted, under X's documented limits.

use std::time::{Duration, Instant};

use serde_json::json;
use spacebell_sim::{discord, x};

use crate::support::{World, links};
use crate::{QUIET, Target, figure, percentile};

const HOSTS: u64 = 100;
/// The time between two starts is no multiple of the pace of visits, so that they fall anywhere between two.
const BETWEEN: Duration = Duration::from_millis(1_370);

pub async fn measure() {
    let world = World::with(x::Settings::default(), discord::Settings::default()).await;
    let hosts = world.seed_hosts(HOSTS).await;
    let bot = world.start_with(&[QUIET]).await;
    world.visited().await;

    let delays = starts(&world, &hosts, BETWEEN).await;
    figure(
        "detection_p95",
        percentile(&delays, 0.95),
        "s",
        &Target::AtMost(4.5),
        &json!({
            "hosts": HOSTS,
            "spaces": delays.len(),
            "p50": percentile(&delays, 0.5),
            "max": percentile(&delays, 1.0),
            "requests_to_x": world.x.requests().len(),
            "429_from_x": world.x.refusals(),
            "429_from_discord": world.discord.refusals().rate_limited,
        }),
    );
    bot.stop().await;
}

/// Has each of these hosts begin a Space, so far apart; from each start to its post's arrival, sorted.
pub async fn starts(world: &World, hosts: &[x::UserId], between: Duration) -> Vec<Duration> {
    let mut started = Vec::new();
    for host in hosts {
        let at = Instant::now();
        let space = world.x.start_now(host, "A Space").expect("the host is there");
        started.push((space.to_string(), at));
        tokio::time::sleep(between).await;
    }
    let mut delays = Vec::new();
    for (space, at) in &started {
        let post = world.message(|message| links(message).iter().any(|l| l.ends_with(space))).await;
        delays.push(post.created.instant.saturating_duration_since(*at));
    }
    delays.sort_unstable();
    delays
}
