//! What an answer of Discord's REST API means: the judgement of status, headers and body. Pure.
//!
//! Whatever comes is judged: headers without sense are as good as none, and a refusal counts only in Discord's own
//! words. Must not do what the judgement asks for: that is [`rest`](super::rest)'s.

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;
use thiserror::Error;
use twilight_http_ratelimiting::RateLimitHeaders;

/// All sending rests for so long after Discord refused the token: nothing but a person helps.
const TOKEN_REST: Duration = Duration::from_mins(1);
/// What to wait after a 429 that doesn't say how long.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(5);
/// Nobody is told to wait longer than this at once, whatever the answer says.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);
/// "Maximum number of edits to messages older than 1 hour reached."
const OLD_MESSAGE: u64 = 30046;
/// "Thread is archived."
pub const ARCHIVED: u64 = 50083;

/// Why a request came to nothing, or to nobody knows what.
#[derive(Debug, Error)]
pub enum RestError {
    /// Discord limits this request; nothing was done.
    #[error("Discord asks to wait {0:?}")]
    Limited(Duration),
    /// Discord limits edits of this one old message; nothing was done. Code 30046.
    #[error("Discord asks to leave this old message alone for {0:?}")]
    OldMessage(Duration),
    /// Discord refuses the bot's token: somebody has to set another one.
    #[error("Discord refuses the bot's token")]
    Unauthorized,
    /// Discord answered an error of its API.
    #[error("Discord answered {status}, code {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's own code, 0 if it gave none.
        code: u64,
        /// Its words, for the log.
        message: String,
    },
    /// The request didn't leave.
    #[error("Discord can't be reached")]
    Unreachable(#[source] reqwest::Error),
    /// It left, and no answer of Discord's API came: a timeout, a dropped connection, a 5xx.
    #[error("Discord gave no usable answer: {0}")]
    Uncertain(String),
}

impl RestError {
    /// A word for metrics, one of [`DISCORD_OUTCOMES`](crate::metrics::DISCORD_OUTCOMES).
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Limited(_) | Self::OldMessage(_) => "limited",
            Self::Unauthorized => "unauthorized",
            Self::Refused { status: 403, .. } => "forbidden",
            Self::Refused { status: 404, .. } => "missing",
            Self::Refused { .. } => "refused",
            Self::Unreachable(_) => "unreachable",
            Self::Uncertain(_) => "uncertain",
        }
    }
}

/// An answer, judged.
#[derive(Debug)]
pub struct Judged {
    /// What it means for whoever asked.
    pub outcome: Result<Value, RestError>,
    /// Whether Discord counts it towards its ban.
    pub is_invalid: bool,
    /// For a 429, whose limit it was: `user`, `global`, `shared` or `unknown`.
    pub limited_by: Option<&'static str>,
    /// How long everything has to rest.
    pub all_rest_for: Option<Duration>,
}

/// Judges an answer.
#[must_use]
pub fn judge(status: u16, headers: &HeaderMap, body: &[u8]) -> Judged {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let scope = headers.get(RateLimitHeaders::SCOPE).and_then(|scope| scope.to_str().ok());
    let field = |name: &str| json.as_ref().and_then(|json| json.get(name));
    let code = field("code").and_then(Value::as_u64).unwrap_or(0);
    let told = retry_after(headers, field("retry_after"));
    let wait = told.unwrap_or(DEFAULT_RETRY_AFTER);
    let is_global = headers.contains_key("x-ratelimit-global")
        || scope == Some("global")
        || field("global").and_then(Value::as_bool) == Some(true);
    let known = ["user", "global", "shared"].into_iter().find(|known| scope == Some(*known));
    let outcome = match status {
        200..=299 if body.is_empty() => Ok(Value::Null),
        200..=299 => json.ok_or_else(|| RestError::Uncertain("a success that isn't JSON".to_owned())),
        401 => Err(RestError::Unauthorized),
        429 if code == OLD_MESSAGE => Err(RestError::OldMessage(told.unwrap_or(LONGEST_RETRY_AFTER))),
        429 => Err(RestError::Limited(wait)),
        500..=599 => Err(RestError::Uncertain(format!("status {status}"))),
        // Discord's API says no in JSON. This is a proxy's word, which means nothing about channels and messages.
        _ if !json.as_ref().is_some_and(Value::is_object) => {
            Err(RestError::Uncertain(format!("status {status} without Discord's words")))
        }
        _ => {
            let message = field("message").and_then(Value::as_str).unwrap_or("no words").to_owned();
            let details = field("errors").map(ToString::to_string).unwrap_or_default();
            Err(RestError::Refused { status, code, message: format!("{message} {details}") })
        }
    };
    Judged {
        outcome,
        is_invalid: status == 401 || status == 403 || (status == 429 && scope != Some("shared")),
        limited_by: (status == 429).then(|| known.unwrap_or("unknown")),
        all_rest_for: match status {
            401 => Some(TOKEN_REST),
            429 if is_global => Some(wait),
            _ => None,
        },
    }
}

/// What the headers say of the route, where they say all of it.
#[must_use]
pub fn route_headers(headers: &HeaderMap, now: Instant) -> Option<RateLimitHeaders> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let reset_after = seconds(text(RateLimitHeaders::RESET_AFTER)?.parse().ok()?)?;
    Some(RateLimitHeaders {
        bucket: text(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: text(RateLimitHeaders::LIMIT)?.parse().ok()?,
        remaining: text(RateLimitHeaders::REMAINING)?.parse().ok()?,
        // Further ahead than a moment can be would be a panic.
        reset_at: now + reset_after.min(LONGEST_RETRY_AFTER),
    })
}

fn retry_after(headers: &HeaderMap, body: Option<&Value>) -> Option<Duration> {
    let header = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<f64>().ok());
    body.and_then(Value::as_f64).or(header).and_then(seconds).map(|wait| wait.min(LONGEST_RETRY_AFTER))
}

fn seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

/// An id as Discord writes it: a number, not 0, in a text.
#[must_use]
pub fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok().filter(|id| *id != 0)
}
