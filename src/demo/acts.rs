//! What a visitor does on X, and to the bot's process.
//!
//! Owns the acts' shape as the page sends them, and how each is carried out on the stand-in.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use spacebell_sim::x::{EndLook, Server, SpaceId, UserId, WorldError};

use super::record::Change;
use super::{Demo, crowd};

/// The longest title that X takes.
pub(super) const TITLE_MAX: usize = 70;
/// The longest Post.
pub(super) const POST_MAX: usize = 280;
/// X schedules at most 14 days ahead.
pub(super) const MINUTES_MAX: i64 = 14 * 24 * 60;

/// Something that a host does on X.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Act {
    /// Announces a Space.
    Schedule { host: String, title: String, minutes: i64 },
    /// Begins a Space that nobody announced.
    StartNow { host: String, title: String },
    /// Begins an announced Space.
    Start { space: String },
    /// Gives a Space another title.
    Rename { space: String, title: String },
    /// Moves the start of a Space.
    Reschedule { space: String, minutes: i64 },
    /// Sets how many are in the room.
    Count { space: String, people: u64 },
    /// Adds a co-host.
    Cohost { space: String, host: String },
    /// Shares a Post of its host's in a Space.
    SharePost { space: String, text: String },
    /// Sells a ticket of a Space, which becomes one with tickets.
    SellTicket { space: String, buyer: String },
    /// Lets people come to a live Space and leave it, for a few minutes.
    Crowd { space: String },
    /// Ends or cancels a Space, shown in one of the ways that X's documents give.
    End { space: String, look: Look },
}

/// How an end shows: X's documents disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Look {
    /// State `ended`.
    Ended,
    /// State `canceled`.
    Canceled,
    /// A lookup finds nothing.
    NotFound,
    /// Taken down: not even a trace.
    Removed,
}

/// Carries an act out and notes when. The Space that it concerned is the answer.
pub(super) fn perform(demo: &Demo, act: &Act) -> Result<SpaceId, WorldError> {
    let x = &demo.stage.x;
    let at = x.now();
    let push = demo.bot.status().push;
    let (space, what) = carry_out(x, act, at)?;
    demo.record.note(|notes| {
        if let Some(what) = what {
            notes.changes.push(Change { space: space.clone(), what, at, push });
        }
    });
    Ok(space)
}

fn carry_out(x: &Server, act: &Act, now: Timestamp) -> Result<(SpaceId, Option<&'static str>), WorldError> {
    match act {
        Act::Schedule { host, title, minutes } => {
            let space = x.schedule(host.as_str(), title, start(now, *minutes))?;
            Ok((space, Some("scheduled")))
        }
        Act::StartNow { host, title } => Ok((x.start_now(host.as_str(), title)?, Some("live"))),
        Act::Start { space } => done(space, "live", |id| x.start_space(id)),
        Act::Rename { space, title } => done(space, "renamed", |id| x.rename(id, Some(title))),
        Act::Reschedule { space, minutes } => {
            done(space, "moved", |id| x.reschedule(id, start(now, *minutes)))
        }
        Act::Count { space, people } => {
            let id = SpaceId::from(space.as_str());
            x.set_count(&id, *people)?;
            Ok((id, None))
        }
        Act::Cohost { space, host } => {
            let id = SpaceId::from(space.as_str());
            x.add_cohost(&id, UserId::from(host.as_str()))?;
            Ok((id, None))
        }
        Act::SharePost { space, text } => {
            let id = SpaceId::from(space.as_str());
            let author = x.space(&id)?.creator.clone();
            x.share_post(&id, &now.as_millisecond().to_string(), author, text)?;
            Ok((id, None))
        }
        Act::SellTicket { space, buyer } => {
            let id = SpaceId::from(space.as_str());
            x.set_ticketed(&id, true)?;
            x.sell_ticket(&id, buyer.as_str())?;
            Ok((id, None))
        }
        Act::Crowd { space } => {
            let id = SpaceId::from(space.as_str());
            x.space(&id)?;
            crowd::gather(x, &id);
            Ok((id, None))
        }
        Act::End { space, look } => done(space, "over", |id| match look {
            Look::Ended => x.end_as(id, EndLook::Ended),
            Look::Canceled => x.end_as(id, EndLook::Canceled),
            Look::NotFound => x.end_as(id, EndLook::NotFound),
            Look::Removed => x.remove(id),
        }),
    }
}

fn done(
    space: &str,
    what: &'static str,
    act: impl FnOnce(&SpaceId) -> Result<(), WorldError>,
) -> Result<(SpaceId, Option<&'static str>), WorldError> {
    let id = SpaceId::from(space);
    act(&id)?;
    Ok((id, Some(what)))
}

/// Whole seconds, as X gives them.
fn start(now: Timestamp, minutes: i64) -> Timestamp {
    let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
    whole.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(whole)
}
