//! What the lanes tell of X's failures: each kind once, until the endpoint answers again; a spent budget once a day.
//!
//! That the credits are spent is told by X's client, where each lane would say it anew.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tracing::{debug, info, warn};

use crate::x::{Endpoint, XError};

/// What was told.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// The end of the day whose spent budget was told, by who spends.
    spent: Mutex<HashMap<Endpoint, Timestamp>>,
    /// Of endpoints that give no answer, until they give one.
    failing: Mutex<HashMap<Endpoint, Vec<Discriminant<XError>>>>,
}

impl Faults {
    /// Tells of a failure, if it is news.
    pub(super) fn tell(&self, error: &XError, endpoint: Endpoint) {
        let word = endpoint.word();
        match error {
            XError::CreditsSpent { .. } => {}
            XError::BudgetSpent { until, .. } => {
                if lock(&self.spent).insert(endpoint, *until) != Some(*until) {
                    warn!(
                        endpoint = word,
                        "X_DAILY_BUDGET_USD is spent as far as {word} goes: it rests until {until}"
                    );
                }
            }
            error if !self.is_new(error, endpoint) => {
                debug!(endpoint = word, error = error as &dyn std::error::Error, "no answer again");
            }
            XError::RateLimited { until } => {
                info!(endpoint = word, "X has no room for {word} before {until}");
            }
            error => warn!(
                endpoint = word,
                error = error as &dyn std::error::Error,
                "X gave no answer to {word}; it is asked again"
            ),
        }
    }

    /// The endpoint gave an answer.
    pub(super) fn answered(&self, endpoint: Endpoint) {
        if lock(&self.failing).remove(&endpoint).is_some() {
            info!(endpoint = endpoint.word(), "X answers {} again", endpoint.word());
        }
    }

    /// Whether it is the first of its kind since the endpoint answered.
    fn is_new(&self, error: &XError, endpoint: Endpoint) -> bool {
        let kind = discriminant(error);
        let mut failing = lock(&self.failing);
        let told = failing.entry(endpoint).or_default();
        let is_new = !told.contains(&kind);
        if is_new {
            told.push(kind);
        }
        is_new
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
