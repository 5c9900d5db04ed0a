//! All that a server remembers, behind one lock.

use std::collections::HashMap;

use super::{
    billing::Bill, clock::Clock, faults::Faults, ids::UserId, journal::Journal, limits::Limits,
    settings::Settings, world::World,
};
use crate::exchange::Recorder;

/// A server's memory.
#[derive(Debug)]
pub(super) struct State {
    /// How it behaves.
    pub settings: Settings,
    /// What time it is.
    pub clock: Clock,
    /// What it answers about.
    pub world: World,
    /// How often it was asked.
    pub limits: Limits,
    /// What it billed.
    pub bill: Bill,
    /// What is left to spend, in millionths of a US dollar; None without end. The last answer may overspend.
    pub credits: Option<i64>,
    /// What goes wrong.
    pub faults: Faults,
    /// What was asked.
    pub journal: Journal,
    /// What was asked and answered, while that is wanted.
    pub recorder: Recorder,
    /// Whose tokens are accepted besides the app's.
    pub user_tokens: HashMap<String, UserId>,
}

impl State {
    /// An empty world, nothing asked yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            clock: Clock::starting_at(settings.clock),
            world: World::new(settings.seed),
            limits: Limits::default(),
            bill: Bill::default(),
            credits: None,
            faults: Faults::default(),
            journal: Journal::default(),
            recorder: Recorder::default(),
            user_tokens: HashMap::new(),
            settings,
        }
    }
}
