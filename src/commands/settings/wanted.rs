//! What `/settings set` is to change: its options, read and applied. Pure.
//!
//! Each setting has a way back to its default: the language `auto`, the zone `UTC`, the channel that is set already, quiet hours
//! that end when they begin; the others have the default among their values. A setting at its default isn't kept.

use serenity::builder::CreateCommandOption;
use serenity::model::application::CommandOptionType;

use crate::commands::options::{Chosen, Definer, Mistake, Options};
use crate::domain::quiet::{QuietHours, TimeOfDay};
use crate::domain::settings::{Ended, GuildSettings};
use crate::domain::zones;
use crate::texts::{Locale, key};

/// The language that Discord tells for a server.
pub const AUTO: &str = "auto";
/// The longest that a host may be away and still go on in the same message.
const MERGE_MINUTES_MAX: u8 = 60;
/// The minutes of a merge window where nobody says.
pub(super) const MERGE_MINUTES: u8 = 10;
/// The longest that a reminder may come before a start.
const REMIND_MINUTES_MAX: u16 = 1_440;
/// The zone where nobody says.
const UTC: &str = "UTC";

/// What becomes of a setting that can be left to its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<T> {
    /// Its default.
    Default,
    /// This.
    Own(T),
}

impl<T> Choice<T> {
    fn own(self) -> Option<T> {
        match self {
            Self::Default => None,
            Self::Own(chosen) => Some(chosen),
        }
    }
}

/// What is to be changed: `None` for what stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// The language; Discord's word by default.
    pub language: Option<Choice<Locale>>,
    /// The zone, by IANA's name.
    pub timezone: Option<String>,
    /// Where follows post; the one that is set already for none.
    pub channel: Option<Chosen>,
    /// Whether Spaces become events.
    pub events: Option<bool>,
    /// What is left of a post.
    pub ended: Option<Ended>,
    /// The minutes of the merge window.
    pub merge_minutes: Option<u8>,
    /// The quiet hours; none by default.
    pub quiet: Option<Choice<QuietHours>>,
    /// How many minutes before a start reminders come.
    pub remind_before: Option<u16>,
}

impl Wanted {
    /// What the options ask for: at least one thing.
    pub fn decode(options: &Options<'_>) -> Result<Self, Mistake> {
        let merge_minutes = options.integer("merge_minutes", 0, MERGE_MINUTES_MAX.into())?;
        let remind_before = options.integer("remind_before", 0, REMIND_MINUTES_MAX.into())?;
        let wanted = Self {
            language: options.text("language")?.map(language).transpose()?,
            timezone: options.text("timezone")?.map(timezone).transpose()?,
            channel: options.channel()?,
            events: options.given_flag("events")?,
            ended: options.text("ended")?.map(ended).transpose()?,
            merge_minutes: merge_minutes.and_then(|minutes| u8::try_from(minutes).ok()),
            quiet: quiet(options)?,
            remind_before: remind_before.and_then(|minutes| u16::try_from(minutes).ok()),
        };
        if wanted == Self::default() { Err(Mistake::NothingSet) } else { Ok(wanted) }
    }

    /// Changes `settings` as is wanted.
    pub fn apply(&self, settings: &mut GuildSettings) {
        if let Some(language) = self.language {
            settings.language = language.own().map(|language| language.code().to_owned());
        }
        if let Some(timezone) = &self.timezone {
            settings.timezone = Some(timezone.clone()).filter(|name| name != UTC);
        }
        if let Some(channel) = self.channel {
            settings.channel = Some(channel.id).filter(|id| settings.channel != Some(*id));
        }
        if let Some(minutes) = self.merge_minutes {
            settings.merge_minutes = Some(minutes).filter(|minutes| *minutes != MERGE_MINUTES);
        }
        settings.quiet = self.quiet.map_or(settings.quiet, Choice::own);
        settings.events = self.events.unwrap_or(settings.events);
        settings.ended = self.ended.unwrap_or(settings.ended);
        settings.remind_before = self.remind_before.unwrap_or(settings.remind_before);
    }
}

fn language(typed: &str) -> Result<Choice<Locale>, Mistake> {
    let typed = typed.trim();
    if typed.eq_ignore_ascii_case(AUTO) {
        return Ok(Choice::Default);
    }
    let known = Locale::known(typed).or_else(|| Locale::known(&typed.to_ascii_lowercase()));
    known.map(Choice::Own).ok_or(Mistake::Unspoken)
}

fn timezone(typed: &str) -> Result<String, Mistake> {
    let name = typed.trim().replace(' ', "_");
    zones::named(&name).map(|(_, name)| name).ok_or(Mistake::Timezone)
}

fn ended(typed: &str) -> Result<Ended, Mistake> {
    match typed {
        "line" => Ok(Ended::Line),
        "delete" => Ok(Ended::Delete),
        _ => Err(Mistake::Choice("ended")),
    }
}

fn quiet(options: &Options<'_>) -> Result<Option<Choice<QuietHours>>, Mistake> {
    let time = |name: &'static str| {
        let typed = options.text(name)?;
        typed.map(|typed| typed.parse::<TimeOfDay>().map_err(|_| Mistake::Time(name))).transpose()
    };
    match (time("quiet_from")?, time("quiet_to")?) {
        (None, None) => Ok(None),
        // Hours that end as they begin are none.
        (Some(TimeOfDay(from)), Some(TimeOfDay(to))) if from == to => Ok(Some(Choice::Default)),
        (Some(TimeOfDay(from)), Some(TimeOfDay(to))) => Ok(Some(Choice::Own(QuietHours { from, to }))),
        _ => Err(Mistake::QuietHalf),
    }
}

/// `set` with its options.
pub(super) fn define(set: CreateCommandOption, definer: Definer<'_>) -> CreateCommandOption {
    let text = |name, description| definer.option(CommandOptionType::String, name, description);
    let choices = [("line", key("ended-line")), ("delete", key("ended-delete"))];
    let events = definer.option(CommandOptionType::Boolean, "events", key("define-set-events"));
    set.add_sub_option(definer.completed("language", key("define-set-language")))
        .add_sub_option(definer.completed("timezone", key("define-set-timezone")))
        .add_sub_option(definer.channel(key("define-set-channel")))
        .add_sub_option(events)
        .add_sub_option(definer.choice("ended", key("define-set-ended"), choices))
        .add_sub_option(definer.integer(
            "merge_minutes",
            key("define-set-merge"),
            0,
            MERGE_MINUTES_MAX.into(),
        ))
        .add_sub_option(text("quiet_from", key("define-set-quiet-from")))
        .add_sub_option(text("quiet_to", key("define-set-quiet-to")))
        .add_sub_option(definer.integer(
            "remind_before",
            key("define-set-remind"),
            0,
            REMIND_MINUTES_MAX.into(),
        ))
}
