//! The digest: one message in a channel, after its server's quiet hours, that says what was posted in them.
//!
//! It is work in the outbox like a post, under a nonce of its own, so that a crash neither loses nor doubles it. It holds
//! nothing of X, so nothing of it has to be erased: it links to the posts, and says which Spaces are over by now. What is told of is what
//! had been posted when its sending was first tried; what came later waits for the next one.

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::courier::{Courier, Found, Outcome, Sought};
use super::deliverer::Tools;
use super::errand::{later, nonce_is_old, nonce_left, sent_between};
use super::policy::{self, Next};
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::notice::{Slot, nonce};
use crate::store::{Claimed, QuietPost, StoreError, UNKNOWN_REVISION};

/// Posts that a digest links to; the others are counted.
const LINKS_MAX: usize = 10;
/// Once the first of its posts is older than this, which no quiet hours last, a digest tells nobody anything.
const OLD_AFTER: SignedDuration = SignedDuration::from_hours(36);

/// What a digest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// The posts that it links to, the first one first.
    pub posts: Vec<QuietPost>,
    /// How many more there were.
    pub more: usize,
}

/// How carrying it out ended.
pub(super) enum End {
    /// Its hour hasn't come.
    NotYet(Timestamp),
    /// There is nothing to be said, or nobody to say it to.
    Needless,
    /// It is done with already.
    Gone,
    /// Discord was asked.
    Asked(Outcome),
    /// The channel was searched for one that may be there.
    Searched(Found),
}

/// What `posts` come to: of a Space that has both messages here the live one says more. `None` if that is nothing.
#[must_use]
pub fn digest(guild: GuildId, channel: ChannelId, posts: &[QuietPost]) -> Option<Digest> {
    let is_told = |post: &&QuietPost| {
        let mut others = posts.iter().filter(|other| other.space == post.space);
        post.slot == Slot::Live || !others.any(|other| other.slot == Slot::Live)
    };
    let told: Vec<QuietPost> = posts.iter().filter(is_told).cloned().collect();
    let more = told.len().saturating_sub(LINKS_MAX);
    let posts: Vec<QuietPost> = told.into_iter().take(LINKS_MAX).collect();
    (!posts.is_empty()).then_some(Digest { guild, channel, posts, more })
}

pub(super) async fn send<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    slot: C::Slot,
    permit: C::Permit,
) -> Result<End, StoreError> {
    let now = tools.clock.now();
    if let Some(tried_at) = notice.tried_at.filter(|_| nonce_is_old(notice, now)) {
        drop((slot, permit));
        let between = sent_between(tried_at, now);
        return Ok(End::Searched(tools.courier.find(notice.channel, Sought::Digest, between, &[]).await));
    }
    let settings = tools.guilds.settings(notice.guild);
    if let Some(over) = settings.quiet_until(now).filter(|_| notice.tried_at.is_none()) {
        return Ok(End::NotYet(over));
    }
    // Whoever takes no posts gets none, and nobody reads at noon what the night was.
    let is_out_of_reach = tools.follows.is_left(notice.guild) || tools.follows.dead(notice.channel).is_some();
    if is_out_of_reach || now.duration_since(notice.fell_due_at) > OLD_AFTER {
        return Ok(End::Needless);
    }
    let posts = tools.store.quiet_posts(notice.channel, cutoff(notice, now)).await?;
    let Some(digest) = digest(notice.guild, notice.channel, &posts) else { return Ok(End::Needless) };
    if !tools.store.begin_try(notice, UNKNOWN_REVISION, now).await? {
        return Ok(End::Gone);
    }
    let nonce = nonce(tools.nonce_salt, notice.id);
    let within = nonce_left(notice, tools.clock.now());
    Ok(End::Asked(tools.courier.digest(slot, permit, &digest, &nonce, within).await))
}

/// Until when what was posted is told of: what was posted after the first try isn't in the message that it may have made.
fn cutoff(notice: &Claimed, now: Timestamp) -> Timestamp {
    notice.tried_at.unwrap_or(now)
}

pub(super) async fn record<C: Courier>(
    tools: &Tools<C>,
    notice: &Claimed,
    end: &End,
) -> Result<(), StoreError> {
    let now = tools.clock.now();
    let channel = notice.channel;
    let done = async || tools.store.settle_digest(notice, cutoff(notice, now), now).await;
    match end {
        End::NotYet(over) => tools.store.release(notice, *over, false, false).await,
        End::Needless | End::Gone | End::Searched(Found::Unreadable | Found::Message(_)) => done().await,
        End::Searched(Found::Nothing) => {
            let fresh = Claimed { tried_at: None, tried_revision: None, ..notice.clone() };
            tools.store.release(&fresh, now, false, false).await
        }
        End::Searched(Found::Later(after)) => {
            tools.store.release(notice, later(now, *after), false, true).await
        }
        End::Asked(outcome) => {
            match policy::next_of(notice.work, outcome, notice.attempts, (tools.chance)()) {
                Next::Done(message) => {
                    info!(channel.id = %channel, message.id = %message, "told channel {channel} of its quiet hours");
                    done().await
                }
                Next::Removed => done().await,
                Next::Retry { after, maybe_done, counts } => {
                    tools.store.release(notice, later(now, after), maybe_done, counts).await
                }
                Next::Drop(decision) => {
                    if let Some(reason) = policy::pause(outcome) {
                        tools.follows.pause_channel(channel, reason, now).await?;
                    }
                    warn!(channel.id = %channel, decision = decision.name(), "channel {channel} couldn't be told of its quiet hours");
                    done().await
                }
            }
        }
    }
}
