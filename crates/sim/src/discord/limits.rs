//! Rate limits: a window over all routes for the bot and for each address without a token, one for each bucket, and
//! the invalid requests that an address is banned for. Pure: the time comes in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::moment::Moment;
use serde_json::{Value, json};

use super::settings::{Bucket, Settings};

/// What was refused so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// Answers of 401, 403 and 429, except 429 of shared scope.
    pub invalid_requests: u64,
    /// Answers of 429.
    pub rate_limited: u64,
}

#[derive(Debug)]
struct Window {
    opened: Instant,
    used: u32,
}

/// Where a request counts: a name for the bucket, and what it is for (a channel, a token).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Route {
    pub name: String,
    pub major: String,
}

/// Who a request counts for in the limit over all routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Payer {
    /// The bot, by its token.
    Bot,
    /// Whoever asks without a token.
    Address(IpAddr),
}

/// What a limit says to one request.
#[derive(Debug)]
pub(super) enum Verdict {
    Pass(Vec<(&'static str, String)>),
    Stop { headers: Vec<(&'static str, String)>, body: Value },
}

#[derive(Debug, Default)]
pub(super) struct Limits {
    global: HashMap<Payer, Window>,
    invalid: HashMap<IpAddr, Window>,
    windows: HashMap<Route, Window>,
}

impl Limits {
    /// Counts a request against the limit over all routes.
    pub(super) fn global(&mut self, payer: Payer, limit: Option<u32>, now: Instant) -> Option<Verdict> {
        let bucket = Bucket::new(limit?, Duration::from_secs(1));
        let window = self.global.entry(payer).or_insert(Window { opened: now, used: 0 });
        let left = count(window, bucket, now).err()?;
        let retry_after = seconds(left);
        Some(Verdict::Stop {
            headers: vec![
                ("Retry-After", whole_seconds(left)),
                ("X-RateLimit-Global", "true".to_owned()),
                ("X-RateLimit-Scope", "global".to_owned()),
            ],
            body: json!({ "message": "You are being rate limited.", "retry_after": retry_after, "global": true }),
        })
    }

    /// Counts an answer that the documentation calls an invalid request.
    pub(super) fn invalid(&mut self, from: IpAddr, bucket: Bucket, now: Instant) {
        let window = self.invalid.entry(from).or_insert(Window { opened: now, used: 0 });
        let _banned_already = count(window, bucket, now);
    }

    /// How much longer an address is banned for its invalid requests.
    pub(super) fn banned(&self, from: IpAddr, bucket: Bucket, now: Instant) -> Option<Duration> {
        let window = self.invalid.get(&from).filter(|window| window.used >= bucket.limit)?;
        let left = (window.opened + bucket.per).saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Counts a request against its bucket.
    pub(super) fn route(&mut self, route: Route, bucket: Bucket, at: Moment) -> Verdict {
        let now = at.instant;
        let id = bucket_id(&route.name);
        let window = self.windows.entry(route).or_insert(Window { opened: now, used: 0 });
        let counted = count(window, bucket, now);
        let left = (window.opened + bucket.per).saturating_duration_since(now);
        let reset_at = at.timestamp.as_duration().as_secs_f64() + left.as_secs_f64();
        let mut headers = vec![
            ("X-RateLimit-Limit", bucket.limit.to_string()),
            ("X-RateLimit-Remaining", bucket.limit.saturating_sub(window.used).to_string()),
            ("X-RateLimit-Reset", format!("{reset_at:.3}")),
            ("X-RateLimit-Reset-After", format!("{:.3}", left.as_secs_f64())),
            ("X-RateLimit-Bucket", id),
        ];
        match counted {
            Ok(()) => Verdict::Pass(headers),
            Err(left) => {
                headers.push(("Retry-After", whole_seconds(left)));
                headers.push(("X-RateLimit-Scope", "user".to_owned()));
                let retry_after = seconds(left);
                Verdict::Stop {
                    headers,
                    body: json!({ "message": "You are being rate limited.", "retry_after": retry_after, "global": false }),
                }
            }
        }
    }
}

/// The bucket of a route, if the settings limit it. `callback`s to interactions have none.
pub(super) fn bucket_for(settings: &Settings, method: &str, segments: &[&str]) -> Option<(Route, Bucket)> {
    let route = |name: &str, major: &str| Route { name: name.to_owned(), major: major.to_owned() };
    match (method, segments) {
        ("POST", ["channels", channel, "messages"]) => {
            settings.message_create.map(|bucket| (route("message-create", channel), bucket))
        }
        ("PATCH", ["channels", channel, "messages", _]) => {
            settings.message_edit.map(|bucket| (route("message-edit", channel), bucket))
        }
        (_, ["webhooks", _, token, ..]) => settings.webhook.map(|bucket| (route("webhook", token), bucket)),
        (_, [first, rest @ ..]) if *first != "interactions" => {
            let name = format!("{method} {first} {}", rest.get(1..).unwrap_or_default().join("/"));
            let name: String = name.chars().filter(|letter| !letter.is_ascii_digit()).collect();
            settings.other.map(|bucket| (route(&name, rest.first().unwrap_or(&"")), bucket))
        }
        _ => None,
    }
}

/// Takes one request from a window, or says how long until the next window opens.
fn count(window: &mut Window, bucket: Bucket, now: Instant) -> Result<(), Duration> {
    if now.saturating_duration_since(window.opened) >= bucket.per {
        *window = Window { opened: now, used: 0 };
    }
    if window.used >= bucket.limit {
        return Err((window.opened + bucket.per).saturating_duration_since(now));
    }
    window.used += 1;
    Ok(())
}

/// Seconds to three places, never less than they are.
fn seconds(left: Duration) -> f64 {
    (left.as_secs_f64() * 1000.0).ceil() / 1000.0
}

fn whole_seconds(left: Duration) -> String {
    (left.as_secs() + u64::from(left.subsec_nanos() > 0)).to_string()
}

/// A bucket's opaque name: a hash of the route's.
fn bucket_id(name: &str) -> String {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}{:016x}", hash.rotate_left(29))
}
