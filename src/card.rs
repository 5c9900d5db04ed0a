//! The card of a Space: what replies and posts show of it. Pure.
//!
//! Owns which facts are shown and in what words; must not know how a card reaches Discord. Other people's words
//! go through [`domain::text`](crate::domain::text) here, so that a [`Card`] can be shown as it is. State is always
//! said in words: colours and emoji only repeat it.

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::Username;
use crate::domain::known::{Known, Phase};
use crate::domain::space::{Space, XUser, picture_url};
use crate::domain::text;
use crate::texts::{Arg, Key, Locale, Texts, key};

/// Limits of an embed, in UTF-16 units. Source: Discord's documentation, "Embed Limits".
const TITLE_MAX: usize = 256;
/// A name longer than this only gets in the way.
const NAME_MAX: usize = 80;
/// A topic longer than this only gets in the way.
const TOPIC_MAX: usize = 40;
/// Topics shown.
const TOPICS_MAX: usize = 8;
/// Co-hosts shown by name; the others are counted.
const COHOSTS_MAX: usize = 8;
/// An answer older than this says how old it is.
const WORTH_TELLING: SignedDuration = SignedDuration::from_secs(5);

/// A card, ready to be shown: everything in it is escaped and within Discord's limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// Its title.
    pub title: Option<String>,
    /// Where the title leads.
    pub url: Option<String>,
    /// Whose Space it is.
    pub author: Option<Author>,
    /// What is said first.
    pub description: Option<String>,
    /// Facts, in order.
    pub fields: Vec<Field>,
    /// The file below it that is shown as its picture.
    pub picture: Option<String>,
    /// Where it is from, and how old.
    pub footer: Option<String>,
    /// What colour repeats.
    pub tone: Tone,
}

/// A card's author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Shown name and handle.
    pub name: String,
    /// The profile's address.
    pub url: String,
    /// The picture's address, https.
    pub picture_url: Option<String>,
}

/// A fact on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub name: String,
    /// What is so.
    pub value: String,
    /// Whether it may stand beside others.
    pub inline: bool,
}

/// What a card's colour repeats of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// Somebody is talking.
    Live,
    /// Somebody will.
    Scheduled,
    /// It is over.
    Over,
}

impl Tone {
    /// The colour, as 0xRRGGBB. Each stands out on light and on dark.
    #[must_use]
    pub const fn rgb(self) -> u32 {
        match self {
            Self::Plain => 0x53_64_71,
            Self::Live => 0xe0_24_5e,
            Self::Scheduled => 0x1d_9b_f0,
            Self::Over => 0x8b_98_a5,
        }
    }
}

/// What is to be shown of a Space.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The Space.
    pub space: &'a Space,
    /// Where it is in its life.
    pub phase: Phase,
    /// When it began, where that is known better than X says.
    pub live_since: Option<Timestamp>,
    /// When it was over.
    pub over_at: Option<Timestamp>,
    /// Accounts that are known, the host's and co-hosts' among them as far as possible.
    pub people: &'a [XUser],
    /// How old the answer is, where that is worth telling.
    pub age: Option<SignedDuration>,
}

impl<'a> Subject<'a> {
    /// What is known of a Space, shown with the names of `people`.
    #[must_use]
    pub fn of(known: &'a Known, people: &'a [XUser]) -> Self {
        Self {
            space: &known.space,
            phase: known.phase,
            live_since: known.live_since,
            over_at: known.over_at,
            people,
            age: None,
        }
    }
}

/// The card of a Space.
#[must_use]
pub fn space(subject: &Subject<'_>, texts: &Texts, locale: Locale) -> Card {
    let host = subject.space.creator.and_then(|id| subject.people.iter().find(|user| user.id == id));
    Card {
        title: Some(title(subject.space, texts, locale)),
        url: Some(subject.space.id.url()),
        author: host.map(author),
        description: Some(state(subject, texts, locale)),
        fields: fields(subject, texts, locale),
        picture: None,
        footer: Some(footer(subject.age, texts, locale)),
        tone: match subject.phase {
            Phase::Live => Tone::Live,
            Phase::Scheduled | Phase::NoShow => Tone::Scheduled,
            Phase::Ended | Phase::Cancelled => Tone::Over,
        },
    }
}

