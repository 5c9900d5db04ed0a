//! Stopping in order: who hears that it is time, and who is waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

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
    broken: Arc<AtomicBool>,
}

impl Shutdown {
    /// Runs a task that the program can't do without: should it end before it is time, everything ends.
    pub fn spawn_vital(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let broken = Arc::clone(&self.broken);
        let working = self.tasks.spawn(work);
        self.tasks.spawn(async move {
            if working.await.is_err() || !stop.is_cancelled() {
                error!("{name} broke off: the program can't go on without it");
                broken.store(true, Ordering::SeqCst);
                stop.cancel();
            }
        });
    }

    /// Hears the system's wish to stop, SIGTERM or SIGINT, from now on.
    pub fn listen() -> std::io::Result<Self> {
        let shutdown = Self::default();
        let stop = shutdown.stop.clone();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            let mut interrupt = signal(SignalKind::interrupt())?;
            tokio::spawn(async move {
                tokio::select! {
                    _ = terminate.recv() => info!("asked to stop by SIGTERM"),
                    _ = interrupt.recv() => info!("asked to stop by SIGINT"),
                }
                stop.cancel();
            });
        }
        #[cfg(not(unix))]
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                info!("asked to stop");
                stop.cancel();
            }
        });
        Ok(shutdown)
    }

    /// Waits until it is time to stop.
    pub async fn asked(&self) {
        self.stop.cancelled().await;
    }

    /// Whether something broke off that the program can't do without.
    #[must_use]
    pub fn broke_off(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
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
