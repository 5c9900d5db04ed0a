//! A sheet to draw on: lines, areas, bars and words, without jagged edges.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a sheet of a thousand pixels, held to it before they are rounded"
)]

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, PathBuilder, Pixmap,
    Point, PremultipliedColorU8, Rect, Shader, SpreadMode, Stroke, StrokeDash, Transform,
};

use super::{BACKGROUND, HEIGHT, Undrawn, WIDTH};

/// DejaVu Sans, which may be embedded: its digits are all as wide as each other.
static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(dejavu::sans::regular()).ok());

/// A colour without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Where a word stands beside its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How words are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) size: f32,
    pub(super) colour: Colour,
    pub(super) anchor: Anchor,
}

/// A sheet.
pub(super) struct Canvas {
    pixels: Pixmap,
    font: &'static FontRef<'static>,
}

impl Canvas {
    /// An empty sheet.
    pub(super) fn new() -> Result<Self, Undrawn> {
        let font = FONT.as_ref().ok_or(Undrawn("the font can't be read"))?;
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).ok_or(Undrawn("a sheet of no size"))?;
        pixels.fill(solid(BACKGROUND, 1.0));
        Ok(Self { pixels, font })
    }

    /// The sheet as PNG.
    pub(super) fn png(&self) -> Result<Vec<u8>, Undrawn> {
        self.pixels.encode_png().map_err(|_| Undrawn("it can't be written as PNG"))
    }

    /// A line through these points.
    pub(super) fn line(&mut self, points: &[(f32, f32)], width: f32, colour: Colour) {
        self.stroke(points, width, colour, None);
    }

    /// A dashed line through these points.
    pub(super) fn dashed(&mut self, points: &[(f32, f32)], width: f32, colour: Colour) {
        self.stroke(points, width, colour, StrokeDash::new(vec![7.0, 6.0], 0.0));
    }

    /// A dot with a rim of the background around it.
    pub(super) fn dot(&mut self, (x, y): (f32, f32), radius: f32, colour: Colour) {
        for (radius, colour) in [(radius + 2.5, BACKGROUND), (radius, colour)] {
            if let Some(path) = PathBuilder::from_circle(x, y, radius) {
                self.fill(&path, &paint(colour, 1.0));
            }
        }
    }

    /// The area between these points and the height `floor`, fading downwards.
    pub(super) fn area(&mut self, points: &[(f32, f32)], floor: f32, colour: Colour) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let top = points.iter().map(|(_, y)| *y).fold(floor, f32::min);
        let mut path = PathBuilder::new();
        path.move_to(first.0, floor);
        for (x, y) in points {
            path.line_to(*x, *y);
        }
        path.line_to(last.0, floor);
        path.close();
        let fade = LinearGradient::new(
            Point::from_xy(0.0, top),
            Point::from_xy(0.0, floor.max(top + 1.0)),
            vec![GradientStop::new(0.0, solid(colour, 0.42)), GradientStop::new(1.0, solid(colour, 0.04))],
            SpreadMode::Pad,
            Transform::identity(),
        );
        if let (Some(path), Some(shader)) = (path.finish(), fade) {
            self.fill(&path, &Paint { shader, anti_alias: true, ..Paint::default() });
        }
    }

    /// A bar from `floor` up to `top`, with round shoulders.
    pub(super) fn bar(
        &mut self,
        left: f32,
        width: f32,
        top: f32,
        floor: f32,
        (colour, alpha): (Colour, f32),
    ) {
        let round = (width / 4.0).min(6.0).min((floor - top).max(0.0));
        let right = left + width;
        let mut path = PathBuilder::new();
        path.move_to(left, floor);
        path.line_to(left, top + round);
        path.quad_to(left, top, left + round, top);
        path.line_to(right - round, top);
        path.quad_to(right, top, right, top + round);
        path.line_to(right, floor);
        path.close();
        if let Some(path) = path.finish() {
            self.fill(&path, &paint(colour, alpha));
        }
    }

    /// Somebody, as tall as a word of this size, below and to the right of a point.
    pub(super) fn person(&mut self, (x, y): (f32, f32), colour: Colour) {
        if let Some(head) = PathBuilder::from_circle(x + 8.0, y + 4.5, 4.0) {
            self.fill(&head, &paint(colour, 1.0));
        }
        let mut body = PathBuilder::new();
        body.move_to(x + 0.5, y + 17.0);
        body.cubic_to(x + 0.5, y + 7.5, x + 15.5, y + 7.5, x + 15.5, y + 17.0);
        body.close();
        if let Some(body) = body.finish() {
            self.fill(&body, &paint(colour, 1.0));
        }
    }

    /// A microphone, as tall as a word, below and to the right of a point.
    pub(super) fn microphone(&mut self, (x, y): (f32, f32), colour: Colour) {
        self.capsule((x + 8.0, y + 3.0), (x + 8.0, y + 7.5), 6.0, colour);
        let mut holder = PathBuilder::new();
        holder.move_to(x + 2.5, y + 7.0);
        holder.cubic_to(x + 2.5, y + 14.5, x + 13.5, y + 14.5, x + 13.5, y + 7.0);
        if let Some(holder) = holder.finish() {
            self.stroke_path(&holder, &round(1.8), colour);
        }
        self.line(&[(x + 8.0, y + 13.0), (x + 8.0, y + 17.0)], 1.8, colour);
    }

    /// A clock, as tall as a word, below and to the right of a point.
    pub(super) fn clock(&mut self, (x, y): (f32, f32), colour: Colour) {
        if let Some(face) = PathBuilder::from_circle(x + 8.0, y + 9.0, 7.2) {
            self.stroke_path(&face, &round(1.8), colour);
        }
        self.line(&[(x + 8.0, y + 4.8), (x + 8.0, y + 9.3), (x + 11.0, y + 11.0)], 1.6, colour);
    }

    /// Words on a line at the height `y`; answers how wide they are.
    pub(super) fn write(&mut self, (x, y): (f32, f32), pen: Pen, words: &str) -> f32 {
        let font = self.font.as_scaled(PxScale::from(pen.size));
        let width = self.width(pen.size, words);
        let mut at = match pen.anchor {
            Anchor::Left => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::Right => x - width,
        };
        for letter in words.chars() {
            let id = font.glyph_id(letter);
            let glyph = id.with_scale_and_position(PxScale::from(pen.size), point(at, y));
            at += font.h_advance(id);
            let Some(outline) = self.font.outline_glyph(glyph) else { continue };
            let bounds = outline.px_bounds();
            let (left, top) = (bounds.min.x, bounds.min.y);
            let pixels = &mut self.pixels;
            outline.draw(|column, row, cover| {
                let (column, row) = (left as i64 + i64::from(column), top as i64 + i64::from(row));
                blend(pixels, column, row, pen.colour, cover);
            });
        }
        width
    }

    /// How wide words are.
    pub(super) fn width(&self, size: f32, words: &str) -> f32 {
        let font = self.font.as_scaled(PxScale::from(size));
        words.chars().map(|letter| font.h_advance(font.glyph_id(letter))).sum()
    }

    /// Covers a place with the background, for words on top of lines.
    pub(super) fn clear(&mut self, (left, top): (f32, f32), width: f32, height: f32) {
        if let Some(rect) = Rect::from_xywh(left, top, width, height) {
            let path = PathBuilder::from_rect(rect);
            self.fill(&path, &paint(BACKGROUND, 0.82));
        }
    }

    fn capsule(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: Colour) {
        self.line(&[from, to], width, colour);
    }

    fn stroke(&mut self, points: &[(f32, f32)], width: f32, colour: Colour, dash: Option<StrokeDash>) {
        let mut path = PathBuilder::new();
        for (nth, (x, y)) in points.iter().enumerate() {
            if nth == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
        }
        if let Some(path) = path.finish() {
            let cap = if dash.is_some() { LineCap::Butt } else { LineCap::Round };
            self.stroke_path(&path, &Stroke { dash, line_cap: cap, ..round(width) }, colour);
        }
    }

    fn stroke_path(&mut self, path: &Path, stroke: &Stroke, colour: Colour) {
        self.pixels.stroke_path(path, &paint(colour, 1.0), stroke, Transform::identity(), None);
    }

    fn fill(&mut self, path: &Path, paint: &Paint<'_>) {
        self.pixels.fill_path(path, paint, FillRule::Winding, Transform::identity(), None);
    }
}

