//! A roster: a server's follows as a file that people keep, read, change and give back.
//!
//! Owns the format, which `docs/follows.md` describes, and what is wrong with a file that isn't one. Pure.
//! What was written by anybody is read strictly: what isn't understood is refused by its place, not passed over.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::filter::{BadTerms, Filter, LISTENERS_MAX, Language, Terms, Tickets};
use super::follow::{Follow, PauseReason, Target, When};
use super::ids::{ChannelId, GuildId, RoleId, Username};
use super::input::{self, BadHost};
use super::keyword::{BadPhrase, Phrase};

/// The format's version.
pub const VERSION: u64 = 1;
/// The largest file that is read.
pub const BYTES_MAX: usize = 1 << 20;
/// The most follows in a file.
pub const ENTRIES_MAX: usize = 5_000;
/// How much of a field's name is repeated, in characters.
const NAME_MAX: usize = 40;

/// A follow in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The channel that it posts to.
    pub channel: ChannelId,
    /// What it looks for.
    pub wanted: Wanted,
    /// Which posts it wants.
    pub when: When,
    /// Which Spaces it wants.
    pub filter: Filter,
    /// Whom it pings.
    pub role: Option<RoleId>,
    /// Whether a person paused it.
    pub paused: bool,
}

/// What a follow in a file looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The Spaces of whoever has this name.
    Host(Username),
    /// Spaces with this phrase in the title, as it was typed.
    Keyword(String),
}

/// Why a file isn't read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadRoster {
    /// It is larger than [`BYTES_MAX`].
    #[error("the file is larger than {BYTES_MAX} bytes")]
    TooLarge,
    /// It isn't JSON.
    #[error("line {line} isn't JSON")]
    NotJson {
        /// Where it stops being JSON, counted from 1.
        line: usize,
    },
    /// It is JSON, but no list of follows.
    #[error("the file holds no follows as they are exported")]
    NoFollows,
    /// It is of another version.
    #[error("the file isn't of version {VERSION}")]
    Version,
    /// It holds more than [`ENTRIES_MAX`] follows.
    #[error("the file holds more than {ENTRIES_MAX} follows")]
    TooMany,
    /// One of its follows can't be meant.
    #[error("follow {number}: {why}")]
    Entry {
        /// Which, counted from 1.
        number: usize,
        /// What is wrong.
        why: BadEntry,
    },
}

/// Why a follow in a file can't be meant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadEntry {
    /// It isn't an object.
    #[error("it isn't an object")]
    NotAnObject,
    /// A field is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field that there is no such.
    #[error("there is no field {0}")]
    Unknown(String),
    /// A field holds what it can't.
    #[error("{0} holds what it can't")]
    Value(&'static str),
    /// The host's name.
    #[error(transparent)]
    Host(BadHost),
    /// The keyword.
    #[error(transparent)]
    Keyword(BadPhrase),
    /// Terms of a title.
    #[error("{0}: {1}")]
    Terms(&'static str, BadTerms),
    /// It waits for people in Spaces that haven't begun.
    #[error("nobody is in the room before a Space begins")]
    NobodyBefore,
    /// The same channel has the same host or keyword before it.
    #[error("it is follow {0} once more")]
    Repeats(usize),
}

impl Entry {
    /// A follow as it goes into a file. A pause that isn't a person's ends by itself, and isn't written.
    #[must_use]
    pub fn of(follow: &Follow) -> Self {
        let wanted = match &follow.target {
            Target::Host { username, .. } => Wanted::Host(*username),
            Target::Keyword(typed) => Wanted::Keyword(typed.clone()),
        };
        Self {
            channel: follow.channel,
            wanted,
            when: follow.when,
            filter: follow.filter.clone(),
            role: follow.role,
            paused: matches!(follow.paused, Some(PauseReason::Person | PauseReason::PersonLeft)),
        }
    }

    /// What makes it the same follow as another: its channel, and whom or what it looks for.
    #[must_use]
    pub fn key(&self) -> (ChannelId, String) {
        let wanted = match &self.wanted {
            Wanted::Host(username) => format!("@{}", username.folded()),
            Wanted::Keyword(typed) => {
                Phrase::parse(typed).map_or_else(|_| typed.clone(), |phrase| phrase.folded().to_owned())
            }
        };
        (self.channel, wanted)
    }

    fn to_json(&self) -> Value {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        put("channel", json!(self.channel.to_string()));
        match &self.wanted {
            Wanted::Host(username) => put("host", json!(format!("@{username}"))),
            Wanted::Keyword(typed) => put("keyword", json!(typed)),
        };
        put("when", json!(self.when.name()));
        if let Some(role) = self.role {
            put("role", json!(role.to_string()));
        }
        if let Some(least) = self.filter.min_listeners {
            put("min_listeners", json!(least));
        }
        if let Some(language) = &self.filter.language {
            put("language", json!(language.code()));
        }
        if self.filter.tickets != Tickets::Any {
            put("tickets", json!(self.filter.tickets.name()));
        }
        for (name, terms) in
            [("title_has", &self.filter.title_has), ("title_lacks", &self.filter.title_lacks)]
        {
            if !terms.is_empty() {
                put(name, json!(Vec::<String>::from(terms.clone())));
            }
        }
        if self.paused {
            put("paused", json!(true));
        }
        Value::Object(fields)
    }
}

/// The file of these follows, in an order that stays the same: by channel, then by what they look for.
#[must_use]
pub fn encode(server: GuildId, entries: &[Entry]) -> String {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| entry.key());
    let follows: Vec<Value> = sorted.into_iter().map(Entry::to_json).collect();
    let file = json!({ "version": VERSION, "server": server.to_string(), "follows": follows });
    format!("{file:#}\n")
}

