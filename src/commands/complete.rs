//! Autocompletion: what is offered while somebody types. Answered from memory, or not at all.
//!
//! Offers only what this server follows in channels that the asker can see, and what the asker looked up. Threads aren't in a server's list of
//! channels, so their follows are offered in them alone, except to administrators.

use std::collections::HashSet;

use jiff::Timestamp;
use serenity::model::permissions::Permissions;

use super::app::App;
use super::invocation::Asker;
use super::lookup::known_of;
use super::options::{ALL, when_label};
use super::settings::AUTO;
use super::space::languages as languages_offered;
use super::words::Words;
use crate::card;
use crate::domain::follow::{Follow, PauseReason, Target, When};
use crate::domain::ids::{ChannelId, RoleId, Username};
use crate::domain::input::separates;
use crate::domain::known::{Known, Phase};
use crate::domain::quiet::TimeOfDay;
use crate::domain::{text, zones};
use crate::texts::{Arg, Locale, key};

/// Choices that Discord takes. Source: Discord's documentation, "Autocomplete".
const CHOICES_MAX: usize = 25;
/// The longest name of a choice, and the longest value.
const CHOICE_MAX: usize = 100;

/// Somebody typing.
#[derive(Debug, Clone)]
pub struct Typing {
    /// Who.
    pub asker: Asker,
    /// Where.
    pub channel: ChannelId,
    /// What the asker may do there.
    pub permissions: Permissions,
    /// The asker's roles.
    pub roles: Vec<RoleId>,
    /// The asker's language.
    pub locale: String,
    /// The subcommand, empty where there is none.
    pub command: String,
    /// The option.
    pub option: String,
    /// What was typed so far.
    pub typed: String,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is shown, within 100 UTF-16 units.
    pub name: String,
    /// What the option becomes.
    pub value: String,
}

/// What is offered.
pub async fn complete(app: &App, typing: &Typing) -> Vec<Choice> {
    let words = app.words(&typing.locale);
    let mut choices = match typing.option.as_str() {
        "timezone" => return timezones(&typing.typed, app.clock.now(), words),
        "hosts" => return several_hosts(app, typing).await,
        "follow" => of_follows(&typing.command, &visible(app, typing).await, words),
        "host" => hosts(app, typing, &visible(app, typing).await),
        "space" => {
            let follows = visible(app, typing).await;
            let mut offered = spaces(app, typing, &follows, words);
            // Of a command without subcommands it is /why's, which tells of what is over too.
            if typing.command == "space" {
                offered.extend(over(app, &follows, words));
            }
            offered
        }
        "language" if typing.command == "set" => spoken(words),
        "language" => languages(words),
        _ => Vec::new(),
    };
    keep_fitting(&mut choices, &typing.typed);
    choices
}

/// Leaves the choices that hold what was typed, as many as Discord takes.
fn keep_fitting(choices: &mut Vec<Choice>, typed: &str) {
    let typed = typed.trim().to_lowercase();
    let wanted = typed.trim_start_matches(['@', '#']);
    choices.retain(|choice: &Choice| {
        choice.name.to_lowercase().contains(wanted) || choice.value.to_lowercase().contains(wanted)
    });
    choices.truncate(CHOICES_MAX);
}

/// What the last of several hosts may become; those before it stay as they were typed.
async fn several_hosts(app: &App, typing: &Typing) -> Vec<Choice> {
    let last = typing.typed.rfind(separates);
    let begins = last.map_or(0, |at| at + typing.typed[at..].chars().next().map_or(0, char::len_utf8));
    let (before, typed) = typing.typed.split_at(begins);
    let mut choices = hosts(app, typing, &visible(app, typing).await);
    let is_there = |name: &str| {
        let mut there = before.split(separates).map(|name| name.trim_start_matches('@'));
        there.any(|there| there.eq_ignore_ascii_case(name))
    };
    choices.retain(|choice| !is_there(&choice.value));
    keep_fitting(&mut choices, typed);
    for choice in &mut choices {
        choice.value = format!("{before}{}", choice.value);
        choice.name = text::cut(&format!("{before}{}", choice.name), CHOICE_MAX);
    }
    // A value that is cut would be another one.
    choices.retain(|choice| text::length(&choice.value) <= CHOICE_MAX);
    choices
}

