//! What is live or to come right now: told when something is followed, and posted at the press of a button.

use super::own;
use crate::card::{date, relative};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::follow::Follow;
use crate::domain::ids::{DiscordUserId, FollowId, GuildId, SpaceId};
use crate::domain::known::{Known, Phase};
use crate::texts::{Arg, key};

/// Spaces that are listed: with Undo they fill a row of buttons.
const LISTED_MAX: usize = 4;
/// Room for a title in the list.
const TITLE_MAX: usize = 120;

/// A list of `spaces`, live ones first, and a button for each that posts it.
pub(super) fn listed(
    mut spaces: Vec<Known>,
    follow: FollowId,
    by: DiscordUserId,
    words: Words<'_>,
) -> Option<(String, Vec<Button>)> {
    spaces.retain(|known| matches!(known.phase, Phase::Live | Phase::Scheduled));
    spaces.sort_by_key(|known| (known.phase != Phase::Live, known.space.scheduled_start, known.space.id));
    let others = spaces.len().saturating_sub(LISTED_MAX);
    spaces.truncate(LISTED_MAX);
    if spaces.is_empty() {
        return None;
    }
    let only_one = spaces.len() == 1;
    let mut text = words.say(key("now-heading"));
    let mut buttons = Vec::new();
    for (number, known) in (1_u32..).zip(&spaces) {
        text = format!("{text}\n{number}. {}", line(known, TITLE_MAX, words));
        let label = if only_one {
            words.say(key("button-post-now"))
        } else {
            words.with(key("button-post-one-now"), &[("number", Arg::from(number))])
        };
        let deed = Deed::PostNow { follow, space: known.space.id };
        buttons.push(Button::press(label, Style::Secondary, Press { by, deed }));
    }
    if others > 0 {
        text = format!("{text}\n{}", words.with(key("more-of-them"), &[("count", Arg::from(others))]));
    }
    Some((text, buttons))
}

/// A Space's state and title, which leads to it; the title in at most `limit` UTF-16 units.
#[must_use]
pub fn line(known: &Known, limit: usize, words: Words<'_>) -> String {
    let title = format!("[{}](<{}>)", words.title(&known.space, limit), known.space.id.url());
    let title = ("title", Arg::from(title));
    match (known.phase, known.live_since.or(known.space.started_at), known.space.scheduled_start) {
        (Phase::Live, Some(since), _) => {
            words.with(key("now-live-since"), &[title, ("when", Arg::from(relative(since)))])
        }
        (Phase::Live, None, _) => words.with(key("now-live"), &[title]),
        (_, _, Some(start)) => {
            words.with(key("now-scheduled-for"), &[title, ("when", Arg::from(date(start)))])
        }
        (_, _, None) => words.with(key("now-scheduled"), &[title]),
    }
}

/// Posts a Space for a follow, at the press of Post now.
pub async fn post_now(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    follow: FollowId,
    space: SpaceId,
) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(follow) = own(app, guild, follow) else {
        return Reply::private(words.say(key("follow-not-here")));
    };
    let known = app.watch.known(space);
    let concerns = |known: &Known| app.follows.concerned(&known.space).iter().any(|it| it.id == follow.id);
    match known {
        Some(known) if known.phase.is_over() => Reply::private(words.say(key("post-now-over"))),
        Some(known) if concerns(&known) => queue(app, &follow, space, words).await,
        _ => Reply::private(words.say(key("post-now-unknown"))),
    }
}

async fn queue(app: &App, follow: &Follow, space: SpaceId, words: Words<'_>) -> Reply {
    let channel = [("channel", Arg::from(format!("<#{}>", follow.channel)))];
    match app.watch.post_now(follow, space).await {
        Ok(true) => Reply::private(words.with(key("post-now-queued"), &channel)),
        Ok(false) => Reply::private(words.with(key("post-now-there"), &channel)),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}