/// Where an answer is from, and how old it is if that is worth telling.
#[must_use]
pub fn footer(age: Option<SignedDuration>, texts: &Texts, locale: Locale) -> String {
    match age.filter(|age| *age >= WORTH_TELLING) {
        Some(age) => {
            texts.get(locale, key("card-footer-seen"), &[("age", Arg::from(texts.duration(locale, age)))])
        }
        None => texts.get(locale, key("card-footer"), &[]),
    }
}

/// The name of a language, by its code, where it is a common one.
#[must_use]
pub fn language_name(code: &str, texts: &Texts, locale: Locale) -> String {
    texts.get(locale, key("card-language-name"), &[("code", Arg::from(code.to_owned()))])
}

/// A Space's title for where Markdown is read, "Untitled Space" if it has none that can be seen. Of one that nobody has
/// looked at that isn't known.
#[must_use]
pub fn title(space: &Space, texts: &Texts, locale: Locale) -> String {
    title_within(space, TITLE_MAX, texts, locale)
}

/// As [`title`], in at most `limit` UTF-16 units.
#[must_use]
pub fn title_within(space: &Space, limit: usize, texts: &Texts, locale: Locale) -> String {
    let title = space.title.as_deref().and_then(|title| text::marked_down(title, limit));
    title.unwrap_or_else(|| texts.get(locale, untitled(space), &[]))
}

/// What is said of a Space in place of a title: that it has none, or that nobody has looked yet.
#[must_use]
pub fn untitled(space: &Space) -> Key {
    if space.is_sketch() { key("general-unseen-title") } else { key("general-untitled") }
}

/// A handle with its `@`, for where Markdown is read.
#[must_use]
pub fn handle(username: &Username) -> String {
    text::marked_down(&format!("@{username}"), NAME_MAX).unwrap_or_default()
}

/// A handle that leads to the profile, without a preview of it.
#[must_use]
pub fn linked_handle(username: &Username) -> String {
    format!("[{}](<{}>)", handle(username), profile_url(username))
}

/// A profile's address.
#[must_use]
pub fn profile_url(username: &Username) -> String {
    format!("https://x.com/{username}")
}

/// Discord's mark for a date and time, in each reader's own zone.
#[must_use]
pub fn date(time: Timestamp) -> String {
    format!("<t:{}:F>", time.as_second())
}

/// Discord's mark for how far away a time is.
#[must_use]
pub fn relative(time: Timestamp) -> String {
    format!("<t:{}:R>", time.as_second())
}

/// Whose Space it is.
#[must_use]
pub fn author(user: &XUser) -> Author {
    let name = text::plain(&user.name, NAME_MAX);
    Author {
        name: match name {
            Some(name) => format!("{name} (@{})", user.username),
            None => format!("@{}", user.username),
        },
        url: profile_url(&user.username),
        picture_url: user.picture_url.as_deref().and_then(picture_url),
    }
}

/// The state in words, with its times.
fn state(subject: &Subject<'_>, texts: &Texts, locale: Locale) -> String {
    let space = subject.space;
    let timed = |with: Key, without: Key, time: Option<Timestamp>| match time {
        Some(time) => texts.get(
            locale,
            with,
            &[("date", Arg::from(date(time))), ("relative", Arg::from(relative(time)))],
        ),
        None => texts.get(locale, without, &[]),
    };
    match subject.phase {
        Phase::Live => {
            timed(key("card-live-since"), key("card-live"), subject.live_since.or(space.started_at))
        }
        Phase::Scheduled => timed(key("card-scheduled-for"), key("card-scheduled"), space.scheduled_start),
        Phase::NoShow => timed(key("card-no-show-since"), key("card-no-show"), space.scheduled_start),
        Phase::Ended => timed(key("card-ended-at"), key("card-ended"), subject.over_at.or(space.ended_at)),
        Phase::Cancelled => texts.get(locale, key("card-cancelled"), &[]),
    }
}

