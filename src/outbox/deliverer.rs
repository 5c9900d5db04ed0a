//! The deliverer: carries notices out, one at a time in each channel, as fast as Discord allows.
//!
//! The loop's body is [`Deliverer::tick`]: top up the queue from the store, wait for a slot, send the most
//! urgent notice whose route is open. A slot comes first, so that what is most urgent is decided as late as
//! possible. The store is told of each end before the notice is forgotten.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::counts::Counts;
use super::courier::{Courier, Found, Outcome, Route};
use super::policy::{self, Next};
use super::queue::Queue;
use super::telling::{self, Form, Telling, Told};
use crate::clock::SharedClock;
use crate::domain::follow::{Follow, Target, When};
use crate::domain::ids::{ChannelId, GuildId, MessageId, SpaceId, UserId};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::{Decision, Slot, Work, nonce};
use crate::domain::space::XUser;
use crate::follows::Follows;
use crate::pulse::Part;
use crate::store::{Claimed, Post, Store, StoreError};

/// Notices claimed at once. A claim holds the database's writer for as long as it sorts.
const CLAIM: u32 = 100;
/// Below this many in the queue more are claimed.
const LOW_WATER: usize = 50;
/// Above this many none are claimed, however urgent.
const HIGH_WATER: usize = 2_000;
/// How long a claim holds. Longer than a full queue takes, so that it runs out only with the process.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// How long Discord surely remembers a nonce. Its documentation says "a few minutes".
const NONCE_LIFE: SignedDuration = SignedDuration::from_secs(110);
/// The longest sleep when nothing is due.
const LONGEST_IDLE: Duration = Duration::from_secs(30);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// The longest that work in flight is waited for when stopping.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Tells an account on X by its id, if it is known.
pub type Names = Arc<dyn Fn(UserId) -> Option<XUser> + Send + Sync>;

/// What the deliverer works with.
pub struct Tools<C> {
    /// The store.
    pub store: Store,
    /// The follows.
    pub follows: Arc<Follows>,
    /// Who carries messages.
    pub courier: Arc<C>,
    /// The time.
    pub clock: SharedClock,
    /// Who is who on X.
    pub names: Names,
    /// This store's salt for nonces.
    pub nonce_salt: u32,
    /// A number between 0 and 1, another one each time.
    pub chance: fn() -> f64,
    /// Requests to Discord a second.
    pub per_second: u32,
}

/// Wakes the deliverer. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Bell {
    notices: Arc<Notify>,
    counted: Arc<Mutex<Vec<SpaceId>>>,
}

/// Counts of more Spaces than this at once aren't kept: newer ones come within the minute.
const COUNTED_AT_MOST: usize = 1_000;

impl Bell {
    /// Says that there are new notices in the store.
    pub fn ring(&self) {
        self.notices.notify_one();
    }

