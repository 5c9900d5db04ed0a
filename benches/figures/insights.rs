//! How long the picture of a Space of twelve hours takes, and a minute's counts of a thousand live Spaces.

use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use spacebell::domain::ids::SpaceId;
use spacebell::domain::insights::{Counted, Sample};
use spacebell::plot;
use spacebell::store::Store;

use crate::{Target, figure, percentile};

const MINUTES: u32 = 12 * 60;
const PICTURES: usize = 20;
const ROOMS: u32 = 1_000;
/// Spaces in one answer of X.
const ANSWER: usize = 100;

pub async fn measure() {
    let began_at: Timestamp = "2026-08-01T12:00:00Z".parse().expect("a moment");
    let minute = |minute: u32| began_at + SignedDuration::from_mins(minute.into());
    let sample = |at: u32| Sample {
        taken_at: minute(at),
        people: 1_000 + at * 7 % 900,
        speakers: Some(1 + at % 10),
        cohosts: Some(2),
    };
    let space = Counted {
        id: "1a".parse().expect("an id"),
        title: None,
        began_at,
        over_at: Some(minute(MINUTES)),
        samples: (0..MINUTES).filter(|at| at % 97 > 5).map(sample).collect(),
    };
    let figures = space.figures(began_at).expect("figures");
    let mut took = Vec::new();
    let mut bytes = 0;
    for _ in 0..PICTURES {
        let begun = Instant::now();
        bytes = plot::room(&space, &figures, &TimeZone::UTC, began_at).expect("a picture").len();
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    figure(
        "insights_picture",
        took.last().expect("pictures").as_secs_f64() * 1_000.0,
        "ms",
        &Target::AtMost(300.0),
        &json!({ "minutes": MINUTES, "pictures": PICTURES, "p50": percentile(&took, 0.5) * 1_000.0, "octets": bytes }),
    );

    let folder = tempfile::tempdir().expect("a folder");
    let store =
        Store::open(&format!("sqlite://{}", folder.path().join("bell.db").display())).await.expect("a store");
    let rooms: Vec<(SpaceId, Sample)> =
        (0..ROOMS).map(|room| (format!("1a{room}").parse().expect("an id"), sample(room % 60))).collect();
    let begun = Instant::now();
    for answer in rooms.chunks(ANSWER) {
        store.keep_samples(answer).await.expect("kept");
    }
    figure(
        "insights_counts",
        begun.elapsed().as_secs_f64() * 1_000.0,
        "ms",
        &Target::AtMost(1_000.0),
        &json!({ "live_spaces": ROOMS, "statements": rooms.len().div_ceil(ANSWER), "meaning": "a minute's counts, kept on SQLite" }),
    );
}
