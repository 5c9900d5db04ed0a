//! What a room's counts tell: its peak, its mean, how long it ran, and when a host usually begins. Pure.
//!
//! A count is what X showed, or it isn't there: nothing is made up for a minute without one.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::ids::SpaceId;

/// Counts that a picture needs: fewer show no course.
pub const COUNTS_MIN: usize = 3;
/// Two counts further apart than this have a gap between them. X is asked about once a minute, so that one minute may
/// fall between two answers.
pub const GAP_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// Spaces from which a habit is read.
pub const HABIT_MIN: usize = 3;

/// What X showed of a live Space in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The beginning of the minute.
    pub taken_at: Timestamp,
    /// People in the room, hosts and speakers included.
    pub people: u32,
    /// Speakers, where X listed them.
    pub speakers: Option<u32>,
    /// Hosts besides the creator, where X listed hosts.
    pub cohosts: Option<u32>,
}

/// A Space that was counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Which.
    pub id: SpaceId,
    /// Its title; `None` where it isn't kept any more.
    pub title: Option<String>,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was over; `None` while it is live.
    pub over_at: Option<Timestamp>,
    /// The counts, in order.
    pub samples: Vec<Sample>,
}

/// What the counts of a Space come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The fullest minute.
    pub peak: Sample,
    /// People in the room on average, over the minutes that were counted in.
    pub mean: u32,
    /// The most speakers at once, where X listed them.
    pub speakers: Option<u32>,
    /// How long it ran, or runs by now.
    pub duration: SignedDuration,
    /// Minutes that were counted in.
    pub counted: usize,
}

/// When a host usually begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habit {
    /// On which day of the week, by the clock that it was asked for.
    pub weekday: Weekday,
    /// In which hour, 0 to 23.
    pub hour: i8,
}

impl Counted {
    /// What its counts come to at `now`; `None` where there are too few.
    #[must_use]
    pub fn figures(&self, now: Timestamp) -> Option<Figures> {
        let samples = &self.samples;
        if samples.len() < COUNTS_MIN {
            return None;
        }
        // The first of the fullest minutes.
        let peak = samples.iter().rev().max_by_key(|sample| sample.people)?;
        let sum: u64 = samples.iter().map(|sample| u64::from(sample.people)).sum();
        let count = u64::try_from(samples.len()).unwrap_or(u64::MAX);
        let end = self.over_at.unwrap_or(now);
        Some(Figures {
            peak: *peak,
            mean: u32::try_from((sum + count / 2) / count).unwrap_or(u32::MAX),
            speakers: samples.iter().filter_map(|sample| sample.speakers).max(),
            duration: end.duration_since(self.began_at).max(SignedDuration::ZERO),
            counted: samples.len(),
        })
    }

    /// The counts in runs without a gap.
    pub fn runs(&self) -> impl Iterator<Item = &[Sample]> {
        self.samples.chunk_by(|one, next| next.taken_at.duration_since(one.taken_at) <= GAP_AFTER)
    }

    /// From when until when its picture is, at `now`: its own time, and at least all of its counts.
    #[must_use]
    pub fn span(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let first = self.samples.first().map_or(self.began_at, |sample| sample.taken_at);
        let last = self.samples.last().map_or(self.began_at, |sample| sample.taken_at);
        (self.began_at.min(first), self.over_at.unwrap_or(now).max(last))
    }
}

/// The weekday on which most of these begin, by `zone`, and the hour in which most do; the later ones decide between
/// equals. `None` where there are too few to speak of a habit.
#[must_use]
pub fn habit(begun: &[Timestamp], zone: &TimeZone) -> Option<Habit> {
    if begun.len() < HABIT_MIN {
        return None;
    }
    let mut begun = begun.to_vec();
    begun.sort_unstable();
    let begun: Vec<_> = begun.iter().map(|at| at.to_zoned(zone.clone())).collect();
    Some(Habit {
        weekday: most_common(begun.iter().map(jiff::Zoned::weekday))?,
        hour: most_common(begun.iter().map(jiff::Zoned::hour))?,
    })
}

/// What comes most often; of equals the one that came last.
fn most_common<T: PartialEq + Copy>(items: impl Iterator<Item = T>) -> Option<T> {
    let items: Vec<T> = items.collect();
    let often = |item: &T| items.iter().filter(|other| *other == item).count();
    items.iter().max_by_key(|item| often(item)).copied()
}
