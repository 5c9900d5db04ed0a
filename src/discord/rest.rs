//! The thin REST client: every request to Discord but the answers to interactions.
//!
//! It sees status, headers and body, so that each answer can be judged by what it says. The limits over all
//! routes are [`Limits`]'; the routes' own are `twilight-http-ratelimiting`'s, fed from the headers.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use thiserror::Error;
use tokio::time::Instant;
use tracing::{error, warn};
use twilight_http_ratelimiting::{Endpoint, Method, Permit, RateLimitHeaders, RateLimiter};
use url::Url;

use super::limits::{Limits, Slot};
use crate::metrics::{DISCORD_429, DISCORD_REQUESTS};
use crate::outbox::courier::Route;

/// The longest that a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest that a request may take in all.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest wait for a route that is asked for without the deliverer.
const ROUTE_PATIENCE: Duration = Duration::from_secs(10);
/// All sending rests for so long after Discord refused the token: nothing but a person helps.
const TOKEN_REST: Duration = Duration::from_mins(1);
/// What to wait after a 429 that doesn't say how long.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(5);
/// Nobody is told to wait longer than this at once, whatever the answer says.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);
/// Sent with every request. Discord's edge refuses others.
/// Source: Discord's documentation, "Reference", "User Agent".
const USER_AGENT: &str =
    concat!("DiscordBot (https://github.com/spacebell/spacebell, ", env!("CARGO_PKG_VERSION"), ")");

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
    const fn word(&self) -> &'static str {
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

/// A request's place among the routes: method, and the path without what doesn't make a bucket.
#[derive(Debug, Clone)]
pub struct Bucket(Endpoint);

impl Bucket {
    /// The bucket of `method` at `path`. Ids below the channel are to be left out of it.
    #[must_use]
    pub fn new(method: Method, path: String) -> Self {
        Self(Endpoint { method, path })
    }
}

/// The client.
#[derive(Debug)]
pub struct Rest {
    http: reqwest::Client,
    base: Url,
    authorization: HeaderValue,
    limits: Limits,
    routes: RateLimiter,
}

