//! The courier: the outbox's errands as requests to Discord, and its answers as outcomes.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use serenity::model::permissions::Permissions;
use tokio::time::{Instant, timeout};
use tracing::{error, warn};
use twilight_http_ratelimiting::{Method, Permit};

use super::access::{JUST_READ, RestServer};
use super::answer::{ARCHIVED, RestError, id};
use super::limits::Slot;
use super::render;
use super::rest::{Bucket, Rest};
use crate::commands::app::{Posting, Server, Unseen};
use crate::domain::ids::{ChannelId, GuildId, MessageId, SpaceId};
use crate::domain::notice::{self, Work};
use crate::guilds::Guilds;
use crate::outbox::courier::{Courier, Found, Outcome, Route, Sought};
use crate::outbox::digest::Digest;
use crate::outbox::telling::Telling;
use crate::texts::Texts;

/// How long a send rests that met a write limit of unknown length.
const WRITE_LIMIT_REST: Duration = Duration::from_mins(1);
/// How long an edit of an old message waits where Discord doesn't say.
const OLD_MESSAGE_REST: Duration = Duration::from_hours(1);
/// The pause after Discord couldn't be reached.
const UNREACHABLE_REST: Duration = Duration::from_secs(2);
/// For so long a channel that refused something is looked at before anything is sent there.
const REFUSED_FOR: Duration = Duration::from_hours(1);
/// Messages in a page of a channel's history, the most that Discord gives.
const HISTORY_PAGE: usize = 100;
/// Pages of history read at most to find one message.
const HISTORY_PAGES: usize = 20;
/// Discord's clock and this one may differ by so much.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(30);
/// What the text of an announcement begins with.
const ANNOUNCEMENT: char = '📅';
/// What the text of a digest begins with, in every language.
const DIGEST: char = '🌙';
/// The first millisecond of Discord's ids. Source: Discord's documentation, "Reference", "Snowflakes".
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// Carries messages by the thin REST client.
#[derive(Debug)]
pub struct RestCourier {
    rest: Arc<Rest>,
    texts: Arc<Texts>,
    server: Arc<RestServer>,
    guilds: Arc<Guilds>,
    /// Channels that refused something, and when: they are looked at before anything more is sent there.
    refused: DashMap<ChannelId, Instant>,
}

impl RestCourier {
    /// A courier that sends by `rest`, writes with `texts` in each server's language, and asks `server` what the bot
    /// may see.
    #[must_use]
    pub fn new(rest: Arc<Rest>, texts: Arc<Texts>, guilds: Arc<Guilds>, server: Arc<RestServer>) -> Self {
        Self { rest, texts, guilds, server, refused: DashMap::new() }
    }

    /// Sends a message or its edit. Of a channel that has refused something lately, and of every channel while Discord
    /// has refused much, the permissions are read first, so that a dead channel costs one of the refusals that Discord
    /// counts and not one a try.
    async fn tell(
        &self,
        method: Method,
        path: &str,
        right: (Slot, Permit),
        (guild, channel): (GuildId, ChannelId),
        body: impl Fn(bool) -> Value,
    ) -> Result<Value, Outcome> {
        let refused = self.refused.get(&channel).map(|at| *at);
        let refused = refused.is_some_and(|at| at.elapsed() < REFUSED_FOR);
        let sent = if refused || self.rest.limits().is_strained() {
            // Others send meanwhile.
            drop(right);
            let body = match self.server.posting(guild, channel, JUST_READ).await {
                Ok(Posting::Cards) => body(true),
                Ok(Posting::Plain) => body(false),
                Ok(Posting::Forbidden) | Err(Unseen::Hidden) => return Err(Outcome::Forbidden),
                Ok(Posting::Locked) => return Err(Outcome::Locked),
                Err(Unseen::NotHere) => return Err(Outcome::ChannelGone),
                Err(Unseen::Unavailable) => return Err(Outcome::Later(UNREACHABLE_REST)),
            };
            self.reopened(method, path, &body, self.rest.request(method, path, Some(&body)).await, channel)
                .await
        } else {
            let body = body(true);
            let (slot, permit) = right;
            let sent = self.rest.send(method, path, Some(&body), slot, permit).await;
            self.reopened(method, path, &body, sent, channel).await
        };
        if let Err(RestError::Refused { status: 403, .. }) = sent {
            self.refused.retain(|_, at| at.elapsed() < REFUSED_FOR);
            self.refused.insert(channel, Instant::now());
        }
        sent.map_err(|error| outcome(channel, error))
    }

