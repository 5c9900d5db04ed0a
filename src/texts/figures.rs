//! Numbers and lengths of time as people read them.

use fluent_bundle::FluentValue;
use jiff::SignedDuration;

use super::{Arg, Key, Locale, Texts, key};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Texts {
    /// A length of time to the minute, such as `1 h 12 min`; under a minute to the second, from a day to the hour.
    /// It is rounded down; a negative one counts as none.
    #[must_use]
    pub fn duration(&self, locale: Locale, duration: SignedDuration) -> String {
        let seconds = duration.as_secs().max(0);
        let (days, hours) = (seconds / DAY, seconds % DAY / HOUR);
        let minutes = seconds % HOUR / MINUTE;
        let said = |key: Key, parts: [(&str, i64); 2]| {
            self.get(locale, key, &parts.map(|(name, number)| (name, Arg::from(number))))
        };
        match (days, hours, minutes) {
            (0, 0, 0) => said(key("duration-seconds"), [("seconds", seconds), ("minutes", 0)]),
            (0, 0, _) => said(key("duration-minutes"), [("minutes", minutes), ("hours", 0)]),
            (0, _, 0) => said(key("duration-hours"), [("hours", hours), ("minutes", 0)]),
            (0, _, _) => said(key("duration-hours-minutes"), [("hours", hours), ("minutes", minutes)]),
            (_, 0, _) => said(key("duration-days"), [("days", days), ("hours", 0)]),
            (_, _, _) => said(key("duration-days-hours"), [("days", days), ("hours", hours)]),
        }
    }
}

/// A whole number with its thousands grouped, such as `12,345`: so in English and in Japanese.
#[must_use]
pub fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Fluent's hook: whole numbers grouped, everything else as it is.
pub(super) fn formatted<M>(value: &FluentValue<'_>, _memoizer: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    number.as_string().parse::<i128>().ok().map(grouped)
}
