//! Keeping: the subscriptions that X holds are brought in step with what is followed here, and held there.
//!
//! What X lists is the truth, and nothing of it is kept: whatever was cut off midway heals at the next look. A list that
//! couldn't be read is no list. Owns when to look, how much to change at once, and what is told of refusals; whom to choose
//! is [`slots`]', what to change [`difference`](super::difference)'s.
//!
//! Accepted: between two looks a subscription that X lost is believed in. Its host is visited slowly until then.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::difference::{Difference, Held, Route, Work};
use super::refusals::{NOT_GRANTED_FOR, Refusals, is_within};
use super::slots::{self, Candidate};
use crate::clock::SharedClock;
use crate::complaint::Complaint;
use crate::domain::ids::UserId;
use crate::domain::known::Phase;
use crate::follows::Follows;
use crate::health::{Health, PushPart};
use crate::watcher::Watcher;
use crate::watcher::coverage::Coverage;
use crate::x::activity::subscriptions::{Moment, PushId, Subscribed, Subscription};
use crate::x::{BATCH_MAX, Client, Detail, XError};

/// How often it is looked whether follows changed, which costs nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often slots are given out anew where no follow changed, since hosts are heard to begin.
const CHOOSE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// How often X is asked what it holds, for each of so many subscriptions: its limit has room for twenty times as many pages.
const LIST_EVERY: SignedDuration = SignedDuration::from_secs(30);
/// See [`LIST_EVERY`].
const LIST_SHARE: usize = 500;
/// The same where there is nothing to keep.
const LIST_IDLE: SignedDuration = SignedDuration::from_hours(1);
/// The least time between two looks where it isn't known what came of a request.
const LIST_SOONEST: SignedDuration = SignedDuration::from_secs(2);
/// The most hosts for whom subscriptions are made at once, before the coverage is told.
const HOSTS_A_TURN: usize = 20;
/// How many slots may move in an hour: this many, or this part of them if that is more.
const MOVES_AN_HOUR: usize = 6;
/// See [`MOVES_AN_HOUR`].
const MOVES_SHARE: usize = 50;
/// The pause after X couldn't be asked; the client's own back-off comes on top.
const TROUBLE_PAUSE: Duration = Duration::from_secs(5);
/// The longest sleep.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How often a host begins, in Spaces a week, as far as was learned.
pub type Rate = Arc<dyn Fn(UserId) -> f64 + Send + Sync>;

/// What keeping works with.
pub struct Parts {
    /// Who is asked.
    pub x: Client,
    /// Who is followed.
    pub follows: Arc<Follows>,
    /// Who is live.
    pub watcher: Arc<Watcher>,
    /// Who is told whom X tells of.
    pub coverage: Arc<Coverage>,
    /// Who is told whether X grants it.
    pub health: Arc<Health>,
    /// The time.
    pub clock: SharedClock,
    /// What this bot's subscriptions are called: its own word, so that two bots on one app leave each other's alone.
    pub tag: String,
    /// How many subscriptions the app may hold, as far as the settings know; 0 takes all of this bot's back.
    pub subscriptions: usize,
    /// How events come; `None` while there is no way.
    pub route: watch::Receiver<Option<Route>>,
    /// Who begins how often.
    pub rate: Rate,
}

/// Keeps subscriptions.
pub struct Keeping {
    parts: Parts,
    /// What X holds: as it listed it, and as it was changed since.
    held: Vec<Subscription>,
    listed_at: Option<Timestamp>,
    /// What came of a request isn't known, so X is asked what it holds.
    in_doubt: bool,
    wanted: Vec<UserId>,
    followed: HashSet<UserId>,
    /// Of which follows, and when, the slots were given out.
    chosen: Option<(u64, Timestamp)>,
    moves: VecDeque<Timestamp>,
    /// The day's budget has no room for what X tells, and nothing but taking subscriptions back ends that.
    rests: bool,
    /// X said that the app holds as many as it may: how many those are shows on the list.
    is_full: bool,
    refusals: Refusals,
    covered: HashSet<UserId>,
    failing: Complaint,
}

