//! How long after X tells that a Space began its post is asked for, end to end and in real time.

use std::time::Duration;

use serde_json::json;
use spacebell_sim::{discord, x};

use crate::detection::starts;
use crate::support::{World, eventually};
use crate::told::{open_streams, pairs};
use crate::{QUIET, Target, figure, percentile};

const HOSTS: u64 = 120;
/// Far enough apart for the limit of one channel.
const BETWEEN: Duration = Duration::from_millis(1_130);

pub async fn measure() {
    let world = World::with(x::Settings::default(), discord::Settings::default()).await;
    let hosts = world.seed_hosts(HOSTS).await;
    let bot = world.start_with(&[QUIET, ("X_PUSH", "stream")]).await;
    let told_of_all = async || (open_streams(&world.x) == 1 && pairs(&world.x) == hosts.len()).then_some(());
    eventually("X tells of all hosts", told_of_all).await;
    // What rings was told, and not found by asking.
    world.x.fault(x::Fault::EmptyLists, x::Scope::everywhere());

    let delays = starts(&world, &hosts, BETWEEN).await;
    figure(
        "push_to_post_p99",
        percentile(&delays, 0.99) * 1e3,
        "ms",
        &Target::AtMost(250.0),
        &json!({
            "meaning": "from X's writing an event on the stream to the post's request at Discord",
            "events": delays.len(),
            "p50": percentile(&delays, 0.5) * 1e3,
            "max": percentile(&delays, 1.0) * 1e3,
            "429_from_x": world.x.refusals(),
            "429_from_discord": world.discord.refusals().rate_limited,
        }),
    );
    bot.stop().await;
}
