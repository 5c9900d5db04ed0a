//! A host who drops and reopens: which Space goes on in another one's messages. Pure.
//!
//! To those who listen it is one event, though X gives it a new id; so they are rung once for it, and the message
//! that they have leads on. What is in doubt counts as a new event: a ping too many is a smaller harm than one that
//! is missing.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::known::{Known, Phase};

/// A host who is back within this goes on in the same messages.
pub const MERGE_WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// A Space that its host dropped, to go on in another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped<'a> {
    /// The Space.
    pub known: &'a Known,
    /// How long its host was away, at most.
    pub away: SignedDuration,
}

/// The Space, among `others`, that the host of `begun` dropped last before. How long they may have been away is the
/// asker's to judge.
///
/// A Space that was scheduled isn't what one reopens: people wait for it, and are rung. A host has one Space at a time,
/// so one that still seems to be live is over, or about to be found so.
#[must_use]
pub fn dropped<'a>(begun: &Known, others: impl IntoIterator<Item = &'a Known>) -> Option<Dropped<'a>> {
    let host = begun.space.creator?;
    let since = begun.live_since?;
    if begun.phase != Phase::Live || begun.space.scheduled_start.is_some() {
        return None;
    }
    others
        .into_iter()
        .filter(|other| other.space.creator == Some(host) && other.space.id != begun.space.id)
        .filter(|other| other.continued_by.is_none() && other.live_since.is_some_and(|start| start <= since))
        .filter_map(|other| {
            let away = since.duration_since(surely_live_at(other)?).max(SignedDuration::ZERO);
            Some(Dropped { known: other, away })
        })
        .min_by_key(|dropped| {
            let latest_first = dropped.known.live_since.map(Reverse);
            (dropped.away, latest_first, dropped.known.space.id)
        })
}

/// The last moment of which it is known that a Space still went on.
fn surely_live_at(known: &Known) -> Option<Timestamp> {
    match known.phase {
        Phase::Live => Some(known.seen_at),
        // X's own word for its end, or else the last look that found it live.
        Phase::Ended if known.space.ended_at.is_some() && known.space.ended_at == known.over_at => {
            known.over_at
        }
        Phase::Ended => known.last_up_at.or(known.over_at),
        Phase::Scheduled | Phase::NoShow | Phase::Cancelled => None,
    }
}
