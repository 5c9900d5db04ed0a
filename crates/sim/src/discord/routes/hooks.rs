//! Incoming webhooks: made in a channel by the bot, used by whoever has their token. What they post has no nonce that
//! is enforced. Source: Discord's documentation, "Webhook".

use serde_json::{Value, json};

use super::channels::visible;
use super::sending::may_say;
use super::{Answer, Call, snowflake};
use crate::discord::error::{ApiError, ApiResult, Form};
use crate::discord::permissions::bits;
use crate::discord::posting::Origin;
use crate::discord::state::State;
use crate::discord::validation::text;
use crate::discord::wire;
use crate::discord::world::{Channel, Hook, User};

/// Webhooks that a channel takes.
const AT_MOST: usize = 15;

/// `/channels/:id/webhooks`
pub(super) fn of_channel(state: &mut State, call: &Call, channel: u64) -> ApiResult<Answer> {
    let at = visible(state, channel)?;
    if state.world.bot_can(at) & bits::MANAGE_WEBHOOKS == 0 {
        return Err(ApiError::missing_permissions());
    }
    let here = || state.world.hooks.values().filter(|hook| hook.channel == channel);
    match call.method.as_str() {
        "GET" => Ok(Answer::new(200, here().map(|hook| body(state, hook, true)).collect())),
        "POST" => {
            let mut form = Form::default();
            text(&mut form, call.body()?, "name", 1, 80);
            form.finish()?;
            if here().count() >= AT_MOST {
                return Err(ApiError::new(400, 30007, "Maximum number of webhooks reached (15)"));
            }
            let id = state.new_id();
            let name = call.body()?["name"].as_str().unwrap_or_default().to_owned();
            let hook =
                Hook { id, channel, name: name.clone(), token: format!("hook-{:016x}", state.new_id()) };
            // What it posts has it as its author.
            state.world.users.insert(id, User { id, name, bot: true, takes_messages: false });
            let answer = body(state, &hook, true);
            state.world.hooks.insert(id, hook);
            Ok(Answer::new(200, answer))
        }
        _ => Err(ApiError::wrong_method()),
    }
}

/// `/webhooks/:id`, with the bot's token.
pub(super) fn by_bot(state: &mut State, method: &str, id: u64) -> ApiResult<Answer> {
    let hook = state.world.hooks.get(&id).ok_or_else(ApiError::unknown_webhook)?;
    let channel = visible(state, hook.channel)?;
    if state.world.bot_can(channel) & bits::MANAGE_WEBHOOKS == 0 {
        return Err(ApiError::missing_permissions());
    }
    match method {
        "GET" => Ok(Answer::new(200, body(state, hook, true))),
        "DELETE" => {
            state.world.hooks.remove(&id);
            Ok(Answer::empty())
        }
        _ => Err(ApiError::wrong_method()),
    }
}

/// `/webhooks/:id/:token` and what is below it, with no other authorization.
pub(super) fn by_token(
    state: &mut State,
    call: &Call,
    id: u64,
    token: &str,
    rest: &[&str],
) -> ApiResult<Answer> {
    let hook = state.world.hooks.get(&id).ok_or_else(ApiError::unknown_webhook)?.clone();
    if hook.token != token {
        return Err(ApiError::bad_webhook_token());
    }
    match (call.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::new(200, body(state, &hook, false))),
        ("DELETE", []) => {
            state.world.hooks.remove(&id);
            Ok(Answer::empty())
        }
        ("POST", []) => execute(state, call, &hook),
        (method, ["messages", message]) => one(state, call, &hook, method, snowflake(message)?),
        _ => Err(ApiError::wrong_method()),
    }
}

/// A message that the webhook made.
fn one(state: &mut State, call: &Call, hook: &Hook, method: &str, message: u64) -> ApiResult<Answer> {
    let at = place(state, call, hook)?;
    let (channel, archived) = (at.id, at.archived);
    let own = state.world.message(channel, message);
    own.filter(|own| own.author_id == hook.id && own.exists()).ok_or_else(ApiError::unknown_message)?;
    if archived && method != "GET" {
        return Err(ApiError::archived());
    }
    match method {
        "GET" => {}
        "PATCH" => {
            may_say(state, at, call.body()?, false)?;
            state.edit(channel, message, call.body()?, &call.files, call.at)?;
        }
        "DELETE" => {
            state.delete(channel, message, call.at);
            return Ok(Answer::empty());
        }
        _ => return Err(ApiError::wrong_method()),
    }
    Ok(Answer::new(200, state.message_body(channel, message)?))
}

/// The webhook's channel, or the thread of it that a request names.
fn place<'a>(state: &'a State, call: &Call, hook: &Hook) -> ApiResult<&'a Channel> {
    let thread = call.query("thread_id").map(|id| snowflake(&id)).transpose()?;
    let at = state.world.channels.get(&thread.unwrap_or(hook.channel));
    at.filter(|at| thread.is_none() || at.parent == Some(hook.channel)).ok_or_else(ApiError::unknown_channel)
}

fn execute(state: &mut State, call: &Call, hook: &Hook) -> ApiResult<Answer> {
    let body = call.body()?;
    State::check_new(body, &call.files)?;
    let mut form = Form::default();
    text(&mut form, body, "username", 0, 80);
    form.finish()?;
    let at = place(state, call, hook)?;
    let channel = at.id;
    may_say(state, at, body, false)?;
    let origin = Origin { author: Some(hook.id), ..Origin::default() };
    let message = state.post(channel, body, &call.files, origin, call.at)?;
    if call.query("wait").is_none_or(|wait| wait != "true") {
        return Ok(Answer::empty());
    }
    Ok(Answer::new(200, state.message_body(channel, message)?))
}

fn body(state: &State, hook: &Hook, to_bot: bool) -> Value {
    let guild = state.world.channels.get(&hook.channel).and_then(|channel| channel.guild);
    let mut body = json!({
        "id": wire::id(hook.id),
        "type": 1,
        "name": hook.name,
        "avatar": null,
        "channel_id": wire::id(hook.channel),
        "guild_id": guild.map(wire::id),
        "application_id": wire::id(state.world.bot),
        "token": hook.token,
        "url": format!("{}/api/webhooks/{}/{}", state.url, hook.id, hook.token),
    });
    if to_bot {
        body["user"] = wire::user_by_id(&state.world, state.world.bot);
    }
    body
}
