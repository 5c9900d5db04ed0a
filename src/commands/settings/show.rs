//! `/settings show`: each setting in words, and which are as they come. Pure but for the time.

use jiff::Timestamp;

use super::wanted::{MERGE_MINUTES, Wanted};
use crate::card::{self, Card, Field, Tone};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::reply::Reply;
use crate::commands::words::Words;
use crate::domain::ids::GuildId;
use crate::domain::quiet::TimeOfDay;
use crate::domain::settings::{Ended, GuildSettings};
use crate::texts::{Arg, Key, Locale, key};

/// Shows all settings.
pub(super) fn show(app: &App, invocation: &Invocation, guild: GuildId) -> Reply {
    let words = app.words(&invocation.locale);
    let (settings, lacks_events) = (&app.guilds.settings(guild), app.guilds.lacks_events(guild));
    let all = Shown { set: settings, speaks: app.guilds.locale(guild), lacks_events, words };
    let [set, erase] = ["settings set", "settings erase"].map(|command| app.directory.mention(command));
    let card = Card {
        title: Some(words.say(key("settings-title"))),
        description: Some(
            words.with(key("settings-how"), &[("set", Arg::from(set)), ("erase", Arg::from(erase))]),
        ),
        fields: all.fields(app.clock.now(), |_| true),
        tone: Tone::Plain,
        ..Card::default()
    };
    Reply { cards: vec![card], private: true, ..Reply::default() }
}

/// The card of what was set, as it is now.
pub(super) fn changed(
    settings: &GuildSettings,
    speaks: Locale,
    wanted: &Wanted,
    now: Timestamp,
    words: Words<'_>,
) -> Card {
    let was_set = |setting: Setting| match setting {
        Setting::Language => wanted.language.is_some(),
        Setting::Timezone => wanted.timezone.is_some(),
        Setting::Channel => wanted.channel.is_some(),
        Setting::Events => wanted.events.is_some(),
        Setting::Ended => wanted.ended.is_some(),
        Setting::Merge => wanted.merge_minutes.is_some(),
        Setting::Quiet => wanted.quiet.is_some(),
        Setting::Remind => wanted.remind_before.is_some(),
    };
    // Whoever sets it is told of the permission by another sentence.
    let fields = Shown { set: settings, speaks, lacks_events: false, words }.fields(now, was_set);
    Card { title: Some(words.say(key("settings-changed"))), fields, tone: Tone::Plain, ..Card::default() }
}

#[derive(Debug, Clone, Copy)]
enum Setting {
    Language,
    Timezone,
    Channel,
    Events,
    Ended,
    Merge,
    Quiet,
    Remind,
}

struct Shown<'a> {
    set: &'a GuildSettings,
    /// The language that the server's posts are in.
    speaks: Locale,
    /// Whether the bot was let create no event.
    lacks_events: bool,
    words: Words<'a>,
}

impl Shown<'_> {
    fn fields(&self, now: Timestamp, wanted: impl Fn(Setting) -> bool) -> Vec<Field> {
        let all = [
            (Setting::Language, key("setting-language"), self.language()),
            (Setting::Timezone, key("setting-timezone"), self.timezone(now)),
            (Setting::Quiet, key("setting-quiet"), self.quiet(now)),
            (Setting::Channel, key("setting-channel"), self.channel()),
            (Setting::Ended, key("setting-ended"), self.ended()),
            (Setting::Merge, key("setting-merge"), self.merge()),
            (Setting::Events, key("setting-events"), self.events()),
            (Setting::Remind, key("setting-remind"), self.remind()),
        ];
        all.into_iter()
            .filter(|(setting, ..)| wanted(*setting))
            .map(|(_, name, value)| Field { name: self.words.say(name), value, inline: false })
            .collect()
    }

    /// A sentence; whether the setting is as it comes is said in it.
    fn say(&self, key: Key, is_default: bool, values: &[(&str, Arg<'_>)]) -> String {
        let default = if is_default { self.words.say(DEFAULT) } else { String::new() };
        let mut all = vec![("default", Arg::from(default))];
        all.extend(values.iter().cloned());
        self.words.with(key, &all)
    }

    fn language(&self) -> String {
        let Words { texts, locale } = self.words;
        let language = card::language_name(self.speaks.code(), texts, locale);
        let is_default = self.set.language.is_none();
        let sentence = if is_default { key("setting-language-told") } else { key("setting-language-chosen") };
        self.say(sentence, is_default, &[("language", Arg::from(language))])
    }

    fn timezone(&self, now: Timestamp) -> String {
        let clock = TimeOfDay(self.set.zone().to_datetime(now).time()).to_string();
        let zone = self.set.timezone.clone();
        let is_default = zone.is_none();
        let zone = zone.unwrap_or_else(|| "UTC".to_owned()).replace('_', "\\_");
        self.say(
            key("setting-timezone-is"),
            is_default,
            &[("zone", Arg::from(zone)), ("clock", Arg::from(clock))],
        )
    }

    fn quiet(&self, now: Timestamp) -> String {
        let Some(quiet) = self.set.quiet else { return self.say(key("setting-quiet-off"), true, &[]) };
        let [from, to] = [quiet.from, quiet.to].map(|time| Arg::from(TimeOfDay(time).to_string()));
        let are_now = self.set.quiet_until(now);
        let sentence = if are_now.is_some() { key("setting-quiet-now") } else { key("setting-quiet-is") };
        let over = are_now.map(card::relative).unwrap_or_default();
        self.say(sentence, false, &[("from", from), ("to", to), ("over", Arg::from(over))])
    }

    fn channel(&self) -> String {
        match self.set.channel {
            None => self.say(key("setting-channel-none"), true, &[]),
            Some(id) => {
                self.say(key("setting-channel-is"), false, &[("channel", Arg::from(format!("<#{id}>")))])
            }
        }
    }

    fn ended(&self) -> String {
        match self.set.ended {
            Ended::Line => self.say(key("setting-ended-line"), true, &[]),
            Ended::Delete => self.say(key("setting-ended-delete"), false, &[]),
        }
    }

    fn merge(&self) -> String {
        let is_default = self.set.merge_minutes.is_none();
        match self.set.merge_minutes.unwrap_or(MERGE_MINUTES) {
            0 => self.say(key("setting-merge-off"), is_default, &[]),
            minutes => self.say(key("setting-merge-is"), is_default, &[("minutes", Arg::from(minutes))]),
        }
    }

    fn events(&self) -> String {
        let is_on = self.set.events;
        let said =
            self.say(if is_on { key("setting-events-on") } else { key("setting-events-off") }, !is_on, &[]);
        if is_on && self.lacks_events {
            return format!("{said} {}", self.words.say(key("settings-cannot-create-events")));
        }
        said
    }

    fn remind(&self) -> String {
        match self.set.remind_before {
            0 => self.say(key("setting-remind-start"), true, &[]),
            minutes => {
                let before = self.words.duration(jiff::SignedDuration::from_mins(minutes.into()));
                self.say(key("setting-remind-before"), false, &[("before", Arg::from(before))])
            }
        }
    }
}

/// What is said of a setting that is as it comes.
const DEFAULT: Key = key("setting-default");
