//! Finding a Space for a person: in memory, in a young answer, or at X.
//!
//! What X shows on the way is given to the watcher, so that a Space that somebody asked about rings where it is
//! followed. An answer that failed proves nothing: what is known is shown then, with its age.

use jiff::Timestamp;
use tracing::error;

use super::answers::Answer;
use super::app::{App, Failure};
use super::invocation::Asker;
use super::remembered::is_young;
use crate::card::Subject;
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::known::{Known, Phase};
use crate::domain::space::{Space, SpaceState, XUser};
use crate::watcher::lifecycle::{Observation, Sight};
use crate::x::{Lookup, Want, XError};

/// A Space that was found.
#[derive(Debug)]
pub struct Sighting {
    /// What is known of it.
    pub known: Known,
    /// Accounts that are known.
    pub people: Vec<XUser>,
    /// Why nothing newer could be had, where that was tried.
    pub fault: Option<Failure>,
}

/// What looking for a Space found.
#[derive(Debug)]
pub enum Finding {
    /// It is there, or is known.
    There(Box<Sighting>),
    /// X has none of this id. What was known of it, if anything was.
    Gone(Option<Box<Known>>),
}

impl Sighting {
    /// What is to be shown of it at `now`.
    #[must_use]
    pub fn subject(&self, now: Timestamp) -> Subject<'_> {
        Subject {
            age: Some(now.duration_since(self.known.seen_at)),
            ..Subject::of(&self.known, &self.people)
        }
    }
}

/// Finds a Space.
pub async fn find(app: &App, asker: &Asker, id: SpaceId) -> Result<Finding, Failure> {
    let now = app.clock.now();
    let known = app.watch.known(id);
    if let Some(known) = &known {
        if known.phase.is_over() && (known.over_for_good || is_young(known.seen_at, now)) {
            return Ok(Finding::Gone(Some(Box::new(known.clone()))));
        }
        if is_young(known.seen_at, now) && !known.phase.is_over() {
            return Ok(there(app, asker, known.clone(), None, true).await);
        }
    }
    if let Some(answer) = app.answers.young(&id, now) {
        return Ok(match answer.space.clone() {
            Some(space) => there(app, asker, known_of(space, answer.asked_at), None, false).await,
            None => Finding::Gone(known.map(Box::new)),
        });
    }
    let fresh = question(app, asker, Box::pin(ask(app, asker, id))).await;
    match (fresh, known) {
        (Ok(Some(seen)), _) => Ok(there(app, asker, seen, None, false).await),
        (Ok(None), known) => Ok(Finding::Gone(app.watch.known(id).or(known).map(Box::new))),
        (Err(fault), Some(known)) if !known.phase.is_over() => {
            Ok(there(app, asker, known, Some(fault), false).await)
        }
        // It was over when it was last seen, and a Space hardly ever comes back.
        (Err(_), Some(over)) => Ok(Finding::Gone(Some(Box::new(over)))),
        (Err(fault), None) => {
            let old = app.answers.old(&id, now);
            match old.and_then(|answer| Some(known_of(answer.space.clone()?, answer.asked_at))) {
                Some(known) => Ok(there(app, asker, known, Some(fault), false).await),
                None => Err(fault),
            }
        }
    }
}

/// Takes one of the asker's questions.
pub fn take(app: &App, asker: &Asker, now: Timestamp) -> Result<(), Failure> {
    app.quota.take(asker.user, now).map_err(|until| Failure::Quota { most: app.quota.most(), until })
}

/// One of the asker's questions to X, which isn't asked if there is none left. One that the budget refuses doesn't
/// count.
pub async fn question<T>(
    app: &App,
    asker: &Asker,
    request: impl Future<Output = Result<T, XError>>,
) -> Result<T, Failure> {
    take(app, asker, app.clock.now())?;
    let answer = request.await;
    if matches!(answer, Err(XError::BudgetSpent { .. })) {
        app.quota.give_back(asker.user);
    }
    Ok(answer?)
}

/// Asks X about a Space and lets the watcher know.
async fn ask(app: &App, asker: &Asker, id: SpaceId) -> Result<Option<Known>, XError> {
    let fetched = app.x.space(id, Want::HOSTS, asker.cause()).await?;
    let asked_at = fetched.asked_at;
    let (space, sight) = match fetched.value {
        Lookup::Found(space) => (Some(space.clone()), Some(Sight::Present(Box::new(space)))),
        // Nobody waits for the end of a Space that nobody knew.
        Lookup::NotFound => (None, app.watch.known(id).map(|_| Sight::Gone(id))),
    };
    app.answers.put(id, Answer { space: space.clone(), asked_at }, app.clock.now());
    if let Some(sight) = sight {
        observe(app, vec![Observation { sight, asked_at }]).await;
    }
    Ok(space.map(|space| app.watch.known(id).unwrap_or_else(|| known_of(space, asked_at))))
}

/// Lets the watcher know what was seen. What it can't keep now, it will see itself.
pub async fn observe(app: &App, observations: Vec<Observation>) {
    if let Err(error) = app.watch.observe(observations).await {
        error!(error = &error as &dyn std::error::Error, "what a command saw wasn't kept");
    }
}

/// `known` with the accounts that it is about, asked for only if `may_ask`, and only if the host is unknown.
async fn there(app: &App, asker: &Asker, known: Known, fault: Option<Failure>, may_ask: bool) -> Finding {
    let ids = people_ids(&known.space);
    let now = app.clock.now();
    let mut people = cached(app, &ids, now);
    let host_is_known = known.space.creator.is_none_or(|id| people.iter().any(|user| user.id == id));
    if may_ask
        && !host_is_known
        && take(app, asker, now).is_ok()
        && let Ok(shown) = app.x.people(&ids, asker.cause()).await
    {
        people = shown;
    }
    Finding::There(Box::new(Sighting { known, people, fault }))
}

/// The accounts of `ids` that X showed within a day.
#[must_use]
pub fn cached(app: &App, ids: &[UserId], now: Timestamp) -> Vec<XUser> {
    let fresh = |id: &UserId| app.x.users().get(*id).filter(|known| known.is_fresh(now));
    ids.iter().filter_map(fresh).map(|known| known.user).collect()
}

/// The accounts that a card names.
fn people_ids(space: &Space) -> Vec<UserId> {
    let mut ids: Vec<UserId> = space.creator.into_iter().collect();
    ids.extend(space.cohosts());
    ids
}

/// What one answer alone says of a Space.
#[must_use]
pub fn known_of(space: Space, asked_at: Timestamp) -> Known {
    let phase = match space.state {
        SpaceState::Ended => Phase::Ended,
        SpaceState::Canceled => Phase::Cancelled,
        SpaceState::Live => Phase::Live,
        // A word that nobody knows: what has begun is taken to be live.
        SpaceState::Other(_) if space.started_at.is_some() => Phase::Live,
        SpaceState::Scheduled | SpaceState::Other(_) => Phase::Scheduled,
    };
    let mut known = Known::first_seen(space, phase, asked_at);
    known.live_since = known.space.started_at;
    known.over_at = known.space.ended_at;
    known
}
