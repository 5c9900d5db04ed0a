//! The agenda as a file of iCalendar, RFC 5545. Pure.
//!
//! A Space has the same UID in each file, so that a calendar which takes in a newer one moves what it has.

use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::{SignedDuration, Timestamp};

use crate::commands::reply::File;
use crate::domain::ids::SpaceId;

/// X doesn't say how long a Space will be.
const LASTS: SignedDuration = SignedDuration::from_hours(2);
/// Octets in a line, its break aside.
const LINE_MAX: usize = 75;
/// What made the file.
const PRODUCT: &str = concat!("-//Spacebell//Spacebell ", env!("CARGO_PKG_VERSION"), "//EN");
/// The file's name.
const NAME: &str = "spaces.ics";

/// A Space in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The Space.
    pub space: SpaceId,
    /// Its title, clean of what no line may hold.
    pub title: String,
    /// Its host, likewise.
    pub host: Option<String>,
    /// When it is to begin.
    pub start: Timestamp,
}

/// The file that holds these.
#[must_use]
pub fn calendar(entries: &[Entry], now: Timestamp) -> File {
    let mut calendar = Calendar::empty();
    for property in
        [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    {
        calendar.append_property(Property::from(property));
    }
    for entry in entries {
        calendar.push(event(entry, now));
    }
    File { name: NAME.to_owned(), bytes: folded(&calendar.to_string()).into_bytes(), described: None }
}

fn event(entry: &Entry, now: Timestamp) -> Event {
    let url = entry.space.url();
    let end = entry.start.saturating_add(LASTS).unwrap_or(entry.start);
    let about: Vec<&str> = entry.host.as_deref().into_iter().chain([url.as_str()]).collect();
    let mut event = Event::new();
    event.uid(&format!("{}@spacebell", entry.space));
    event.add_property("DTSTAMP", utc(now));
    event.add_property("DTSTART", utc(entry.start));
    event.add_property("DTEND", utc(end));
    event.summary(&entry.title);
    event.description(&about.join("\n"));
    event.location(&url);
    event.url(&url);
    event
}

/// The same with lines of at most [`LINE_MAX`] octets, the space before what goes on counted: without it, as they come
/// from the builder, they are longer by one.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut length = 0;
    for c in text.replace("\r\n ", "").chars() {
        if c == '\r' || c == '\n' {
            length = 0;
        } else {
            if length + c.len_utf8() > LINE_MAX {
                out.push_str("\r\n ");
                length = 1;
            }
            length += c.len_utf8();
        }
        out.push(c);
    }
    out
}

/// A moment in UTC, as RFC 5545 writes it: `20260801T120000Z`.
fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}
