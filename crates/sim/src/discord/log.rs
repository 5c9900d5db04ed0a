//! What was asked over REST, in order. Tokens are never kept: a bot's isn't read, an interaction's is masked.

use std::time::Duration;

use serde_json::Value;

use super::faults::fits;
use super::moment::Moment;

/// One REST request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path below `/api/v10`, an interaction's token replaced by `{token}`.
    pub path: String,
    /// The query, as sent.
    pub query: String,
    /// The JSON body, or `payload_json` of a multipart one; null without.
    pub body: Value,
    /// How many files came with it.
    pub files: usize,
    /// When it arrived.
    pub at: Moment,
    /// The status that it was answered with; `None` while it isn't, or if the connection was cut
    /// before anything was done.
    pub status: Option<u16>,
    /// How long the answer took.
    pub took: Option<Duration>,
}

impl Request {
    /// Whether the method is `method` and the path fits `path`, where `*` stands for anything.
    #[must_use]
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && fits(path, &self.path)
    }
}

/// The path without the token of an interaction.
pub(super) fn masked(segments: &[&str]) -> String {
    let token_at = match segments {
        ["interactions" | "webhooks", _, _, ..] => Some(2),
        _ => None,
    };
    segments.iter().enumerate().fold(String::new(), |path, (index, segment)| {
        path + "/" + if Some(index) == token_at { "{token}" } else { segment }
    })
}
