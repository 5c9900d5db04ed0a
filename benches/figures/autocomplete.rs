//! How soon choices are offered while somebody types, with many follows in memory.

use serde_json::json;
use spacebell_sim::discord::Outcome;

use crate::support::{PATIENCE, World, links};
use crate::{QUIET, Target, figure, percentile, stock};

/// Follows in memory.
const FOLLOWS: usize = 100_000;
/// Channels of the server where somebody types, and hosts that each follows: nearly as many as a server may have.
const CHANNELS: usize = 12;
const HOSTS: usize = 20;
/// Spaces that are live meanwhile.
const SPACES: usize = 10;
/// People who type at once, and how often each kind of option is typed by all of them.
const AT_ONCE: usize = 20;
const ROUNDS: usize = 10;
/// What is typed: each kind of option whose choices come from memory, and how many choices there are at least.
const TYPED: [(&str, &str, &str, usize); 5] = [
    ("follow remove", "follow", "host", 25),
    ("follow host", "host", "host1", 11),
    ("space show", "space", "", SPACES),
    ("space by", "hosts", "@host3, ho", HOSTS - 1),
    ("settings set", "timezone", "america/", 25),
];

pub async fn measure() {
    let world = World::new().await;
    let places: Vec<(u64, u64)> = (0..CHANNELS)
        .map(|n| (world.guild, world.discord.add_channel(world.guild, &format!("c{n}"), 0)))
        .collect();
    let mut hosts = Vec::new();
    for n in 0..HOSTS {
        let name = format!("host{n}");
        let host = world.x.add_user(format!("8{n:05}"), &name, &name);
        stock::follow_from(&world, &places, &host.to_string(), &name).await;
        hosts.push(host);
    }
    stock::follow_silent_hosts(&world, FOLLOWS - CHANNELS * HOSTS).await;
    let bot = world.start_with(&[QUIET]).await;
    for host in &hosts[..SPACES] {
        world.x.start_now(host, "On the air").expect("the host is there");
    }
    for (_, channel) in &places {
        let all = |discord: &spacebell_sim::discord::Server| {
            let posts = discord.messages(*channel).into_iter().filter(|post| !links(post).is_empty());
            (posts.count() >= SPACES).then_some(())
        };
        world.discord.wait_for(8 * PATIENCE, all).await.expect("each Space is known");
    }

    let mut delays = Vec::new();
    let mut slowest = std::collections::BTreeMap::new();
    let person = world.discord.user(world.moderator).in_channel(world.channel);
    // The first round makes the connections and reads the server's channels, and doesn't count.
    for round in 0..=ROUNDS {
        for (command, option, typed, at_least) in TYPED {
            let typing: Vec<_> = (0..AT_ONCE)
                .map(|_| person.autocomplete(command, option, typed, json!({})).expect("it can be typed"))
                .collect();
            for interaction in &typing {
                let reply = interaction.reply(PATIENCE).await.expect("choices");
                assert_eq!(reply.outcome, Outcome::Choices);
                assert!(reply.choices().len() >= at_least, "{command} {option}: {:?}", reply.choices());
                if round > 0 {
                    delays.push(reply.after);
                    let slowest = slowest.entry(option).or_insert(reply.after);
                    *slowest = reply.after.max(*slowest);
                }
            }
        }
    }
    delays.sort_unstable();
    figure(
        "autocomplete_p99",
        percentile(&delays, 0.99) * 1000.0,
        "ms",
        &Target::AtMost(50.0),
        &json!({
            "follows": FOLLOWS,
            "at_once": AT_ONCE,
            "typed": delays.len(),
            "slowest": slowest.iter().map(|(option, after)| format!("{option} {} ms", after.as_millis())).collect::<Vec<_>>(),
            "p50": percentile(&delays, 0.5) * 1000.0,
            "meaning": "from the event's leaving the gateway to the choices' arrival at the API",
        }),
    );
    bot.stop().await;
}
