//! Complaints: a failure that goes on is told when it begins, and not at each try.
//!
//! Owns whether one was told; the words are its owner's, and when it is over is said by what comes to work.

use std::sync::atomic::{AtomicBool, Ordering};

/// One sort of failure.
#[derive(Debug, Default)]
pub struct Complaint(AtomicBool);

impl Complaint {
    /// Takes in how something went; whether its failure is to be told now.
    pub fn is_new<T, E>(&self, done: &Result<T, E>) -> bool {
        let failed_before = self.0.swap(done.is_err(), Ordering::Relaxed);
        done.is_err() && !failed_before
    }
}
