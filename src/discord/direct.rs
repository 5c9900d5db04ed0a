//! Direct messages: the channels that they go to, and what Discord's answers about them mean.
//!
//! Discord keeps a bot that opens many such channels fast from opening more, so that is done one a second for the
//! whole bot, with a bound on how many wait.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use serenity::model::id::{ChannelId, MessageId, UserId};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::Instant;
use tracing::{error, warn};
use twilight_http_ratelimiting::Method;

use super::answer::{RestError, id};
use super::courier::{links_to, snowflake, under};
use super::replies;
use super::rest::Rest;
use crate::commands::app::Undelivered;
use crate::commands::reply::Reply;
use crate::domain::ids::SpaceId;

/// Between two channels that are opened.
const OPEN_EVERY: Duration = Duration::from_secs(1);
/// People who wait for their channel to be opened, at most.
const OPENING_AT_MOST: usize = 30;
/// How long whoever comes on top of that is told to wait.
const OPENING_REST: Duration = Duration::from_secs(30);
/// The pause after Discord said "too fast".
const TOO_FAST_REST: Duration = Duration::from_mins(10);
/// The pause after Discord couldn't be reached.
const UNREACHABLE_REST: Duration = Duration::from_secs(2);
/// Discord's clock and this one may differ by so much.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(30);
/// Messages in a page of history, the most that Discord gives.
const HISTORY_PAGE: usize = 100;
/// Pages of history read at most: nobody but the two write there.
const HISTORY_PAGES: usize = 5;

/// "You are opening direct messages too fast."
const TOO_FAST: u64 = 40_003;

/// Sends direct messages by the thin client.
#[derive(Debug)]
pub(super) struct Direct {
    rest: Arc<Rest>,
    room: Semaphore,
    /// When the next channel may be opened.
    turn: Mutex<Instant>,
}

impl Direct {
    pub(super) fn new(rest: Arc<Rest>) -> Self {
        Self { rest, room: Semaphore::new(OPENING_AT_MOST), turn: Mutex::new(Instant::now()) }
    }

    /// Opens the channel with somebody, or finds the one that there is.
    pub(super) async fn open(&self, user: UserId) -> Result<ChannelId, Undelivered> {
        let Ok(_place) = self.room.try_acquire() else { return Err(Undelivered::Later(OPENING_REST)) };
        {
            let mut turn = self.turn.lock().await;
            tokio::time::sleep_until(*turn).await;
            *turn = Instant::now() + OPEN_EVERY;
        }
        let body = json!({ "recipient_id": user.to_string() });
        let opened = self.rest.request(Method::Post, "users/@me/channels", Some(&body)).await;
        let opened = opened.map_err(|error| undelivered(&error))?;
        id(&opened["id"]).map(ChannelId::new).ok_or(Undelivered::Uncertain)
    }

    /// Sends a message.
    pub(super) async fn send(
        &self,
        channel: ChannelId,
        message: &Reply,
        nonce: Option<&str>,
    ) -> Result<MessageId, Undelivered> {
        let body = replies::message(message);
        let body = nonce.map_or(body.clone(), |nonce| under(nonce, body));
        let path = format!("channels/{channel}/messages");
        let sent = self.rest.request(Method::Post, &path, Some(&body)).await;
        let sent = sent.map_err(|error| undelivered(&error))?;
        id(&sent["id"]).map(MessageId::new).ok_or(Undelivered::Uncertain)
    }

    /// Changes a message.
    pub(super) async fn edit(
        &self,
        channel: ChannelId,
        id: MessageId,
        message: &Reply,
    ) -> Result<(), Undelivered> {
        let body: Value = replies::message(message);
        let path = format!("channels/{channel}/messages/{id}");
        let sent = self.rest.request(Method::Patch, &path, Some(&body)).await;
        sent.map(drop).map_err(|error| undelivered(&error))
    }

    /// Looks for the bot's own message, `me`'s, about a Space.
    pub(super) async fn find(
        &self,
        me: UserId,
        channel: ChannelId,
        space: SpaceId,
        since: Timestamp,
        known: &[MessageId],
    ) -> Result<Option<MessageId>, Undelivered> {
        let mut after = snowflake(since.saturating_sub(CLOCK_SLACK).unwrap_or(since));
        for _ in 0..HISTORY_PAGES {
            let path = format!("channels/{channel}/messages?after={after}&limit={HISTORY_PAGE}");
            let page = self.rest.get(&path).await.map_err(|error| undelivered(&error))?;
            let page: Vec<Value> = serde_json::from_value(page).map_err(|_| Undelivered::Uncertain)?;
            let found = page
                .iter()
                .filter(|message| id(&message["author"]["id"]) == Some(me.get()) && links_to(message, space))
                .filter_map(|message| id(&message["id"]).map(MessageId::new))
                .find(|message| !known.contains(message));
            if found.is_some() || page.len() < HISTORY_PAGE {
                return Ok(found);
            }
            after = page.iter().filter_map(|message| id(&message["id"])).max().unwrap_or(after);
        }
        Ok(None)
    }
}

/// Source of the codes: Discord's documentation, "Opcodes and Status Codes": 10013 unknown user, 50007 and 50278 no
/// direct messages.
fn undelivered(error: &RestError) -> Undelivered {
    match error {
        RestError::Limited(wait) | RestError::OldMessage(wait) => Undelivered::Later(*wait),
        RestError::Unauthorized | RestError::Unreachable(_) => Undelivered::Later(UNREACHABLE_REST),
        RestError::Uncertain(_) => Undelivered::Uncertain,
        RestError::Refused { code: TOO_FAST, .. } => {
            warn!("Discord has the bot open no more channels of direct messages for a while");
            Undelivered::Later(TOO_FAST_REST)
        }
        RestError::Refused { code: 10_008, .. } => Undelivered::Gone,
        RestError::Refused { status: 403 | 404, .. } | RestError::Refused { code: 50_007 | 50_278, .. } => {
            Undelivered::Closed
        }
        RestError::Refused { code: 200_000 | 240_000, .. } => Undelivered::Refused,
        RestError::Refused { status, code, message } => {
            error!(status, code, "Discord calls a direct message malformed: {message}");
            Undelivered::Refused
        }
    }
}
