//! How much Discord refuses of one Space told in ten thousand channels, three thousand of which take no posts.

use std::time::Duration;

use serde_json::json;

use crate::dead_channels::fan_out;
use crate::{Target, figure};

const CHANNELS: usize = 10_000;
const DEAD: usize = 3_000;
/// A fifth of what Discord bans an address for within ten minutes.
const FIFTH: f64 = 2_000.0;

pub async fn measure() {
    let began = std::time::Instant::now();
    let refused = fan_out(CHANNELS, DEAD, Duration::from_mins(20)).await;
    figure(
        "fan_out_refusals",
        f64::from(u32::try_from(refused).unwrap_or(u32::MAX)),
        "requests",
        &Target::AtMost(FIFTH - 1.0),
        &json!({ "channels": CHANNELS, "dead": DEAD, "took_s": began.elapsed().as_secs_f64() }),
    );
}
