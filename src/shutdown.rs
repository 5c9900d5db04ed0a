//! Stopping in order: who hears that it is time, and who is waited for.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

/// The longest that all tasks together are waited for: Docker kills ten seconds after it asked. The deliverer's own
/// patience is shorter than this.
const PATIENCE: Duration = Duration::from_secs(8);

/// The tasks of a process, and the word that ends them.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    /// Cancelled when it is time to stop.
    pub stop: CancellationToken,
    /// Every task of the process.
    pub tasks: TaskTracker,
}

impl Shutdown {
    /// Waits until the system asks to stop, by SIGTERM or SIGINT, or until something else did.
    pub async fn asked(&self) -> std::io::Result<()> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                _ = terminate.recv() => info!("asked to stop by SIGTERM"),
                result = tokio::signal::ctrl_c() => {
                    result?;
                    info!("asked to stop by SIGINT");
                }
                () = self.stop.cancelled() => {}
            }
        }
        #[cfg(not(unix))]
        tokio::select! {
            result = tokio::signal::ctrl_c() => result?,
            () = self.stop.cancelled() => {}
        }
        Ok(())
    }

    /// Ends all tasks, and waits for them.
    pub async fn finish(&self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(PATIENCE, self.tasks.wait()).await.is_err() {
            warn!(left = self.tasks.len(), "some tasks didn't end in time");
        }
    }
}
