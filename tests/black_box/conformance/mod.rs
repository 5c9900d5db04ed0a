//! Conformance: every request that the bot sends and every answer that the stand-ins give, against X's and Discord's
//! own OpenAPI descriptions.
//!
//! The descriptions aren't ours to ship: `SPEC_DIR` names a folder with `discord-openapi.json` and
//! `x-openapi.json`. With it, each [`World`](crate::support::World) holds its exchanges against them when it ends,
//! so whatever a test of this suite does is held. Where a description is known to be wrong or to lack something,
//! [`departures`] says so, with the reason.

mod check;
mod departures;
mod description;
mod proof;
mod tour;
mod tour_discord;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use spacebell_sim::exchange::Exchange;
use spacebell_sim::{discord, x};

use departures::Api;
use description::Description;

/// The most complaints that are told at once.
const TOLD_AT_MOST: usize = 40;

/// Both descriptions, or none without `SPEC_DIR`.
static DESCRIPTIONS: LazyLock<Option<Descriptions>> = LazyLock::new(|| {
    let folder = PathBuf::from(std::env::var_os("SPEC_DIR").filter(|folder| !folder.is_empty())?);
    Some(Descriptions {
        discord: Description::read(Api::Discord, &folder.join("discord-openapi.json")),
        x: Description::read(Api::X, &folder.join("x-openapi.json")),
    })
});

struct Descriptions {
    discord: Description,
    x: Description,
}

/// Whether there are descriptions to hold exchanges against.
pub fn wanted() -> bool {
    DESCRIPTIONS.is_some()
}

/// Holds everything that both stand-ins were asked and answered. Fails the test, unless it failed already: then it
/// only tells.
pub fn hold(x: &x::Server, discord: &discord::Server) {
    let Some(descriptions) = &*DESCRIPTIONS else { return };
    let mut complaints = BTreeSet::new();
    for (description, (exchanges, missed)) in
        [(&descriptions.discord, discord.exchanges()), (&descriptions.x, x.exchanges())]
    {
        complaints.extend(complaints_about(description, &exchanges));
        if missed > 0 {
            complaints.insert(format!("{missed} exchanges weren't kept, so nobody held them"));
        }
    }
    if complaints.is_empty() {
        return;
    }
    let told = tell(&complaints);
    if std::thread::panicking() {
        eprintln!("{told}");
    } else {
        panic!("{told}");
    }
}

fn complaints_about(description: &Description, exchanges: &[Exchange]) -> BTreeSet<String> {
    exchanges.iter().flat_map(|exchange| check::complaints(description, exchange)).collect()
}

fn tell(complaints: &BTreeSet<String>) -> String {
    let first = format!("{} departures from the descriptions:", complaints.len());
    let some = complaints.iter().take(TOLD_AT_MOST).map(|complaint| format!("  {complaint}"));
    std::iter::once(first).chain(some).collect::<Vec<_>>().join("\n")
}

#[test]
fn requests_and_answers_are_held_against_the_descriptions() {
    let mut out = std::io::stderr();
    // Not by `eprintln!`, whose words nobody sees while tests pass.
    let told = if wanted() {
        writeln!(out, "conformance: every exchange is held against the descriptions in SPEC_DIR")
    } else {
        writeln!(
            out,
            "conformance: SKIPPED, nothing is held against X's and Discord's OpenAPI descriptions. To enable, set \
             SPEC_DIR to a folder with discord-openapi.json and x-openapi.json"
        )
    };
    told.expect("somebody reads");
}
