//! What the end of an errand means for its notice. Pure; chance comes in as an argument.

use std::time::Duration;

use super::courier::Outcome;
use crate::domain::follow::PauseReason;
use crate::domain::ids::MessageId;
use crate::domain::notice::{Decision, Work};

/// The first pause after an errand that ended nobody knows how; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// The pauses after "forbidden" or "gone", which people or caches may mend. After the last one it is believed.
const PAUSES_WHEN_REFUSED: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_mins(1), Duration::from_mins(10)];
/// The first pause after a message couldn't be emptied; it doubles up to [`EMPTYING_PAUSE_MAX`]. What can't be emptied
/// for days is given up by whoever erases what is old.
const EMPTYING_PAUSE: Duration = Duration::from_mins(5);
/// See [`EMPTYING_PAUSE`].
const EMPTYING_PAUSE_MAX: Duration = Duration::from_hours(6);
/// Jitter spreads each pause by up to this part of it, one way or the other.
const JITTER: f64 = 0.2;

/// What happens to a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It is done, and this is the message.
    Done(MessageId),
    /// It is tried again after this.
    Retry {
        /// The pause.
        after: Duration,
        /// Whether it may have been done.
        maybe_done: bool,
        /// Whether it counts as a try.
        counts: bool,
    },
    /// It is given up, and this is why.
    Drop(Decision),
    /// Its message is gone, and stays gone.
    Removed,
}

/// What comes after `outcome`, the notice having been tried `attempts` times before. `chance` is uniform
/// between 0 and 1.
#[must_use]
pub fn next(outcome: &Outcome, attempts: u32, chance: f64) -> Next {
    match outcome {
        Outcome::Sent(message) => Next::Done(*message),
        Outcome::Later(after) | Outcome::OldMessage(after) => {
            Next::Retry { after: *after, maybe_done: false, counts: false }
        }
        Outcome::Uncertain => {
            Next::Retry { after: spread(doubled(attempts), chance), maybe_done: true, counts: true }
        }
        // A retry that finds its first message removed gets this too: it was sent, and somebody removed it.
        Outcome::MessageGone => Next::Removed,
        Outcome::ChannelGone => refused(attempts, chance, Decision::TargetGone),
        Outcome::Forbidden | Outcome::Locked => refused(attempts, chance, Decision::Forbidden),
        Outcome::Rejected => Next::Drop(Decision::Rejected),
        Outcome::Malformed => Next::Drop(Decision::Malformed),
    }
}

/// What comes after `outcome` of a notice with this work: as [`next`], but X's content isn't left in a message because
/// its channel refuses for now.
#[must_use]
pub fn next_of(work: Work, outcome: &Outcome, attempts: u32, chance: f64) -> Next {
    match (next(outcome, attempts, chance), outcome) {
        // With its channel goes the message.
        (Next::Drop(_), Outcome::ChannelGone) if work == Work::Empty => Next::Removed,
        (_, Outcome::Forbidden | Outcome::Locked | Outcome::Rejected) if work == Work::Empty => {
            let after = spread(emptying_pause(attempts), chance);
            Next::Retry { after, maybe_done: false, counts: true }
        }
        (next, _) => next,
    }
}

/// The pause before a message is tried to be emptied again.
#[must_use]
pub fn emptying_pause(attempts: u32) -> Duration {
    EMPTYING_PAUSE.saturating_mul(2_u32.saturating_pow(attempts.min(16))).min(EMPTYING_PAUSE_MAX)
}

/// For what a channel's follows rest once this outcome is believed.
#[must_use]
pub const fn pause(outcome: &Outcome) -> Option<PauseReason> {
    match outcome {
        Outcome::ChannelGone => Some(PauseReason::ChannelGone),
        Outcome::Forbidden => Some(PauseReason::Forbidden),
        Outcome::Locked => Some(PauseReason::Locked),
        _ => None,
    }
}

fn refused(attempts: u32, chance: f64, verdict: Decision) -> Next {
    let pause = usize::try_from(attempts).ok().and_then(|nth| PAUSES_WHEN_REFUSED.get(nth));
    match pause {
        Some(pause) => Next::Retry { after: spread(*pause, chance), maybe_done: false, counts: true },
        None => Next::Drop(verdict),
    }
}

/// The pause before try number `attempts + 1`, before it is spread.
fn doubled(attempts: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempts.min(16))).min(LONGEST_PAUSE)
}

fn spread(pause: Duration, chance: f64) -> Duration {
    pause.mul_f64(1.0 + JITTER * (2.0 * chance.clamp(0.0, 1.0) - 1.0))
}
