//! How often each caller may ask.
//!
//! Owns the windows, one per caller and endpoint, and the additional limit per second of the creators' list.
//! A window opens with its first request, on a whole second, so that its `reset` is exact and not rounded.

use std::{collections::BTreeMap, collections::HashMap, time::Duration};

use jiff::Timestamp;

use super::{endpoint::Endpoint, ids::UserId};

/// What the headers of a 429 show when the limit per second refused, which X doesn't document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BurstHeaders {
    /// The limit per second: nothing remaining, reset within a second.
    #[default]
    OfTheSecond,
    /// The window's: requests remaining, reset minutes away. A caller that waits for it loses minutes.
    OfTheWindow,
}

/// The limits of an app, or of a user's token.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long a window is: 15 minutes.
    pub window: Duration,
    /// How many requests a window holds for endpoints that `by_endpoint` doesn't name: 300.
    pub requests: u32,
    /// Exceptions by endpoint: 500 for each of the subscriptions', 450 for the stream and each of the webhooks'.
    pub by_endpoint: BTreeMap<Endpoint, u32>,
    /// How many requests a second `by/creator_ids` takes: 1. None lifts it.
    pub creators_per_second: Option<u32>,
    /// What a refusal by the limit per second shows.
    pub burst_headers: BurstHeaders,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            window: Duration::from_mins(15),
            requests: 300,
            by_endpoint: BTreeMap::from(Endpoint::OWN_LIMITS),
            creators_per_second: Some(1),
            burst_headers: BurstHeaders::default(),
        }
    }
}

impl Rules {
    /// Practically no limits, for what isn't about limits.
    #[must_use]
    pub fn lifted() -> Self {
        Self {
            requests: u32::MAX,
            by_endpoint: BTreeMap::new(),
            creators_per_second: None,
            ..Self::default()
        }
    }

    fn limit(&self, endpoint: Endpoint) -> u32 {
        self.by_endpoint.get(&endpoint).copied().unwrap_or(self.requests)
    }
}

/// Whose limits count: an app's and each user's are apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Caller {
    /// The app, by its bearer token.
    App,
    /// A user, by a token of theirs.
    User(UserId),
}

/// What the `x-rate-limit-*` headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Requests in the window.
    pub limit: u32,
    /// Requests left in it.
    pub remaining: u32,
    /// When it ends, in Unix seconds; None for a word that says nothing.
    pub reset: Option<i64>,
}

impl Standing {
    /// The value of `x-rate-limit-reset`.
    pub fn reset_header(&self) -> String {
        self.reset.map_or_else(|| "soon".to_owned(), |seconds| seconds.to_string())
    }
}

/// The windows that are open.
#[derive(Debug, Default)]
pub(super) struct Limits {
    windows: HashMap<(Caller, Endpoint), Window>,
    seconds: HashMap<Caller, Window>,
}

/// Times in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
struct Window {
    ends_ms: i64,
    used: u32,
}

impl Window {
    fn standing(self, limit: u32) -> Standing {
        let reset = self.ends_ms.div_euclid(1000) + i64::from(self.ends_ms.rem_euclid(1000) != 0);
        Standing { limit, remaining: limit.saturating_sub(self.used), reset: Some(reset) }
    }
}

impl Limits {
    /// Takes one request out of the caller's window. Err is the standing to refuse with; a refused request
    /// takes nothing.
    pub fn take(
        &mut self,
        rules: &Rules,
        caller: &Caller,
        endpoint: Endpoint,
        now: Timestamp,
    ) -> Result<Standing, Standing> {
        let now_ms = now.as_millisecond();
        let limit = rules.limit(endpoint);
        let length_ms = i64::try_from(rules.window.as_millis()).unwrap_or(i64::MAX / 2);
        let opening = Window { ends_ms: now_ms - now_ms.rem_euclid(1000) + length_ms, used: 0 };
        let window = self.windows.entry((caller.clone(), endpoint)).or_insert(opening);
        if window.ends_ms <= now_ms {
            *window = opening;
        }
        if window.used >= limit {
            return Err(window.standing(limit));
        }
        if endpoint == Endpoint::SpacesByCreators
            && let Some(per_second) = rules.creators_per_second
        {
            let opening = Window { ends_ms: now_ms + 1000, used: 0 };
            let second = self.seconds.entry(caller.clone()).or_insert(opening);
            if second.ends_ms <= now_ms {
                *second = opening;
            }
            if second.used >= per_second {
                return Err(match rules.burst_headers {
                    BurstHeaders::OfTheSecond => second.standing(per_second),
                    BurstHeaders::OfTheWindow => window.standing(limit),
                });
            }
            second.used += 1;
        }
        window.used += 1;
        Ok(window.standing(limit))
    }
}
