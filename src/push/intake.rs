//! What becomes of an event that X told, by whichever way it came.
//!
//! Owns which events were taken already. X may tell an event twice, by two ways, late, or in another order than things
//! happened: what is taken once isn't taken again, and the rest is the lifecycle's to judge, as with everything seen.
//! An event counts as taken when what it causes is kept, so that one that the store refused may come again.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tracing::{debug, error, info, warn};

use super::webhook::{NotKept, Takes};
use crate::clock::SharedClock;
use crate::complaint::Complaint;
use crate::domain::ids::{SpaceId, UserId};
use crate::follows::Follows;
use crate::metrics::PUSH_EVENTS;
use crate::watcher::Watcher;
use crate::watcher::coverage::Coverage;
use crate::watcher::lifecycle::{Observation, Sight};
use crate::x::Client;
use crate::x::activity::event::{self, SpaceEvent, Told};
use crate::x::activity::subscriptions::Moment;

/// How many events are remembered as taken: far more than X tells twice.
const REMEMBERED: usize = 20_000;

/// Whom it concerns that somebody no longer lets the app in.
#[async_trait]
pub trait Withdrawals: Send + Sync {
    /// The owner of this account took back what they let the app do; whether that is written down.
    async fn withdrawn(&self, account: UserId) -> bool;
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// What it causes is kept.
    Kept,
    /// It was taken before.
    Again,
    /// It concerns nobody here.
    Passed,
    /// X ends what it told by.
    Disconnect,
    /// It can't be read.
    Unreadable,
    /// What it causes couldn't be kept; it wasn't taken.
    Failed,
}

/// Takes events.
pub struct Intake {
    x: Client,
    watcher: Arc<Watcher>,
    follows: Arc<Follows>,
    coverage: Arc<Coverage>,
    withdrawals: Option<Arc<dyn Withdrawals>>,
    clock: SharedClock,
    seen: Mutex<Seen>,
    unkept: Complaint,
    unreadable: Complaint,
}

/// An event by what it can be known again by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mark {
    Uuid(String),
    Change(SpaceId, Moment),
}

#[derive(Debug, Default)]
struct Seen {
    marks: HashSet<Mark>,
    order: VecDeque<Mark>,
}

impl Intake {
    /// An intake that has taken nothing yet.
    #[must_use]
    pub fn new(
        x: Client,
        watcher: Arc<Watcher>,
        follows: Arc<Follows>,
        coverage: Arc<Coverage>,
        clock: SharedClock,
    ) -> Self {
        Self {
            x,
            watcher,
            follows,
            coverage,
            withdrawals: None,
            clock,
            seen: Mutex::default(),
            unkept: Complaint::default(),
            unreadable: Complaint::default(),
        }
    }

    /// The same, telling `withdrawals` who took back what they let the app do.
    #[must_use]
    pub fn with_withdrawals(self, withdrawals: Option<Arc<dyn Withdrawals>>) -> Self {
        Self { withdrawals, ..self }
    }

    /// Takes an event as it came. What it causes is in the store when this returns [`Taken::Kept`].
    pub async fn take(&self, bytes: &[u8]) -> Taken {
        let told = event::read(bytes);
        let is_new = self.unreadable.is_new(&told);
        match told {
            Ok(Told::Space(event)) => self.take_change(&event).await,
            Ok(Told::Revoked(account)) => self.take_revocation(account).await,
            Ok(Told::Disconnect) => Taken::Disconnect,
            Ok(Told::Other) => counted("other", Taken::Passed),
            Err(unreadable) => {
                if is_new {
                    warn!(
                        "X told something that can't be read ({unreadable}, {} bytes); it is passed over",
                        bytes.len()
                    );
                }
                counted("other", Taken::Unreadable)
            }
        }
    }

    async fn take_change(&self, event: &SpaceEvent) -> Taken {
        let name = word(event.moment);
        self.x.was_told(event);
        let marks = marks(event);
        if marks.iter().any(|mark| self.seen().marks.contains(mark)) {
            return counted(name, Taken::Again);
        }
        if !self.follows.is_followed(event.host) {
            debug!(user.id = %event.host, "X told of a host whom nobody follows");
            return counted(name, Taken::Passed);
        }
        // Where its event names no Space, or perhaps another id than the Space's own, a look at the host's list says which.
        self.coverage.owe(event.host);
        let Some(space) = event.space else {
            self.seen().keep(marks);
            return counted(name, Taken::Kept);
        };
        let sight = match event.moment {
            Moment::Start => Sight::Started { id: space, host: event.host },
            Moment::End => Sight::Ended { id: space, host: event.host },
        };
        let kept = self.watcher.observe(vec![Observation { sight, asked_at: self.clock.now() }]).await;
        let is_new = self.unkept.is_new(&kept);
        if let Err(error) = kept {
            if is_new {
                error!(
                    space.id = %space, error = &error as &dyn std::error::Error,
                    "what X told of Space {space} couldn't be kept; its host is looked at as soon as that works"
                );
            }
            return counted(name, Taken::Failed);
        }
        self.seen().keep(marks);
        info!(space.id = %space, user.id = %event.host, "X told that Space {space} {name}s");
        counted(name, Taken::Kept)
    }

    async fn take_revocation(&self, account: UserId) -> Taken {
        let Some(withdrawals) = &self.withdrawals else { return counted("revoke", Taken::Passed) };
        // Twice does no harm: a link that is over stays so.
        let written = withdrawals.withdrawn(account).await;
        counted("revoke", if written { Taken::Kept } else { Taken::Failed })
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Takes for Intake {
    async fn take(&self, body: &[u8]) -> Result<(), NotKept> {
        if self.take(body).await == Taken::Failed { Err(NotKept) } else { Ok(()) }
    }
}

impl Seen {
    fn keep(&mut self, marks: Vec<Mark>) {
        for mark in marks {
            if self.marks.insert(mark.clone()) {
                self.order.push_back(mark);
            }
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.marks.remove(&oldest);
            }
        }
    }
}

/// What the event is known again by: X's id of it, and what happened to which Space.
fn marks(event: &SpaceEvent) -> Vec<Mark> {
    let uuid = Some(event.uuid.clone()).filter(|uuid| !uuid.is_empty()).map(Mark::Uuid);
    let change = event.space.map(|space| Mark::Change(space, event.moment));
    uuid.into_iter().chain(change).collect()
}

const fn word(moment: Moment) -> &'static str {
    match moment {
        Moment::Start => "start",
        Moment::End => "end",
    }
}

/// Counts what became of an event.
fn counted(name: &str, taken: Taken) -> Taken {
    let outcome = match taken {
        Taken::Kept => "taken",
        Taken::Again => "again",
        Taken::Passed => "passed",
        Taken::Unreadable => "unreadable",
        Taken::Disconnect | Taken::Failed => "failed",
    };
    PUSH_EVENTS.count(&[name, outcome]);
    taken
}
