//! Whether a request may go to X now: windows, back-off after failures, and X's credits, together.
//!
//! Pure: time and chance are arguments. The client asks [`Gate::reserve`] before each request and tells
//! [`Gate::settle`] how it went.

use jiff::{SignedDuration, Timestamp};

use super::limits::{Endpoint, RateHeaders, Urgency, Window, after};

/// How often X is asked whether there are credits again.
pub const CREDIT_PROBE_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// The longest back-off after a first failure; each further one doubles it.
const BACKOFF_FIRST: SignedDuration = SignedDuration::from_secs(2);
/// The longest back-off there is: X being down for long shouldn't cost minutes when it comes back.
const BACKOFF_MAX: SignedDuration = SignedDuration::from_secs(120);
/// A failure longer ago says nothing of now.
const FAILURE_COUNTS_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Failures after which a back-off doubles no more.
const BACKOFF_DOUBLINGS: u32 = 6;

/// Whether the app's account with X has credits, as X last said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Credits {
    /// Nothing else is known.
    #[default]
    Available,
    /// X says that they are spent. Nothing is asked meanwhile but a probe each [`CREDIT_PROBE_EVERY`].
    Spent {
        /// When X said so first.
        since: Timestamp,
        /// When it is asked again.
        probe_at: Timestamp,
    },
}

/// Why a request may not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not before this time.
    RateLimited(Timestamp),
    /// There are no credits; X is asked again at this time.
    CreditsSpent(Timestamp),
}

/// How a request went, as far as the next ones depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// X answered: with what was asked, or that it isn't there, or that the question was wrong.
    Answered(RateHeaders),
    /// 429.
    Limited(RateHeaders),
    /// X says that the credits are spent.
    CreditsSpent(RateHeaders),
    /// No usable answer, or one that won't change soon, such as 401.
    Failed(RateHeaders),
    /// Nobody waited for the answer.
    Abandoned,
}

/// How one endpoint has been answering.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it last answered.
    pub answered_at: Option<Timestamp>,
    /// When it last answered again after failures.
    pub recovered_at: Option<Timestamp>,
    /// When its failures began, none of which an answer has followed yet.
    pub fails_since: Option<Timestamp>,
    /// The latest of these.
    pub failed_at: Option<Timestamp>,
}

impl Standing {
    /// Since when it fails, if it does at `now`: what goes on failing is tried again before this says nothing of it.
    #[must_use]
    pub fn fails(&self, now: Timestamp) -> Option<Timestamp> {
        let counts = self.failed_at.is_some_and(|at| now.duration_since(at) <= FAILURE_COUNTS_FOR);
        self.fails_since.filter(|_| counts)
    }

    fn answered(&mut self, now: Timestamp) {
        self.answered_at = Some(now);
        if self.fails_since.take().is_some() {
            self.recovered_at = Some(now);
        }
    }

    fn failed(&mut self, now: Timestamp) {
        self.fails_since.get_or_insert(now);
        self.failed_at = Some(now);
    }
}

/// Failures in a row of one endpoint.
#[derive(Debug, Clone, Copy)]
struct Backoff {
    failures: u32,
    retry_at: Option<Timestamp>,
}

/// All endpoints' windows and the account's credits.
#[derive(Debug)]
pub struct Gate {
    endpoints: [(Window, Backoff); Endpoint::ALL.len()],
    standings: [Standing; Endpoint::ALL.len()],
    credits: Credits,
}

impl Default for Gate {
    fn default() -> Self {
        let none = Backoff { failures: 0, retry_at: None };
        Self {
            endpoints: Endpoint::ALL.map(|endpoint| (Window::new(endpoint), none)),
            standings: [Standing::default(); Endpoint::ALL.len()],
            credits: Credits::Available,
        }
    }
}

impl Gate {
    /// A gate that opens at `now`: a process that ended just before may have asked until then.
    #[must_use]
    pub fn opened(now: Timestamp) -> Self {
        let mut gate = Self::default();
        for (window, _) in &mut gate.endpoints {
            window.opened(now);
        }
        gate
    }

    /// When a background request to `endpoint` may go: `now` if at once.
    #[must_use]
    pub fn next_background_at(&self, endpoint: Endpoint, now: Timestamp) -> Timestamp {
        let (window, backoff) = &self.endpoints[endpoint as usize];
        let retry_at = backoff.retry_at.filter(|at| is_within(BACKOFF_MAX, *at, now));
        let at = window.next_background_at(now).max(retry_at.unwrap_or(now));
        self.probe_at(now).map_or(at, |probe_at| at.max(probe_at))
    }

