//! Options: how each kind is offered, and how what came back is read.
//!
//! Whatever is wrong with an option is a [`Mistake`], found while decoding, so that no command runs on bad input.

use serenity::builder::CreateCommandOption;
use serenity::model::application::{CommandOptionType, ResolvedOption, ResolvedValue};
use serenity::model::channel::ChannelType;
use serenity::model::permissions::Permissions;

use super::follow::Which;
use super::words::Words;
use crate::domain::filter::{BadTerms, Language};
use crate::domain::follow::When;
use crate::domain::ids::{ChannelId, FollowId, RoleId, SpaceId, Username};
use crate::domain::input::{self, BadHost, BadHosts, BadSpace};
use crate::domain::keyword::{BadPhrase, Phrase};
use crate::texts::{Arg, Key, Locale, Texts, key};

/// Channels that posts can go to: text, announcements, threads.
pub const CHANNEL_TYPES: [ChannelType; 4] =
    [ChannelType::Text, ChannelType::News, ChannelType::PublicThread, ChannelType::PrivateThread];

/// What stands for all follows.
pub const ALL: &str = "all";

/// What is wrong with a command as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// The `space` option.
    Space(BadSpace),
    /// The `host` option.
    Host(BadHost),
    /// The `keyword` option, or the word of a block.
    Phrase(BadPhrase),
    /// The `follow` option holds no number.
    Follow,
    /// The channel isn't one of this server's.
    Channel,
    /// The role isn't one of this server's.
    Role,
    /// `when` holds none of its choices.
    When,
    /// The option of this name holds none of its choices.
    Choice(&'static str),
    /// The `hosts` option.
    Hosts(BadHosts),
    /// The `query` option holds no word.
    QueryEmpty,
    /// The `query` option is longer than a search may be.
    QueryTooLong,
    /// The `language` option holds no code of two letters.
    Language,
    /// The option of this name holds no terms.
    Terms(&'static str, BadTerms),
    /// People in the room are asked for of Spaces that haven't begun.
    NobodyBefore,
    /// The option of this name is given, and is to be cleared.
    ClearAndSet(&'static str),
    /// The `file` option holds no file.
    File,
    /// Both a host and a word are to be blocked.
    BlockBoth,
    /// Something is to be unblocked, but not what.
    UnblockNothing,
    /// The option of this name holds a number that is too small or too large.
    Number {
        /// The option.
        option: &'static str,
        /// The smallest.
        least: i64,
        /// The largest.
        most: i64,
    },
    /// The option of this name holds no time of day.
    Time(&'static str),
    /// Quiet hours begin and don't end, or end and don't begin.
    QuietHalf,
    /// There is no such time zone.
    Timezone,
    /// The bot doesn't speak that language.
    Unspoken,
    /// Nothing is to be set.
    NothingSet,
    /// Both a Space and a host are asked for, or neither.
    SpaceOrHost,
    /// The command or an option isn't known: Discord shows an older or newer set.
    Unknown,
}

impl Mistake {
    /// What is wrong and what to do.
    #[must_use]
    pub fn explain(&self, words: Words<'_>) -> String {
        match self {
            Self::Space(bad) => words.explain(bad),
            Self::Host(bad) => words.explain(bad),
            Self::Phrase(bad) => words.explain(bad),
            Self::Follow => words.say(key("option-follow-not-an-id")),
            Self::Channel => words.say(key("option-channel-not-here")),
            Self::Role => words.say(key("option-role-not-here")),
            Self::When => words.say(key("option-when-unknown")),
            Self::Choice(option) => {
                words.with(key("option-choice-unknown"), &[("option", Arg::from(*option))])
            }
            Self::Hosts(bad) => words.explain(bad),
            Self::QueryEmpty => words.say(key("option-query-empty")),
            Self::QueryTooLong => words.say(key("option-query-too-long")),
            Self::Language => words.say(key("option-language-unknown")),
            Self::Terms(option, bad) => words.with(
                key("option-terms"),
                &[("option", Arg::from(*option)), ("why", Arg::from(words.explain(bad)))],
            ),
            Self::NobodyBefore => words.say(key("option-nobody-before")),
            Self::ClearAndSet(option) => {
                words.with(key("option-clear-and-set"), &[("option", Arg::from(*option))])
            }
            Self::File => words.say(key("option-no-file")),
            Self::BlockBoth => words.say(key("option-block-both")),
            Self::UnblockNothing => words.say(key("option-unblock-nothing")),
            Self::Number { option, least, most } => words.with(
                key("option-number-out-of-range"),
                &[("option", Arg::from(*option)), ("least", Arg::from(*least)), ("most", Arg::from(*most))],
            ),
            Self::Time(option) => words.with(key("option-time-of-day"), &[("option", Arg::from(*option))]),
            Self::QuietHalf => words.say(key("option-quiet-half")),
            Self::Timezone => words.say(key("option-timezone-unknown")),
            Self::Unspoken => {
                words.with(key("option-language-unspoken"), &[("languages", Arg::from(spoken()))])
            }
            Self::NothingSet => words.say(key("option-nothing-set")),
            Self::SpaceOrHost => words.say(key("option-space-or-host")),
            Self::Unknown => words.say(key("option-command-unknown")),
        }
    }
}

/// The codes of the languages that the bot speaks.
fn spoken() -> String {
    Locale::all().map(Locale::code).collect::<Vec<_>>().join(", ")
}

/// A channel that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The channel.
    pub id: ChannelId,
    /// Its type.
    pub kind: ChannelType,
    /// What whoever chose it may do there; `None` where Discord didn't say.
    pub permissions: Option<Permissions>,
}

impl Chosen {
    /// Whether it is a thread, where sending is a permission of its own.
    #[must_use]
    pub fn is_thread(self) -> bool {
        matches!(self.kind, ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread)
    }
}

/// A file that came along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its address.
    pub url: String,
    /// How large it is said to be.
    pub size_bytes: u64,
}

/// A role that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenRole {
    /// The role.
    pub id: RoleId,
    /// Whether everybody may mention it.
    pub mentionable: bool,
}

