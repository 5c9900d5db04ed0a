//! Webhooks: addresses of the app that prove themselves by a challenge, and are told of events.
//!
//! Owns which there are, whether they hold, and what was delivered. Asking and telling them is `postman`'s.

use std::collections::{BTreeMap, VecDeque};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use url::{Host, Url};

use super::{settings::PushSettings, subscription::object};
use crate::x::{
    answer::{Asked, Refusal},
    query::{Complaint, Params, Pattern},
    reply::Reply,
    settings::ProblemHost,
    state::State,
    wire::{
        self,
        problems::{self, Sought},
    },
};

/// The longest address.
const URL_AT_MOST: usize = 200;
/// The most deliveries that are remembered.
const KEPT_AT_MOST: usize = 10_000;
/// What `webhook_config.fields` can name.
const FIELDS: [&str; 4] = ["created_at", "id", "url", "valid"];

/// A webhook as X holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Whether it passed its last check.
    pub valid: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it fails its checks.
    pub failing_since: Option<Timestamp>,
}

impl Webhook {
    fn shown(&self, fields: &[&str]) -> Value {
        let all = fields.is_empty();
        let mut shown = json!({ "id": self.id });
        for (name, value) in [
            ("url", json!(self.url)),
            ("valid", json!(self.valid)),
            ("created_at", wire::time(self.created_at)),
        ] {
            if all || fields.contains(&name) {
                shown[name] = value;
            }
        }
        shown
    }
}

/// What a webhook has to answer before something is done.
#[derive(Clone, Debug)]
pub(in crate::x) struct Challenge {
    /// The address.
    pub url: Url,
    /// What is asked.
    pub token: String,
    /// What must be answered.
    pub expected: String,
    /// How long it may take.
    pub patience: std::time::Duration,
    /// The webhook that is checked again; None for one that is being made.
    pub webhook: Option<String>,
}

/// Something to tell a webhook.
#[derive(Clone, Debug)]
pub(in crate::x) struct Parcel {
    /// Which one.
    pub webhook: String,
    /// Its address.
    pub url: Url,
    /// The body.
    pub body: String,
    /// The signature, if it is signed.
    pub signature: Option<String>,
    /// How long it may take.
    pub patience: std::time::Duration,
}

/// How a delivery is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// With the consumer secret, as X signs.
    True,
    /// With another secret.
    Forged,
    /// Not at all.
    Absent,
}

/// A delivery to a webhook that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The webhook.
    pub webhook_id: String,
    /// What it was told, as JSON text.
    pub body: String,
    /// The `x-twitter-webhooks-signature` header, if there was one.
    pub signature: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It answered with this status; 200 is what it should be.
    Answered(u16),
    /// It didn't answer in time.
    TimedOut,
    /// It couldn't be reached, or broke off.
    Unreachable,
}

/// The webhooks that there are, and what they were told.
#[derive(Debug, Default)]
pub(super) struct Webhooks {
    known: BTreeMap<u64, Webhook>,
    delivered: VecDeque<Delivered>,
}

impl Webhooks {
    /// All of them, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Webhook> {
        self.known.values()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Webhook> {
        self.known.get(&id.parse().ok()?)
    }

    /// What was delivered, oldest first.
    pub fn delivered(&self) -> impl Iterator<Item = &Delivered> {
        self.delivered.iter()
    }

    /// Notes a delivery that is over.
    pub fn note(&mut self, delivered: Delivered) {
        if self.delivered.len() == KEPT_AT_MOST {
            self.delivered.pop_front();
        }
        self.delivered.push_back(delivered);
    }

    /// Notes how a check ended.
    fn checked(&mut self, id: &str, passed: bool, now: Timestamp) {
        let Some(webhook) = id.parse().ok().and_then(|id: u64| self.known.get_mut(&id)) else { return };
        webhook.valid = passed;
        webhook.failing_since = if passed { None } else { webhook.failing_since.or(Some(now)) };
    }
}

/// The parcel for a webhook, signed; None when there is no such webhook.
pub(super) fn parcel(state: &State, id: &str, body: &str, signing: Signing) -> Option<Parcel> {
    let settings = &state.settings.push;
    let secret = match signing {
        Signing::True => Some(settings.consumer_secret.clone()),
        Signing::Forged => Some(format!("not {}", settings.consumer_secret)),
        Signing::Absent => None,
    };
    Some(Parcel {
        webhook: id.to_owned(),
        url: Url::parse(&state.push.webhooks.get(id)?.url).ok()?,
        body: body.to_owned(),
        signature: secret.map(|secret| signed(&secret, body)),
        patience: settings.webhook_patience,
    })
}

/// Whether a webhook is told of events.
pub(super) fn receives(settings: &PushSettings, webhook: &Webhook, now: Timestamp) -> bool {
    webhook.failing_since.is_none_or(|since| {
        let failing = std::time::Duration::try_from(now.duration_since(since)).unwrap_or_default();
        failing < settings.webhook_grace
    })
}

