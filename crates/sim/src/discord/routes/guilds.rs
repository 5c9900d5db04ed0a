//! Servers over REST: themselves, their roles, channels and members.

use serde_json::{Value, json};

use super::{Answer, Call, snowflake};
use crate::discord::error::{ApiError, ApiResult};
use crate::discord::permissions;
use crate::discord::state::State;
use crate::discord::wire;

/// The servers that the bot is in.
pub(super) fn own(state: &State) -> Answer {
    let world = &state.world;
    let guilds = world.guilds.values().filter(|guild| guild.members.contains_key(&world.bot));
    let list: Vec<Value> = guilds
        .map(|guild| {
            json!({
                "id": wire::id(guild.id),
                "name": guild.name,
                "icon": null,
                "banner": null,
                "owner": false,
                "permissions": permissions::in_guild(guild, world.bot).to_string(),
                "features": [],
            })
        })
        .collect();
    Answer::new(200, Value::Array(list))
}

pub(super) fn get(state: &State, call: &Call, id: u64, rest: &[&str]) -> ApiResult<Answer> {
    let world = &state.world;
    let guild = world.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    if world.joined(id).is_none() {
        // A server that the bot was removed from is unknown; its parts can't be accessed.
        return Err(if rest.is_empty() { ApiError::unknown_guild() } else { ApiError::missing_access() });
    }
    let body = match rest {
        [] => {
            let mut value = wire::guild(guild);
            if call.query("with_counts").is_some_and(|value| value == "true" || value == "True") {
                value["approximate_member_count"] = json!(guild.members.len());
                value["approximate_presence_count"] = json!(guild.members.len());
            }
            value
        }
        ["roles"] => guild.roles.values().map(wire::role).collect(),
        ["roles", role] => {
            let role = guild.roles.get(&snowflake(role)?);
            wire::role(role.ok_or_else(|| ApiError::new(404, 10011, "Unknown Role"))?)
        }
        ["channels"] => world
            .channels_of(id)
            .filter(|channel| !channel.is_thread())
            .map(|channel| wire::channel(world, channel))
            .collect(),
        ["members", user] => {
            let user = snowflake(user)?;
            if !world.users.contains_key(&user) {
                return Err(ApiError::unknown_user());
            }
            wire::member(world, guild, user).ok_or_else(ApiError::unknown_member)?
        }
        _ => return Err(ApiError::no_route()),
    };
    Ok(Answer::new(200, body))
}
