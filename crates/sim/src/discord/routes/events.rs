//! Scheduled events over REST. To create one takes Create Events, which also suffices for one's own; for others'
//! it takes Manage Events.

use serde_json::Value;

use super::{Answer, Call, snowflake};
use crate::discord::error::{ApiError, ApiResult};
use crate::discord::events::{OPEN_AT_MOST, ScheduledEvent};
use crate::discord::permissions::{self, bits};
use crate::discord::state::State;

pub(super) fn handle(state: &mut State, call: &Call, guild: u64, rest: &[&str]) -> ApiResult<Answer> {
    state.turn_events();
    if !state.world.guilds.contains_key(&guild) {
        return Err(ApiError::unknown_guild());
    }
    let joined = state.world.joined(guild).ok_or_else(ApiError::missing_access)?;
    let can = permissions::in_guild(joined, state.world.bot);
    match (call.method.as_str(), rest) {
        ("GET", []) => {
            let open = state.world.events.values().filter(|event| event.guild_id == guild && event.is_open());
            Ok(Answer::new(200, open.map(|event| state.event_body(event)).collect()))
        }
        ("POST", []) => {
            if can & bits::CREATE_EVENTS == 0 {
                return Err(ApiError::missing_permissions());
            }
            create(state, call, guild)
        }
        ("GET", [id]) => Ok(Answer::new(200, state.event_body(found(state, guild, id)?))),
        ("PATCH", [id]) => {
            let event = mine(state, guild, id, can)?;
            let changed = event.changed(call.body()?, state.today())?;
            Ok(Answer::new(200, state.put_event(changed)))
        }
        ("DELETE", [id]) => {
            let id = mine(state, guild, id, can)?.id;
            state.remove_event(id);
            Ok(Answer::empty())
        }
        _ => Err(ApiError::wrong_method()),
    }
}

fn create(state: &mut State, call: &Call, guild: u64) -> ApiResult<Answer> {
    let body: &Value = call.body()?;
    let id = state.new_id();
    let event = ScheduledEvent::made(body, id, guild, state.world.bot, state.today())?;
    let open = state.world.events.values().filter(|event| event.guild_id == guild && event.is_open());
    if open.count() >= OPEN_AT_MOST {
        return Err(ApiError::new(400, 30038, "Maximum number of guild scheduled events reached (100)"));
    }
    Ok(Answer::new(200, state.put_event(event)))
}

fn found<'a>(state: &'a State, guild: u64, id: &str) -> ApiResult<&'a ScheduledEvent> {
    let event = state.world.events.get(&snowflake(id)?).filter(|event| event.guild_id == guild);
    event.ok_or_else(|| ApiError::new(404, 10070, "Unknown Guild Scheduled Event"))
}

/// An event that the bot may change.
fn mine<'a>(state: &'a State, guild: u64, id: &str, can: u64) -> ApiResult<&'a ScheduledEvent> {
    let event = found(state, guild, id)?;
    let enough = if event.creator_id == state.world.bot {
        bits::CREATE_EVENTS | bits::MANAGE_EVENTS
    } else {
        bits::MANAGE_EVENTS
    };
    if can & enough == 0 { Err(ApiError::missing_permissions()) } else { Ok(event) }
}
