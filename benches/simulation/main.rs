//! How soon starts are seen: the shipped planner, limits and lifecycle in virtual time, one JSON line a figure.
//!
//! `cargo bench --bench simulation` runs all; `cargo bench --bench simulation -- 30000` one number of hosts. It ends with an
//! error if a figure misses its target. All is drawn from one seed, so each run prints the same.

mod plans;
mod run;
mod tally;
mod world;
mod x;

use std::collections::HashSet;
use std::process::ExitCode;

use serde_json::{Value, json};
use spacebell::x::Prices;

use plans::{Optimum, Plan};
use run::{Run, moment};
use tally::{Tally, thousandths};
use world::{DAY, MINUTE, World};

const SEED: u64 = 1;
/// Requests a window, by X's documents.
const LIMIT: u32 = 300;
/// The time between two visits: 15 minutes in four fifths of that.
const PACE: i64 = 3_750;
/// Days before what is measured, in which the planner learns.
const WARM_UP: i64 = 14 * DAY;
/// Spaces a week that no host exceeds.
const MOST: f64 = 21.0;
/// The same where there is no such cap: one Space has to end before the next.
const UNCAPPED: f64 = 500.0;
/// Hosts that can be pushed to those who serve themselves: 1,500 subscriptions of one event each.
const PUSHED: usize = 750;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |hosts: usize| words.is_empty() || words.contains(&hosts.to_string());
    let mut met = true;
    for hosts in [100, 1_000, 10_000, 30_000] {
        if wanted(hosts) {
            met &= measure(hosts, MOST, "");
        }
    }
    if wanted(30_000) {
        met &= measure(30_000, UNCAPPED, "_uncapped");
    }
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All contenders for one number of hosts; whether each target is met.
fn measure(hosts: usize, most: f64, suffix: &str) -> bool {
    // Fewer starts say less, so fewer hosts are watched for longer.
    let measured = if hosts < 10_000 { 28 * DAY } else { 7 * DAY };
    let end = WARM_UP + measured;
    let world = World::new(hosts, most, (end + DAY) / DAY, SEED);
    let optimum = Optimum::of(&world.rates, PACE);
    let name = |contender: &str| format!("simulation_{hosts}{suffix}_{contender}");

    let learn = Run::new(&world, Plan::shipped(hosts, moment(0)), HashSet::new(), LIMIT, 0);
    let (learned, warm_up) = learn.go(WARM_UP, WARM_UP);
    print(&name("shipped_warm_up"), &warm_up, &json!({}));
    let go = |plan: Plan, pushed: HashSet<usize>| {
        Run::new(&world, plan, pushed, LIMIT, WARM_UP).go(end, end + 40 * MINUTE).1
    };
    let (shipped, driven, sweep, pushed) = std::thread::scope(|scope| {
        let busiest = learned.busiest(PUSHED, hosts, moment(WARM_UP));
        let with_push = learned.clone();
        let pushed = scope.spawn(move || go(with_push, busiest));
        let shipped = scope.spawn(move || go(learned, HashSet::new()));
        let driven = scope.spawn(|| go(Plan::optimum(&optimum, WARM_UP), HashSet::new()));
        let sweep = scope.spawn(|| go(Plan::sweep(hosts, 0), HashSet::new()));
        let done = |run: std::thread::ScopedJoinHandle<'_, Tally>| run.join().expect("a run ends");
        (done(shipped), done(driven), done(sweep), done(pushed))
    });
    let minute = go(Plan::sweep(hosts, MINUTE), HashSet::new());
    print(&name("shipped"), &shipped, &json!({}));
    print(&name("shipped_750_pushed"), &pushed, &json!({}));
    print(&name("sweep"), &sweep, &json!({}));
    let needs =
        json!({ "requests_needed_in_15_min": Optimum::requests_for_a_minute(hosts), "allowed": LIMIT });
    print(&name("minute_sweep"), &minute, &needs);
    print(&name("optimum"), &driven, &json!({ "by_the_formula_s": thousandths(optimum.mean_secs) }));

    let all = [&warm_up, &shipped, &pushed, &sweep, &minute, &driven];
    let refusals: u64 = all.iter().map(|tally| tally.refusals).sum();
    let mut met = held(&name("429"), whole(refusals), "of X", 0.0, &json!({}));
    let unvisited = [&warm_up, &shipped, &pushed].map(|tally| tally.longest_unvisited).into_iter().max();
    let minutes = world::in_millis(unvisited.unwrap_or(0)) / world::in_millis(MINUTE);
    met &= held(&name("longest_unvisited"), minutes, "min", 35.0, &json!({}));
    met &= held(&name("dollars_a_space"), shipped.dollars_a_space(), "$", 0.02, &json!({}));
    let to_optimum = shipped.mean_secs() / optimum.mean_secs;
    let to_sweep = shipped.mean_secs() / sweep.mean_secs();
    let p99 = |tally: &Tally| tally::percentile(&tally::sorted(&tally.delays), 0.99);
    let beside = json!({ "p99_s": p99(&shipped), "p99_of_the_sweep_s": p99(&sweep),
        "of_the_optimum_that_was_run": thousandths(shipped.mean_secs() / driven.mean_secs()) });
    if hosts == 100 {
        let p95 = tally::percentile(&tally::sorted(&shipped.delays), 0.95);
        met &= held(&name("p95"), p95, "s", 4.5, &json!({}));
    } else if hosts == 30_000 && most <= MOST {
        met &= held(&name("of_the_optimum"), to_optimum, "of its mean", 1.15, &beside);
        met &= held(&name("of_the_sweep"), to_sweep, "of its mean", 0.73, &beside);
    } else {
        told(&name("of_the_optimum"), to_optimum, "of its mean", &beside);
        told(&name("of_the_sweep"), to_sweep, "of its mean", &beside);
    }
    met
}

/// Prints a run: its mean delay, and all else.
fn print(figure: &str, tally: &Tally, more: &Value) {
    let mut seen = tally.to_json(Prices::default().event);
    if let (Some(seen), Some(more)) = (seen.as_object_mut(), more.as_object()) {
        seen.extend(more.clone());
    }
    told(figure, tally.mean_secs(), "s, mean", &seen);
}

/// Prints a figure that has no target.
fn told(figure: &str, value: f64, unit: &str, seen: &Value) {
    println!("{}", json!({ "figure": figure, "value": thousandths(value), "unit": unit, "seen": seen }));
}

/// Prints a figure; whether it is at most what it should be.
fn held(figure: &str, value: f64, unit: &str, most: f64, seen: &Value) -> bool {
    let met = value <= most;
    let line = json!({ "figure": figure, "value": thousandths(value), "unit": unit,
        "target": format!("at most {most}"), "met": met, "seen": seen });
    println!("{line}");
    met
}

#[expect(clippy::cast_precision_loss, reason = "a few")]
const fn whole(count: u64) -> f64 {
    count as f64
}
