//! The reminder: sends the direct messages that people asked for, keeps them true, and empties them in time.
//!
//! Each reminder is a row; what is to be done for it is decided from what is known of its Space at that moment. A try is
//! recorded before it is sent, under a nonce of the row's own; where nobody knows how it ended and the nonce is too old,
//! the channel's history tells. Posts about something live go first, within bounds.

pub mod message;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::clock::{doubled, later};
use crate::commands::App;
use crate::commands::app::Undelivered;
use crate::complaint::Complaint;
use crate::domain::known::Known;
use crate::domain::reminder::{Form, form, next_look, nonce};
use crate::pulse::Part;
use crate::store::{Reminder, StoreError};

/// Reminders carried out at once.
const AT_ONCE: u32 = 40;
/// How long reminders wait for posts about something live, from when the longest due of them fell due.
const LIVE_FIRST: SignedDuration = SignedDuration::from_secs(10);
/// How often it is looked whether such posts wait.
const LIVE_LOOK: Duration = Duration::from_millis(200);
/// The longest that nothing is looked for.
const LONGEST_IDLE: Duration = Duration::from_secs(2);
/// The shortest pause when something falls due in a moment.
const SHORTEST_IDLE: Duration = Duration::from_millis(50);
/// The longest that what is under way is waited for when stopping.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(2);
/// How long Discord surely remembers a nonce. Its documentation says "a few minutes".
const NONCE_LIFE: SignedDuration = SignedDuration::from_secs(110);
/// The first pause after a try that ended nobody knows how; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: SignedDuration = SignedDuration::from_millis(500);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// The first pause after a message couldn't be changed; it doubles up to [`LONGEST_EDIT_PAUSE`].
const FIRST_EDIT_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// See [`FIRST_EDIT_PAUSE`].
const LONGEST_EDIT_PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// A message that couldn't be changed so often is given up: that takes more than a week.
const EDIT_TRIES: u32 = 40;

/// Carries reminders out.
#[derive(Debug, Clone)]
pub struct Reminders {
    /// What they are about, and who delivers them.
    pub app: Arc<App>,
    /// This store's salt for nonces.
    pub nonce_salt: u32,
    /// Its turns are counted.
    pub pulse: Part,
}