/// The options of one command, to be read by name.
#[derive(Debug)]
pub struct Options<'a>(&'a [ResolvedOption<'a>]);

impl<'a> Options<'a> {
    /// The options as serenity resolved them.
    #[must_use]
    pub const fn new(options: &'a [ResolvedOption<'a>]) -> Self {
        Self(options)
    }

    /// A text as it was typed, `None` where the option was left out.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Mistake> {
        match self.find(name) {
            None => Ok(None),
            Some(ResolvedValue::String(text)) => Ok(Some(text)),
            Some(_) => Err(Mistake::Unknown),
        }
    }

    /// Yes or no.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool, Mistake> {
        Ok(self.given_flag(name)?.unwrap_or(default))
    }

    /// Yes or no, `None` where the option was left out.
    pub fn given_flag(&self, name: &str) -> Result<Option<bool>, Mistake> {
        match self.find(name) {
            None => Ok(None),
            Some(ResolvedValue::Boolean(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Mistake::Unknown),
        }
    }

    /// A whole number from `least` to `most`, which may have been left out. Discord holds the bounds too, for whoever uses it.
    pub fn integer(&self, name: &'static str, least: i64, most: i64) -> Result<Option<i64>, Mistake> {
        match self.find(name) {
            None => Ok(None),
            Some(ResolvedValue::Integer(number)) if (least..=most).contains(number) => Ok(Some(*number)),
            Some(ResolvedValue::Integer(_)) => Err(Mistake::Number { option: name, least, most }),
            Some(_) => Err(Mistake::Unknown),
        }
    }

    /// The `language` option, which may have been left out.
    pub fn language(&self) -> Result<Option<Language>, Mistake> {
        self.text("language")?.map(|code| Language::parse(code).ok_or(Mistake::Language)).transpose()
    }

    /// The `space` option.
    pub fn space(&self) -> Result<SpaceId, Mistake> {
        input::space(self.text("space")?.unwrap_or_default()).map_err(Mistake::Space)
    }

    /// The `host` option, which may have been left out.
    pub fn host(&self) -> Result<Option<Username>, Mistake> {
        self.text("host")?.map(|text| input::host(text).map_err(Mistake::Host)).transpose()
    }

    /// A keyword, which may have been left out.
    pub fn phrase(&self, name: &str) -> Result<Option<Phrase>, Mistake> {
        self.text(name)?.map(|text| Phrase::parse(text).map_err(Mistake::Phrase)).transpose()
    }

    /// The `follow` option where it may be all.
    pub fn follows(&self) -> Result<Which, Mistake> {
        match self.text("follow")? {
            Some(typed) if typed.trim().eq_ignore_ascii_case(ALL) => Ok(Which::All),
            _ => self.follow().map(Which::One),
        }
    }

    /// The `follow` option: a follow's number, with or without a `#`.
    pub fn follow(&self) -> Result<FollowId, Mistake> {
        let text = self.text("follow")?.unwrap_or_default().trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_number).ok_or(Mistake::Follow)
    }

    /// The `when` option, which may have been left out.
    pub fn when(&self) -> Result<Option<When>, Mistake> {
        self.text("when")?.map(|name| When::from_name(name).ok_or(Mistake::When)).transpose()
    }

    /// The `channel` option, which may have been left out.
    pub fn channel(&self) -> Result<Option<Chosen>, Mistake> {
        match self.find("channel") {
            None => Ok(None),
            Some(ResolvedValue::Channel(channel)) => {
                Ok(Some(Chosen { id: channel.id, kind: channel.kind, permissions: channel.permissions }))
            }
            Some(_) => Err(Mistake::Channel),
        }
    }

    /// The `file` option.
    pub fn file(&self) -> Result<Attached, Mistake> {
        match self.find("file") {
            Some(ResolvedValue::Attachment(file)) => {
                Ok(Attached { url: file.url.clone(), size_bytes: file.size.into() })
            }
            _ => Err(Mistake::File),
        }
    }

    /// The `role` option, which may have been left out.
    pub fn role(&self) -> Result<Option<ChosenRole>, Mistake> {
        match self.find("role") {
            None => Ok(None),
            Some(ResolvedValue::Role(role)) => {
                Ok(Some(ChosenRole { id: role.id, mentionable: role.mentionable }))
            }
            Some(_) => Err(Mistake::Role),
        }
    }

    fn find(&self, name: &str) -> Option<&ResolvedValue<'a>> {
        self.0.iter().find(|option| option.name == name).map(|option| &option.value)
    }
}

