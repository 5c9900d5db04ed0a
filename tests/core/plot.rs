//! Pictures: a PNG of its size, whose lines stand where the counts say, and which is read on dark and on light.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use spacebell::domain::insights::{Counted, Sample};
use spacebell::plot::{
    BACKGROUND, Bar, Colour, FAINT_INK, HEIGHT, INK, PEAK, PEOPLE, RoomFrame, SPEAKERS, WIDTH, host, room,
    ticks, time_step,
};
use tiny_skia::Pixmap;

use crate::support::{at, id};

fn sample(minute: i64, people: u32, speakers: Option<u32>) -> Sample {
    Sample { taken_at: at(60 * minute), people, speakers, cohosts: None }
}

fn space(minutes: i64, samples: Vec<Sample>) -> Counted {
    Counted { id: id("1a"), title: None, began_at: at(0), over_at: Some(at(60 * minutes)), samples }
}

/// A room that fills, thins out, isn't counted for a while, and fills again.
fn waves(minutes: i64, speakers: bool) -> Counted {
    let people = |minute: i64| {
        let minute = f64::from(i32::try_from(minute).expect("few"));
        let course = (minute / 37.0).sin().mul_add(900.0, 1_800.0) + (minute / 5.0).cos() * 60.0;
        // A test's curve is positive and small.
        format!("{course:.0}").parse().expect("a count")
    };
    let is_counted = |minute: &i64| !(minutes * 6 / 10..minutes * 7 / 10).contains(minute);
    let samples = (0..minutes).filter(is_counted);
    let speaking = |minute: i64| speakers.then(|| u32::try_from(1 + minute / 9 % 7).expect("few"));
    space(minutes, samples.map(|minute| sample(minute, people(minute), speaking(minute))).collect())
}

fn drawn(space: &Counted) -> (Pixmap, RoomFrame) {
    let now = at(0);
    let figures = space.figures(now).expect("figures");
    let png = room(space, &figures, &TimeZone::UTC, now).expect("a picture");
    keep("room", space.samples.len(), &png);
    let pixels = Pixmap::decode_png(&png).expect("a PNG");
    (pixels, RoomFrame::of(space, &figures, now))
}

/// Leaves a picture to be looked at, where PICTURES names a folder.
fn keep(name: &str, number: usize, png: &[u8]) {
    if let Ok(folder) = std::env::var("PICTURES") {
        std::fs::write(format!("{folder}/{name}-{number}.png"), png).expect("written");
    }
}

/// Whether a pixel of nearly this colour is within two pixels of a place.
fn shows(pixels: &Pixmap, (x, y): (f32, f32), Colour(red, green, blue): Colour) -> bool {
    let near = |one: u8, other: u8| one.abs_diff(other) < 24;
    (-2..=2_i32).any(|right| {
        (-2..=2_i32).any(|down| {
            let place = |at: f32, by: i32| format!("{at:.0}").parse::<i32>().expect("a place") + by;
            let (x, y) = (u32::try_from(place(x, right)), u32::try_from(place(y, down)));
            let pixel = x.ok().zip(y.ok()).and_then(|(x, y)| pixels.pixel(x, y));
            pixel.is_some_and(|pixel| {
                near(pixel.red(), red) && near(pixel.green(), green) && near(pixel.blue(), blue)
            })
        })
    })
}

#[test]
fn the_line_stands_where_the_counts_say_and_a_gap_is_empty() {
    let space = waves(120, true);
    let (pixels, frame) = drawn(&space);
    assert_eq!((pixels.width(), pixels.height()), (1_000, 500));
    assert_eq!((WIDTH, HEIGHT), (1_000, 500));
    for minute in [3, 12, 55, 90, 118] {
        let sample = space.samples.iter().find(|sample| sample.taken_at == at(60 * minute)).expect("a count");
        let place = (frame.x(sample.taken_at), frame.y(sample.people.into()));
        assert!(shows(&pixels, place, PEOPLE), "minute {minute} at {place:?}");
        // Well above the line there is none.
        assert!(!shows(&pixels, (place.0, place.1 - 40.0), PEOPLE), "above minute {minute}");
    }
    let figures = space.figures(at(0)).expect("figures");
    let peak = (frame.x(figures.peak.taken_at), frame.y(figures.peak.people.into()));
    assert!(shows(&pixels, peak, PEAK), "the peak at {peak:?}");
    // Minutes 72 to 83 weren't counted: nothing of the room's colour is there at any height.
    let x = frame.x(at(60 * 77));
    for y in (60..440_i16).step_by(2) {
        assert!(!shows(&pixels, (x, y.into()), PEOPLE), "something at {y} in the gap");
        assert!(!shows(&pixels, (x, y.into()), SPEAKERS), "somebody speaks at {y} in the gap");
    }
}

