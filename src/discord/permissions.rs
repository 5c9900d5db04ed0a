//! Permissions: what the bot, or a member, may do in a channel, computed from what Discord tells of a server. Pure.
//!
//! It follows Discord's documentation, "Permissions", implicit denials included.

use serde::Deserialize;
use serenity::model::channel::{ChannelType, PermissionOverwrite, PermissionOverwriteType};
use serenity::model::id::{ChannelId, GuildId, RoleId, UserId};
use serenity::model::permissions::Permissions;

/// A role, as far as permissions go.
#[derive(Debug, Clone, Deserialize)]
pub struct Role {
    /// Its id; the server's own id for @everyone.
    pub id: RoleId,
    /// What it grants in the whole server.
    pub permissions: Permissions,
    /// Whether everybody may mention it.
    #[serde(default)]
    pub mentionable: bool,
}

/// A channel, as far as permissions go.
#[derive(Debug, Clone, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its server.
    #[serde(default)]
    pub guild_id: Option<GuildId>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ChannelType,
    /// A thread's channel, or a channel's category.
    #[serde(default)]
    pub parent_id: Option<ChannelId>,
    /// What is granted and denied here.
    #[serde(default)]
    pub permission_overwrites: Vec<PermissionOverwrite>,
    /// What a thread has besides.
    #[serde(default)]
    pub thread_metadata: Option<Thread>,
}

/// What of a thread matters to whether it takes posts: an archived one is opened by a post.
#[derive(Debug, Clone, Deserialize)]
pub struct Thread {
    /// Whether only those with Manage Threads may write in it.
    #[serde(default)]
    pub locked: bool,
}

impl Channel {
    /// Whether its permissions are its parent's.
    #[must_use]
    pub fn is_thread(&self) -> bool {
        matches!(self.kind, ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread)
    }
}

/// A member, as far as permissions go.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// Who.
    pub user: UserId,
    /// Roles besides @everyone.
    pub roles: &'a [RoleId],
    /// Whether a moderator has silenced this member for now.
    pub is_timed_out: bool,
}

/// What a member may do in a channel with these overwrites; a thread's are its parent's.
#[must_use]
pub fn permissions(
    guild: GuildId,
    roles: &[Role],
    member: &Member<'_>,
    overwrites: &[PermissionOverwrite],
    is_thread: bool,
) -> Permissions {
    let has = |role: RoleId| role.get() == guild.get() || member.roles.contains(&role);
    let base = roles
        .iter()
        .filter(|role| has(role.id))
        .fold(Permissions::empty(), |all, role| all | role.permissions);
    if base.administrator() {
        return Permissions::all();
    }
    let of = |matches: &dyn Fn(PermissionOverwriteType) -> bool| {
        overwrites
            .iter()
            .filter(|overwrite| matches(overwrite.kind))
            .fold((Permissions::empty(), Permissions::empty()), |(allow, deny), overwrite| {
                (allow | overwrite.allow, deny | overwrite.deny)
            })
    };
    let everyone =
        of(&|kind| matches!(kind, PermissionOverwriteType::Role(role) if role.get() == guild.get()));
    let by_role = of(
        &|kind| matches!(kind, PermissionOverwriteType::Role(role) if role.get() != guild.get() && has(role)),
    );
    let own = of(&|kind| matches!(kind, PermissionOverwriteType::Member(user) if user == member.user));
    let granted = [everyone, by_role, own].iter().fold(base, |all, (allow, deny)| (all - *deny) | *allow);
    let granted = if member.is_timed_out {
        granted & (Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY)
    } else {
        granted
    };
    without_implied(granted, is_thread)
}

/// `granted` without what another denial takes along.
fn without_implied(granted: Permissions, is_thread: bool) -> Permissions {
    let send = if is_thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    if !granted.contains(Permissions::VIEW_CHANNEL) {
        Permissions::empty()
    } else if granted.contains(send) {
        granted
    } else {
        granted
            - (Permissions::MENTION_EVERYONE
                | Permissions::SEND_TTS_MESSAGES
                | Permissions::ATTACH_FILES
                | Permissions::EMBED_LINKS)
    }
}
