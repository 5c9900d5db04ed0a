//! One exchange with X over HTTP: the token, the timeouts and the bound on what comes back.
//!
//! Must not judge what came: that is `answer`'s. The token is in no log, no error and no `Debug`.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use thiserror::Error;
use url::Url;

use super::answer::{Raw, date, rate_headers};
use super::error::Outage;
use super::limits::RateHeaders;

/// What this program calls itself to X.
pub(super) const USER_AGENT: &str = concat!("Spacebell/", env!("CARGO_PKG_VERSION"));

/// How long X may take to answer that a stream is open.
const OPENING_TIMEOUT: Duration = Duration::from_secs(15);

/// What came of opening a stream.
pub(super) enum Opened {
    /// It is open.
    Stream(Response, RateHeaders),
    /// It isn't.
    Refused(Raw),
}

/// Settings that no client can be made from.
#[derive(Debug, Error)]
pub enum BadSettings {
    /// X's address isn't one of HTTP.
    #[error("the X API's address must begin with https:// or http://")]
    Address,
    /// The token holds something that can't be sent.
    #[error("the X API's bearer token holds characters that no token has")]
    Token,
    /// TLS or the resolver can't be set up on this machine.
    #[error("no HTTP client on this machine")]
    Http(#[source] reqwest::Error),
}

pub(super) struct Transport {
    http: reqwest::Client,
    /// For answers that have no end: without a timeout over all, and without packing, which would hold lines back.
    streams: reqwest::Client,
    base: Url,
    authorization: HeaderValue,
    body_limit_bytes: usize,
}

impl Transport {
    pub(super) fn new(
        base: Url,
        bearer: &SecretString,
        connect_timeout: Duration,
        total_timeout: Duration,
        body_limit_bytes: usize,
    ) -> Result<Self, BadSettings> {
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(BadSettings::Address);
        }
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", bearer.expose_secret().trim()))
            .map_err(|_| BadSettings::Token)?;
        authorization.set_sensitive(true);
        let client = || {
            let client = reqwest::Client::builder().user_agent(USER_AGENT).connect_timeout(connect_timeout);
            // A redirect elsewhere would take the token along.
            client.redirect(redirect::Policy::none())
        };
        let http = client().timeout(total_timeout).build().map_err(BadSettings::Http)?;
        let streams = client().gzip(false).build().map_err(BadSettings::Http)?;
        Ok(Self { http, streams, base, authorization, body_limit_bytes })
    }

    /// Sends a request for `path` with `query`, and with `body` as JSON if there is one. `Err` where no status came back.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Raw, Outage> {
        let request = self.http.request(method, self.address(path, query));
        let request = request.header(AUTHORIZATION, self.authorization.clone());
        self.answer(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// Sends GET with another token than the app's.
    pub(super) async fn get_as(
        &self,
        token: &str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Raw, Outage> {
        // X's tokens are letters and digits; another one is none.
        let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
        let mut authorization = bearer.unwrap_or_else(|_| HeaderValue::from_static("Bearer none"));
        authorization.set_sensitive(true);
        self.answer(self.http.get(self.address(path, query)).header(AUTHORIZATION, authorization)).await
    }

    /// Opens what has no end, once X has answered it with success; any other answer comes whole.
    pub(super) async fn open(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Opened, Outage> {
        let url = self.address(path, query);
        let request = self.streams.get(url).header(AUTHORIZATION, self.authorization.clone());
        let response = tokio::time::timeout(OPENING_TIMEOUT, request.send());
        let response = response.await.map_err(|_| Outage::Silent)?.map_err(network)?;
        let status = response.status();
        let (headers, said_at) = (rate_headers(response.headers()), date(response.headers()));
        if status.is_success() {
            return Ok(Opened::Stream(response, headers));
        }
        let body = tokio::time::timeout(OPENING_TIMEOUT, self.body(response)).await;
        let body = body.unwrap_or(Err(Outage::Silent));
        Ok(Opened::Refused(Raw { status: status.as_u16(), headers, said_at, body }))
    }

    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Raw, Outage> {
        let response = request.send().await.map_err(network)?;
        let status = response.status().as_u16();
        let headers = rate_headers(response.headers());
        let said_at = date(response.headers());
        Ok(Raw { status, headers, said_at, body: self.body(response).await })
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Outage> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(network)? {
            if body.len() + chunk.len() > self.body_limit_bytes {
                return Err(Outage::TooLarge { limit_bytes: self.body_limit_bytes });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Addresses hold what people search for; logs needn't.
pub(super) fn network(error: reqwest::Error) -> Outage {
    Outage::Network(error.without_url())
}