    fn body(&self, telling: &Telling, nonce: Option<&str>, with_card: bool) -> Value {
        let locale = self.guilds.locale(telling.guild);
        let body = if with_card {
            render::message(telling, &self.texts, locale)
        } else {
            render::plain(telling, &self.texts, locale)
        };
        match nonce {
            Some(nonce) => under(nonce, body),
            None => body,
        }
    }

    /// Makes a message under a nonce.
    async fn make(
        &self,
        right: (Slot, Permit),
        place: (GuildId, ChannelId),
        within: Duration,
        body: impl Fn(bool) -> Value,
    ) -> Outcome {
        let path = format!("channels/{}/messages", place.1);
        let sent = self.tell(Method::Post, &path, right, place, body);
        // Whether it was on its way by then, nobody knows.
        let Ok(sent) = timeout(within, sent).await else { return Outcome::Uncertain };
        match sent {
            Ok(message) => match id(&message["id"]) {
                Some(id) => Outcome::Sent(MessageId::new(id)),
                None => Outcome::Uncertain,
            },
            Err(outcome) => outcome,
        }
    }

    /// What was sent; in a thread that refused it for being archived, what was sent once it was taken out of the archive,
    /// which whoever may write there may do.
    async fn reopened(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        sent: Result<Value, RestError>,
        thread: ChannelId,
    ) -> Result<Value, RestError> {
        let Err(RestError::Refused { code: ARCHIVED, .. }) = sent else { return sent };
        let opened = json!({ "archived": false });
        self.rest.request(Method::Patch, &format!("channels/{thread}"), Some(&opened)).await?;
        self.rest.request(method, path, Some(body)).await
    }

    async fn history(&self, channel: ChannelId, after: u64) -> Result<Vec<Value>, RestError> {
        let path = format!("channels/{channel}/messages?after={after}&limit={HISTORY_PAGE}");
        let page = self.rest.get(&path).await?;
        serde_json::from_value(page).map_err(|error| RestError::Uncertain(error.to_string()))
    }

    /// What an empty page means. To a bot that may not read a channel's history, Discord shows it as empty
    /// instead of refusing; so its permissions decide.
    /// Source: Discord's documentation, "Get Channel Messages".
    async fn nothing_or_unreadable(&self, channel: ChannelId) -> Found {
        let guild = match self.rest.get(&format!("channels/{channel}")).await {
            Ok(known) => id(&known["guild_id"]).map(GuildId::new),
            Err(RestError::Refused { .. }) => None,
            Err(error) => return Found::Later(patience(&error)),
        };
        let Some(guild) = guild else { return Found::Unreadable };
        match self.server.own_permissions(guild, channel).await {
            Ok(own) if own.contains(Permissions::READ_MESSAGE_HISTORY) => Found::Nothing,
            Ok(_) | Err(Unseen::NotHere | Unseen::Hidden) => Found::Unreadable,
            Err(Unseen::Unavailable) => Found::Later(UNREACHABLE_REST),
        }
    }
}

impl Courier for RestCourier {
    type Permit = Permit;
    type Slot = Slot;

    async fn slot(&self) -> Slot {
        self.rest.limits().slot().await
    }

