//! How soon a file of a thousand follows is kept, of hosts whose names nobody knows yet.

use std::time::Instant;

use serde_json::json;
use spacebell_sim::discord::Upload;
use spacebell_sim::x::{self, Endpoint};

use crate::support::World;
use crate::{QUIET, Target, figure};

const FOLLOWS: u64 = 1_000;

pub async fn measure() {
    let world = World::with(x::Settings::default(), spacebell_sim::discord::Settings::default()).await;
    let mut follows = Vec::new();
    for n in 0..FOLLOWS {
        let name = format!("host_{n}");
        world.x.add_user(format!("{}", 70_000 + n), &name, "A host");
        follows.push(
            json!({ "channel": world.channel.to_string(), "host": format!("@{name}"), "when": "live" }),
        );
    }
    let most = FOLLOWS.to_string();
    let caps = [("MAX_FOLLOWS_PER_GUILD", most.as_str()), ("MAX_FOLLOWS_PER_CHANNEL", most.as_str())];
    let budget = ("X_DAILY_BUDGET_USD", "1000");
    let bot = world.start_with(&[caps[0], caps[1], budget, QUIET]).await;
    let file = json!({ "version": 1, "server": "1", "follows": follows }).to_string();
    let file = world.discord.upload_file(Upload::new("follows.json", "application/json", file));
    let began = Instant::now();
    let shown = world.says("follow import", json!({ "file": file })).await;
    let shown_after = began.elapsed();
    let message = shown.message.expect("a message with buttons").id;
    let began = Instant::now();
    let pressed = world.discord.user(world.moderator).in_channel(world.channel).press(message, "Import");
    let done = world.final_reply(&pressed.expect("the button is there")).await;
    let took = began.elapsed();
    assert!(done.content().contains("1,000"), "{}", done.content());
    figure(
        "import",
        took.as_secs_f64(),
        "s",
        &Target::AtMost(5.0),
        &json!({
            "follows": FOLLOWS,
            "requests_to_x": world.x.count(Endpoint::UsersByUsernames),
            "shown_after_s": shown_after.as_secs_f64(),
            "meaning": "from the press of Import to the answer that all are kept, no name known before",
        }),
    );
    bot.stop().await;
}
