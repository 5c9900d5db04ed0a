//! Webhooks of this app at X: found, registered, and checked again.
//!
//! Owns the requests and what their answers mean; which of them is ours is said by its address alone, and no other is
//! touched. X asks the address a question before it answers `POST` and `PUT`, so the address must be answered by then.
//!
//! Source: X's documentation, "Webhooks", and its OpenAPI description.

use reqwest::Method;
use serde_json::{Value, json};

use super::subscriptions::PushId;
use crate::x::Client;
use crate::x::ask::Question;
use crate::x::error::{Outage, XError};
use crate::x::limits::Endpoint;
use crate::x::wire::{self, Body};

/// Where they are.
const PATH: [&str; 2] = ["2", "webhooks"];

/// A webhook that X knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// X's id of it.
    pub id: PushId,
    /// Its address.
    pub url: String,
    /// Whether it answered when X last asked.
    pub is_valid: bool,
}

impl Client {
    /// All webhooks of this app.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, XError> {
        let answer = self.ask_plainly(&Question::get(Endpoint::Webhooks, &PATH, &[])).await?;
        Ok(read_webhooks(&answer)?)
    }

    /// Has X know this address, which must answer its question meanwhile.
    pub async fn register_webhook(&self, url: &str) -> Result<(), XError> {
        let body = json!({ "url": url });
        let question = Question::new(Method::POST, Endpoint::WebhookMake, &PATH, &[]).with(&body);
        // What came of it shows on the list, whatever of the answer can be read.
        self.ask_plainly(&question).await.map(drop)
    }

    /// Has X ask this webhook again. What came of it shows on the list.
    pub async fn validate_webhook(&self, id: PushId) -> Result<(), XError> {
        let path = [PATH[0], PATH[1], id.as_str()];
        self.ask_plainly(&Question::new(Method::PUT, Endpoint::WebhookValidate, &path, &[])).await.map(drop)
    }
}

/// The webhooks on a list. `Err` where nothing is listed though there should be something.
pub fn read_webhooks(answer: &Body) -> Result<Vec<Webhook>, Outage> {
    if answer.data.is_empty() && (!answer.problems.is_empty() || answer.count.is_some_and(|count| count > 0))
    {
        return Err(Outage::Unreadable);
    }
    let read = |value: &Value| {
        Some(Webhook {
            id: PushId::parse(&wire::text(value.get("id")?)?)?,
            url: wire::text(value.get("url")?)?,
            is_valid: value.get("valid").and_then(Value::as_bool).unwrap_or(true),
        })
    };
    Ok(answer.data.iter().filter_map(read).collect())
}
