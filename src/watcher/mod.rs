//! Watching X: what changed, and what to ask next.
//!
//! `lifecycle` decides what an observation means, `planner` what to ask, both pure; the rest runs them.

pub mod lifecycle;
