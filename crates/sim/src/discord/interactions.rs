//! Interactions that wait for, or have, an answer: what was answered first, when, and what followed.

use std::time::Duration;

use serde_json::Value;

use super::moment::Moment;

/// What an interaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Command = 2,
    Component = 3,
    Autocomplete = 4,
    Modal = 5,
}

/// What happened first to an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A message.
    Message,
    /// "… is thinking"; a message is to follow.
    Deferred,
    /// Taken note of; the message with the component may change later.
    DeferredUpdate,
    /// The message with the component was changed.
    Updated,
    /// Choices for an autocompletion.
    Choices,
    /// A modal was opened.
    Modal,
    /// No answer came in time: "This interaction failed".
    Failed,
}

#[derive(Debug)]
pub(super) struct Pending {
    pub id: u64,
    pub token: String,
    pub kind: Kind,
    pub channel: u64,
    pub user: u64,
    pub created: Moment,
    /// The message whose component was used.
    pub source: Option<u64>,
    pub first: Option<(Outcome, Moment)>,
    /// `data` of the first answer: choices or a modal.
    pub data: Value,
    /// The message that `@original` names.
    pub original: Option<u64>,
    pub followups: Vec<u64>,
    /// When the deferred answer was completed.
    pub completed: Option<Moment>,
}

impl Pending {
    pub(super) fn answered(&self) -> bool {
        self.first.is_some_and(|(outcome, _)| outcome != Outcome::Failed)
    }

    /// Whether its token no longer works.
    pub(super) fn expired(&self, life: Duration, now: Moment) -> bool {
        now.since(self.created) > life
    }
}