/// Writes definitions in English, with descriptions in every other language.
#[derive(Debug, Clone, Copy)]
pub struct Definer<'a>(pub &'a Texts);

impl Definer<'_> {
    /// A description in English.
    #[must_use]
    pub fn english(self, key: Key) -> String {
        self.0.get(Locale::ENGLISH, key, &[])
    }

    /// A description in each other language, by Discord's codes.
    pub fn others(self, key: Key) -> impl Iterator<Item = (&'static str, String)> {
        Locale::all().filter(|locale| *locale != Locale::ENGLISH).flat_map(move |locale| {
            let text = self.0.get(locale, key, &[]);
            locale.discord_codes().iter().map(move |code| (*code, text.clone()))
        })
    }

    /// An option.
    pub fn option(self, kind: CommandOptionType, name: &str, description: Key) -> CreateCommandOption {
        let option = CreateCommandOption::new(kind, name, self.english(description));
        self.others(description).fold(option, |option, (code, text)| option.description_localized(code, text))
    }

    /// A text that autocompletion helps with.
    pub fn completed(self, name: &str, description: Key) -> CreateCommandOption {
        self.option(CommandOptionType::String, name, description).set_autocomplete(true)
    }

    /// The `channel` option.
    pub fn channel(self, description: Key) -> CreateCommandOption {
        self.option(CommandOptionType::Channel, "channel", description).channel_types(CHANNEL_TYPES.to_vec())
    }

    /// The `when` option.
    pub fn when(self, description: Key) -> CreateCommandOption {
        self.choice("when", description, When::ALL.map(|when| (when.name(), when_label(when))))
    }

    /// A text that is one of these values, each with what it is called.
    pub fn choice<const N: usize>(
        self,
        name: &str,
        description: Key,
        choices: [(&'static str, Key); N],
    ) -> CreateCommandOption {
        let option = self.option(CommandOptionType::String, name, description);
        choices.into_iter().fold(option, |option, (value, label)| {
            let english = self.english(label);
            let others: Vec<_> = self.others(label).collect();
            if others.is_empty() {
                option.add_string_choice(english, value)
            } else {
                option.add_string_choice_localized(english, value, others)
            }
        })
    }

    /// A whole number from `least` to `most`.
    pub fn integer(self, name: &str, description: Key, least: u64, most: u64) -> CreateCommandOption {
        let option = self.option(CommandOptionType::Integer, name, description);
        option.min_int_value(least).max_int_value(most)
    }

    /// The `private` option.
    pub fn private(self) -> CreateCommandOption {
        self.option(CommandOptionType::Boolean, "private", key("define-private"))
    }
}

/// What a `when` is called.
#[must_use]
pub const fn when_label(when: When) -> Key {
    match when {
        When::All => key("when-all"),
        When::Live => key("when-live"),
        When::Scheduled => key("when-scheduled"),
        When::LiveEnded => key("when-live-ended"),
    }
}
