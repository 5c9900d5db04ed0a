//! How soon commands are answered: from memory, with 100 at once, and with X hanging.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::discord::Outcome;
use spacebell_sim::x::{Fault, Scope};

use crate::support::{PATIENCE, World, generous, links};
use crate::{QUIET, Target, figure, percentile};

const AT_ONCE: usize = 100;
const ROUNDS: usize = 10;

pub async fn measure() {
    let world = World::with(generous(), spacebell_sim::discord::Settings::default()).await;
    world.seed_follows(&[world.channel], &[(world.nasa.to_string(), "NASA")]).await;
    let bot = world.start_with(&[("MAX_QUERIES_PER_PERSON", "100000"), QUIET]).await;
    let space = world.x.start_now(&world.nasa, "From memory").expect("NASA is there");
    world.message(|message| !links(message).is_empty()).await;

    let mut delays = Vec::new();
    // The first round makes the connections, and doesn't count.
    for round in 0..=ROUNDS {
        let asked: Vec<_> =
            (0..AT_ONCE).map(|_| world.typed("space show", json!({ "space": space.to_string() }))).collect();
        for interaction in &asked {
            let reply = interaction.reply(PATIENCE).await.expect("an answer");
            assert_eq!(reply.outcome, Outcome::Message, "answered at once");
            if round > 0 {
                delays.push(reply.after);
            }
        }
    }
    delays.sort_unstable();
    figure(
        "command_from_memory_p99",
        percentile(&delays, 0.99) * 1000.0,
        "ms",
        &Target::AtMost(20.0),
        &json!({
            "at_once": AT_ONCE,
            "rounds": ROUNDS,
            "p50": percentile(&delays, 0.5) * 1000.0,
            "meaning": "from the event's leaving the gateway to the answer's arrival at the API",
        }),
    );

    world.x.fault(Fault::Hang, Scope::everywhere());
    let asked: Vec<_> = (0..20)
        .map(|n| world.typed("space show", json!({ "space": format!("1UnknownSpc{n:02}") })))
        .collect();
    let mut deferred = Vec::new();
    let mut told = 0;
    for interaction in &asked {
        let first = interaction.reply(PATIENCE).await.expect("a first answer");
        assert_eq!(first.outcome, Outcome::Deferred, "deferred while X hangs");
        deferred.push(first.after);
    }
    for interaction in &asked {
        let last = interaction.final_reply(Duration::from_mins(1)).await.expect("a last answer");
        told += usize::from(last.content().contains('X'));
    }
    deferred.sort_unstable();
    figure(
        "command_deferred_max",
        percentile(&deferred, 1.0),
        "s",
        &Target::AtMost(3.0),
        &json!({ "asked": asked.len(), "told_what_went_wrong": told }),
    );
    bot.stop().await;
}
