//! The deliverer: carries notices out, one at a time in each channel, as fast as Discord allows.
//!
//! The loop's body is [`Deliverer::tick`]: top up the queue from the store, wait for a slot, send the most
//! urgent notice whose route is open. A slot comes first, so that what is most urgent is decided as late as
//! possible. The store is told of each end before the notice is forgotten.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::compose::{Addressee, compose};
use super::counts::{Counts, Resting};
use super::courier::{Courier, Outcome, Route};
use super::errand::carry_out;
use super::queue::Queue;
use super::telling::Form;
use crate::clock::SharedClock;
use crate::complaint::Complaint;
use crate::delays::Delays;
use crate::domain::ids::{ChannelId, SpaceId, UserId};
use crate::domain::known::Phase;
use crate::domain::notice::{Slot, Work};
use crate::domain::space::XUser;
use crate::follows::Follows;
use crate::guilds::Guilds;
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
/// The longest sleep when nothing is due.
const LONGEST_IDLE: Duration = Duration::from_secs(30);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// The longest that work in flight is waited for when stopping.
const STOP_PATIENCE: Duration = Duration::from_secs(6);

/// Tells an account on X by its id, if it is known.
pub type Names = Arc<dyn Fn(UserId) -> Option<XUser> + Send + Sync>;

/// What the deliverer works with.
pub struct Tools<C> {
    /// The store.
    pub store: Store,
    /// The follows.
    pub follows: Arc<Follows>,
    /// What servers decided for themselves.
    pub guilds: Arc<Guilds>,
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
    /// Who is told how long each post took.
    pub delays: Delays,
    /// Whether it was told that the store fails.
    pub complaint: Complaint,
}

/// Wakes the deliverer. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Bell {
    wake: Arc<Notify>,
    fresh: Arc<AtomicBool>,
    counted: Arc<Mutex<Vec<SpaceId>>>,
}

/// Counts of more Spaces than this at once aren't kept: newer ones come within the minute.
const COUNTED_AT_MOST: usize = 1_000;

impl Bell {
    /// Says that there are new notices in the store.
    pub fn ring(&self) {
        self.fresh.store(true, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// Says that something else may go on: a channel isn't busy any more.
    fn nudge(&self) {
        self.wake.notify_one();
    }

    fn take_fresh(&self) -> bool {
        self.fresh.swap(false, Ordering::SeqCst)
    }

    /// Says that the count of a Space changed, and nothing else.
    pub fn counted(&self, space: SpaceId) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() < COUNTED_AT_MOST && !counted.contains(&space) {
            counted.push(space);
        }
        self.nudge();
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
    resting: Resting,
    in_flight: JoinSet<()>,
    busy: Busy,
    /// A claim under way. It outlives a tick that is given up, since what it claims has to be put back.
    claiming: Option<JoinHandle<Result<Vec<Claimed>, StoreError>>>,
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
            resting: Resting::default(),
            in_flight: JoinSet::new(),
            busy: Busy::default(),
            claiming: None,
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
        let unread = Complaint::default();
        while !stop.is_cancelled() {
            self.pulse.turn();
            let done = tokio::select! {
                () = stop.cancelled() => break,
                done = self.tick() => done,
            };
            let is_new = unread.is_new(&done);
            if let Err(error) = done {
                if is_new {
                    error!(
                        error = &error as &dyn std::error::Error,
                        "the outbox can't be read; trying again"
                    );
                }
                tokio::time::sleep(STORE_PAUSE).await;
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
            let resting = self.resting.clone();
            let in_flight = self.busy.enter(notice.channel);
            self.in_flight.spawn(async move {
                carry_out(&tools, &notice, slot, permit, &resting).await;
                drop(in_flight);
                bell.nudge();
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
        if self.queue.len() < LOW_WATER || (self.queue.len() < HIGH_WATER && self.bell.take_fresh()) {
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
            let shown = posts
                .into_iter()
                .filter(|post| post.slot == Slot::Live && post.message.is_some() && !post.erased);
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
        // Woken or not, the next tick looks.
        let _ = tokio::time::timeout(most, self.bell.wake.notified()).await;
    }

    async fn refresh_count(&mut self, post: Post, slot: C::Slot) -> Result<(), StoreError> {
        let (Some(message), Some((known, _))) = (post.message, self.tools.store.space(post.space).await?)
        else {
            return Ok(());
        };
        let now = self.tools.clock.now();
        if known.phase != Phase::Live || self.busy.holds(post.channel) || self.resting.holds(message, now) {
            return Ok(());
        }
        // Another Space may go on in it by now.
        let posts = self.tools.store.posts_in(post.space, post.channel).await?;
        if !posts
            .iter()
            .any(|stands| stands.slot == post.slot && stands.message == post.message && !stands.erased)
        {
            return Ok(());
        }
        let Route::Open(permit) = self.tools.courier.route(post.channel, Work::Edit).await else {
            return Ok(());
        };
        let tools = Arc::clone(&self.tools);
        let bell = self.bell.clone();
        let resting = self.resting.clone();
        let in_flight = self.busy.enter(post.channel);
        self.in_flight.spawn(async move {
            let follows = tools.follows.those(&post.follows);
            let telling = compose(&tools, Form::Live, known, &Addressee::from(&post), &follows);
            let outcome = tools.courier.edit(slot, permit, &telling, message).await;
            debug!(space.id = %post.space, channel.id = %post.channel, ?outcome, "refreshed a count");
            if let Outcome::OldMessage(_) = outcome {
                resting.begin(message, tools.clock.now());
            }
            if outcome == Outcome::MessageGone
                && let Err(error) = tools.store.forget_message(&post).await
            {
                error!(error = &error as &dyn std::error::Error, "a removed message couldn't be forgotten");
            }
            drop(in_flight);
            bell.nudge();
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
        match self.tools.store.put_back(&waiting).await {
            Ok(()) => info!(put_back = waiting.len(), "the deliverer stopped"),
            // Their leases end with the process.
            Err(error) => {
                error!(error = &error as &dyn std::error::Error, "unsent notices couldn't be put back");
            }
        }
        let flight = tokio::time::timeout(STOP_PATIENCE, async {
            while self.in_flight.join_next().await.is_some() {}
        });
        if flight.await.is_err() {
            warn!("some sends didn't end in time; they are settled at the next start");
            self.in_flight.abort_all();
        }
    }
}
