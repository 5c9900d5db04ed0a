//! A survey: all of a server's channels and roles at once, for whoever has to check many follows.
//!
//! One look at the server serves all; threads, which the server's list of channels leaves out, are asked for one by one,
//! but for few.

use std::collections::HashMap;

use serenity::model::id::{ChannelId, GuildId, UserId};
use std::time::Duration;

use super::access::{ReadMember, RestServer};
use super::permissions::{Channel, Member, permissions};
use crate::commands::app::{Survey, Surveyed, Unseen};

/// Threads that are asked for one by one.
const THREADS_MAX: usize = 20;

/// The server as the bot and `asker` find it. `named` are channels that may be threads.
pub(super) async fn survey(
    server: &RestServer,
    guild: GuildId,
    asker: UserId,
    named: &[ChannelId],
) -> Result<Survey, Unseen> {
    let me = server.me().await?;
    let grounds = server.grounds(guild, Duration::ZERO).await?;
    let (mine, theirs) = (server.member(guild, me).await?, server.member(guild, asker).await?);
    let silenced = |member: &ReadMember| server.is_silenced(member);
    let (mine_silenced, theirs_silenced) = (silenced(&mine), silenced(&theirs));
    let mine = Member { user: me, roles: &mine.roles, is_timed_out: mine_silenced };
    let theirs = Member { user: asker, roles: &theirs.roles, is_timed_out: theirs_silenced };
    let place = |channel: &Channel, ground: &Channel| {
        let may = |member: &Member<'_>| {
            let overwrites = &ground.permission_overwrites;
            permissions(guild, &grounds.roles, member, overwrites, channel.is_thread())
        };
        Surveyed { kind: channel.kind, theirs: may(&theirs), ours: may(&mine) }
    };
    let mut channels: HashMap<ChannelId, Surveyed> =
        grounds.channels.iter().map(|channel| (channel.id, place(channel, channel))).collect();
    let unlisted: Vec<ChannelId> = named.iter().copied().filter(|id| !channels.contains_key(id)).collect();
    for id in unlisted.into_iter().take(THREADS_MAX) {
        let thread = match server.read::<Channel>(&format!("channels/{id}")).await {
            Ok(thread) => thread,
            Err(Unseen::NotHere | Unseen::Hidden) => continue,
            Err(Unseen::Unavailable) => return Err(Unseen::Unavailable),
        };
        let parent = grounds.channels.iter().find(|channel| Some(channel.id) == thread.parent_id);
        let is_here = thread.guild_id == Some(guild) && thread.is_thread();
        if let Some(parent) = parent.filter(|_| is_here) {
            channels.insert(id, place(&thread, parent));
        }
    }
    let roles = grounds.roles.iter().map(|role| (role.id, role.mentionable)).collect();
    Ok(Survey { channels, roles })
}
