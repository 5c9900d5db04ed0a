//! Interactions: Discord's questions as invocations, and replies as its answers.
//!
//! Each interaction is a task of its own, so that one that waits for X holds up nobody. Discord wants an answer within
//! three seconds: what isn't done after two is deferred and told later by an edit.
//!
//! What others are to see of X is kept by its message's id before it is shown, so that it can be emptied in time: so such an
//! answer is deferred however fast it is, unless it goes in place of a message whose id is known.
//!
//! Accepted: an answer whose connection drops may have arrived. It is sent again once; "already acknowledged" then
//! means that it had. A command whose asker can't be reached any more is done all the same.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serenity::builder::{
    AutocompleteChoice, Builder as _, CreateAutocompleteResponse, CreateInteractionResponse,
    CreateInteractionResponseMessage,
};
use serenity::http::{Http, HttpError};
use serenity::model::application::{CommandInteraction, Interaction};
use serenity::model::id::{InteractionId, MessageId};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::task::TaskTracker;
use tracing::{error, warn};

use super::asked::{of_command, of_form, of_press, typing};
use super::replies;
use crate::commands::complete::complete;
use crate::commands::reply::Place;
use crate::commands::{App, Invocation, Reply, execute};
use crate::texts::key;

/// What isn't done by then is deferred: a second before Discord gives up.
const DEFER_AFTER: Duration = Duration::from_secs(2);
/// The longest that Discord waits for an answer, but for the way there.
const ANSWERED_WITHIN: Duration = Duration::from_millis(2_700);
/// What isn't done by then is given up, well before the token's 15 minutes are over.
const GIVE_UP_AFTER: Duration = Duration::from_mins(2);
/// Choices that aren't there by then aren't offered.
const COMPLETE_WITHIN: Duration = Duration::from_secs(2);
/// Interactions under way at once; more are left unanswered, which Discord tells the asker.
const AT_ONCE_MAX: usize = 1_000;
/// How often an answer is sent, and how often an edit, which has minutes.
const ANSWER_TRIES: u32 = 2;
/// See [`ANSWER_TRIES`].
const EDIT_TRIES: u32 = 4;
/// The pause before the first repetition of an edit; it doubles.
const EDIT_PAUSE: Duration = Duration::from_secs(1);

/// Answers interactions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Interactions {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    app: Arc<App>,
    http: Arc<Http>,
    tasks: TaskTracker,
    /// Where they run: not where the gateway's shards do, which may be stuck.
    runtime: Handle,
    room: Arc<Semaphore>,
}

/// Where an answer goes.
#[derive(Debug, Clone)]
struct Address {
    id: InteractionId,
    token: String,
    received: Instant,
    /// The message with the pressed button, if others see it.
    pressed: Option<MessageId>,
}

impl Interactions {
    /// Answers by `http`, which must have no limiter of its own: interactions are outside of all limits.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio, on which they are answered.
    #[must_use]
    pub fn new(app: Arc<App>, http: Arc<Http>) -> Self {
        let room = Arc::new(Semaphore::new(AT_ONCE_MAX));
        Self {
            inner: Arc::new(Inner { app, http, tasks: TaskTracker::new(), runtime: Handle::current(), room }),
        }
    }

    /// Takes an interaction. Never waits.
    pub fn take(&self, interaction: Interaction) {
        let inner = Arc::clone(&self.inner);
        let Ok(place) = Arc::clone(&inner.room).try_acquire_owned() else {
            warn!("an interaction was left unanswered: {AT_ONCE_MAX} are under way");
            return;
        };
        inner.http.set_application_id(interaction.application_id());
        let received = Instant::now();
        let answered = async move {
            let _place = place;
            match interaction {
                Interaction::Command(command) => {
                    let address =
                        Address { id: command.id, token: command.token.clone(), received, pressed: None };
                    inner.answer(address, of_command(&command)).await;
                }
                Interaction::Component(press) => {
                    let invocation = of_press(&press);
                    let pressed = invocation.on_shared.then_some(press.message.id);
                    let address = Address { id: press.id, token: press.token.clone(), received, pressed };
                    inner.answer(address, invocation).await;
                }
                Interaction::Modal(form) => {
                    let address = Address { id: form.id, token: form.token.clone(), received, pressed: None };
                    inner.answer(address, of_form(&form)).await;
                }
                Interaction::Autocomplete(typing) => {
                    let address =
                        Address { id: typing.id, token: typing.token.clone(), received, pressed: None };
                    inner.complete(address, &typing).await;
                }
                // Nothing that is registered leads to others.
                _ => {}
            }
        };
        self.inner.tasks.spawn_on(answered, &self.inner.runtime);
    }

