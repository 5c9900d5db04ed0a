//! The gateway: Discord's events by WebSocket.
//!
//! Owns the connection; what comes by it is `events`' to hear. serenity does the protocol. Its traps are handled here: it is given its address, the
//! `turnstile` bounds its reconnects, and closes that it repeats for ever end the program.
//!
//! Accepted: a session that drops between READY and the servers' events tells of them again in the next READY.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use serenity::client::ClientBuilder;
use serenity::gateway::{GatewayError as SerenityGatewayError, ShardManager};
use serenity::http::{Http, HttpBuilder};
use serenity::model::gateway::{BotGateway, GatewayIntents};
use serenity::model::id::GuildId;
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::events::Handler;
use super::interactions::Interactions;
use super::rest::{Rest, RestError};
use super::turnstile::{self, Fruitless};
use crate::clock::SharedClock;
use crate::config::{Discord, Shards};
use crate::follows::Follows;
use crate::guilds::Guilds;
use crate::health::Health;

/// After so many turns without a session Discord is asked what is wrong.
const ASK_AFTER: u32 = 3;
/// A connection that was let through has a session by then, or something is wrong.
const SESSION_WITHIN: Duration = Duration::from_secs(15);
/// The longest that shards are waited for after a failure.
const SHUTDOWN_WITHIN: Duration = Duration::from_secs(3);
/// After so many of these without as much as another try, serenity doesn't come back by itself.
const SILENT_MAX: u32 = 20;
/// The first pause while the gateway's address can't be had; it doubles up to [`ADDRESS_PAUSE_MAX`].
const ADDRESS_PAUSE: Duration = Duration::from_secs(1);
/// See [`ADDRESS_PAUSE`].
const ADDRESS_PAUSE_MAX: Duration = Duration::from_mins(1);
/// The longest that an answer to an interaction may take to be sent: an interaction has three seconds.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the gateway ended.
#[derive(Debug, Error)]
pub enum GatewayError {
    /// The token is wrong or was reset. Close code 4004, or 401.
    #[error(
        "Discord refuses DISCORD_TOKEN. Copy the bot's token from https://discord.com/developers/applications, \
         set DISCORD_TOKEN and start again"
    )]
    Token,
    /// Intents that Discord doesn't grant. Close codes 4013 and 4014.
    #[error(
        "Discord doesn't grant the gateway intents. Update Spacebell, and check the bot's page at \
         https://discord.com/developers/applications"
    )]
    Intents,
    /// More shards are needed. Close code 4011.
    #[error(
        "Discord wants {wanted} shards and DISCORD_SHARDS makes {made}. Set DISCORD_SHARDS=auto and start again"
    )]
    Shards {
        /// What Discord recommends.
        wanted: u32,
        /// What there are.
        made: u32,
    },
    /// A shard that doesn't exist, or too many servers in one. Close code 4010.
    #[error("Discord refuses the shards of DISCORD_SHARDS. Set DISCORD_SHARDS=auto and start again")]
    ShardRange,
    /// No session comes, and no new try either. Close codes 4003 and 4010, which serenity keeps to itself.
    #[error("Discord's gateway gives no session. Check DISCORD_SHARDS, and start again")]
    Stuck,
    /// The system gives no thread.
    #[error("the system gives no thread for the gateway")]
    Thread(#[source] std::io::Error),
    /// The HTTP client couldn't be made.
    #[error("the HTTP client couldn't be made")]
    Client(#[from] reqwest::Error),
    /// Anything else that serenity can't go on after.
    #[error("the connection to Discord's gateway failed")]
    Failed(#[source] Box<serenity::Error>),
}

impl GatewayError {
    /// Whether a setting has to be changed for the next start to get further.
    #[must_use]
    pub const fn is_a_setting(&self) -> bool {
        match self {
            Self::Token | Self::Shards { .. } | Self::ShardRange => true,
            Self::Intents | Self::Stuck | Self::Thread(_) | Self::Client(_) | Self::Failed(_) => false,
        }
    }
}

/// What the gateway works with.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// For its address.
    pub rest: Arc<Rest>,
    /// Where interactions go.
    pub interactions: Interactions,
    /// What servers joined and left matter to.
    pub follows: Arc<Follows>,
    /// Whose languages servers tell.
    pub guilds: Arc<Guilds>,
    /// Who is told whether the session stands.
    pub health: Arc<Health>,
}

/// serenity's HTTP client for answers to interactions: at the API's own address, without its limiter, which would
/// ignore that address.
pub fn http(discord: &Discord) -> Result<Http, reqwest::Error> {
    let client = reqwest::Client::builder().timeout(ANSWER_TIMEOUT).build()?;
    Ok(HttpBuilder::new(discord.token.expose_secret())
        .client(client)
        .proxy(discord.api_base_url.as_str())
        .ratelimiter_disabled(true)
        .build())
}

impl Gateway {
    /// Connects, and hands on events until `stop`.
    pub async fn run(
        self,
        discord: Discord,
        clock: SharedClock,
        stop: CancellationToken,
    ) -> Result<(), GatewayError> {
        let Some(gateway) = stop.run_until_cancelled(self.address()).await else { return Ok(()) };
        let gateway = gateway?;
        let (first, last, total) = range(discord.shards, gateway.shards);
        wait_for_sessions(&gateway, u64::from(last - first) + 1, &stop).await;
        if stop.is_cancelled() {
            return Ok(());
        }
        let fruitless = Fruitless::default();
        let handler = Handler::new(&self, Arc::clone(&clock), fruitless.clone());
        let own = Isolated::new()?;
        let building =
            ClientBuilder::new_with_http(http(&discord)?, GatewayIntents::GUILDS).event_handler(handler);
        let built = own.run(building.into_future()).await.ok_or(GatewayError::Stuck)?;
        let mut client = built.map_err(|error| judge(error, total))?;
        // Held from before the first connection on, so that it counts too.
        let mut held = Arc::clone(&client.ws_url).lock_owned().await;
        *held = gateway.url;
        let (tell, told) = watch::channel(0);
        let health = Arc::clone(&self.health);
        let door = turnstile::turn(held, fruitless.clone(), stop.clone(), move |turns| {
            if turns > 1 {
                health.saw_gateway(false, clock.now());
            }
            tell.send_replace(turns);
        });
        let manager = Arc::clone(&client.shard_manager);
        let shards = own.run(async move { client.start_shard_range(first..last, total).await });
        tokio::select! {
            ended = shards => ended.ok_or(GatewayError::Stuck)?.map_err(|error| judge(error, total)),
            error = self.watch_failures(told, fruitless.clone(), total) => {
                // A shard that spins may not listen.
                let _ = timeout(SHUTDOWN_WITHIN, manager.shutdown_all()).await;
                Err(error)
            }
            never = shut_down(door, stop, Arc::clone(&manager)) => match never {},
        }
    }

    /// Where the gateway is. Waits for Discord as long as it takes, unless the token is refused.
    async fn address(&self) -> Result<BotGateway, GatewayError> {
        let mut pause = ADDRESS_PAUSE;
        loop {
            match self.rest.get("gateway/bot").await {
                Ok(answer) => match serde_json::from_value(answer) {
                    Ok(gateway) => return Ok(gateway),
                    Err(error) => error!(%error, "Discord's answer about its gateway can't be read"),
                },
                Err(RestError::Unauthorized) => return Err(GatewayError::Token),
                Err(error) => {
                    warn!(
                        error = &error as &dyn std::error::Error,
                        "Discord doesn't tell its gateway's address"
                    );
                }
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(ADDRESS_PAUSE_MAX);
        }
    }

    /// Ends once connecting is of no use. What the closes 4003, 4010 and 4011 say serenity keeps to itself: it
    /// reconnects for ever, or spins without doing so. So where no session comes, Discord is asked by other means.
    async fn watch_failures(
        &self,
        mut told: watch::Receiver<u32>,
        fruitless: Fruitless,
        total: u32,
    ) -> GatewayError {
        let mut silent: u32 = 0;
        loop {
            let turned = timeout(SESSION_WITHIN, told.changed()).await;
            let turns = fruitless.turns();
            match turned {
                // The door stopped: so does everything.
                Ok(Err(_)) => std::future::pending::<()>().await,
                Ok(Ok(())) => silent = 0,
                Err(_) if turns == 0 => silent = 0,
                Err(_) => silent += 1,
            }
            let is_odd = silent > 0 || (turns > 0 && turns.is_multiple_of(ASK_AFTER));
            if !is_odd {
                continue;
            }
            if let Some(error) = self.diagnosis(total).await {
                return error;
            }
            if silent >= SILENT_MAX {
                return GatewayError::Stuck;
            }
        }
    }

    /// What Discord's other door says about why there is no session; `None` where it has nothing to say.
    async fn diagnosis(&self, total: u32) -> Option<GatewayError> {
        match self.rest.get("gateway/bot").await {
            Err(RestError::Unauthorized) => Some(GatewayError::Token),
            Ok(answer) => {
                let wanted = serde_json::from_value::<BotGateway>(answer).map_or(0, |gateway| gateway.shards);
                if wanted > total {
                    return Some(GatewayError::Shards { wanted, made: total });
                }
                error!("Discord's gateway gives no session; still trying");
                None
            }
            Err(error) => {
                warn!(error = &error as &dyn std::error::Error, "neither the gateway nor Discord answers");
                None
            }
        }
    }
}

/// A runtime of serenity's own. After some closes a shard of it spins without ever letting go of its thread, which on
/// a runtime that others share would starve whatever waits there.
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

    /// Runs this there; `None` if it panicked.
    async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        self.0.as_ref()?.spawn(work).await.ok()
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Turns the door until it stops, then closes the shards, whose start ends by that.
async fn shut_down(
    door: impl Future<Output = ()>,
    stop: CancellationToken,
    manager: Arc<ShardManager>,
) -> std::convert::Infallible {
    door.await;
    stop.cancelled().await;
    manager.shutdown_all().await;
    std::future::pending().await
}

/// Waits while Discord lets no more sessions be started.
async fn wait_for_sessions(gateway: &BotGateway, needed: u64, stop: &CancellationToken) {
    let limit = &gateway.session_start_limit;
    if limit.remaining < needed {
        let wait = Duration::from_millis(limit.reset_after);
        warn!(
            "Discord lets {} sessions be started and {needed} are needed: waiting {wait:?}",
            limit.remaining
        );
        stop.run_until_cancelled(tokio::time::sleep(wait)).await;
    }
}

/// First and last shard, the last one included, and how many there are in all.
fn range(shards: Shards, recommended: u32) -> (u32, u32, u32) {
    let all = |total: u32| (0, total.max(1) - 1, total.max(1));
    match shards {
        Shards::Auto => all(recommended),
        Shards::Total(total) => all(total.get()),
        Shards::Range { first, last, total } => (first, last, total.get()),
    }
}

fn judge(error: serenity::Error, made: u32) -> GatewayError {
    match error {
        serenity::Error::Gateway(error) => match error {
            SerenityGatewayError::InvalidAuthentication | SerenityGatewayError::NoAuthentication => {
                GatewayError::Token
            }
            SerenityGatewayError::InvalidGatewayIntents | SerenityGatewayError::DisallowedGatewayIntents => {
                GatewayError::Intents
            }
            SerenityGatewayError::InvalidShardData => GatewayError::ShardRange,
            SerenityGatewayError::OverloadedShard => GatewayError::Shards { wanted: made + 1, made },
            error => GatewayError::Failed(Box::new(serenity::Error::Gateway(error))),
        },
        error => GatewayError::Failed(Box::new(error)),
    }
}

/// Servers with follows that this shard would have been told of, and wasn't: they were left while the bot was down.
///
/// Source of the formula: Discord's documentation, "Sharding".
#[must_use]
pub fn left<S: BuildHasher>(
    followed: &[GuildId],
    present: &HashSet<GuildId, S>,
    shard: u32,
    total: u32,
) -> Vec<GuildId> {
    let is_own = |guild: &&GuildId| (guild.get() >> 22) % u64::from(total.max(1)) == u64::from(shard);
    followed.iter().filter(is_own).filter(|guild| !present.contains(guild)).copied().collect()
}
