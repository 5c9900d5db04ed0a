//! What to ask X next. Pure: what is followed and known, and now, give the next request of each lane.
//!
//! A first planner: hosts in turn, the longest unvisited first; known Spaces when they are due; keywords in
//! turn. How fast a lane may go is the X client's to say, by X's headers.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::domain::ids::{SpaceId, UserId};
use crate::domain::known::{Known, Phase};

/// Hosts or Spaces in one request. Source: X's OpenAPI description.
pub const BATCH: usize = 100;
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
/// A keyword is searched for at most this often.
pub const KEYWORD_EVERY: SignedDuration = SignedDuration::from_mins(2);

/// Spaces that something asked to have looked up.
#[derive(Debug, Default)]
pub struct Wanted {
    ids: Mutex<HashSet<SpaceId>>,
    added: Notify,
}

impl Wanted {
    /// Asks for a lookup.
    pub fn add(&self, id: SpaceId) {
        if self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
            self.added.notify_one();
        }
    }

    /// Says that these were looked up.
    pub fn remove(&self, ids: &[SpaceId]) {
        let mut wanted = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            wanted.remove(id);
        }
    }

    /// All that wait.
    #[must_use]
    pub fn all(&self) -> HashSet<SpaceId> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until one is added.
    pub async fn added(&self) {
        self.added.notified().await;
    }
}

/// The hosts to visit next: at most [`BATCH`], the longest unvisited first.
#[must_use]
pub fn next_hosts(hosts: &[UserId], visited: &HashMap<UserId, Timestamp>) -> Vec<UserId> {
    let mut order: Vec<(Option<&Timestamp>, UserId)> =
        hosts.iter().map(|host| (visited.get(host), *host)).collect();
    if order.len() > BATCH {
        order.select_nth_unstable(BATCH - 1);
        order.truncate(BATCH);
    }
    let mut batch: Vec<UserId> = order.into_iter().map(|(_, host)| host).collect();
    batch.sort_unstable();
    batch
}

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
/// `is_of_host` tells which.
#[must_use]
pub fn next_look_up<'a>(
    known: impl IntoIterator<Item = &'a Known>,
    wanted: &HashSet<SpaceId>,
    is_of_host: impl Fn(&Known) -> bool,
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
            Some(at) if at <= now => due.push((at, id, is_of_host(known))),
            Some(at) => next = Some(next.map_or(at, |next| next.min(at))),
            None => {}
        }
    }
    // What is wanted and unknown was pushed, and push is for hosts.
    due.extend(wanted.difference(&known_ids).map(|id| (Timestamp::MIN, *id, true)));
    due.sort_unstable_by_key(|(at, id, of_host)| (*at, !of_host, *id));
    let Some((_, _, of_hosts)) = due.first().copied() else { return LookUp::At(next) };
    let same = due.into_iter().filter(|(_, _, of_host)| *of_host == of_hosts);
    LookUp::Now { ids: same.map(|(_, id, _)| id).take(BATCH).collect(), of_hosts }
}

/// The next request for a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// This one, folded.
    Now(String),
    /// None before this; never, if there is no keyword.
    At(Option<Timestamp>),
}

/// What to search for next: the keyword that waits longest, unless it was searched for within
/// [`KEYWORD_EVERY`]. Of keywords that wait alike, the one that more follow.
#[must_use]
pub fn next_search<'a>(
    keywords: impl IntoIterator<Item = (&'a str, usize)>,
    searched: &HashMap<String, Timestamp>,
    now: Timestamp,
) -> Search {
    let first = keywords
        .into_iter()
        .min_by_key(|(keyword, follows)| (searched.get(*keyword), std::cmp::Reverse(*follows)));
    let Some((keyword, _)) = first else { return Search::At(None) };
    match searched.get(keyword).and_then(|at| at.checked_add(KEYWORD_EVERY).ok()) {
        Some(at) if at > now => Search::At(Some(at)),
        _ => Search::Now(keyword.to_owned()),
    }
}
