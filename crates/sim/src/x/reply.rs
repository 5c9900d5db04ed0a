//! What is sent back, and how.
//!
//! Owns the value between deciding and sending, so that the one needs no network and the other no world.

use std::time::Duration;

use serde_json::Value;

use super::{
    limits::Standing,
    push::{Challenge, Opened},
};

/// An answer ready to be sent.
#[derive(Debug)]
pub(super) struct Reply {
    /// The request that it answers.
    pub number: u64,
    /// The status.
    pub status: u16,
    /// What the body says that it is.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
    /// The limits to show.
    pub standing: Option<Standing>,
    /// How long to wait before it is sent.
    pub delay: Duration,
    /// How it is sent.
    pub delivery: Delivery,
    /// Whether a fault made it what it is.
    pub by_fault: bool,
    /// Where a browser is sent.
    pub location: Option<String>,
    /// Whether the body holds tokens, which nobody keeps.
    pub secret: bool,
    /// A stream to send in place of the body.
    pub stream: Option<Opened>,
    /// What a webhook must be asked before this is the answer.
    pub challenge: Option<Challenge>,
}

/// How an answer is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Delivery {
    /// As it should.
    #[default]
    Whole,
    /// Half of it; then the connection closes.
    Truncated,
    /// Headers only, for ever.
    Stalled,
    /// Not at all; the connection stays.
    Never,
    /// Not at all; the connection closes.
    Closed,
}

/// The content type of answers, and of most refusals.
pub(super) const JSON: &str = "application/json; charset=utf-8";
/// The content type of refusals that aren't about parameters.
pub(super) const PROBLEM: &str = "application/problem+json";
/// The content type of a gateway's pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";

impl Reply {
    /// A reply with a JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        let content_type = if matches!(status, 200 | 400 | 404) { JSON } else { PROBLEM };
        Self::new(status, content_type, body.to_string())
    }

    /// A reply with any body.
    pub fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self {
            number: 0,
            status,
            content_type,
            body,
            standing: None,
            delay: Duration::ZERO,
            delivery: Delivery::Whole,
            by_fault: false,
            location: None,
            secret: false,
            stream: None,
            challenge: None,
        }
    }
}
