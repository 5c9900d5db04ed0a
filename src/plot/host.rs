//! A host's last Spaces, side by side.

#![expect(clippy::cast_precision_loss, reason = "counts and minutes on a sheet of a thousand pixels")]

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::axis::ticks;
use super::canvas::{Anchor, Canvas, Pen};
use super::room::length;
use super::{FAINT_INK, GRID, HEIGHT, INK, PEAK, PEOPLE, SPEAKERS, Undrawn, WIDTH};
use crate::texts::grouped;

const LEFT: f32 = 92.0;
const RIGHT: f32 = WIDTH as f32 - 36.0;
const TOP: f32 = 72.0;
const FLOOR: f32 = 312.0;
/// Where the longest Space's bar ends.
const LENGTH_TOP: f32 = 366.0;
const LENGTH_FLOOR: f32 = 426.0;
const SMALL: f32 = 17.0;
/// The widest that a Space's bars are.
const BAR_MAX: f32 = 110.0;

/// One Space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// When it began.
    pub began_at: Timestamp,
    /// The most people in the room.
    pub peak: u32,
    /// People in the room on average.
    pub mean: u32,
    /// How long it ran.
    pub duration: SignedDuration,
}

/// Spaces side by side in this order, by the clock of `zone`, as PNG.
pub fn host(bars: &[Bar], zone: &TimeZone) -> Result<Vec<u8>, Undrawn> {
    let mut canvas = Canvas::new()?;
    let counts = ticks(bars.iter().map(|bar| bar.peak).max().unwrap_or(1));
    let most = counts.last().copied().unwrap_or(1).max(1);
    let y = |people: u64| FLOOR - (FLOOR - TOP) * people as f32 / most as f32;
    let pen = Pen { size: SMALL, colour: FAINT_INK, anchor: Anchor::Right };
    for count in &counts {
        let y = y(*count).round();
        canvas.line(&[(LEFT, y), (RIGHT, y)], 1.0, GRID);
        canvas.write((LEFT - 12.0, y + 6.0), pen, &grouped(i128::from(*count)));
    }
    legend(&mut canvas);
    let longest = bars.iter().map(|bar| bar.duration.as_mins()).max().unwrap_or(1).max(1);
    let slot = (RIGHT - LEFT) / bars.len().max(1) as f32;
    let width = (slot * 0.62).min(BAR_MAX);
    let middle = |anchor_size: f32, colour| Pen { size: anchor_size, colour, anchor: Anchor::Middle };
    for (nth, bar) in bars.iter().enumerate() {
        let centre = LEFT + slot * (nth as f32 + 0.5);
        let half = width / 2.0;
        canvas.bar(centre - half, half - 2.0, y(bar.peak.into()), FLOOR, (PEAK, 1.0));
        canvas.bar(centre + 2.0, half - 2.0, y(bar.mean.into()), FLOOR, (PEOPLE, 1.0));
        canvas.write(
            (centre - half / 2.0, y(bar.peak.into()) - 9.0),
            middle(SMALL, INK),
            &grouped(bar.peak.into()),
        );
        let top = LENGTH_FLOOR
            - (LENGTH_FLOOR - LENGTH_TOP) * bar.duration.as_mins().max(0) as f32 / longest as f32;
        canvas.bar(centre - half, width, top.min(LENGTH_FLOOR - 2.0), LENGTH_FLOOR, (SPEAKERS, 1.0));
        let words = length(bar.duration);
        let fits = canvas.width(15.0, &words) < slot - 6.0;
        let words = if fits { words } else { words.replace(" min", "").replace(" h ", ":") };
        canvas.write((centre, top.min(LENGTH_FLOOR - 2.0) - 7.0), middle(15.0, INK), &words);
        let begun = bar.began_at.to_zoned(zone.clone());
        let (day, hour) = (begun.strftime("%m-%d").to_string(), begun.strftime("%H:%M").to_string());
        canvas.write((centre, LENGTH_FLOOR + 24.0), middle(SMALL, FAINT_INK), &day);
        canvas.write((centre, LENGTH_FLOOR + 44.0), middle(15.0, FAINT_INK), &hour);
    }
    canvas.line(&[(LEFT, FLOOR), (RIGHT, FLOOR)], 1.5, FAINT_INK);
    canvas.line(&[(LEFT, LENGTH_FLOOR), (RIGHT, LENGTH_FLOOR)], 1.5, FAINT_INK);
    canvas.clock((LEFT - 76.0, f32::midpoint(LENGTH_TOP, LENGTH_FLOOR) - 9.0), SPEAKERS);
    let corner = Pen { size: 15.0, colour: FAINT_INK, anchor: Anchor::Right };
    if let Some(last) = bars.last() {
        let begun = last.began_at.to_zoned(zone.clone());
        canvas.write((RIGHT, HEIGHT as f32 - 8.0), corner, &begun.strftime("%Y · %Z").to_string());
    }
    canvas.png()
}

/// Which bar is which.
fn legend(canvas: &mut Canvas) {
    canvas.person((LEFT - 76.0, TOP - 40.0), FAINT_INK);
    let pen = Pen { size: SMALL, colour: INK, anchor: Anchor::Left };
    let mut x = LEFT;
    for (words, colour) in [("max", PEAK), ("avg", PEOPLE)] {
        canvas.bar(x, 16.0, TOP - 40.0, TOP - 24.0, (colour, 1.0));
        x += 24.0;
        x += canvas.write((x, TOP - 26.0), pen, words) + 26.0;
    }
}
