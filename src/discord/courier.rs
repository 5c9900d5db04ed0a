//! The courier: the outbox's errands as requests to Discord, and its answers as outcomes.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use serenity::model::permissions::Permissions;
use tokio::sync::OnceCell;
use tracing::{error, warn};
use twilight_http_ratelimiting::{Method, Permit};

use super::access::RestServer;
use super::limits::Slot;
use super::render;
use super::rest::{Bucket, Rest, RestError};
use crate::commands::app::{Server, Unseen};
use crate::domain::ids::{ChannelId, DiscordUserId, GuildId, MessageId, SpaceId};
use crate::domain::notice::{self, Work};
use crate::guilds::Guilds;
use crate::outbox::courier::{Courier, Found, Outcome, Route};
use crate::outbox::telling::Telling;
use crate::texts::Texts;

/// How long optional edits of an old message rest once Discord limits them.
const OLD_MESSAGE_REST: Duration = Duration::from_hours(1);
/// The pause after Discord refused the token: nothing but a person helps.
const TOKEN_REST: Duration = Duration::from_mins(1);
/// The pause after Discord couldn't be reached.
const UNREACHABLE_REST: Duration = Duration::from_secs(2);
/// Messages in a page of a channel's history, the most that Discord gives.
const HISTORY_PAGE: usize = 100;
/// Pages of history read at most to find one message.
const HISTORY_PAGES: usize = 5;
/// Discord's clock and this one may differ by so much.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(30);
/// What the text of an announcement begins with.
const ANNOUNCEMENT: char = '📅';
/// The first millisecond of Discord's ids. Source: Discord's documentation, "Reference", "Snowflakes".
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// Carries messages by the thin REST client.
#[derive(Debug)]
pub struct RestCourier {
    rest: Arc<Rest>,
    texts: Arc<Texts>,
    server: Arc<RestServer>,
    guilds: Arc<Guilds>,
    me: OnceCell<DiscordUserId>,
}

impl RestCourier {
    /// A courier that sends by `rest`, writes with `texts` in each server's language, and asks `server` what the bot
    /// may see.
    #[must_use]
    pub fn new(rest: Arc<Rest>, texts: Arc<Texts>, guilds: Arc<Guilds>, server: Arc<RestServer>) -> Self {
        Self { rest, texts, guilds, server, me: OnceCell::new() }
    }

    async fn me(&self) -> Result<DiscordUserId, RestError> {
        let me = self.me.get_or_try_init(|| async {
            let me = self.rest.get("users/@me").await?;
            id(&me["id"])
                .map(DiscordUserId::new)
                .ok_or_else(|| RestError::Uncertain("an account without an id".to_owned()))
        });
        me.await.copied()
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
            Work::Post => (Method::Post, format!("channels/{channel}/messages")),
            // All messages of a channel share the bucket of edits, so none is named.
            Work::Edit | Work::Empty => (Method::Patch, format!("channels/{channel}/messages/_")),
        };
        self.rest.route(&Bucket::new(method, path)).await
    }

    async fn post(&self, slot: Slot, permit: Permit, telling: &Telling, nonce: &str) -> Outcome {
        let path = format!("channels/{}/messages", telling.channel);
        let mut message = render::message(telling, &self.texts, self.guilds.locale(telling.guild));
        message["nonce"] = json!(nonce);
        message["enforce_nonce"] = json!(true);
        let sent = self.rest.send(Method::Post, &path, Some(&message), slot, permit).await;
        let sent = match sent {
            // Without Embed Links a message with a card is refused whole; a line of text may pass.
            Err(RestError::Refused { code: MISSING_PERMISSIONS, .. }) => {
                let mut plain = render::plain(telling, &self.texts, self.guilds.locale(telling.guild));
                plain["nonce"] = json!(nonce);
                plain["enforce_nonce"] = json!(true);
                self.rest.request(Method::Post, &path, Some(&plain)).await
            }
            sent => sent,
        };
        match sent {
            Ok(message) => match id(&message["id"]) {
                Some(id) => Outcome::Sent(MessageId::new(id)),
                None => Outcome::Uncertain,
            },
            Err(error) => outcome(telling, error),
        }
    }

    async fn edit(&self, slot: Slot, permit: Permit, telling: &Telling, message: MessageId) -> Outcome {
        let path = format!("channels/{}/messages/{message}", telling.channel);
        let body = render::message(telling, &self.texts, self.guilds.locale(telling.guild));
        let sent = self.rest.send(Method::Patch, &path, Some(&body), slot, permit).await;
        let sent = match sent {
            Err(RestError::Refused { code: MISSING_PERMISSIONS, .. }) => {
                let plain = render::plain(telling, &self.texts, self.guilds.locale(telling.guild));
                self.rest.request(Method::Patch, &path, Some(&plain)).await
            }
            sent => sent,
        };
        match sent {
            Ok(_) => Outcome::Sent(message),
            Err(error) => outcome(telling, error),
        }
    }

    async fn find(
        &self,
        channel: ChannelId,
        space: SpaceId,
        about: notice::Slot,
        since: Timestamp,
        known: &[MessageId],
    ) -> Found {
        let me = match self.me().await {
            Ok(me) => me,
            Err(error) => return Found::Later(patience(&error)),
        };
        let mut after = snowflake(since - CLOCK_SLACK);
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
                .filter(|message| id(&message["author"]["id"]) == Some(me.get()) && links_to(message, space))
                .filter(|message| was_sent_for(message, about))
                .filter_map(|message| id(&message["id"]).map(MessageId::new))
                .find(|message| !known.contains(message));
            if let Some(message) = found {
                return Found::Message(message);
            }
            after = page.iter().filter_map(|message| id(&message["id"])).max().unwrap_or(after);
            if page.is_empty() {
                return self.nothing_or_unreadable(channel).await;
            }
            if page.len() < HISTORY_PAGE {
                return Found::Nothing;
            }
        }
        // Too busy a channel to tell: not to post is the lesser evil.
        Found::Unreadable
    }
}

