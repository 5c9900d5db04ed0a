//! What an observation of a Space means: `step(known, observation, now)`, the only judge of it.
//!
//! Pure. Answers of X come late, twice, not at all and out of order, so the rules are few:
//!
//! - A Space moves one way: scheduled, live, over. A state that can't follow the known one is a stale read
//!   and is passed over whole, whenever it was asked.
//! - What the newest question showed wins for everything else (title, hosts, counts).
//! - "Not found" ends a Space, but unlike the word `ended` it can be taken back: a later question that finds
//!   it live again corrects the posts, and rings nobody.
//! - A Space rings once in its life: [`Event::Live`] comes at most once, whatever follows.
//! - Push says that something happened, not what: a start rings at once and asks for the rest, an end is
//!   believed when a lookup says so.
//!
//! A failed fetch isn't an observation, so an error can't end anything: there is no way to write it here.

use jiff::{SignedDuration, Timestamp};

use super::counting;
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::known::{Known, Phase};
use crate::domain::space::{Space, SpaceState};

/// X's lookups may be behind what X itself told by so much.
pub(super) const BEHIND_FOR: SignedDuration = SignedDuration::from_mins(1);
/// How long after its planned start a Space that hasn't begun counts as not coming.
const NO_SHOW_AFTER: SignedDuration = SignedDuration::from_hours(2);
/// Not seen for longer than this around its start, a Space that is gone may have come and ended unseen.
const CLOSELY_WATCHED: SignedDuration = SignedDuration::from_mins(5);
/// A start this much after the planned one is worth a word.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// An answer held the Space.
    Present(Box<Space>),
    /// A lookup of this very id said that there is no such Space.
    Gone(SpaceId),
    /// Push: it began.
    Started {
        /// The Space.
        id: SpaceId,
        /// Its creator.
        host: UserId,
    },
    /// Push: it ended.
    Ended {
        /// The Space.
        id: SpaceId,
        /// Its creator.
        host: UserId,
    },
}

/// Something seen, and when the question was sent (or the event came in).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What was seen.
    pub sight: Sight,
    /// When the question was sent: an answer is at least as new as that.
    pub asked_at: Timestamp,
}

impl Observation {
    /// The Space that this is about.
    #[must_use]
    pub fn space_id(&self) -> SpaceId {
        match &self.sight {
            Sight::Present(space) => space.id,
            Sight::Gone(id) | Sight::Started { id, .. } | Sight::Ended { id, .. } => *id,
        }
    }
}

/// A change that people may want to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It was announced.
    Scheduled,
    /// Its planned start moved.
    Rescheduled {
        /// The start that was known.
        from: Timestamp,
        /// The start now.
        to: Timestamp,
    },
    /// Its title changed.
    Renamed,
    /// Its hosts changed, or details arrived that weren't known.
    Retold,
    /// The number of people in the room changed enough to be shown.
    Counted,
    /// It began.
    Live {
        /// The start that was planned, if it was.
        scheduled_start: Option<Timestamp>,
        /// How late it began, where that is worth a word.
        late_by: Option<SignedDuration>,
    },
    /// It is live after all: it was only not found for a while.
    Revived,
    /// It is over.
    Ended {
        /// How long it ran, if its start is known.
        duration: Option<SignedDuration>,
        /// The most people seen in the room.
        peak: Option<u32>,
    },
    /// It was cancelled, or taken away before it began.
    Cancelled,
    /// Its planned start is long past.
    NoShow,
}

/// What an observation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is known now.
    pub known: Known,
    /// What changed, in order.
    pub events: Vec<Event>,
    /// Whether the Space should be looked up soon, since this wasn't the whole story.
    pub look_up: bool,
}

/// What `observation` means for a Space of which `known` is known, `now` being the time.
///
/// Answers `None` where it means nothing: an unknown Space in a state that nobody knows, a stale read.
#[must_use]
pub fn step(known: Option<&Known>, observation: &Observation, now: Timestamp) -> Option<Step> {
    let mut step = judge(known, observation, now)?;
    if step.known.over_at.is_none() {
        step.known.last_up_at = None;
    } else if let Some(before) = known.filter(|before| !before.phase.is_over()) {
        step.known.last_up_at = Some(before.seen_at);
    }
    Some(step)
}

