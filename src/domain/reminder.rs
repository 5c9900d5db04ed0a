//! Reminders: when one goes out, and what it says by then. Pure.
//!
//! A reminder rings at a time before the planned start, or when the Space begins, whichever is first. What its message
//! says is decided when it is sent or edited, from what is known then.

use jiff::{SignedDuration, Timestamp};

use super::known::{Known, Phase};
use super::notice::EMPTIED_AFTER;

/// Reminders that a person may have open at once.
pub const OPEN_AT_MOST: usize = 25;
/// The longest time before a start, in minutes.
pub const BEFORE_MAX: u16 = 1_440;

/// When a reminder goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// At this time, if it doesn't begin before; `None` where it goes out when the Space begins and not earlier.
    pub at: Option<Timestamp>,
    /// How long before the start, in minutes: what was asked for, or 0 where that is past already.
    pub before: u16,
}

/// The plan for a Space that is to begin at `start`, if X says so, asked for `before` minutes ahead of it.
#[must_use]
pub fn plan(start: Option<Timestamp>, before: u16, now: Timestamp) -> Plan {
    let Some(start) = start else { return Plan { at: None, before } };
    let at = start.saturating_sub(SignedDuration::from_mins(before.into())).unwrap_or(start);
    if at > now {
        Plan { at: Some(at), before }
    } else if start > now {
        Plan { at: Some(start), before: 0 }
    } else {
        Plan { at: None, before: 0 }
    }
}

/// What a reminder's message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It is to begin.
    Soon,
    /// It should have begun.
    Overdue,
    /// It is live.
    Live,
    /// It hasn't begun long after its planned start.
    NoShow,
    /// It was cancelled.
    Cancelled,
    /// It is over.
    Ended,
    /// It was over before anybody could be reminded.
    Missed,
    /// That there was one, and nothing of X.
    Emptied,
}

/// What is to be said of a Space in a reminder whose message `is_there` already; `None` where nothing is.
#[must_use]
pub fn form(known: Option<&Known>, is_there: bool, now: Timestamp) -> Option<Form> {
    let Some(known) = known.filter(|known| !is_emptied(known, now)) else {
        return is_there.then_some(Form::Emptied);
    };
    Some(match known.phase {
        Phase::Scheduled if known.space.scheduled_start.is_some_and(|start| start <= now) => Form::Overdue,
        Phase::Scheduled => Form::Soon,
        Phase::Live => Form::Live,
        // Whoever wasn't reminded by then needn't be told what didn't happen.
        Phase::NoShow => return is_there.then_some(Form::NoShow),
        Phase::Cancelled => Form::Cancelled,
        Phase::Ended if is_there => Form::Ended,
        Phase::Ended => Form::Missed,
    })
}

/// When the message has to be seen to next, if nothing happens before; `None` for never.
#[must_use]
pub fn next_look(known: &Known) -> Option<Timestamp> {
    let gone_since = known.gone_since().filter(|_| known.phase.is_over())?;
    Some(gone_since.saturating_add(EMPTIED_AFTER).unwrap_or(gone_since))
}

/// The nonce of a reminder's message: the same at each try, and unlike any of a notice's.
///
/// At most 25 characters, as Discord allows: 8 of salt, an `r`, and a number of up to 16 in hexadecimal.
#[must_use]
pub fn nonce(salt: u32, reminder: i64) -> String {
    format!("{salt:08x}r{reminder:x}")
}

/// Whether nothing of X may be shown of it any more.
fn is_emptied(known: &Known, now: Timestamp) -> bool {
    next_look(known).is_some_and(|at| at <= now)
}
