//! What follows an interaction's first answer: `@original` and follow-up messages, by the interaction's token.

use serde_json::Value;

use super::{Answer, Call, snowflake};
use crate::discord::error::{ApiError, ApiResult};
use crate::discord::interactions::Outcome;
use crate::discord::message;
use crate::discord::state::State;
use crate::discord::validation::check_message;

pub(super) fn handle(
    state: &mut State,
    call: &Call,
    method: &str,
    application: u64,
    token: &str,
    rest: &[&str],
) -> ApiResult<Answer> {
    let pending = state.interactions.values().find(|pending| pending.token == token);
    let pending = pending.filter(|_| application == state.world.bot).ok_or_else(ApiError::unknown_webhook)?;
    if pending.expired(state.settings.token_life, call.at) {
        return Err(ApiError::bad_webhook_token());
    }
    if !pending.answered() {
        return Err(ApiError::unknown_webhook());
    }
    let interaction = pending.id;
    match (method, rest) {
        ("POST", []) => follow_up(state, call, interaction),
        ("GET", ["messages", which]) => {
            let (channel, id) = find(state, interaction, which)?;
            Ok(Answer::new(200, state.message_body(channel, id)?))
        }
        ("PATCH", ["messages", which]) => {
            let (channel, id) = find(state, interaction, which)?;
            edit(state, call, interaction, channel, id)
        }
        ("DELETE", ["messages", which]) => {
            let (channel, id) = find(state, interaction, which)?;
            state.delete(channel, id, call.at);
            Ok(Answer::empty())
        }
        _ => Err(ApiError::wrong_method()),
    }
}

/// The message that `@original` or an id names, if this interaction made it.
fn find(state: &State, interaction: u64, which: &str) -> ApiResult<(u64, u64)> {
    let pending = state.interactions.get(&interaction).ok_or_else(ApiError::unknown_webhook)?;
    let id = if which == "@original" {
        pending.original.ok_or_else(ApiError::unknown_message)?
    } else {
        let id = snowflake(which)?;
        let made = pending.original == Some(id) || pending.followups.contains(&id);
        Some(id).filter(|_| made).ok_or_else(ApiError::unknown_message)?
    };
    let message = state.world.message(pending.channel, id).filter(|message| message.exists());
    message.map(|message| (pending.channel, message.id)).ok_or_else(ApiError::unknown_message)
}

/// The first edit of a deferred answer is where its message begins: that one can notify.
fn edit(state: &mut State, call: &Call, interaction: u64, channel: u64, id: u64) -> ApiResult<Answer> {
    let body = call.body()?;
    let loading = state.world.message(channel, id).is_some_and(message::Message::is_loading);
    state.edit(channel, id, body, &call.files, call.at)?;
    if loading {
        begin(state, channel, id, body);
    }
    if let Some(pending) = state.interactions.get_mut(&interaction) {
        let deferred = matches!(pending.first, Some((Outcome::Deferred | Outcome::DeferredUpdate, _)));
        if deferred && pending.original == Some(id) {
            pending.completed.get_or_insert(call.at);
        }
    }
    Ok(Answer::new(200, state.message_body(channel, id)?))
}

fn begin(state: &mut State, channel: u64, id: u64, body: &Value) {
    let Some(at) = state.world.channels.get(&channel) else { return };
    let Some(message) = state.world.message(channel, id) else { return };
    let allowed = Some(&body["allowed_mentions"]).filter(|allowed| !allowed.is_null());
    let pings = message::pings(&state.world, at, &message.content, allowed, message.flags);
    if let Some(message) = state.world.messages.get_mut(&(channel, id)) {
        message.pings = pings;
        message.allowed_mentions = allowed.cloned();
        message.edited = None;
        message.revisions = message.revisions.split_off(message.revisions.len().saturating_sub(1));
    }
}

/// Right after a deferral a follow-up completes the deferred answer, as documented.
fn follow_up(state: &mut State, call: &Call, interaction: u64) -> ApiResult<Answer> {
    let body = call.body()?;
    check_message(body)?;
    State::check_new(body, &call.files)?;
    let pending = state.interactions.get(&interaction).ok_or_else(ApiError::unknown_webhook)?;
    let channel = pending.channel;
    let loading = pending
        .original
        .filter(|id| state.world.message(channel, *id).is_some_and(message::Message::is_loading));
    if let Some(original) = loading {
        return edit(state, call, interaction, channel, original);
    }
    let id = state.post_answer(interaction, body, call)?;
    if let Some(pending) = state.interactions.get_mut(&interaction) {
        pending.followups.push(id);
    }
    Ok(Answer::new(200, state.message_body(channel, id)?))
}
