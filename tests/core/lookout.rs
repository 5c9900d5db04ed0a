//! What `/healthz` and `/readyz` say.

use std::time::Duration;

use spacebell::lookout::answers::{liveness, readiness};
use spacebell::lookout::{Kind, Trouble};
use spacebell::pulse::{PATIENCE, Pulse};

use crate::support::at;

#[tokio::test(start_paused = true)]
async fn healthz_is_about_the_pulse_alone() {
    let pulse = Pulse::default();
    let _part = pulse.part("the deliverer");
    assert_eq!(liveness(&pulse.stopped()), Ok("alive\n".to_owned()));
    tokio::time::advance(PATIENCE + Duration::from_secs(1)).await;
    assert_eq!(liveness(&pulse.stopped()), Err("hung: the deliverer turns no more\n".to_owned()));
}

#[test]
fn readyz_gives_each_reason_a_line() {
    assert_eq!(readiness(&[]), Ok("ready\n".to_owned()));
    let kinds = [
        Kind::Store,
        Kind::XToken,
        Kind::XSilent,
        Kind::XCredits,
        Kind::XBudget,
        Kind::Gateway,
        Kind::Discord,
    ];
    let troubles = kinds.map(|kind| Trouble { kind, since: at(0) });
    let said = readiness(&troubles).expect_err("not ready");
    let words: Vec<&str> = said.lines().map(|line| line.split(':').next().unwrap_or(line)).collect();
    let all = ["not ready", "store", "x-token", "x-silent", "x-credits", "x-budget", "gateway", "discord"];
    assert_eq!(words, all);
    assert!(said.contains("X refuses X_BEARER_TOKEN since 2026-08-01T12:00:00Z"), "{said}");
}
