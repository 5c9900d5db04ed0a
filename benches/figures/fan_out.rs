//! How fast one Space is told in 500 channels, and how soon another host's Space amid that.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::x;

use crate::support::{PATIENCE, World, generous, links};
use crate::{QUIET, Target, figure};

const CHANNELS: usize = 500;

pub async fn measure() {
    let world = World::with(generous(), spacebell_sim::discord::Settings::default()).await;
    let other = world.x.add_user("777", "other", "Another host");
    let channels: Vec<u64> =
        (0..CHANNELS).map(|n| world.discord.add_channel(world.guild, &format!("c{n}"), 0)).collect();
    world.seed_follows(&channels, &[(world.nasa.to_string(), "NASA")]).await;
    world.seed_follows(&[world.channel], &[(other.to_string(), "other")]).await;
    let bot = world.start_with(&[QUIET]).await;
    world.visited().await;

    world.x.start_now(&world.nasa, "For everybody").expect("NASA is there");
    // Amid the posts: when the first ones are there.
    world.message_in(channels[0], |message| !links(message).is_empty()).await;
    let began = std::time::Instant::now();
    world.x.start_now(&other, "Amid it").expect("the host is there");
    let amid = world.message(|message| !links(message).is_empty()).await;
    let seen = first_sight(&world, &other);
    let amid_after = amid.created.instant.saturating_duration_since(seen.unwrap_or(began));
    let mut created = Vec::new();
    for channel in &channels {
        let post = world
            .discord
            .wait_for_message(*channel, |message| !links(message).is_empty(), PATIENCE)
            .await
            .expect("each channel gets its post");
        created.push(post.created.instant);
    }
    created.sort_unstable();
    let (first, last) = (created[0], created[created.len() - 1]);
    let took = last.saturating_duration_since(first);
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
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
        }),
    );
    figure(
        "fan_out_overtaken",
        amid_after.as_secs_f64(),
        "s",
        &Target::AtMost(2.0),
        &json!({ "meaning": "another host's live post amid them, from X's answer that showed it" }),
    );
    bot.stop().await;
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