/// The follows in a file.
pub fn decode(bytes: &[u8]) -> Result<Vec<Entry>, BadRoster> {
    if bytes.len() > BYTES_MAX {
        return Err(BadRoster::TooLarge);
    }
    // Some editors write a mark before the text.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: Value =
        serde_json::from_slice(bytes).map_err(|error| BadRoster::NotJson { line: error.line() })?;
    let file = file.as_object().ok_or(BadRoster::NoFollows)?;
    if file.get("version").ok_or(BadRoster::NoFollows)?.as_u64() != Some(VERSION) {
        return Err(BadRoster::Version);
    }
    let follows = file.get("follows").and_then(Value::as_array).ok_or(BadRoster::NoFollows)?;
    if file.keys().any(|name| !["version", "server", "follows"].contains(&name.as_str())) {
        return Err(BadRoster::NoFollows);
    }
    if follows.len() > ENTRIES_MAX {
        return Err(BadRoster::TooMany);
    }
    let mut seen: HashMap<(ChannelId, String), usize> = HashMap::new();
    let mut entries = Vec::new();
    for (number, value) in (1..).zip(follows) {
        let wrong = |why| BadRoster::Entry { number, why };
        let entry = Fields::of(value).and_then(|fields| fields.entry()).map_err(wrong)?;
        if let Some(first) = seen.insert(entry.key(), number) {
            return Err(wrong(BadEntry::Repeats(first)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// The fields of one follow.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    const NAMES: [&'static str; 10] = [
        "channel",
        "host",
        "keyword",
        "when",
        "role",
        "min_listeners",
        "language",
        "tickets",
        "title_has",
        "title_lacks",
    ];

    fn of(value: &'a Value) -> Result<Self, BadEntry> {
        let fields = value.as_object().ok_or(BadEntry::NotAnObject)?;
        let is_known = |name: &&String| Self::NAMES.contains(&name.as_str()) || name.as_str() == "paused";
        match fields.keys().find(|name| !is_known(name)) {
            Some(unknown) => Err(BadEntry::Unknown(unknown.chars().take(NAME_MAX).collect())),
            None => Ok(Self(fields)),
        }
    }

    fn entry(&self) -> Result<Entry, BadEntry> {
        let channel = self.id("channel")?.ok_or(BadEntry::Missing("channel"))?;
        let wanted = match (self.text("host")?, self.text("keyword")?) {
            (Some(host), None) => Wanted::Host(input::host(host).map_err(BadEntry::Host)?),
            (None, Some(keyword)) => {
                let phrase = Phrase::parse(keyword).map_err(BadEntry::Keyword)?;
                Wanted::Keyword(phrase.as_typed().to_owned())
            }
            (None, None) => return Err(BadEntry::Missing("host")),
            (Some(_), Some(_)) => return Err(BadEntry::Value("keyword")),
        };
        let when = self.named("when", When::from_name)?.unwrap_or_default();
        let filter = Filter {
            min_listeners: self.listeners()?,
            language: self.named("language", Language::parse)?,
            tickets: self.named("tickets", Tickets::from_name)?.unwrap_or_default(),
            title_has: self.terms("title_has")?,
            title_lacks: self.terms("title_lacks")?,
        };
        if filter.never_posts(when) {
            return Err(BadEntry::NobodyBefore);
        }
        let paused = match self.0.get("paused") {
            None => false,
            Some(value) => value.as_bool().ok_or(BadEntry::Value("paused"))?,
        };
        Ok(Entry {
            channel: ChannelId::new(channel),
            wanted,
            when,
            filter,
            role: self.id("role")?.map(RoleId::new),
            paused,
        })
    }

    fn text(&self, name: &'static str) -> Result<Option<&'a str>, BadEntry> {
        self.0.get(name).map(|value| value.as_str().ok_or(BadEntry::Value(name))).transpose()
    }

    fn named<T>(&self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, BadEntry> {
        self.text(name)?.map(|text| parse(text).ok_or(BadEntry::Value(name))).transpose()
    }

    /// An id of Discord's, which is a text since numbers of that size don't survive every reader.
    fn id(&self, name: &'static str) -> Result<Option<u64>, BadEntry> {
        let parse = |text: &str| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|id: &u64| is_number && *id != 0 && i64::try_from(*id).is_ok())
        };
        self.named(name, parse)
    }

    fn listeners(&self) -> Result<Option<u32>, BadEntry> {
        let name = "min_listeners";
        let fits = |number: &u32| (1..=LISTENERS_MAX).contains(number);
        let read = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(fits);
        self.0.get(name).map(|value| read(value).ok_or(BadEntry::Value(name))).transpose()
    }

    fn terms(&self, name: &'static str) -> Result<Terms, BadEntry> {
        let Some(value) = self.0.get(name) else { return Ok(Terms::default()) };
        let terms = value.as_array().ok_or(BadEntry::Value(name))?;
        let terms: Option<Vec<&str>> = terms.iter().map(Value::as_str).collect();
        let joined = terms.ok_or(BadEntry::Value(name))?.join(",");
        Terms::parse(&joined).map_err(|bad| BadEntry::Terms(name, bad))
    }
}
