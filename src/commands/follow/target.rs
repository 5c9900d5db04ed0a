//! Whether posts can go where they are wanted, and ping whom they are to ping.

use serenity::model::permissions::Permissions;

use crate::commands::app::{App, Unseen};
use crate::commands::invocation::Invocation;
use crate::commands::options::{CHANNEL_TYPES, Chosen, ChosenRole};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::{ChannelId, GuildId, RoleId};
use crate::texts::{Arg, Key, key};

/// What the bot needs in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To see it.
    View,
    /// To send messages.
    Send,
    /// To send messages in threads.
    SendInThreads,
    /// To show cards.
    EmbedLinks,
}

impl Need {
    /// The permission's name, as Discord's settings show it.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::View => key("permission-view"),
            Self::Send => key("permission-send"),
            Self::SendInThreads => key("permission-send-in-threads"),
            Self::EmbedLinks => key("permission-embed-links"),
        }
    }
}

/// What `permissions` lack for posts. A denial that hides others, such as of View Channel, is named alone: what is
/// below it can't be told.
#[must_use]
pub fn lacking(permissions: Permissions, is_thread: bool) -> Option<Need> {
    if permissions.administrator() {
        return None;
    }
    let (send, need) = if is_thread {
        (Permissions::SEND_MESSAGES_IN_THREADS, Need::SendInThreads)
    } else {
        (Permissions::SEND_MESSAGES, Need::Send)
    };
    if !permissions.contains(Permissions::VIEW_CHANNEL) {
        Some(Need::View)
    } else if !permissions.contains(send) {
        Some(need)
    } else if permissions.contains(Permissions::EMBED_LINKS) {
        None
    } else {
        Some(Need::EmbedLinks)
    }
}

/// Where posts go, checked.
#[derive(Debug)]
pub struct Checked {
    /// The channel.
    pub channel: ChannelId,
    /// The role to be pinged.
    pub role: Option<RoleId>,
    /// What works less well than it could, a sentence each.
    pub warnings: Vec<String>,
}

/// Checks channel and role; the sentence for what is wrong otherwise.
pub async fn check(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    channel: Option<Chosen>,
    role: Option<ChosenRole>,
) -> Result<Checked, String> {
    let words = app.words(&invocation.locale);
    let chosen = chosen(app, invocation, guild, channel).await?;
    let mention = [("channel", Arg::from(format!("<#{}>", chosen.id)))];
    if !CHANNEL_TYPES.contains(&chosen.kind) {
        return Err(words.with(key("target-wrong-kind"), &mention));
    }
    let theirs = asker_permissions(invocation, chosen).unwrap_or_default();
    match lacking(theirs, chosen.is_thread()) {
        Some(Need::View) => return Err(words.say(key("target-asker-cannot-view"))),
        Some(Need::Send | Need::SendInThreads) => {
            return Err(words.with(key("target-asker-cannot-send"), &mention));
        }
        Some(Need::EmbedLinks) | None => {}
    }
    let ours = own_permissions(app, invocation, guild, chosen)
        .await
        .map_err(|error| sorry::unseen(error, &format!("<#{}>", chosen.id), words))?;
    let mut warnings = Vec::new();
    match lacking(ours, chosen.is_thread()) {
        Some(Need::EmbedLinks) => warnings.push(words.with(key("target-no-embeds"), &mention)),
        Some(need) => return Err(missing(need, chosen.id, words)),
        None => {}
    }
    let role = match role {
        None => None,
        Some(role) => {
            check_role(role, guild, theirs, words)?;
            if !role.mentionable && !may_mention_all(ours) {
                let role = [("role", Arg::from(format!("<@&{}>", role.id)))];
                warnings.push(words.with(key("target-bot-cannot-mention"), &role));
            }
            Some(role.id)
        }
    };
    Ok(Checked { channel: chosen.id, role, warnings })
}

/// Checks a role for a channel that was chosen before; what works less well than it could, or the sentence for what is
/// wrong.
pub(super) async fn check_role_there(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    channel: ChannelId,
    role: ChosenRole,
) -> Result<Option<String>, String> {
    let words = app.words(&invocation.locale);
    let is_here = channel == invocation.here.id;
    let theirs = if is_here {
        invocation.permissions()
    } else {
        let there = app.server.member_in(guild, channel, invocation.asker.user).await;
        // Where Discord doesn't tell, an administrator is one everywhere.
        let told = there.ok().and_then(|there| there.permissions);
        told.unwrap_or(invocation.permissions() & Permissions::ADMINISTRATOR)
    };
    check_role(role, guild, theirs, words)?;
    let ours = if is_here {
        Some(invocation.app_permissions)
    } else {
        app.server.own_permissions(guild, channel).await.ok()
    };
    let silent = !role.mentionable && ours.is_some_and(|ours| !may_mention_all(ours));
    let values = [("role", Arg::from(format!("<@&{}>", role.id)))];
    Ok(silent.then(|| words.with(key("target-bot-cannot-mention"), &values)))
}

/// The channel that is meant: the one that was named, else the server's own, else the one here; the sentence for what is
/// wrong otherwise.
async fn chosen(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    named: Option<Chosen>,
) -> Result<Chosen, String> {
    if let Some(named) = named {
        return Ok(named);
    }
    match app.guilds.settings(guild).channel.filter(|id| *id != invocation.here.id) {
        None => Ok(invocation.here),
        // Discord tells what the asker may do here, and in a channel that they name.
        Some(id) => app.server.member_in(guild, id, invocation.asker.user).await.map_err(|error| {
            let words = app.words(&invocation.locale);
            let channel = format!("<#{id}>");
            match error {
                Unseen::NotHere => words.with(key("target-default-gone"), &[("channel", Arg::from(channel))]),
                error => sorry::unseen(error, &channel, words),
            }
        }),
    }
}

/// What the bot may do in a channel.
pub(super) async fn own_permissions(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    chosen: Chosen,
) -> Result<Permissions, Unseen> {
    if chosen.id == invocation.here.id {
        return Ok(invocation.app_permissions);
    }
    app.server.own_permissions(guild, chosen.id).await
}

/// The sentence for a permission that the bot lacks.
pub(super) fn missing(need: Need, channel: ChannelId, words: Words<'_>) -> String {
    let channel = ("channel", Arg::from(format!("<#{channel}>")));
    match need {
        Need::View => words.with(key("target-bot-cannot-view"), &[channel]),
        need => {
            let permission = ("permission", Arg::from(words.say(need.label())));
            words.with(key("target-bot-lacks"), &[channel, permission])
        }
    }
}

fn asker_permissions(invocation: &Invocation, chosen: Chosen) -> Option<Permissions> {
    if chosen.id == invocation.here.id { invocation.here.permissions } else { chosen.permissions }
}

fn check_role(role: ChosenRole, guild: GuildId, theirs: Permissions, words: Words<'_>) -> Result<(), String> {
    if role.id.get() == guild.get() {
        return Err(words.say(key("target-role-everyone")));
    }
    if !role.mentionable && !may_mention_all(theirs) {
        let role = [("role", Arg::from(format!("<@&{}>", role.id)))];
        return Err(words.with(key("target-role-not-mentionable"), &role));
    }
    Ok(())
}

pub(super) fn may_mention_all(permissions: Permissions) -> bool {
    permissions.intersects(Permissions::MENTION_EVERYONE | Permissions::ADMINISTRATOR)
}