    /// Says that the count of a Space changed, and nothing else.
    pub fn counted(&self, space: SpaceId) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() < COUNTED_AT_MOST && !counted.contains(&space) {
            counted.push(space);
        }
        self.notices.notify_one();
    }

    fn take_counted(&self) -> Vec<SpaceId> {
        std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The channels that a request is under way to. What is sent first must land first, so that an older truth
/// doesn't replace a newer one.
#[derive(Debug, Clone, Default)]
struct Busy(Arc<Mutex<HashSet<ChannelId>>>);

/// Keeps a channel busy for as long as it lives.
struct InFlight(Busy, ChannelId);

impl Busy {
    fn holds(&self, channel: ChannelId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&channel)
    }

    fn enter(&self, channel: ChannelId) -> InFlight {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(channel);
        InFlight(self.clone(), channel)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

/// Carries notices out.
pub struct Deliverer<C: Courier> {
    tools: Arc<Tools<C>>,
    bell: Bell,
    queue: Queue,
    counts: Counts,
    in_flight: JoinSet<()>,
    busy: Busy,
    /// A claim under way. It outlives a tick that is given up, since what it claims has to be put back.
    claiming: Option<JoinHandle<Result<Vec<Claimed>, StoreError>>>,
    rung: bool,
    pulse: Part,
}

impl<C: Courier> Deliverer<C> {
    /// A deliverer that `bell` wakes.
    #[must_use]
    pub fn new(tools: Tools<C>, bell: Bell) -> Self {
        let counts = Counts::new(tools.per_second);
        Self {
            tools: Arc::new(tools),
            bell,
            queue: Queue::default(),
            counts,
            in_flight: JoinSet::new(),
            busy: Busy::default(),
            claiming: None,
            rung: true,
            pulse: Part::default(),
        }
    }

    /// The same, its turns counted.
    #[must_use]
    pub fn with_pulse(self, pulse: Part) -> Self {
        Self { pulse, ..self }
    }

    /// Works until `stop`, then finishes what is in flight and puts the rest back.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.pulse.turn();
            tokio::select! {
                () = stop.cancelled() => break,
                done = self.tick() => if let Err(error) = done {
                    error!(error = &error as &dyn std::error::Error, "the outbox can't be read; trying again");
                    tokio::time::sleep(STORE_PAUSE).await;
                },
            }
        }
        self.stop().await;
    }

    /// Does one thing: sends one notice, or waits until there may be one.
    pub async fn tick(&mut self) -> Result<(), StoreError> {
        while self.in_flight.try_join_next().is_some() {}
        self.top_up().await?;
        if self.queue.is_empty() && self.counts.is_empty() {
            return self.idle().await;
        }
        // Discord may ask for an hour's silence, so this wait is no sign of trouble.
        let slot = self.pulse.through(self.tools.courier.slot()).await;
        // While this waited for the slot, something more urgent may have come.
        self.top_up().await?;
        let mut shortest: Option<Duration> = None;
        let mut open = None;
        for notice in self.queue.in_order().filter(|notice| !self.busy.holds(notice.channel)) {
            match self.tools.courier.route(notice.channel, notice.work).await {
                Route::Open(permit) => {
                    open = Some((notice.id, permit));
                    break;
                }
                Route::ClosedFor(wait) => {
                    shortest = Some(shortest.map_or(wait, |shortest| shortest.min(wait)));
                }
            }
        }
        if let Some((id, permit)) = open {
            let Some(notice) = self.queue.take(id) else { return Ok(()) };
            let tools = Arc::clone(&self.tools);
            let bell = self.bell.clone();
            let in_flight = self.busy.enter(notice.channel);
            self.in_flight.spawn(async move {
                if let Err(error) = carry_out(&tools, &notice, slot, permit).await {
                    // The lease stays: the notice comes back when it runs out, or at the next start.
                    error!(
                        space.id = %notice.space, channel.id = %notice.channel,
                        error = &error as &dyn std::error::Error,
                        "a notice about Space {} couldn't be settled", notice.space
                    );
                }
                drop(in_flight);
                bell.ring();
            });
            return Ok(());
        }
        if self.queue.is_empty()
            && let Some(post) = self.counts.take(self.tools.clock.now())
        {
            return self.refresh_count(post, slot).await;
        }
        drop(slot);
        self.wait(shortest.unwrap_or(STORE_PAUSE)).await;
        Ok(())
    }

    async fn top_up(&mut self) -> Result<(), StoreError> {
        let rung = std::mem::take(&mut self.rung) || self.was_rung();
        if self.queue.len() < HIGH_WATER && (rung || self.queue.len() < LOW_WATER) {
            let now = self.tools.clock.now();
            let until = now.saturating_add(LEASE).unwrap_or(now);
            let store = self.tools.store.clone();
            self.claiming
                .get_or_insert_with(|| tokio::spawn(async move { store.claim(CLAIM, now, until).await }));
            for notice in self.claimed().await? {
                self.queue.push(notice);
            }
        }
        for space in self.bell.take_counted() {
            let posts = self.tools.store.posts(space).await?;
            let shown = posts.into_iter().filter(|post| post.slot == Slot::Live && post.message.is_some());
            self.counts.offer(shown, self.tools.clock.now());
        }
        Ok(())
    }

    /// What the claim under way comes to; nothing if there is none.
    async fn claimed(&mut self) -> Result<Vec<Claimed>, StoreError> {
        let Some(claiming) = &mut self.claiming else { return Ok(Vec::new()) };
        let claimed = claiming.await;
        self.claiming = None;
        // A claim that panicked claimed nothing.
        claimed.unwrap_or_else(|_| Ok(Vec::new()))
    }

    /// Whether the bell rang since this was last asked.
    fn was_rung(&self) -> bool {
        let mut rung = std::pin::pin!(self.bell.notices.notified());
        // `enable` takes a stored ring, if there is one, without waiting.
        rung.as_mut().enable()
    }

    async fn idle(&mut self) -> Result<(), StoreError> {
        let now = self.tools.clock.now();
        let due = self.tools.store.next_due().await?;
        let wait = due.map_or(LONGEST_IDLE, |due| {
            Duration::try_from(due.duration_since(now)).unwrap_or(Duration::from_millis(50)).min(LONGEST_IDLE)
        });
        self.wait(wait).await;
        Ok(())
    }

    async fn wait(&mut self, most: Duration) {
        self.rung = tokio::time::timeout(most, self.bell.notices.notified()).await.is_ok();
    }

    async fn refresh_count(&mut self, post: Post, slot: C::Slot) -> Result<(), StoreError> {
        let (Some(message), Some((known, _))) = (post.message, self.tools.store.space(post.space).await?)
        else {
            return Ok(());
        };
        if known.phase != Phase::Live || self.busy.holds(post.channel) {
            return Ok(());
        }
        let Route::Open(permit) = self.tools.courier.route(post.channel, Work::Edit).await else {
            return Ok(());
        };
        let tools = Arc::clone(&self.tools);
        let bell = self.bell.clone();
        let in_flight = self.busy.enter(post.channel);
        self.in_flight.spawn(async move {
            let follows = tools.follows.those(&post.follows);
            let telling = compose(&tools, Form::Live, known, &Addressee::from(&post), &follows);
            let outcome = tools.courier.edit(slot, permit, &telling, message).await;
            debug!(space.id = %post.space, channel.id = %post.channel, ?outcome, "refreshed a count");
            drop(in_flight);
            bell.ring();
        });
        Ok(())
    }

    async fn stop(mut self) {
        if let Ok(claimed) = self.claimed().await {
            for notice in claimed {
                self.queue.push(notice);
            }
        }
        let waiting = self.queue.drain();
        let flight = tokio::time::timeout(STOP_PATIENCE, async {
            while self.in_flight.join_next().await.is_some() {}
        });
        if flight.await.is_err() {
            warn!("some sends didn't end in time; they are settled at the next start");
            self.in_flight.abort_all();
        }
        let now = self.tools.clock.now();
        let started = Instant::now();
        for notice in &waiting {
            if started.elapsed() > STOP_PATIENCE
                || self.tools.store.release(notice, now, false, false).await.is_err()
            {
                break;
            }
        }
        info!(put_back = waiting.len(), "the deliverer stopped");
    }
}

