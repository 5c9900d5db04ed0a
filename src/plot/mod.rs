//! Pictures for `/space insights`: drawn from figures, as PNG.
//!
//! Owns how they look. They hold digits, clock times and the marks `max`, `avg`, `h` and `min` alone, which are read in
//! every language; the words stand in the card and in the description beside the picture. So one font of Latin letters
//! is enough, where one with Japanese letters would make the program half as big again. Pure, and slow by a program's
//! measure: never draw on a thread that others wait for.

mod axis;
mod canvas;
mod host;
mod room;

use thiserror::Error;

pub use axis::{ticks, time_step};
pub use canvas::Colour;
pub use host::{Bar, host};
pub use room::{RoomFrame, room};

/// The width of a picture, in pixels.
pub const WIDTH: u32 = 1_000;
/// The height of a picture, in pixels.
pub const HEIGHT: u32 = 500;

/// The background: its own, so that a picture looks the same on Discord's dark and on its light one.
pub const BACKGROUND: Colour = Colour(0x16, 0x1c, 0x26);
/// Lines that only help the eye.
const GRID: Colour = Colour(0x2c, 0x36, 0x45);
/// Words.
pub const INK: Colour = Colour(0xe8, 0xed, 0xf4);
/// Words that matter less.
pub const FAINT_INK: Colour = Colour(0xa3, 0xb0, 0xc2);
/// People in the room.
pub const PEOPLE: Colour = Colour(0x4c, 0xb8, 0xff);
/// The fullest minute.
pub const PEAK: Colour = Colour(0xff, 0xcb, 0x57);
/// Speakers; how long a Space ran.
pub const SPEAKERS: Colour = Colour(0x6f, 0xdd, 0x9b);

/// Why there is no picture. It is a fault of ours, or there is no memory left.
#[derive(Debug, Error)]
#[error("the picture couldn't be drawn: {0}")]
pub struct Undrawn(&'static str);
