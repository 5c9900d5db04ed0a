//! `/follow remove`, and Undo of it and of a follow that was just added.
//!
//! What was removed is kept by the store for a week, so that Undo works after a restart: a follow with its role,
//! channel and a keyword of fifty characters doesn't fit into the hundred of a button's id.

use super::{own, target_words};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::follow::Follow;
use crate::domain::ids::{FollowId, GuildId};
use crate::texts::{Arg, Key, key};

/// Removes a follow.
pub(super) async fn remove(app: &App, invocation: &Invocation, guild: GuildId, id: FollowId) -> Reply {
    let words = app.words(&invocation.locale);
    match app.follows.remove(guild, id, app.clock.now()).await {
        Ok(Some(follow)) => removed(&follow, invocation, words),
        Ok(None) => Reply::private(words.say(key("follow-not-here"))),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}

/// Removes a follow that was just added, at the press of Undo.
pub async fn undo_add(app: &App, invocation: &Invocation, guild: GuildId, id: FollowId) -> Reply {
    remove(app, invocation, guild, id).await.in_place()
}

/// Brings back a follow that was just removed, at the press of Undo.
pub async fn undo_remove(app: &App, invocation: &Invocation, guild: GuildId, id: FollowId) -> Reply {
    let words = app.words(&invocation.locale);
    if let Some(follow) = own(app, guild, id) {
        return Reply::private(about(&follow, key("undo-done"), words)).in_place();
    }
    let follow = match app.store.removed_follow(guild, id).await {
        Ok(Some(follow)) => follow,
        Ok(None) => return Reply::private(words.say(key("undo-too-late"))).in_place(),
        Err(error) => return Reply::private(sorry::store(&error, words)).in_place(),
    };
    let content = match app.follows.restore(&follow).await {
        Ok(true) => {
            super::settle_in(app, &[follow.id]).await;
            about(&follow, key("undo-done"), words)
        }
        Ok(false) => about(&follow, key("undo-taken"), words),
        Err(error) => sorry::add(&error, words),
    };
    Reply::private(content).in_place()
}

fn removed(follow: &Follow, invocation: &Invocation, words: Words<'_>) -> Reply {
    let undo = Press { by: invocation.asker.user, deed: Deed::UndoRemove(follow.id) };
    Reply::private(about(follow, key("follow-removed"), words)).with_row(vec![Button::press(
        words.say(key("button-undo")),
        Style::Secondary,
        undo,
    )])
}

pub(super) fn about(follow: &Follow, sentence: Key, words: Words<'_>) -> String {
    words.with(
        sentence,
        &[
            ("id", Arg::from(follow.id.to_string())),
            ("what", Arg::from(target_words(&follow.target, words))),
            ("channel", Arg::from(format!("<#{}>", follow.channel))),
        ],
    )
}
