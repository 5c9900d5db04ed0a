//! Channels and threads: made, changed, deleted; who can do what there.

use std::collections::BTreeSet;

use crate::discord::permissions::{self, Overwrite, Target};
use crate::discord::server::Server;
use crate::discord::state::{GUILDS, State};
use crate::discord::wire;
use crate::discord::world::Channel;

impl Server {
    /// Adds a channel of Discord's type `kind`: 0 text, 2 voice, 4 category, 5 announcements, 15 forum.
    pub fn add_channel(&self, guild: u64, name: &str, kind: u8) -> u64 {
        self.shared.change(|state| state.add_channel(Some(guild), None, name, kind))
    }

    /// Adds a thread below a channel: 10 announcement, 11 public, 12 private.
    pub fn add_thread(&self, parent: u64, name: &str, kind: u8) -> u64 {
        self.shared.change(|state| {
            let guild = state.world.channels.get(&parent).and_then(|channel| channel.guild);
            state.add_channel(guild, Some(parent), name, kind)
        })
    }

    /// Adds someone to a thread, as private ones need.
    pub fn add_to_thread(&self, thread: u64, user: u64) {
        self.change_channel(thread, |channel| {
            channel.thread_members.insert(user);
        });
    }

    /// Archives a thread, or takes it out of the archive.
    pub fn archive_thread(&self, thread: u64, archived: bool) {
        self.shared.change(|state| state.archive(thread, archived));
    }

    /// Locks a thread, or unlocks it.
    pub fn lock_thread(&self, thread: u64, locked: bool) {
        self.change_channel(thread, |channel| channel.locked = locked);
    }

    /// Sets what a role or member is allowed and denied in a channel, in place of what was set before.
    pub fn set_overwrite(&self, channel: u64, target: Target, allow: u64, deny: u64) {
        self.change_channel(channel, |channel| {
            channel.overwrites.retain(|overwrite| overwrite.target != target);
            channel.overwrites.push(Overwrite { target, allow, deny });
        });
    }

    /// Deletes a channel, its threads, its messages and its webhooks.
    pub fn delete_channel(&self, channel: u64) {
        self.shared.change(|state| {
            let threads =
                state.world.channels.values().filter(|one| one.parent == Some(channel) && one.is_thread());
            let mut gone: Vec<u64> = threads.map(|thread| thread.id).collect();
            gone.push(channel);
            for id in gone {
                if let Some(channel) = state.world.channels.get(&id) {
                    let (guild, thread) = (channel.guild, channel.is_thread());
                    let data = wire::channel(&state.world, channel);
                    state.world.channels.remove(&id);
                    state.world.hooks.retain(|_, hook| hook.channel != id);
                    let event = if thread { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
                    state.tell(guild.unwrap_or_default(), GUILDS, event, &data);
                }
            }
        });
    }

    /// The channel of direct messages between the bot and someone.
    #[must_use]
    pub fn direct_channel(&self, user: u64) -> u64 {
        self.shared.change(|state| state.direct_channel(user))
    }

    /// The same, if it was ever opened.
    #[must_use]
    pub fn direct_channel_of(&self, user: u64) -> Option<u64> {
        self.shared.look().world.direct_channel(user).map(|channel| channel.id)
    }

    /// What someone can do in a channel.
    #[must_use]
    pub fn permissions(&self, channel: u64, user: u64) -> u64 {
        let state = self.shared.look();
        let channel = state.world.channels.get(&channel);
        channel.map_or(0, |channel| permissions::in_channel(&state.world, channel, user))
    }

    fn change_channel(&self, id: u64, change: impl FnOnce(&mut Channel)) {
        self.shared.change(|state| state.change_channel(id, change));
    }
}

impl State {
    pub(in crate::discord) fn archive(&mut self, thread: u64, archived: bool) {
        self.change_channel(thread, |channel| channel.archived = archived);
    }

    fn change_channel(&mut self, id: u64, change: impl FnOnce(&mut Channel)) {
        let Some(channel) = self.world.channels.get_mut(&id) else { return };
        change(channel);
        let (guild, thread) = (channel.guild, channel.is_thread());
        let event = if thread { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" };
        self.tell_channel_event(id, guild, event);
    }

    pub(in crate::discord) fn tell_channel_event(&mut self, id: u64, guild: Option<u64>, event: &str) {
        if let (Some(channel), Some(guild)) = (self.world.channels.get(&id), guild) {
            let data = wire::channel(&self.world, channel);
            self.tell(guild, GUILDS, event, &data);
        }
    }

    fn add_channel(&mut self, guild: Option<u64>, parent: Option<u64>, name: &str, kind: u8) -> u64 {
        let id = self.new_id();
        let position = guild.map_or(0, |guild| self.world.channels_of(guild).count());
        let channel = Channel {
            id,
            guild,
            name: name.to_owned(),
            kind,
            parent,
            recipient: None,
            overwrites: Vec::new(),
            archived: false,
            locked: false,
            thread_members: BTreeSet::new(),
            position,
            created: self.clock.now().timestamp,
        };
        let event = if channel.is_thread() { "THREAD_CREATE" } else { "CHANNEL_CREATE" };
        self.world.channels.insert(id, channel);
        self.tell_channel_event(id, guild, event);
        id
    }
}
