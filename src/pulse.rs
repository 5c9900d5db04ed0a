//! The pulse: which of the program's loops still turn.
//!
//! Owns the count of turns and the judgement over it; who writes the judgement down is [`heartbeat`](crate::heartbeat).
//! A loop that waits for something turns all the same, since each of its waits has an end; one that may rightly wait
//! long says so by [`Part::through`]. A loop that ended or hangs stops the pulse, and with it the heartbeat.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a loop may take for one turn: longer than its longest sleep and its requests together.
pub const PATIENCE: Duration = Duration::from_mins(3);
/// How often a wait that may be long is counted as a turn.
const BEAT: Duration = Duration::from_secs(10);

/// All loops of the program. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Mutex<Vec<Part>>>);

/// One loop's own count. Cheap to clone; the default one counts for nobody.
#[derive(Debug, Clone)]
pub struct Part {
    name: &'static str,
    turned: Arc<Mutex<Instant>>,
}

impl Default for Part {
    fn default() -> Self {
        Self { name: "nobody's", turned: Arc::new(Mutex::new(Instant::now())) }
    }
}

impl Pulse {
    /// A loop that turns from now on.
    #[must_use]
    pub fn part(&self, name: &'static str) -> Part {
        let part = Part { name, ..Part::default() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(part.clone());
        part
    }

    /// The loops that have stopped to turn.
    #[must_use]
    pub fn stopped(&self) -> Vec<&'static str> {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.iter().filter(|part| part.last().elapsed() > PATIENCE).map(|part| part.name).collect()
    }
}

impl Part {
    /// Counts a turn.
    pub fn turn(&self) {
        *self.turned.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Awaits what may rightly take long: for as long as this is polled, the loop turns.
    pub async fn through<F: Future>(&self, long: F) -> F::Output {
        let mut long = std::pin::pin!(long);
        loop {
            self.turn();
            if let Ok(done) = tokio::time::timeout(BEAT, &mut long).await {
                self.turn();
                return done;
            }
        }
    }

    fn last(&self) -> Instant {
        *self.turned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
