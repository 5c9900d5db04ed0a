//! Watching X: what changed, and what to ask next.
//!
//! [`lifecycle`] decides what an observation means, [`people`] whom posts can't name yet and [`planner`] what to ask
//! next, all pure; `planning` gathers which posts a step calls for, and `waiting` keeps which follows' filters refuse a
//! Space for now. [`Watcher`] runs the first two on whatever is seen, by whatever route; [`lanes`] ask X, each at its
//! own pace. Nothing else decides that a Space changed.

mod awaiting;
mod counting;
pub mod coverage;
mod erasing;
mod faults;
pub mod lanes;
mod learning;
pub mod lifecycle;
pub mod paying;
pub mod people;
pub mod planner;
mod planning;
mod sampling;
mod timing;
mod told;
mod waiting;

use std::sync::Arc;

use dashmap::{DashMap, DashSet};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use tracing::info;

use crate::clock::SharedClock;
use crate::complaint::Complaint;
use crate::delays::Delays;
use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, SpaceId, UserId};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::{Draft, Plan, Slot};
use crate::follows::Follows;
use crate::guilds::Guilds;
use crate::outbox::deliverer::Bell;
use crate::store::{Change, Edits, Reopened, Store, StoreError, UserRow};
use crate::x::UserCache;
use learning::Learning;
use lifecycle::{Event, Observation, Sight, Step};
use planner::Wanted;
use planning::{plans_anew, slot_of};
use told::Told;
use waiting::Waiting;

/// What is seen but unchanged is written down this often, so that a restart knows how long nobody looked.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// Turns what is seen into what is known, and that into notices.
pub struct Watcher {
    store: Store,
    follows: Arc<Follows>,
    accounts: UserCache,
    bell: Bell,
    clock: SharedClock,
    known: DashMap<SpaceId, Known>,
    /// When each Space was last written down.
    written: DashMap<SpaceId, Timestamp>,
    /// Up to which minute each live Space was counted in.
    counted: DashMap<SpaceId, Timestamp>,
    /// What of failing to keep counts was told.
    uncounted: Complaint,
    wanted: Wanted,
    told: Told,
    /// Spaces that somebody wants to be reminded of.
    awaited: DashSet<SpaceId>,
    delays: Option<Delays>,
    /// Follows whose filters refuse a Space as it is.
    waiting: Waiting,
    /// Whom to visit, and how often they start Spaces.
    learning: Learning,
    guilds: Option<Arc<Guilds>>,
    /// One observation is judged at a time, so that none is judged by what another is about to change.
    judging: Mutex<()>,
}

impl Watcher {
    /// A watcher that knows what `store` knows. `accounts` are those that X has shown.
    pub async fn load(
        store: Store,
        follows: Arc<Follows>,
        accounts: &UserCache,
        bell: Bell,
        clock: SharedClock,
    ) -> Result<Self, StoreError> {
        let known: DashMap<SpaceId, Known> = DashMap::new();
        for mut one in store.spaces().await? {
            // Whoever should be named and isn't kept is asked for, whatever it was that lost the name.
            for id in people::strangers(&one, |id| accounts.get(id).is_some()) {
                if !one.strangers.contains(&id) {
                    one.strangers.push(id);
                }
            }
            known.insert(one.space.id, one);
        }
        let awaited = store.awaited().await?;
        let written = known.iter().map(|entry| (*entry.key(), entry.seen_at)).collect();
        let waiting = Waiting::load(&store, &known).await?;
        let rates = store.host_rates().await?;
        let all: Vec<Known> = known.iter().map(|known| known.clone()).collect();
        let learning = Learning::new(rates, &follows, all.iter(), clock.now());
        Ok(Self {
            store,
            follows,
            accounts: accounts.clone(),
            bell,
            clock,
            known,
            written,
            counted: DashMap::new(),
            uncounted: Complaint::default(),
            wanted: Wanted::default(),
            told: Told::default(),
            awaited: awaited.into_iter().collect(),
            delays: None,
            waiting,
            learning,
            guilds: None,
            judging: Mutex::new(()),
        })
    }

    /// The same, telling `delays` how long each start took to be seen.
    #[must_use]
    pub fn with_delays(self, delays: Delays) -> Self {
        Self { delays: Some(delays), ..self }
    }

    /// The same, going by what each server decided for itself.
    #[must_use]
    pub fn with_guilds(self, guilds: Arc<Guilds>) -> Self {
        Self { guilds: Some(guilds), ..self }
    }

    /// Judges what was seen. What it causes is in the store when this returns.
    pub async fn observe(&self, seen: Vec<Observation>) -> Result<(), StoreError> {
        self.judge(seen, false).await
    }

