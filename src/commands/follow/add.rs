//! `/follow host`: a new follow; and how one is kept, whatever it is of.
//!
//! The host's Spaces are shown to the watcher before the follow is kept, so that what is live already rings nobody
//! by itself: it is listed, and posted if somebody wants that. A moderator's follows don't count against the cap on
//! questions a person, which would end the set-up of a server at its third host: the caps on follows and the
//! server's share of the budget bound them.

use std::sync::Arc;

use jiff::Timestamp;

use super::target::{self, Checked};
use super::{Wish, filter, is_of_host, now, target_words};
use crate::commands::app::{App, Failure};
use crate::commands::invocation::Invocation;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::filter::Filter;
use crate::domain::follow::{Follow, Target, When};
use crate::domain::ids::{ChannelId, GuildId, UserId, Username};
use crate::domain::known::Known;
use crate::domain::space::{Space, XUser};
use crate::store::{AddFollow, NewFollow};
use crate::texts::{Arg, Key, key};
use crate::watcher::lifecycle::{Observation, Sight};
use crate::x::Want;

/// Room for a filter's terms in a sentence.
const FILTER_TERMS_MAX: usize = 240;

/// Who is to be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Whoever has this name.
    Named(Username),
    /// This account.
    Account(UserId),
}

/// Follows a host.
pub async fn host(app: &App, invocation: &Invocation, guild: GuildId, host: Host, wish: Wish) -> Reply {
    let words = app.words(&invocation.locale);
    let checked = match target::check(app, invocation, guild, wish.channel, wish.role).await {
        Ok(checked) => checked,
        Err(sentence) => return Reply::private(sentence),
    };
    let user = match account(app, invocation, host).await {
        Ok(Some(user)) => user,
        Ok(None) => return Reply::private(nobody(host, words)),
        Err(failure) => return sorry::reply(&failure, words),
    };
    if let Some(follow) = followed(app, checked.channel, |follow| is_of_host(follow, user.id)) {
        return exists(&follow, words);
    }
    let fault = match look(app, invocation, user.id).await {
        // Kept now, the follow would ring for what is live already.
        Err(failure @ Failure::Store(_)) => return sorry::reply(&failure, words),
        looked => looked.err(),
    };
    let target = Target::Host { user: user.id, username: user.username };
    let spaces = app.watch.of_host(user.id);
    let new = new(app, invocation, guild, &checked, wish, target, String::new());
    keep(app, invocation, Ready { new, warnings: checked.warnings, fault, price: None }, |_| spaces).await
}

/// The account that is meant; `None` where X has none such.
pub(super) async fn account(
    app: &App,
    invocation: &Invocation,
    host: Host,
) -> Result<Option<XUser>, Failure> {
    let now = app.clock.now();
    let cause = invocation.asker.cause();
    let users = app.x.users();
    let cached = match host {
        Host::Named(name) => users.by_username(&name),
        Host::Account(id) => users.get(id),
    };
    if let Some(fresh) = cached.as_ref().filter(|cached| cached.is_fresh(now)) {
        return Ok(Some(fresh.user.clone()));
    }
    let asked = match host {
        Host::Named(name) => app.x.user_by_username(&name, cause).await.map(|fetched| fetched.value),
        Host::Account(id) => {
            app.x.users_by_ids(&[id], cause).await.map(|answer| answer.users.into_iter().next())
        }
    };
    match (asked, cached) {
        (Ok(user), _) => Ok(user),
        // Who it was a day ago is who it is, as good as surely: the id decides from here on.
        (Err(_), Some(stale)) => Ok(Some(stale.user)),
        (Err(error), None) => Err(error.into()),
    }
}

/// The sentence for an account that isn't there.
pub(super) fn nobody(host: Host, words: Words<'_>) -> String {
    match host {
        Host::Named(name) => {
            words.with(key("follow-no-account"), &[("name", Arg::from(crate::card::handle(&name)))])
        }
        Host::Account(_) => words.say(key("follow-account-gone")),
    }
}

/// Asks X what the host has live or scheduled, and has the watcher keep it.
async fn look(app: &App, invocation: &Invocation, host: UserId) -> Result<(), Failure> {
    let answer = app.x.spaces_by_creators(&[host], Want::WATCHED, invocation.asker.cause()).await?;
    learn(app, answer.spaces, answer.asked_at).await
}

/// Has the watcher keep these Spaces, which X showed when it was asked at `asked_at`.
pub(super) async fn learn(
    app: &App,
    spaces: impl IntoIterator<Item = Space>,
    asked_at: Timestamp,
) -> Result<(), Failure> {
    let present = |space| Observation { sight: Sight::Present(Box::new(space)), asked_at };
    Ok(app.watch.learn(spaces.into_iter().map(present).collect()).await?)
}

pub(super) fn followed(
    app: &App,
    channel: ChannelId,
    is_it: impl Fn(&Follow) -> bool,
) -> Option<Arc<Follow>> {
    app.follows.of_channel(channel).into_iter().find(|follow| is_it(follow))
}

