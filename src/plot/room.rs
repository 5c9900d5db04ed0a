//! One Space's room over time.

#![expect(clippy::cast_precision_loss, reason = "counts and milliseconds on a sheet of a thousand pixels")]

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::axis::{ticks, times};
use super::canvas::{Anchor, Canvas, Pen};
use super::{FAINT_INK, GRID, HEIGHT, INK, PEAK, PEOPLE, SPEAKERS, Undrawn, WIDTH};
use crate::domain::insights::{Counted, Figures, Sample};
use crate::texts::grouped;

const LEFT: f32 = 92.0;
const RIGHT: f32 = WIDTH as f32 - 36.0;
const TOP: f32 = 72.0;
/// The room's floor where speakers are shown below it.
const FLOOR: f32 = 346.0;
/// The floor of the lowest part.
const BOTTOM: f32 = HEIGHT as f32 - 56.0;
/// The top of the speakers' part.
const SPEAKERS_TOP: f32 = 384.0;
const SMALL: f32 = 17.0;
const LARGE: f32 = 20.0;

/// Where things stand in a room's picture.
#[derive(Debug, Clone)]
pub struct RoomFrame {
    from: Timestamp,
    until: Timestamp,
    counts: Vec<u64>,
    floor: f32,
}

impl RoomFrame {
    /// The frame of this Space's picture at `now`.
    #[must_use]
    pub fn of(space: &Counted, figures: &Figures, now: Timestamp) -> Self {
        let (from, until) = space.span(now);
        let until = until.max(from.saturating_add(SignedDuration::from_mins(1)).unwrap_or(until));
        let floor = if figures.speakers.is_some() { FLOOR } else { BOTTOM };
        Self { from, until, counts: ticks(figures.peak.people), floor }
    }

    /// Where a moment stands, from the left.
    #[must_use]
    pub fn x(&self, at: Timestamp) -> f32 {
        let share = |from: Timestamp, to: Timestamp| to.duration_since(from).as_millis() as f32;
        LEFT + (RIGHT - LEFT) * share(self.from, at) / share(self.from, self.until)
    }

    /// Where a count stands, from the top.
    #[must_use]
    pub fn y(&self, people: u64) -> f32 {
        let most = self.counts.last().copied().unwrap_or(1).max(1);
        self.floor - (self.floor - TOP) * people as f32 / most as f32
    }

    fn place(&self, sample: &Sample) -> (f32, f32) {
        (self.x(sample.taken_at), self.y(sample.people.into()))
    }
}

/// The room over time, by the clock of `zone`, as PNG.
pub fn room(space: &Counted, figures: &Figures, zone: &TimeZone, now: Timestamp) -> Result<Vec<u8>, Undrawn> {
    let frame = RoomFrame::of(space, figures, now);
    let mut canvas = Canvas::new()?;
    axes(&mut canvas, &frame, zone);
    duration(&mut canvas, figures.duration);
    for run in space.runs() {
        let points: Vec<(f32, f32)> = run.iter().map(|sample| frame.place(sample)).collect();
        match points.as_slice() {
            [only] => canvas.dot(*only, 3.0, PEOPLE),
            points => {
                canvas.area(points, frame.floor, PEOPLE);
                canvas.line(points, 3.0, PEOPLE);
            }
        }
    }
    if let Some(most) = figures.speakers {
        speakers(&mut canvas, &frame, space, most);
    }
    marks(&mut canvas, &frame, figures);
    canvas.png()
}

fn axes(canvas: &mut Canvas, frame: &RoomFrame, zone: &TimeZone) {
    let pen = Pen { size: SMALL, colour: FAINT_INK, anchor: Anchor::Right };
    for count in &frame.counts {
        let y = frame.y(*count).round();
        canvas.line(&[(LEFT, y), (RIGHT, y)], 1.0, GRID);
        canvas.write((LEFT - 12.0, y + 6.0), pen, &grouped(i128::from(*count)));
    }
    canvas.person((LEFT - 76.0, TOP - 40.0), PEOPLE);
    let below = Pen { anchor: Anchor::Middle, ..pen };
    for at in times(frame.from, frame.until, zone) {
        let x = frame.x(at.timestamp()).round();
        canvas.line(&[(x, BOTTOM), (x, BOTTOM + 6.0)], 1.5, FAINT_INK);
        canvas.write((x, BOTTOM + 26.0), below, &at.strftime("%H:%M").to_string());
    }
    canvas.line(&[(LEFT, BOTTOM), (RIGHT, BOTTOM)], 1.5, FAINT_INK);
    let begun = frame.from.to_zoned(zone.clone());
    let corner = Pen { size: 15.0, colour: FAINT_INK, anchor: Anchor::Right };
    canvas.write((RIGHT, HEIGHT as f32 - 8.0), corner, &begun.strftime("%Y-%m-%d · %Z").to_string());
}

