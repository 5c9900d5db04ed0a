//! One errand: a notice carried out, from what is true now to what the store is told of its end.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::{debug, error, info, warn};

use super::compose::{Addressee, compose};
use super::counts::Resting;
use super::courier::{Courier, Found, Outcome, Sought};
use super::deliverer::Tools;
use super::digest;
use super::policy::{self, Next};
use super::telling::{self, Form, Sound, Told};
use crate::delays::Leg;
use crate::domain::ids::{MessageId, SpaceId};
use crate::domain::known::Known;
use crate::domain::notice::{Decision, Hush, Slot, Work, is_late, nonce};
use crate::domain::settings;
use crate::store::{Claimed, Post, StoreError, Subject, UNKNOWN_REVISION};

/// How long Discord surely remembers a nonce. Its documentation says "a few minutes".
const NONCE_LIFE: SignedDuration = SignedDuration::from_secs(110);
/// How far a channel is read back for a try of which nobody knows when it was.
const UNDATED: SignedDuration = SignedDuration::from_hours(24);
/// What goes out under one nonce goes within this of the first try, however long it waits for its turn.
const SENT_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// How often the end of an errand is tried to be recorded.
const RECORD_TRIES: u32 = 60;

/// Carries a notice out, and tells the store how it ended. While the store fails it tries again: what was sent
/// must be recorded, and what wasn't must not pass for sent.
pub(super) async fn carry_out<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    slot: C::Slot,
    permit: C::Permit,
    resting: &Resting,
) {
    let ended = match send(tools, notice, slot, permit).await {
        Ok(ended) => ended,
        Err(error) => {
            complain(tools, notice, &Err(error));
            Ended::NotBegun
        }
    };
    if let (Ended::Asked { outcome: Outcome::OldMessage(_), .. }, Some(message)) = (&ended, notice.message) {
        resting.begin(message, tools.clock.now());
    }
    for _ in 0..RECORD_TRIES {
        let recorded = record(tools, notice, &ended).await;
        complain(tools, notice, &recorded);
        if recorded.is_ok() {
            return;
        }
        tokio::time::sleep(STORE_PAUSE).await;
    }
    // The lease stays: the notice comes back when it runs out, or at the next start.
}

/// Says that the store fails amid notices: of the first, until it does what it is asked.
fn complain<C>(tools: &Tools<C>, notice: &Claimed, recorded: &Result<(), StoreError>) {
    if tools.complaint.is_new(recorded)
        && let Err(error) = recorded
    {
        error!(
            space.id = %notice.space, channel.id = %notice.channel, error = error as &dyn std::error::Error,
            "the store fails amid a notice about Space {}", notice.space
        );
    }
}

/// How carrying out a notice ended, for the store to be told.
enum Ended {
    /// Nothing was asked of Discord, since the store failed before.
    NotBegun,
    /// Nothing was asked of Discord, since the channel takes nothing.
    Waits,
    /// The notice is about another Space by now, or done with.
    Moved,
    /// Nothing was to be said.
    Told(Told),
    /// Discord was asked, and this is what came of it; what kept it from pinging, and the revision that was sent.
    Asked { outcome: Outcome, hush: Hush, revision: i64 },
    /// The channel was searched for a message that may be there.
    Searched { found: Found, told: Told },
    /// It was a digest.
    Digest(digest::End),
}