async fn carry_out<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    slot: C::Slot,
    permit: C::Permit,
) -> Result<(), StoreError> {
    let now = tools.clock.now();
    let Some((known, revision)) = tools.store.space(notice.space).await? else {
        return tools.store.settle_dropped(notice, Decision::OverBefore, now).await;
    };
    let follows = tools.follows.those(&notice.follows);
    let live_message = match notice.slot {
        Slot::Scheduled => live_message(tools, notice).await?,
        Slot::Live => None,
    };
    let told = telling::tell(notice, &known, &follows, live_message, now);
    let maybe_sent_before = notice.work == Work::Post && notice.tried_at.is_some();
    if maybe_sent_before && (nonce_is_old(notice, now) || matches!(told, Told::Drop(_))) {
        drop((slot, permit));
        return settle_by_looking(tools, notice, &told, now).await;
    }
    let form = match told {
        Told::Say(form) => form,
        Told::Drop(decision) => {
            info!(
                space.id = %notice.space, channel.id = %notice.channel, decision = decision.name(),
                "Space {} isn't posted to channel {}: {}", notice.space, notice.channel, decision.name()
            );
            return tools.store.settle_dropped(notice, decision, now).await;
        }
        Told::Nothing => return tools.store.settle_edited(notice, now).await,
    };
    let telling = compose(tools, form, known, &Addressee::from(notice), &follows);
    let outcome = match notice.message {
        Some(message) if notice.work != Work::Post => {
            tools.courier.edit(slot, permit, &telling, message).await
        }
        _ => {
            let nonce = nonce(tools.nonce_salt, notice.id);
            tools.courier.post(slot, permit, &telling, &nonce).await
        }
    };
    settle(tools, notice, &outcome, form, revision).await
}

async fn settle<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    outcome: &Outcome,
    form: Form,
    revision: i64,
) -> Result<(), StoreError> {
    let now = tools.clock.now();
    match policy::next(outcome, notice.attempts, (tools.chance)()) {
        Next::Done(message) if notice.work == Work::Post => {
            // An earlier try may have made the message that this one was answered with.
            let shown = match (notice.tried_at, notice.tried_revision) {
                (None, _) => revision,
                (Some(_), tried) => tried.unwrap_or(UNKNOWN_REVISION),
            };
            let quiet = form == Form::LiveSince;
            info!(
                space.id = %notice.space, channel.id = %notice.channel, message.id = %message,
                "posted Space {} to channel {}", notice.space, notice.channel
            );
            tools.store.settle_posted(notice, message, shown, quiet, now).await
        }
        Next::Done(_) => tools.store.settle_edited(notice, now).await,
        Next::Retry { after, maybe_done, counts } => {
            debug!(
                space.id = %notice.space, channel.id = %notice.channel, ?outcome, ?after,
                "a notice about Space {} is tried again", notice.space
            );
            tools.store.release(notice, later(now, after), maybe_done, counts).await
        }
        Next::Drop(decision) => {
            warn!(
                space.id = %notice.space, channel.id = %notice.channel, decision = decision.name(),
                "Space {} couldn't be told in channel {}: {}", notice.space, notice.channel, decision.name()
            );
            tools.store.settle_dropped(notice, decision, now).await
        }
        Next::Removed => {
            info!(
                space.id = %notice.space, channel.id = %notice.channel,
                "the message about Space {} in channel {} was removed, and stays so", notice.space, notice.channel
            );
            tools.store.settle_removed(notice).await
        }
    }
}