fn fields(subject: &Subject<'_>, texts: &Texts, locale: Locale) -> Vec<Field> {
    let space = subject.space;
    let say = |key: Key| texts.get(locale, key, &[]);
    let count = |number: u32| texts.get(locale, key("card-count"), &[("count", Arg::from(number))]);
    let mut fields = Vec::new();
    let mut add = |name: Key, value: Option<String>, inline: bool| {
        if let Some(value) = value {
            fields.push(Field { name: say(name), value, inline });
        }
    };
    let is_live = subject.phase == Phase::Live;
    let is_to_come = matches!(subject.phase, Phase::Scheduled | Phase::NoShow);
    // Without the account the host would be missing: the id at least leads there.
    let unnamed = space.creator.filter(|id| !subject.people.iter().any(|user| user.id == *id));
    add(
        key("card-host"),
        unnamed.map(|id| {
            texts.get(
                locale,
                key("card-host-by-id"),
                &[("url", Arg::from(format!("https://x.com/i/user/{id}")))],
            )
        }),
        true,
    );
    add(key("card-in-the-room"), space.participant_count.filter(|_| is_live).map(count), true);
    add(key("card-speakers"), space.speaker_count.filter(|_| is_live).map(count), true);
    add(
        key("card-reminders"),
        space.subscriber_count.filter(|count| is_to_come || (is_live && *count > 0)).map(count),
        true,
    );
    add(key("card-language"), space.lang.as_deref().and_then(|lang| language(lang, texts, locale)), true);
    let is_ticketed = space.is_ticketed == Some(true);
    add(key("card-tickets"), is_ticketed.then(|| say(key("card-tickets-yes"))), true);
    let began = subject.live_since.or(space.started_at).filter(|_| subject.phase == Phase::Ended);
    add(key("card-started"), began.map(date), true);
    add(key("card-cohosts"), cohosts(subject, texts, locale), false);
    add(key("card-topics"), topics(space), false);
    fields
}

fn cohosts(subject: &Subject<'_>, texts: &Texts, locale: Locale) -> Option<String> {
    let cohosts: Vec<_> = subject.space.cohosts().collect();
    let named: Vec<String> = cohosts
        .iter()
        .filter_map(|id| subject.people.iter().find(|user| user.id == *id))
        .take(COHOSTS_MAX)
        .map(|user| linked_handle(&user.username))
        .collect();
    let others = cohosts.len() - named.len();
    let named_list = named.join(", ");
    match (named.is_empty(), others) {
        (true, 0) => None,
        (false, 0) => Some(named_list),
        (true, _) => Some(texts.get(locale, key("card-count"), &[("count", Arg::from(others))])),
        (false, _) => Some(texts.get(
            locale,
            key("card-and-others"),
            &[("names", Arg::from(named_list)), ("count", Arg::from(others))],
        )),
    }
}

fn topics(space: &Space) -> Option<String> {
    let topics: Vec<String> = space
        .topics
        .iter()
        .filter_map(|topic| text::marked_down(topic, TOPIC_MAX))
        .take(TOPICS_MAX)
        .collect();
    (!topics.is_empty()).then(|| topics.join(" · "))
}

/// The language's name where it is a common one, else its code; nothing for what is no language.
fn language(code: &str, texts: &Texts, locale: Locale) -> Option<String> {
    let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    // X's word for "not known".
    let is_known = is_code && code != "und";
    is_known.then(|| language_name(code, texts, locale))
}
