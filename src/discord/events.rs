//! What the gateway's events mean: servers and channels that come, change and go pause and wake their follows,
//! interactions go on.
//!
//! Owns no connection.
//!
//! Accepted: a session that drops between READY and the servers' events tells of them again in the next READY.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::time::Duration;

use async_trait::async_trait;
use dashmap::DashMap;
use serenity::client::{Context, EventHandler};
use serenity::model::application::Interaction;
use serenity::model::channel::{GuildChannel, Message, PartialGuildChannel};
use serenity::model::event::{GuildMemberUpdateEvent, ResumedEvent};
use serenity::model::gateway::Ready;
use serenity::model::guild::{Guild, Member, PartialGuild, Role, UnavailableGuild};
use serenity::model::id::{ChannelId, GuildId};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::{error, info};

use super::gateway::Gateway;
use super::turnstile::Fruitless;
use crate::clock::SharedClock;
use crate::domain::follow::PauseReason;

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

/// A server that was joined so short a time ago isn't missing from a READY: that one is only handled late.
const JUST_JOINED: Duration = Duration::from_secs(10);

/// Takes events. serenity gives each a task of its own, so that they overtake each other: a READY that doesn't name a
/// server may be handled after the event that the server was joined.
pub(super) struct Handler {
    to: Gateway,
    clock: SharedClock,
    fruitless: Fruitless,
    joined: DashMap<GuildId, Instant>,
    /// One server's follows pause or go on at a time.
    judging: Mutex<()>,
}

impl Handler {
    pub(super) fn new(to: Gateway, clock: SharedClock, fruitless: Fruitless) -> Self {
        Self { to, clock, fruitless, joined: DashMap::new(), judging: Mutex::new(()) }
    }

    fn was_just_joined(&self, guild: GuildId) -> bool {
        self.joined.get(&guild).is_some_and(|joined| joined.elapsed() < JUST_JOINED)
    }

    async fn pause(&self, guild: GuildId) {
        info!(guild.id = %guild, "the bot isn't in server {guild} any more: its follows wait");
        if let Err(error) = self.to.follows.pause_guild(guild, self.clock.now()).await {
            error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the follows of server {guild} didn't pause");
        }
        if let Err(error) = self.to.guilds.forget(guild).await {
            error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the language of server {guild} wasn't forgotten");
        }
    }

    /// A channel is gone: what posts there waits for a person.
    async fn gone(&self, channel: ChannelId) {
        match self.to.follows.pause_channel(channel, PauseReason::ChannelGone, self.clock.now()).await {
            Ok(true) => info!(channel.id = %channel, "channel {channel} is gone: its follows wait"),
            Ok(false) => {}
            Err(error) => {
                error!(channel.id = %channel, error = &error as &dyn std::error::Error, "the follows of channel {channel} didn't pause");
            }
        }
    }

    /// A server changed what may decide whether channels take posts.
    async fn changed(&self, guild: GuildId) {
        if let Err(error) = self.to.follows.look_soon(guild, self.clock.now(), true).await {
            error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the channels of server {guild} aren't looked at yet");
        }
    }

    async fn hear(&self, guild: GuildId, locale: &str) {
        if let Err(error) = self.to.guilds.heard(guild, locale).await {
            error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the language of server {guild} wasn't kept");
        }
    }
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        self.fruitless.reset();
        self.to.health.saw_gateway(true, self.clock.now());
        let (shard, total) = ready.shard.map_or((0, 1), |shard| (shard.id.get(), shard.total));
        info!("connected to Discord as shard {shard} of {total}, in {} servers", ready.guilds.len());
        let present: HashSet<GuildId> = ready.guilds.iter().map(|guild| guild.id).collect();
        let mut known = self.to.follows.guilds_kept();
        known.extend(self.to.guilds.kept());
        known.sort_unstable();
        known.dedup();
        for guild in left(&known, &present, shard, total) {
            let _judging = self.judging.lock().await;
            if !self.was_just_joined(guild) {
                self.pause(guild).await;
            }
        }
        self.joined.retain(|_, joined| joined.elapsed() < JUST_JOINED);
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        self.fruitless.reset();
        self.to.health.saw_gateway(true, self.clock.now());
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        self.hear(guild.id, &guild.preferred_locale).await;
        let guild = guild.id;
        self.joined.insert(guild, Instant::now());
        let _judging = self.judging.lock().await;
        if let Err(error) = self.to.follows.resume_guild(guild, self.clock.now()).await {
            error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the follows of server {guild} didn't go on");
        }
    }

    async fn guild_update(&self, _: Context, _: Option<Guild>, guild: PartialGuild) {
        self.hear(guild.id, &guild.preferred_locale).await;
    }

    async fn guild_delete(&self, _: Context, guild: UnavailableGuild, _: Option<Guild>) {
        // An outage isn't a farewell.
        if !guild.unavailable {
            self.joined.remove(&guild.id);
            let _judging = self.judging.lock().await;
            self.pause(guild.id).await;
        }
    }

    async fn channel_delete(&self, _: Context, channel: GuildChannel, _: Option<Vec<Message>>) {
        self.gone(channel.id).await;
    }

    async fn thread_delete(&self, _: Context, thread: PartialGuildChannel, _: Option<GuildChannel>) {
        self.gone(thread.id).await;
    }

    async fn channel_update(&self, _: Context, _: Option<GuildChannel>, channel: GuildChannel) {
        self.changed(channel.guild_id).await;
    }

    async fn thread_update(&self, _: Context, _: Option<GuildChannel>, thread: GuildChannel) {
        self.changed(thread.guild_id).await;
    }

    async fn guild_role_update(&self, _: Context, _: Option<Role>, role: Role) {
        self.changed(role.guild_id).await;
    }

    async fn guild_member_update(
        &self,
        _: Context,
        _: Option<Member>,
        _: Option<Member>,
        member: GuildMemberUpdateEvent,
    ) {
        // Without the intent for members that is the bot itself.
        self.changed(member.guild_id).await;
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        // It may be heard before the READY of its session is.
        self.to.health.saw_gateway(true, self.clock.now());
        self.to.interactions.take(interaction);
    }
}
