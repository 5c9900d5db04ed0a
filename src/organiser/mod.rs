//! The organiser: keeps a server's scheduled events in line with the Spaces that it follows, where it wants them.
//!
//! Each turn compares what should be with what was told, so nothing is lost by a crash: one between Discord's making of
//! an event and the record of it leaves a try of unknown fate, and the server's events are read before anything is made
//! again. What is to be done is decided by [`scheduled_event::next`]; posts about something live go first.

mod words;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};
use twilight_http_ratelimiting::Method;

use crate::clock::{doubled, later};
use crate::commands::App;
use crate::complaint::Complaint;
use crate::discord::answer::{RestError, id};
use crate::discord::rest::Rest;
use crate::domain::ids::{GuildId, SpaceId};
use crate::domain::known::{Known, Phase};
use crate::domain::scheduled_event::{self, Next, Odds, Standing, Telling, at_odds};
use crate::pulse::Part;
use crate::store::StoreError;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The longest that what is under way is waited for when stopping.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// Requests about events in one turn.
const ACTS_AT_ONCE: usize = 20;
/// Turns left out at most while posts about something live wait.
const LEFT_OUT_AT_MOST: u32 = 5;
/// The pause after a server was seen to let the bot create none: looking costs little.
const LACKING_REST: SignedDuration = SignedDuration::from_mins(1);
/// The pause after a server or Discord said no.
const REFUSED_REST: SignedDuration = SignedDuration::from_hours(1);
/// The pause after Discord couldn't be reached.
const UNREACHABLE_REST: SignedDuration = SignedDuration::from_secs(5);
/// How long Discord may take over an event whose making it didn't answer.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(10);
/// The first pause after a try that ended nobody knows how; it doubles up to [`REFUSED_REST`].
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(1);
/// What couldn't be taken away so often is given up: that takes two days.
const TRIES: u32 = 48;

/// "Maximum number of guild scheduled events reached."
const FULL: u64 = 30_038;

/// Keeps events in line.
#[derive(Debug)]
pub struct Organiser {
    /// What they are about.
    pub app: Arc<App>,
    /// How they are told.
    pub rest: Arc<Rest>,
    /// Its turns are counted.
    pub pulse: Part,
}