fn judge(known: Option<&Known>, observation: &Observation, now: Timestamp) -> Option<Step> {
    let asked_at = observation.asked_at;
    match (&observation.sight, known) {
        (Sight::Present(space), None) => first_sight(space, asked_at, now),
        (Sight::Present(space), Some(known)) => next_sight(known, space, asked_at, now),
        (Sight::Gone(id), None) => Some(tombstone(Space::bare(*id, SpaceState::Ended), asked_at, false)),
        (Sight::Gone(_), Some(known)) => gone(known, asked_at),
        (Sight::Started { id, host }, None) => {
            let mut space = Space::bare(*id, SpaceState::Live);
            space.creator = Some(*host);
            let mut fresh = Known::first_seen(space, Phase::Live, asked_at);
            let events = vec![begin(&mut fresh, asked_at)];
            Some(Step { known: fresh, events, look_up: true })
        }
        (Sight::Started { .. }, Some(known)) => started(known, asked_at),
        (Sight::Ended { id, host }, None) => {
            let mut space = Space::bare(*id, SpaceState::Ended);
            space.creator = Some(*host);
            Some(tombstone(space, asked_at, true))
        }
        (Sight::Ended { .. }, Some(known)) => (!known.phase.is_over()).then(|| {
            let known = Known { end_told_at: Some(asked_at), ..known.clone() };
            Step { known, events: Vec::new(), look_up: true }
        }),
    }
}

fn first_sight(space: &Space, asked_at: Timestamp, now: Timestamp) -> Option<Step> {
    let phase = match space.state {
        SpaceState::Scheduled => Phase::Scheduled,
        SpaceState::Live => Phase::Live,
        SpaceState::Ended | SpaceState::Canceled => {
            return Some(tombstone(space.clone(), asked_at, true));
        }
        SpaceState::Other(_) => return None,
    };
    let mut fresh = Known::first_seen(space.clone(), phase, asked_at);
    let events = if phase == Phase::Live {
        vec![begin(&mut fresh, asked_at)]
    } else if is_no_show(space, now) {
        fresh.phase = Phase::NoShow;
        Vec::new()
    } else {
        vec![Event::Scheduled]
    };
    Some(Step { known: fresh, events, look_up: false })
}

/// A Space that was over when it was first heard of: kept, so that late news of it ring nobody.
fn tombstone(space: Space, asked_at: Timestamp, over_for_good: bool) -> Step {
    let phase = if space.state == SpaceState::Canceled { Phase::Cancelled } else { Phase::Ended };
    let mut known = Known::first_seen(space, phase, asked_at);
    known.rang = true;
    known.live_since = known.space.started_at;
    known.over_at = Some(known.space.ended_at.unwrap_or(asked_at).min(asked_at));
    known.over_for_good = over_for_good;
    Step { known, events: Vec::new(), look_up: false }
}

