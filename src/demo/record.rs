//! What the stand-ins don't remember: who used what, which private replies were dismissed, when X changed.
//!
//! Owns those notes and the signal that one was added. Everything else is asked of the stand-ins.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use spacebell_sim::x::SpaceId;
use tokio::sync::watch;

use super::troubles::Trouble;

/// What somebody used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Used {
    /// Who.
    pub user: u64,
    /// The command, `/follow host`, or the label of what they pressed or picked.
    pub what: String,
    /// How.
    pub how: How,
}

/// How something was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    /// As a command.
    Used,
    /// As a button below a message.
    Pressed,
    /// As a menu below a message.
    Picked,
    /// As a form.
    FilledIn,
}

/// A change on X that the bot should hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Of which Space.
    pub space: SpaceId,
    /// What happened: `scheduled`, `live` …
    pub what: &'static str,
    /// When.
    pub at: Timestamp,
    /// Whether X was to tell the bot by itself then.
    pub push: bool,
}

/// The notes.
#[derive(Debug, Default)]
pub(super) struct Record {
    notes: Mutex<Notes>,
    added: watch::Sender<u64>,
}

/// All that is noted.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    /// What each interaction came from.
    pub used: HashMap<u64, Used>,
    /// Messages that their reader dismissed.
    pub dismissed: BTreeSet<u64>,
    /// Changes on X, oldest first.
    pub changes: Vec<Change>,
    /// What is broken on purpose.
    pub troubles: BTreeSet<Trouble>,
}

impl Record {
    /// Adds to the notes, and wakes those who show them.
    pub fn note<T>(&self, add: impl FnOnce(&mut Notes) -> T) -> T {
        let added = add(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        self.added.send_modify(|count| *count += 1);
        added
    }

    /// The notes as they are.
    pub fn notes(&self) -> Notes {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A receiver that changes with each note.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.added.subscribe()
    }
}
