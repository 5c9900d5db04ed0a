//! The demo as a visitor has it: its story in the terminal, its server, and its page in a real browser.
//!
//! Its page is driven by Chromium's own driver; where the machine has none the test says that it was skipped, unless
//! this is CI.

#![cfg(feature = "demo")]

mod answers;
mod browser;
mod direct;
mod linking;
mod page;
mod push;
mod room;
mod server;
mod support;
