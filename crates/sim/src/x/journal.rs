//! The log of what was asked.
//!
//! Owns the requests as they came, without their secrets, and what they were answered. It keeps the last
//! [`KEPT_REQUESTS`]; the counts go on.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Instant,
};

use jiff::Timestamp;
use serde_json::Value;

use super::{clock::Moment, endpoint::Endpoint, ids::UserId};

/// How many requests are kept.
const KEPT_REQUESTS: usize = 100_000;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// 1 for the first one, and so on.
    pub number: u64,
    /// When it came, on a clock that never goes back.
    pub at: Instant,
    /// When it came, on the world's calendar.
    pub time: Timestamp,
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The body, if it was JSON; what a form carries is secret.
    pub body: Option<Value>,
    /// The endpoint, if method and path name one.
    pub endpoint: Option<Endpoint>,
    /// Who asked.
    pub auth: Auth,
    /// What calls itself what.
    pub user_agent: Option<String>,
    /// What was answered; None while nothing is, and for ever when a fault swallows the request.
    pub status: Option<u16>,
}

impl Request {
    /// The first value of a query parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The comma-separated values of a query parameter; none when it is missing.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.param(name).map_or_else(Vec::new, |value| value.split(',').collect())
    }
}

/// Who a request's `authorization` header says that it is; never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// There is no such header.
    Missing,
    /// The app's bearer token.
    App,
    /// A user's token.
    User(UserId),
    /// A bearer token that nobody has.
    UnknownBearer,
    /// Another scheme.
    OtherScheme,
}

/// The requests, and how many there were.
#[derive(Debug, Default)]
pub(super) struct Journal {
    requests: VecDeque<Request>,
    counts: BTreeMap<Endpoint, u64>,
    refused: u64,
    last: u64,
}

impl Journal {
    /// Writes a request down and answers its number.
    pub fn arrive(&mut self, now: Moment, mut request: Request) -> u64 {
        self.last += 1;
        request.number = self.last;
        request.at = now.instant;
        request.time = now.time;
        if let Some(endpoint) = request.endpoint {
            *self.counts.entry(endpoint).or_default() += 1;
        }
        if self.requests.len() == KEPT_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
        self.last
    }

    /// Notes what a request was answered.
    pub fn answered(&mut self, number: u64, status: u16) {
        if status == 429 {
            self.refused += 1;
        }
        let first = self.requests.front().map_or(0, |request| request.number);
        let place = number.checked_sub(first).and_then(|place| usize::try_from(place).ok());
        if let Some(request) = place.and_then(|place| self.requests.get_mut(place)) {
            request.status = Some(status);
        }
    }

    /// The requests that are kept, oldest first.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter()
    }

    /// When the request `back` requests before the last one came.
    pub fn instant_before_last(&self, back: usize) -> Option<Instant> {
        self.requests.iter().rev().nth(back).map(|request| request.at)
    }

    /// How many requests each endpoint had.
    pub fn counts(&self) -> &BTreeMap<Endpoint, u64> {
        &self.counts
    }

    /// How many requests were answered 429.
    pub fn refused(&self) -> u64 {
        self.refused
    }
}