    async fn route(&self, channel: ChannelId, work: Work) -> Route<Permit> {
        let (method, path) = match work {
            Work::Post | Work::Digest => (Method::Post, format!("channels/{channel}/messages")),
            // All messages of a channel share the bucket of edits, so none is named.
            Work::Edit | Work::Empty => (Method::Patch, format!("channels/{channel}/messages/_")),
        };
        self.rest.route(&Bucket::new(method, path)).await
    }

    async fn post(
        &self,
        slot: Slot,
        permit: Permit,
        telling: &Telling,
        nonce: &str,
        within: Duration,
    ) -> Outcome {
        let place = (telling.guild, telling.channel);
        let body = |with_card| self.body(telling, Some(nonce), with_card);
        self.make((slot, permit), place, within, body).await
    }

    async fn digest(
        &self,
        slot: Slot,
        permit: Permit,
        digest: &Digest,
        nonce: &str,
        within: Duration,
    ) -> Outcome {
        let locale = self.guilds.locale(digest.guild);
        let body = |_| under(nonce, render::digest(digest, &self.texts, locale));
        self.make((slot, permit), (digest.guild, digest.channel), within, body).await
    }

    async fn delete(&self, slot: Slot, permit: Permit, telling: &Telling, message: MessageId) -> Outcome {
        // The permit is an edit's, whose route is another one.
        drop((slot, permit));
        let path = format!("channels/{}/messages/{message}", telling.channel);
        let mut gone = self.rest.request(Method::Delete, &path, None).await;
        if let Err(RestError::Refused { code: ARCHIVED, .. }) = gone {
            let opened = json!({ "archived": false });
            let thread = format!("channels/{}", telling.channel);
            gone = match self.rest.request(Method::Patch, &thread, Some(&opened)).await {
                Ok(_) => self.rest.request(Method::Delete, &path, None).await,
                Err(error) => Err(error),
            };
        }
        gone.map_or_else(|error| outcome(telling.channel, error), |_| Outcome::MessageGone)
    }

    async fn edit(&self, slot: Slot, permit: Permit, telling: &Telling, message: MessageId) -> Outcome {
        let path = format!("channels/{}/messages/{message}", telling.channel);
        let place = (telling.guild, telling.channel);
        let body = |with_card| self.body(telling, None, with_card);
        let sent = self.tell(Method::Patch, &path, (slot, permit), place, body).await;
        match sent {
            Ok(_) => Outcome::Sent(message),
            Err(outcome) => outcome,
        }
    }

    async fn find(
        &self,
        channel: ChannelId,
        sought: Sought<'_>,
        sent: RangeInclusive<Timestamp>,
        known: &[MessageId],
    ) -> Found {
        let me = match self.rest.me().await {
            Ok(me) => me,
            Err(error) => return Found::Later(patience(&error)),
        };
        let (first, last) = sent.into_inner();
        let mut after = snowflake(first.saturating_sub(CLOCK_SLACK).unwrap_or(first));
        let last = snowflake(last.saturating_add(CLOCK_SLACK).unwrap_or(last));
        for _ in 0..HISTORY_PAGES {
            let page = match self.history(channel, after).await {
                Ok(page) => page,
                // There is no channel, so there is no message in it.
                Err(RestError::Refused { status: 404, .. }) => return Found::Nothing,
                Err(RestError::Refused { .. }) => return Found::Unreadable,
                Err(error) => return Found::Later(patience(&error)),
            };
            let found = page
                .iter()
                .filter(|message| id(&message["author"]["id"]) == Some(me.get()) && is_it(message, sought))
                .filter_map(|message| id(&message["id"]).map(MessageId::new))
                .find(|message| !known.contains(message));
            if let Some(message) = found {
                return Found::Message(message);
            }
            if page.is_empty() {
                return self.nothing_or_unreadable(channel).await;
            }
            after = page.iter().filter_map(|message| id(&message["id"])).max().unwrap_or(after);
            if page.len() < HISTORY_PAGE || after > last {
                return Found::Nothing;
            }
        }
        // Too busy a channel to tell: not to post is the lesser evil.
        Found::Unreadable
    }
}