/// How long it ran, as a measure above the room.
fn duration(canvas: &mut Canvas, duration: SignedDuration) {
    let y = TOP - 38.0;
    let words = length(duration);
    let middle = f32::midpoint(LEFT, RIGHT);
    let half = canvas.width(LARGE, &words) / 2.0 + 14.0;
    for (from, to, turn) in [(middle - half, LEFT, 1.0), (middle + half, RIGHT, -1.0)] {
        canvas.line(&[(from, y), (to, y)], 1.5, FAINT_INK);
        canvas.line(&[(to, y - 7.0), (to, y + 7.0)], 1.5, FAINT_INK);
        canvas.line(&[(to + 7.0 * turn, y - 4.0), (to, y), (to + 7.0 * turn, y + 4.0)], 1.5, FAINT_INK);
    }
    canvas.write((middle, y + 7.0), Pen { size: LARGE, colour: INK, anchor: Anchor::Middle }, &words);
}

/// The mean and the peak, on top of everything else.
fn marks(canvas: &mut Canvas, frame: &RoomFrame, figures: &Figures) {
    let mean = frame.y(figures.mean.into());
    canvas.dashed(&[(LEFT, mean), (RIGHT, mean)], 1.8, INK);
    let peak = frame.place(&figures.peak);
    let words = format!("max {}", grouped(figures.peak.people.into()));
    let half = canvas.width(LARGE, &words) / 2.0;
    let x = peak.0.clamp(LEFT + half + 6.0, RIGHT - half - 6.0);
    label(canvas, (x, peak.1 - 14.0), &words, super::PEAK);
    canvas.dot(peak, 5.5, PEAK);
    let words = format!("avg {}", grouped(figures.mean.into()));
    let half = canvas.width(LARGE, &words) / 2.0;
    // On the side where the peak isn't, above the line unless it is right below the peak's words.
    let x = if peak.0 > f32::midpoint(LEFT, RIGHT) { LEFT + half + 14.0 } else { RIGHT - half - 10.0 };
    let above = mean - 10.0 > TOP + 14.0;
    label(canvas, (x, if above { mean - 10.0 } else { mean + 26.0 }), &words, INK);
}

fn label(canvas: &mut Canvas, (x, y): (f32, f32), words: &str, colour: super::Colour) {
    let width = canvas.width(LARGE, words);
    canvas.clear((x - width / 2.0 - 6.0, y - 18.0), width + 12.0, 24.0);
    canvas.write((x, y), Pen { size: LARGE, colour, anchor: Anchor::Middle }, words);
}

/// Speakers, in a part of their own: a room of thousands would leave no height for them.
fn speakers(canvas: &mut Canvas, frame: &RoomFrame, space: &Counted, most: u32) {
    let y = |count: u32| BOTTOM - (BOTTOM - SPEAKERS_TOP) * count as f32 / most.max(1) as f32;
    let pen = Pen { size: SMALL, colour: FAINT_INK, anchor: Anchor::Right };
    canvas.line(&[(LEFT, SPEAKERS_TOP), (RIGHT, SPEAKERS_TOP)], 1.0, GRID);
    canvas.write((LEFT - 12.0, SPEAKERS_TOP + 6.0), pen, &grouped(most.into()));
    canvas.write((LEFT - 12.0, BOTTOM + 1.0), pen, "0");
    canvas.microphone((LEFT - 76.0, f32::midpoint(SPEAKERS_TOP, BOTTOM) - 9.0), SPEAKERS);
    for run in space.runs() {
        for run in run.split(|sample| sample.speakers.is_none()) {
            // Nobody half speaks: steps, each as long as its minute.
            let places =
                run.iter().filter_map(|sample| Some((frame.x(sample.taken_at), y(sample.speakers?))));
            let mut points: Vec<(f32, f32)> = Vec::new();
            for (x, y) in places {
                if let Some((_, before)) =
                    points.last().copied().filter(|(_, before)| (before - y).abs() > 0.5)
                {
                    points.push((x, before));
                }
                points.push((x, y));
            }
            match points.as_slice() {
                [only] => canvas.dot(*only, 2.5, SPEAKERS),
                points => {
                    canvas.area(points, BOTTOM, SPEAKERS);
                    canvas.line(points, 2.2, SPEAKERS);
                }
            }
        }
    }
}

/// A length of time in figures, the same in every language.
pub(super) fn length(duration: SignedDuration) -> String {
    let minutes = duration.as_mins().max(0);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
