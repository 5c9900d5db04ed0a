//! The lookout: what those who run the bot see of it from outside, and hear of it unasked.
//!
//! Owns what keeps the bot from ringing ([`Trouble`]), judged from facts that others record, and the regular trial
//! whether the store can be written. [`answers`] answers `/healthz`, `/readyz` and `/metrics`; [`bulletin`] decides
//! what the operators' channel is told, and [`herald`] tells it. Nothing here changes what the bot does.

pub mod answers;
pub mod bulletin;
mod gauges;
pub mod herald;

use std::fmt;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tracing::{error, info};

use crate::clock::SharedClock;
use crate::discord::limits::INVALID_AT_MOST;
use crate::discord::rest::Rest;
use crate::follows::Follows;
use crate::health::Health;
use crate::pulse::Pulse;
use crate::store::Store;
use crate::watcher::Watcher;
use crate::watcher::coverage::Coverage;
use crate::x::cost::next_day;
use crate::x::{Cause, Client, Credits, Endpoint};

/// Where the store is tried to be written.
const TRIAL: &str = "trial";

/// X is silent when it has given no usable answer for so long.
const SILENT_FOR: SignedDuration = SignedDuration::from_mins(2);

/// What looks after everything else.
pub struct Lookout {
    /// What must be written.
    pub store: Store,
    /// What must be asked.
    pub x: Client,
    /// What is followed.
    pub follows: Arc<Follows>,
    /// What is known.
    pub watcher: Arc<Watcher>,
    /// Whom X tells of.
    pub coverage: Arc<Coverage>,
    /// What others saw.
    pub health: Arc<Health>,
    /// What must be sent by.
    pub rest: Arc<Rest>,
    /// What must turn.
    pub pulse: Pulse,
    /// The time.
    pub clock: SharedClock,
    /// When month and day were last summed up for the metrics.
    pub come_to_at: Mutex<Option<Timestamp>>,
}

/// What can keep the bot from ringing, and what needs a person though all rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The database can't be written.
    Store,
    /// X refuses the token.
    XToken,
    /// X gives no usable answer to what is asked all the time.
    XSilent,
    /// The credits with X are spent.
    XCredits,
    /// The day's budget for X is spent.
    XBudget,
    /// There is no session at Discord's gateway.
    Gateway,
    /// Discord refused so much that all sending rests.
    Discord,
    /// Most of the day's budget for X is spent, so that what matters least stops.
    XBudgetNear,
    /// X doesn't let this app be told of starts and ends, which costs seconds.
    XPush,
    /// X lets this app hold fewer subscriptions than the settings say, which costs seconds for the hosts beyond.
    XPushCap,
}

/// Something that keeps the bot from ringing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// What.
    pub kind: Kind,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.since;
        match self.kind {
            Kind::Store => write!(f, "store: the database can't be written since {since}"),
            Kind::XToken => write!(f, "x-token: X refuses X_BEARER_TOKEN since {since}"),
            Kind::XSilent => write!(f, "x-silent: X gives no usable answer since {since}"),
            Kind::XCredits => write!(f, "x-credits: the credits with X are spent since {since}"),
            Kind::XBudget => write!(f, "x-budget: X_DAILY_BUDGET_USD is spent until the next day in UTC"),
            Kind::Gateway => write!(f, "gateway: no session with Discord since {since}"),
            Kind::Discord => {
                write!(f, "discord: {INVALID_AT_MOST} refused requests in ten minutes, sending rests")
            }
            Kind::XBudgetNear => write!(f, "x-budget-near: 80 % of X_DAILY_BUDGET_USD is spent"),
            Kind::XPush => write!(f, "x-push: X tells this app of no starts and ends since {since}"),
            Kind::XPushCap => {
                write!(f, "x-push-cap: X holds fewer subscriptions than X_PUSH_SUBSCRIPTIONS since {since}")
            }
        }
    }
}

impl Lookout {
    /// What keeps the bot from ringing now.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        let now = self.clock.now();
        let (store, gateway) = (self.health.store(), self.health.gateway());
        let credits = match *self.x.credits().borrow() {
            Credits::Spent { since, .. } => Some(since),
            Credits::Available => None,
        };
        // A budget of nothing is how somebody wanted it.
        let is_spent =
            self.x.spending().rests(Cause::Hosts).is_some() && self.x.spending().spent_today().budget.0 > 0;
        let rests = self.rest.limits().invalid() >= INVALID_AT_MOST;
        let all = [
            (Kind::Store, (!store.works).then_some(store.since)),
            (Kind::XToken, self.x.token_refused_since()),
            (Kind::XSilent, self.x_silent_since(now)),
            (Kind::XCredits, credits),
            (Kind::XBudget, is_spent.then_some(now)),
            (Kind::Gateway, (!gateway.works).then_some(gateway.since)),
            (Kind::Discord, rests.then_some(now)),
        ];
        all.into_iter().filter_map(|(kind, since)| Some(Trouble { kind, since: since? })).collect()
    }

    /// What needs a person though all rings.
    #[must_use]
    pub fn warnings(&self) -> Vec<Trouble> {
        let near = self.x.spending().spent_today().is_near().then(|| self.clock.now());
        let push = self.health.push();
        let cap = push.cap.map(|(_, since)| since);
        let all = [(Kind::XBudgetNear, near), (Kind::XPush, push.refused_since()), (Kind::XPushCap, cap)];
        all.into_iter().filter_map(|(kind, since)| Some(Trouble { kind, since: since? })).collect()
    }

    /// Since when what rings depends on an answer that X doesn't give; a few failures are no trouble, and a refused token
    /// is one of its own.
    fn x_silent_since(&self, now: Timestamp) -> Option<Timestamp> {
        let since = |endpoint| self.x.standing(endpoint).fails(now);
        let first = [Endpoint::SpacesByCreators, Endpoint::Spaces].into_iter().filter_map(since).min();
        let counts = |since: &Timestamp| now.duration_since(*since) >= SILENT_FOR;
        first.filter(counts).filter(|_| self.x.token_refused_since().is_none())
    }

    /// Whether it is known that this is well, and not only that nothing else was seen yet.
    #[must_use]
    pub fn is_proven(&self, kind: Kind) -> bool {
        match kind {
            Kind::XToken | Kind::XCredits => {
                Endpoint::ALL.into_iter().any(|endpoint| self.x.standing(endpoint).answered_at.is_some())
            }
            Kind::XPush => self.health.push().delivers.works,
            Kind::Store
            | Kind::XSilent
            | Kind::XBudget
            | Kind::Gateway
            | Kind::Discord
            | Kind::XBudgetNear
            | Kind::XPushCap => true,
        }
    }

    /// When what a trouble rests for goes on by itself, where that is known.
    #[must_use]
    pub fn ends_at(&self, kind: Kind) -> Option<Timestamp> {
        matches!(kind, Kind::XBudget | Kind::XBudgetNear).then(|| next_day(self.clock.now()))
    }

    /// Tries to write the store, and says once that it can't be written, and once that it can again.
    pub async fn try_store(&self) {
        let now = self.clock.now();
        let tried = self.store.set_meta(TRIAL, &now.to_string()).await;
        let before = self.health.store();
        self.health.saw_store(tried.is_ok(), self.clock.now());
        match tried {
            Ok(()) if !before.works => info!("the database can be written again"),
            Err(error) if before.works => {
                error!(error = &error as &dyn std::error::Error, "the database can't be written");
            }
            Ok(()) | Err(_) => {}
        }
    }
}
