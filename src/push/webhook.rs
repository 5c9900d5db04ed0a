//! The webhook: X is made to know the bot's address, and kept believing in it.
//!
//! Owns that one address among the app's webhooks: others aren't touched. It is asked for every minute, since X tells nobody
//! that a webhook has failed its check. While it holds, events come in; else hosts are polled, and after it is mended each
//! is owed a look.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::difference::Route;
use crate::clock::{SharedClock, doubled};
use crate::complaint::Complaint;
use crate::health::{Health, PushPart};
use crate::watcher::coverage::Coverage;
use crate::x::activity::webhooks::Webhook;
use crate::x::{Client, Outage, XError};

/// Where X posts events, under `PUBLIC_URL`.
pub const PATH: [&str; 2] = ["x", "webhook"];
/// How often X is asked what it thinks of the webhook.
const CHECK_EVERY: Duration = Duration::from_mins(1);
/// The pause after a first failure; each further one doubles it.
const TROUBLE_FIRST: SignedDuration = SignedDuration::from_secs(2);
/// The longest pause after failures.
const TROUBLE_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Events that X posted weren't kept: they are owed.
#[derive(Debug, Error)]
#[error("what X posted wasn't kept")]
pub struct NotKept;

/// Takes what X posted, once it is proven to be X's.
#[async_trait]
pub trait Takes: Send + Sync + 'static {
    /// Takes a body. What it causes is kept when this returns.
    async fn take(&self, body: &[u8]) -> Result<(), NotKept>;
}

/// The bot's webhook at X.
pub struct Registration {
    x: Client,
    coverage: Arc<Coverage>,
    health: Arc<Health>,
    clock: SharedClock,
    url: String,
    /// Whether the address is answered: X asks it at once.
    is_answered: watch::Receiver<bool>,
    route: watch::Sender<Option<Route>>,
    failures: u32,
    complaint: Complaint,
    holds: bool,
}

impl Registration {
    /// One that has asked nothing yet, of the webhook at `url`; and the way that subscriptions have to name.
    #[must_use]
    pub fn new(
        x: Client,
        coverage: Arc<Coverage>,
        (health, clock): (Arc<Health>, SharedClock),
        url: String,
        is_answered: watch::Receiver<bool>,
    ) -> (Self, watch::Receiver<Option<Route>>) {
        let (route, seen) = watch::channel(None);
        let complaint = Complaint::default();
        (
            Self {
                x,
                coverage,
                health,
                clock,
                url,
                is_answered,
                route,
                failures: 0,
                complaint,
                holds: false,
            },
            seen,
        )
    }

    /// Works until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        let work = async {
            // Without anybody who answers X would only learn that nobody does.
            if self.is_answered.wait_for(|is_answered| *is_answered).await.is_err() {
                return;
            }
            loop {
                let wait = self.turn().await;
                tokio::time::sleep(wait).await;
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// One look, and what it calls for. Answers how long to wait.
    pub async fn turn(&mut self) -> Duration {
        let done = self.look().await;
        if self.complaint.is_new(&done)
            && let Err(error) = &done
        {
            self.complain(error);
        }
        let now = self.clock.now();
        match &done {
            Ok(()) => {
                self.health.saw_push_granted(PushPart::Channel, true, now);
            }
            Err(XError::Forbidden { .. }) => {
                self.health.saw_push_granted(PushPart::Channel, false, now);
            }
            Err(_) => {}
        }
        self.health.saw_push(self.holds, now);
        if done.is_ok() {
            self.failures = 0;
            return CHECK_EVERY;
        }
        let wait = doubled(TROUBLE_FIRST, self.failures, TROUBLE_MAX).unsigned_abs();
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// Has X know the webhook and believe in it. An answer that doesn't come changes nothing of what is thought of it.
    async fn look(&mut self) -> Result<(), XError> {
        let ours = match self.ours().await? {
            Some(ours) if ours.is_valid => Some(ours),
            Some(failed) => {
                self.is_cut(
                    "X no longer delivers to the webhook, which failed its check; it is checked again",
                );
                self.x.validate_webhook(failed.id).await?;
                self.ours().await?
            }
            None => {
                self.is_cut("X knows the webhook no more; it is registered again");
                self.x.register_webhook(&self.url).await?;
                self.ours().await?
            }
        };
        match ours {
            Some(ours) if ours.is_valid => {
                self.route.send_if_modified(|known| {
                    let route = Some(Route::Webhook(ours.id));
                    std::mem::replace(known, route) != route
                });
                if !std::mem::replace(&mut self.holds, true) {
                    info!("X delivers to the webhook {}", self.url);
                    // What happened before wasn't told.
                    self.coverage.delivers(false);
                }
                Ok(())
            }
            Some(_) | None => Err(Outage::Unreadable.into()),
        }
    }

    async fn ours(&self) -> Result<Option<Webhook>, XError> {
        let mut ours = self.x.webhooks().await?;
        ours.retain(|webhook| webhook.url == self.url);
        ours.sort_by_key(|webhook| !webhook.is_valid);
        Ok(ours.into_iter().next())
    }

    fn is_cut(&mut self, words: &str) {
        if std::mem::take(&mut self.holds) {
            warn!("{words}");
            self.coverage.is_cut();
        }
    }

    fn complain(&self, error: &XError) {
        let url = &self.url;
        let advice = match error {
            XError::Forbidden { .. } => "X doesn't grant this app webhooks. X_PUSH=stream needs none",
            XError::Refused { .. } => {
                "X refuses the webhook's address. It has to begin with https://, without a port, and be reached from \
                 outside: PUBLIC_URL names it, and X_CONSUMER_SECRET must be the app's"
            }
            XError::Unavailable { source: Outage::Unreadable } => {
                "X doesn't believe in the webhook. It has to be reached from outside at PUBLIC_URL, and X_CONSUMER_SECRET \
                 must be the app's"
            }
            _ => "X can't be asked about the webhook",
        };
        let error = error as &dyn std::error::Error;
        warn!(error, "{advice} ({url}). Hosts are polled meanwhile, which costs seconds; it is tried again");
    }
}
