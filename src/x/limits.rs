//! X's limits of requests: one window an endpoint, and how its requests are shared out.
//!
//! Pure: the time is an argument. A request is taken from the window before it is sent, so that two at once
//! can't both take the last. The background is paced evenly over four fifths of the window; the last fifth
//! is left for people's commands, which may use whatever there is. What X's headers say corrects the count,
//! within reason: a reset in the past, or further ahead than a window is long, is not believed.
//!
//! Source of the limits and headers: X's documentation, "Rate limits".

use jiff::{SignedDuration, Timestamp};

pub use super::endpoint::Endpoint;
use crate::clock::from_millis;

/// How long X counts requests before it starts again.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// How much further ahead than a window's length a reset may be, for clocks that differ.
const RESET_SLACK: SignedDuration = SignedDuration::from_secs(60);
/// How long after a reset the new window is counted on: resets are whole seconds, and clocks differ.
const RESET_MARGIN: SignedDuration = SignedDuration::from_secs(1);
/// How far two resets may lie apart and still be the same.
const SAME_RESET: SignedDuration = SignedDuration::from_secs(2);
/// How long a first 429 without a believable reset closes an endpoint; each further one doubles it.
const BLIND_WAIT_FIRST: SignedDuration = SignedDuration::from_secs(60);
/// How long a first 429 by the limit a second closes an endpoint; each further one doubles it.
const BURST_WAIT_FIRST: SignedDuration = SignedDuration::from_secs(2);
/// The longest that a 429 without a believable reset closes an endpoint.
const BLIND_WAIT_MAX: SignedDuration = WINDOW;
/// The part of a window that is kept for people's commands: one in so many.
const COMMANDS_SHARE: u32 = 5;
/// The longest that a person's command waits for its turn.
pub const COMMAND_WAIT_MAX: SignedDuration = SignedDuration::from_secs(2);

/// Who waits for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Urgency {
    /// Nobody: it is paced.
    Background,
    /// A person: it goes as long as anything remains.
    Command,
}

/// What an answer's `x-rate-limit-*` headers say; each may be missing or nonsense.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateHeaders {
    /// Requests a window.
    pub limit: Option<u32>,
    /// Requests left in this window.
    pub remaining: Option<u32>,
    /// When the window ends.
    pub resets_at: Option<Timestamp>,
}

/// When the window ends: as X told, or as guessed from the first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reset {
    at: Timestamp,
    told: bool,
}

/// One endpoint's window.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    spacing: SignedDuration,
    paced: bool,
    limit: u32,
    remaining: u32,
    reset: Option<Reset>,
    in_flight: u32,
    by_commands: u32,
    last_background: Option<Timestamp>,
    last_sent: Option<Timestamp>,
    closed_until: Option<Timestamp>,
    blind_waits: u32,
}

impl Window {
    /// A full window of `endpoint` by X's documents.
    #[must_use]
    pub const fn new(endpoint: Endpoint) -> Self {
        Self {
            spacing: endpoint.spacing(),
            paced: endpoint.is_paced(),
            limit: endpoint.documented_limit(),
            remaining: endpoint.documented_limit(),
            reset: None,
            in_flight: 0,
            by_commands: 0,
            last_background: None,
            last_sent: None,
            closed_until: None,
            blind_waits: 0,
        }
    }

    /// Counts on a request that somebody else sent at `now`.
    pub const fn opened(&mut self, now: Timestamp) {
        self.last_sent = Some(now);
    }

    /// When the background may send its next request: `now` if at once.
    #[must_use]
    pub fn next_background_at(&self, now: Timestamp) -> Timestamp {
        let mut window = *self;
        // What was sent at an hour that is still to come is left to [`Window::reserve`].
        window.last_sent = window.last_sent.filter(|sent| !is_to_come(*sent, now));
        window.roll(now);
        now.max(window.paced_at(now))
            .max(window.spaced_at().unwrap_or(now))
            .max(window.closed_until.unwrap_or(now))
    }

