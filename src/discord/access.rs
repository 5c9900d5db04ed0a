//! Servers, asked about by the thin client: what the bot, or a member, may do there, and the few messages that aren't posts.
//!
//! What is allowed is computed by [`permissions`](super::permissions); here is fetched what that needs. A server's channels
//! are kept for a minute, since autocompletion asks with each letter.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use serenity::model::channel::ChannelType;
use serenity::model::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use serenity::model::permissions::Permissions;
use tokio::time::Instant;
use tracing::warn;
use twilight_http_ratelimiting::Method;

use super::answer::{ARCHIVED, RestError};
use super::direct::Direct;
use super::permissions::{Channel, Member, Role, permissions};
use super::replies;
use super::rest::Rest;
use crate::clock::SharedClock;
use crate::commands::app::{Posting, Server, Survey, Undelivered, Unread, Unseen, Unsent};
use crate::commands::follow::{Need, lacking};
use crate::commands::options::Chosen;
use crate::commands::reply::Reply;
use crate::domain::ids::SpaceId;

/// How long a server's roles and channels serve autocompletion.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// What was read of a server so lately is still so.
pub const JUST_READ: Duration = Duration::from_secs(5);
/// Servers kept at once.
const KEPT_MAX: usize = 200;

/// Discord, asked about servers by the thin client.
#[derive(Debug)]
pub struct RestServer {
    rest: Arc<Rest>,
    direct: Direct,
    clock: SharedClockDebug,
    grounds: Mutex<HashMap<GuildId, (Instant, Arc<Grounds>)>>,
}

/// A clock that shows nothing of itself.
struct SharedClockDebug(SharedClock);

impl std::fmt::Debug for SharedClockDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// A server's roles and channels.
#[derive(Debug)]
pub(super) struct Grounds {
    pub(super) roles: Vec<Role>,
    pub(super) channels: Vec<Channel>,
}

/// The bot, or somebody else, as a member.
#[derive(Debug, Deserialize)]
pub(super) struct ReadMember {
    pub(super) roles: Vec<RoleId>,
    #[serde(default)]
    communication_disabled_until: Option<Timestamp>,
}

impl RestServer {
    /// Asks by `rest`.
    #[must_use]
    pub fn new(rest: Arc<Rest>, clock: SharedClock) -> Self {
        let direct = Direct::new(Arc::clone(&rest));
        let grounds = Mutex::default();
        Self { rest, direct, clock: SharedClockDebug(clock), grounds }
    }

    pub(super) async fn read<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, Unseen> {
        let value = self.rest.get(path).await.map_err(|error| unseen(&error))?;
        serde_json::from_value(value).map_err(|error| {
            warn!(%error, "Discord's answer about a server can't be read");
            Unseen::Unavailable
        })
    }

    pub(super) async fn me(&self) -> Result<UserId, Unseen> {
        self.rest.me().await.map_err(|error| unseen(&error))
    }

