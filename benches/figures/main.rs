//! The figures of docs/benchmarks.md: the shipped program against the stand-ins, one JSON line a figure.
//!
//! `cargo bench` prints all of them; `cargo bench -- detection` those whose name holds a word. It
//! ends with an error if a figure misses its target.

#![expect(clippy::disallowed_methods, reason = "what is measured happens in real time")]

#[path = "../../tests/black_box/dead_channels.rs"]
mod dead_channels;
#[path = "../../tests/postgres/mod.rs"]
mod postgres;
#[path = "../../tests/black_box/support.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod support;
#[path = "../../tests/black_box/told.rs"]
mod told;

/// What is measured isn't held against descriptions.
mod conformance {
    pub const fn wanted() -> bool {
        false
    }

    pub const fn hold(_: &spacebell_sim::x::Server, _: &spacebell_sim::discord::Server) {}
}

mod autocomplete;
mod commands;
mod crowd;
mod detection;
mod fan_out;
mod idle;
mod import;
mod index;
mod insights;
mod keywords;
mod outbox;
mod push;
mod recovery;
mod refusals;
mod stock;
mod words;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use peak_alloc::PeakAlloc;
use serde_json::{Value, json};

/// Counts what this program itself takes: the stand-ins, and what is measured through the library.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[tokio::main]
async fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    if wants("idle") {
        idle::measure().await;
    }
    if wants("commands") {
        commands::measure().await;
    }
    if wants("import") {
        import::measure().await;
    }
    if wants("autocomplete") {
        autocomplete::measure().await;
    }
    if wants("insights") {
        insights::measure().await;
    }
    if wants("keywords") {
        keywords::measure();
    }
    if wants("index") {
        index::measure().await;
    }
    if wants("outbox") {
        outbox::measure().await;
    }
    if wants("fan_out") {
        fan_out::measure().await;
    }
    if wants("refusals") {
        refusals::measure().await;
    }
    if wants("recovery") {
        recovery::measure().await;
    }
    if wants("push") {
        push::measure().await;
    }
    if wants("detection") {
        detection::measure().await;
    }
    if MISSED.load(Ordering::SeqCst) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The program logs as it does by default, and not as for the tests.
const QUIET: (&str, &str) = ("RUST_LOG", "warn,spacebell=info");

/// What a figure should be.
enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// Whether a figure missed its target.
static MISSED: AtomicBool = AtomicBool::new(false);

/// Prints a figure: its name, its value and unit, what it should be, and what else was seen.
fn figure(name: &str, value: f64, unit: &str, target: &Target, more: &Value) {
    let rounded = (value * 1000.0).round() / 1000.0;
    let (met, words) = match target {
        Target::AtLeast(least) => (value >= *least, format!("at least {least}")),
        Target::AtMost(most) => (value <= *most, format!("at most {most}")),
    };
    if !met {
        MISSED.store(true, Ordering::SeqCst);
    }
    let line = json!({
        "figure": name, "value": rounded, "unit": unit, "target": words, "met": met, "seen": more,
    });
    println!("{line}");
}

/// The smallest of `sorted` that this part of them doesn't exceed, in seconds.
fn percentile(sorted: &[Duration], part: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    let place = ((sorted.len() as f64 * part).ceil() as usize).clamp(1, sorted.len()) - 1;
    sorted[place].as_secs_f64()
}
