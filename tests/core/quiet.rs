//! Quiet hours: by the server's clock, over midnight, and where a clock is put forward or back.

use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use spacebell::domain::quiet::{QuietHours, TimeOfDay};
use spacebell::domain::settings::GuildSettings;
use spacebell::domain::zones;

fn zone(name: &str) -> TimeZone {
    zones::named(name).expect("a zone").0
}

fn hours(from: Time, to: Time) -> QuietHours {
    QuietHours { from, to }
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// The clock alone: whether it shows a time within the hours.
fn shows(quiet: QuietHours, now: Timestamp, zone: &TimeZone) -> bool {
    let clock = zone.to_datetime(now).time();
    if quiet.from < quiet.to {
        (quiet.from..quiet.to).contains(&clock)
    } else {
        clock >= quiet.from || clock < quiet.to
    }
}

#[test]
fn a_night_lasts_over_midnight_and_ends_in_its_minute() {
    let night = hours(time(22, 0, 0, 0), time(7, 0, 0, 0));
    let tokyo = zone("Asia/Tokyo");
    for (now, until) in [
        ("2026-08-01T12:59:59Z", None),
        ("2026-08-01T13:00:00Z", Some("2026-08-01T22:00:00Z")),
        ("2026-08-01T21:59:59.999Z", Some("2026-08-01T22:00:00Z")),
        ("2026-08-01T22:00:00Z", None),
    ] {
        assert_eq!(night.until(moment(now), &tokyo), until.map(moment), "{now}");
    }
}

#[test]
fn a_clock_put_forward_skips_what_it_skips() {
    // In Berlin it is 2:00 and then 3:00, at 1:00 UTC.
    let berlin = zone("Europe/Berlin");
    let skip = moment("2026-03-29T01:00:00Z");
    let until = |from, to, now: &str| hours(from, to).until(moment(now), &berlin);
    assert_eq!(until(time(23, 0, 0, 0), time(2, 30, 0, 0), "2026-03-29T00:30:00Z"), Some(skip));
    assert_eq!(until(time(23, 0, 0, 0), time(2, 30, 0, 0), "2026-03-29T01:00:00Z"), None);
    let morning = moment("2026-03-29T05:00:00Z");
    assert_eq!(until(time(2, 30, 0, 0), time(7, 0, 0, 0), "2026-03-29T00:59:00Z"), None);
    assert_eq!(until(time(2, 30, 0, 0), time(7, 0, 0, 0), "2026-03-29T01:00:00Z"), Some(morning));
    // All of it is skipped.
    for now in ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"] {
        assert_eq!(until(time(2, 10, 0, 0), time(2, 50, 0, 0), now), None, "{now}");
    }
}

#[test]
fn a_clock_put_back_breaks_no_night_in_two() {
    // In Berlin it is 3:00 and then 2:00 again, at 1:00 UTC: 2:30 is at 0:30 and at 1:30.
    let berlin = zone("Europe/Berlin");
    let until = |from, to, now: &str| hours(from, to).until(moment(now), &berlin);
    let end = Some(moment("2026-10-25T01:30:00Z"));
    for now in ["2026-10-24T21:00:00Z", "2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z"] {
        assert_eq!(until(time(23, 0, 0, 0), time(2, 30, 0, 0), now), end, "{now}");
    }
    assert_eq!(until(time(23, 0, 0, 0), time(2, 30, 0, 0), "2026-10-25T01:30:00Z"), None);
    let morning = Some(moment("2026-10-25T06:00:00Z"));
    for now in ["2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", "2026-10-25T03:00:00Z"] {
        assert_eq!(until(time(2, 30, 0, 0), time(7, 0, 0, 0), now), morning, "{now}");
    }
}

#[test]
fn nearly_a_whole_day_that_a_clock_put_back_runs_into_the_next_one_is_one_stretch() {
    // From 2:45 to 2:15: the first 2:45 comes before the second 2:15.
    let berlin = zone("Europe/Berlin");
    let long = hours(time(2, 45, 0, 0), time(2, 15, 0, 0));
    let end = Some(moment("2026-10-26T01:15:00Z"));
    for now in
        ["2026-10-24T12:00:00Z", "2026-10-25T00:20:00Z", "2026-10-25T00:50:00Z", "2026-10-25T01:30:00Z"]
    {
        let until = long.until(moment(now), &berlin);
        assert_eq!(until, end, "{now}");
    }
    assert_eq!(long.until(moment("2026-10-26T01:20:00Z"), &berlin), None);
}