    /// As [`observe`](Self::observe), but keeps Spaces that nobody follows yet, since somebody is about to: what was
    /// live before it was followed rings nobody afterwards.
    pub async fn learn(&self, seen: Vec<Observation>) -> Result<(), StoreError> {
        self.judge(seen, true).await
    }

    async fn judge(&self, seen: Vec<Observation>, keep_all: bool) -> Result<(), StoreError> {
        let _judging = self.judging.lock().await;
        let now = self.clock.now();
        let (mut touched, mut counts) = (Vec::new(), Vec::new());
        for observation in seen {
            let id = observation.space_id();
            let before = self.known.get(&id).map(|known| known.clone().not_after(now));
            if matches!(observation.sight, Sight::Gone(_)) {
                if self.told.may_come(id, observation.asked_at) {
                    self.wanted.add(id, now);
                }
                // A Space that nobody knew and that isn't there concerns nobody.
                if before.is_none() {
                    continue;
                }
            }
            let Some(step) = lifecycle::step(before.as_ref(), &observation, now) else { continue };
            let step = people::introduce(step, before.as_ref(), |id| self.accounts.get(id).is_some());
            if matches!(observation.sight, Sight::Present(_)) && step.known.seen_at == observation.asked_at {
                // Whatever it was to be looked up for is told by this.
                self.wanted.settle(&[id], observation.asked_at);
            }
            if step.look_up {
                self.wanted.add(id, now);
            }
            let concerned = self.follows.concerned(&step.known.space);
            if matches!(observation.sight, Sight::Started { .. })
                && self.is_for_a_lookup(before.as_ref(), &step, &concerned).await?
            {
                self.told.start(id, observation.asked_at);
                if before.is_none() {
                    continue;
                }
            }
            if before.is_none() && concerned.is_empty() && !keep_all {
                continue;
            }
            let late = self.let_through(before.as_ref(), &step, &concerned).await?;
            if late.is_empty() && step.events.iter().all(|event| *event == Event::Counted) {
                if !step.events.is_empty() {
                    self.bell.counted(id);
                }
                let written = self.written.get(&id).map(|at| *at);
                if written.is_none_or(|at| step.known.seen_at.duration_since(at).abs() >= TOUCH_AFTER) {
                    touched.push(id);
                }
            } else {
                self.commit(before.as_ref(), &step, &concerned, &late, now).await?;
                self.written.insert(id, step.known.seen_at);
            }
            if !keep_all {
                self.time(before.as_ref(), &step, &concerned, now);
            }
            if !concerned.is_empty() {
                counts.extend(sampling::count(&observation, &step.known).map(|sample| (id, sample)));
            }
            self.learning.saw(&step.known, &step.events, &self.follows, now);
            self.known.insert(id, step.known);
        }
        if !touched.is_empty() {
            // As they are by now: another Space of this answer may go on in their messages.
            let touched: Vec<Known> = touched.into_iter().filter_map(|id| self.known(id)).collect();
            self.store.touch(&touched).await?;
            for known in touched {
                self.written.insert(known.space.id, known.seen_at);
            }
        }
        self.keep_counts(counts).await;
        Ok(())
    }

    /// What is known of a Space.
    #[must_use]
    pub fn known(&self, id: SpaceId) -> Option<Known> {
        self.known.get(&id).map(|known| known.clone())
    }

    /// The Spaces of a creator that are live or to come.
    #[must_use]
    pub fn of_host(&self, host: UserId) -> Vec<Known> {
        let mut spaces = self.of_creator(host);
        spaces.retain(|known| !known.phase.is_over());
        spaces
    }

    fn of_creator(&self, creator: UserId) -> Vec<Known> {
        let theirs = self.known.iter().filter(|known| known.space.creator == Some(creator));
        let mut spaces: Vec<Known> = theirs.map(|known| known.clone()).collect();
        spaces.sort_by_key(|known| known.space.id);
        spaces
    }

    /// All that is known, by id.
    #[must_use]
    pub fn all_known(&self) -> Vec<Known> {
        let mut spaces: Vec<Known> = self.known.iter().map(|known| known.clone()).collect();
        spaces.sort_by_key(|known| known.space.id);
        spaces
    }

    /// Queues a post of a Space for one follow, as a person asked for, without a ping; whether there was none.
    pub async fn post_now(&self, follow: &Follow, id: SpaceId) -> Result<bool, StoreError> {
        let _judging = self.judging.lock().await;
        let known = self.known(id).filter(|known| known.continued_by.is_none());
        let slot = match known.map(|known| known.phase) {
            Some(Phase::Live) => Slot::Live,
            Some(Phase::Scheduled) => Slot::Scheduled,
            _ => return Ok(false),
        };
        let draft = Draft {
            space: id,
            guild: follow.guild,
            channel: follow.channel,
            slot,
            follows: vec![follow.id],
            keywords_only: matches!(follow.target, Target::Keyword(_)),
            silent: true,
            awaited: false,
        };
        let posted = self.store.add_draft(&draft, self.clock.now()).await?;
        self.bell.ring();
        Ok(posted)
    }

