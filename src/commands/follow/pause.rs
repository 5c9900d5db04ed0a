//! `/follow pause` and `/follow resume`: what a person pauses rests until a person takes it up again.

use std::sync::Arc;

use super::remove::about;
use super::{Which, dead};
use crate::commands::app::{App, Posting, Unseen};
use crate::commands::reply::Reply;
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::follow::{Follow, PauseReason};
use crate::domain::ids::GuildId;
use crate::texts::{Arg, Key, key};

/// Pauses.
pub(super) async fn pause(app: &App, guild: GuildId, which: Which, words: Words<'_>) -> Reply {
    let Some(meant) = meant(app, guild, which) else {
        return Reply::private(words.say(key("follow-not-here")));
    };
    let meant = those(meant, |follow| follow.paused != Some(PauseReason::Person));
    if let Err(error) = app.follows.pause_for_person(&meant, app.clock.now()).await {
        return Reply::private(sorry::store(&error, words));
    }
    match (which, meant.as_slice()) {
        (_, []) => Reply::private(words.say(key("pause-nothing"))),
        (Which::One(_), [follow, ..]) => Reply::private(about(follow, key("pause-done"), words)),
        (Which::All, all) => Reply::private(counted(key("pause-all-done"), all, words)),
    }
}

/// Takes up again. Where the channel takes no posts that is said at once: the follow would rest again.
pub(super) async fn resume(app: &App, guild: GuildId, which: Which, words: Words<'_>) -> Reply {
    let Some(meant) = meant(app, guild, which) else {
        return Reply::private(words.say(key("follow-not-here")));
    };
    let meant = those(meant, |follow| follow.paused.is_some());
    if let Err(error) = app.follows.resume_for_person(guild, &meant, app.clock.now()).await {
        return Reply::private(sorry::store(&error, words));
    }
    match (which, meant.as_slice()) {
        (_, []) => Reply::private(words.say(key("resume-nothing"))),
        (Which::All, all) => Reply::private(counted(key("resume-all-done"), all, words)),
        (Which::One(_), [follow, ..]) => {
            let done = about(follow, key("resume-done"), words);
            let posting = app.server.posting(guild, follow.channel, std::time::Duration::ZERO).await;
            let reason = match posting {
                Ok(Posting::Cards | Posting::Plain) | Err(Unseen::Unavailable) => None,
                Ok(Posting::Locked) => Some(PauseReason::Locked),
                Ok(Posting::Forbidden) | Err(Unseen::Hidden) => Some(PauseReason::Forbidden),
                Err(Unseen::NotHere) => Some(PauseReason::ChannelGone),
            };
            match reason {
                None => Reply::private(done),
                Some(reason) => {
                    Reply::private(format!("{done}\n{}", dead::sentence(follow.channel, reason, words)))
                }
            }
        }
    }
}

/// The follows that are meant; `None` if the server has no such one.
fn meant(app: &App, guild: GuildId, which: Which) -> Option<Vec<Arc<Follow>>> {
    match which {
        Which::All => Some(app.follows.of_guild(guild)),
        Which::One(id) => super::own(app, guild, id).map(|follow| vec![follow]),
    }
}

fn those(mut follows: Vec<Arc<Follow>>, wanted: impl Fn(&Follow) -> bool) -> Vec<Arc<Follow>> {
    follows.retain(|follow| wanted(follow));
    follows
}

fn counted(sentence: Key, follows: &[Arc<Follow>], words: Words<'_>) -> String {
    words.with(sentence, &[("count", Arg::from(follows.len()))])
}