/// `POST /2/webhooks`: the answer waits for the challenge.
pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    Params::new(&asked.query, &[]).finish()?;
    let body = object(asked)?;
    let text = body.get("url").and_then(Value::as_str).unwrap_or_default();
    let complain = |what: &str| Refusal::from(vec![Complaint::about("url", text, what)]);
    let url = Url::parse(text)
        .ok()
        .filter(|_| text.len() <= URL_AT_MOST && body.len() == 1)
        .ok_or_else(|| complain("`url` is not an address of 1 to 200 characters"))?;
    if !acceptable(&state.settings.push, &url) {
        return Err(complain("`url` is not an https address without a port"));
    }
    if state.push.webhooks.all().any(|known| known.url == text) {
        return Err(complain("`url` belongs to a webhook already"));
    }
    Ok(waiting_for(challenge(state, url, None)))
}

/// `GET /2/webhooks`
pub(super) fn list(state: &State, asked: &Asked) -> Result<Reply, Refusal> {
    let mut params = Params::new(&asked.query, &["webhook_config.fields"]);
    let fields = params.names("webhook_config.fields", &FIELDS);
    params.finish()?;
    let all: Vec<Value> = state.push.webhooks.all().map(|webhook| webhook.shown(&fields)).collect();
    let mut body = json!({ "meta": { "result_count": all.len() } });
    if !all.is_empty() {
        body["data"] = json!(all);
    }
    Ok(Reply::json(200, &body))
}

/// `PUT /2/webhooks/:id`: the answer waits for the challenge.
pub(super) fn validate(state: &mut State, asked: &Asked, id: &str) -> Result<Reply, Refusal> {
    match found(state, asked, id)? {
        Some(url) => Ok(waiting_for(challenge(state, url, Some(id.to_owned())))),
        None => Ok(missing(state.settings.problem_host, id)),
    }
}

/// `DELETE /2/webhooks/:id`
pub(super) fn delete(state: &mut State, asked: &Asked, id: &str) -> Result<Reply, Refusal> {
    if found(state, asked, id)?.is_none() {
        return Ok(missing(state.settings.problem_host, id));
    }
    state.push.webhooks.known.retain(|_, webhook| webhook.id != id);
    state.push.subscriptions.forget_webhook(id);
    Ok(Reply::json(200, &json!({ "data": { "deleted": true } })))
}

/// What a request that waited for a challenge is answered.
pub(super) fn checked(state: &mut State, challenge: &Challenge, passed: bool) -> Reply {
    let now = state.clock.now().time;
    if let Some(id) = &challenge.webhook {
        state.push.webhooks.checked(id, passed, now);
        // By the description this says that the check was made; what came of it shows in the list.
        return Reply::json(200, &json!({ "data": { "valid": true } }));
    }
    if !passed {
        let what =
            "The CRC check of `url` failed: it must answer crc_token with its response_token within 10 s";
        let complaint = Complaint::about("url", challenge.url.as_str(), what);
        return Reply::json(400, &problems::invalid(state.settings.problem_host, &[complaint]));
    }
    let number = state.push.ids.next();
    let webhook = Webhook {
        id: number.to_string(),
        url: challenge.url.to_string(),
        valid: true,
        created_at: now,
        failing_since: None,
    };
    let shown = webhook.shown(&[]);
    state.push.webhooks.known.insert(number, webhook);
    Reply::json(200, &json!({ "data": shown }))
}

/// A challenge for a webhook, with a token that wasn't used before.
pub(super) fn challenge(state: &mut State, url: Url, webhook: Option<String>) -> Challenge {
    let token = state.push.secret();
    let settings = &state.settings.push;
    let expected = signed(&settings.consumer_secret, &token);
    Challenge { url, token, expected, patience: settings.webhook_patience, webhook }
}

/// The signature of a text: `sha256=` and the HMAC in base64.
pub(in crate::x) fn signed(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    format!("sha256={}", STANDARD.encode(mac.finalize().into_bytes()))
}

fn acceptable(settings: &PushSettings, url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" && url.port().is_none()
        || settings.loopback_webhooks && url.scheme() == "http" && loopback
}

fn found(state: &State, asked: &Asked, id: &str) -> Result<Option<Url>, Refusal> {
    let mut params = Params::new(&asked.query, &[]);
    params.path("webhook_id", id, Pattern::Id);
    params.finish()?;
    Ok(state.push.webhooks.get(id).and_then(|webhook| Url::parse(&webhook.url).ok()))
}

fn waiting_for(challenge: Challenge) -> Reply {
    let mut reply = Reply::json(200, &json!({}));
    reply.challenge = Some(challenge);
    reply
}

fn missing(host: ProblemHost, id: &str) -> Reply {
    let problem = problems::not_found(host, Sought::Webhook, "webhook_id", id);
    Reply::json(404, &json!({ "errors": [problem] }))
}
