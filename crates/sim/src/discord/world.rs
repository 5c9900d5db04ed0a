//! The servers, channels, people and messages that exist. Plain state: no sockets, no clock.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::events::ScheduledEvent;
use super::files::Attachment;
use super::message::Message;
use super::permissions::{self, Overwrite, bits};

#[derive(Clone, Debug)]
pub(super) struct User {
    pub id: u64,
    pub name: String,
    pub bot: bool,
    /// Whether this person takes direct messages.
    pub takes_messages: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Role {
    pub id: u64,
    pub name: String,
    pub permissions: u64,
    pub mentionable: bool,
    pub managed: bool,
    pub position: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub roles: Vec<u64>,
    pub joined: Timestamp,
}

#[derive(Clone, Debug)]
pub(super) struct Guild {
    pub id: u64,
    pub name: String,
    pub owner: u64,
    pub locale: String,
    pub roles: BTreeMap<u64, Role>,
    pub members: BTreeMap<u64, Member>,
    pub unavailable: bool,
    /// Where members are greeted.
    pub system_channel: Option<u64>,
    /// Where Discord tells moderators what concerns them.
    pub updates_channel: Option<u64>,
    /// Who was allowed or refused a command in the integration settings: (command's name, user).
    pub command_grants: BTreeMap<(String, u64), bool>,
    /// What the server's AutoMod blocks.
    pub blocked_words: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub id: u64,
    pub guild: Option<u64>,
    pub name: String,
    pub kind: u8,
    pub parent: Option<u64>,
    pub recipient: Option<u64>,
    pub overwrites: Vec<Overwrite>,
    pub archived: bool,
    pub locked: bool,
    pub thread_members: BTreeSet<u64>,
    pub position: usize,
    pub created: Timestamp,
}

impl Channel {
    pub(super) fn is_thread(&self) -> bool {
        matches!(self.kind, 10..=12)
    }

    pub(super) fn takes_text(&self) -> bool {
        matches!(self.kind, 0 | 1 | 2 | 3 | 5 | 10 | 11 | 12 | 13)
    }
}

/// An incoming webhook.
#[derive(Clone, Debug)]
pub(super) struct Hook {
    pub id: u64,
    pub channel: u64,
    pub name: String,
    pub token: String,
}

#[derive(Debug, Default)]
pub(super) struct World {
    pub bot: u64,
    pub owner: u64,
    pub users: BTreeMap<u64, User>,
    pub guilds: BTreeMap<u64, Guild>,
    pub channels: BTreeMap<u64, Channel>,
    /// By channel, then by id, so that a channel's messages are a range.
    pub messages: BTreeMap<(u64, u64), Message>,
    /// Scheduled events, those that are over too.
    pub events: BTreeMap<u64, ScheduledEvent>,
    /// Incoming webhooks.
    pub hooks: BTreeMap<u64, Hook>,
    /// Parts of addresses that Discord's own filter blocks everywhere.
    pub harmful_links: Vec<String>,
    /// Uploads by people and by the bot, for download.
    pub uploads: BTreeMap<u64, Attachment>,
}

impl World {
    /// A server that the bot is in.
    pub(super) fn joined(&self, guild: u64) -> Option<&Guild> {
        self.guilds.get(&guild).filter(|guild| guild.members.contains_key(&self.bot))
    }

    /// The bot's permissions in a channel.
    pub(super) fn bot_can(&self, channel: &Channel) -> u64 {
        permissions::in_channel(self, channel, self.bot)
    }

    /// Whether the bot sees a channel at all.
    pub(super) fn bot_sees(&self, channel: &Channel) -> bool {
        channel.guild.is_none_or(|guild| self.joined(guild).is_some())
            && self.bot_can(channel) & bits::VIEW_CHANNEL != 0
    }

    pub(super) fn channel_messages(&self, channel: u64) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.range((channel, 0)..=(channel, u64::MAX)).map(|(_, message)| message)
    }

    pub(super) fn message(&self, channel: u64, id: u64) -> Option<&Message> {
        self.messages.get(&(channel, id))
    }

    /// Channels of a server in order, threads included.
    pub(super) fn channels_of(&self, guild: u64) -> impl Iterator<Item = &Channel> {
        self.channels.values().filter(move |channel| channel.guild == Some(guild))
    }

    pub(super) fn direct_channel(&self, user: u64) -> Option<&Channel> {
        self.channels.values().find(|channel| channel.kind == 1 && channel.recipient == Some(user))
    }
}