/// Zones that are offered before anything is typed: one for most of the hours that people live by.
const FIRST_ZONES: [&str; 24] = [
    "UTC",
    "Asia/Tokyo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Istanbul",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/Halifax",
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Seoul",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

/// Time zones that hold what was typed, those first whose city begins with it, with the time there.
fn timezones(typed: &str, now: Timestamp, words: Words<'_>) -> Vec<Choice> {
    let wanted = typed.trim().to_lowercase().replace(' ', "_");
    let mut names: Vec<String> = if wanted.is_empty() {
        FIRST_ZONES.map(str::to_owned).to_vec()
    } else {
        zones::names().filter(|name| name.to_lowercase().contains(&wanted)).collect()
    };
    if !wanted.is_empty() {
        let begins = |name: &str| name.rsplit('/').next().is_some_and(|city| city.starts_with(&wanted));
        names.sort_by_cached_key(|name| {
            let lower = name.to_lowercase();
            (lower != wanted, !begins(&lower), lower)
        });
    }
    let offered = names.into_iter().take(CHOICES_MAX).filter_map(|name| {
        let (zone, value) = zones::named(&name)?;
        let clock = TimeOfDay(zone.to_datetime(now).time()).to_string();
        let shown = [("zone", Arg::from(value.clone())), ("clock", Arg::from(clock))];
        Some(Choice { name: text::cut(&words.with(key("choice-timezone"), &shown), CHOICE_MAX), value })
    });
    offered.collect()
}

/// The bot's own languages, and Discord's word for the server.
fn spoken(words: Words<'_>) -> Vec<Choice> {
    let auto = Choice { name: words.say(key("choice-language-auto")), value: AUTO.to_owned() };
    let others = Locale::all().map(|locale| {
        let name = card::language_name(locale.code(), words.texts, words.locale);
        Choice { name: format!("{name} ({})", locale.code()), value: locale.code().to_owned() }
    });
    [auto].into_iter().chain(others).collect()
}

/// The server's follows in channels that the asker can see.
async fn visible(app: &App, typing: &Typing) -> Vec<std::sync::Arc<Follow>> {
    let Some(guild) = typing.asker.guild else { return Vec::new() };
    let mut follows = app.follows.of_guild(guild);
    if typing.permissions.administrator() || follows.iter().all(|follow| follow.channel == typing.channel) {
        return follows;
    }
    let seen = app.server.visible_channels(guild, typing.asker.user, &typing.roles).await.ok();
    follows.retain(|follow| {
        follow.channel == typing.channel || seen.as_ref().is_some_and(|seen| seen.contains(&follow.channel))
    });
    follows
}

/// The follows that a subcommand has something to do with, and all of them where it takes that.
fn of_follows(command: &str, follows: &[std::sync::Arc<Follow>], words: Words<'_>) -> Vec<Choice> {
    let fits = |follow: &&std::sync::Arc<Follow>| match command {
        "pause" => follow.paused != Some(PauseReason::Person),
        "resume" => follow.paused.is_some(),
        _ => true,
    };
    // A server may have hundreds of follows, and each letter typed asks for them anew.
    let wanted = When::ALL.map(|when| (when, words.say(when_label(when))));
    let mut choices: Vec<Choice> =
        follows.iter().filter(fits).map(|follow| of_follow(follow, &wanted)).collect();
    if matches!(command, "pause" | "resume") && !choices.is_empty() {
        choices.insert(0, Choice { name: words.say(key("choice-all-follows")), value: ALL.to_owned() });
    }
    choices
}

fn of_follow(follow: &Follow, wanted: &[(When, String)]) -> Choice {
    let what = match &follow.target {
        Target::Host { username, .. } => format!("@{username}"),
        Target::Keyword(typed) => text::plain(typed, 60).unwrap_or_default(),
    };
    let wants = wanted.iter().find(|(when, _)| *when == follow.when).map_or("", |(_, label)| label);
    let name = format!("#{} {what} · {wants}", follow.id);
    Choice { name: text::cut(&name, CHOICE_MAX), value: follow.id.to_string() }
}

fn hosts(app: &App, typing: &Typing, follows: &[std::sync::Arc<Follow>]) -> Vec<Choice> {
    let mut offered: HashSet<String> = HashSet::new();
    let followed = follows.iter().filter_map(|follow| match &follow.target {
        Target::Host { username, .. } => Some(*username),
        Target::Keyword(_) => None,
    });
    followed
        .chain(app.recent.of(typing.asker.user).hosts)
        .filter(|username| offered.insert(username.folded()))
        .map(|username| {
            let shown = app.x.users().by_username(&username);
            let shown = shown.and_then(|known| text::plain(&known.user.name, 60));
            Choice { name: label(&username, shown), value: username.to_string() }
        })
        .collect()
}

fn label(username: &Username, name: Option<String>) -> String {
    match name {
        Some(name) => text::cut(&format!("@{username} · {name}"), CHOICE_MAX),
        None => format!("@{username}"),
    }
}

/// Spaces that are live or to come and that these follows are about, live ones first.
fn spaces(app: &App, typing: &Typing, follows: &[std::sync::Arc<Follow>], words: Words<'_>) -> Vec<Choice> {
    // What is counted is there from the start on, and as long as the Space is kept.
    let is_offered = |phase: Phase| match typing.command.as_str() {
        "insights" => matches!(phase, Phase::Live | Phase::Ended),
        _ => matches!(phase, Phase::Live | Phase::Scheduled),
    };
    let ids: HashSet<_> = follows.iter().map(|follow| follow.id).collect();
    let mut known = app.watch.all_known();
    known.retain(|known| {
        is_offered(known.phase)
            && app.follows.concerned(&known.space).iter().any(|follow| ids.contains(&follow.id))
    });
    known.sort_by_key(|known| (known.phase != Phase::Live, known.space.scheduled_start, known.space.id));
    let now = app.clock.now();
    for looked in app.recent.of(typing.asker.user).spaces {
        let answer = app.answers.old(&looked, now);
        let answered = || answer.and_then(|answer| Some(known_of(answer.space.clone()?, answer.asked_at)));
        let space = app.watch.known(looked).or_else(answered);
        if !known.iter().any(|known| known.space.id == looked) {
            known.extend(space.filter(|known| !known.phase.is_over()));
        }
    }
    known.iter().map(|known| of_space(app, known, words)).collect()
}

/// Spaces that are over and that these follows were about, what ended last first. Nothing of their content is shown.
fn over(app: &App, follows: &[std::sync::Arc<Follow>], words: Words<'_>) -> Vec<Choice> {
    let ids: HashSet<_> = follows.iter().map(|follow| follow.id).collect();
    let mut known = app.watch.all_known();
    known.retain(|known| {
        known.phase.is_over()
            && app.follows.concerned(&known.space).iter().any(|follow| ids.contains(&follow.id))
    });
    known.sort_by_key(|known| (std::cmp::Reverse(known.over_at), known.space.id));
    let named = |known: &Known| {
        let host = known.space.creator.and_then(|id| app.x.users().get(id));
        let host = host.map_or_else(String::new, |known| format!("@{}", known.user.username));
        let values = [("host", Arg::from(host)), ("id", Arg::from(known.space.id.to_string()))];
        Choice {
            name: text::cut(words.with(key("choice-over"), &values).trim(), CHOICE_MAX),
            value: known.space.id.to_string(),
        }
    };
    known.iter().map(named).collect()
}

fn languages(words: Words<'_>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = languages_offered()
        .into_iter()
        .map(|code| {
            let name = card::language_name(code, words.texts, words.locale);
            Choice { name: format!("{name} ({code})"), value: code.to_owned() }
        })
        .collect();
    choices.sort_by(|one, other| one.name.cmp(&other.name));
    choices
}

fn of_space(app: &App, known: &Known, words: Words<'_>) -> Choice {
    let title = known.space.title.as_deref().and_then(|title| text::plain(title, 60));
    let title = title.unwrap_or_else(|| words.say(card::untitled(&known.space)));
    let host = known.space.creator.and_then(|id| app.x.users().get(id));
    let host = host.map_or_else(String::new, |known| format!("@{}", known.user.username));
    let state = match known.phase {
        Phase::Live => key("choice-live"),
        Phase::Ended => key("choice-ended"),
        _ => key("choice-scheduled"),
    };
    let name = words.with(state, &[("title", Arg::from(title)), ("host", Arg::from(host))]);
    Choice { name: text::cut(name.trim_end(), CHOICE_MAX), value: known.space.id.to_string() }
}