    /// A server's roles and channels, as they were within `age`.
    pub(super) async fn grounds(&self, guild: GuildId, age: Duration) -> Result<Arc<Grounds>, Unseen> {
        let now = Instant::now();
        let kept = self.grounds.lock().unwrap_or_else(PoisonError::into_inner).get(&guild).cloned();
        if let Some((_, grounds)) = kept.filter(|(since, _)| now.duration_since(*since) < age) {
            return Ok(grounds);
        }
        let roles = self.read(&format!("guilds/{guild}/roles")).await?;
        let channels = self.read(&format!("guilds/{guild}/channels")).await?;
        let grounds = Arc::new(Grounds { roles, channels });
        let mut all = self.grounds.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (since, _)| now.duration_since(*since) < KEPT_FOR);
        if all.len() < KEPT_MAX {
            all.insert(guild, (now, Arc::clone(&grounds)));
        }
        Ok(grounds)
    }

    /// Where the bot stands in a channel. The server's own list of channels is read, which shows those that are hidden
    /// from the bot too: asking for such a channel itself would be one of the refusals that Discord counts.
    async fn standing(&self, guild: GuildId, channel: ChannelId, age: Duration) -> Result<Standing, Unseen> {
        let me = self.me().await?;
        self.standing_of(guild, channel, me, age).await
    }

    /// A member of a server.
    pub(super) async fn member(&self, guild: GuildId, who: UserId) -> Result<ReadMember, Unseen> {
        self.read(&format!("guilds/{guild}/members/{who}")).await
    }

    /// Whether a moderator has silenced this member for now.
    pub(super) fn is_silenced(&self, member: &ReadMember) -> bool {
        member.communication_disabled_until.is_some_and(|until| until > self.clock.0.now())
    }

    /// Where a member stands in a channel.
    async fn standing_of(
        &self,
        guild: GuildId,
        channel: ChannelId,
        who: UserId,
        age: Duration,
    ) -> Result<Standing, Unseen> {
        let grounds = self.grounds(guild, age).await?;
        let listed = |id: ChannelId| grounds.channels.iter().find(|channel| channel.id == id).cloned();
        let asked = match listed(channel) {
            Some(channel) => channel,
            // A thread, or nothing any more.
            None => self.read::<Channel>(&format!("channels/{channel}")).await?,
        };
        if asked.guild_id.is_some_and(|of| of != guild) {
            return Err(Unseen::NotHere);
        }
        let is_thread = asked.is_thread();
        let kind = asked.kind;
        let is_locked = asked.thread_metadata.as_ref().is_some_and(|thread| thread.locked);
        let ground = match asked.parent_id.filter(|_| is_thread) {
            Some(parent) => listed(parent).ok_or(Unseen::NotHere)?,
            None => asked,
        };
        let member = self.member(guild, who).await?;
        let silenced = self.is_silenced(&member);
        let member = Member { user: who, roles: &member.roles, is_timed_out: silenced };
        let permissions =
            permissions(guild, &grounds.roles, &member, &ground.permission_overwrites, is_thread);
        Ok(Standing { permissions, kind, is_thread, is_locked })
    }
}

/// Where a member stands in a channel.
struct Standing {
    permissions: Permissions,
    kind: ChannelType,
    is_thread: bool,
    is_locked: bool,
}

#[derive(Debug, Deserialize)]
struct NoticeChannels {
    #[serde(default)]
    public_updates_channel_id: Option<ChannelId>,
    #[serde(default)]
    system_channel_id: Option<ChannelId>,
}

#[async_trait]
impl Server for RestServer {
    async fn own_permissions(&self, guild: GuildId, channel: ChannelId) -> Result<Permissions, Unseen> {
        Ok(self.standing(guild, channel, Duration::ZERO).await?.permissions)
    }

    async fn member_in(&self, guild: GuildId, channel: ChannelId, member: UserId) -> Result<Chosen, Unseen> {
        let Standing { permissions, kind, .. } =
            self.standing_of(guild, channel, member, Duration::ZERO).await?;
        Ok(Chosen { id: channel, kind, permissions: Some(permissions) })
    }

    async fn survey(&self, guild: GuildId, asker: UserId, named: &[ChannelId]) -> Result<Survey, Unseen> {
        super::survey::survey(self, guild, asker, named).await
    }

    async fn file(&self, url: &str, most_bytes: usize) -> Result<Vec<u8>, Unread> {
        super::uploads::read(&self.rest, url, most_bytes).await
    }

    async fn posting(&self, guild: GuildId, channel: ChannelId, age: Duration) -> Result<Posting, Unseen> {
        let Standing { permissions, is_thread, is_locked, .. } = self.standing(guild, channel, age).await?;
        Ok(match lacking(permissions, is_thread) {
            Some(Need::View | Need::Send | Need::SendInThreads) => Posting::Forbidden,
            _ if is_locked && !permissions.manage_threads() => Posting::Locked,
            Some(Need::EmbedLinks) => Posting::Plain,
            None => Posting::Cards,
        })
    }

    async fn notice_channel(&self, guild: GuildId) -> Result<Option<ChannelId>, Unseen> {
        let known: NoticeChannels = self.read(&format!("guilds/{guild}")).await?;
        for channel in [known.public_updates_channel_id, known.system_channel_id].into_iter().flatten() {
            match self.posting(guild, channel, JUST_READ).await {
                Ok(Posting::Cards | Posting::Plain) => return Ok(Some(channel)),
                Ok(Posting::Forbidden | Posting::Locked) | Err(Unseen::NotHere | Unseen::Hidden) => {}
                Err(Unseen::Unavailable) => return Err(Unseen::Unavailable),
            }
        }
        Ok(None)
    }

