//! What a server's people are told of channels that take no posts: which, why, and what mends it. Once.

use jiff::Timestamp;

use crate::commands::words::Words;
use crate::domain::follow::PauseReason;
use crate::domain::ids::{ChannelId, GuildId};
use crate::follows::Follows;
use crate::store::{Store, StoreError};
use crate::texts::{Arg, Key, key};

/// Channels that are named; of more it is said how many.
const NAMED_MAX: usize = 10;

/// Takes it on to tell of a server's dead channels: those that nobody told of yet, each with what is wrong. `looks`
/// says after how many looks in vain: with 1, those that the mender found no place to tell of.
pub async fn claim(
    follows: &Follows,
    store: &Store,
    guild: GuildId,
    looks: u32,
    now: Timestamp,
) -> Result<Vec<(ChannelId, PauseReason)>, StoreError> {
    let mut claimed = Vec::new();
    for channel in store.untold(guild, looks).await? {
        if let Some(reason) = follows.dead(channel)
            && store.tell_of(channel, now).await?
        {
            claimed.push((channel, reason));
        }
    }
    Ok(claimed)
}

/// Says that nobody could be told of these after all.
pub async fn not_told(store: &Store, dead: &[(ChannelId, PauseReason)]) -> Result<(), StoreError> {
    for (channel, _) in dead {
        store.untell_of(*channel).await?;
    }
    Ok(())
}

/// What is said of dead channels. `resume` is the mention of the command that takes follows up again.
#[must_use]
pub fn told(dead: &[(ChannelId, PauseReason)], resume: &str, words: Words<'_>) -> String {
    let mut lines = vec![words.say(key("dead-heading"))];
    let named = dead.iter().take(NAMED_MAX);
    lines.extend(named.map(|(channel, reason)| format!("- {}", sentence(*channel, *reason, words))));
    if dead.len() > NAMED_MAX {
        lines.push(words.with(key("more-of-them"), &[("count", Arg::from(dead.len() - NAMED_MAX))]));
    }
    lines.push(words.with(key("dead-after"), &[("command", Arg::from(resume.to_owned()))]));
    lines.join("\n")
}

/// What is wrong with a channel, and what mends it.
pub(super) fn sentence(channel: ChannelId, reason: PauseReason, words: Words<'_>) -> String {
    let what: Key = match reason {
        PauseReason::ChannelGone => key("dead-channel-gone"),
        PauseReason::Locked => key("dead-locked"),
        _ => key("dead-forbidden"),
    };
    words.with(what, &[("channel", Arg::from(format!("<#{channel}>")))])
}
