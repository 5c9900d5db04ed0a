//! Erasure beyond the outbox: `spacebell erase`, the part of the running program that carries it out, and answers that
//! were shown to others.
//!
//! One process works on a database. Where that is the bot, [`request`] leaves it a row and waits for its answer, so that
//! its memory and its posts know of the erasure; where none runs, it takes the database and erases by itself.

pub mod eraser;
pub mod request;
pub mod shown;