/// "You lack permissions to perform that action."
const MISSING_PERMISSIONS: u64 = 50013;

fn outcome(telling: &Telling, error: RestError) -> Outcome {
    match error {
        RestError::Limited(wait) => Outcome::Later(wait),
        RestError::OldMessage(wait) => Outcome::Later(wait.max(OLD_MESSAGE_REST)),
        RestError::Unauthorized => {
            error!("Discord refuses DISCORD_TOKEN: set a new one from the developer portal and start again");
            Outcome::Later(TOKEN_REST)
        }
        RestError::Unreachable(_) => Outcome::Later(UNREACHABLE_REST),
        RestError::Uncertain(_) => Outcome::Uncertain,
        RestError::Refused { status, code, message } => refused(telling, status, code, &message),
    }
}

/// What Discord's codes mean for a message. Source: Discord's documentation, "Opcodes and Status Codes".
fn refused(telling: &Telling, status: u16, code: u64, message: &str) -> Outcome {
    match (status, code) {
        (_, 10_008) => Outcome::MessageGone,
        // Missing Access, Missing Permissions, archived and locked threads, too few rights to a thread.
        (_, 50_001 | 50_013 | 50_083 | 160_005) => Outcome::Forbidden,
        // AutoMod, and the filter of harmful links.
        (_, 200_000 | 240_000) => Outcome::Rejected,
        // Write limits of a channel or of the server.
        (_, 20_028 | 20_029) => Outcome::Later(OLD_MESSAGE_REST / 60),
        (_, 30_046) => Outcome::Later(OLD_MESSAGE_REST),
        // Unknown Channel, Unknown Guild, and whatever else isn't there.
        (_, 10_003 | 10_004) | (404, _) => Outcome::ChannelGone,
        (403, _) => Outcome::Forbidden,
        _ => {
            error!(
                channel.id = %telling.channel, status, code,
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
        RestError::Unauthorized => TOKEN_REST,
        _ => UNREACHABLE_REST,
    }
}

/// Whether a message's Listen button, or its card, leads to this Space.
fn links_to(message: &Value, space: SpaceId) -> bool {
    let address = space.url();
    let buttons = message["components"].as_array().into_iter().flatten();
    let mut urls = buttons
        .flat_map(|row| row["components"].as_array().into_iter().flatten())
        .chain(message["embeds"].as_array().into_iter().flatten())
        .filter_map(|part| part["url"].as_str());
    urls.any(|url| url == address)
        || message["content"].as_str().is_some_and(|content| content.contains(&address))
}

/// Whether a message that was never edited was sent for this slot. Both of a Space's messages link to it, and both may
/// be of unknown fate at once; an announcement's text begins with its sign in every language.
fn was_sent_for(message: &Value, about: notice::Slot) -> bool {
    let announces = message["content"].as_str().is_some_and(|content| content.starts_with(ANNOUNCEMENT));
    announces == (about == notice::Slot::Scheduled)
}

/// The smallest id that Discord gives at `time`.
fn snowflake(time: Timestamp) -> u64 {
    let since_epoch = (time.as_millisecond() - DISCORD_EPOCH_MS).max(0);
    since_epoch.unsigned_abs() << 22
}

fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok().filter(|id| *id != 0)
}
