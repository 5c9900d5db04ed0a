//! The client: each call weighs the budget, takes its place in the limits, asks, bills and learns.
//!
//! Owns the requests that read Spaces and accounts with the app's own token. Must not decide what a change of
//! a Space means, and keeps nothing of an answer but accounts and the bill. Nothing is asked twice by itself,
//! but for a refused field: whoever called decides on another try.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::sync::{Semaphore, watch};
use url::Url;

use super::allowance::Payers;
use super::answers::{Fetched, Lookup, SearchState, Spaces, Users};
use super::cost::{Cause, Kind, Ledger, Prices};
use super::error::{Detail, Outage, XError};
use super::fields::{Refused, Want};
use super::gate::{Credits, Gate, Standing};
use super::limits::Endpoint;
use super::linked::Linked;
use super::money::MicroDollars;
use super::spending::Spending;
use super::transport::{BadSettings, Transport};
use super::users::UserCache;
use crate::clock::SharedClock;
use crate::domain::ids::{SpaceId, UserId, Username};
use crate::domain::space::XUser;

/// The most ids or names in one request. Source: X's API reference.
pub const BATCH_MAX: usize = 100;
/// The most results of one search. Source: X's API reference.
pub const SEARCH_RESULTS_MAX: usize = 100;
/// The longest search, in characters. Source: X's API reference.
pub const SEARCH_MAX_CHARS: usize = 2048;

/// How to reach X and what it may cost.
#[derive(Clone)]
pub struct Settings {
    /// Where the API is: `https://api.x.com`, or a stand-in.
    pub base_url: Url,
    /// The app's bearer token.
    pub bearer: SecretString,
    /// What X asks for what it returns.
    pub prices: Prices,
    /// What a day in UTC may cost. Zero asks for nothing that may be billed.
    pub daily_budget: MicroDollars,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a request may take in all, its answer included.
    pub total_timeout: Duration,
    /// The most bytes of an answer, unpacked.
    pub body_limit_bytes: usize,
}

impl Settings {
    /// X's documented prices, five dollars a day, five seconds to connect, fifteen in all, four mebibytes.
    #[must_use]
    pub fn new(base_url: Url, bearer: SecretString) -> Self {
        Self {
            base_url,
            bearer,
            prices: Prices::default(),
            daily_budget: MicroDollars(5_000_000),
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(15),
            body_limit_bytes: 4 << 20,
        }
    }
}

/// A client of X's API. Cheap to clone; all clones share limits, bill and cache.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
    pub(super) paid: Paid,
}

/// Who pays for what is asked on behalf of keywords.
#[derive(Clone)]
pub(super) enum Paid {
    /// No server of its own.
    ByNobody,
    /// These, within their allowances.
    By(Payers),
    /// For each Space these; nobody is asked whether they can.
    Each(Arc<HashMap<SpaceId, Payers>>),
}

pub(super) struct Inner {
    pub(super) transport: Transport,
    pub(super) clock: SharedClock,
    pub(super) gate: Mutex<Gate>,
    /// Whoever holds it has the one request under way to an endpoint that takes one at a time.
    pub(super) turn: Semaphore,
    pub(super) refused: Mutex<Refused>,
    pub(super) logged: Mutex<HashSet<String>>,
    pub(super) credits: watch::Sender<Credits>,
    pub(super) token_refused_since: Mutex<Option<Timestamp>>,
    pub(super) spending: Spending,
    pub(super) users: UserCache,
    pub(super) linked: Linked,
}

impl Client {
    /// A client that has asked nothing yet. Its bill and cache are empty until they are restored.
    pub fn new(settings: Settings, clock: SharedClock) -> Result<Self, BadSettings> {
        let transport = Transport::new(
            settings.base_url,
            &settings.bearer,
            settings.connect_timeout,
            settings.total_timeout,
            settings.body_limit_bytes,
        )?;
        let ledger = Ledger::new(settings.prices, settings.daily_budget, clock.now());
        let inner = Inner {
            transport,
            gate: Mutex::new(Gate::opened(clock.now())),
            turn: Semaphore::new(1),
            refused: Mutex::default(),
            logged: Mutex::default(),
            credits: watch::Sender::default(),
            token_refused_since: Mutex::default(),
            spending: Spending::new(ledger, Arc::clone(&clock)),
            users: UserCache::default(),
            linked: Linked::new(),
            clock,
        };
        Ok(Self { inner: Arc::new(inner), paid: Paid::ByNobody })
    }

    /// The same client, where what is asked on behalf of keywords is paid for by these servers, within their allowances.
    #[must_use]
    pub fn paid_by(&self, payers: Payers) -> Self {
        Self { inner: Arc::clone(&self.inner), paid: Paid::By(payers) }
    }

    /// The same client, where each Space is paid for by these servers. It is looked up all the same where their allowances
    /// are spent: what was posted is to be kept true.
    #[must_use]
    pub fn paid_by_each(&self, payers: HashMap<SpaceId, Payers>) -> Self {
        Self { inner: Arc::clone(&self.inner), paid: Paid::Each(Arc::new(payers)) }
    }