async fn send<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    slot: C::Slot,
    permit: C::Permit,
) -> Result<Ended, StoreError> {
    if notice.work == Work::Digest {
        return Ok(Ended::Digest(digest::send(tools, notice, slot, permit).await?));
    }
    let now = tools.clock.now();
    let is_left = tools.follows.is_left(notice.guild);
    match (notice.work, tools.follows.dead(notice.channel)) {
        // Its messages are brought up to date when it takes any.
        (Work::Edit, dead) if is_left || dead.is_some() => return Ok(Ended::Told(Told::Nothing)),
        (Work::Empty, _) if is_left => return Ok(Ended::Waits),
        // Editing takes less than sending, so it is tried once; then it waits like the channel's follows.
        (Work::Empty, Some(_)) if notice.attempts > 0 => return Ok(Ended::Waits),
        _ => {}
    }
    let kept = match tools.store.subject(notice).await? {
        Subject::Other => return Ok(Ended::Moved),
        Subject::Erased => None,
        Subject::Known(known, revision) => Some((*known, revision)),
    };
    let follows = tools.follows.those(&notice.follows);
    // As they stand now: much may have happened since the claim.
    let posts = tools.store.posts_in(notice.space, notice.channel).await?;
    let post = posts.iter().find(|post| post.slot == notice.slot);
    let notice = &Claimed { message: post.and_then(|post| post.message), ..notice.clone() };
    let told = match (telling::tell_erased(notice, post, kept.is_some()), &kept) {
        (None, Some((known, _))) => {
            telling::tell(notice, known, &follows, live_message(notice.slot, &posts), now)
        }
        (told, _) => told.unwrap_or(Told::Nothing),
    };
    let (known, revision) = kept.unwrap_or_else(|| (Known::bare(notice.space, now), UNKNOWN_REVISION));
    let maybe_sent_before = notice.work == Work::Post && notice.tried_at.is_some();
    if maybe_sent_before && (nonce_is_old(notice, now) || matches!(told, Told::Drop(_))) {
        drop((slot, permit));
        return Ok(Ended::Searched { found: search(tools, notice, now).await?, told });
    }
    let Told::Say(form) = told else { return Ok(Ended::Told(told)) };
    let settings = tools.guilds.settings(notice.guild);
    let hush = match notice.work {
        Work::Post => Hush {
            late: form == Form::LiveSince || is_late(None, notice.fell_due_at, now),
            quiet_until: settings.quiet_until(now),
        },
        _ => Hush::default(),
    };
    let mut to = Addressee::from(notice);
    to.silent |= hush.is_on();
    if hush.quiet_until.is_some() {
        to.sound = Sound::Muted;
    }
    let telling = compose(tools, form, known, &to, &follows);
    let deletes =
        settings.ended == settings::Ended::Delete && matches!(form, Form::Emptied | Form::Forgotten);
    let outcome = match notice.message {
        Some(message) if notice.work != Work::Post && deletes => {
            tools.courier.delete(slot, permit, &telling, message).await
        }
        Some(message) if notice.work != Work::Post => {
            tools.courier.edit(slot, permit, &telling, message).await
        }
        _ => {
            if !tools.store.begin_try(notice, revision, tools.clock.now()).await? {
                return Ok(Ended::Moved);
            }
            let nonce = nonce(tools.nonce_salt, notice.id);
            let within = nonce_left(notice, tools.clock.now());
            tools.courier.post(slot, permit, &telling, &nonce, within).await
        }
    };
    Ok(Ended::Asked { outcome, hush, revision })
}

async fn record<C: Courier>(tools: &Tools<C>, notice: &Claimed, ended: &Ended) -> Result<(), StoreError> {
    let now = tools.clock.now();
    match ended {
        Ended::NotBegun => tools.store.release(notice, later(now, STORE_PAUSE), false, false).await,
        Ended::Waits => {
            let after = policy::emptying_pause(notice.attempts);
            tools.store.release(notice, later(now, after), false, true).await
        }
        Ended::Moved => tools.store.settle_moved(notice, now).await,
        Ended::Told(Told::Drop(decision)) => {
            info!(
                space.id = %notice.space, channel.id = %notice.channel, decision = decision.name(),
                "Space {} isn't posted to channel {}: {}", notice.space, notice.channel, decision.name()
            );
            tools.store.settle_dropped(notice, *decision, now).await
        }
        Ended::Told(Told::Nothing | Told::Say(_)) => tools.store.settle_edited(notice, now).await,
        Ended::Asked { outcome, hush, revision } => {
            settle(tools, notice, outcome, *hush, *revision, now).await
        }
        Ended::Digest(end) => digest::record(tools, notice, end).await,
        Ended::Searched { found, told } => settle_by_what_was_found(tools, notice, found, told, now).await,
    }
}

