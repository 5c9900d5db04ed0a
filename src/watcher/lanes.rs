//! The lanes: three loops that ask X, one for hosts, one for known Spaces, one for keywords.
//!
//! A lane's body is a public tick that asks one question at most and answers how long to wait. When a lane may
//! ask is the client's to say. Accounts that a post will show and that nobody knows yet are asked for here,
//! before the observation is judged, so that the first post has its names.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::Watcher;
use super::coverage::{Coverage, Debt};
use super::faults::Faults;
use super::lifecycle::{Observation, Sight};
use super::paying::Payments;
use super::people;
use super::planner::BATCH;
use super::planner::keywords::{Keywords, Search};
use super::planner::spaces::{LookUp, next_look_up};
use crate::clock::SharedClock;
use crate::complaint::Complaint;
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::keyword::KeywordSet;
use crate::domain::known::Phase;
use crate::domain::space::{Space, SpaceState};
use crate::follows::Follows;
use crate::pulse::{Part, Pulse};
use crate::x::{
    Budget, Cause, Client, Endpoint, Kind, SEARCH_RESULTS_MAX, SearchState, Spaces, Want, XError,
};

/// The longest sleep of a lane: what it waits for may change meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The shortest sleep of a lane that has nothing to ask.
const IDLE_WAIT: Duration = Duration::from_secs(1);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// How long an account that X didn't tell of isn't asked for again: it may be gone, or X in trouble.
const STRANGER_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Asks X on behalf of a watcher.
pub struct Lanes {
    x: Client,
    watcher: Arc<Watcher>,
    follows: Arc<Follows>,
    clock: SharedClock,
    coverage: Arc<Coverage>,
    keywords: Mutex<Keywords>,
    payments: Arc<Payments>,
    /// When accounts were asked for that aren't known, as far as that was lately.
    asked_for: Mutex<HashMap<UserId, Timestamp>>,
    faults: Faults,
    unkept: Complaint,
    pulse: [Part; 3],
}