/// The body of a message that is made once, however often it is sent.
pub(super) fn under(nonce: &str, mut body: Value) -> Value {
    body["nonce"] = json!(nonce);
    body["enforce_nonce"] = json!(true);
    body
}

fn outcome(channel: ChannelId, error: RestError) -> Outcome {
    match error {
        RestError::Limited(wait) => Outcome::Later(wait),
        RestError::OldMessage(wait) => Outcome::OldMessage(wait),
        // A refused token stops all sending for a while; a start with another one needn't wait for that.
        RestError::Unauthorized | RestError::Unreachable(_) => Outcome::Later(UNREACHABLE_REST),
        RestError::Uncertain(_) => Outcome::Uncertain,
        RestError::Refused { status, code, message } => refused(channel, status, code, &message),
    }
}

/// What Discord's codes mean for a message. Source: Discord's documentation, "Opcodes and Status Codes".
fn refused(channel: ChannelId, status: u16, code: u64, message: &str) -> Outcome {
    match (status, code) {
        (_, 10_008) => Outcome::MessageGone,
        // Missing Access, Missing Permissions, archived threads.
        (_, 50_001 | 50_013 | ARCHIVED) => Outcome::Forbidden,
        (_, 160_005) => Outcome::Locked,
        // AutoMod, and the filter of harmful links.
        (_, 200_000 | 240_000) => Outcome::Rejected,
        // Write limits of a channel or of the server.
        (_, 20_028 | 20_029) => Outcome::Later(WRITE_LIMIT_REST),
        (_, 30_046) => Outcome::OldMessage(OLD_MESSAGE_REST),
        // Unknown Channel, Unknown Guild, and whatever else isn't there.
        (_, 10_003 | 10_004) | (404, _) => Outcome::ChannelGone,
        (403, _) => Outcome::Forbidden,
        _ => {
            error!(
                channel.id = %channel, status, code,
                "Discord calls a message malformed: {message}"
            );
            Outcome::Malformed
        }
    }
}

fn patience(error: &RestError) -> Duration {
    warn!(error = error as &dyn std::error::Error, "a channel's history can't be asked for now");
    match error {
        RestError::Limited(wait) | RestError::OldMessage(wait) => *wait,
        _ => UNREACHABLE_REST,
    }
}

/// Whether a message's Listen button, or its card, leads to this Space.
pub(super) fn links_to(message: &Value, space: SpaceId) -> bool {
    let address = space.url();
    let buttons = message["components"].as_array().into_iter().flatten();
    let mut urls = buttons
        .flat_map(|row| row["components"].as_array().into_iter().flatten())
        .chain(message["embeds"].as_array().into_iter().flatten())
        .filter_map(|part| part["url"].as_str());
    urls.any(|url| url == address)
        || message["content"].as_str().is_some_and(|content| content.contains(&address))
}

/// Whether this is the message that is looked for.
fn is_it(message: &Value, sought: Sought<'_>) -> bool {
    match sought {
        Sought::Post(spaces, about) => {
            spaces.iter().any(|space| links_to(message, *space)) && was_sent_for(message, about)
        }
        Sought::Digest => message["content"].as_str().is_some_and(|content| content.starts_with(DIGEST)),
    }
}

/// Whether a message that was never edited was sent for this slot. Both of a Space's messages link to it, and both may
/// be of unknown fate at once; an announcement's text begins with its sign in every language.
fn was_sent_for(message: &Value, about: notice::Slot) -> bool {
    let announces = message["content"].as_str().is_some_and(|content| content.starts_with(ANNOUNCEMENT));
    announces == (about == notice::Slot::Scheduled)
}

/// The smallest id that Discord gives at `time`.
pub(super) fn snowflake(time: Timestamp) -> u64 {
    let since_epoch = (time.as_millisecond() - DISCORD_EPOCH_MS).max(0);
    since_epoch.unsigned_abs() << 22
}
