//! Messages in channels: reading, creating, editing, deleting.

use serde_json::Value;

use super::channels::visible;
use super::{Answer, Call, File, snowflake};
use crate::discord::error::{ApiError, ApiResult, invalid};
use crate::discord::limits::{Route, Verdict};
use crate::discord::message::Message;
use crate::discord::permissions::bits;
use crate::discord::posting::{Origin, nonce};
use crate::discord::state::State;
use crate::discord::wire;
use crate::discord::world::Channel;

pub(super) fn handle(
    state: &mut State,
    call: &Call,
    method: &str,
    channel: u64,
    rest: &[&str],
) -> ApiResult<Answer> {
    match (method, rest) {
        ("GET", []) => history(state, call, channel),
        ("GET", [id]) => one(state, channel, snowflake(id)?),
        ("POST", []) => create(state, call, channel),
        ("PATCH", [id]) => edit(state, call, channel, snowflake(id)?),
        ("DELETE", [id]) => delete(state, call, channel, snowflake(id)?),
        _ => Err(ApiError::wrong_method()),
    }
}

/// Without Read Message History the list is empty, as documented.
fn history(state: &State, call: &Call, id: u64) -> ApiResult<Answer> {
    let channel = visible(state, id)?;
    let limit = match call.query("limit") {
        None => 50,
        Some(limit) => {
            limit.parse::<usize>().ok().filter(|limit| (1..=100).contains(limit)).ok_or_else(|| {
                invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
            })?
        }
    };
    if state.world.bot_can(channel) & bits::READ_MESSAGE_HISTORY == 0 {
        return Ok(Answer::new(200, Value::Array(Vec::new())));
    }
    let at = |name: &str| call.query(name).map(|value| snowflake(&value)).transpose();
    let shown = || {
        let messages = state.world.channel_messages(id);
        messages.filter(|message| message.exists() && message.visible_to.is_none())
    };
    let mut found: Vec<&Message> = if let Some(after) = at("after")? {
        shown().filter(|message| message.id > after).take(limit).collect()
    } else if let Some(around) = at("around")? {
        let half = limit / 2;
        let older = shown().rev().filter(|message| message.id < around).take(half);
        let newer = shown().filter(|message| message.id >= around).take(limit - half);
        older.chain(newer).collect()
    } else {
        let before = at("before")?.unwrap_or(u64::MAX);
        shown().rev().filter(|message| message.id < before).take(limit).collect()
    };
    found.sort_by_key(|message| std::cmp::Reverse(message.id));
    let list = found.into_iter().map(|message| wire::message_for_bot(&state.world, &state.url, message));
    Ok(Answer::new(200, list.collect()))
}

/// A message that the bot can be told of.
fn existing(state: &State, channel: u64, id: u64) -> ApiResult<&Message> {
    let message = state.world.message(channel, id);
    message
        .filter(|message| message.exists() && message.visible_to.is_none())
        .ok_or_else(ApiError::unknown_message)
}

fn one(state: &State, channel: u64, id: u64) -> ApiResult<Answer> {
    let at = visible(state, channel)?;
    if state.world.bot_can(at) & bits::READ_MESSAGE_HISTORY == 0 {
        return Err(ApiError::missing_access());
    }
    let message = existing(state, channel, id)?;
    Ok(Answer::new(200, wire::message_for_bot(&state.world, &state.url, message)))
}

fn create(state: &mut State, call: &Call, id: u64) -> ApiResult<Answer> {
    let body = call.body()?;
    let channel = visible(state, id)?;
    if !channel.takes_text() {
        return Err(ApiError::not_text());
    }
    may_send(state, channel, body, &call.files)?;
    State::check_new(body, &call.files)?;
    let enforced = nonce(body).filter(|_| body["enforce_nonce"] == true);
    if let Some(nonce) = &enforced {
        let expiry = state.settings.nonce_expiry;
        if let Some((channel, message)) = state.nonces.find(nonce, expiry, call.at.instant) {
            existing(state, channel, message)?;
            return Ok(Answer::new(200, state.message_body(channel, message)?));
        }
    }
    let message = state.post(id, body, &call.files, Origin::default(), call.at)?;
    if let Some(nonce) = &enforced {
        state.nonces.remember(nonce, id, message, call.at.instant);
    }
    Ok(Answer::new(200, state.message_body(id, message)?))
}

fn may_send(state: &State, channel: &Channel, body: &Value, files: &[File]) -> ApiResult<()> {
    if let Some(user) = channel.recipient {
        let takes = state.world.users.get(&user).is_some_and(|user| user.takes_messages);
        return if takes { Ok(()) } else { Err(ApiError::no_direct_messages()) };
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

fn edit(state: &mut State, call: &Call, channel: u64, id: u64) -> ApiResult<Answer> {
    let body = call.body()?;
    let at = visible(state, channel)?;
    let archived = at.archived;
    let message = existing(state, channel, id)?;
    if message.author_id != state.world.bot {
        return Err(ApiError::not_author());
    }
    if archived {
        return Err(ApiError::archived());
    }
    let age = call.at.since(message.created) + message.aged;
    if age >= state.settings.old_message_age
        && let Some(bucket) = state.settings.old_edits
    {
        let route = Route { name: "old-edit".to_owned(), major: channel.to_string() };
        if let Verdict::Stop { headers, mut body } = state.limits.route(route, bucket, call.at) {
            body["message"] =
                "Maximum number of edits to messages older than 1 hour reached. Try again later".into();
            body["code"] = 30046.into();
            return Ok(super::limited(headers, body));
        }
    }
    state.edit(channel, id, body, &call.files, call.at)?;
    Ok(Answer::new(200, state.message_body(channel, id)?))
}

fn delete(state: &mut State, call: &Call, channel: u64, id: u64) -> ApiResult<Answer> {
    let at = visible(state, channel)?;
    let (can, archived) = (state.world.bot_can(at), at.archived);
    let own = existing(state, channel, id)?.author_id == state.world.bot;
    if !own && can & bits::MANAGE_MESSAGES == 0 {
        return Err(ApiError::missing_permissions());
    }
    if archived {
        return Err(ApiError::archived());
    }
    state.delete(channel, id, call.at);
    Ok(Answer::empty())
}
