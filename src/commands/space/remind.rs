//! `/space remind` and the buttons that do the same: a direct message before a Space begins.

use jiff::SignedDuration;

use crate::card::{date, relative};
use crate::commands::app::{App, Undelivered};
use crate::commands::invocation::Invocation;
use crate::commands::lookup::{self, Finding, Sighting};
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::{ChannelId, SpaceId};
use crate::domain::known::Phase;
use crate::domain::reminder::{OPEN_AT_MOST, Plan};
use crate::store::{NewReminder, Remembered, StoreError};
use crate::texts::{Arg, key};
use crate::watcher::lifecycle::{Observation, Sight};

/// Room for a title in a sentence.
const TITLE_MAX: usize = 100;

/// Keeps a reminder of a Space for the asker, `before` minutes ahead of its start, or as long as the server decided.
pub async fn remind(app: &App, invocation: &Invocation, id: SpaceId, before: Option<u16>) -> Reply {
    let words = app.words(&invocation.locale);
    let sighting = match lookup::find(app, &invocation.asker, id).await {
        Err(failure) => return sorry::reply(&failure, words),
        Ok(Finding::Gone(known)) => return Reply::private(super::show::gone(known.as_deref(), words)),
        Ok(Finding::There(sighting)) => sighting,
    };
    if sighting.known.phase != Phase::Scheduled {
        return not_to_come(&sighting, sighting.known.phase, words);
    }
    if let Err(error) = keep_watched(app, &sighting).await {
        return Reply::private(sorry::store(&error, words));
    }
    let channel = match direct_channel(app, invocation).await {
        Ok(channel) => channel,
        Err(Refusal::Discord(error)) => return Reply::private(undelivered(error, words)),
        Err(Refusal::Store(error)) => return Reply::private(sorry::store(&error, words)),
    };
    let default = invocation.asker.guild.map_or(0, |guild| app.guilds.settings(guild).remind_before);
    let asked = before.unwrap_or(default);
    let new = NewReminder {
        space: id,
        user: invocation.asker.user,
        channel,
        locale: invocation.locale.clone(),
        before: asked,
    };
    match app.store.remind(&new, app.clock.now()).await {
        Err(error) => Reply::private(sorry::store(&error, words)),
        Ok(Remembered::Unknown) => Reply::private(words.say(key("space-not-there"))),
        Ok(Remembered::NotToCome(phase)) => not_to_come(&sighting, phase, words),
        Ok(Remembered::Full) => {
            Reply::private(words.with(key("remind-full"), &[("most", Arg::from(OPEN_AT_MOST))]))
        }
        Ok(Remembered::Made(plan) | Remembered::Changed(plan)) => {
            app.watch.wait_for(id);
            let undo = Press { by: invocation.asker.user, deed: Deed::ForgetReminder(id) };
            let undo = Button::press(words.say(key("button-undo")), Style::Secondary, undo);
            Reply::private(confirmed(&sighting, plan, asked, words)).with_row(vec![undo])
        }
    }
}

/// Takes the presser's reminder of a Space back.
pub async fn forget(app: &App, invocation: &Invocation, id: SpaceId) -> Reply {
    let words = app.words(&invocation.locale);
    match app.store.forget_reminder(id, invocation.asker.user).await {
        Ok(true) => Reply::private(words.say(key("remind-undone"))).in_place(),
        Ok(false) => Reply::private(words.say(key("remind-undone-late"))).in_place(),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}

/// Why there is no channel for direct messages.
enum Refusal {
    Discord(Undelivered),
    Store(StoreError),
}

/// Has the Space be known and looked at from now on, whoever follows it.
async fn keep_watched(app: &App, sighting: &Sighting) -> Result<(), StoreError> {
    let known = &sighting.known;
    if app.watch.known(known.space.id).is_some() {
        return Ok(());
    }
    let sight = Sight::Present(Box::new(known.space.clone()));
    app.watch.learn(vec![Observation { sight, asked_at: known.seen_at }]).await
}

/// The channel of direct messages with the asker. That it takes some is proven by a first one, unless the asker has a
/// reminder open already or asks there: Discord tells it at no other moment.
async fn direct_channel(app: &App, invocation: &Invocation) -> Result<ChannelId, Refusal> {
    if invocation.asker.guild.is_none() {
        return Ok(invocation.channel());
    }
    let user = invocation.asker.user;
    if let Some(channel) = app.store.reminded_in(user).await.map_err(Refusal::Store)? {
        return Ok(channel);
    }
    let channel = app.server.open_direct(user).await.map_err(Refusal::Discord)?;
    let words = app.words(&invocation.locale);
    let first = Reply { content: words.say(key("reminder-first")), ..Reply::default() };
    app.server.send_direct(channel, &first, None).await.map_err(Refusal::Discord)?;
    Ok(channel)
}

fn undelivered(error: Undelivered, words: Words<'_>) -> String {
    match error {
        Undelivered::Closed | Undelivered::Gone | Undelivered::Refused => words.say(key("remind-closed")),
        Undelivered::Later(_) => words.say(key("remind-busy")),
        Undelivered::Uncertain => words.say(key("sorry-discord")),
    }
}

fn not_to_come(sighting: &Sighting, phase: Phase, words: Words<'_>) -> Reply {
    let (said, label) = match phase {
        Phase::Live => (key("remind-live"), key("button-listen")),
        Phase::Scheduled | Phase::NoShow => (key("remind-no-show"), key("button-open")),
        Phase::Ended | Phase::Cancelled => {
            return Reply::private(super::show::gone(Some(&sighting.known), words));
        }
    };
    let title = words.title(&sighting.known.space, TITLE_MAX);
    let link = Button::link(words.say(label), sighting.known.space.id.url());
    Reply::private(words.with(said, &[("title", Arg::from(title))])).with_row(vec![link])
}

fn confirmed(sighting: &Sighting, plan: Plan, asked: u16, words: Words<'_>) -> String {
    let title = Arg::from(words.title(&sighting.known.space, TITLE_MAX));
    let (Some(at), Some(start)) = (plan.at, sighting.known.space.scheduled_start) else {
        return words.with(key("remind-when-it-begins"), &[("title", title)]);
    };
    let times = [("title", title), ("date", Arg::from(date(start))), ("relative", Arg::from(relative(at)))];
    match plan.before {
        0 if asked > 0 => words.with(key("remind-too-soon"), &times),
        0 => words.with(key("remind-at-start"), &times),
        minutes => {
            let [title, date, relative] = times;
            let before = words.duration(SignedDuration::from_mins(minutes.into()));
            words.with(key("remind-before"), &[title, date, relative, ("before", Arg::from(before))])
        }
    }
}
