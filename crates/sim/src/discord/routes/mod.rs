//! The REST API: who may ask at all, and which handler answers. Works on the state alone; what a request
//! does happens at once, under the lock.

mod callbacks;
mod channels;
mod commands;
mod events;
mod guilds;
mod hooks;
mod messages;
mod sending;
mod webhooks;

use std::net::IpAddr;

use bytes::Bytes;
use serde_json::{Value, json};

use super::endpoint;
use super::error::{ApiError, ApiResult, invalid};
use super::limits::{Payer, Verdict, bucket_for};
use super::moment::Moment;
use super::state::State;
use super::wire;

/// A file of a multipart request.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// The form field, `files[0]`.
    pub field: String,
    pub filename: String,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

/// A request, read.
#[derive(Debug)]
pub(super) struct Call {
    pub method: String,
    /// Below `/api/v10`.
    pub path: String,
    pub query: String,
    pub authorization: Option<String>,
    /// `None` if it isn't JSON.
    pub body: Option<Value>,
    pub files: Vec<File>,
    pub at: Moment,
    /// The address that it came from.
    pub from: IpAddr,
    /// Whether the interactions endpoint that it names passed Discord's check.
    pub endpoint_proved: bool,
}

impl Call {
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }

    fn query(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    fn body(&self) -> ApiResult<&Value> {
        self.body.as_ref().ok_or_else(ApiError::not_json)
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
}

impl Answer {
    fn new(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Some(body) }
    }

    fn empty() -> Self {
        Self { status: 204, headers: Vec::new(), body: None }
    }
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Self {
        Self::new(error.status, error.body())
    }
}

/// Answers a request: authorization first, then the limits, then what was asked. What answers interactions counts for
/// nobody; what asks without the bot's token counts for its address.
pub(super) fn answer(state: &mut State, call: &Call) -> Answer {
    let segments = call.segments();
    let by_token = matches!(
        segments.as_slice(),
        ["interactions", _, _, "callback"] | ["webhooks", _, _, ..] | ["gateway"]
    );
    let by_bot = authorized(state, call);
    if !by_token && !by_bot {
        return ApiError::unauthorized().into();
    }
    let own = state.world.bot.to_string();
    let to_interaction = match segments.as_slice() {
        ["interactions", ..] => true,
        ["webhooks", application, _, ..] => *application == own,
        _ => false,
    };
    let payer = if by_bot { Payer::Bot } else { Payer::Address(call.from) };
    let limit = state.settings.global_per_second.filter(|_| !to_interaction);
    if let Some(Verdict::Stop { headers, body }) = state.limits.global(payer, limit, call.at.instant) {
        return limited(headers, body);
    }
    let mut headers = Vec::new();
    if let Some((route, bucket)) = bucket_for(&state.settings, &call.method, &segments) {
        match state.limits.route(route, bucket, call.at) {
            Verdict::Pass(passed) => headers = passed,
            Verdict::Stop { headers, body } => return limited(headers, body),
        }
    }
    let mut answer = handle(state, call, &segments).unwrap_or_else(Answer::from);
    answer.headers.extend(headers.into_iter().map(|(name, value)| (name.to_owned(), value)));
    answer
}