    /// The time between two of the background's requests, by X's limit and not by what is left of it.
    #[must_use]
    pub fn pace(&self) -> SignedDuration {
        divided(WINDOW, self.limit - self.limit / COMMANDS_SHARE).max(self.spacing)
    }

    /// Takes one request out of the window. Answers when to send it, or `Err` with the time before which
    /// there is none. The background's goes now or not at all; a command's waits at most
    /// [`COMMAND_WAIT_MAX`]. Each request taken must be given back by [`Window::settle`].
    pub fn reserve(&mut self, urgency: Urgency, now: Timestamp) -> Result<Timestamp, Timestamp> {
        self.roll(now);
        let go_at = match urgency {
            Urgency::Background => match self.next_background_at(now) {
                at if at > now => return Err(at),
                at => at,
            },
            Urgency::Command => self.spaced_at().unwrap_or(now).max(now),
        };
        match self.closed_until {
            Some(until) if until > now => return Err(until),
            _ if self.remaining == 0 => return Err(self.refilled_at(now)),
            _ if go_at > after(now, COMMAND_WAIT_MAX) => return Err(go_at),
            _ => {}
        }
        self.remaining -= 1;
        self.in_flight += 1;
        self.last_sent = Some(go_at);
        self.reset.get_or_insert(Reset { at: after(now, WINDOW), told: false });
        match urgency {
            Urgency::Background => self.last_background = Some(now),
            Urgency::Command => self.by_commands += 1,
        }
        Ok(go_at)
    }

