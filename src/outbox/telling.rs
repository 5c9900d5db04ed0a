//! What a message says of its Space at the moment of sending. Pure.

use jiff::Timestamp;

use crate::domain::follow::{Follow, Target};
use crate::domain::ids::{ChannelId, GuildId, MessageId, RoleId};
use crate::domain::known::{Known, Phase};
use crate::domain::notice::{Decision, EMPTIED_AFTER, Slot, Work, is_late};
use crate::domain::space::XUser;
use crate::store::{Claimed, Post};

/// The form that a message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It was announced.
    Scheduled,
    /// It is live.
    Live,
    /// It is live, found or told so late that nobody is pinged.
    LiveSince,
    /// It is live, and another message in this channel says more.
    Pointer(MessageId),
    /// It is over.
    Ended,
    /// It was cancelled.
    Cancelled,
    /// It didn't begin.
    NoShow,
    /// It is over for long: nothing of X's content stays.
    Emptied,
    /// As [`Emptied`](Self::Emptied), told so late that nothing is known of it any more.
    Forgotten,
    /// Somebody asked for its erasure: nothing of X's content stays, whatever became of the Space.
    Erased,
}

/// Whether a message is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sound {
    /// As each reader has chosen.
    #[default]
    Heard,
    /// By nobody: it is sent in its server's quiet hours.
    Muted,
}

/// Everything that a message needs to be written.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Its form.
    pub form: Form,
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// The Space.
    pub known: Known,
    /// Its creator, if known.
    pub host: Option<XUser>,
    /// Its other hosts, as far as known.
    pub cohosts: Vec<XUser>,
    /// The roles that it names and, when new, pings.
    pub roles: Vec<RoleId>,
    /// The keywords that found it, as they were typed.
    pub keywords: Vec<String>,
    /// Whether only keywords asked for it.
    pub keywords_only: bool,
    /// Whether how long it ran and its peak are to be told at its end.
    pub tells_figures: bool,
    /// Spaces that the channel's hourly cap left out.
    pub more: u32,
    /// Whether it is heard where it is new.
    pub sound: Sound,
    /// Whether the message told of a Space before that the host dropped, to go on in this one.
    pub reopened: bool,
}

/// What to do with a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Send this form.
    Say(Form),
    /// It isn't to be sent, and why.
    Drop(Decision),
    /// There is nothing left to do.
    Nothing,
}

/// What `notice` comes to, given the truth of this moment. `follows` are those of its follows that are still
/// there; `live_message` is the live post in the same channel.
#[must_use]
pub fn tell(
    notice: &Claimed,
    known: &Known,
    follows: &[impl AsRef<Follow>],
    live_message: Option<MessageId>,
    now: Timestamp,
) -> Told {
    match notice.work {
        Work::Post => tell_new(notice, known, follows, now),
        Work::Edit | Work::Empty if notice.message.is_none() => Told::Nothing,
        // Emptied by now, or about to be: an edit that comes late mustn't bring X's content back.
        Work::Edit if is_emptied(known, now) => Told::Say(Form::Emptied),
        Work::Edit => Told::Say(form(notice.slot, known, live_message, notice.silent)),
        Work::Empty if known.phase.is_over() => Told::Say(Form::Emptied),
        // A digest is about no Space.
        Work::Empty | Work::Digest => Told::Nothing,
    }
}

/// What `notice` comes to where its post, as it stands now, is gone or marked as erased, or where its Space `is_kept` no
/// more; `None` where [`tell`] says it.
#[must_use]
pub fn tell_erased(notice: &Claimed, post: Option<&Post>, is_kept: bool) -> Option<Told> {
    let Some(post) = post else { return Some(Told::Nothing) };
    match notice.work {
        Work::Post if post.erased => Some(Told::Drop(Decision::Unfollowed)),
        Work::Post => (!is_kept).then_some(Told::Drop(Decision::OverBefore)),
        Work::Edit | Work::Empty if post.message.is_none() => Some(Told::Nothing),
        // It is about no Space.
        Work::Digest => Some(Told::Nothing),
        Work::Edit | Work::Empty if post.erased => Some(Told::Say(Form::Erased)),
        Work::Edit | Work::Empty => (!is_kept).then_some(Told::Say(Form::Forgotten)),
    }
}

fn is_emptied(known: &Known, now: Timestamp) -> bool {
    let is_old = |gone_since| now.duration_since(gone_since) >= EMPTIED_AFTER;
    known.phase.is_over() && known.gone_since().is_some_and(is_old)
}

fn tell_new(notice: &Claimed, known: &Known, follows: &[impl AsRef<Follow>], now: Timestamp) -> Told {
    if follows.is_empty() {
        return Told::Drop(Decision::Unfollowed);
    }
    if follows.iter().all(|follow| follow.as_ref().paused.is_some()) {
        return Told::Drop(Decision::Paused);
    }
    match (notice.slot, known.phase) {
        (Slot::Scheduled, Phase::Scheduled) => Told::Say(Form::Scheduled),
        (Slot::Scheduled, Phase::Live) => Told::Drop(Decision::BegunBefore),
        (Slot::Live, Phase::Live)
            if is_late(known.live_since.filter(|_| !notice.awaited), notice.fell_due_at, now) =>
        {
            Told::Say(Form::LiveSince)
        }
        (Slot::Live, Phase::Live) => Told::Say(Form::Live),
        _ => Told::Drop(Decision::OverBefore),
    }
}

fn form(slot: Slot, known: &Known, live_message: Option<MessageId>, silent: bool) -> Form {
    match (known.phase, slot) {
        (Phase::Scheduled, _) => Form::Scheduled,
        (Phase::NoShow, _) => Form::NoShow,
        (Phase::Live, Slot::Scheduled) => live_message.map_or(Form::Live, Form::Pointer),
        (Phase::Live, Slot::Live) if silent => Form::LiveSince,
        (Phase::Live, Slot::Live) => Form::Live,
        (Phase::Ended, _) => Form::Ended,
        (Phase::Cancelled, _) => Form::Cancelled,
    }
}

/// The roles that a post in `slot` pings: those that its follows chose, each once.
///
/// A scheduled post pings only for follows that want nothing else; a keyword pings nobody unless it waits for people
/// in the room.
#[must_use]
pub fn roles(slot: Slot, follows: &[impl AsRef<Follow>]) -> Vec<RoleId> {
    let mut roles: Vec<RoleId> = follows
        .iter()
        .map(AsRef::as_ref)
        .filter(|follow| follow.paused.is_none())
        .filter(|follow| matches!(follow.target, Target::Host { .. }) || follow.filter.lets_keyword_ping())
        .filter(|follow| match slot {
            Slot::Scheduled => !follow.when.wants_live(),
            Slot::Live => follow.when.wants_live(),
        })
        .filter_map(|follow| follow.role)
        .collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
