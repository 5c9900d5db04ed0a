//! The heartbeat: how another process sees that this one is alive.
//!
//! The database's lock and its heartbeat tell both: that a process holds the lock says that it exists, and the
//! heartbeat, renewed while the [`Pulse`] goes on, that it works. No port is opened for it. With SQLite they are a file
//! beside the database; with PostgreSQL they are the server's, so that it can be asked from anywhere.

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use jiff::SignedDuration;
use tracing::{error, warn};

use crate::clock::{Clock, SharedClock, SystemClock};
use crate::complaint::Complaint;
use crate::config::DatabaseUrl;
use crate::pulse::Pulse;
use crate::store::{self, Holder, ProcessLock};

/// How often the heart beats.
const BEAT: Duration = Duration::from_secs(5);
/// A heartbeat older than this is none; as is one from as far in the future, which a clock set back leaves behind.
const LOST_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Beats as long as all loops turn.
pub async fn run(lock: &ProcessLock, pulse: &Pulse, clock: &SharedClock) -> Infallible {
    let mut beat = tokio::time::interval(BEAT);
    let (mut told, unwritten) = (false, Complaint::default());
    loop {
        beat.tick().await;
        let stopped = pulse.stopped();
        if stopped.is_empty() {
            told = false;
            let beaten = lock.beat(clock.now()).await;
            let is_new = unwritten.is_new(&beaten);
            if let Err(error) = beaten
                && is_new
            {
                warn!(%error, "the heartbeat can't be written");
            }
        } else if !told {
            told = true;
            error!("the heart stands still: {} turns no more", stopped.join(", "));
        }
    }
}

/// What is known of the process that should be running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It runs, and its heart beat this long ago.
    Alive(SignedDuration),
    /// It runs, and its heart hasn't beaten for this long.
    Hung(SignedDuration),
    /// Nothing runs.
    Dead,
}

/// Judges what the lock shows.
#[must_use]
pub fn judge(holder: Holder, now: jiff::Timestamp) -> Life {
    match holder {
        Holder::Nobody => Life::Dead,
        Holder::Process { beat_at } => {
            let age = now.duration_since(beat_at);
            if age.abs() > LOST_AFTER { Life::Hung(age) } else { Life::Alive(age) }
        }
    }
}

/// Says whether a bot lives on this database. Exit codes: 0 it does, 1 it doesn't or can't be asked.
#[must_use]
#[expect(clippy::print_stdout, reason = "this command's purpose is to print")]
pub async fn check(database: &DatabaseUrl) -> ExitCode {
    let life = match store::holder(database.as_str()).await {
        Ok(holder) => judge(holder, SystemClock.now()),
        Err(error) => {
            println!("Not known: {error}. Check DATABASE_URL, which must name the running bot's database.");
            return ExitCode::FAILURE;
        }
    };
    match life {
        Life::Alive(_) => {
            println!("Alive.");
            ExitCode::SUCCESS
        }
        Life::Hung(age) => {
            println!("Hung: a process holds the database, and its heart last beat {} s ago.", age.as_secs());
            ExitCode::FAILURE
        }
        Life::Dead => {
            println!("Dead: no process holds the database. Start it with `spacebell run`.");
            ExitCode::FAILURE
        }
    }
}
