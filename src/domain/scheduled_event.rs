//! A Space as a scheduled event of a server: what the event says, and what is to be done for it next. Pure.
//!
//! Discord lets an event go from scheduled to active to completed, or from scheduled to cancelled, and no way back.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::{SignedDuration, Timestamp};

use super::ids::{GuildId, SpaceId};
use super::known::{Known, Phase};
use super::notice::EMPTIED_AFTER;

/// X doesn't say how long a Space will be, and an event elsewhere needs an end.
const LASTS: SignedDuration = SignedDuration::from_hours(2);
/// While the Space is live, the end of its event moves on this long before it comes …
const MOVED_ON_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// … by so much.
const MOVED_ON_BY: SignedDuration = SignedDuration::from_hours(1);
/// Nearer to now than this no start is told: Discord takes none that is past when it arrives.
const START_AHEAD: SignedDuration = SignedDuration::from_secs(10);

/// Where an event is in its life, as Discord has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It is to come.
    Scheduled = 1,
    /// It is going on.
    Active = 2,
    /// It is over.
    Completed = 3,
    /// It won't be.
    Cancelled = 4,
}

impl Status {
    /// Discord's number.
    #[must_use]
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The status with this number.
    #[must_use]
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Scheduled),
            2 => Some(Self::Active),
            3 => Some(Self::Completed),
            4 => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// An event as it stands, as far as was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The server.
    pub guild: GuildId,
    /// The Space.
    pub space: SpaceId,
    /// Discord's id, once it is there.
    pub event: Option<u64>,
    /// What was told last; `None` before anything was.
    pub status: Option<Status>,
    /// A digest of what was told last.
    pub shown: String,
    /// When it ends.
    pub end: Option<Timestamp>,
    /// Nothing is asked before this.
    pub due_at: Timestamp,
    /// Tries in vain.
    pub attempts: u32,
    /// Whether a try to make it may have reached Discord.
    pub maybe_made: bool,
    /// Whether somebody took it away or closed it.
    pub left_alone: bool,
    /// Whether its erasure was asked for.
    pub erased: bool,
}

/// What people read of an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Words {
    /// Its name, within 100 characters.
    pub name: String,
    /// What is said of it, within 1,000.
    pub description: String,
}

/// What is told of an event; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// What people read.
    pub words: Option<Words>,
    /// When it begins.
    pub start: Option<Timestamp>,
    /// When it ends.
    pub end: Option<Timestamp>,
    /// Where it is in its life.
    pub status: Option<Status>,
    /// The digest of all of it, to be kept once it is told.
    pub shown: String,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nothing, until something changes.
    Nothing,
    /// It is no event of this server any more, and there is none to take away.
    Forget,
    /// It is looked for, since a try to make it may have reached Discord: nothing else is known to be safe.
    Find,
    /// It is taken away.
    Delete(u64),
    /// It is made.
    Make(Telling),
    /// This is told of it.
    Change(u64, Telling),
}

/// What is to be done for an event. `wanted` says whether the server still wants one of a Space to come, `on` whether it
/// wants any; `words` are what people are to read.
#[must_use]
pub fn next(
    standing: &Standing,
    known: Option<&Known>,
    wanted: bool,
    on: bool,
    words: impl FnOnce(&Known) -> Words,
    now: Timestamp,
) -> Next {
    // What people took away stays away for as long as its Space isn't over.
    if standing.left_alone && !standing.erased && known.is_some_and(|known| !known.phase.is_over()) {
        return Next::Nothing;
    }
    let known = known.filter(|known| !standing.erased && on && !is_forgotten(known, now));
    let Some(known) = known.filter(|known| wanted || known.phase.is_over()) else { return gone(standing) };
    if standing.left_alone {
        return Next::Nothing;
    }
    if standing.event.is_none() && standing.maybe_made {
        return Next::Find;
    }
    let Some(event) = standing.event else { return made(known, words, now) };
    changed(standing, event, known, words, now)
}

/// What an event that is there says of a change that Discord refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odds {
    /// Somebody closed it, which can't be taken back.
    Closed,
    /// It is as it was to be: the answer got lost, or somebody was sooner.
    Told,
    /// Neither: the change itself won't do, for now.
    Refused,
}