impl Reminders {
    /// Works until `stop`; what is being sent then is settled first.
    pub async fn run(self, stop: CancellationToken) {
        let failing = Complaint::default();
        while !stop.is_cancelled() {
            self.pulse.turn();
            let done = tokio::select! {
                done = self.tick() => done,
                // What is under way is looked for at the next start.
                () = async {
                    stop.cancelled().await;
                    tokio::time::sleep(STOP_PATIENCE).await;
                } => return,
            };
            let is_new = failing.is_new(&done);
            let pause = match done {
                Ok(true) => continue,
                Ok(false) => self.idle().await,
                Err(error) => {
                    if is_new {
                        error!(
                            error = &error as &dyn std::error::Error,
                            "reminders can't be looked after; trying again"
                        );
                    }
                    STORE_PAUSE
                }
            };
            stop.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
    }

    /// Carries out what is due; whether anything was.
    pub async fn tick(&self) -> Result<bool, StoreError> {
        let due = self.app.store.due_reminders(AT_ONCE, self.app.clock.now()).await?;
        let Some(oldest) = due.iter().map(|reminder| reminder.due_at).min() else { return Ok(false) };
        self.let_live_posts_go(oldest).await?;
        let mut under_way = JoinSet::new();
        for reminder in due {
            let this = self.clone();
            under_way.spawn(async move { this.carry_out(&reminder).await });
        }
        let mut all = Ok(true);
        while let Some(done) = self.pulse.through(under_way.join_next()).await {
            match done {
                Ok(Err(error)) => all = Err(error),
                // What panicked stays due, and mustn't be tried without a pause.
                Err(_) if all.is_ok() => all = Ok(false),
                Ok(Ok(())) | Err(_) => {}
            }
        }
        all
    }

    async fn idle(&self) -> Duration {
        let next = self.app.store.next_reminder().await.ok().flatten();
        let wait = next.map(|at| Duration::try_from(at.duration_since(self.app.clock.now())));
        match wait {
            None => LONGEST_IDLE,
            Some(wait) => wait.unwrap_or_default().clamp(SHORTEST_IDLE, LONGEST_IDLE),
        }
    }

    async fn let_live_posts_go(&self, oldest: Timestamp) -> Result<(), StoreError> {
        let app = &self.app;
        while app.clock.now().duration_since(oldest) < LIVE_FIRST
            && app.store.live_posts_wait(app.clock.now()).await?
        {
            tokio::time::sleep(LIVE_LOOK).await;
        }
        Ok(())
    }

    async fn carry_out(&self, reminder: &Reminder) -> Result<(), StoreError> {
        let kept = if reminder.erased { None } else { self.app.store.space(reminder.space).await? };
        let known = kept.map(|(known, _)| known);
        let now = self.app.clock.now();
        match reminder.tried_at.filter(|_| reminder.message.is_none()) {
            // A try in the future began before the clock was put back: nobody knows how long ago.
            Some(tried_at) if known.is_none() || now.duration_since(tried_at).abs() > NONCE_LIFE => {
                self.settle_by_history(reminder, known.as_ref(), tried_at.min(now)).await
            }
            _ => self.tell(reminder, known.as_ref()).await,
        }
    }

    /// Sends or changes the message.
    async fn tell(&self, reminder: &Reminder, known: Option<&Known>) -> Result<(), StoreError> {
        let (app, now) = (&self.app, self.app.clock.now());
        let Some(form) = form(known, reminder.message.is_some(), now) else {
            if let Some(tried_at) = reminder.tried_at.filter(|_| reminder.message.is_none()) {
                // It may be there all the same.
                return self.settle_by_history(reminder, known, tried_at.min(now)).await;
            }
            info!(space.id = %reminder.space, "a reminder of Space {} is no use any more", reminder.space);
            return app.store.drop_reminder(reminder.id).await;
        };
        let text = message::compose(app, form, known, &reminder.locale);
        let told = match reminder.message {
            Some(message) => app.server.edit_direct(reminder.channel, message, &text).await.map(|()| message),
            None if !app.store.begin_reminder(reminder, now).await? => return Ok(()),
            None => {
                let nonce = nonce(self.nonce_salt, reminder.id);
                app.server.send_direct(reminder.channel, &text, Some(&nonce)).await
            }
        };
        match told {
            Ok(_) if form == Form::Emptied => app.store.drop_reminder(reminder.id).await,
            Ok(message) => {
                if reminder.message.is_none() {
                    info!(space.id = %reminder.space, "reminded somebody of Space {}", reminder.space);
                }
                let next = known.and_then(next_look);
                app.store.settle_reminder(reminder, message, next, app.clock.now()).await
            }
            Err(error) => self.not_told(reminder, error).await,
        }
    }

    async fn not_told(&self, reminder: &Reminder, error: Undelivered) -> Result<(), StoreError> {
        let (store, now) = (&self.app.store, self.app.clock.now());
        let is_there = reminder.message.is_some();
        match error {
            Undelivered::Later(wait) => {
                let wait = SignedDuration::try_from(wait).unwrap_or(LONGEST_PAUSE);
                store.put_off_reminder(reminder, later(now, wait), false, reminder.tried_at.is_none()).await
            }
            Undelivered::Uncertain => {
                let pause = doubled(FIRST_PAUSE, reminder.attempts, LONGEST_PAUSE);
                store.put_off_reminder(reminder, later(now, pause), true, false).await
            }
            // Whoever removed it needs it no more.
            Undelivered::Gone => store.drop_reminder(reminder.id).await,
            Undelivered::Closed | Undelivered::Refused if is_there && reminder.attempts < EDIT_TRIES => {
                let pause = doubled(FIRST_EDIT_PAUSE, reminder.attempts, LONGEST_EDIT_PAUSE);
                store.put_off_reminder(reminder, later(now, pause), true, false).await
            }
            Undelivered::Closed | Undelivered::Refused => {
                warn!(space.id = %reminder.space, "a reminder of Space {} can't be delivered: {error}", reminder.space);
                store.drop_reminder(reminder.id).await
            }
        }
    }

    /// Finds out by the channel's history whether a message was sent, which the nonce can't guard any more.
    async fn settle_by_history(
        &self,
        reminder: &Reminder,
        known: Option<&Known>,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let (app, store) = (&self.app, &self.app.store);
        let others = store.reminder_messages(reminder.space, reminder.channel).await?;
        let found = app.server.find_direct(reminder.channel, reminder.space, since, &others).await;
        let now = app.clock.now();
        match found {
            // What it shows may be of an earlier day.
            Ok(Some(message)) => store.settle_reminder(reminder, message, Some(now), now).await,
            Ok(None) => match form(known, false, now) {
                Some(Form::Soon | Form::Overdue | Form::Live) => {
                    store.put_off_reminder(reminder, now, false, true).await
                }
                // Such a message links to nothing that it could have been found by: not to repeat it is the lesser evil.
                _ => store.drop_reminder(reminder.id).await,
            },
            Err(Undelivered::Closed) => store.drop_reminder(reminder.id).await,
            Err(error) => self.not_told(reminder, error).await,
        }
    }
}