    /// A request that was taken is over at `now`, however it went. It may have come in just before: where X counts by
    /// the second, the next one's second begins now.
    pub fn settle(&mut self, now: Timestamp) {
        if !self.spacing.is_zero() {
            self.last_sent = Some(self.last_sent.map_or(now, |sent| sent.max(now)));
        }
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Learns from the headers of an answer that wasn't 429, after [`Window::settle`].
    pub fn observe(&mut self, headers: RateHeaders, now: Timestamp) {
        self.blind_waits = 0;
        self.roll(now);
        self.correct(headers, now);
    }

    /// X answered 429: closes the endpoint until the reset where that is believable, else for a minute,
    /// doubling up to a window's length. Where the headers say that the window has requests left, it was the
    /// limit a second that refused, and waiting for the window would lose minutes. Answers until when.
    pub fn limited(&mut self, headers: RateHeaders, now: Timestamp) -> Timestamp {
        self.roll(now);
        let burst = !self.spacing.is_zero() && headers.remaining.is_some_and(|left| left > 0);
        let until = match trusted(headers.resets_at, now) {
            Some(reset) if !burst => {
                self.blind_waits = 0;
                let known = self.reset.filter(|known| known.told);
                // A reset within a second is that of the limit a second, and tells nothing of the window.
                if reset > after(now, SAME_RESET) && known.is_none_or(|known| reset >= known.at) {
                    self.reset = Some(Reset { at: reset, told: true });
                    self.remaining = 0;
                }
                after(reset, RESET_MARGIN)
            }
            _ => {
                let first = if burst { BURST_WAIT_FIRST } else { BLIND_WAIT_FIRST };
                let doubled = first.saturating_mul(1 << self.blind_waits.min(8));
                self.blind_waits = self.blind_waits.saturating_add(1);
                after(now, doubled.min(BLIND_WAIT_MAX))
            }
        };
        // Answers overtake each other: a later end that is already known stays.
        let until = self.closed_until.map_or(until, |known| known.max(until));
        self.closed_until = Some(until);
        until
    }

    /// Requests left before the window ends, by what is known at `now`.
    #[must_use]
    pub fn remaining(&self, now: Timestamp) -> u32 {
        let mut window = *self;
        window.roll(now);
        window.remaining
    }

    /// Starts a new window when this one is over. What is in flight may count in either: it counts in both. What is
    /// further ahead than it can be was written before the clock was put back, and is forgotten.
    fn roll(&mut self, now: Timestamp) {
        let farthest = after(now, WINDOW + RESET_SLACK + RESET_MARGIN);
        let over = |reset: Reset| reset.at > farthest || after(reset.at, RESET_MARGIN) <= now;
        self.closed_until = self.closed_until.filter(|until| *until <= farthest);
        if self.reset.is_some_and(over) {
            self.remaining = self.limit.saturating_sub(self.in_flight);
            self.by_commands = 0;
            self.reset = None;
        }
        // X's limit a second doesn't care what anybody's clock shows: such a request was sent lately.
        self.last_sent = self.last_sent.map(|sent| if is_to_come(sent, now) { now } else { sent });
        self.last_background = self.last_background.filter(|sent| !is_to_come(*sent, now));
        if self.closed_until.is_some_and(|until| until <= now) {
            self.closed_until = None;
        }
    }

    fn correct(&mut self, headers: RateHeaders, now: Timestamp) {
        if headers.resets_at.is_some() && trusted(headers.resets_at, now).is_none() {
            // Perhaps an answer to the window before, which says nothing about this one.
            return;
        }
        if let Some(limit) = headers.limit.filter(|limit| *limit > 0) {
            self.limit = limit;
        }
        let told = headers.remaining.unwrap_or(self.remaining);
        match (headers.resets_at, self.reset) {
            (Some(at), known)
                if known.is_none_or(|known| !known.told || at > after(known.at, SAME_RESET)) =>
            {
                if known.is_some_and(|known| known.told && at > after(known.at, WINDOW / 2)) {
                    self.by_commands = 0;
                }
                self.reset = Some(Reset { at, told: true });
                self.remaining = told.saturating_sub(self.in_flight);
            }
            // Requests in flight are counted here and not yet there: the lower number is the safe one.
            _ => self.remaining = self.remaining.min(told),
        }
        self.remaining = self.remaining.min(self.limit);
    }

    /// When the even pace has the background's next request, spacing and closing aside.
    fn paced_at(&self, now: Timestamp) -> Timestamp {
        let share = self.limit / COMMANDS_SHARE;
        let kept = share.saturating_sub(self.by_commands);
        let left = self.remaining.saturating_sub(kept);
        let planned = divided(WINDOW, self.limit - share);
        let last = self.last_background.filter(|_| self.paced);
        if left == 0 {
            // The pace goes on in the next window.
            return last.map_or(now, |last| after(last, planned)).max(self.refilled_at(now));
        }
        let Some(last) = last else { return now };
        let affordable = self.reset.map_or(SignedDuration::ZERO, |reset| {
            divided(reset.at.duration_since(last), left.saturating_add(1))
        });
        after(last, planned.max(affordable))
    }

    fn spaced_at(&self) -> Option<Timestamp> {
        self.last_sent.map(|last| after(last, self.spacing))
    }

    fn refilled_at(&self, now: Timestamp) -> Timestamp {
        let over = self.reset.map(|reset| after(reset.at, RESET_MARGIN));
        // Without a window everything left is in flight; its answers will tell.
        over.filter(|over| *over > now).unwrap_or_else(|| after(now, RESET_MARGIN))
    }
}

/// Whether a request was sent further ahead than one is ever put off: the clock was put back since.
fn is_to_come(sent: Timestamp, now: Timestamp) -> bool {
    sent > after(now, COMMAND_WAIT_MAX)
}

/// `at` moved by `by`, to the millisecond, held to what a timestamp can show.
pub(super) fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    from_millis(at.as_millisecond().saturating_add(by))
}

/// The reset, where it is ahead and not further than a window can be.
fn trusted(reset: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    reset.filter(|at| *at > now && *at <= after(now, WINDOW + RESET_SLACK))
}

/// `whole` in `parts`, rounded up to the millisecond.
fn divided(whole: SignedDuration, parts: u32) -> SignedDuration {
    let whole = i64::try_from(whole.as_millis()).unwrap_or(i64::MAX).max(0);
    let parts = i64::from(parts.max(1));
    SignedDuration::from_millis(whole / parts + i64::from(whole % parts != 0))
}
