//! What a person gets to see of the bot's answer to what they did.

use std::time::Duration;

use serde_json::Value;

use super::files::Attachment;
use super::interactions::{Outcome, Pending};
use super::message::Message;
use super::server::Server;
use super::state::State;
use super::wait::TimedOut;

/// Something that a person did and that the bot is to answer.
#[derive(Clone, Debug)]
pub struct Interaction {
    server: Server,
    id: u64,
}

/// What the bot answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What the first answer was.
    pub outcome: Outcome,
    /// The time from the interaction to the first answer.
    pub after: Duration,
    /// The message, as it is now: the answer, or the one with the component that was used.
    pub message: Option<Message>,
    /// `data` of the first answer: choices, or a modal.
    pub data: Value,
}

impl Reply {
    /// The text of the message; empty without one.
    #[must_use]
    pub fn content(&self) -> &str {
        self.message.as_ref().map_or("", |message| message.content.as_str())
    }

    /// The embeds of the message.
    #[must_use]
    pub fn embeds(&self) -> &[Value] {
        self.message.as_ref().map_or(&[], |message| message.embeds.as_slice())
    }

    /// The components of the message.
    #[must_use]
    pub fn components(&self) -> &[Value] {
        self.message.as_ref().map_or(&[], |message| message.components.as_slice())
    }

    /// The files of the message.
    #[must_use]
    pub fn files(&self) -> &[Attachment] {
        self.message.as_ref().map_or(&[], |message| message.attachments.as_slice())
    }

    /// Whether only the person who asked sees it.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.message.as_ref().is_some_and(Message::is_ephemeral)
    }

    /// The choices of an autocompletion: (name, value).
    #[must_use]
    pub fn choices(&self) -> Vec<(String, Value)> {
        let choices = self.data["choices"].as_array().into_iter().flatten();
        choices
            .map(|choice| (choice["name"].as_str().unwrap_or_default().to_owned(), choice["value"].clone()))
            .collect()
    }
}

impl Server {
    /// An interaction by its id.
    #[must_use]
    pub fn interaction(&self, id: u64) -> Option<Interaction> {
        self.shared.look().interactions.contains_key(&id).then(|| Interaction::new(self.clone(), id))
    }
}

impl Interaction {
    pub(super) fn new(server: Server, id: u64) -> Self {
        Self { server, id }
    }

    /// The interaction's id.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The interaction's token, for tests that answer by themselves.
    #[must_use]
    pub fn token(&self) -> String {
        let state = self.server.shared.look();
        state.interactions.get(&self.id).map_or_else(String::new, |pending| pending.token.clone())
    }

    /// Waits for the first answer: a message, a deferral, choices, or the failure to answer.
    pub async fn reply(&self, timeout: Duration) -> Result<Reply, TimedOut> {
        self.wait(timeout, |_, _| true).await
    }

    /// Waits for the answer that stays: the first one, or after a deferral its completion.
    pub async fn final_reply(&self, timeout: Duration) -> Result<Reply, TimedOut> {
        self.wait(timeout, |pending, outcome| {
            !matches!(outcome, Outcome::Deferred | Outcome::DeferredUpdate) || pending.completed.is_some()
        })
        .await
    }

    async fn wait(
        &self,
        timeout: Duration,
        done: impl Fn(&Pending, Outcome) -> bool,
    ) -> Result<Reply, TimedOut> {
        self.server
            .wait_for(timeout, |server| {
                let state = server.shared.look();
                let pending = state.interactions.get(&self.id)?;
                let (outcome, _) = pending.first.filter(|(outcome, _)| done(pending, *outcome))?;
                Some(reply_of(&state, pending, outcome))
            })
            .await
    }

    /// The follow-up messages so far.
    #[must_use]
    pub fn followups(&self) -> Vec<Message> {
        let state = self.server.shared.look();
        let Some(pending) = state.interactions.get(&self.id) else { return Vec::new() };
        let messages = pending.followups.iter().filter_map(|id| state.world.message(pending.channel, *id));
        messages.cloned().collect()
    }
}

fn reply_of(state: &State, pending: &Pending, outcome: Outcome) -> Reply {
    let message = pending.original.and_then(|id| state.world.message(pending.channel, id));
    Reply {
        outcome,
        after: pending.first.map_or(Duration::ZERO, |(_, at)| at.since(pending.created)),
        message: message.cloned(),
        data: pending.data.clone(),
    }
}
