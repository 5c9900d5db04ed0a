//! Who may do what where: Discord's permission arithmetic over the world, with nothing else in it.

use super::world::{Channel, Guild, World};

/// Each thing a permission set can hold, by Discord's own names.
pub mod bits {
    /// Everything, past all overwrites.
    pub const ADMINISTRATOR: u64 = 1 << 3;
    /// Edit channels.
    pub const MANAGE_CHANNELS: u64 = 1 << 4;
    /// Manage Server.
    pub const MANAGE_GUILD: u64 = 1 << 5;
    /// See a channel.
    pub const VIEW_CHANNEL: u64 = 1 << 10;
    /// Send in channels that aren't threads.
    pub const SEND_MESSAGES: u64 = 1 << 11;
    /// Text-to-speech.
    pub const SEND_TTS_MESSAGES: u64 = 1 << 12;
    /// Delete what others wrote.
    pub const MANAGE_MESSAGES: u64 = 1 << 13;
    /// Show embeds.
    pub const EMBED_LINKS: u64 = 1 << 14;
    /// Upload files.
    pub const ATTACH_FILES: u64 = 1 << 15;
    /// Read what was sent before.
    pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
    /// Ping everyone, here and roles that aren't mentionable.
    pub const MENTION_EVERYONE: u64 = 1 << 17;
    /// Manage roles.
    pub const MANAGE_ROLES: u64 = 1 << 28;
    /// Make, use and remove webhooks.
    pub const MANAGE_WEBHOOKS: u64 = 1 << 29;
    /// Use the commands of applications.
    pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
    /// Edit scheduled events of others.
    pub const MANAGE_EVENTS: u64 = 1 << 33;
    /// Manage threads.
    pub const MANAGE_THREADS: u64 = 1 << 34;
    /// Send in threads.
    pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
    /// Create scheduled events.
    pub const CREATE_EVENTS: u64 = 1 << 44;
    /// Every bit that Discord knows.
    pub const ALL: u64 = (1 << 53) - 1;
    /// What `@everyone` can do in a server that nobody changed.
    pub const EVERYONE_DEFAULT: u64 = VIEW_CHANNEL
        | SEND_MESSAGES
        | EMBED_LINKS
        | ATTACH_FILES
        | READ_MESSAGE_HISTORY
        | USE_APPLICATION_COMMANDS
        | SEND_MESSAGES_IN_THREADS;
}

/// What an overwrite is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A role; the server's id stands for `@everyone`.
    Role(u64),
    /// A member.
    Member(u64),
}

/// A change to permissions in one channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overwrite {
    pub target: Target,
    pub allow: u64,
    pub deny: u64,
}

/// What `user` can do in the server as a whole; nothing for one who isn't in it.
pub(super) fn in_guild(guild: &Guild, user: u64) -> u64 {
    let Some(member) = guild.members.get(&user) else {
        return 0;
    };
    if guild.owner == user {
        return bits::ALL;
    }
    let held = guild
        .roles
        .values()
        .filter(|role| role.id == guild.id || member.roles.contains(&role.id))
        .fold(0, |sum, role| sum | role.permissions);
    if held & bits::ADMINISTRATOR == 0 { held } else { bits::ALL }
}

/// What `user` can do in `channel`, with the overwrites (a thread has its parent's) and the
/// denials that follow from others: who can't see can do nothing, who can't send can't embed.
pub(super) fn in_channel(world: &World, channel: &Channel, user: u64) -> u64 {
    let Some(guild) = channel.guild.and_then(|id| world.guilds.get(&id)) else {
        return in_direct_message(channel, user, world.bot);
    };
    let base = in_guild(guild, user);
    if base == bits::ALL || !guild.members.contains_key(&user) {
        return base;
    }
    let ruled_by = channel
        .parent
        .filter(|_| channel.is_thread())
        .and_then(|id| world.channels.get(&id))
        .unwrap_or(channel);
    let permissions = overwritten(base, guild, ruled_by, user);
    let private = channel.kind == 12
        && !channel.thread_members.contains(&user)
        && permissions & bits::MANAGE_THREADS == 0;
    if permissions & bits::VIEW_CHANNEL == 0 || private {
        return 0;
    }
    let send = if channel.is_thread() { bits::SEND_MESSAGES_IN_THREADS } else { bits::SEND_MESSAGES };
    if permissions & send == 0 {
        return permissions
            & !(bits::MENTION_EVERYONE | bits::SEND_TTS_MESSAGES | bits::ATTACH_FILES | bits::EMBED_LINKS);
    }
    permissions
}

fn in_direct_message(channel: &Channel, user: u64, bot: u64) -> u64 {
    if user == bot || channel.recipient == Some(user) { bits::EVERYONE_DEFAULT } else { 0 }
}

fn overwritten(base: u64, guild: &Guild, channel: &Channel, user: u64) -> u64 {
    let roles = guild.members.get(&user).map(|member| &member.roles);
    let mut permissions = base;
    let (mut allow, mut deny) = (0, 0);
    for overwrite in &channel.overwrites {
        match overwrite.target {
            Target::Role(id) if id == guild.id => {
                permissions = permissions & !overwrite.deny | overwrite.allow;
            }
            Target::Role(id) if roles.is_some_and(|roles| roles.contains(&id)) => {
                allow |= overwrite.allow;
                deny |= overwrite.deny;
            }
            _ => {}
        }
    }
    permissions = permissions & !deny | allow;
    for overwrite in &channel.overwrites {
        if overwrite.target == Target::Member(user) {
            permissions = permissions & !overwrite.deny | overwrite.allow;
        }
    }
    permissions
}
