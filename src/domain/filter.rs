//! A follow's filters: which Spaces it wants, of those that its host or keyword finds. Pure.
//!
//! A filter that refuses a Space now may let it pass later, when the room has filled or the title changed: whoever
//! judges it keeps that the follow waits.

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::decision::Decision;
use super::follow::When;
use super::keyword::{BadPhrase, Phrase, Title};
use super::notice::Slot;
use super::space::Space;

/// The most people that a follow can wait for.
pub const LISTENERS_MAX: u32 = 1_000_000;
/// From this many people in the room on a keyword's post may ping.
pub const PINGS_FROM: u32 = 10;
/// The longest list of terms, in characters.
pub const TERMS_MAX_CHARS: u16 = 100;
/// What parts terms, in Latin and in Japanese writing.
const COMMAS: [char; 3] = [',', '，', '、'];

/// A follow's filters; a Space must pass each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// People in the room, 1 to [`LISTENERS_MAX`]: the post comes when so many are first seen there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_listeners: Option<u32>,
    /// In which language; one of unknown language passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// With tickets or without.
    #[serde(skip_serializing_if = "Tickets::is_any")]
    pub tickets: Tickets,
    /// The title must hold one of these, if there are any.
    #[serde(skip_serializing_if = "Terms::is_empty")]
    pub title_has: Terms,
    /// The title must hold none of these.
    #[serde(skip_serializing_if = "Terms::is_empty")]
    pub title_lacks: Terms,
}

/// Which Spaces are meant by their tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tickets {
    /// All.
    #[default]
    #[serde(alias = "any")]
    Any,
    /// Those without.
    #[serde(alias = "free")]
    Free,
    /// Those with.
    #[serde(alias = "ticketed")]
    Ticketed,
}

/// A language by its ISO 639-1 code, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language(ArrayString<2>);

/// Words or phrases of which a title holds one or none, compared as keywords are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Terms(Box<[Phrase]>);

/// Why a text is no list of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadTerms {
    /// Nothing but commas and spaces.
    #[error("there is no term")]
    Empty,
    /// More than [`TERMS_MAX_CHARS`] characters.
    #[error("the terms are longer than {TERMS_MAX_CHARS} characters")]
    TooLong,
    /// One of them can't be looked for.
    #[error(transparent)]
    Term(#[from] BadPhrase),
}

impl Filter {
    /// Whether each Space passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Why a Space isn't posted in this slot as it is now; `None` where it passes.
    #[must_use]
    pub fn refusal(&self, space: &Space, slot: Slot) -> Option<Decision> {
        if self.is_empty() {
            return None;
        }
        let title = space.title.as_deref().unwrap_or_default();
        let spoken = space.lang.as_deref().and_then(Language::parse);
        if space.is_sketch() {
            Some(Decision::NotLookedUp)
        } else if !self.title_has.is_empty() && !self.title_has.any_in(title) {
            Some(Decision::TitleLacks)
        } else if self.title_lacks.any_in(title) {
            Some(Decision::TitleHas)
        } else if spoken.is_some_and(|spoken| self.language.as_ref().is_some_and(|wanted| *wanted != spoken))
        {
            Some(Decision::OtherLanguage)
        } else if !self.tickets.admits(space.is_ticketed) {
            Some(Decision::OtherTickets)
        } else {
            self.lacks_people(space, slot).then_some(Decision::TooFewListeners)
        }
    }

    /// Nobody is in the room of a Space that hasn't begun.
    fn lacks_people(&self, space: &Space, slot: Slot) -> bool {
        let people = space.participant_count.filter(|_| slot == Slot::Live).unwrap_or(0);
        self.min_listeners.is_some_and(|least| people < least)
    }

    /// Whether no Space can ever be what this and `when` ask for: nobody is in the room of one that hasn't begun.
    #[must_use]
    pub fn never_posts(&self, when: When) -> bool {
        !when.wants_live() && self.min_listeners.is_some()
    }

    /// Whether a post that only keywords asked for may ping for this follow.
    #[must_use]
    pub fn lets_keyword_ping(&self) -> bool {
        self.min_listeners.is_some_and(|least| least >= PINGS_FROM)
    }
}

impl Tickets {
    /// Each value.
    pub const EACH: [Self; 3] = [Self::Any, Self::Free, Self::Ticketed];

    /// The value's name in options and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Free => "free",
            Self::Ticketed => "ticketed",
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|tickets| tickets.name() == name)
    }

    /// Whether a Space is meant that takes tickets, or doesn't, or of which nobody knows.
    #[must_use]
    pub fn admits(self, is_ticketed: Option<bool>) -> bool {
        match self {
            Self::Any => true,
            Self::Free => is_ticketed != Some(true),
            Self::Ticketed => is_ticketed == Some(true),
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    fn is_any(&self) -> bool {
        *self == Self::Any
    }
}

impl Language {
    /// The language of a code; X's old codes for three languages are understood.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_lowercase();
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
        let current = match code.as_str() {
            "in" => "id",
            "iw" => "he",
            "ji" => "yi",
            code => code,
        };
        ArrayString::from(current).ok().filter(|_| is_code).map(Self)
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl Terms {
    /// The terms in `text`, parted by commas; empty ones don't count.
    pub fn parse(text: &str) -> Result<Self, BadTerms> {
        if text.chars().nth(TERMS_MAX_CHARS.into()).is_some() {
            return Err(BadTerms::TooLong);
        }
        let terms = text.split(COMMAS).map(str::trim).filter(|term| !term.is_empty());
        let phrases: Vec<Phrase> = terms.map(Phrase::parse).collect::<Result<_, _>>()?;
        if phrases.is_empty() { Err(BadTerms::Empty) } else { Ok(Self(phrases.into())) }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a title holds one of them.
    #[must_use]
    pub fn any_in(&self, title: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let title = Title::new(title);
        self.0.iter().any(|term| title.holds(term))
    }

    /// As they were typed; escape them before they are shown.
    #[must_use]
    pub fn as_typed(&self) -> String {
        self.typed().collect::<Vec<_>>().join(", ")
    }

    fn typed(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Phrase::as_typed)
    }
}

impl PartialEq for Terms {
    fn eq(&self, other: &Self) -> bool {
        self.typed().eq(other.typed())
    }
}

impl Eq for Terms {}

impl TryFrom<Vec<String>> for Terms {
    type Error = BadTerms;

    fn try_from(typed: Vec<String>) -> Result<Self, BadTerms> {
        Ok(Self(typed.iter().map(|term| Phrase::parse(term)).collect::<Result<_, _>>()?))
    }
}

impl From<Terms> for Vec<String> {
    fn from(terms: Terms) -> Self {
        terms.typed().map(str::to_owned).collect()
    }
}
