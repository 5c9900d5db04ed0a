//! How fast one Space is told in ten thousand channels, and how soon another host's Space amid that.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::{discord, x};

use crate::support::{World, links};
use crate::{QUIET, Target, figure, stock};

const CHANNELS: usize = 10_000;
/// Discord's own limit.
const CHANNELS_PER_GUILD: usize = 500;
/// What the posts would take at a rate that is far off the target.
const LONGEST: Duration = Duration::from_mins(10);
/// How often the posts are counted meanwhile, which takes the stand-in's lock.
const PAUSE: Duration = Duration::from_millis(500);

pub async fn measure() {
    let world = World::new().await;
    let other = world.x.add_user("777", "other", "Another host");
    let guilds: Vec<u64> =
        (0..CHANNELS / CHANNELS_PER_GUILD).map(|n| world.discord.add_guild(&format!("Server {n}"))).collect();
    let places: Vec<(u64, u64)> = (0..CHANNELS)
        .map(|n| (guilds[n % guilds.len()], n))
        .map(|(guild, n)| (guild, world.discord.add_channel(guild, &format!("c{n}"), 0)))
        .collect();
    stock::follow_from(&world, &places, &world.nasa.to_string(), "NASA").await;
    stock::follow_from(&world, &[(world.guild, world.channel)], &other.to_string(), "other").await;
    let bot = world.start_with(&[QUIET]).await;
    world.visited().await;

    world.x.start_now(&world.nasa, "For everybody").expect("NASA is there");
    posts(&world.discord, &places, CHANNELS / 2).await;
    let began = std::time::Instant::now();
    world.x.start_now(&other, "Amid it").expect("the host is there");
    let amid = world.message(|message| !links(message).is_empty()).await;
    let seen = first_sight(&world, &other);
    let amid_after = amid.created.instant.saturating_duration_since(seen.unwrap_or(began));
    let before_it = posts(&world.discord, &places, 0).await.len();
    let mut created = posts(&world.discord, &places, CHANNELS).await;
    created.sort_unstable();
    let (first, last) = (created[0], created[created.len() - 1]);
    let took = last.saturating_duration_since(first);
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = (CHANNELS - 1) as f64 / took.as_secs_f64();
    let busiest = busiest_second(&created);
    figure(
        "fan_out_rate",
        rate,
        "posts/s",
        &Target::AtLeast(49.0),
        &json!({
            "channels": CHANNELS,
            "took_s": took.as_secs_f64(),
            "busiest_second": busiest,
            "429_from_discord": world.discord.refusals().rate_limited,
            "429_from_x": world.x.refusals(),
        }),
    );
    figure(
        "fan_out_overtaken",
        amid_after.as_secs_f64(),
        "s",
        &Target::AtMost(2.0),
        &json!({
            "meaning": "another host's live post amid them, from X's answer that showed it",
            "posts_before_it": before_it,
        }),
    );
    assert_eq!(world.discord.refusals().rate_limited, 0, "Discord answered 429");
    bot.stop().await;
}

/// When each channel's post was made, once at least so many are there.
async fn posts(discord: &discord::Server, places: &[(u64, u64)], at_least: usize) -> Vec<std::time::Instant> {
    let counted = async {
        loop {
            let messages = places.iter().flat_map(|(_, channel)| discord.messages(*channel));
            let made: Vec<_> = messages
                .filter(|message| !links(message).is_empty())
                .map(|message| message.created.instant)
                .collect();
            if made.len() >= at_least {
                return made;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(LONGEST, counted).await.expect("each channel gets its post")
}

/// When X first showed a Space of this host: the answer to the first visit after its start.
fn first_sight(world: &World, host: &x::UserId) -> Option<std::time::Instant> {
    let started = world.x.spaces_on();
    let space = started.iter().find(|space| space.creator == *host)?;
    let begun = space.started_at?;
    let request =
        world.x.requests().into_iter().find(|request| {
            request.endpoint == Some(x::Endpoint::SpacesByCreators) && request.time >= begun
        })?;
    Some(request.at)
}

/// The most posts that any second held.
fn busiest_second(sorted: &[std::time::Instant]) -> usize {
    let within = |from: usize| {
        sorted[from..]
            .iter()
            .take_while(|at| at.duration_since(sorted[from]) < Duration::from_secs(1))
            .count()
    };
    (0..sorted.len()).map(within).max().unwrap_or(0)
}
