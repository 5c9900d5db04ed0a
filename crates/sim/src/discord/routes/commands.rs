//! Application commands over REST: global ones and those of a server.

use serde_json::{Value, json};

use super::{Answer, Call, snowflake};
use crate::discord::definitions::{check, check_all, complete, kind_of};
use crate::discord::error::{ApiError, ApiResult, Form, invalid};
use crate::discord::state::State;

/// Slash commands that one scope takes.
const SLASH_LIMIT: usize = 100;
/// Menu commands of one kind that one scope takes.
const MENU_LIMIT: usize = 15;

pub(super) fn handle(state: &mut State, call: &Call, rest: &[&str]) -> ApiResult<Answer> {
    let (guild, rest) = match rest {
        ["guilds", guild, "commands", rest @ ..] => (Some(snowflake(guild)?), rest),
        ["commands", rest @ ..] => (None, rest),
        _ => return Err(ApiError::no_route()),
    };
    if let Some(guild) = guild
        && state.world.joined(guild).is_none()
    {
        return Err(ApiError::missing_access());
    }
    match (call.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::new(200, Value::Array(state.registry.scope(guild).to_vec()))),
        ("PUT", []) => overwrite(state, call.body()?, guild),
        ("POST", []) => create(state, call.body()?, guild),
        ("GET", [id]) => {
            let found = state.registry.scope(guild).iter().find(|command| command["id"] == **id);
            found.cloned().map(|command| Answer::new(200, command)).ok_or_else(ApiError::unknown_command)
        }
        ("PATCH", [id]) => change(state, call.body()?, guild, id),
        ("DELETE", [id]) => {
            let commands = state.registry.scope_mut(guild);
            let before = commands.len();
            commands.retain(|command| command["id"] != **id);
            if commands.len() == before { Err(ApiError::unknown_command()) } else { Ok(Answer::empty()) }
        }
        _ => Err(ApiError::wrong_method()),
    }
}

/// Replaces the whole set; a command that keeps its name and type keeps its id.
fn overwrite(state: &mut State, body: &Value, guild: Option<u64>) -> ApiResult<Answer> {
    let commands = body
        .as_array()
        .ok_or_else(|| invalid("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"))?;
    check_all(commands)?;
    for kind in 1..=3 {
        within_limit(commands.iter(), kind)?;
    }
    let set: Vec<Value> = commands.iter().map(|command| stored(state, command, guild)).collect();
    state.registry.scope_mut(guild).clone_from(&set);
    Ok(Answer::new(200, Value::Array(set)))
}

fn create(state: &mut State, body: &Value, guild: Option<u64>) -> ApiResult<Answer> {
    let mut form = Form::default();
    check(&mut form, body, "");
    form.finish()?;
    let known = position(state, guild, body);
    let command = stored(state, body, guild);
    let commands = state.registry.scope_mut(guild);
    if let Some(index) = known {
        commands[index] = command.clone();
        return Ok(Answer::new(200, command));
    }
    within_limit(commands.iter().chain([&command]), kind_of(&command))?;
    commands.push(command.clone());
    Ok(Answer::new(201, command))
}

fn change(state: &mut State, body: &Value, guild: Option<u64>, id: &str) -> ApiResult<Answer> {
    let version = state.new_id();
    let commands = state.registry.scope_mut(guild);
    let command = commands.iter_mut().find(|command| command["id"] == id);
    let command = command.ok_or_else(ApiError::unknown_command)?;
    let mut changed = command.clone();
    for (field, value) in body.as_object().into_iter().flatten() {
        changed[field] = value.clone();
    }
    changed["version"] = json!(version.to_string());
    let mut form = Form::default();
    check(&mut form, &changed, "");
    form.finish()?;
    *command = changed.clone();
    Ok(Answer::new(200, changed))
}

fn position(state: &State, guild: Option<u64>, command: &Value) -> Option<usize> {
    state
        .registry
        .scope(guild)
        .iter()
        .position(|known| known["name"] == command["name"] && kind_of(known) == kind_of(command))
}

fn stored(state: &mut State, command: &Value, guild: Option<u64>) -> Value {
    let version = state.new_id();
    let known = position(state, guild, command)
        .and_then(|index| state.registry.scope(guild)[index]["id"].as_str()?.parse().ok());
    complete(command.clone(), known.unwrap_or(version), version, state.world.bot, guild)
}

fn within_limit<'a>(commands: impl Iterator<Item = &'a Value>, kind: u64) -> ApiResult<()> {
    let limit = if kind == 1 { SLASH_LIMIT } else { MENU_LIMIT };
    if commands.filter(|command| kind_of(command) == kind).count() > limit {
        return Err(ApiError::too_many_commands());
    }
    Ok(())
}
