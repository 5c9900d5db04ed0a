//! `/follow list`: a server's follows, a page at a time.

use super::{filter, target_words};
use crate::card::{Card, Tone, relative};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::options::when_label;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Place, Reply, Style};
use crate::commands::words::Words;
use crate::domain::follow::{Follow, PauseReason, Target};
use crate::domain::ids::{ChannelId, GuildId};
use crate::texts::{Arg, Key, key};
use crate::x::Budget;
use crate::x::cost::next_day;

/// Follows on a page: with the longest of each part they fit a card's description.
const PAGE: usize = 7;
/// Room for a filter's terms in a line.
const TERMS_MAX: usize = 50;

/// A page of the server's follows, or of one channel's.
#[must_use]
pub fn page(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    channel: Option<ChannelId>,
    page: u16,
) -> Reply {
    let words = app.words(&invocation.locale);
    let mut follows = app.follows.of_guild(guild);
    follows.retain(|follow| channel.is_none_or(|channel| follow.channel == channel));
    if follows.is_empty() {
        let example = ("command", Arg::from(app.directory.mention("follow host")));
        let content = match channel {
            None => words.with(key("list-empty"), &[example]),
            Some(channel) => words
                .with(key("list-empty-channel"), &[("channel", Arg::from(format!("<#{channel}>"))), example]),
        };
        return Reply::private(content);
    }
    let pages = follows.len().div_ceil(PAGE);
    let index = usize::from(page).min(pages - 1);
    let lines: Vec<String> =
        follows.iter().skip(index * PAGE).take(PAGE).map(|follow| line(app, follow, words)).collect();
    let card = Card {
        title: Some(words.with(key("list-title"), &[("count", Arg::from(follows.len()))])),
        description: Some(lines.join("\n")),
        footer: Some(
            words.with(key("list-page"), &[("page", Arg::from(index + 1)), ("pages", Arg::from(pages))]),
        ),
        tone: Tone::Plain,
        ..Card::default()
    };
    let turn = |label: Key, to: usize| {
        let deed = Deed::List { channel, page: u16::try_from(to).unwrap_or(u16::MAX) };
        Button::press(words.say(label), Style::Secondary, Press { by: invocation.asker.user, deed })
    };
    let mut row = Vec::new();
    if index > 0 {
        row.push(turn(key("button-back"), index - 1));
    }
    if index + 1 < pages {
        row.push(turn(key("button-next"), index + 1));
    }
    let place = if invocation.is_in_place() { Place::InPlace } else { Place::New };
    Reply { cards: vec![card], private: true, place, ..Reply::default() }.with_row(row)
}

/// A follow in one line: id, what, where, which posts, whom, and why it rests.
fn line(app: &App, follow: &Follow, words: Words<'_>) -> String {
    let mut parts = vec![format!("<#{}>", follow.channel), words.say(when_label(follow.when))];
    parts.extend(filter::said(&follow.filter, TERMS_MAX, words));
    if let Some(role) = follow.role {
        parts.push(words.with(key("list-pings"), &[("role", Arg::from(format!("<@&{role}>")))]));
    }
    if let Some(reason) = follow.paused {
        parts.push(words.say(paused(reason)));
    } else if let Some(which) = search_rests(app, follow) {
        parts.push(words.with(rests(which), &[("when", Arg::from(relative(next_day(app.clock.now()))))]));
    }
    format!("`#{}` {} → {}", follow.id, target_words(&follow.target, words), parts.join(" · "))
}

/// What keeps X from being searched for a follow's keyword today, if something does.
#[must_use]
pub fn search_rests(app: &App, follow: &Follow) -> Option<Budget> {
    let Target::Keyword(_) = &follow.target else { return None };
    let payers = app.payments.now(&app.follows).payers(&crate::follows::folded(&follow.target));
    app.x.spending().search_rests(&payers)
}

const fn rests(which: Budget) -> Key {
    match which {
        Budget::Allowance | Budget::Guild => key("list-rests-allowance"),
        Budget::Day | Budget::Commands => key("list-rests-day"),
        Budget::TooSmall => key("list-rests-too-small"),
    }
}

const fn paused(reason: PauseReason) -> Key {
    match reason {
        PauseReason::ChannelGone => key("list-paused-channel-gone"),
        PauseReason::Forbidden => key("list-paused-forbidden"),
        PauseReason::Locked => key("list-paused-locked"),
        PauseReason::GuildLeft | PauseReason::PersonLeft => key("list-paused-guild-left"),
        PauseReason::Person => key("list-paused-person"),
    }
}