#[test]
fn pictures_are_drawn_of_whatever_was_counted() {
    let lone = [(0, 5), (10, 0), (20, 4_294_967_295)];
    let lone = lone.map(|(minute, people)| sample(minute, people, Some(people))).to_vec();
    let empty = vec![sample(0, 0, None), sample(1, 0, None), sample(2, 0, None)];
    for space in
        [space(30, lone), space(2, empty.clone()), space(0, empty), waves(720, false), waves(9_000, true)]
    {
        let (pixels, _) = drawn(&space);
        assert_eq!((pixels.width(), pixels.height()), (1_000, 500));
        assert!(pixels.pixels().iter().all(|pixel| pixel.alpha() == 255), "it has a background of its own");
    }
}

#[test]
fn a_host_s_spaces_stand_side_by_side() {
    let bar = |nth: i64| Bar {
        began_at: at(nth * 86_400),
        peak: u32::try_from(300 + nth * 211 % 900).expect("few"),
        mean: u32::try_from(200 + nth * 97 % 250).expect("few"),
        duration: SignedDuration::from_mins(20 + nth * 67 % 200),
    };
    for count in [1, 3, 8] {
        let bars: Vec<Bar> = (0..count).map(bar).collect();
        let png = host(&bars, &TimeZone::get("Asia/Tokyo").expect("a zone")).expect("a picture");
        keep("host", bars.len(), &png);
        let pixels = Pixmap::decode_png(&png).expect("a PNG");
        assert_eq!((pixels.width(), pixels.height()), (1_000, 500));
        let are = |Colour(red, green, blue): Colour| {
            let is = |pixel: &&tiny_skia::PremultipliedColorU8| {
                (pixel.red(), pixel.green(), pixel.blue()) == (red, green, blue)
            };
            pixels.pixels().iter().filter(is).count()
        };
        assert!(are(PEAK) > 1_000 && are(PEOPLE) > 1_000 && are(SPEAKERS) > 500, "{count} Spaces");
    }
    assert!(host(&[], &TimeZone::UTC).is_ok());
}

/// By WCAG 2.1: words need 4.5 to 1, what is to be made out 3 to 1.
#[test]
fn words_and_lines_stand_out_from_the_background() {
    let luminance = |Colour(red, green, blue): Colour| {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    };
    let contrast = |one: Colour, other: Colour| {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    };
    for colour in [INK, FAINT_INK, PEAK] {
        assert!(contrast(colour, BACKGROUND) >= 4.5, "words in {colour:?}: {}", contrast(colour, BACKGROUND));
    }
    for colour in [PEOPLE, SPEAKERS] {
        assert!(contrast(colour, BACKGROUND) >= 3.0, "lines in {colour:?}");
    }
    // Its edge is seen on Discord's light background, and its words don't need the dark one's.
    assert!(contrast(BACKGROUND, Colour(255, 255, 255)) >= 3.0);
}

proptest! {
    #[test]
    fn marks_are_round_few_and_reach_the_most(most in any::<u32>()) {
        let ticks = ticks(most);
        prop_assert!((2..=6).contains(&ticks.len()), "{ticks:?}");
        let step = ticks[1];
        let lead = step.to_string();
        let lead = lead.trim_end_matches('0');
        prop_assert!(["1", "2", "5"].contains(&lead), "{ticks:?}");
        prop_assert!(ticks.windows(2).all(|two| two[1] - two[0] == step));
        let last = *ticks.last().expect("a mark");
        prop_assert!(last >= u64::from(most) && last - step < u64::from(most.max(1)), "{ticks:?} for {most}");
    }

    #[test]
    fn marks_of_time_are_few(minutes in 1..20_000_i64) {
        let step = time_step(SignedDuration::from_mins(minutes));
        prop_assert!(minutes / step <= 9, "{minutes} in steps of {step}");
    }
}
