//! The gateway: Discord's events by WebSocket.
//!
//! Owns where the gateway is, how many shards there are, and when connecting is of no use. A connection is
//! `shards`', what its events mean is `events`'. serenity does the protocol; where it hangs, a new client of it is
//! made.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use serenity::http::{Http, HttpBuilder};
use serenity::model::gateway::BotGateway;
use thiserror::Error;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::answer::RestError;
use super::interactions::Interactions;
use super::rest::Rest;
use super::shards::{Connection, End, Range};
use super::turnstile::{self, Fruitless};
use crate::clock::SharedClock;
use crate::config::{Discord, Shards};
use crate::follows::Follows;
use crate::guilds::Guilds;
use crate::health::Health;

/// After so many hangs in a row, and with nothing that Discord says about why, no session is expected any more.
const HANGS_MAX: u32 = 5;
/// Hangs that are further apart than this aren't in a row.
const HANGS_WITHIN: Duration = Duration::from_mins(2);
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
    /// No session comes. Close codes 4003 and 4010 again and again, which serenity keeps to itself.
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
            Self::Token | Self::Shards { .. } => true,
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
        let fruitless = Fruitless::default();
        let mut hangs: u32 = 0;
        let mut hung_at: Option<Instant> = None;
        loop {
            let Some(found) = stop.run_until_cancelled(self.address()).await else { return Ok(()) };
            let found = found?;
            let range = range(discord.shards, found.shards);
            if hangs > 0 {
                blame(&found, discord.shards, range)?;
            }
            wait_for_sessions(&found, u64::from(range.count()), &stop).await;
            if stop.is_cancelled() {
                return Ok(());
            }
            let connection = Connection {
                gateway: &self,
                discord: &discord,
                range,
                clock: &clock,
                fruitless: &fruitless,
                stop: &stop,
            };
            match connection.run(found.url).await? {
                End::Hung if !stop.is_cancelled() => {}
                End::Hung | End::Stopped => return Ok(()),
            }
            self.health.saw_gateway(false, clock.now());
            let in_a_row = hung_at.is_some_and(|before| before.elapsed() < HANGS_WITHIN);
            hangs = if in_a_row { hangs + 1 } else { 1 };
            hung_at = Some(Instant::now());
            if hangs >= HANGS_MAX {
                return Err(GatewayError::Stuck);
            }
            warn!("the connection to Discord's gateway hung ({hangs} in a row): making a new one");
            stop.run_until_cancelled(sleep(turnstile::pause(hangs - 1))).await;
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
            sleep(pause).await;
            pause = pause.saturating_mul(2).min(ADDRESS_PAUSE_MAX);
        }
    }

    /// Fails if Discord's other door says why there is no session.
    pub(super) async fn diagnose(&self, shards: Shards, made: Range) -> Result<(), GatewayError> {
        match self.rest.get("gateway/bot").await {
            Err(RestError::Unauthorized) => Err(GatewayError::Token),
            Ok(answer) => {
                if let Ok(found) = serde_json::from_value::<BotGateway>(answer) {
                    blame(&found, shards, made)?;
                }
                error!("Discord's gateway gives no session; still trying");
                Ok(())
            }
            Err(error) => {
                warn!(error = &error as &dyn std::error::Error, "neither the gateway nor Discord answers");
                Ok(())
            }
        }
    }
}

/// Fails if there are fewer shards than Discord wants, and a person chose them. To Spacebell's own choice it says
/// nothing: the next connection is made with the right number.
fn blame(found: &BotGateway, shards: Shards, made: Range) -> Result<(), GatewayError> {
    if shards != Shards::Auto && found.shards > made.total {
        return Err(GatewayError::Shards { wanted: found.shards, made: made.total });
    }
    Ok(())
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
        stop.run_until_cancelled(sleep(wait)).await;
    }
}

/// The shards that the setting asks for, or that Discord recommends.
fn range(shards: Shards, recommended: u32) -> Range {
    let all = |total: u32| Range { first: 0, last: total.max(1) - 1, total: total.max(1) };
    match shards {
        Shards::Auto => all(recommended),
        Shards::Total(total) => all(total.get()),
        Shards::Range { first, last, total } => Range { first, last, total: total.get() },
    }
}
