//! What people are told when what they typed can't be used: what happened, and what to do.

use super::{Arg, Key, Locale, Texts, key};
use crate::domain::filter::{BadTerms, TERMS_MAX_CHARS};
use crate::domain::input::{BadHost, BadHosts, BadSpace, MAX_HOSTS};
use crate::domain::keyword::{BadPhrase, MAX_CHARS, MAX_WORDS, MIN_CHARS};
use crate::domain::roster::{BadEntry, BadRoster, ENTRIES_MAX};
use crate::domain::text;

/// How much of a wrong word is shown, in UTF-16 units.
const MAX_TYPED: usize = 60;

/// A mistake that can be explained to whoever made it.
pub trait Explain {
    /// What is wrong and what to do, in `locale`.
    fn explain(&self, texts: &Texts, locale: Locale) -> String;
}

impl Explain for BadPhrase {
    fn explain(&self, texts: &Texts, locale: Locale) -> String {
        let said = |key: Key, name: &str, number: usize| texts.get(locale, key, &[(name, Arg::from(number))]);
        match self {
            Self::Empty => said(key("keyword-empty"), "words", MAX_WORDS),
            Self::NoLetters => texts.get(locale, key("keyword-no-letters"), &[]),
            Self::TooShort => said(key("keyword-too-short"), "chars", MIN_CHARS),
            Self::TooLong => said(key("keyword-too-long"), "chars", MAX_CHARS),
            Self::NotWords => texts.get(locale, key("keyword-not-words"), &[]),
            Self::TooManyWords => said(key("keyword-too-many-words"), "words", MAX_WORDS),
        }
    }
}

impl Explain for BadRoster {
    fn explain(&self, texts: &Texts, locale: Locale) -> String {
        let counted = |key: Key, number: usize| texts.get(locale, key, &[("number", Arg::from(number))]);
        match self {
            Self::TooLarge => texts.get(locale, key("roster-too-large"), &[]),
            Self::NotJson { line } => counted(key("roster-not-json"), *line),
            Self::NoFollows => texts.get(locale, key("roster-no-follows"), &[]),
            Self::Version => texts.get(locale, key("roster-version"), &[]),
            Self::TooMany => counted(key("roster-too-many"), ENTRIES_MAX),
            Self::Entry { number, why } => {
                let why = why.explain(texts, locale);
                let values = [("number", Arg::from(*number)), ("why", Arg::from(why))];
                texts.get(locale, key("roster-entry"), &values)
            }
        }
    }
}

impl Explain for BadEntry {
    fn explain(&self, texts: &Texts, locale: Locale) -> String {
        let field = |key: Key, name: &str| {
            let name = text::marked_down(name, MAX_TYPED).unwrap_or_default();
            texts.get(locale, key, &[("field", Arg::from(name))])
        };
        match self {
            Self::NotAnObject => texts.get(locale, key("roster-not-an-object"), &[]),
            Self::Missing(name) => field(key("roster-missing"), name),
            Self::Unknown(name) => field(key("roster-unknown"), name),
            Self::Value(name) => field(key("roster-value"), name),
            Self::Host(bad) => bad.explain(texts, locale),
            Self::Keyword(bad) | Self::Terms(_, BadTerms::Term(bad)) => bad.explain(texts, locale),
            Self::Terms(_, bad) => bad.explain(texts, locale),
            Self::NobodyBefore => texts.get(locale, key("option-nobody-before"), &[]),
            Self::Repeats(first) => texts.get(locale, key("roster-repeats"), &[("first", Arg::from(*first))]),
        }
    }
}

impl Explain for BadTerms {
    fn explain(&self, texts: &Texts, locale: Locale) -> String {
        match self {
            Self::Empty => texts.get(locale, key("terms-empty"), &[]),
            Self::TooLong => {
                texts.get(locale, key("terms-too-long"), &[("chars", Arg::from(TERMS_MAX_CHARS))])
            }
            Self::Term(bad) => bad.explain(texts, locale),
        }
    }
}

impl Explain for BadSpace {
    fn explain(&self, texts: &Texts, locale: Locale) -> String {
        let key = match self {
            Self::Empty => key("input-space-empty"),
            Self::TooLong => key("input-space-too-long"),
            Self::OtherSite => key("input-space-other-site"),
            Self::NotASpace => key("input-space-not-a-space"),
            Self::NotAnId => key("input-space-not-an-id"),
        };
        texts.get(locale, key, &[])
    }
}

impl Explain for BadHost {
    fn explain(&self, texts: &Texts, locale: Locale) -> String {
        let key = match self {
            Self::Empty => key("input-host-empty"),
            Self::TooLong => key("input-host-too-long"),
            Self::OtherSite => key("input-host-other-site"),
            Self::NotAProfile => key("input-host-not-a-profile"),
            Self::NotAName => key("input-host-not-a-name"),
        };
        texts.get(locale, key, &[])
    }
}

impl Explain for BadHosts {
    fn explain(&self, texts: &Texts, locale: Locale) -> String {
        let said = |key: Key| texts.get(locale, key, &[("max", Arg::from(MAX_HOSTS))]);
        match self {
            Self::Empty => said(key("input-hosts-empty")),
            Self::TooLong => said(key("input-hosts-too-long")),
            Self::TooMany => said(key("input-hosts-too-many")),
            Self::One { typed, reason } => {
                let typed = text::marked_down(typed, MAX_TYPED).unwrap_or_default();
                let why = reason.explain(texts, locale);
                texts.get(locale, key("input-hosts-one"), &[("typed", typed.into()), ("why", why.into())])
            }
        }
    }
}
