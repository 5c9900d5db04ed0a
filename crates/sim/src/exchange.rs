//! Exchanges: what was asked together with what was answered, for whoever holds both against a description.
//!
//! Owns the recorder that both stand-ins share. It is off unless a test asks for it, keeps so much and counts what
//! it doesn't keep: nothing is left out without a trace. Tokens never come here.

use serde_json::Value;

/// The most exchanges that are kept.
const KEPT_AT_MOST: usize = 20_000;
/// The longest body that is kept, in bytes.
const BODY_AT_MOST: usize = 1024 * 1024;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The path below the API's base, an interaction's token replaced by `{token}`.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The body as JSON, `payload_json` of a multipart one; None without.
    pub body: Option<Value>,
    /// What came back.
    pub answer: Answered,
}

/// What a request was answered.
#[derive(Clone, Debug)]
pub enum Answered {
    /// As the stand-in means it.
    Truly(Given),
    /// As a fault had it, or not at all: nothing to hold against a description.
    ByFault,
}

/// An answer as it was sent.
#[derive(Clone, Debug)]
pub struct Given {
    /// The status.
    pub status: u16,
    /// What the body says that it is; None without a body.
    pub content_type: Option<String>,
    /// Headers about limits, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// Keeps exchanges while it is on.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    kept: Vec<Exchange>,
    missed: u64,
}

impl Recorder {
    /// Keeps an exchange, or counts it as missed.
    pub(crate) fn keep(&mut self, exchange: Exchange) {
        let long = matches!(&exchange.answer, Answered::Truly(given) if given.body.len() > BODY_AT_MOST);
        if long || self.kept.len() >= KEPT_AT_MOST {
            self.missed += 1;
        } else {
            self.kept.push(exchange);
        }
    }

    /// What was kept, and how many exchanges weren't.
    pub(crate) fn all(&self) -> (Vec<Exchange>, u64) {
        (self.kept.clone(), self.missed)
    }
}

/// A query as pairs, decoded.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