impl Keeping {
    /// One that has looked at nothing yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            held: Vec::new(),
            listed_at: None,
            in_doubt: false,
            wanted: Vec::new(),
            followed: HashSet::new(),
            chosen: None,
            moves: VecDeque::new(),
            rests: false,
            is_full: false,
            refusals: Refusals::default(),
            covered: HashSet::new(),
            failing: Complaint::default(),
        }
    }

    /// Works until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut route = self.parts.route.clone();
        let work = async {
            loop {
                let wait = self.turn().await;
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    Ok(()) = route.changed() => {}
                }
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// Takes back all of this bot's subscriptions, and ends. Whether none is left; `false` if it was stopped before.
    pub async fn clear(mut self, stop: CancellationToken) -> bool {
        self.parts.subscriptions = 0;
        let work = async {
            loop {
                let wait = self.turn().await;
                let held = Held { all: &self.held, tag: &self.parts.tag, route: Route::Stream };
                if self.listed_at.is_some() && held.difference(&[]).is_none() {
                    return;
                }
                tokio::time::sleep(wait).await;
            }
        };
        stop.run_until_cancelled(work).await.is_some()
    }

    /// One look, and what it calls for. Answers how long to wait.
    pub async fn turn(&mut self) -> Duration {
        let now = self.parts.clock.now();
        let Some(route) = *self.parts.route.borrow() else { return LOOK_EVERY };
        if self.refusals.rests(now) {
            return LONGEST_WAIT;
        }
        let done = self.keep(route, now).await;
        self.tell_coverage(route);
        if self.failing.is_new(&done)
            && let Err(error) = &done
        {
            let error = error as &dyn std::error::Error;
            warn!(
                error,
                "X's subscriptions can't be kept in step; hosts without any are polled, and it is tried again"
            );
        }
        match done {
            Ok(wait) => wait,
            Err(XError::RateLimited { until } | XError::CreditsSpent { probe_at: until }) => {
                let wait = Duration::try_from(until.duration_since(self.parts.clock.now()));
                wait.unwrap_or_default().clamp(LOOK_EVERY, LONGEST_WAIT)
            }
            Err(_) => TROUBLE_PAUSE,
        }
    }

    async fn keep(&mut self, route: Route, now: Timestamp) -> Result<Duration, XError> {
        if self.is_list_due(now) {
            match self.parts.x.subscriptions().await {
                Ok(all) => self.take_list(all, now),
                Err(XError::Forbidden { detail }) => {
                    // What it was isn't known any more, and nobody is to be believed pushed.
                    self.held.clear();
                    self.listed_at = None;
                    return Ok(self.not_granted(&detail, now));
                }
                Err(error) => return Err(error),
            }
        }
        // What X holds must be known before anything is asked of it.
        if self.listed_at.is_none() {
            return Ok(LOOK_EVERY);
        }
        let revision = self.parts.follows.revision();
        let fits = |(seen, at): (u64, Timestamp)| seen == revision && is_within(Some(at), CHOOSE_EVERY, now);
        if !self.chosen.is_some_and(fits) {
            self.choose(route, now);
            self.chosen = Some((revision, now));
        }
        let difference = self.seen_on(route).difference(&self.wanted);
        // Before X is asked: what is about to be taken back covers nobody any more.
        self.tell_coverage(route);
        self.change(route, difference, now).await
    }

    fn take_list(&mut self, all: Vec<Subscription>, now: Timestamp) {
        self.tell_lost(&all);
        self.held = all;
        self.listed_at = Some(now);
        self.in_doubt = false;
        self.chosen = None;
        let cap = self.held.len();
        if std::mem::take(&mut self.is_full) {
            self.refusals.full(cap, now);
            self.tell_cap(cap, now);
        } else if self.parts.health.push().cap.is_some_and(|(before, _)| cap > before) {
            self.parts.health.saw_push_cap(None, now);
        }
    }

    /// Says once how many subscriptions X lets the app hold, until it lets it hold more.
    fn tell_cap(&self, cap: usize, now: Timestamp) {
        if self.parts.health.saw_push_cap(Some(cap), now) {
            warn!(
                "X lets this app hold no more than {cap} subscriptions, two a host: set X_PUSH_SUBSCRIPTIONS to that, or \
                 ask X for more. The hosts beyond are polled"
            );
        }
    }

    /// Says so where X holds fewer than it was asked for: they are made again, and their hosts are polled until then.
    fn tell_lost(&self, all: &[Subscription]) {
        let there: HashSet<PushId> = all.iter().map(|one| one.id).collect();
        let is_own = |one: &&Subscription| one.tag.as_deref() == Some(self.parts.tag.as_str());
        let lost = self.held.iter().filter(is_own).filter(|one| !there.contains(&one.id)).count();
        if lost > 0 && !self.in_doubt {
            warn!(
                "X lost {lost} subscriptions of this bot; they are made again, and their hosts are polled until then"
            );
        }
    }

    fn is_list_due(&self, now: Timestamp) -> bool {
        let every = if self.in_doubt {
            LIST_SOONEST
        } else if self.wanted.is_empty() && self.seen_on(Route::Stream).holders().is_empty() {
            LIST_IDLE
        } else {
            let shares = i32::try_from(1 + self.held.len() / LIST_SHARE).unwrap_or(i32::MAX);
            LIST_EVERY.saturating_mul(shares)
        };
        !is_within(self.listed_at, every, now)
    }

    fn choose(&mut self, route: Route, now: Timestamp) {
        self.refusals.forget_old(now);
        self.moves.retain(|at| is_within(Some(*at), SignedDuration::from_hours(1), now));
        let followers = self.parts.follows.hosts_by_followers();
        let known = self.parts.watcher.all_known();
        let live = known.iter().filter(|known| known.phase == Phase::Live);
        let live: HashSet<UserId> = live.filter_map(|known| known.space.creator).collect();
        let held = self.seen_on(route);
        let (elsewhere, barred) = (held.covered_by_others(), held.barred());
        let could = |host: &UserId| {
            !elsewhere.contains(host) && !barred.contains(host) && !self.refusals.refuses(*host)
        };
        let candidates: Vec<Candidate> = followers
            .iter()
            .filter(|(host, _)| could(host))
            .map(|(host, followers)| Candidate {
                host: *host,
                followers: *followers,
                rate: (self.parts.rate)(*host),
                is_live: live.contains(host),
            })
            .collect();
        let cap = self.refusals.cap(self.parts.subscriptions);
        // A stream is closed when the day is spent; a webhook is delivered to as long as there is anything to deliver.
        let rests = route.webhook().is_some() && !self.parts.x.may_be_told();
        let slots = if rests { 0 } else { cap.saturating_sub(held.others()) / Moment::ALL.len() };
        let moves = (slots / MOVES_SHARE).max(MOVES_AN_HOUR).saturating_sub(self.moves.len());
        let choice = slots::choose(&candidates, &held.holders(), slots, moves);
        if std::mem::replace(&mut self.rests, rests) != rests {
            let what = if rests { "are taken back until the next day (UTC)" } else { "are made again" };
            info!("X_DAILY_BUDGET_USD and what X tells the webhook: subscriptions {what}");
        }
        self.moves.extend(std::iter::repeat_n(now, choice.moves));
        self.followed = followers.into_iter().map(|(host, _)| host).collect();
        self.wanted = choice.hosts;
    }

    /// Takes back and makes what a turn has room for.
    async fn change(
        &mut self,
        route: Route,
        difference: Difference,
        now: Timestamp,
    ) -> Result<Duration, XError> {
        let mut work = difference.work;
        work.retain(|work| !self.refusals.doubts(work.host));
        let rest = work.split_off(work.len().min(HOSTS_A_TURN));
        let mut drop = difference.drop;
        drop.extend(work.iter().flat_map(|work| &work.replace));
        for batch in drop.chunks(BATCH_MAX) {
            self.take_back(batch).await?;
        }
        for Work { host, make, .. } in work {
            for moment in make {
                if !self.make(route, host, moment, now).await? {
                    return Ok(LOOK_EVERY);
                }
            }
        }
        Ok(if rest.is_empty() { LOOK_EVERY } else { Duration::ZERO })
    }

    async fn take_back(&mut self, ids: &[PushId]) -> Result<(), XError> {
        // Until an answer says otherwise, nobody knows what came of it.
        self.in_doubt = true;
        let gone: HashSet<PushId> = self.parts.x.unsubscribe(ids).await?.into_iter().collect();
        self.held.retain(|one| !gone.contains(&one.id));
        self.in_doubt = gone.len() < ids.len();
        debug!("{} subscriptions were taken back", gone.len());
        Ok(())
    }

    /// Whether to go on with others.
    async fn make(
        &mut self,
        route: Route,
        host: UserId,
        moment: Moment,
        now: Timestamp,
    ) -> Result<bool, XError> {
        let Parts { x, tag, .. } = &self.parts;
        let made = match x.subscribe(host, moment, tag, route.webhook()).await {
            Ok(made) => made,
            Err(XError::Forbidden { detail }) => return Ok(self.forbidden(host, &detail, now)),
            Err(XError::Refused { detail }) => {
                self.refusals.refuse(host, now);
                self.refused(host, &detail);
                return Ok(true);
            }
            Err(error) => {
                self.in_doubt |= matches!(error, XError::Unavailable { .. });
                return Err(error);
            }
        };
        match made {
            Subscribed::Made(Some(id)) => {
                let (tag, webhook) = (Some(tag.clone()), route.webhook());
                self.held.push(Subscription { id, moment: Some(moment), host: Some(host), tag, webhook });
            }
            // The list tells its id, or whose it is.
            Subscribed::Made(None) | Subscribed::Already => {
                self.in_doubt = true;
                self.refusals.doubt(host, now);
            }
            Subscribed::Full => {
                self.in_doubt = true;
                self.is_full = true;
                return Ok(false);
            }
        }
        self.refusals.granted();
        if self.parts.health.saw_push_granted(PushPart::Subscriptions, true, now) {
            info!("X grants push again");
        }
        Ok(true)
    }

    /// X forbids one host, or all. Whether to go on with others.
    fn forbidden(&mut self, host: UserId, detail: &Detail, now: Timestamp) -> bool {
        let has_granted = !self.seen_on(Route::Stream).holders().is_empty();
        if self.refusals.forbids(host, has_granted, now) {
            self.not_granted(detail, now);
            return false;
        }
        self.refused(host, detail);
        true
    }

    /// Says so, and gives the slot to another host.
    fn refused(&mut self, host: UserId, detail: &Detail) {
        warn!(host.id = %host, %detail, "X takes no subscription for the account {host}, which is polled instead");
        self.chosen = None;
    }

    fn not_granted(&mut self, detail: &Detail, now: Timestamp) -> Duration {
        self.refusals.not_granted(now);
        if self.parts.health.saw_push_granted(PushPart::Subscriptions, false, now) {
            warn!(
                %detail,
                "X doesn't grant this app push, so all hosts are polled: that costs seconds, and nothing is lost. It is \
                 tried again every {} min; X_PUSH=off ends that",
                NOT_GRANTED_FOR.as_mins()
            );
        }
        LONGEST_WAIT
    }

    fn tell_coverage(&mut self, route: Route) {
        let mut covered = self.seen_on(route).covered();
        covered.retain(|host| self.followed.contains(host));
        if covered != self.covered {
            debug!("X tells of {} of {} hosts by itself", covered.len(), self.followed.len());
            self.parts.coverage.subscribe(covered.clone());
            self.covered = covered;
        }
    }

    fn seen_on(&self, route: Route) -> Held<'_> {
        Held { all: &self.held, tag: &self.parts.tag, route }
    }
}