/// Judges an event by the status that it has, Discord's number, and the one that it was to have.
#[must_use]
pub fn at_odds(there: Option<i64>, wanted: Option<Status>) -> Odds {
    let closed = [Status::Completed, Status::Cancelled].map(Status::code);
    match (there, wanted.map(Status::code)) {
        (Some(there), Some(wanted)) if there == wanted => Odds::Told,
        (Some(there), _) if closed.contains(&there) => Odds::Closed,
        _ => Odds::Refused,
    }
}

fn gone(standing: &Standing) -> Next {
    match standing.event {
        Some(event) => Next::Delete(event),
        None if standing.maybe_made => Next::Find,
        None => Next::Forget,
    }
}

/// The event of a Space that has none: only one that is to come gets one.
fn made(known: &Known, words: impl FnOnce(&Known) -> Words, now: Timestamp) -> Next {
    let start = known.space.scheduled_start.filter(|_| known.phase == Phase::Scheduled);
    match start {
        Some(start) if is_ahead(start, now) => {
            let end = start.saturating_add(LASTS).unwrap_or(start);
            let words = words(known);
            let shown = digest(&words, Some(start));
            Next::Make(Telling {
                words: Some(words),
                start: Some(start),
                end: Some(end),
                status: Some(Status::Scheduled),
                shown,
            })
        }
        Some(_) => Next::Nothing,
        None if known.phase == Phase::Scheduled => Next::Nothing,
        None => Next::Forget,
    }
}

fn changed(
    standing: &Standing,
    event: u64,
    known: &Known,
    words: impl FnOnce(&Known) -> Words,
    now: Timestamp,
) -> Next {
    let told = standing.status.unwrap_or(Status::Scheduled);
    let aim = match known.phase {
        Phase::Scheduled => Status::Scheduled,
        Phase::Live => Status::Active,
        Phase::Ended => Status::Completed,
        Phase::NoShow | Phase::Cancelled => Status::Cancelled,
    };
    let status = match (told, aim) {
        // Closed for good.
        (Status::Completed | Status::Cancelled, _) => return Next::Nothing,
        // It ran unseen, so it begins and then ends.
        (Status::Scheduled, Status::Active | Status::Completed) => Some(Status::Active),
        (Status::Scheduled, Status::Cancelled) => Some(Status::Cancelled),
        (Status::Active, Status::Completed | Status::Cancelled) => Some(Status::Completed),
        (Status::Scheduled, Status::Scheduled) | (Status::Active, _) => None,
    };
    if known.phase.is_over() || aim == Status::Cancelled {
        let shown = standing.shown.clone();
        let telling = Telling { words: None, start: None, end: None, status, shown };
        return if status.is_some() { Next::Change(event, telling) } else { Next::Nothing };
    }
    let is_scheduled = aim == Status::Scheduled && told == Status::Scheduled;
    let start = known.space.scheduled_start.filter(|start| is_scheduled && is_ahead(*start, now));
    let words = words(known);
    // A start that can't be told any more is none that is missing.
    let shown = digest(&words, known.space.scheduled_start.filter(|_| is_scheduled));
    let is_new = shown != standing.shown;
    let end = match standing.end {
        _ if is_new && start.is_some() => start.and_then(|start| start.saturating_add(LASTS).ok()),
        Some(end) if aim == Status::Active && end.duration_since(now) < MOVED_ON_BEFORE => {
            now.saturating_add(MOVED_ON_BY).ok()
        }
        _ => None,
    };
    if !is_new && status.is_none() && end.is_none() {
        return Next::Nothing;
    }
    Next::Change(
        event,
        Telling { words: is_new.then_some(words), start: start.filter(|_| is_new), end, status, shown },
    )
}

fn is_ahead(start: Timestamp, now: Timestamp) -> bool {
    start.duration_since(now) > START_AHEAD
}

/// Whether nothing of X may be shown of it any more.
fn is_forgotten(known: &Known, now: Timestamp) -> bool {
    let gone_since = known.gone_since().filter(|_| known.phase.is_over());
    gone_since.is_some_and(|gone_since| now.duration_since(gone_since) >= EMPTIED_AFTER)
}

fn digest(words: &Words, start: Option<Timestamp>) -> String {
    let mut hasher = DefaultHasher::new();
    (words, start.map(Timestamp::as_second)).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
