//! What is known in memory and not yet in the store: a queue that waits for whoever writes it down.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// Rows waiting to be stored, oldest first. Who drains them and can't store them puts them back.
#[derive(Debug)]
pub struct Unsaved<T> {
    rows: Mutex<Vec<T>>,
    wake: Notify,
    limit: usize,
}

impl<T> Unsaved<T> {
    /// An empty queue that drops its oldest rows rather than hold more than `limit`.
    pub(super) const fn new(limit: usize) -> Self {
        Self { rows: Mutex::new(Vec::new()), wake: Notify::const_new(), limit }
    }

    pub(super) fn extend(&self, new: impl IntoIterator<Item = T>) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.extend(new);
        self.shorten(&mut rows);
        if !rows.is_empty() {
            self.wake.notify_one();
        }
    }

    /// Takes all rows that wait.
    #[must_use]
    pub fn drain(&self) -> Vec<T> {
        std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts drained rows back in front, after the store refused them. Wakes nobody: the next try is the
    /// caller's to time.
    pub fn put_back(&self, mut rows: Vec<T>) {
        let mut waiting = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.append(&mut waiting);
        self.shorten(&mut rows);
        *waiting = rows;
    }

    /// Waits until rows were added since the last wait ended. One task at a time.
    pub async fn added(&self) {
        self.wake.notified().await;
    }

    fn shorten(&self, rows: &mut Vec<T>) {
        let surplus = rows.len().saturating_sub(self.limit);
        if surplus > 0 {
            rows.drain(..surplus);
            tracing::error!(
                dropped = surplus,
                "rows wait for the store in such numbers that the oldest are lost"
            );
        }
    }
}