/// That a channel follows it already.
pub(super) fn exists(follow: &Follow, words: Words<'_>) -> Reply {
    Reply::private(words.with(
        key("follow-exists"),
        &[
            ("what", Arg::from(target_words(&follow.target, words))),
            ("channel", Arg::from(format!("<#{}>", follow.channel))),
            ("id", Arg::from(follow.id.to_string())),
        ],
    ))
}

/// A follow of `target` as it is wished for.
pub(super) fn new(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    checked: &Checked,
    wish: Wish,
    target: Target,
    folded: String,
) -> NewFollow {
    NewFollow {
        guild,
        channel: checked.channel,
        target,
        folded,
        when: wish.when,
        filter: wish.filter,
        role: checked.role,
        made_by: invocation.asker.user,
        made_at: app.clock.now(),
    }
}

/// A follow that was checked and isn't kept yet, and what is to be said of it besides.
pub(super) struct Ready {
    /// The follow.
    pub(super) new: NewFollow,
    /// What works less well than it could, a sentence each.
    pub(super) warnings: Vec<String>,
    /// Why its Spaces couldn't be looked for.
    pub(super) fault: Option<Failure>,
    /// What it costs.
    pub(super) price: Option<String>,
}

/// Keeps a follow, and says what will happen and which of `spaces` are on now.
pub(super) async fn keep(
    app: &App,
    invocation: &Invocation,
    ready: Ready,
    spaces: impl FnOnce(&Follow) -> Vec<Known>,
) -> Reply {
    let words = app.words(&invocation.locale);
    let Ready { new, warnings, fault, price } = ready;
    let follow = match app.follows.add(&new).await {
        Ok(AddFollow::Added(follow)) => follow,
        Ok(AddFollow::Exists(follow)) => return exists(&follow, words),
        Err(error) => return Reply::private(sorry::add(&error, words)),
    };
    super::settle_in(app, &[follow.id]).await;
    let not_looked = fault.as_ref().map(|fault| {
        words.with(key("follow-not-looked"), &[("why", Arg::from(sorry::failure(fault, words)))])
    });
    let said = [promise(&follow, words)].into_iter().chain(warnings).chain(not_looked).chain(price);
    let mut content = said.collect::<Vec<_>>().join("\n");
    let by = invocation.asker.user;
    let mut row = Vec::new();
    if let Some((text, buttons)) = now::listed(spaces(&follow), follow.id, by, words) {
        content = format!("{content}\n\n{text}");
        row = buttons;
    } else if fault.is_none() && matches!(follow.target, Target::Host { .. }) {
        content = format!("{content}\n{}", words.say(key("now-nothing")));
    }
    let undo = Press { by, deed: Deed::UndoAdd(follow.id) };
    row.push(Button::press(words.say(key("button-undo")), Style::Danger, undo));
    Reply::private(content).with_row(row)
}

/// What will happen: what is posted where and when, and whom it pings.
fn promise(follow: &Follow, words: Words<'_>) -> String {
    let values = [
        ("what", Arg::from(target_words(&follow.target, words))),
        ("channel", Arg::from(format!("<#{}>", follow.channel))),
        ("id", Arg::from(follow.id.to_string())),
    ];
    let is_host = matches!(follow.target, Target::Host { .. });
    // Nobody is in the room before it begins, so a follow that waits for people hears of nothing earlier.
    let when = match follow.when {
        When::All if follow.filter.min_listeners.is_some() => When::LiveEnded,
        when => when,
    };
    let told = words.with(promised(is_host, when), &values);
    let pinged = match follow.role {
        None => words.say(key("promise-no-ping")),
        Some(role) => {
            let role = [("role", Arg::from(format!("<@&{role}>")))];
            match (is_host || follow.filter.lets_keyword_ping(), follow.when) {
                (false, _) => words.with(key("promise-keyword-no-ping"), &role),
                (true, When::Scheduled) => words.with(key("promise-ping-scheduled"), &role),
                (true, _) => words.with(key("promise-ping-live"), &role),
            }
        }
    };
    let filters =
        filter::said(&Filter { min_listeners: None, ..follow.filter.clone() }, FILTER_TERMS_MAX, words);
    let only = (!filters.is_empty())
        .then(|| words.with(key("promise-filters"), &[("filters", Arg::from(filters.join(" · ")))]));
    let waits = follow.filter.min_listeners;
    let waits = waits.map(|least| words.with(key("promise-waits"), &[("count", Arg::from(least))]));
    [Some(told), Some(pinged), only, waits].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

const fn promised(is_host: bool, when: When) -> Key {
    match (is_host, when) {
        (true, When::All) => key("promise-host-all"),
        (true, When::Live) => key("promise-host-live"),
        (true, When::Scheduled) => key("promise-host-scheduled"),
        (true, When::LiveEnded) => key("promise-host-live-ended"),
        (false, When::All) => key("promise-keyword-all"),
        (false, When::Live) => key("promise-keyword-live"),
        (false, When::Scheduled) => key("promise-keyword-scheduled"),
        (false, When::LiveEnded) => key("promise-keyword-live-ended"),
    }
}