#[test]
fn times_are_read_as_people_write_them() {
    for (typed, hour, minute) in
        [("7:05", 7, 5), (" 22:30 ", 22, 30), ("００：００", 0, 0), ("23:59", 23, 59)]
    {
        let read: TimeOfDay = typed.parse().expect("a time");
        assert_eq!(read.0, time(hour, minute, 0, 0));
    }
    assert_eq!(TimeOfDay(time(7, 5, 0, 0)).to_string(), "07:05");
}

#[test]
fn zones_are_found_however_they_are_cased_and_those_that_are_none_are_utc() {
    assert_eq!(zones::named("eUROPE/bERLIN").expect("a zone").1, "Europe/Berlin");
    assert!(zones::names().count() > 400 && zones::named("Europe/Atlantis").is_none());
    let lost = GuildSettings { timezone: Some("Europe/Atlantis".to_owned()), ..GuildSettings::default() };
    assert_eq!(lost.zone(), TimeZone::UTC);
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(zones::names().collect::<Vec<_>>()).prop_map(|name| zone(&name))
}

fn any_time() -> impl Strategy<Value = Time> {
    (0_i8..24, 0_i8..60).prop_map(|(hour, minute)| time(hour, minute, 0, 0))
}

prop_compose! {
    /// Any moment of half a century, often beside a change of the zone's clock.
    fn any_case()(zone in any_zone(), from in any_time(), to in any_time(), second in 0_i64..2_200_000_000,
        beside in any::<bool>(), off in -10_800_i64..10_800) -> (TimeZone, QuietHours, Timestamp) {
        let anywhere = Timestamp::from_second(second).expect("a time");
        let change = zone.following(anywhere).next().filter(|_| beside).map_or(anywhere, |change| change.timestamp());
        let now = change.checked_add(SignedDuration::from_secs(off)).expect("a time");
        (zone, QuietHours { from, to }, now)
    }
}

proptest! {
    #[test]
    fn while_the_clock_shows_a_quiet_time_it_is_quiet((zone, quiet, now) in any_case()) {
        prop_assume!(quiet.from != quiet.to);
        if shows(quiet, now, &zone) {
            prop_assert!(quiet.until(now, &zone).is_some());
        }
    }

    #[test]
    fn it_is_quiet_without_a_break_until_the_end_and_the_clock_shows_that_end((zone, quiet, now) in any_case()) {
        prop_assume!(quiet.from != quiet.to);
        if let Some(end) = quiet.until(now, &zone) {
            prop_assert!(now < end && end.duration_since(now) <= SignedDuration::from_hours(5 * 26));
            for part in 0..8 {
                let between = now + (end.duration_since(now) / 8) * part;
                prop_assert_eq!(quiet.until(between, &zone), Some(end));
            }
            // The hour is over, unless another night has begun by a clock that was put back.
            let after = zone.to_datetime(end).time();
            let skipped = zone.preceding(end.checked_add(1.nanosecond()).expect("a time")).next();
            prop_assert!(after == quiet.to || skipped.is_some_and(|skip| skip.timestamp() == end));
        }
    }

    #[test]
    fn where_no_clock_is_changed_it_is_quiet_exactly_while_it_shows_it((zone, quiet, now) in any_case()) {
        prop_assume!(quiet.from != quiet.to);
        let near = |change: Option<Timestamp>| {
            change.is_some_and(|change| change.duration_since(now).abs() < SignedDuration::from_hours(52))
        };
        prop_assume!(!near(zone.following(now).next().map(|change| change.timestamp())));
        prop_assume!(!near(zone.preceding(now).next().map(|change| change.timestamp())));
        prop_assert_eq!(quiet.until(now, &zone).is_some(), shows(quiet, now, &zone));
    }
}
