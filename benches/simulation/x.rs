//! X as it counts requests: a window of 15 minutes an endpoint, and one request a second by creators.

use jiff::Timestamp;
use spacebell::x::limits::{Endpoint, RateHeaders};

use crate::world::{MINUTE, SECOND};

const WINDOW: i64 = 15 * MINUTE;

/// What X counted. Times are milliseconds.
#[derive(Debug)]
pub struct Counter {
    limit: u32,
    windows: [Option<(i64, u32)>; Endpoint::ALL.len()],
    last_by_creators: i64,
    /// Requests by endpoint.
    pub requests: [u64; Endpoint::ALL.len()],
    /// Requests that X refused with 429.
    pub refusals: u64,
}

impl Counter {
    pub const fn new(limit: u32) -> Self {
        Self {
            limit,
            windows: [None; Endpoint::ALL.len()],
            last_by_creators: i64::MIN / 2,
            requests: [0; Endpoint::ALL.len()],
            refusals: 0,
        }
    }

    /// A request comes in at `now`. Answers the headers, and whether it is answered.
    pub fn count(&mut self, endpoint: Endpoint, now: i64) -> (RateHeaders, bool) {
        let place = endpoint as usize;
        self.requests[place] += 1;
        // A window ends at a whole second.
        let fresh = ((now + WINDOW) / SECOND * SECOND, 0);
        let (resets_at, used) =
            self.windows[place].filter(|(resets_at, _)| *resets_at > now).unwrap_or(fresh);
        let too_soon = endpoint == Endpoint::SpacesByCreators && now - self.last_by_creators < SECOND;
        let answered = used < self.limit && !too_soon;
        if endpoint == Endpoint::SpacesByCreators {
            self.last_by_creators = now;
        }
        self.windows[place] = Some((resets_at, used + u32::from(answered)));
        self.refusals += u64::from(!answered);
        let headers = RateHeaders {
            limit: Some(self.limit),
            remaining: Some(self.limit - used - u32::from(answered)),
            resets_at: Timestamp::from_second(resets_at / SECOND).ok(),
        };
        (headers, answered)
    }
}
