//! Spacebell: a Discord bot that rings when a Space on X is scheduled, goes live or ends.
//!
//! The library holds everything; the binary reads the settings and starts it. `ARCHITECTURE.md` says how
//! the modules fit together and in which direction they may import each other.

pub mod clock;
pub mod domain;
pub mod x;