fn next_sight(known: &Known, space: &Space, asked_at: Timestamp, now: Timestamp) -> Option<Step> {
    let mut next = known.clone();
    let mut events = Vec::new();
    let newest = asked_at >= known.seen_at;
    let was_live = known.live_since.is_some();

    match (&space.state, known.phase) {
        (SpaceState::Scheduled, Phase::Scheduled | Phase::NoShow)
        | (SpaceState::Live, Phase::Live)
        // A word that nobody knows says nothing of the phase; the rest of the answer still counts.
        | (SpaceState::Other(_), Phase::Scheduled | Phase::NoShow | Phase::Live)
            if newest => {}
        // It was only not found: it is still to come.
        (SpaceState::Scheduled, Phase::Ended | Phase::Cancelled)
            if asked_at > known.seen_at && !known.over_for_good && !was_live && !known.rang =>
        {
            next.phase = Phase::Scheduled;
            next.over_at = None;
            events.push(Event::Revived);
        }
        (SpaceState::Live, Phase::Scheduled | Phase::NoShow) => {
            next.phase = Phase::Live;
        }
        (SpaceState::Live, Phase::Ended | Phase::Cancelled)
            if asked_at > known.seen_at && !known.over_for_good =>
        {
            next.phase = Phase::Live;
            next.over_at = None;
        }
        (SpaceState::Ended, Phase::Scheduled | Phase::NoShow | Phase::Live) => {
            next.phase = Phase::Ended;
        }
        (SpaceState::Canceled, Phase::Scheduled | Phase::NoShow) => next.phase = Phase::Cancelled,
        (SpaceState::Canceled, Phase::Live) => next.phase = Phase::Ended,
        // Said before only by "not found", which had to guess what it missed: now X says it itself.
        (SpaceState::Ended | SpaceState::Canceled, Phase::Ended | Phase::Cancelled)
            if !known.over_for_good =>
        {
            let ran = was_live || space.state == SpaceState::Ended;
            let phase = if ran { Phase::Ended } else { Phase::Cancelled };
            return Some(corrected(next, phase, space, asked_at, true));
        }
        // Older than "not found", which took it for cancelled: it did run, and is over.
        (SpaceState::Live, Phase::Cancelled) if !known.over_for_good => {
            next.live_since = Some(space.started_at.unwrap_or(asked_at));
            return Some(corrected(next, Phase::Ended, space, asked_at, false));
        }
        _ => return None,
    }

    if newest {
        absorb(&mut next, space, asked_at, &mut events);
    } else {
        // Older than what is known, yet further on: it tells when, not what.
        next.space.started_at = next.space.started_at.or(space.started_at);
    }
    match next.phase {
        Phase::Live if known.phase != Phase::Live => {
            if next.rang {
                events.push(Event::Revived);
            } else {
                events.push(begin(&mut next, asked_at));
            }
        }
        Phase::Live => {
            if counting::is_worth_showing(&mut next, now) {
                events.push(Event::Counted);
            }
        }
        Phase::Ended | Phase::Cancelled => {
            // The last words of a Space that is over are about its end alone.
            events.clear();
            let phase = next.phase;
            events.push(finish(&mut next, phase, space.ended_at.unwrap_or(asked_at).min(asked_at), true));
        }
        Phase::Scheduled | Phase::NoShow => judge_start(&mut next, now, &mut events),
    }
    // X told that it is over, and a lookup that was behind showed it live.
    let is_behind = |told_at: Timestamp| asked_at.duration_since(told_at) < BEHIND_FOR;
    let look_up = next.phase == Phase::Live && next.end_told_at.is_some_and(is_behind);
    Some(Step { known: next, events, look_up })
}

/// Takes over what the newest answer says, but forgets nothing that it merely doesn't mention.
fn absorb(known: &mut Known, space: &Space, asked_at: Timestamp, events: &mut Vec<Event>) {
    let before = known.space.clone();
    let mut after = space.clone();
    if let SpaceState::Other(_) = after.state {
        after.state = before.state.clone();
    }
    after.title = after.title.or_else(|| before.title.clone());
    after.lang = after.lang.or_else(|| before.lang.clone());
    after.creator = after.creator.or(before.creator);
    if after.hosts.is_empty() {
        after.hosts.clone_from(&before.hosts);
    }
    if after.topics.is_empty() {
        after.topics.clone_from(&before.topics);
    }
    after.speaker_count = after.speaker_count.or(before.speaker_count);
    after.participant_count = after.participant_count.or(before.participant_count);
    after.subscriber_count = after.subscriber_count.or(before.subscriber_count);
    after.is_ticketed = after.is_ticketed.or(before.is_ticketed);
    after.created_at = after.created_at.or(before.created_at);
    after.updated_at = after.updated_at.or(before.updated_at);
    after.scheduled_start = after.scheduled_start.or(before.scheduled_start);
    after.started_at = after.started_at.or(before.started_at);

    match (before.scheduled_start, after.scheduled_start) {
        (Some(from), Some(to)) if from != to && after.state == SpaceState::Scheduled => {
            known.moved_from = Some(from);
            events.push(Event::Rescheduled { from, to });
        }
        _ => {}
    }
    if before.title != after.title {
        if before.title.is_some() {
            known.renamed_from.clone_from(&before.title);
            events.push(Event::Renamed);
        } else {
            events.push(Event::Retold);
        }
    } else if before.hosts != after.hosts || before.creator != after.creator {
        events.push(Event::Retold);
    }
    known.peak = known.peak.max(after.participant_count);
    known.space = after;
    known.seen_at = asked_at;
}