    /// Plans the posts that a channel's follows left out while they were paused: what is live or to come, as late as
    /// it is by now.
    pub async fn make_up(&self, channel: ChannelId) -> Result<(), StoreError> {
        let _judging = self.judging.lock().await;
        for known in self.all_known() {
            let Some(slot) = slot_of(known.phase) else { continue };
            let mut concerned = self.follows.concerned(&known.space);
            concerned.retain(|follow| follow.channel == channel && follow.paused.is_none());
            let plan = self.plan(&known, slot, concerned.iter(), None, &[]).await?;
            if !plan.drafts.is_empty() {
                self.store.make_up(&plan.drafts, &plan.decided, self.clock.now()).await?;
                self.waiting.learn(&plan.decided);
            }
        }
        Ok(())
    }

    /// Says that there is work in the outbox.
    pub fn ring(&self) {
        self.bell.ring();
    }

    async fn commit(
        &self,
        before: Option<&Known>,
        step: &Step,
        concerned: &[Arc<Follow>],
        late: &[Arc<Follow>],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let space = &step.known.space;
        let mut plan = Plan::default();
        let mut edits = Edits::None;
        let mut dropped = None;
        if let Some(before) = before.filter(|_| !plans_anew(step)) {
            plan = self.plan_for_new_matches(before, &step.known, concerned, late).await?;
        }
        for event in &step.events {
            match event {
                Event::Scheduled => {
                    plan = self.plan(&step.known, Slot::Scheduled, concerned.iter(), None, &[]).await?;
                }
                Event::Live { .. } => {
                    if before.is_none() {
                        dropped = self.dropped(&step.known);
                    }
                    plan =
                        self.plan(&step.known, Slot::Live, concerned.iter(), dropped.as_ref(), &[]).await?;
                    edits = Edits::ScheduledAlone;
                }
                Event::Renamed
                | Event::Retold
                | Event::Rescheduled { .. }
                | Event::Ended { .. }
                | Event::Cancelled
                | Event::NoShow => edits = Edits::All,
                Event::Revived => {
                    edits = Edits::All;
                    // Posts that were given up while it seemed to be over.
                    if step.known.phase == Phase::Live {
                        plan = self.plan(&step.known, Slot::Live, concerned.iter(), None, &[]).await?;
                    }
                }
                Event::Counted => {}
            }
        }
        // Kept with what names them, so that no crash parts the two.
        let people: Vec<UserRow> =
            people::named(space).filter_map(|id| self.accounts.get(id)).map(people::row).collect();
        if let Some((known, _)) = dropped.as_mut().filter(|_| plan.drafts.is_empty()) {
            let posts = self.store.posts(space.id).await?;
            if posts.iter().any(|post| post.formerly.contains(&known.space.id)) {
                // Handed over by a try whose end nobody knew.
                known.continued_by = Some(space.id);
                self.known.insert(known.space.id, known.clone());
            }
        }
        let (dropped, channels) = self.continuing(dropped, &plan, space.id);
        let change = Change {
            known: &step.known,
            people: &people,
            drafts: &plan.drafts,
            overflowing: &plan.overflowing,
            decided: &plan.decided,
            reopened: dropped.as_ref().map(|from| Reopened { from, channels: &channels }),
            edits,
            now,
        };
        self.store.commit(&change).await?;
        self.waiting.learn(&plan.decided);
        if step.known.phase.is_over() {
            self.waiting.forget(space.id);
        }
        if let Some(dropped) = dropped {
            info!(
                space.id = %space.id, dropped.id = %dropped.space.id,
                "Space {} goes on in the messages of {}", space.id, dropped.space.id
            );
            self.known.insert(dropped.space.id, dropped);
        }
        for event in &step.events {
            info!(space.id = %space.id, ?event, "Space {}: {}", space.id, name(event));
        }
        self.bell.ring();
        Ok(())
    }
}

const fn name(event: &Event) -> &'static str {
    match event {
        Event::Scheduled => "scheduled",
        Event::Rescheduled { .. } => "moved",
        Event::Renamed => "renamed",
        Event::Retold => "told anew",
        Event::Counted => "counted",
        Event::Live { .. } => "live",
        Event::Revived => "found again",
        Event::Ended { .. } => "ended",
        Event::Cancelled => "cancelled",
        Event::NoShow => "didn't begin",
    }
}