fn round(width: f32) -> Stroke {
    Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() }
}

fn solid(Colour(red, green, blue): Colour, alpha: f32) -> Color {
    let mut colour = Color::from_rgba8(red, green, blue, 255);
    colour.set_alpha(alpha);
    colour
}

fn paint<'a>(colour: Colour, alpha: f32) -> Paint<'a> {
    Paint { shader: Shader::SolidColor(solid(colour, alpha)), anti_alias: true, ..Paint::default() }
}

/// Lays a colour over one pixel as far as it covers it. The sheet has no transparent ones.
fn blend(pixels: &mut Pixmap, column: i64, row: i64, Colour(red, green, blue): Colour, cover: f32) {
    let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else { return };
    let width = WIDTH as usize;
    if column >= width {
        return;
    }
    let Some(pixel) = pixels.pixels_mut().get_mut(row * width + column) else { return };
    let mix = |under: u8, over: u8| {
        let (under, over) = (f32::from(under), f32::from(over));
        (under + (over - under) * cover.clamp(0.0, 1.0)).round() as u8
    };
    let mixed = PremultipliedColorU8::from_rgba(
        mix(pixel.red(), red),
        mix(pixel.green(), green),
        mix(pixel.blue(), blue),
        255,
    );
    if let Some(mixed) = mixed {
        *pixel = mixed;
    }
}