fn begin(known: &mut Known, seen_at: Timestamp) -> Event {
    known.phase = Phase::Live;
    known.rang = true;
    known.space.state = SpaceState::Live;
    let live_since = known.space.started_at.unwrap_or(seen_at);
    known.live_since = Some(live_since);
    known.counted = known.space.participant_count.map(|count| (count, seen_at));
    let scheduled_start = known.space.scheduled_start;
    let late_by =
        scheduled_start.map(|planned| live_since.duration_since(planned)).filter(|late| *late >= LATE_AFTER);
    Event::Live { scheduled_start, late_by }
}

fn finish(known: &mut Known, phase: Phase, over_at: Timestamp, for_good: bool) -> Event {
    known.phase = phase;
    known.over_at = Some(over_at);
    known.over_for_good = for_good;
    known.live_since = known.live_since.or(known.space.started_at);
    // Whatever comes now, it is too late to ring.
    known.rang = known.rang || for_good;
    if phase == Phase::Cancelled {
        known.space.state = SpaceState::Canceled;
        Event::Cancelled
    } else {
        known.space.state = SpaceState::Ended;
        Event::Ended { duration: known.duration(), peak: known.peak }
    }
}

/// What was over by "not found" alone, now that more is known of how.
fn corrected(mut known: Known, phase: Phase, space: &Space, asked_at: Timestamp, for_good: bool) -> Step {
    if known.phase == phase {
        known.over_for_good = for_good;
        return Step { known, events: Vec::new(), look_up: false };
    }
    known.space.started_at = known.space.started_at.or(space.started_at);
    let told = space.ended_at.map(|at| at.min(asked_at));
    let over_at = told.or(known.over_at).unwrap_or(asked_at);
    let event = finish(&mut known, phase, over_at, for_good);
    Step { known, events: vec![event], look_up: false }
}

fn gone(known: &Known, asked_at: Timestamp) -> Option<Step> {
    if known.phase.is_over() || asked_at < known.seen_at {
        return None;
    }
    if known.space.is_sketch() && asked_at.duration_since(known.seen_at) < BEHIND_FOR {
        // X told that it began, and nothing has shown it yet.
        return Some(Step { known: known.clone(), events: Vec::new(), look_up: true });
    }
    let may_have_run_unseen = known.space.scheduled_start.is_some_and(|planned| asked_at >= planned)
        && asked_at.duration_since(known.seen_at) > CLOSELY_WATCHED;
    let phase =
        if known.phase == Phase::Live || may_have_run_unseen { Phase::Ended } else { Phase::Cancelled };
    let mut next = known.clone();
    next.seen_at = asked_at;
    let event = finish(&mut next, phase, asked_at, false);
    Some(Step { known: next, events: vec![event], look_up: false })
}

fn started(known: &Known, asked_at: Timestamp) -> Option<Step> {
    match known.phase {
        Phase::Scheduled | Phase::NoShow => {
            let mut next = known.clone();
            // What was asked before it began can't say that it is gone.
            next.seen_at = next.seen_at.max(asked_at);
            let events = vec![begin(&mut next, asked_at)];
            Some(Step { known: next, events, look_up: true })
        }
        Phase::Live => None,
        // Not found before, and yet it starts: whoever is right, a lookup knows.
        Phase::Ended | Phase::Cancelled => (asked_at > known.seen_at && !known.over_for_good).then(|| Step {
            known: known.clone(),
            events: Vec::new(),
            look_up: true,
        }),
    }
}

fn is_no_show(space: &Space, now: Timestamp) -> bool {
    space.scheduled_start.is_some_and(|planned| now.duration_since(planned) > NO_SHOW_AFTER)
}

fn judge_start(known: &mut Known, now: Timestamp, events: &mut Vec<Event>) {
    let no_show = is_no_show(&known.space, now);
    match (known.phase, no_show) {
        (Phase::Scheduled, true) => {
            known.phase = Phase::NoShow;
            events.push(Event::NoShow);
        }
        (Phase::NoShow, false) => known.phase = Phase::Scheduled,
        _ => {}
    }
}
