//! What people are told where something needs their linked account: what happened, and what to do.

use super::app::App;
use super::reply::Reply;
use super::sorry;
use super::words::Words;
use crate::linking::{NoToken, Unasked};
use crate::store::EndedBy;
use crate::texts::{Arg, key};

/// This bot links no accounts.
pub(super) fn off(words: Words<'_>) -> Reply {
    Reply::private(words.say(key("account-off")))
}

/// The asker linked none.
pub(super) fn not_linked(app: &App, words: Words<'_>) -> String {
    words.with(key("account-none"), &[link(app)])
}

/// Their link ended without their doing.
pub(super) fn ended(app: &App, by: EndedBy, words: Words<'_>) -> String {
    let key = match by {
        EndedBy::Refusal => key("account-ended-refused"),
        EndedBy::Loss => key("account-ended-lost"),
    };
    words.with(key, &[link(app)])
}

/// What was kept of it can't be opened.
pub(super) fn unreadable(app: &App, words: Words<'_>) -> String {
    words.with(key("account-unreadable"), &[link(app)])
}

/// Nothing can be asked in the asker's name.
pub(super) fn no_token(app: &App, why: &NoToken, words: Words<'_>) -> String {
    match why {
        NoToken::NotLinked => not_linked(app, words),
        NoToken::Ended(by) => ended(app, *by, words),
        NoToken::Unreadable => unreadable(app, words),
        NoToken::XUnavailable => words.say(key("sorry-x-unavailable")),
        NoToken::Store => words.say(key("sorry-store")),
    }
}

/// X gave no answer in the asker's name; `forbidden` and `missing` say what that means for this question.
pub(super) fn unasked(
    app: &App,
    why: &Unasked,
    forbidden: String,
    missing: String,
    words: Words<'_>,
) -> String {
    match why {
        Unasked::NoToken(why) => no_token(app, why, words),
        Unasked::Forbidden => forbidden,
        Unasked::Missing => missing,
        Unasked::X(error) => sorry::x(error, words),
    }
}

fn link(app: &App) -> (&'static str, Arg<'static>) {
    ("link", Arg::from(app.directory.mention("account link")))
}
