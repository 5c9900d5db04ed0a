//! Which known Spaces to look up next, and when. Pure.
//!
//! A live Space is worth a look each minute, one about to begin every few seconds. Whatever a list has shown since then
//! needs none.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::BATCH;
use crate::domain::ids::SpaceId;
use crate::domain::known::{Known, Phase};

/// A live Space that no list showed is looked up this long after it was last seen.
const LIVE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// A Space about to begin is looked up this often.
const CLOSE_EVERY: SignedDuration = SignedDuration::from_secs(5);
/// "About to begin" begins this long before the planned start, …
const CLOSE_BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// … and ends this long after it.
const CLOSE_AFTER: SignedDuration = SignedDuration::from_mins(30);
/// A Space that is overdue for longer than that is looked up this often.
const OVERDUE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// A scheduled Space that no list showed is looked up this often: each day that it is looked at is billed.
const FAR_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// When a known Space is due to be looked up, if no list shows it before.
#[must_use]
pub fn look_up_at(known: &Known, now: Timestamp) -> Option<Timestamp> {
    // What is in the future was seen before the clock was put back, nobody knows how long ago.
    let seen_at = if known.seen_at > now { Timestamp::MIN } else { known.seen_at };
    let after = |pause: SignedDuration| seen_at.checked_add(pause).unwrap_or(Timestamp::MAX);
    match known.phase {
        Phase::Live => Some(after(LIVE_EVERY)),
        Phase::NoShow => Some(after(FAR_EVERY)),
        Phase::Ended | Phase::Cancelled => None,
        Phase::Scheduled => {
            let Some(start) = known.space.scheduled_start else { return Some(after(FAR_EVERY)) };
            let close = start.checked_sub(CLOSE_BEFORE).unwrap_or(Timestamp::MIN);
            if now < close {
                Some(after(FAR_EVERY).min(close))
            } else if now.duration_since(start) < CLOSE_AFTER {
                Some(after(CLOSE_EVERY))
            } else {
                Some(after(OVERDUE_EVERY))
            }
        }
    }
}

/// The next request for known Spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookUp {
    /// These, at most [`BATCH`], the most overdue first.
    Now {
        /// The Spaces.
        ids: Vec<SpaceId>,
        /// Whether all are of hosts that somebody follows; keywords found them otherwise.
        of_hosts: bool,
    },
    /// None before this.
    At(Option<Timestamp>),
}

/// What to look up next. A request is either for hosts' Spaces or for keywords', since they are paid apart;
/// `is_of_host` tells which. What `may_pay` says of a Space and whose it is that it can't be paid for now is left out,
/// since asking for it alone would hold up what can.
#[must_use]
pub fn next_look_up<'a>(
    known: impl IntoIterator<Item = &'a Known>,
    wanted: &HashSet<SpaceId>,
    is_of_host: impl Fn(&Known) -> bool,
    may_pay: impl Fn(SpaceId, bool) -> bool,
    now: Timestamp,
) -> LookUp {
    let mut due: Vec<(Timestamp, SpaceId, bool)> = Vec::new();
    let mut next: Option<Timestamp> = None;
    let mut known_ids = HashSet::new();
    for known in known {
        let id = known.space.id;
        known_ids.insert(id);
        let at = if wanted.contains(&id) { Some(Timestamp::MIN) } else { look_up_at(known, now) };
        match at {
            Some(at) if at <= now => {
                let of_host = is_of_host(known);
                due.extend(may_pay(id, of_host).then_some((at, id, of_host)));
            }
            Some(at) => next = Some(next.map_or(at, |next| next.min(at))),
            None => {}
        }
    }
    // What is wanted and unknown was pushed, and push is for hosts.
    let pushed = wanted.difference(&known_ids).filter(|id| may_pay(**id, true));
    due.extend(pushed.map(|id| (Timestamp::MIN, *id, true)));
    due.sort_unstable_by_key(|(at, id, of_host)| (*at, !of_host, *id));
    let Some((_, _, of_hosts)) = due.first().copied() else { return LookUp::At(next) };
    let same = due.into_iter().filter(|(_, _, of_host)| *of_host == of_hosts);
    LookUp::Now { ids: same.map(|(_, id, _)| id).take(BATCH).collect(), of_hosts }
}
