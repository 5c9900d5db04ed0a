//! serenity's shards: one client of it, on a thread of its own, until it ends, is stopped, or hangs.
//!
//! Owns how serenity is started, watched and put down. Its traps are handled here: it is given its address, the
//! `turnstile` bounds its reconnects, and its thread is asked every second whether it still answers. After some closes
//! (4003, 4010, 4011, a close frame without a code) a shard spins without ever letting go of the thread, and tells
//! nobody why.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use serenity::client::ClientBuilder;
use serenity::gateway::{GatewayError as SerenityGatewayError, ShardManager};
use serenity::model::gateway::GatewayIntents;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::events::Handler;
use super::gateway::{Gateway, GatewayError, http};
use super::turnstile::{self, Fruitless};
use crate::clock::SharedClock;
use crate::config::Discord;

/// After so many turns without a session Discord is asked what is wrong.
const ASK_AFTER: u32 = 3;
/// A connection that was let through has a session by then, or something is wrong.
const SESSION_WITHIN: Duration = Duration::from_secs(15);
/// After so many of these without as much as another try, serenity doesn't come back by itself.
const SILENT_MAX: u32 = 20;
/// How often serenity's thread is asked whether it answers.
const PROBE_EVERY: Duration = Duration::from_secs(1);
/// How long it may take to. Twice in a row, since a process that stood still sees all its timeouts at once.
const PROBE_WITHIN: Duration = Duration::from_secs(2);
/// See [`PROBE_WITHIN`].
const PROBES_MISSED: u32 = 2;

/// Which shards, and of how many in all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub first: u32,
    /// Included.
    pub last: u32,
    pub total: u32,
}

impl Range {
    pub(super) const fn count(self) -> u32 {
        self.last - self.first + 1
    }
}

/// How a connection ended that didn't fail.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// It was time to stop.
    Stopped,
    /// serenity's thread doesn't answer any more.
    Hung,
}

/// What a client of serenity is made of.
pub(super) struct Connection<'a> {
    pub gateway: &'a Gateway,
    pub discord: &'a Discord,
    pub range: Range,
    pub clock: &'a SharedClock,
    pub fruitless: &'a Fruitless,
    pub stop: &'a CancellationToken,
}

impl Connection<'_> {
    /// Connects to the gateway at `url`, and hands on events until an end.
    pub(super) async fn run(&self, url: String) -> Result<End, GatewayError> {
        let Range { first, last, total } = self.range;
        let handler = Handler::new(self.gateway.clone(), Arc::clone(self.clock), self.fruitless.clone());
        let own = Isolated::new()?;
        let building = ClientBuilder::new_with_http(http(self.discord)?, GatewayIntents::GUILDS)
            .event_handler(handler)
            .into_future();
        // It asks for the gateway's address itself, which counts like any request.
        let slot = self.gateway.rest.limits().slot().await;
        let built = own.spawn(building).await.map_err(|_| GatewayError::Stuck)?;
        slot.answered();
        let mut client = built.map_err(judge)?;
        // Held from before the first connection on, so that it counts too.
        let mut held = Arc::clone(&client.ws_url).lock_owned().await;
        *held = url;
        let (tell, told) = watch::channel(0);
        let (health, clock) = (Arc::clone(&self.gateway.health), Arc::clone(self.clock));
        own.spawn(turnstile::turn(held, self.fruitless.clone(), self.stop.clone(), move |turns| {
            if turns > 1 {
                health.saw_gateway(false, clock.now());
            }
            tell.send_replace(turns);
        }));
        let manager = Arc::clone(&client.shard_manager);
        let shards = own.spawn(async move { client.start_shard_range(first..last, total).await });
        tokio::select! {
            ended = shards => ended.map_err(|_| GatewayError::Stuck)?.map_err(judge).map(|()| End::Stopped),
            failed = self.watch_failures(told) => failed.map(|never| match never {}),
            () = own.hangs() => {
                free(&manager);
                Ok(End::Hung)
            }
            never = shut_down(self.stop, &manager) => match never {},
        }
    }

    /// Fails once Discord says that connecting is of no use, or where serenity doesn't try any more.
    async fn watch_failures(&self, mut told: watch::Receiver<u32>) -> Result<Infallible, GatewayError> {
        let mut silent: u32 = 0;
        loop {
            let turned = timeout(SESSION_WITHIN, told.changed()).await;
            let turns = self.fruitless.turns();
            match turned {
                // The door stopped: so does everything.
                Ok(Err(_)) => std::future::pending::<()>().await,
                Ok(Ok(())) => silent = 0,
                Err(_) if turns == 0 => silent = 0,
                Err(_) => silent += 1,
            }
            if silent > 0 || (turns > 0 && turns.is_multiple_of(ASK_AFTER)) {
                self.gateway.diagnose(self.discord.shards, self.range).await?;
            }
            if silent >= SILENT_MAX {
                return Err(GatewayError::Stuck);
            }
        }
    }
}

/// A runtime of serenity's own, with one thread: a shard that spins starves nobody else there.
struct Isolated(Option<Runtime>);

impl Isolated {
    fn new() -> Result<Self, GatewayError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("gateway")
            .enable_all()
            .build()
            .map_err(GatewayError::Thread)?;
        Ok(Self(Some(runtime)))
    }

    fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.0.as_ref().expect("it is there until it is dropped").spawn(work)
    }

    /// Ends once the thread takes nothing up any more.
    async fn hangs(&self) {
        let mut missed = 0;
        while missed < PROBES_MISSED {
            sleep(PROBE_EVERY).await;
            let answered = timeout(PROBE_WITHIN, self.spawn(async {})).await;
            missed = if answered.is_ok() { 0 } else { missed + 1 };
        }
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Has each shard close its connection. One that spins can't, and so ends and lets go of its thread, which would
/// otherwise spin until the next heartbeat is due.
fn free(manager: &ShardManager) {
    if let Ok(runners) = manager.runners.try_lock() {
        runners.values().for_each(|runner| runner.runner_tx.shutdown_clean());
    } else {
        warn!("the gateway's shards can't be reached: one goes on spinning until its next heartbeat");
    }
}

/// Closes the shards when it is time to, whose start ends by that.
async fn shut_down(stop: &CancellationToken, manager: &ShardManager) -> Infallible {
    stop.cancelled().await;
    manager.shutdown_all().await;
    std::future::pending().await
}

fn judge(error: serenity::Error) -> GatewayError {
    match error {
        serenity::Error::Gateway(
            SerenityGatewayError::InvalidAuthentication | SerenityGatewayError::NoAuthentication,
        ) => GatewayError::Token,
        serenity::Error::Gateway(
            SerenityGatewayError::InvalidGatewayIntents | SerenityGatewayError::DisallowedGatewayIntents,
        ) => GatewayError::Intents,
        error => GatewayError::Failed(Box::new(error)),
    }
}