    async fn visible_channels(
        &self,
        guild: GuildId,
        member: UserId,
        roles: &[RoleId],
    ) -> Result<Arc<HashSet<ChannelId>>, Unseen> {
        let grounds = self.grounds(guild, KEPT_FOR).await?;
        let member = Member { user: member, roles, is_timed_out: false };
        let sees = |channel: &&Channel| {
            permissions(guild, &grounds.roles, &member, &channel.permission_overwrites, false)
                .contains(Permissions::VIEW_CHANNEL)
        };
        Ok(Arc::new(grounds.channels.iter().filter(sees).map(|channel| channel.id).collect()))
    }

    async fn send(&self, channel: ChannelId, message: &Reply) -> Result<(), Unsent> {
        let body: Value = replies::message(message);
        let sent =
            self.rest.request(Method::Post, &format!("channels/{channel}/messages"), Some(&body)).await;
        sent.map(drop).map_err(|error| unsent(&error))
    }

    async fn edit(&self, channel: ChannelId, message: MessageId, shows: &Reply) -> Result<(), Unsent> {
        let mut body: Value = replies::message(shows);
        body["attachments"] = json!([]);
        let path = format!("channels/{channel}/messages/{message}");
        let mut edited = self.rest.request(Method::Patch, &path, Some(&body)).await;
        if let Err(RestError::Refused { code: ARCHIVED, .. }) = edited {
            let opened = json!({ "archived": false });
            edited =
                match self.rest.request(Method::Patch, &format!("channels/{channel}"), Some(&opened)).await {
                    Ok(_) => self.rest.request(Method::Patch, &path, Some(&body)).await,
                    Err(error) => Err(error),
                };
        }
        edited.map(drop).map_err(|error| unsent(&error))
    }

    fn is_limited(&self) -> bool {
        self.rest.limits().is_closed()
    }

    async fn may_create_events(&self, guild: GuildId) -> Result<bool, Unseen> {
        let grounds = self.grounds(guild, JUST_READ).await?;
        let me = self.me().await?;
        let own: ReadMember = self.read(&format!("guilds/{guild}/members/{me}")).await?;
        let has = |role: &&Role| role.id.get() == guild.get() || own.roles.contains(&role.id);
        let granted =
            grounds.roles.iter().filter(has).fold(Permissions::empty(), |all, role| all | role.permissions);
        Ok(granted.intersects(Permissions::CREATE_EVENTS | Permissions::ADMINISTRATOR))
    }

    async fn open_direct(&self, user: UserId) -> Result<ChannelId, Undelivered> {
        self.direct.open(user).await
    }

    async fn send_direct(
        &self,
        channel: ChannelId,
        message: &Reply,
        nonce: Option<&str>,
    ) -> Result<MessageId, Undelivered> {
        self.direct.send(channel, message, nonce).await
    }

    async fn edit_direct(
        &self,
        channel: ChannelId,
        id: MessageId,
        message: &Reply,
    ) -> Result<(), Undelivered> {
        self.direct.edit(channel, id, message).await
    }

    async fn find_direct(
        &self,
        channel: ChannelId,
        space: SpaceId,
        since: Timestamp,
        known: &[MessageId],
    ) -> Result<Option<MessageId>, Undelivered> {
        let me = self.me().await.map_err(|_| Undelivered::Uncertain)?;
        self.direct.find(me, channel, space, since, known).await
    }
}

/// Source of the codes: Discord's documentation, "Opcodes and Status Codes".
fn unseen(error: &RestError) -> Unseen {
    match error {
        RestError::Refused { code: 10_003 | 10_004, .. } | RestError::Refused { status: 404, .. } => {
            Unseen::NotHere
        }
        RestError::Refused { status: 403, .. } => Unseen::Hidden,
        error => {
            warn!(error = error as &dyn std::error::Error, "Discord didn't tell about a server");
            Unseen::Unavailable
        }
    }
}

/// Source of the codes: Discord's documentation, "Opcodes and Status Codes".
fn unsent(error: &RestError) -> Unsent {
    match error {
        RestError::Refused { code: 10_003 | 10_004, .. } | RestError::Refused { status: 404, .. } => {
            Unsent::NotHere
        }
        RestError::Refused { code: 200_000 | 240_000, .. } => Unsent::Filtered,
        RestError::Refused { status: 403, .. } | RestError::Refused { code: 50_083 | 160_005, .. } => {
            Unsent::Forbidden
        }
        error => {
            warn!(error = error as &dyn std::error::Error, "Discord didn't take a message");
            Unsent::Unavailable
        }
    }
}
