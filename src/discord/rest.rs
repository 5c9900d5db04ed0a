//! The thin REST client: every request to Discord but the answers to interactions.
//!
//! It sees status, headers and body, so that each answer can be judged by what it says, which is
//! [`answer`](super::answer)'s. The limits over all
//! routes are [`Limits`]'; the routes' own are `twilight-http-ratelimiting`'s, fed from the headers.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use serenity::model::id::UserId;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tracing::{error, warn};
use twilight_http_ratelimiting::{Endpoint, Method, Permit, RateLimiter};
use url::Url;

use super::answer::{Judged, RestError, id, judge, route_headers};
use super::limits::{Limits, Slot};
use crate::metrics::{DISCORD_429, DISCORD_REQUESTS};
use crate::outbox::courier::Route;

/// The longest that a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest that a request may take in all.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest wait for a route that is asked for without the deliverer.
const ROUTE_PATIENCE: Duration = Duration::from_secs(10);
/// Sent with every request. Discord's edge refuses others.
/// Source: Discord's documentation, "Reference", "User Agent".
const USER_AGENT: &str =
    concat!("DiscordBot (https://github.com/spacebell/spacebell, ", env!("CARGO_PKG_VERSION"), ")");

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
    /// Who the bot is, once that was asked.
    me: OnceCell<UserId>,
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
            me: OnceCell::new(),
        })
    }

    /// Where the API is.
    pub(super) const fn base(&self) -> &Url {
        &self.base
    }

    /// What sends requests, without any word of who sends them: it follows no redirection, and waits for no answer for
    /// long.
    pub(super) const fn http(&self) -> &reqwest::Client {
        &self.http
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

    /// Who the bot is. Asked once.
    pub async fn me(&self) -> Result<UserId, RestError> {
        let me = self.me.get_or_try_init(|| async {
            let me = self.get("users/@me").await?;
            id(&me["id"])
                .map(UserId::new)
                .ok_or_else(|| RestError::Uncertain("an account without an id".to_owned()))
        });
        me.await.copied()
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
        permit.complete(route_headers(&headers, Instant::now().into_std()));
        let body = match body {
            Ok(body) => body,
            Err(error) if status < 400 => return Err(RestError::Uncertain(error.without_url().to_string())),
            Err(_) => bytes::Bytes::new(),
        };
        self.heed(status, judge(status, &headers, &body))
    }

    /// Counts and rests as the answer asks for.
    fn heed(&self, status: u16, judged: Judged) -> Result<Value, RestError> {
        if judged.is_invalid {
            self.limits.count_invalid();
        }
        if let Some(scope) = judged.limited_by {
            DISCORD_429.count(&[scope]);
        }
        // Each request under way is refused, and one line is enough.
        if let Some(rest) = judged.all_rest_for
            && self.limits.pause(rest)
        {
            if status == 401 {
                error!(
                    "Discord refuses DISCORD_TOKEN: set a new one from the developer portal and start again"
                );
            } else {
                warn!("Discord limits all requests for {rest:?}");
            }
        }
        judged.outcome
    }
}
