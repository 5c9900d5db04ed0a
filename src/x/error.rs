//! Why X gave no answer, as decisions: each variant is something else to do.

use std::fmt;

use jiff::Timestamp;
use thiserror::Error;

use super::cost::Budget;
use super::gate::Refusal;

/// Why there is no answer. None of these says anything about a Space: a failed fetch proves nothing.
#[derive(Debug, Error)]
pub enum XError {
    /// Ask again at `until`: the limit, the background's pace or its back-off has no room before.
    #[error("no request to X before {until}")]
    RateLimited {
        /// When there is room again.
        until: Timestamp,
    },
    /// The operator has to buy credits; X is asked again at `probe_at`.
    #[error("X says that the credits are spent")]
    CreditsSpent {
        /// When X is asked again whether there are credits.
        probe_at: Timestamp,
    },
    /// The operator's own budget, or a share of it, is spent until the day is over.
    #[error("today's budget for X is spent")]
    BudgetSpent {
        /// Which share.
        which: Budget,
        /// When the next day begins, in UTC.
        until: Timestamp,
    },
    /// X refuses the token: the operator has to set a valid one.
    #[error("X refuses X_BEARER_TOKEN: set a new one from the developer portal and start again")]
    Unauthorized,
    /// The token is valid and doesn't suffice for this.
    #[error("X doesn't allow X_BEARER_TOKEN to ask this: check the app's access level ({detail})")]
    Forbidden {
        /// X's words, for the log alone.
        detail: Detail,
    },
    /// The question was wrong: our mistake or unusable input. Asking again changes nothing.
    #[error("X refused the question ({detail})")]
    Refused {
        /// X's words, for the log alone.
        detail: Detail,
    },
    /// X couldn't be asked or gave nothing usable. Worth another try.
    #[error("X is unavailable")]
    Unavailable {
        /// What happened.
        #[from]
        source: Outage,
    },
}

impl From<Refusal> for XError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::RateLimited(until) => Self::RateLimited { until },
            Refusal::CreditsSpent(probe_at) => Self::CreditsSpent { probe_at },
        }
    }
}

/// How X was unavailable.
#[derive(Debug, Error)]
pub enum Outage {
    /// No connection, a timeout, or one that ended too early.
    #[error("the connection to X failed")]
    Network(#[from] reqwest::Error),
    /// The connection stands, and nothing comes on it any more.
    #[error("X fell silent")]
    Silent,
    /// A status that speaks of X's own trouble, or of something between it and us.
    #[error("X answered with status {0}")]
    Status(u16),
    /// Something else than JSON, such as a proxy's HTML.
    #[error("X answered status {0} with something else than JSON")]
    NotJson(u16),
    /// JSON that ends too early or isn't well-formed.
    #[error("X answered with broken JSON")]
    Garbled(#[from] serde_json::Error),
    /// JSON in which the thing asked for can't be made out.
    #[error("X's answer lacks what was asked")]
    Unreadable,
    /// More than the client takes.
    #[error("X answered with more than {limit_bytes} bytes")]
    TooLarge {
        /// What it takes.
        limit_bytes: usize,
    },
}

/// What X said about a refusal, for the operator's log: outside text, shortened, on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct Detail(String);

impl Detail {
    /// The most characters kept.
    const MAX_CHARS: usize = 300;

    pub(super) fn new(text: &str) -> Self {
        let one_line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        Self(one_line.take(Self::MAX_CHARS).collect())
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
