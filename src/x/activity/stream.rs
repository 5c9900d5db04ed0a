//! The stream of what X tells by itself: opened through the gate, and read piece by piece.
//!
//! Owns the watch over its signs of life. When to open it again is its reader's.

use std::time::Duration;

use reqwest::Response;

use super::super::answer::{Verdict, detail, judge};
use super::super::ask::Ticket;
use super::super::client::{Client, lock};
use super::super::error::{Outage, XError};
use super::super::gate::Outcome;
use super::super::limits::{Endpoint, RateHeaders, Urgency};
use super::super::transport::{Opened, network};
use crate::metrics::X_REQUESTS;

/// X breaks its silence every 20 seconds; a connection that is silent for longer, with a margin for a slow network, is
/// dead. Source: X's documentation, "Consuming streaming data".
pub const SILENT_AFTER: Duration = Duration::from_secs(30);
/// What can be asked for of the time before, in minutes.
pub const BACKFILL_MAX: u8 = 5;

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    response: Response,
}

/// Why there is no stream.
#[derive(Debug)]
pub enum Unopened {
    /// X takes no request for what was missed. The stream alone may be had.
    NoBackfill,
    /// X counts as many connections as the app may have.
    TooMany,
    /// As with everything else.
    X(XError),
}

impl Client {
    /// Opens the stream, with the last minutes of it where `backfill` is above 0: at most [`BACKFILL_MAX`].
    pub async fn open_stream(&self, backfill: u8) -> Result<Stream, Unopened> {
        let now = self.inner.clock.now();
        // Who calls waits as X's documents ask for streams, and not by the pause of everything else.
        let reserved = lock(&self.inner.gate).reserve(Endpoint::ActivityStream, Urgency::Command, now);
        let asked_at = reserved.map_err(|refusal| Unopened::X(refusal.into()))?;
        let ticket = Ticket::new(self, Endpoint::ActivityStream, asked_at);
        let minutes = backfill.min(BACKFILL_MAX).to_string();
        let query = [("backfill_minutes", minutes.as_str())];
        let query = if backfill == 0 { &query[..0] } else { &query };
        let opening = self.inner.transport.open(&["2", "activity", "stream"], query).await;
        let raw = match opening {
            Ok(Opened::Stream(response, headers)) => {
                X_REQUESTS.count(&[Endpoint::ActivityStream.word(), response.status().as_str()]);
                ticket.settle(Outcome::Answered(headers));
                return Ok(Stream { response });
            }
            Ok(Opened::Refused(raw)) => raw,
            Err(outage) => {
                X_REQUESTS.count(&[Endpoint::ActivityStream.word(), "none"]);
                ticket.settle(Outcome::Failed(RateHeaders::default()));
                return Err(Unopened::X(outage.into()));
            }
        };
        X_REQUESTS.count(&[Endpoint::ActivityStream.word(), &raw.status.to_string()]);
        let (status, headers) = (raw.status, raw.headers);
        let too_many = raw.body.as_ref().is_ok_and(|body| says_too_many(body));
        let verdict = judge(status, raw.body);
        if too_many {
            // It says nothing of how often one may ask.
            ticket.settle(Outcome::Answered(headers));
            return Err(Unopened::TooMany);
        }
        let until = ticket.settle(verdict.outcome(headers));
        Err(match verdict {
            Verdict::BadQuestion(_) | Verdict::Failed(XError::Forbidden { .. }) if backfill > 0 => {
                Unopened::NoBackfill
            }
            Verdict::BadQuestion(problems) => {
                Unopened::X(XError::Refused { detail: detail(status, &problems) })
            }
            Verdict::Limited => Unopened::X(XError::RateLimited { until }),
            Verdict::CreditsSpent => Unopened::X(XError::CreditsSpent { probe_at: until }),
            Verdict::Failed(error) => Unopened::X(error),
            Verdict::Missing(body) => Unopened::X(XError::Refused { detail: detail(status, &body.problems) }),
            Verdict::Answered(_) => Unopened::X(Outage::Status(status).into()),
        })
    }
}

impl Stream {
    /// The next bytes; `Ok(None)` where X ended the stream in order. An error where the connection broke, or is silent for
    /// longer than [`SILENT_AFTER`].
    pub async fn next(&mut self) -> Result<Option<bytes::Bytes>, Outage> {
        match tokio::time::timeout(SILENT_AFTER, self.response.chunk()).await {
            Ok(read) => read.map_err(network),
            Err(_) => Err(Outage::Silent),
        }
    }
}

/// Whether a refusal is about connections that count already. Source: X's documentation, "Handling disconnections"
/// (`ConnectionException`, `connection_issue` `TooManyConnections`).
fn says_too_many(body: &[u8]) -> bool {
    let needle = b"TooManyConnections";
    body.windows(needle.len()).any(|window| window == needle)
}