impl Organiser {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let failing = Complaint::default();
        let mut left_out = 0;
        while stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
            let (app, pulse) = (&self.app, &self.pulse);
            pulse.turn();
            let now = app.clock.now();
            if left_out < LEFT_OUT_AT_MOST && app.store.live_posts_wait(now).await.unwrap_or(false) {
                left_out += 1;
                continue;
            }
            left_out = 0;
            let done = tokio::select! {
                done = pulse.through(self.tick()) => done,
                // What is under way is looked for at the next start.
                () = async {
                    stop.cancelled().await;
                    tokio::time::sleep(STOP_PATIENCE).await;
                } => return,
            };
            let is_new = failing.is_new(&done);
            if let Err(error) = done
                && is_new
            {
                error!(
                    error = &error as &dyn std::error::Error,
                    "scheduled events can't be looked after; trying again"
                );
            }
        }
    }

    /// Brings what is due in line, within a bound.
    pub async fn tick(&self) -> Result<(), StoreError> {
        let (app, now) = (&self.app, self.app.clock.now());
        let mut standing = app.store.scheduled_events().await?;
        let on: HashSet<GuildId> =
            app.guilds.with_events().into_iter().filter(|guild| !app.follows.is_left(*guild)).collect();
        if standing.is_empty() && on.is_empty() {
            return Ok(());
        }
        let known: HashMap<SpaceId, Known> =
            app.watch.all_known().into_iter().map(|known| (known.space.id, known)).collect();
        let wanted = self.wanted(&known, &on);
        let there: HashSet<(GuildId, SpaceId)> = standing.iter().map(|one| (one.guild, one.space)).collect();
        let mut missing: Vec<_> = wanted.difference(&there).copied().collect();
        missing.retain(|(_, space)| known.get(space).is_some_and(|known| is_to_come(known, now)));
        if !missing.is_empty() {
            for (guild, space) in missing {
                app.store.add_scheduled_event(guild, space, now).await?;
            }
            standing = app.store.scheduled_events().await?;
        }
        let mut acts = 0;
        for one in standing.iter().filter(|one| one.due_at <= now) {
            if app.follows.is_left(one.guild) {
                // Out of reach until the bot is taken back; the row is of no use for longer than its Space is kept.
                if !known.contains_key(&one.space) {
                    app.store.forget_scheduled_event(one).await?;
                }
                continue;
            }
            let is_wanted = wanted.contains(&(one.guild, one.space));
            let words = |known: &Known| words::of(app, one.guild, known);
            let is_on = on.contains(&one.guild);
            let next = scheduled_event::next(one, known.get(&one.space), is_wanted, is_on, words, now);
            if next == Next::Nothing {
                continue;
            }
            self.act(one, next, now).await?;
            acts += 1;
            if acts == ACTS_AT_ONCE {
                break;
            }
        }
        Ok(())
    }

    /// The events that there should be, of Spaces that aren't over.
    fn wanted(&self, known: &HashMap<SpaceId, Known>, on: &HashSet<GuildId>) -> HashSet<(GuildId, SpaceId)> {
        let open = known.values().filter(|known| !known.phase.is_over() && !on.is_empty());
        let of = |known: &Known| {
            let follows = self.app.follows.expecting(known);
            let guilds = follows.iter().map(|follow| follow.guild).filter(|guild| on.contains(guild));
            guilds.map(|guild| (guild, known.space.id)).collect::<Vec<_>>()
        };
        open.flat_map(of).collect()
    }

    async fn act(&self, one: &Standing, next: Next, now: Timestamp) -> Result<(), StoreError> {
        match next {
            Next::Nothing => Ok(()),
            Next::Forget => self.app.store.forget_scheduled_event(one).await,
            Next::Find => self.find(one, now).await,
            Next::Delete(event) => self.delete(one, event, now).await,
            Next::Make(telling) => self.make(one, &telling, now).await,
            Next::Change(event, telling) => self.change(one, event, &telling, now).await,
        }
    }

    async fn make(&self, one: &Standing, telling: &Telling, now: Timestamp) -> Result<(), StoreError> {
        let (app, store) = (&self.app, &self.app.store);
        // Read first: that is never refused, so that no server costs one of the refusals that Discord counts.
        match app.server.may_create_events(one.guild).await {
            Ok(true) => app.guilds.events_work(one.guild),
            Ok(false) => return self.refused(one, LACKING_REST, now).await,
            Err(_) => {
                return store.put_off_scheduled_event(one, later(now, UNREACHABLE_REST), false, true).await;
            }
        }
        if !store.begin_scheduled_event(one, now).await? {
            // It was erased meanwhile.
            return Ok(());
        }
        let mut body = body(telling);
        body["privacy_level"] = json!(2);
        body["entity_type"] = json!(3);
        body["entity_metadata"] = json!({ "location": one.space.url() });
        // It is to come, and Discord takes no other status at this moment.
        body.as_object_mut().map(|body| body.remove("status"));
        let path = format!("guilds/{}/scheduled-events", one.guild);
        match self.rest.request(Method::Post, &path, Some(&body)).await {
            Ok(made) => match id(&made["id"]) {
                Some(event) => {
                    info!(space.id = %one.space, guild.id = %one.guild, "made an event of Space {}", one.space);
                    store.settle_scheduled_event(one, event, Some(telling)).await
                }
                None => store.put_off_scheduled_event(one, later(now, FIRST_PAUSE), true, false).await,
            },
            Err(RestError::Refused { code: FULL, .. }) => {
                warn!(
                    space.id = %one.space, guild.id = %one.guild,
                    "server {} has as many open events as it may have: Space {} gets none for now", one.guild, one.space
                );
                store.put_off_scheduled_event(one, later(now, REFUSED_REST), true, true).await
            }
            Err(error) => self.failed(one, &error, now, true).await,
        }
    }

    async fn change(
        &self,
        one: &Standing,
        event: u64,
        telling: &Telling,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let path = format!("guilds/{}/scheduled-events/{event}", one.guild);
        match self.rest.request(Method::Patch, &path, Some(&body(telling))).await {
            Ok(_) => {
                debug!(space.id = %one.space, guild.id = %one.guild, ?telling.status, "told an event of Space {}", one.space);
                self.app.store.settle_scheduled_event(one, event, Some(telling)).await
            }
            Err(RestError::Refused { status: 404, .. }) => self.leave(one).await,
            Err(refused @ RestError::Refused { status: 400, .. }) => {
                self.compare(one, event, telling, &refused, now).await
            }
            Err(error) => self.failed(one, &error, now, false).await,
        }
    }

    /// Looks at an event that Discord won't have changed: an answer may have been lost, or a person was sooner.
    async fn compare(
        &self,
        one: &Standing,
        event: u64,
        telling: &Telling,
        refused: &RestError,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let path = format!("guilds/{}/scheduled-events/{event}", one.guild);
        match self.rest.get(&path).await {
            Ok(there) => match at_odds(there["status"].as_i64(), telling.status) {
                Odds::Closed => self.leave(one).await,
                Odds::Told => self.app.store.settle_scheduled_event(one, event, Some(telling)).await,
                Odds::Refused => self.failed(one, refused, now, false).await,
            },
            Err(RestError::Refused { status: 404, .. }) => self.leave(one).await,
            Err(error) => self.failed(one, &error, now, false).await,
        }
    }

    /// What a person took away, or closed, is theirs.
    async fn leave(&self, one: &Standing) -> Result<(), StoreError> {
        info!(
            space.id = %one.space, guild.id = %one.guild,
            "the event of Space {} in server {} is left alone: somebody took it away or closed it", one.space, one.guild
        );
        self.app.store.leave_scheduled_event(one).await
    }

    async fn delete(&self, one: &Standing, event: u64, now: Timestamp) -> Result<(), StoreError> {
        let path = format!("guilds/{}/scheduled-events/{event}", one.guild);
        match self.rest.request(Method::Delete, &path, None).await {
            Ok(_) | Err(RestError::Refused { status: 404, .. }) => {
                self.app.store.forget_scheduled_event(one).await
            }
            Err(_) if one.attempts >= TRIES => {
                warn!(guild.id = %one.guild, "an event of server {} couldn't be taken away: given up", one.guild);
                self.app.store.forget_scheduled_event(one).await
            }
            Err(error) => self.failed(one, &error, now, false).await,
        }
    }

    /// Looks for the event of a try whose end nobody knows.
    async fn find(&self, one: &Standing, now: Timestamp) -> Result<(), StoreError> {
        let found = async {
            let me = self.rest.me().await?;
            let path = format!("guilds/{}/scheduled-events", one.guild);
            let events = self.rest.get(&path).await?;
            let url = one.space.url();
            let is_it = |event: &&Value| {
                event["entity_metadata"]["location"].as_str() == Some(url.as_str())
                    && id(&event["creator_id"]) == Some(me.get())
            };
            let found = events.as_array().and_then(|events| events.iter().find(is_it));
            Ok::<_, RestError>(found.and_then(|event| id(&event["id"])))
        };
        match found.await {
            Ok(Some(event)) => self.app.store.settle_scheduled_event(one, event, None).await,
            Ok(None) => self.app.store.put_off_scheduled_event(one, now, false, true).await,
            // Whoever was thrown out leaves nothing that could be taken away.
            Err(RestError::Refused { status: 403 | 404, .. }) => {
                self.app.store.forget_scheduled_event(one).await
            }
            Err(error) => self.failed(one, &error, now, false).await,
        }
    }

    async fn failed(
        &self,
        one: &Standing,
        error: &RestError,
        now: Timestamp,
        making: bool,
    ) -> Result<(), StoreError> {
        let store = &self.app.store;
        match error {
            RestError::Limited(wait) | RestError::OldMessage(wait) => {
                let wait = SignedDuration::try_from(*wait).unwrap_or(REFUSED_REST);
                store.put_off_scheduled_event(one, later(now, wait), false, making).await
            }
            RestError::Unauthorized | RestError::Unreachable(_) => {
                store.put_off_scheduled_event(one, later(now, UNREACHABLE_REST), false, making).await
            }
            RestError::Uncertain(_) => {
                let pause = doubled(FIRST_PAUSE, one.attempts, REFUSED_REST);
                // What is still on its way can't be found yet.
                let pause = if making { pause.max(ON_ITS_WAY) } else { pause };
                store.put_off_scheduled_event(one, later(now, pause), true, false).await
            }
            RestError::Refused { status: 403, .. } => self.refused(one, REFUSED_REST, now).await,
            RestError::Refused { status, code, message } => {
                error!(guild.id = %one.guild, status, code, "Discord refuses a scheduled event: {message}");
                store.put_off_scheduled_event(one, later(now, REFUSED_REST), true, making).await
            }
        }
    }

    /// The server doesn't let the bot: nothing more is asked there for a while, and `/settings show` says so.
    async fn refused(&self, one: &Standing, rest: SignedDuration, now: Timestamp) -> Result<(), StoreError> {
        if self.app.guilds.events_refused(one.guild) {
            info!(guild.id = %one.guild, "server {} doesn't let the bot create events", one.guild);
        }
        self.app.store.put_off_scheduled_event(one, later(now, rest), true, one.event.is_none()).await
    }
}

/// What is told of an event, as Discord's object.
fn body(telling: &Telling) -> Value {
    let mut body = json!({});
    if let Some(words) = &telling.words {
        body["name"] = json!(words.name);
        body["description"] = json!(words.description);
    }
    if let Some(start) = telling.start {
        body["scheduled_start_time"] = json!(start.to_string());
    }
    if let Some(end) = telling.end {
        body["scheduled_end_time"] = json!(end.to_string());
    }
    if let Some(status) = telling.status {
        body["status"] = json!(status.code());
    }
    body
}

fn is_to_come(known: &Known, now: Timestamp) -> bool {
    known.phase == Phase::Scheduled && known.space.scheduled_start.is_some_and(|start| start > now)
}