    /// The time between two background requests to `endpoint`, by X's limit and not by what is left of it.
    #[must_use]
    pub fn pace(&self, endpoint: Endpoint) -> SignedDuration {
        self.endpoints[endpoint as usize].0.pace()
    }

    /// When X may be asked again whether there are credits, where it said that there are none.
    fn probe_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.credits {
            Credits::Spent { probe_at, .. } if is_within(CREDIT_PROBE_EVERY, probe_at, now) => Some(probe_at),
            Credits::Spent { .. } | Credits::Available => None,
        }
    }

    /// Takes a request to `endpoint`; answers when to send it. A back-off holds the background alone.
    pub fn reserve(
        &mut self,
        endpoint: Endpoint,
        urgency: Urgency,
        now: Timestamp,
    ) -> Result<Timestamp, Refusal> {
        if let Some(probe_at) = self.probe_at(now).filter(|probe_at| *probe_at > now) {
            return Err(Refusal::CreditsSpent(probe_at));
        }
        let paced_at = self.next_background_at(endpoint, now);
        if urgency == Urgency::Background && paced_at > now {
            return Err(Refusal::RateLimited(paced_at));
        }
        let (window, _) = &mut self.endpoints[endpoint as usize];
        let go_at = window.reserve(urgency, now).map_err(Refusal::RateLimited)?;
        if let Credits::Spent { probe_at, .. } = &mut self.credits {
            *probe_at = after(now, CREDIT_PROBE_EVERY);
        }
        Ok(go_at)
    }

    /// Learns how a request went that was sent at `asked_at`. `chance` in 0.0 to 1.0 spreads back-offs.
    /// Answers the time before which X wants no more, where the outcome has one.
    pub fn settle(
        &mut self,
        endpoint: Endpoint,
        asked_at: Timestamp,
        outcome: Outcome,
        now: Timestamp,
        chance: f64,
    ) -> Option<Timestamp> {
        let (window, backoff) = &mut self.endpoints[endpoint as usize];
        let standing = &mut self.standings[endpoint as usize];
        window.settle(now);
        match outcome {
            Outcome::Answered(headers) => {
                window.observe(headers, now);
                standing.answered(now);
                *backoff = Backoff { failures: 0, retry_at: None };
                // An answer to a question from before X said so doesn't prove that there are credits again.
                if matches!(self.credits, Credits::Spent { since, .. } if asked_at > since) {
                    self.credits = Credits::Available;
                }
                None
            }
            Outcome::Limited(headers) => Some(window.limited(headers, now)),
            Outcome::CreditsSpent(headers) => {
                window.observe(headers, now);
                let probe_at = after(now, CREDIT_PROBE_EVERY);
                let since = match self.credits {
                    Credits::Spent { since, .. } => since,
                    Credits::Available => now,
                };
                self.credits = Credits::Spent { since, probe_at };
                Some(probe_at)
            }
            Outcome::Failed(headers) => {
                window.observe(headers, now);
                standing.failed(now);
                let longest = BACKOFF_FIRST.saturating_mul(1 << backoff.failures.min(BACKOFF_DOUBLINGS));
                let wait = longest.min(BACKOFF_MAX).mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
                backoff.failures = backoff.failures.saturating_add(1);
                backoff.retry_at = Some(after(now, wait));
                backoff.retry_at
            }
            Outcome::Abandoned => None,
        }
    }

    /// Whether there are credits, as X last said.
    #[must_use]
    pub const fn credits(&self) -> Credits {
        self.credits
    }

    /// How `endpoint` has been answering.
    #[must_use]
    pub const fn standing(&self, endpoint: Endpoint) -> Standing {
        self.standings[endpoint as usize]
    }

    /// Requests left in `endpoint`'s window.
    #[must_use]
    pub fn remaining(&self, endpoint: Endpoint, now: Timestamp) -> u32 {
        self.endpoints[endpoint as usize].0.remaining(now)
    }
}

/// Whether `at` is no further ahead than a pause of this length can lead: else it was written before the clock was put
/// back.
fn is_within(longest: SignedDuration, at: Timestamp, now: Timestamp) -> bool {
    at <= after(now, longest)
}