    /// The day's bill.
    #[must_use]
    pub fn spending(&self) -> &Spending {
        &self.inner.spending
    }

    /// The accounts that are known.
    #[must_use]
    pub fn users(&self) -> &UserCache {
        &self.inner.users
    }

    /// Whether X says that there are credits; changes wake the receiver.
    #[must_use]
    pub fn credits(&self) -> watch::Receiver<Credits> {
        self.inner.credits.subscribe()
    }

    /// Since when X refuses the token, if it does.
    #[must_use]
    pub fn token_refused_since(&self) -> Option<Timestamp> {
        *lock(&self.inner.token_refused_since)
    }

    /// When a background request to `endpoint` may go: now, or the time before which it would be refused.
    #[must_use]
    pub fn next_background_at(&self, endpoint: Endpoint) -> Timestamp {
        lock(&self.inner.gate).next_background_at(endpoint, self.inner.clock.now())
    }

    /// The time between two background requests to `endpoint`, by X's limit.
    #[must_use]
    pub fn pace(&self, endpoint: Endpoint) -> SignedDuration {
        lock(&self.inner.gate).pace(endpoint)
    }

    /// Requests left in `endpoint`'s window.
    #[must_use]
    pub fn remaining(&self, endpoint: Endpoint) -> u32 {
        lock(&self.inner.gate).remaining(endpoint, self.inner.clock.now())
    }

    /// How `endpoint` has been answering.
    #[must_use]
    pub fn standing(&self, endpoint: Endpoint) -> Standing {
        lock(&self.inner.gate).standing(endpoint)
    }

    /// Looks one Space up.
    pub async fn space(&self, id: SpaceId, want: Want, cause: Cause) -> Result<Fetched<Lookup>, XError> {
        let free = self.room(Kind::Space, &[id], cause)?.free;
        let path = ["2", "spaces", id.as_str()];
        let answer =
            self.ask(Endpoint::Space, &path, &[], |refused| refused.space_query(want, free), cause).await?;
        let mut found = self.take_spaces(answer, cause);
        let speakers = found.answer.speakers.remove(&id).unwrap_or_default();
        let space = found.answer.spaces.into_iter().find(|space| space.id == id);
        let value = match space {
            Some(space) => Lookup::Found(space),
            None if found.nothing_there => Lookup::NotFound,
            None => return Err(Outage::Unreadable.into()),
        };
        Ok(Fetched { value, users: found.answer.users, speakers, asked_at: found.answer.asked_at })
    }

    /// Looks up to [`BATCH_MAX`] Spaces up. Where the budget has no room for all, those that are paid for
    /// today are asked all the same.
    pub async fn spaces(&self, ids: &[SpaceId], want: Want, cause: Cause) -> Result<Spaces, XError> {
        checked_batch(ids)?;
        let room = self.room(Kind::Space, ids, cause)?;
        if room.asked.is_empty() {
            return Ok(self.no_spaces());
        }
        let list = comma_joined(&room.asked);
        let answer = self
            .ask(
                Endpoint::Spaces,
                &["2", "spaces"],
                &[("ids", &list)],
                |refused| refused.space_query(want, room.free),
                cause,
            )
            .await?;
        let problems = answer.body.problems.clone();
        let mut spaces = self.take_spaces(answer, cause).answer;
        let present: HashSet<SpaceId> = spaces.spaces.iter().map(|space| space.id).collect();
        let denied =
            |id: &SpaceId| problems.iter().any(|problem| problem.denies("space", |it| it == id.as_str()));
        spaces.gone = room.asked.into_iter().filter(|id| !present.contains(id) && denied(id)).collect();
        spaces.unasked = room.left_out;
        Ok(spaces)
    }

    /// Finds live and scheduled Spaces of up to [`BATCH_MAX`] creators.
    pub async fn spaces_by_creators(
        &self,
        creators: &[UserId],
        want: Want,
        cause: Cause,
    ) -> Result<Spaces, XError> {
        checked_batch(creators)?;
        if creators.is_empty() {
            return Ok(self.no_spaces());
        }
        self.affordable(Kind::Space, cause)?;
        let list = comma_joined(creators);
        let answer = self
            .ask(
                Endpoint::SpacesByCreators,
                &["2", "spaces", "by", "creator_ids"],
                &[("user_ids", &list)],
                |refused| refused.space_query(want, false),
                cause,
            )
            .await?;
        Ok(self.take_spaces(answer, cause).answer)
    }

