//! What insights say in words: the card beside the picture, and the picture's description. Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::card::{self, Card, Field, Tone, date};
use crate::commands::words::Words;
use crate::domain::ids::Username;
use crate::domain::insights::{Counted, Figures, Habit};
use crate::domain::space::XUser;
use crate::domain::text;
use crate::texts::{Arg, Key, key};

/// Room for a Space's title in the card's.
const TITLE_MAX: usize = 256;
/// Room for a Space's title in a line.
const LINE_TITLE_MAX: usize = 80;
/// The file that a Space's picture is.
pub(super) const ROOM_PICTURE: &str = "room.png";
/// The file that a host's picture is.
pub(super) const HOST_PICTURE: &str = "spaces.png";

/// One Space's card.
pub(super) fn room(
    space: &Counted,
    figures: &Figures,
    host: Option<&XUser>,
    zone: &TimeZone,
    words: Words<'_>,
) -> Card {
    let count = |count: u32| words.with(key("card-count"), &[("count", Arg::from(count))]);
    let clock = |at: Timestamp| format!("<t:{}:t>", at.as_second());
    let peak = [("count", Arg::from(figures.peak.people)), ("clock", clock(figures.peak.taken_at).into())];
    let mut fields = vec![
        field(key("insights-peak"), words.with(key("insights-peak-at"), &peak), words),
        field(key("insights-mean"), count(figures.mean), words),
        field(key("insights-duration"), words.duration(figures.duration), words),
    ];
    fields.extend(figures.speakers.map(|most| field(key("insights-speakers"), count(most), words)));
    let ran = match space.over_at {
        None => words.with(key("insights-live-since"), &[("from", Arg::from(date(space.began_at)))]),
        Some(over_at) => words.with(
            key("insights-ran"),
            &[("from", Arg::from(date(space.began_at))), ("until", Arg::from(date(over_at)))],
        ),
    };
    let counted = words.with(key("insights-counted"), &[("minutes", Arg::from(figures.counted))]);
    Card {
        title: Some(title(space, TITLE_MAX, words)),
        url: Some(space.id.url()),
        author: host.map(card::author),
        description: Some(format!("{ran}\n{counted}")),
        fields,
        footer: Some(footer(zone, words)),
        picture: Some(ROOM_PICTURE.to_owned()),
        tone: if space.over_at.is_none() { Tone::Live } else { Tone::Over },
    }
}

/// What a Space's picture shows.
pub(super) fn room_described(figures: &Figures, zone: &TimeZone, words: Words<'_>) -> String {
    let at = figures.peak.taken_at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    let mut values = vec![
        ("duration", Arg::from(words.duration(figures.duration))),
        ("peak", Arg::from(figures.peak.people)),
        ("time", Arg::from(at)),
        ("mean", Arg::from(figures.mean)),
    ];
    let said = match figures.speakers {
        None => words.with(key("insights-described"), &values),
        Some(most) => {
            values.push(("speakers", Arg::from(most)));
            words.with(key("insights-described-speakers"), &values)
        }
    };
    format!("{said} {}", words.with(key("insights-counted"), &[("minutes", Arg::from(figures.counted))]))
}

/// A host's card.
pub(super) fn host(
    username: &Username,
    spaces: &[(Counted, Figures)],
    habit: Option<Habit>,
    zone: &TimeZone,
    words: Words<'_>,
) -> Card {
    let lines = spaces.iter().rev().map(|(space, figures)| {
        let values = [
            ("when", Arg::from(format!("<t:{}:f>", space.began_at.as_second()))),
            ("title", Arg::from(linked_title(space, words))),
            ("peak", Arg::from(figures.peak.people)),
            ("mean", Arg::from(figures.mean)),
            ("duration", Arg::from(words.duration(figures.duration))),
        ];
        words.with(key("insights-line"), &values)
    });
    let usual = match habit {
        None => words.say(key("insights-no-habit")),
        Some(Habit { weekday, hour }) => {
            let day = weekday.to_monday_one_offset();
            let day = words.with(key("insights-weekday"), &[("day", Arg::from(i64::from(day)))]);
            let hour = format!("{hour:02}:00");
            words.with(key("insights-habit"), &[("day", Arg::from(day)), ("hour", Arg::from(hour))])
        }
    };
    let head = [("host", Arg::from(card::handle(username))), ("count", Arg::from(spaces.len()))];
    Card {
        title: Some(words.with(key("insights-host-title"), &head)),
        url: Some(card::profile_url(username)),
        description: Some(lines.collect::<Vec<_>>().join("\n")),
        fields: vec![Field { inline: false, ..field(key("insights-usually"), usual, words) }],
        footer: Some(footer(zone, words)),
        picture: Some(HOST_PICTURE.to_owned()),
        tone: Tone::Plain,
        ..Card::default()
    }
}

/// What a host's picture shows.
pub(super) fn host_described(spaces: &[(Counted, Figures)], zone: &TimeZone, words: Words<'_>) -> String {
    let each = spaces.iter().map(|(space, figures)| {
        let at = space.began_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
        let values = [
            ("when", Arg::from(at)),
            ("peak", Arg::from(figures.peak.people)),
            ("mean", Arg::from(figures.mean)),
            ("duration", Arg::from(words.duration(figures.duration))),
        ];
        words.with(key("insights-described-space"), &values)
    });
    let head = words.with(key("insights-described-host"), &[("count", Arg::from(spaces.len()))]);
    [head].into_iter().chain(each).collect::<Vec<_>>().join(" ")
}

/// The title as a link, without a preview of it.
fn linked_title(space: &Counted, words: Words<'_>) -> String {
    format!("[{}](<{}>)", title(space, LINE_TITLE_MAX, words), space.id.url())
}

fn title(space: &Counted, limit: usize, words: Words<'_>) -> String {
    match &space.title {
        // Its words aren't kept any more.
        None => words.say(key("insights-past")),
        Some(title) => text::marked_down(title, limit).unwrap_or_else(|| words.say(key("general-untitled"))),
    }
}

fn footer(zone: &TimeZone, words: Words<'_>) -> String {
    let name = zone.iana_name().unwrap_or("UTC").to_owned();
    words.with(key("insights-footer"), &[("zone", Arg::from(name))])
}

fn field(name: Key, value: String, words: Words<'_>) -> Field {
    Field { name: words.say(name), value, inline: true }
}