impl Rest {
    /// A client of the API at `base`, `https://discord.com` for the real one.
    pub fn new(base: &Url, token: &SecretString, per_second: u32) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let mut base = base.clone();
        let root = base.path().trim_end_matches('/').to_owned();
        base.set_path(&format!("{root}/api/v10/"));
        // A token with characters that no header can hold is refused by Discord like any other wrong one.
        let mut authorization = HeaderValue::from_str(&format!("Bot {}", token.expose_secret()))
            .unwrap_or(HeaderValue::from_static("Bot unusable"));
        authorization.set_sensitive(true);
        Ok(Self {
            http,
            base,
            authorization,
            limits: Limits::new(per_second),
            // The slots hold the limit over all routes; this is for the routes' own.
            routes: RateLimiter::new(u16::MAX),
        })
    }

    /// The limits over all routes.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Asks whether a route takes a request now, without waiting for it.
    pub async fn route(&self, bucket: &Bucket) -> Route<Permit> {
        let free = self
            .routes
            .acquire_if(bucket.0.clone(), |bucket| bucket.is_none_or(|bucket| bucket.remaining > 0));
        // A route with a request in flight keeps the permit for its answer: that is closed for now.
        match tokio::time::timeout(Duration::from_millis(1), free).await {
            Ok(Some(permit)) => Route::Open(permit),
            Ok(None) => {
                let closed = self.routes.bucket(bucket.0.clone()).await;
                let wait = closed.map_or(Duration::ZERO, |bucket| {
                    bucket.reset_at.saturating_duration_since(Instant::now().into_std())
                });
                Route::ClosedFor(wait)
            }
            Err(_) => Route::ClosedFor(Duration::from_millis(20)),
        }
    }

    /// GET, with slot and route, waiting for both.
    pub async fn get(&self, path: &str) -> Result<Value, RestError> {
        self.request(Method::Get, path, None).await
    }

    /// Any request that isn't the deliverer's, with slot and route, waiting for both.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, RestError> {
        let slot = self.limits.slot().await;
        let bucket = path.split('?').next().unwrap_or(path).to_owned();
        let permit = self.routes.acquire(Endpoint { method, path: bucket });
        let permit = tokio::time::timeout(ROUTE_PATIENCE, permit)
            .await
            .map_err(|_| RestError::Limited(ROUTE_PATIENCE))?;
        self.send(method, path, body, slot, permit).await
    }

    /// Sends a request for which slot and permit are at hand.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        slot: Slot,
        permit: Permit,
    ) -> Result<Value, RestError> {
        let done = self.exchange(method, path, body, slot, permit).await;
        DISCORD_REQUESTS.count(&[done.as_ref().map_or_else(RestError::word, |_| "done")]);
        done
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        slot: Slot,
        permit: Permit,
    ) -> Result<Value, RestError> {
        let url = self.base.join(path).map_err(|error| RestError::Refused {
            status: 0,
            code: 0,
            message: error.to_string(),
        })?;
        let verb = match method {
            Method::Delete => reqwest::Method::DELETE,
            Method::Patch => reqwest::Method::PATCH,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            _ => reqwest::Method::GET,
        };
        let mut request = self.http.request(verb, url).header(AUTHORIZATION, self.authorization.clone());
        if let Some(body) = body {
            request = request.json(body);
        }
        let sent = request.send().await;
        let answer = match sent {
            Ok(answer) => answer,
            Err(error) => {
                slot.answered();
                permit.complete(None);
                let error = error.without_url();
                return Err(if error.is_connect() || error.is_builder() {
                    RestError::Unreachable(error)
                } else {
                    RestError::Uncertain(error.to_string())
                });
            }
        };
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let body = answer.bytes().await;
        slot.answered();
        permit.complete(route_headers(&headers));
        let body = match body {
            Ok(body) => body,
            Err(error) if status < 400 => return Err(RestError::Uncertain(error.without_url().to_string())),
            Err(_) => bytes::Bytes::new(),
        };
        self.judge(status, &headers, &body)
    }

    fn judge(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<Value, RestError> {
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let scope = headers.get(RateLimitHeaders::SCOPE).and_then(|scope| scope.to_str().ok());
        if status == 401 || status == 403 || (status == 429 && scope != Some("shared")) {
            self.limits.count_invalid();
        }
        if status == 429 {
            let known = ["user", "global", "shared"].into_iter().find(|known| scope == Some(*known));
            DISCORD_429.count(&[known.unwrap_or("unknown")]);
        }
        let field = |name: &str| json.as_ref().and_then(|json| json.get(name));
        let code = field("code").and_then(Value::as_u64).unwrap_or(0);
        match status {
            200..=299 if body.is_empty() => Ok(Value::Null),
            200..=299 => json.ok_or_else(|| RestError::Uncertain("a success that isn't JSON".to_owned())),
            401 => {
                // Each request under way is refused, and one line is enough.
                if self.limits.pause(TOKEN_REST) {
                    error!(
                        "Discord refuses DISCORD_TOKEN: set a new one from the developer portal and start again"
                    );
                }
                Err(RestError::Unauthorized)
            }
            429 => {
                let told = retry_after(headers, field("retry_after"));
                let wait = told.unwrap_or(DEFAULT_RETRY_AFTER);
                let global = headers.contains_key("x-ratelimit-global")
                    || scope == Some("global")
                    || field("global").and_then(Value::as_bool) == Some(true);
                if global && self.limits.pause(wait) {
                    warn!("Discord limits all requests for {wait:?}");
                }
                Err(if code == OLD_MESSAGE {
                    RestError::OldMessage(told.unwrap_or(LONGEST_RETRY_AFTER))
                } else {
                    RestError::Limited(wait)
                })
            }
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
        }
    }
}

/// "Maximum number of edits to messages older than 1 hour reached."
const OLD_MESSAGE: u64 = 30046;

fn route_headers(headers: &HeaderMap) -> Option<RateLimitHeaders> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let reset_after: f64 = text(RateLimitHeaders::RESET_AFTER)?.parse().ok()?;
    Some(RateLimitHeaders {
        bucket: text(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: text(RateLimitHeaders::LIMIT)?.parse().ok()?,
        remaining: text(RateLimitHeaders::REMAINING)?.parse().ok()?,
        reset_at: Instant::now().into_std() + seconds(reset_after)?,
    })
}

fn retry_after(headers: &HeaderMap, body: Option<&Value>) -> Option<Duration> {
    let header = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<f64>().ok());
    body.and_then(Value::as_f64).or(header).and_then(seconds).map(|wait| wait.min(LONGEST_RETRY_AFTER))
}

fn seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}