async fn settle<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    outcome: &Outcome,
    hush: Hush,
    revision: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    match policy::next_of(notice.work, outcome, notice.attempts, (tools.chance)()) {
        Next::Done(message) if notice.work == Work::Post => {
            // An earlier try may have made the message that this one was answered with.
            let shown = match (notice.tried_at, notice.tried_revision) {
                (None, _) => revision,
                (Some(_), tried) => tried.unwrap_or(UNKNOWN_REVISION),
            };
            info!(
                space.id = %notice.space, channel.id = %notice.channel, message.id = %message,
                "posted Space {} to channel {}", notice.space, notice.channel
            );
            tools.store.settle_posted(notice, message, shown, hush, now).await?;
            tools.delays.saw(Leg::SightToPost, notice.fell_due_at, now);
            Ok(())
        }
        Next::Done(_) => tools.store.settle_edited(notice, now).await,
        Next::Retry { after, maybe_done, counts } => {
            debug!(
                space.id = %notice.space, channel.id = %notice.channel, ?outcome, ?after,
                "a notice about Space {} is tried again", notice.space
            );
            tools.store.release(notice, later(now, after), maybe_done, counts).await
        }
        Next::Drop(decision) => {
            if let Some(reason) = policy::pause(outcome) {
                tools.follows.pause_channel(notice.channel, reason, now).await?;
            }
            warn!(
                space.id = %notice.space, channel.id = %notice.channel, decision = decision.name(),
                "Space {} couldn't be told in channel {}: {}", notice.space, notice.channel, decision.name()
            );
            tools.store.settle_dropped(notice, decision, now).await
        }
        Next::Removed => {
            info!(
                space.id = %notice.space, channel.id = %notice.channel,
                "the message about Space {} in channel {} was removed, and stays so", notice.space, notice.channel
            );
            tools.store.settle_removed(notice, now).await
        }
    }
}

/// How long the nonce of this notice's message surely lives on; all its life where this is the first try.
pub(super) fn nonce_left(notice: &Claimed, now: Timestamp) -> Duration {
    let age = notice.tried_at.map_or(SignedDuration::ZERO, |tried_at| now.duration_since(tried_at).abs());
    (NONCE_LIFE - age).try_into().unwrap_or(Duration::ZERO)
}

/// A try in the future began before the clock was put back: nobody knows how long ago.
pub(super) fn nonce_is_old(notice: &Claimed, now: Timestamp) -> bool {
    notice.tried_at.is_some_and(|tried_at| now.duration_since(tried_at).abs() > NONCE_LIFE)
}

/// Finds out by the channel's history whether a message was sent, which the nonce can't guard any more.
async fn search<C: Courier>(tools: &Tools<C>, notice: &Claimed, now: Timestamp) -> Result<Found, StoreError> {
    let spaces: Vec<SpaceId> = notice.formerly.iter().copied().chain([notice.space]).collect();
    let mut recorded: Vec<MessageId> = Vec::new();
    for space in &spaces {
        let posts = tools.store.posts_in(*space, notice.channel).await?;
        recorded.extend(posts.iter().filter_map(|post| post.message));
    }
    let tried_at = notice.tried_at.unwrap_or(now);
    let sought = Sought::Post(&spaces, notice.slot);
    Ok(tools.courier.find(notice.channel, sought, sent_between(tried_at, now), &recorded).await)
}

/// When a message may have been sent that was first tried then.
pub(super) fn sent_between(tried_at: Timestamp, now: Timestamp) -> RangeInclusive<Timestamp> {
    if tried_at > now {
        now.saturating_sub(UNDATED).unwrap_or(now)..=now
    } else {
        tried_at..=tried_at.saturating_add(SENT_WITHIN).unwrap_or(now)
    }
}

async fn settle_by_what_was_found<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    found: &Found,
    told: &Told,
    now: Timestamp,
) -> Result<(), StoreError> {
    match found {
        Found::Message(message) => {
            let settings = tools.guilds.settings(notice.guild);
            let quiet_until = notice.tried_at.and_then(|tried_at| settings.quiet_until(tried_at));
            let hush = Hush { quiet_until, ..Hush::default() };
            tools.store.settle_posted(notice, *message, UNKNOWN_REVISION, hush, now).await
        }
        Found::Nothing => {
            // Nothing was sent, so nothing is uncertain: from here on it is a fresh try.
            let fresh = Claimed { tried_at: None, tried_revision: None, ..notice.clone() };
            match told {
                Told::Drop(decision) => tools.store.settle_dropped(&fresh, *decision, now).await,
                Told::Say(_) | Told::Nothing => tools.store.release(&fresh, now, false, false).await,
            }
        }
        Found::Unreadable => tools.store.settle_dropped(notice, Decision::Uncertain, now).await,
        Found::Later(after) => tools.store.release(notice, later(now, *after), false, true).await,
    }
}

/// The live message that a scheduled one beside it points to.
fn live_message(slot: Slot, posts: &[Post]) -> Option<MessageId> {
    let mut others = posts.iter().filter(|_| slot == Slot::Scheduled);
    others.find(|post| post.slot == Slot::Live).and_then(|post| post.message)
}

pub(super) fn later(now: Timestamp, after: Duration) -> Timestamp {
    SignedDuration::try_from(after).ok().and_then(|after| now.checked_add(after).ok()).unwrap_or(now)
}
