//! The eraser: carries out what operators ask of the running program, and lets what commands remember of X go in time.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::commands::App;
use crate::store::StoreError;

/// How often it is looked whether something is asked for.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Erases what operators ask for.
#[derive(Debug)]
pub struct Eraser {
    /// Of whose store and memory.
    pub app: Arc<App>,
}

impl Eraser {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        while stop.run_until_cancelled(look.tick()).await.is_some() {
            let done = self.tick().await;
            if let (false, Err(error)) = (failing, &done) {
                error!(
                    error = error as &dyn std::error::Error,
                    "erasures can't be carried out; trying again"
                );
            }
            failing = done.is_err();
        }
    }

    /// Carries out what is asked for.
    pub async fn tick(&self) -> Result<(), StoreError> {
        let app = &self.app;
        app.forget_answers();
        for (number, whose) in app.store.requested_erasures().await? {
            let erased = app.erase(&whose).await?;
            app.store.finish_erasure(number, &erased, app.clock.now()).await?;
            info!(?erased, "erased what an operator asked for");
        }
        Ok(())
    }
}
