//! All that a server remembers, behind one lock.

use tokio::sync::mpsc;

use super::{
    billing::{Bill, Resource},
    clock::Clock,
    faults::Faults,
    journal::Journal,
    limits::Limits,
    oauth::Oauth,
    push::{Parcel, Push},
    settings::Settings,
    world::World,
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
    /// Who let the app in: whose tokens are accepted besides the app's.
    pub oauth: Oauth,
    /// Who is told what, and by which way.
    pub push: Push,
}

impl State {
    /// An empty world, nothing asked yet.
    /// What is to be delivered to webhooks goes to `outgoing`.
    pub fn new(settings: Settings, outgoing: mpsc::Sender<Parcel>) -> Self {
        Self {
            clock: Clock::starting_at(settings.clock),
            world: World::new(settings.seed),
            limits: Limits::default(),
            bill: Bill::default(),
            credits: None,
            faults: Faults::default(),
            journal: Journal::default(),
            recorder: Recorder::default(),
            oauth: Oauth::new(settings.seed),
            push: Push::new(settings.seed, outgoing),
            settings,
        }
    }

    /// Bills what was returned or delivered, and takes it from the credits.
    pub fn charge(&mut self, returned: impl IntoIterator<Item = (Resource, String)>) {
        let cost = self.bill.charge(&self.settings.prices, returned);
        if let Some(credits) = &mut self.credits {
            *credits = credits.saturating_sub_unsigned(cost);
        }
    }
}
