//! How often one person may make the bot ask X.
//!
//! A window that slides: at most so many questions within any ten minutes. What is answered from memory is free.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::DiscordUserId;

/// The window.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// People remembered at once; those whose window is empty go first.
const PEOPLE_MAX: usize = 10_000;

/// What everybody has asked lately.
#[derive(Debug)]
pub struct Quota {
    most: u32,
    asked: Mutex<HashMap<DiscordUserId, VecDeque<Timestamp>>>,
}

impl Quota {
    /// A quota of `most` questions a person and window.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self { most, asked: Mutex::default() }
    }

    /// How many questions a person has in a window.
    #[must_use]
    pub const fn most(&self) -> u32 {
        self.most
    }

    /// Forgets what a person asked.
    pub fn forget(&self, person: DiscordUserId) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }

    /// Gives the latest question of a person's back, since it wasn't asked.
    pub fn give_back(&self, person: DiscordUserId) {
        if let Some(times) = self.asked.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&person) {
            times.pop_back();
        }
    }

    /// Takes one question of `person`'s, or tells when there is one again.
    pub fn take(&self, person: DiscordUserId, now: Timestamp) -> Result<(), Timestamp> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() >= PEOPLE_MAX && !asked.contains_key(&person) {
            asked.retain(|_, times| times.back().is_some_and(|last| now.duration_since(*last) < WINDOW));
        }
        if asked.len() >= PEOPLE_MAX && !asked.contains_key(&person) {
            // Whoever comes now waits like everybody else would.
            return Err(now.saturating_add(WINDOW).unwrap_or(now));
        }
        let times = asked.entry(person).or_default();
        while times.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= usize::try_from(self.most).unwrap_or(usize::MAX) => {
                Err(first.saturating_add(WINDOW).unwrap_or(*first))
            }
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}
