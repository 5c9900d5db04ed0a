//! Where an axis has its marks. Pure.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

/// Minutes that marks of time may be apart, in which a day or an hour goes up evenly.
const TIME_STEPS: [i64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 10_080];
/// Marks of time on one axis.
const TIMES_MAX: i64 = 9;
/// Steps of counts on one axis.
const COUNTS_MAX: u64 = 5;

/// The marks of an axis of counts that has room for `most`: 0, and equal round steps of which the last is no less.
#[must_use]
pub fn ticks(most: u32) -> Vec<u64> {
    let most = u64::from(most.max(1));
    let mut step = 1_u64;
    let mut factors = [2, 5, 10].into_iter().cycle();
    let mut decade = 1_u64;
    while most.div_ceil(step) > COUNTS_MAX {
        let factor = factors.next().unwrap_or(10);
        step = decade * factor;
        if factor == 10 {
            decade = step;
        }
    }
    (0..=most.div_ceil(step)).map(|nth| nth * step).collect()
}

/// How many minutes apart marks of time are on an axis this long.
#[must_use]
pub fn time_step(span: SignedDuration) -> i64 {
    let minutes = span.as_mins().max(1);
    let fits = |step: &i64| minutes / step < TIMES_MAX;
    TIME_STEPS.into_iter().find(fits).unwrap_or(TIME_STEPS[TIME_STEPS.len() - 1])
}

/// The marks of time between two moments, by the clock of `zone`.
pub(super) fn times(from: Timestamp, until: Timestamp, zone: &TimeZone) -> Vec<Zoned> {
    let step = time_step(until.duration_since(from));
    let unit = step.min(60);
    let begin = from.to_zoned(zone.clone());
    let past = i64::from(begin.minute()) % unit * 60 + i64::from(begin.second());
    let whole = begin.timestamp().as_second() - past;
    let moments = (0..).map(|nth| Timestamp::from_second(whole + nth * unit * 60).unwrap_or(Timestamp::MAX));
    moments
        .take_while(|at| *at <= until && *at < Timestamp::MAX)
        .filter(|at| *at >= from)
        .map(|at| at.to_zoned(zone.clone()))
        .filter(|at| (i64::from(at.hour()) * 60 + i64::from(at.minute())) % step.min(1_440) == 0)
        .take(usize::try_from(TIMES_MAX).unwrap_or(1) + 1)
        .collect()
}
