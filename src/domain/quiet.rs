//! Quiet hours: from when to when a server's posts make no noise. Pure.
//!
//! They are said by a clock on the wall, and a clock that is put forward or back mustn't break them into pieces: a night
//! in which it is put back is quiet from the first time that it shows `from` until the last time that it shows `to`; where it skips a
//! time, that time is the moment of the skip.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// The hours in which posts make no noise, by the server's clock; over midnight where `to` comes before `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Their first minute.
    pub from: Time,
    /// The minute in which they are over.
    pub to: Time,
}

/// Quiet hours that run into each other are counted as one up to so many times: clocks are put back twice a year at most.
const RUN_INTO_EACH_OTHER_MAX: usize = 4;

impl QuietHours {
    /// When the quiet hours that `now` lies in are over; `None` outside of them.
    #[must_use]
    pub fn until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut end = self.end(now, zone)?;
        // By a clock that is put back, the next ones may begin before these are over.
        for _ in 0..RUN_INTO_EACH_OTHER_MAX {
            match self.end(end, zone) {
                Some(later) => end = later,
                None => break,
            }
        }
        Some(end)
    }

    /// When the last ones that `now` lies in end.
    fn end(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = zone.to_datetime(now).date();
        // A night that began yesterday; and one of tomorrow, should the clock be about to be put back over midnight.
        let days = [today.yesterday().ok(), Some(today), today.tomorrow().ok()];
        days.into_iter()
            .flatten()
            .filter_map(|day| {
                let last = if self.to <= self.from { day.tomorrow().ok()? } else { day };
                let begin = first(day.to_datetime(self.from), zone)?;
                let end = last_of(last.to_datetime(self.to), zone)?;
                (begin <= now && now < end).then_some(end)
            })
            .max()
    }
}

/// The first moment at which the clock shows this time, or has skipped it.
fn first(shown: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    moment(shown, zone, false)
}

/// The last moment at which the clock shows this time, or at which it skips it.
fn last_of(shown: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    moment(shown, zone, true)
}

fn moment(shown: DateTime, zone: &TimeZone, last: bool) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(shown);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => ambiguous.unambiguous().ok(),
        AmbiguousOffset::Fold { .. } if last => ambiguous.later().ok(),
        AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
        AmbiguousOffset::Gap { .. } => {
            let after = ambiguous.later().ok()?;
            let just_after = after.checked_add(1.nanosecond()).ok()?;
            zone.preceding(just_after).next().map(|skip| skip.timestamp())
        }
    }
}

/// Not a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of day such as 22:30")]
pub struct NoTime;

/// A time of day as people type it: `7:05`, `22:30`, also in the wide signs of Japanese keyboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay(pub Time);

impl FromStr for TimeOfDay {
    type Err = NoTime;

    fn from_str(typed: &str) -> Result<Self, NoTime> {
        let plain: String = typed.trim().chars().take(8).map(narrow).collect();
        let (hour, minute) = plain.split_once(':').ok_or(NoTime)?;
        let number = |digits: &str, least: usize| {
            let is_number = (least..=2).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
            digits.parse::<i8>().ok().filter(|_| is_number).ok_or(NoTime)
        };
        Time::new(number(hour, 1)?, number(minute, 2)?, 0, 0).map(Self).map_err(|_| NoTime)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

/// A wide sign as the narrow one that it stands for.
fn narrow(c: char) -> char {
    match c {
        '：' => ':',
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        c => c,
    }
}
