//! Figures as CSV files. Pure.
//!
//! Source: RFC 4180. Times are UTC, so that they are the same in every server's file. Programs that open such files run
//! what begins like a formula, so other people's words that do begin with an apostrophe.

use jiff::Timestamp;

use crate::domain::insights::{Counted, Figures};
use crate::domain::text;

/// What a formula begins with, in one program or another.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// The longest title, in UTF-16 units.
const TITLE_MAX: usize = 300;

/// A room over time: a line a minute that was counted in.
#[must_use]
pub fn room(space: &Counted) -> Vec<u8> {
    let mut table = line(["time_utc", "people_in_room", "speakers", "cohosts"].map(str::to_owned));
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    for sample in &space.samples {
        table += &line([
            moment(sample.taken_at),
            sample.people.to_string(),
            number(sample.speakers),
            number(sample.cohosts),
        ]);
    }
    table.into_bytes()
}

/// Spaces side by side: a line each.
#[must_use]
pub fn spaces(spaces: &[(Counted, Figures)]) -> Vec<u8> {
    let head = ["space_id", "title", "began_utc", "ended_utc", "minutes", "peak", "mean", "minutes_counted"];
    let mut table = line(head.map(str::to_owned));
    for (space, figures) in spaces {
        table += &line([
            space.id.to_string(),
            words(space.title.as_deref().unwrap_or_default()),
            moment(space.began_at),
            space.over_at.map(moment).unwrap_or_default(),
            figures.duration.as_mins().to_string(),
            figures.peak.people.to_string(),
            figures.mean.to_string(),
            figures.counted.to_string(),
        ]);
    }
    table.into_bytes()
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Other people's words, which do nothing.
fn words(words: &str) -> String {
    let words = text::plain(words, TITLE_MAX).unwrap_or_default();
    // A mark before it that can't be seen hides no formula from the program that opens the file.
    let begins = words.chars().find(|c| !matches!(c, '\u{2066}'..='\u{2069}') && !c.is_whitespace());
    if begins.is_some_and(|c| FORMULA.contains(&c)) || words.starts_with(FORMULA) {
        format!("'{words}")
    } else {
        words
    }
}

fn line<const N: usize>(cells: [String; N]) -> String {
    let cells = cells.map(|cell| {
        let is_plain = !cell.contains(['"', ',', '\r', '\n']) && cell.trim() == cell;
        if is_plain { cell } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    });
    format!("{}\r\n", cells.join(","))
}
