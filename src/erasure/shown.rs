//! Answers that people showed to others: emptied of what is X's within a day of their Spaces' end, or at somebody's word.
//!
//! What is due is a question to the store, so a restart changes nothing. To empty a message twice does no harm, so it is
//! forgotten only once Discord has taken the edit, or has no such message.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::clock::{doubled, later};
use crate::commands::App;
use crate::commands::Reply;
use crate::commands::app::Unsent;
use crate::commands::words::Words;
use crate::complaint::Complaint;
use crate::domain::notice::EMPTIED_AFTER;
use crate::store::{Shown, StoreError};
use crate::texts::{Locale, key};

/// How often it is looked what is due.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Answers emptied in one turn.
const AT_ONCE: u32 = 20;
/// The pause between two edits: posts need the rate more.
const PACE: Duration = Duration::from_millis(250);
/// The pause after an answer couldn't be emptied; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// After so many tries, which take a week, an answer is given up.
const TRIES_MAX: u32 = 34;

/// Empties answers.
#[derive(Debug)]
pub struct Emptier {
    /// Whose store and which Discord.
    pub app: Arc<App>,
}

impl Emptier {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let failing = Complaint::default();
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(look.tick()).await.is_some() {
            let Some(done) = stop.run_until_cancelled(self.tick()).await else { return };
            let is_new = failing.is_new(&done);
            if let Err(error) = done
                && is_new
            {
                error!(
                    error = &error as &dyn std::error::Error,
                    "answers that were shown can't be emptied; trying again"
                );
            }
        }
    }

    /// Empties what is due. A channel that refuses is asked once a turn, since Discord counts refusals; while Discord doesn't
    /// answer, nothing more is asked.
    pub async fn tick(&self) -> Result<(), StoreError> {
        let store = &self.app.store;
        let now = self.app.clock.now();
        let over_before = now.saturating_sub(EMPTIED_AFTER).unwrap_or(now);
        let mut refusing = HashSet::new();
        for shown in store.due_shown(AT_ONCE, over_before, now).await? {
            if refusing.contains(&shown.channel) {
                self.put_off(&shown).await?;
                continue;
            }
            match self.app.server.edit(shown.channel, shown.message, &self.emptied(&shown)).await {
                // Gone, or nothing but a sentence.
                Ok(()) | Err(Unsent::NotHere) => store.forget_shown(shown.message).await?,
                Err(Unsent::Forbidden | Unsent::Filtered) => {
                    refusing.insert(shown.channel);
                    self.put_off(&shown).await?;
                }
                Err(Unsent::Unavailable) => return self.put_off(&shown).await,
            }
            tokio::time::sleep(PACE).await;
        }
        Ok(())
    }

    /// What is left of an answer.
    fn emptied(&self, shown: &Shown) -> Reply {
        let words = Words { texts: &self.app.texts, locale: Locale::from_code(&shown.locale) };
        let sentence = if shown.on_request { key("shown-erased") } else { key("shown-emptied") };
        Reply { content: words.say(sentence), ..Reply::default() }
    }

    /// An answer couldn't be emptied: it is tried again later, or given up after a week.
    async fn put_off(&self, shown: &Shown) -> Result<(), StoreError> {
        if shown.attempts >= TRIES_MAX {
            warn!(
                channel.id = %shown.channel, message.id = %shown.message,
                "an answer in channel {} couldn't be emptied for a week: given up", shown.channel
            );
            return self.app.store.forget_shown(shown.message).await;
        }
        let now = self.app.clock.now();
        let due = later(now, doubled(FIRST_PAUSE, shown.attempts, LONGEST_PAUSE));
        self.app.store.put_off_shown(shown.message, due).await
    }
}
