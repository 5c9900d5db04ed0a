//! Lists of Spaces that X answered, which serve everybody for a minute.
//!
//! Owns a bounded map of searches and of hosts' lists. An older answer is kept a while longer, to be shown with its
//! age where X gives no newer one. Two people who ask the same at the same moment may both ask X.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::answers::{is_young, stands_in};
use crate::domain::ids::UserId;
use crate::domain::space::Space;
use crate::x::{SEARCH_RESULTS_MAX, SearchState};

/// Answers kept at once; the oldest go first. Each holds up to a hundred Spaces.
const KEPT_MAX: usize = 200;

/// What X was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A search, by its words in lower case.
    Search(String, SearchState),
    /// These hosts' Spaces, in the order of their ids.
    Hosts(Vec<UserId>),
}

/// What it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The Spaces.
    pub spaces: Vec<Space>,
    /// When the question was sent.
    pub asked_at: Timestamp,
}

/// The answers.
#[derive(Debug, Default)]
pub struct Finds(Mutex<HashMap<Asked, Arc<Found>>>);

impl Finds {
    /// The answer, if it is young enough to serve by itself. A whole search for all states serves for each of
    /// them.
    #[must_use]
    pub fn young(&self, asked: &Asked, now: Timestamp) -> Option<Arc<Found>> {
        let of_all = match asked {
            Asked::Search(words, _) => self.old(&Asked::Search(words.clone(), SearchState::All), now),
            Asked::Hosts(_) => None,
        };
        // One that X cut short may lack what a search for one state would show.
        let of_all = of_all.filter(|found| found.spaces.len() < SEARCH_RESULTS_MAX);
        let found = [self.old(asked, now), of_all].into_iter().flatten();
        found.into_iter().find(|found| is_young(found.asked_at, now))
    }

    /// The answer, though it may be old.
    #[must_use]
    pub fn old(&self, asked: &Asked, now: Timestamp) -> Option<Arc<Found>> {
        let finds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        finds.get(asked).filter(|found| stands_in(found.asked_at, now)).cloned()
    }

    /// The Spaces of all answers that are young enough, and when each was asked for.
    #[must_use]
    pub fn young_spaces(&self, now: Timestamp) -> Vec<(Space, Timestamp)> {
        let finds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let young = finds.values().filter(|found| is_young(found.asked_at, now));
        young.flat_map(|found| found.spaces.iter().map(|space| (space.clone(), found.asked_at))).collect()
    }

    /// Drops answers that can't stand in any more.
    pub fn forget_old(&self, now: Timestamp) {
        let mut finds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        finds.retain(|_, found| stands_in(found.asked_at, now));
    }

    /// Drops all answers.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps an answer.
    pub fn put(&self, asked: Asked, found: Found, now: Timestamp) -> Arc<Found> {
        let found = Arc::new(found);
        let mut finds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        finds.retain(|_, found| stands_in(found.asked_at, now));
        if finds.len() >= KEPT_MAX
            && let Some(oldest) =
                finds.iter().min_by_key(|(_, found)| found.asked_at).map(|(asked, _)| asked.clone())
        {
            finds.remove(&oldest);
        }
        finds.insert(asked, Arc::clone(&found));
        found
    }
}