    /// Takes no notice of time: waits until everything under way is answered, for `patience` at most.
    pub async fn finish(&self, patience: Duration) {
        self.inner.tasks.close();
        if timeout(patience, self.inner.tasks.wait()).await.is_err() {
            warn!("{} interactions were left unanswered at the end", self.inner.tasks.len());
        }
    }
}

impl Inner {
    async fn answer(&self, address: Address, invocation: Invocation) {
        let (private, in_place) = (invocation.is_private(), invocation.is_in_place());
        // A form can't come after anything else: whoever waits for one waits for as long as Discord does.
        let defer_after = if invocation.opens_form() { ANSWERED_WITHIN } else { DEFER_AFTER };
        let (app, asked) = (Arc::clone(&self.app), invocation.clone());
        let mut work = self.tasks.spawn(async move { execute(&app, &asked).await });
        let sorry = |key| Reply::private(self.app.words(&invocation.locale).say(key));
        let broken = |error: tokio::task::JoinError| {
            error!(%error, "a command broke off");
            sorry(key("sorry-unexpected"))
        };
        if let Ok(done) = timeout_at(address.received + defer_after, &mut work).await {
            let reply = done.unwrap_or_else(broken);
            if reply.place == Place::New && reply.shows_others().is_some() {
                let deferred = CreateInteractionResponseMessage::new().ephemeral(false);
                self.respond(&address, &CreateInteractionResponse::Defer(deferred)).await;
                let reply = self.kept(&address, &invocation, reply).await;
                self.tell_later(&address, &reply, false).await;
                return;
            }
            let reply = self.kept(&address, &invocation, reply).await;
            let message = replies::answer(&reply);
            let response = match (&reply.form, reply.place) {
                (Some(form), _) => CreateInteractionResponse::Modal(replies::form(form)),
                (None, Place::New) => CreateInteractionResponse::Message(message),
                (None, Place::InPlace) => CreateInteractionResponse::UpdateMessage(message),
            };
            self.respond(&address, &response).await;
            return;
        }
        let response = if in_place {
            CreateInteractionResponse::Acknowledge
        } else {
            CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(private))
        };
        self.respond(&address, &response).await;
        let reply = if let Ok(done) = timeout_at(address.received + GIVE_UP_AFTER, &mut work).await {
            done.unwrap_or_else(broken)
        } else {
            work.abort();
            error!(interaction.id = %address.id, "a command took too long and was given up");
            sorry(key("sorry-too-slow"))
        };
        let reply = self.kept(&address, &invocation, reply).await;
        self.tell_later(&address, &reply, in_place).await;
    }

    /// The reply, once it is kept which message shows it to others; where that can't be kept, a sentence in its stead.
    async fn kept(&self, address: &Address, invocation: &Invocation, reply: Reply) -> Reply {
        let Some(spaces) = reply.shows_others() else { return reply };
        let message = match (reply.place, address.pressed) {
            (Place::InPlace, Some(message)) => Some(message),
            (Place::InPlace, None) => return reply,
            (Place::New, _) => self.original(address).await,
        };
        let kept = match message {
            Some(message) => self.app.keep_shown(invocation, message, &spaces).await.map_err(|error| {
                error!(
                    channel.id = %invocation.here.id, error = &error as &dyn std::error::Error,
                    "an answer in channel {} isn't shown, since it couldn't be kept", invocation.here.id
                );
                key("sorry-store")
            }),
            None => Err(key("sorry-discord")),
        };
        match kept {
            Ok(()) => reply,
            Err(why) => {
                let words = self.app.words(&invocation.locale);
                Reply::private(words.say(why))
            }
        }
    }

    /// The message that an answer which was deferred goes to; `None` if Discord doesn't say.
    async fn original(&self, address: &Address) -> Option<MessageId> {
        let mut pause = EDIT_PAUSE;
        for _ in 0..EDIT_TRIES {
            match self.http.get_original_interaction_response(&address.token).await {
                Ok(message) => return Some(message.id),
                Err(error) => match judge(error) {
                    (Verdict::Again, _) => sleep(pause).await,
                    (_, why) => {
                        warn!(interaction.id = %address.id, "Discord doesn't tell where an answer is: {why}");
                        return None;
                    }
                },
            }
            pause = pause.saturating_mul(2);
        }
        None
    }

    async fn complete(&self, address: Address, command: &CommandInteraction) {
        let choices = match typing(command) {
            Some(typing) => timeout(COMPLETE_WITHIN, complete(&self.app, &typing)).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let choices = choices.into_iter().map(|choice| AutocompleteChoice::new(choice.name, choice.value));
        let response = CreateAutocompleteResponse::new().set_choices(choices.collect());
        self.respond(&address, &CreateInteractionResponse::Autocomplete(response)).await;
    }

    async fn respond(&self, address: &Address, response: &CreateInteractionResponse) {
        // By the builder's own way, which numbers the files.
        let send = || response.clone().execute(&*self.http, (address.id, &address.token));
        tried(address.id, ANSWER_TRIES, Duration::ZERO, send).await;
    }

    /// Tells what was deferred.
    async fn tell_later(&self, address: &Address, reply: &Reply, in_place: bool) {
        let token = &address.token;
        if in_place && reply.place == Place::New {
            // The message with the button stays as it is.
            let message = replies::followup(reply);
            let send = || message.clone().execute(&*self.http, (None, token));
            tried(address.id, 1, Duration::ZERO, send).await;
        } else {
            let edit = replies::edit(reply);
            let send = || edit.clone().execute(&*self.http, token);
            tried(address.id, EDIT_TRIES, EDIT_PAUSE, send).await;
        }
    }
}