/// Marks that nobody knows which revision a message shows; no Space has it.
const UNKNOWN_REVISION: i64 = -1;

fn nonce_is_old(notice: &Claimed, now: Timestamp) -> bool {
    notice.tried_at.is_some_and(|tried_at| now.duration_since(tried_at) > NONCE_LIFE)
}

/// Finds out by the channel's history whether a message was sent, which the nonce can't guard any more.
async fn settle_by_looking<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    told: &Told,
    now: Timestamp,
) -> Result<(), StoreError> {
    let posts = tools.store.posts(notice.space).await?;
    let recorded: Vec<MessageId> =
        posts.iter().filter(|post| post.channel == notice.channel).filter_map(|post| post.message).collect();
    let since = notice.tried_at.unwrap_or(now);
    match tools.courier.find(notice.channel, notice.space, since, &recorded).await {
        Found::Message(message) => {
            tools.store.settle_posted(notice, message, UNKNOWN_REVISION, false, now).await
        }
        Found::Nothing => match told {
            Told::Drop(decision) => tools.store.settle_dropped(notice, *decision, now).await,
            Told::Say(_) | Told::Nothing => {
                // Nothing was sent, so nothing is uncertain: from here on it is a fresh try.
                let fresh = Claimed { tried_at: None, tried_revision: None, ..notice.clone() };
                tools.store.release(&fresh, now, false, false).await
            }
        },
        Found::Unreadable => tools.store.settle_dropped(notice, Decision::Uncertain, now).await,
        Found::Later(after) => tools.store.release(notice, later(now, after), false, true).await,
    }
}

async fn live_message<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
) -> Result<Option<MessageId>, StoreError> {
    let posts = tools.store.posts_in(notice.space, notice.channel).await?;
    Ok(posts.into_iter().find(|post| post.slot == Slot::Live).and_then(|post| post.message))
}

/// Where a post is, and how it is told there.
struct Addressee {
    guild: GuildId,
    channel: ChannelId,
    slot: Slot,
    silent: bool,
    keywords_only: bool,
    more: u32,
}

impl From<&Claimed> for Addressee {
    fn from(notice: &Claimed) -> Self {
        Self {
            guild: notice.guild,
            channel: notice.channel,
            slot: notice.slot,
            silent: notice.silent,
            keywords_only: notice.keywords_only,
            more: notice.more,
        }
    }
}

impl From<&Post> for Addressee {
    fn from(post: &Post) -> Self {
        Self {
            guild: post.guild,
            channel: post.channel,
            slot: post.slot,
            silent: post.silent,
            keywords_only: post.keywords_only,
            more: post.more,
        }
    }
}

fn compose<C: Courier>(
    tools: &Tools<C>,
    form: Form,
    known: Known,
    to: &Addressee,
    follows: &[Arc<Follow>],
) -> Telling {
    let silent = to.silent || form == Form::LiveSince;
    let keywords = follows
        .iter()
        .filter_map(|follow| match &follow.target {
            Target::Keyword(typed) => Some(typed.clone()),
            Target::Host { .. } => None,
        })
        .collect();
    Telling {
        form,
        guild: to.guild,
        channel: to.channel,
        host: known.space.creator.and_then(|id| (tools.names)(id)),
        cohosts: known.space.cohosts().filter_map(|id| (tools.names)(id)).collect(),
        known,
        roles: if silent { Vec::new() } else { telling::roles(to.slot, follows) },
        keywords,
        keywords_only: to.keywords_only,
        tells_figures: follows.is_empty()
            || follows.iter().any(|follow| matches!(follow.when, When::All | When::LiveEnded)),
        more: to.more,
    }
}

fn later(now: Timestamp, after: Duration) -> Timestamp {
    SignedDuration::try_from(after).ok().and_then(|after| now.checked_add(after).ok()).unwrap_or(now)
}