    /// Searches titles for `query`, for up to `max_results` Spaces, fewer where the budget has room for fewer.
    pub async fn search(
        &self,
        query: &str,
        state: SearchState,
        max_results: usize,
        want: Want,
        cause: Cause,
    ) -> Result<Spaces, XError> {
        let query = query.trim();
        if query.is_empty() || query.chars().count() > SEARCH_MAX_CHARS {
            return Err(XError::Refused {
                detail: Detail::new("a search of 1 to 2048 characters is needed"),
            });
        }
        let affordable = self.affordable(Kind::Space, cause)?;
        let asked = max_results.min(affordable).clamp(1, SEARCH_RESULTS_MAX);
        let max_results = asked.to_string();
        let params = [("query", query), ("state", state.word()), ("max_results", &max_results)];
        let answer = self
            .ask(
                Endpoint::Search,
                &["2", "spaces", "search"],
                &params,
                |refused| refused.space_query(want, false),
                cause,
            )
            .await?;
        let found = self.take_spaces(answer, cause).answer;
        Ok(Spaces { is_cut: found.spaces.len() >= asked, ..found })
    }

    /// Looks an account up by its name; `None` where there is none.
    pub async fn user_by_username(
        &self,
        name: &Username,
        cause: Cause,
    ) -> Result<Fetched<Option<XUser>>, XError> {
        if !self.is_paid_name(name) {
            self.affordable(Kind::User, cause)?;
        }
        let path = ["2", "users", "by", "username", name.as_str()];
        let answer = self.ask(Endpoint::UserByUsername, &path, &[], Refused::user_query, cause).await?;
        let nothing_there = answer.body.is_nothing_there();
        let asked_at = answer.asked_at;
        let value = self.take_users(&answer, cause).into_iter().find(|user| user.username == *name);
        if value.is_none() {
            if !nothing_there {
                return Err(Outage::Unreadable.into());
            }
            self.forget_name(name);
        }
        Ok(Fetched { value, users: Vec::new(), speakers: Vec::new(), asked_at })
    }

    /// Looks up to [`BATCH_MAX`] accounts up by their names.
    pub async fn users_by_usernames(
        &self,
        names: &[Username],
        cause: Cause,
    ) -> Result<Users<Username>, XError> {
        checked_batch(names)?;
        let (paid, unpaid): (Vec<_>, Vec<_>) =
            names.iter().copied().partition(|name| self.is_paid_name(name));
        let room = self.room_for(Kind::User, paid, unpaid, cause)?;
        if room.asked.is_empty() {
            return Ok(self.no_users());
        }
        let list = comma_joined(&room.asked);
        let params = [("usernames", list.as_str())];
        let path = ["2", "users", "by"];
        let answer = self.ask(Endpoint::UsersByUsernames, &path, &params, Refused::user_query, cause).await?;
        let users = self.take_users(&answer, cause);
        let is_gone = |name: &Username| {
            let denied = |it: &str| it.eq_ignore_ascii_case(name.as_str());
            !users.iter().any(|user| user.username == *name)
                && answer.body.problems.iter().any(|problem| problem.denies("user", denied))
        };
        let gone: Vec<Username> = room.asked.into_iter().filter(is_gone).collect();
        for name in &gone {
            self.forget_name(name);
        }
        Ok(Users { users, gone, unasked: room.left_out, asked_at: answer.asked_at })
    }

    /// Looks up to [`BATCH_MAX`] accounts up by their ids.
    pub async fn users_by_ids(&self, ids: &[UserId], cause: Cause) -> Result<Users<UserId>, XError> {
        checked_batch(ids)?;
        let room = self.room(Kind::User, ids, cause)?;
        if room.asked.is_empty() {
            return Ok(self.no_users());
        }
        let list = comma_joined(&room.asked);
        let params = [("ids", list.as_str())];
        let answer = self.ask(Endpoint::Users, &["2", "users"], &params, Refused::user_query, cause).await?;
        let users = self.take_users(&answer, cause);
        let is_gone = |id: &UserId| {
            let denied = |it: &str| it.parse() == Ok(*id);
            !users.iter().any(|user| user.id == *id)
                && answer.body.problems.iter().any(|problem| problem.denies("user", denied))
        };
        let gone: Vec<UserId> = room.asked.into_iter().filter(is_gone).collect();
        for id in &gone {
            self.inner.users.forget(*id);
        }
        Ok(Users { users, gone, unasked: room.left_out, asked_at: answer.asked_at })
    }

    /// The accounts of `ids`, from the cache where that is fresh and else from X, at most [`BATCH_MAX`] of
    /// those. Where X can't be asked, what is stale is left out.
    pub async fn people(&self, ids: &[UserId], cause: Cause) -> Result<Vec<XUser>, XError> {
        let now = self.inner.clock.now();
        let mut unknown = Vec::new();
        let mut people = Vec::new();
        for id in ids {
            match self.inner.users.get(*id).filter(|known| known.is_fresh(now)) {
                Some(known) => people.push(known.user),
                None => unknown.push(*id),
            }
        }
        unknown.truncate(BATCH_MAX);
        if !unknown.is_empty() {
            people.extend(self.users_by_ids(&unknown, cause).await?.users);
        }
        Ok(people)
    }
}

fn checked_batch<K>(items: &[K]) -> Result<(), XError> {
    if items.len() > BATCH_MAX {
        return Err(XError::Refused { detail: Detail::new("more than 100 in one request") });
    }
    Ok(())
}

fn comma_joined<K: ToString>(items: &[K]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