/// What an answer that failed asks for.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It may not have arrived.
    Again,
    /// It can't arrive any more, or has.
    Settled,
    /// Discord won't have it.
    Refused,
}

/// Sends up to `tries` times. Logs the end once, without the token that addresses hold.
async fn tried<T, F>(id: InteractionId, tries: u32, pause: Duration, mut send: impl FnMut() -> F)
where
    F: Future<Output = serenity::Result<T>>,
{
    let mut pause = pause;
    for attempt in 1..=tries {
        let Err(error) = send().await else { return };
        let (verdict, why) = judge(error);
        match verdict {
            Verdict::Again if attempt < tries => sleep(pause).await,
            // It was only the answer to the first try that got lost.
            Verdict::Settled if attempt > 1 => return,
            Verdict::Settled => {
                warn!(interaction.id = %id, "an interaction was answered too late or twice: {why}");
                return;
            }
            Verdict::Again | Verdict::Refused => {
                error!(interaction.id = %id, "an interaction couldn't be answered: {why}");
                return;
            }
        }
        pause = pause.saturating_mul(2);
    }
}

/// Source of the codes: Discord's documentation, "Opcodes and Status Codes": Unknown interaction, unknown webhook
/// (its token is over), already acknowledged.
fn judge(error: serenity::Error) -> (Verdict, String) {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(answer)) => {
            let status = answer.status_code.as_u16();
            let verdict = match answer.error.code {
                10_062 | 10_015 | 40_060 => Verdict::Settled,
                _ if status == 429 || status >= 500 => Verdict::Again,
                _ => Verdict::Refused,
            };
            (verdict, format!("status {status}, code {}: {}", answer.error.code, answer.error.message))
        }
        serenity::Error::Http(HttpError::Request(error)) => (Verdict::Again, error.without_url().to_string()),
        // A 5xx or 429 whose body isn't what serenity expects, or a success that isn't.
        serenity::Error::Json(error) => (Verdict::Again, error.to_string()),
        _ => (Verdict::Refused, "the answer couldn't be sent".to_owned()),
    }
}
