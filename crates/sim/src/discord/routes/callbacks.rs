//! First answers to interactions.

use serde_json::{Value, json};

use super::{Answer, Call};
use crate::discord::error::{ApiError, ApiResult, invalid};
use crate::discord::interactions::{Kind, Outcome};
use crate::discord::message::{EPHEMERAL, LOADING};
use crate::discord::modal;
use crate::discord::posting::Origin;
use crate::discord::state::State;
use crate::discord::validation::{check_choices, check_message};
use crate::discord::wire;

pub(super) fn answer(state: &mut State, call: &Call, id: u64, token: &str) -> ApiResult<Answer> {
    let body = call.body()?;
    let limit = state.settings.answer_limit;
    let pending = state.interactions.get(&id).filter(|pending| pending.token == token);
    let pending = pending.ok_or_else(ApiError::unknown_interaction)?;
    if pending.answered() {
        return Err(ApiError::acknowledged());
    }
    if pending.first.is_some() || call.at.since(pending.created) > limit {
        return Err(ApiError::unknown_interaction());
    }
    let (kind, source, channel) = (pending.kind, pending.source, pending.channel);
    let data = &body["data"];
    let outcome = outcome_of(body, kind, source.is_some())?;
    let original = match outcome {
        Outcome::Message => {
            State::check_new(data, &call.files)?;
            Some(state.post_answer(id, data, call)?)
        }
        Outcome::Deferred => Some(state.post_loading(id, data, call)?),
        Outcome::Updated => {
            check_message(data)?;
            if let Some(source) = source {
                state.edit(channel, source, data, &call.files, call.at)?;
            }
            source
        }
        Outcome::DeferredUpdate => source,
        Outcome::Choices => {
            check_choices(data)?;
            None
        }
        Outcome::Modal => {
            modal::check(data)?;
            None
        }
        Outcome::Failed => return Err(ApiError::unknown_interaction()),
    };
    if let Some(pending) = state.interactions.get_mut(&id) {
        pending.first = Some((outcome, call.at));
        pending.data = data.clone();
        pending.original = original;
    }
    if call.query("with_response").is_none_or(|value| value != "true") {
        return Ok(Answer::empty());
    }
    told(state, id, body).map(|body| Answer::new(200, body))
}

/// What a callback answers to who wants to know: the interaction, and the message that it made or changed.
fn told(state: &State, id: u64, body: &Value) -> ApiResult<Value> {
    let pending = state.interactions.get(&id).ok_or_else(ApiError::unknown_interaction)?;
    let mut told = json!({ "interaction": {
        "id": wire::id(id),
        "type": pending.kind as u8,
        "channel_id": wire::id(pending.channel),
    } });
    let Some(message) = pending.original.and_then(|id| state.world.message(pending.channel, id)) else {
        return Ok(told);
    };
    told["interaction"]["response_message_id"] = wire::id(message.id);
    told["interaction"]["response_message_loading"] = json!(message.is_loading());
    told["interaction"]["response_message_ephemeral"] = json!(message.is_ephemeral());
    if matches!(body["type"].as_u64(), Some(4 | 7)) {
        let message = state.message_body(pending.channel, message.id)?;
        told["resource"] = json!({ "type": body["type"], "message": message });
    }
    Ok(told)
}

/// What a response type does to this kind of interaction; most fit only some.
fn outcome_of(body: &Value, kind: Kind, has_message: bool) -> ApiResult<Outcome> {
    let completes = kind == Kind::Autocomplete;
    match body["type"].as_u64() {
        Some(4) if !completes => Ok(Outcome::Message),
        Some(5) if !completes => Ok(Outcome::Deferred),
        Some(6) if has_message => Ok(Outcome::DeferredUpdate),
        Some(7) if has_message => Ok(Outcome::Updated),
        Some(8) if completes => Ok(Outcome::Choices),
        Some(9) if matches!(kind, Kind::Command | Kind::Component) => Ok(Outcome::Modal),
        Some(1 | 4..=9) => Err(invalid(
            "type",
            "INTERACTION_RESPONSE_TYPE_INVALID",
            "This response type does not fit the interaction",
        )),
        _ => Err(invalid("type", "BASE_TYPE_CHOICES", "Value must be one of (1, 4, 5, 6, 7, 8, 9).")),
    }
}

impl State {
    /// A message that belongs to an interaction, the first answer or a follow-up.
    pub(super) fn post_answer(&mut self, interaction: u64, data: &Value, call: &Call) -> ApiResult<u64> {
        let pending = self.interactions.get(&interaction).ok_or_else(ApiError::unknown_interaction)?;
        let (channel, user) = (pending.channel, pending.user);
        let ephemeral = data["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0;
        let origin = Origin {
            interaction: Some(interaction),
            visible_to: ephemeral.then_some(user),
            ..Origin::default()
        };
        self.post(channel, data, &call.files, origin, call.at)
    }

    fn post_loading(&mut self, interaction: u64, data: &Value, call: &Call) -> ApiResult<u64> {
        let flags = data["flags"].as_u64().unwrap_or(0) & EPHEMERAL;
        let id = self.post_answer(interaction, &json!({ "flags": flags }), call)?;
        let channel = self.interactions.get(&interaction).map_or(0, |pending| pending.channel);
        if let Some(message) = self.world.messages.get_mut(&(channel, id)) {
            message.flags |= LOADING;
        }
        Ok(id)
    }
}
