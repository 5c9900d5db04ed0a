//! `/space show`: one Space, and what its buttons do.

use jiff::Timestamp;

use crate::card::{self, relative};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::lookup::{self, Finding, Sighting};
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::SpaceId;
use crate::domain::known::{Known, Phase};
use crate::domain::text;
use crate::texts::{Arg, key};
use crate::x::{Lookup, Want};

/// Room for a title in a sentence.
const TITLE_MAX: usize = 100;
/// Speakers that are named.
const SPEAKERS_MAX: usize = 25;

/// Shows a Space.
pub(super) async fn show(app: &App, invocation: &Invocation, id: SpaceId, private: bool) -> Reply {
    let words = app.words(&invocation.locale);
    let shown = app.words_for(invocation, private);
    match lookup::find(app, &invocation.asker, id).await {
        Err(failure) => sorry::reply(&failure, words),
        Ok(Finding::Gone(known)) => Reply::private(gone(known.as_deref(), words)),
        Ok(Finding::There(sighting)) if sighting.known.phase.is_over() => {
            Reply::private(gone(Some(&sighting.known), words))
        }
        Ok(Finding::There(sighting)) => {
            let now = app.clock.now();
            app.recent.saw_space(invocation.asker.user, id);
            if let Some(host) = sighting.known.space.creator
                && let Some(host) = sighting.people.iter().find(|user| user.id == host)
            {
                app.recent.saw_host(invocation.asker.user, host.username);
            }
            let fault = sighting.fault.as_ref().map(|fault| sorry::failure(fault, shown));
            let content = fault.unwrap_or_default();
            let row = buttons(app, invocation, &sighting, private, shown);
            Reply { content, cards: vec![shown.card(&sighting.subject(now))], private, ..Reply::default() }
                .with_row(row)
        }
    }
}

/// Shows a Space to the channel, at the press of Share.
pub async fn share(app: &App, invocation: &Invocation, id: SpaceId) -> Reply {
    let words = app.words(&invocation.locale);
    if !invocation.may_share() {
        return Reply::private(words.say(key("share-not-allowed")));
    }
    show(app, invocation, id, false).await
}

/// Shows the Space that was picked from a list, to whoever picked it.
pub async fn open(app: &App, invocation: &Invocation, id: SpaceId) -> Reply {
    show(app, invocation, id, true).await
}

/// Names the speakers of a Space, at the press of Speakers.
pub async fn speakers(app: &App, invocation: &Invocation, id: SpaceId) -> Reply {
    let words = app.words(&invocation.locale);
    let asker = &invocation.asker;
    let fetched = lookup::question(app, asker, app.x.space(id, Want::SPEAKERS, asker.cause())).await;
    let fetched = match fetched {
        Ok(fetched) => fetched,
        Err(failure) => return sorry::reply(&failure, words),
    };
    let Lookup::Found(space) = fetched.value else {
        return Reply::private(gone(app.watch.known(id).as_ref(), words));
    };
    let now = app.clock.now();
    let people = lookup::cached(app, &fetched.speakers, now);
    let named: Vec<String> = people
        .iter()
        .take(SPEAKERS_MAX)
        .map(|user| {
            let name = text::marked_down(&user.name, 40).unwrap_or_default();
            format!("{name} {}", card::linked_handle(&user.username)).trim().to_owned()
        })
        .collect();
    if named.is_empty() {
        return Reply::private(words.say(key("speakers-none")));
    }
    let others = fetched.speakers.len().saturating_sub(named.len());
    let mut content = words.with(
        key("speakers-of"),
        &[("title", Arg::from(words.title(&space, TITLE_MAX))), ("count", Arg::from(fetched.speakers.len()))],
    );
    for line in named {
        // A link is long; 25 of the longest wouldn't fit a message.
        if text::length(&content) + text::length(&line) > 1_900 {
            break;
        }
        content = format!("{content}\n{line}");
    }
    if others > 0 {
        content = format!("{content}\n{}", words.with(key("more-of-them"), &[("count", Arg::from(others))]));
    }
    Reply::private(content)
}

/// What is said of a Space that X doesn't show any more.
pub(super) fn gone(known: Option<&Known>, words: Words<'_>) -> String {
    let at = |time: Timestamp| [("when", Arg::from(relative(time)))];
    match known {
        Some(Known { phase: Phase::Cancelled, .. }) => words.say(key("space-cancelled")),
        Some(Known { phase: Phase::Ended, over_at: Some(time), .. }) => {
            words.with(key("space-ended-at"), &at(*time))
        }
        Some(Known { phase: Phase::Ended, .. }) => words.say(key("space-ended")),
        _ => words.say(key("space-not-there")),
    }
}

/// The row of buttons below a Space's card.
pub(super) fn buttons(
    app: &App,
    invocation: &Invocation,
    sighting: &Sighting,
    private: bool,
    words: Words<'_>,
) -> Vec<Button> {
    let space = &sighting.known.space;
    let is_live = sighting.known.phase == Phase::Live;
    let press = |deed: Deed| Press { by: invocation.asker.user, deed };
    let listen = if is_live { key("button-listen") } else { key("button-open") };
    let mut row = vec![Button::link(words.say(listen), space.id.url())];
    let followed_here = |host| {
        let in_channel = app.follows.of_channel(invocation.channel());
        in_channel.iter().any(|follow| crate::commands::follow::is_of_host(follow, host))
    };
    if sighting.known.phase == Phase::Scheduled {
        let label = words.say(key("button-remind"));
        row.push(Button::press(label, Style::Secondary, press(Deed::Remind(space.id))));
    }
    if let Some(host) = space.creator
        && invocation.asker.guild.is_some()
        && invocation.manages_server()
        && !followed_here(host)
    {
        let label = words.say(key("button-follow-host"));
        row.push(Button::press(label, Style::Primary, press(Deed::FollowHost(host))));
    }
    if is_live {
        let label = words.say(key("button-speakers"));
        row.push(Button::press(label, Style::Secondary, press(Deed::Speakers(space.id))));
    }
    if private && invocation.asker.guild.is_some() {
        let label = words.say(key("button-share"));
        row.push(Button::press(label, Style::Secondary, press(Deed::Share(space.id))));
    }
    row
}
