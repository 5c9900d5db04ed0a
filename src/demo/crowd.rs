//! A crowd in a Space: people who come, stay, come in a second wave, and leave, within eight minutes.
//!
//! Owns how many there are at each moment (pure), and the task that lets X know. It ends with the Space.

use std::f64::consts::TAU;
use std::time::Duration;

use spacebell_sim::x::{Phase, Server, SpaceId};

/// How long a crowd is there.
const EVENING: Duration = Duration::from_mins(8);
/// How often people come and go.
const MOVES_EVERY: Duration = Duration::from_secs(2);
/// About how many there are when most are there.
const MOST: f64 = 900.0;

/// Lets a crowd come to a Space, for as long as it is live. What X refuses meanwhile ends it.
pub(super) fn gather(x: &Server, space: &SpaceId) {
    let (x, space) = (x.clone(), space.clone());
    tokio::spawn(async move {
        let steps = EVENING.as_secs() / MOVES_EVERY.as_secs();
        for step in 0..=steps {
            let live = x.space(&space).is_ok_and(|space| space.phase == Phase::Live);
            if !live || x.set_count(&space, people(step, steps)).is_err() {
                return;
            }
            tokio::time::sleep(MOVES_EVERY).await;
        }
    });
}

/// How many are in the room at a step of an evening: a rise, a lull, a second and higher wave, and an end.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a thousand people"
)]
fn people(step: u64, steps: u64) -> u64 {
    let at = step as f64 / steps.max(1) as f64;
    let wave = |middle: f64, width: f64| (-((at - middle) / width).powi(2)).exp();
    let share = 0.62 * wave(0.3, 0.14) + wave(0.68, 0.15);
    let wobble = 1.0 + 0.05 * (TAU * at * 11.0).sin();
    (12.0 + MOST * share * wobble) as u64
}