fn limited(headers: Vec<(&'static str, String)>, body: Value) -> Answer {
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Answer { status: 429, headers, body: Some(body) }
}

/// Whether a request has the bot's token.
pub(super) fn authorized(state: &State, call: &Call) -> bool {
    call.authorization
        .as_deref()
        .and_then(|value| value.strip_prefix("Bot "))
        .is_some_and(|token| state.settings.tokens.iter().any(|known| known == token))
}

fn handle(state: &mut State, call: &Call, segments: &[&str]) -> ApiResult<Answer> {
    match (call.method.as_str(), segments) {
        ("GET", ["gateway"]) => Ok(Answer::new(200, json!({ "url": state.gateway_url() }))),
        ("GET", ["gateway", "bot"]) => Ok(gateway_bot(state)),
        ("GET", ["users", "@me"]) => Ok(own_user(state)),
        ("GET", ["users", "@me", "guilds"]) => Ok(guilds::own(state)),
        ("POST", ["users", "@me", "channels"]) => channels::open_direct(state, call),
        ("GET", ["users", user]) => channels::user(state, snowflake(user)?),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => Ok(application(state)),
        ("PATCH", ["applications", "@me"]) => change_application(state, call),
        (_, ["applications", app, rest @ ..]) => {
            if snowflake(app)? != state.world.bot {
                return Err(ApiError::other_application());
            }
            commands::handle(state, call, rest)
        }
        (_, ["guilds", guild, "scheduled-events", rest @ ..]) => {
            events::handle(state, call, snowflake(guild)?, rest)
        }
        ("GET", ["guilds", guild, rest @ ..]) => guilds::get(state, call, snowflake(guild)?, rest),
        ("GET", ["channels", channel]) => channels::get(state, snowflake(channel)?),
        ("PATCH", ["channels", channel]) => channels::modify(state, call, snowflake(channel)?),
        (method, ["channels", channel, "messages", rest @ ..]) => {
            messages::handle(state, call, method, snowflake(channel)?, rest)
        }
        (_, ["channels", channel, "webhooks"]) => hooks::of_channel(state, call, snowflake(channel)?),
        ("POST", ["channels", channel, "typing"]) => channels::typing(state, snowflake(channel)?),
        ("POST", ["interactions", id, token, "callback"]) => {
            callbacks::answer(state, call, snowflake(id)?, token)
        }
        (method, ["webhooks", id]) => hooks::by_bot(state, method, snowflake(id)?),
        (_, ["webhooks", id, token, rest @ ..]) if snowflake(id)? != state.world.bot => {
            hooks::by_token(state, call, snowflake(id)?, token, rest)
        }
        (method, ["webhooks", app, token, rest @ ..]) => {
            webhooks::handle(state, call, method, snowflake(app)?, token, rest)
        }
        (_, ["gateway" | "channels" | "guilds" | "users" | "interactions", ..]) => {
            Err(ApiError::wrong_method())
        }
        _ => Err(ApiError::no_route()),
    }
}

/// An id in a path.
fn snowflake(text: &str) -> ApiResult<u64> {
    text.parse()
        .map_err(|_| invalid("id", "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake.")))
}

fn gateway_bot(state: &State) -> Answer {
    let total = state.settings.session_starts.unwrap_or(1000);
    Answer::new(
        200,
        json!({
            "url": state.gateway_url(),
            "shards": state.settings.shards,
            "session_start_limit": {
                "total": total,
                "remaining": state.session_starts_left().unwrap_or(total as usize),
                "reset_after": 86_400_000,
                "max_concurrency": 1,
            },
        }),
    )
}

fn own_user(state: &State) -> Answer {
    let mut user = wire::user_by_id(&state.world, state.world.bot);
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(false);
    user["email"] = Value::Null;
    user["locale"] = json!("en-US");
    Answer::new(200, user)
}

fn application(state: &State) -> Answer {
    let settings = &state.settings;
    let key = endpoint::verify_key(&settings.key_seed);
    let endpoint = settings.interactions_endpoint.as_deref();
    Answer::new(200, wire::application(&state.world, &settings.bot_name, &key, endpoint))
}

/// Sets the interactions endpoint. Whatever else an application has isn't modelled, and stays.
fn change_application(state: &mut State, call: &Call) -> ApiResult<Answer> {
    let field = "interactions_endpoint_url";
    match call.body()?.get(field) {
        None => {}
        Some(Value::Null) => state.settings.interactions_endpoint = None,
        Some(Value::String(url)) if call.endpoint_proved => {
            state.settings.interactions_endpoint = Some(url.clone());
        }
        Some(_) => {
            let why = "The specified interactions endpoint URL could not be verified.";
            return Err(invalid(field, "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", why));
        }
    }
    Ok(application(state))
}
