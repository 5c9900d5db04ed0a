//! `/settings erase`: removes all of a server's data, after a confirmation.
//!
//! A button's id proves nothing, so who asked is kept in the store until it is confirmed: the button carries the
//! question's number alone, works after a restart, once, and not for long.

use jiff::SignedDuration;

use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::erasure::{Erased, Whose};
use crate::domain::ids::GuildId;
use crate::store::StoreError;
use crate::texts::{Arg, Key, key};

/// How long the question can be answered.
const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// Says what would go, and asks.
pub(super) async fn ask(app: &App, invocation: &Invocation, guild: GuildId) -> Reply {
    let words = app.words(&invocation.locale);
    let by = invocation.asker.user;
    let asked = async {
        let kept = app.store.kept_for_guild(guild).await?;
        Ok((kept, app.store.ask_to_confirm(guild, by, app.clock.now()).await?))
    };
    let (kept, number) = match asked.await {
        Ok(asked) => asked,
        Err(error) => return failed(&error, words),
    };
    let button = |label: Key, style, deed| Button::press(words.say(label), style, Press { by, deed });
    Reply::private(counted(key("erase-ask"), &kept, words)).with_row(vec![
        button(key("button-erase"), Style::Danger, Deed::EraseServer(number)),
        button(key("button-keep"), Style::Secondary, Deed::KeepServer(number)),
    ])
}

/// Erases, at the press of the button, if whoever presses asked or has Manage Server.
pub async fn erase(app: &App, invocation: &Invocation, guild: GuildId, number: i64) -> Reply {
    let words = app.words(&invocation.locale);
    match may_answer(app, invocation, guild, number).await {
        Ok(true) => {}
        Ok(false) => return too_late(words),
        Err(error) => return failed(&error, words),
    }
    match app.erase(&Whose::Server(guild)).await {
        Ok(erased) => Reply::private(counted(key("erase-done"), &erased, words)).in_place(),
        Err(error) => failed(&error, words),
    }
}

/// Erases nothing, at the press of the other button.
pub async fn keep(app: &App, invocation: &Invocation, guild: GuildId, number: i64) -> Reply {
    let words = app.words(&invocation.locale);
    match may_answer(app, invocation, guild, number).await {
        Ok(true) => {}
        Ok(false) => return too_late(words),
        Err(error) => return failed(&error, words),
    }
    match app.store.forget_to_confirm(guild, number).await {
        Ok(()) => Reply::private(words.say(key("erase-kept"))).in_place(),
        Err(error) => failed(&error, words),
    }
}

async fn may_answer(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    number: i64,
) -> Result<bool, StoreError> {
    let since = app.clock.now().saturating_sub(ANSWERED_WITHIN).unwrap_or_default();
    let asked_by = app.store.to_confirm(guild, number, since).await?;
    Ok(asked_by.is_some_and(|by| by == invocation.asker.user || invocation.manages_server()))
}

fn counted(sentence: Key, erased: &Erased, words: Words<'_>) -> String {
    words.with(
        sentence,
        &[
            ("follows", Arg::from(erased.follows)),
            ("blocks", Arg::from(erased.blocks)),
            ("posts", Arg::from(erased.posts)),
        ],
    )
}

fn too_late(words: Words<'_>) -> Reply {
    Reply::private(words.say(key("erase-too-late"))).in_place()
}

fn failed(error: &StoreError, words: Words<'_>) -> Reply {
    Reply::private(sorry::store(error, words))
}
