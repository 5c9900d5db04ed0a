//! What an answer of X means for who asked: the judgement of status, headers and body. Pure.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap};

use super::error::{Detail, Outage, XError};
use super::gate::Outcome;
use super::limits::RateHeaders;
use super::wire::{self, Body, Problem};

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) status: u16,
    pub(super) headers: RateHeaders,
    /// When the server says that it answered.
    pub(super) said_at: Option<Timestamp>,
    pub(super) body: Result<Vec<u8>, Outage>,
}

/// An answer that was understood.
#[derive(Debug)]
pub enum Verdict {
    /// Something was found, or nothing was there.
    Answered(Body),
    /// 404: not there, as some servers say it.
    Missing(Body),
    /// 400: perhaps a field that X refuses.
    BadQuestion(Vec<Problem>),
    /// 429.
    Limited,
    /// No credits.
    CreditsSpent,
    /// Anything else that went wrong.
    Failed(XError),
}

/// Judges an answer. A problem of type `usage-capped` counts on any status, though found things count more.
#[must_use]
pub fn judge(status: u16, body: Result<Vec<u8>, Outage>) -> Verdict {
    let body = body.and_then(|bytes| match (status, bytes.as_slice()) {
        // X's answer to a path that it doesn't have: a wrong address, and no word about any Space.
        (404, []) => Err(Outage::Status(status)),
        (400..=499, []) => Ok(Body::default()),
        (_, bytes) => wire::read(status, bytes),
    });
    if let Ok(body) = &body
        && body.data.is_empty()
        && body.problems.iter().any(Problem::is_usage_capped)
    {
        return Verdict::CreditsSpent;
    }
    match (status, body) {
        (402, _) => Verdict::CreditsSpent,
        (429, _) => Verdict::Limited,
        (401, _) => Verdict::Failed(XError::Unauthorized),
        (408 | 425 | 300..=399 | 500.., _) => Verdict::Failed(Outage::Status(status).into()),
        // Only a 2xx is left to say what was found; and what says it in HTML isn't X.
        (_, Err(outage)) => Verdict::Failed(outage.into()),
        (200..=299, Ok(body)) => Verdict::Answered(body),
        (404, Ok(body)) => Verdict::Missing(body),
        (400, Ok(body)) => Verdict::BadQuestion(body.problems),
        (403, Ok(body)) => Verdict::Failed(XError::Forbidden { detail: detail(status, &body.problems) }),
        (_, Ok(body)) => Verdict::Failed(XError::Refused { detail: detail(status, &body.problems) }),
    }
}

impl Verdict {
    /// The same, where one thing or several were asked for by name: X says of each that it is there or that it isn't,
    /// so an answer without a word is none.
    pub(super) fn of_lookup(self) -> Self {
        match self {
            Self::Answered(body) if body.data.is_empty() && body.problems.is_empty() => {
                Self::Failed(Outage::Unreadable.into())
            }
            other => other,
        }
    }

    /// What the next requests depend on.
    pub(super) fn outcome(&self, headers: RateHeaders) -> Outcome {
        match self {
            Self::Answered(_)
            | Self::Missing(_)
            | Self::BadQuestion(_)
            | Self::Failed(XError::Refused { .. }) => Outcome::Answered(headers),
            Self::Limited => Outcome::Limited(headers),
            Self::CreditsSpent => Outcome::CreditsSpent(headers),
            Self::Failed(_) => Outcome::Failed(headers),
        }
    }
}

/// X's words on a refusal, for the log.
pub(super) fn detail(status: u16, problems: &[Problem]) -> Detail {
    let words = problems.iter().flat_map(|problem| [&problem.title, &problem.detail, &problem.message]);
    let words: Vec<&str> = words.map(String::as_str).filter(|words| !words.is_empty()).collect();
    Detail::new(&format!("{status}: {}", words.join("; ")))
}

/// The `Date` header of an answer.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(headers.get(DATE)?.as_bytes()).ok()
}

/// The `x-rate-limit-*` headers of an answer.
#[must_use]
pub fn rate_headers(headers: &HeaderMap) -> RateHeaders {
    let number = |name: &str| -> Option<i64> { headers.get(name)?.to_str().ok()?.trim().parse().ok() };
    let count = |name: &str| number(name).and_then(|number| u32::try_from(number).ok());
    RateHeaders {
        limit: count("x-rate-limit-limit"),
        remaining: count("x-rate-limit-remaining"),
        resets_at: number("x-rate-limit-reset").map(|seconds| {
            let beyond = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
            Timestamp::from_second(seconds).unwrap_or(beyond)
        }),
    }
}
