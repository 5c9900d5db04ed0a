//! Lists of Spaces that X answered: searches, and hosts' lists. Two people who ask the same at the same moment may both ask
//! X.

use std::sync::Arc;

use jiff::Timestamp;

use super::lookup::known_of;
use super::remembered::{Answered, Remembered};
use crate::domain::ids::UserId;
use crate::domain::known::Known;
use crate::domain::space::Space;
use crate::x::{SearchState, Spaces};

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
    /// Whether X may have more.
    pub is_cut: bool,
    /// When the question was sent.
    pub asked_at: Timestamp,
}

/// The answers. Each holds up to a hundred Spaces.
pub type Finds = Remembered<Asked, Found, 200>;

impl Answered for Found {
    fn asked_at(&self) -> Timestamp {
        self.asked_at
    }
}

impl From<Spaces> for Found {
    fn from(answer: Spaces) -> Self {
        Self { spaces: answer.spaces, is_cut: answer.is_cut, asked_at: answer.asked_at }
    }
}

impl Found {
    /// What it alone says of its Spaces.
    #[must_use]
    pub fn known(&self) -> Vec<Known> {
        self.spaces.iter().map(|space| known_of(space.clone(), self.asked_at)).collect()
    }
}

impl Finds {
    /// The answer that is young enough to serve by itself. A whole search for all states serves for each of them.
    #[must_use]
    pub fn serving(&self, asked: &Asked, now: Timestamp) -> Option<Arc<Found>> {
        let of_all = || match asked {
            Asked::Search(words, _) => self.young(&Asked::Search(words.clone(), SearchState::All), now),
            Asked::Hosts(_) => None,
        };
        // One that was cut short may lack what a search for one state would show.
        self.young(asked, now).or_else(|| of_all().filter(|found| !found.is_cut))
    }
}
