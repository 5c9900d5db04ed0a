//! Channels over REST: themselves, and direct ones.

use serde_json::json;

use super::{Answer, Call};
use crate::discord::error::{ApiError, ApiResult, invalid};
use crate::discord::limits::{Route, Verdict};
use crate::discord::message::id_of;
use crate::discord::permissions::bits;
use crate::discord::state::State;
use crate::discord::wire;
use crate::discord::world::Channel;

/// A channel that exists and that the bot can see.
pub(super) fn visible(state: &State, id: u64) -> ApiResult<&Channel> {
    let channel = state.world.channels.get(&id).ok_or_else(ApiError::unknown_channel)?;
    if !state.world.bot_sees(channel) {
        return Err(ApiError::missing_access());
    }
    Ok(channel)
}

pub(super) fn get(state: &State, id: u64) -> ApiResult<Answer> {
    let channel = visible(state, id)?;
    Ok(Answer::new(200, wire::channel(&state.world, channel)))
}

/// Takes a thread out of the archive, or puts it there: all of "Modify Channel" that this stand-in does.
///
/// Whoever may write in a thread that isn't locked may take it out; all else takes Manage Threads.
pub(super) fn modify(state: &mut State, call: &Call, id: u64) -> ApiResult<Answer> {
    let channel = visible(state, id)?;
    let archived = call.body()?["archived"].as_bool().filter(|_| channel.is_thread());
    let archived = archived
        .ok_or_else(|| invalid("archived", "BASE_TYPE_REQUIRED", "Only threads can be archived here."))?;
    let can = state.world.bot_can(channel);
    let reopens = !archived && !channel.locked && can & bits::SEND_MESSAGES_IN_THREADS != 0;
    if !reopens && can & bits::MANAGE_THREADS == 0 {
        return Err(ApiError::missing_permissions());
    }
    state.archive(id, archived);
    get(state, id)
}

pub(super) fn typing(state: &State, id: u64) -> ApiResult<Answer> {
    visible(state, id).map(|_| Answer::empty())
}

pub(super) fn user(state: &State, id: u64) -> ApiResult<Answer> {
    let user = state.world.users.get(&id).ok_or_else(ApiError::unknown_user)?;
    Ok(Answer::new(200, wire::user(user)))
}

/// Opens the channel of direct messages with someone, or finds it.
pub(super) fn open_direct(state: &mut State, call: &Call) -> ApiResult<Answer> {
    let recipient = id_of(&call.body()?["recipient_id"])
        .ok_or_else(|| invalid("recipient_id", "BASE_TYPE_REQUIRED", "This field is required"))?;
    let known = state.world.users.get(&recipient).ok_or_else(ApiError::unknown_user)?;
    if known.bot {
        return Err(ApiError::no_direct_messages());
    }
    if state.world.direct_channel(recipient).is_none()
        && let Some(bucket) = state.settings.direct_opens
    {
        let route = Route { name: "direct-open".to_owned(), major: String::new() };
        if let Verdict::Stop { .. } = state.limits.route(route, bucket, call.at) {
            return Err(ApiError::direct_too_fast());
        }
    }
    let id = state.direct_channel(recipient);
    let channel = state.world.channels.get(&id).ok_or_else(ApiError::unknown_channel)?;
    let body = wire::channel(&state.world, channel);
    Ok(Answer::new(200, json!(body)))
}