impl Lanes {
    /// Lanes that have asked nothing yet.
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
            clock,
            coverage,
            keywords: Mutex::default(),
            payments: Arc::default(),
            asked_for: Mutex::default(),
            faults: Faults::default(),
            unkept: Complaint::default(),
            pulse: <[Part; 3]>::default(),
        }
    }

    /// The same, the turns of each lane counted.
    #[must_use]
    pub fn with_pulse(self, pulse: &Pulse) -> Self {
        let pulse = ["the lane for hosts", "the lane for Spaces", "the lane for keywords"]
            .map(|name| pulse.part(name));
        Self { pulse, ..self }
    }

    /// The same, where others ask too who pays for searches.
    #[must_use]
    pub fn with_payments(self, payments: &Arc<Payments>) -> Self {
        Self { payments: Arc::clone(payments), ..self }
    }

    /// Runs all lanes until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        tokio::join!(self.hosts_lane(&stop), self.spaces_lane(&stop), self.keywords_lane(&stop));
    }

    async fn hosts_lane(&self, stop: &CancellationToken) {
        let [pulse, _, _] = &self.pulse;
        while !stop.is_cancelled() {
            pulse.turn();
            let wait = tokio::select! {
                wait = self.visit_hosts() => wait,
                () = stop.cancelled() => return,
            };
            tokio::select! {
                () = sleep(wait, stop) => {}
                () = self.coverage.owes() => {}
            }
        }
    }

    async fn spaces_lane(&self, stop: &CancellationToken) {
        let [_, pulse, _] = &self.pulse;
        while !stop.is_cancelled() {
            pulse.turn();
            let wait = tokio::select! {
                wait = self.look_up() => wait,
                () = stop.cancelled() => return,
            };
            tokio::select! {
                () = sleep(wait, stop) => {}
                () = self.watcher.wanted.added() => {}
            }
        }
    }

    async fn keywords_lane(&self, stop: &CancellationToken) {
        let [_, _, pulse] = &self.pulse;
        while !stop.is_cancelled() {
            pulse.turn();
            let wait = tokio::select! {
                wait = self.search() => wait,
                () = stop.cancelled() => return,
            };
            sleep(wait, stop).await;
        }
    }

    /// Visits the hosts whose turn it is, if it is time. Answers how long to wait.
    pub async fn visit_hosts(&self) -> Duration {
        if let Some(wait) = self.too_early(Endpoint::SpacesByCreators) {
            return wait;
        }
        let debts = self.coverage.debts();
        // Whom nobody follows any more is owed nothing.
        let (debts, idle): (Vec<Debt>, Vec<Debt>) =
            debts.into_iter().partition(|debt| self.follows.is_followed(debt.host));
        self.coverage.settle(idle);
        let batch = self.watcher.next_hosts(&self.coverage, self.x.pace(Endpoint::SpacesByCreators));
        if batch.is_empty() {
            return IDLE_WAIT;
        }
        let answer = self.x.spaces_by_creators(&batch, Want::WATCHED, Cause::Hosts).await;
        let spaces = match answer {
            Ok(spaces) => spaces,
            Err(error) => return self.wait_after(&error, Endpoint::SpacesByCreators),
        };
        self.faults.answered(Endpoint::SpacesByCreators);
        self.miss_absent(&batch, &spaces);
        let asked_at = spaces.asked_at;
        // A look that couldn't be kept is none: it is had again.
        if self.take(&self.x, spaces, Cause::Hosts).await {
            self.watcher.visited(&batch, asked_at);
            self.coverage.settle(debts.into_iter().filter(|debt| batch.binary_search(&debt.host).is_ok()));
        }
        self.too_early(Endpoint::SpacesByCreators).unwrap_or_default()
    }

    /// Looks up the known Spaces that are due, if any and if it is time. Answers how long to wait.
    pub async fn look_up(&self) -> Duration {
        let now = self.clock.now();
        let known = self.watcher.all_known();
        let mut wanted = self.watcher.wanted.all(now);
        wanted.extend(self.watcher.awaited_due(now));
        let is_of_host = |known: &crate::domain::known::Known| {
            known.space.creator.is_some_and(|creator| self.follows.is_followed(creator))
        };
        let spending = self.x.spending();
        let (no_hosts, no_keywords) =
            (spending.rests(Cause::Hosts).is_some(), spending.rests(Cause::Keywords).is_some());
        let may_pay = |id: SpaceId, of_host: bool| {
            let rests = if of_host { no_hosts } else { no_keywords };
            !rests || spending.is_paid(Kind::Space, id.as_str())
        };
        let (ids, of_hosts) = match next_look_up(&known, &wanted, is_of_host, may_pay, now) {
            LookUp::Now { ids, of_hosts } => (ids, of_hosts),
            LookUp::At(next) => return next.map_or(IDLE_WAIT, |next| until(next, now)).max(IDLE_WAIT),
        };
        if let Some(wait) = self.too_early(Endpoint::Spaces) {
            return wait;
        }
        let (x, cause) = if of_hosts {
            (self.x.clone(), Cause::Hosts)
        } else {
            let asked: Vec<Space> =
                ids.iter().filter_map(|id| self.watcher.known(*id)).map(|known| known.space).collect();
            let payers = self.payments.now(&self.follows).of_spaces(&asked, &self.follows);
            (self.x.paid_by_each(payers), Cause::Keywords)
        };
        let answer = x.spaces(&ids, Want::WATCHED, cause).await;
        let spaces = match answer {
            Ok(spaces) => spaces,
            Err(error) => return self.wait_after(&error, Endpoint::Spaces),
        };
        self.faults.answered(Endpoint::Spaces);
        // What the budget let nobody ask about is wanted as before, and so is what couldn't be kept.
        let asked: Vec<SpaceId> = ids.into_iter().filter(|id| !spaces.unasked.contains(id)).collect();
        self.watcher.wanted.settle(&asked, spaces.asked_at);
        if !self.take(&x, spaces, cause).await {
            asked
                .into_iter()
                .filter(|id| wanted.contains(id))
                .for_each(|id| self.watcher.wanted.add(id, now));
        }
        self.too_early(Endpoint::Spaces).unwrap_or(IDLE_WAIT)
    }

    /// Searches for the keyword that waited longest, if it is time. Answers how long to wait.
    pub async fn search(&self) -> Duration {
        if let Some(wait) = self.too_early(Endpoint::Search) {
            return wait;
        }
        let now = self.clock.now();
        let keywords = self.follows.keywords();
        let paying = self.payments.now(&self.follows);
        let paid = keywords.iter().filter(|(folded, _, _)| paying.may_search(folded, &self.x));
        let followed: Vec<(&str, usize)> = paid.map(|(folded, _, count)| (folded.as_str(), *count)).collect();
        let next = lock(&self.keywords).next(&followed, now);
        let folded = match next {
            Search::Now(folded) => folded,
            Search::At(next) => return next.map_or(IDLE_WAIT, |next| until(next, now).min(IDLE_WAIT)),
        };
        let typed = keywords.iter().find(|(key, _, _)| *key == folded).map_or(&folded, |(_, typed, _)| typed);
        let x = paying.client(&folded, &self.x);
        let answer =
            x.search(typed, SearchState::All, SEARCH_RESULTS_MAX, Want::WATCHED, Cause::Keywords).await;
        match answer {
            Ok(spaces) => {
                self.faults.answered(Endpoint::Search);
                let found = self.found_anew(&folded, &spaces);
                let was_full = spaces.is_cut;
                lock(&self.keywords).searched(&folded, now, found, was_full);
                self.take(&x, spaces, Cause::Keywords).await;
                self.too_early(Endpoint::Search).unwrap_or_default()
            }
            // It is this keyword's turn no more: the others have theirs.
            Err(
                error @ (XError::BudgetSpent { which: Budget::Allowance, .. }
                | XError::Refused { .. }
                | XError::Forbidden { .. }),
            ) => {
                lock(&self.keywords).searched(&folded, now, 0, false);
                self.faults.tell(&error, Endpoint::Search);
                self.too_early(Endpoint::Search).unwrap_or(IDLE_WAIT)
            }
            Err(error) => self.wait_after(&error, Endpoint::Search),
        }
    }

    /// How many Spaces a search found that are about its keyword and that nobody had seen.
    fn found_anew(&self, folded: &str, spaces: &Spaces) -> usize {
        let keyword = KeywordSet::new([folded]);
        let is_about = |space: &Space| space.title.as_deref().is_some_and(|title| keyword.is_match(title));
        let is_new = |space: &Space| self.watcher.known(space.id).is_none();
        spaces.spaces.iter().filter(|space| is_new(space) && is_about(space)).count()
    }

    /// A host's Space that isn't on the list any more is worth a lookup, and no more: absence isn't an end.
    fn miss_absent(&self, batch: &[UserId], spaces: &Spaces) {
        let listed: HashSet<SpaceId> = spaces.spaces.iter().map(|space| space.id).collect();
        for known in self.watcher.all_known() {
            let visited = known.space.creator.is_some_and(|creator| batch.binary_search(&creator).is_ok());
            if visited
                && !known.phase.is_over()
                && known.seen_at < spaces.asked_at
                && !listed.contains(&known.space.id)
            {
                self.watcher.wanted.add(known.space.id, spaces.asked_at);
            }
        }
    }

    /// Hands an answer to the watcher, once the people in it are known, by `x`, who pays for it; whether it is kept.
    async fn take(&self, x: &Client, answer: Spaces, cause: Cause) -> bool {
        self.meet(x, &answer.spaces, cause).await;
        let asked_at = answer.asked_at;
        let present = answer.spaces.into_iter().map(|space| Sight::Present(Box::new(space)));
        let gone = answer.gone.into_iter().map(Sight::Gone);
        let seen = present.chain(gone).map(|sight| Observation { sight, asked_at }).collect();
        let kept = self.watcher.observe(seen).await;
        let is_new = self.unkept.is_new(&kept);
        let is_kept = kept.is_ok();
        if let Err(error) = kept {
            // Nothing was taken over, so the next look finds the same change again.
            if is_new {
                error!(
                    error = &error as &dyn std::error::Error,
                    "what X showed couldn't be kept; it is asked again"
                );
            }
            tokio::time::sleep(STORE_PAUSE).await;
        }
        is_kept
    }

    /// Asks who the people are whom the next posts will name, and who those are whom the last ones couldn't.
    async fn meet(&self, x: &Client, spaces: &[Space], cause: Cause) {
        let open = |space: &&Space| matches!(space.state, SpaceState::Scheduled | SpaceState::Live);
        let mut people: Vec<UserId> = Vec::new();
        for space in spaces.iter().filter(open) {
            let known = self.watcher.known(space.id);
            // Of what is over for good, or erased, nobody is named any more.
            if known.as_ref().is_some_and(|known| known.over_for_good) {
                continue;
            }
            if self.is_news(space) {
                people.extend(people::named(space));
            } else if known.is_some() {
                people.extend(self.strangers_due(space));
            }
        }
        people.sort_unstable();
        people.dedup();
        for people in people.chunks(BATCH) {
            match x.people(people, cause).await {
                Ok(_) => {}
                // The post goes out with the names that are known.
                Err(error) => {
                    debug!(error = &error as &dyn std::error::Error, "X didn't say who hosts a Space");
                }
            }
        }
    }

    /// Those whom a Space's posts can't name, as far as they weren't asked for just now.
    fn strangers_due(&self, space: &Space) -> Vec<UserId> {
        let now = self.clock.now();
        let mut asked_for = lock(&self.asked_for);
        asked_for.retain(|_, at| now.duration_since(*at).abs() < STRANGER_PAUSE);
        let strangers = people::named(space).filter(|id| self.x.users().get(*id).is_none());
        let due: Vec<UserId> = strangers.filter(|id| !asked_for.contains_key(id)).collect();
        asked_for.extend(due.iter().map(|id| (*id, now)));
        due
    }

    fn is_news(&self, space: &Space) -> bool {
        match self.watcher.known(space.id) {
            None => !self.follows.concerned(space).is_empty(),
            Some(known) => {
                let begins = known.phase == Phase::Scheduled && space.state == SpaceState::Live;
                begins || (known.space.hosts != space.hosts && !space.hosts.is_empty())
            }
        }
    }

    fn too_early(&self, endpoint: Endpoint) -> Option<Duration> {
        let at = self.x.next_background_at(endpoint);
        // Read after the client read it: "now" to the client is never too early here.
        let now = self.clock.now();
        (at > now).then(|| until(at, now))
    }

    fn wait_after(&self, error: &XError, endpoint: Endpoint) -> Duration {
        self.faults.tell(error, endpoint);
        let at = match error {
            XError::RateLimited { until: at } | XError::BudgetSpent { until: at, .. } => *at,
            XError::CreditsSpent { probe_at } => *probe_at,
            _ => return self.too_early(endpoint).unwrap_or(IDLE_WAIT),
        };
        until(at, self.clock.now())
    }
}

async fn sleep(wait: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = stop.cancelled() => {}
    }
}

/// From `now` until `at`, but no longer than a lane sleeps at once.
fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or_default().min(LONGEST_WAIT)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
