//! What keeps a message from being sent or edited: permissions, locks, filters, and limits on writing that aren't a
//! route's own.

use serde_json::Value;

use super::{Answer, Call, File};
use crate::discord::error::{ApiError, ApiResult};
use crate::discord::limits::{Route, Verdict};
use crate::discord::permissions::{self, bits};
use crate::discord::settings::Bucket;
use crate::discord::state::State;
use crate::discord::world::Channel;

/// Whether the bot can send such a message into a channel that it sees.
pub(super) fn may_send(state: &State, channel: &Channel, body: &Value, files: &[File]) -> ApiResult<()> {
    if let Some(user) = channel.recipient {
        return may_write_to(state, user);
    }
    let can = state.world.bot_can(channel);
    let mut needed = if channel.is_thread() { bits::SEND_MESSAGES_IN_THREADS } else { bits::SEND_MESSAGES };
    if body["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty()) {
        needed |= bits::EMBED_LINKS;
    }
    if !files.is_empty() {
        needed |= bits::ATTACH_FILES;
    }
    if body["tts"] == true {
        needed |= bits::SEND_TTS_MESSAGES;
    }
    if can & needed != needed {
        return Err(ApiError::missing_permissions());
    }
    if channel.locked && can & bits::MANAGE_THREADS == 0 {
        return Err(ApiError::locked());
    }
    Ok(())
}

/// Direct messages go to those who take them and who are in a server with the bot.
fn may_write_to(state: &State, user: u64) -> ApiResult<()> {
    let world = &state.world;
    if !world.users.get(&user).is_some_and(|user| user.takes_messages) {
        return Err(ApiError::no_direct_messages());
    }
    let mutual = |id: &u64| world.joined(*id).is_some_and(|guild| guild.members.contains_key(&user));
    if world.guilds.keys().any(mutual) { Ok(()) } else { Err(ApiError::no_mutual_guild()) }
}

/// Whether a server's AutoMod and Discord's filter of links let a text pass. AutoMod lets everything pass that is sent
/// by who manages the server, and by webhooks.
pub(super) fn may_say(state: &State, channel: &Channel, body: &Value, by_bot: bool) -> ApiResult<()> {
    let said = texts(body).to_lowercase();
    let has = |words: &[String]| words.iter().any(|word| said.contains(&word.to_lowercase()));
    if has(&state.world.harmful_links) {
        return Err(ApiError::harmful_link());
    }
    let guild = channel.guild.and_then(|guild| state.world.guilds.get(&guild)).filter(|_| by_bot);
    let manages = |guild| {
        permissions::in_guild(guild, state.world.bot) & (bits::ADMINISTRATOR | bits::MANAGE_GUILD) != 0
    };
    if guild.is_some_and(|guild| !manages(guild) && has(&guild.blocked_words)) {
        return Err(ApiError::moderated());
    }
    Ok(())
}

/// Every text that a message shows or links to, a line each.
fn texts(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Object(fields) => fields.values().map(texts).collect(),
        _ => String::new(),
    }
}

/// Counts a write against the limits of its channel and of its server, which are shared by all who write there.
pub(super) fn too_many_writes(state: &mut State, call: &Call, channel: u64) -> Option<Answer> {
    let guild = state.world.channels.get(&channel).and_then(|channel| channel.guild);
    let here = state.settings.channel_writes.and_then(|bucket| {
        let why = (20028, "The channel you are writing has hit the write rate limit.");
        coded(state, call, ("channel-writes", channel), bucket, why)
    });
    here.or_else(|| {
        let why = (20029, "The write action you are performing on the server has hit the write rate limit.");
        coded(state, call, ("guild-writes", guild?), state.settings.guild_writes?, why)
    })
    .map(|mut answer| {
        answer.headers.retain(|(name, _)| name != "X-RateLimit-Scope");
        answer.headers.push(("X-RateLimit-Scope".to_owned(), "shared".to_owned()));
        answer
    })
}

/// Counts the edit of an old message against the limit of such edits.
pub(super) fn too_many_old_edits(state: &mut State, call: &Call, channel: u64) -> Option<Answer> {
    let why = (30046, "Maximum number of edits to messages older than 1 hour reached. Try again later");
    coded(state, call, ("old-edit", channel), state.settings.old_edits?, why)
}

/// A 429 with a code, if a limit is reached.
fn coded(
    state: &mut State,
    call: &Call,
    (name, major): (&str, u64),
    bucket: Bucket,
    (code, message): (u32, &str),
) -> Option<Answer> {
    let route = Route { name: name.to_owned(), major: major.to_string() };
    let Verdict::Stop { headers, mut body } = state.limits.route(route, bucket, call.at) else {
        return None;
    };
    body["code"] = code.into();
    body["message"] = message.into();
    Some(super::limited(headers, body))
}
