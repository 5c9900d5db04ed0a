//! What the bot says, in each language.
//!
//! Owns the languages and the way from a key to a sentence; the sentences are in `locales/`, a file a language.
//! Must not know where a sentence is shown. Values put into sentences are shown as they are: other people's words
//! come escaped and isolated (see [`domain::text`](crate::domain::text)), so nothing is isolated here again.
//!
//! A new language is a file in `locales/` and a line in `LANGUAGES`.

mod explain;
mod figures;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use thiserror::Error;
use unic_langid::LanguageIdentifier;

/// A value put into a sentence: from a text or a number. Numbers are grouped by thousands.
pub use fluent_bundle::FluentValue as Arg;

pub use explain::Explain;
pub use figures::grouped;

/// A language's code, the codes that Discord has for it, and its sentences.
type Language = (&'static str, &'static [&'static str], &'static str);

/// The languages, English first: what another one lacks is said in English.
const LANGUAGES: &[Language] = &[
    ("en", &["en-US", "en-GB"], include_str!("../locales/en.ftl")),
    ("ja", &["ja"], include_str!("../locales/ja.ftl")),
];

/// A language that the bot speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Locale(usize);

impl Locale {
    /// English, which has every sentence.
    pub const ENGLISH: Self = Self(0);

    /// Each language.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LANGUAGES.len()).map(Self)
    }

    /// The language for one of Discord's locale codes, such as `en-US`, or for a code of ours, such as `en`;
    /// English for one that the bot doesn't speak.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::known(code).unwrap_or_default()
    }

    /// As [`from_code`](Self::from_code), `None` for a language that the bot doesn't speak.
    #[must_use]
    pub fn known(code: &str) -> Option<Self> {
        LANGUAGES.iter().position(|(own, discord, _)| *own == code || discord.contains(&code)).map(Self)
    }

    /// The language's own code, such as `en`: what the store and the setting hold.
    #[must_use]
    pub fn code(self) -> &'static str {
        LANGUAGES[self.0].0
    }

    /// Discord's codes for the language, for the localisations of commands.
    #[must_use]
    pub fn discord_codes(self) -> &'static [&'static str] {
        LANGUAGES[self.0].1
    }
}

/// The name of a sentence: made by [`key`] from a literal, so that a test finds each one that the program uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(&'static str);

/// The sentence `name`, or `name.attribute`. Write the name as a literal: a test looks for them.
#[must_use]
pub const fn key(name: &'static str) -> Key {
    Key(name)
}

/// A mistake in a file of `locales/`.
#[derive(Debug, Error)]
#[error("the sentences in the language {language} can't be read. Correct locales/{language}.ftl: {mistakes}")]
pub struct BadTexts {
    language: &'static str,
    mistakes: String,
}

/// Every sentence in every language.
pub struct Texts {
    /// By [`Locale`].
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl Texts {
    /// Reads the sentences that are built into the program.
    pub fn load() -> Result<Self, BadTexts> {
        let bundles = LANGUAGES.iter().map(bundle).collect::<Result<_, _>>()?;
        Ok(Self { bundles })
    }

    /// The sentence `key` in `locale`, in English where that language lacks it. A sentence that no language has is
    /// logged and shown as its name.
    #[must_use]
    pub fn get(&self, locale: Locale, key: Key, args: &[(&str, Arg<'_>)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, value.clone());
        }
        let said = |index: usize| said(&self.bundles[index], key, &values);
        said(locale.0).or_else(|| said(Locale::ENGLISH.0)).unwrap_or_else(|| {
            tracing::error!(text.key = key.0, "no language has the sentence {}, or it lacks a value", key.0);
            key.0.to_owned()
        })
    }

    /// Whether `locale` itself has the sentence `name`, or `name.attribute`.
    #[must_use]
    pub fn has(&self, locale: Locale, name: &str) -> bool {
        let (message, attribute) = parts(name);
        let message = self.bundles[locale.0].get_message(message);
        message.is_some_and(|message| match attribute {
            Some(attribute) => message.get_attribute(attribute).is_some(),
            None => message.value().is_some(),
        })
    }

    /// What is wrong, and what to do about it.
    #[must_use]
    pub fn explain(&self, locale: Locale, mistake: &impl Explain) -> String {
        mistake.explain(self, locale)
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").finish_non_exhaustive()
    }
}

fn bundle(&(code, _, words): &Language) -> Result<FluentBundle<FluentResource>, BadTexts> {
    let bad = |mistakes: String| BadTexts { language: code, mistakes };
    let language: LanguageIdentifier =
        code.parse().map_err(|_| bad("its code is no language's".to_owned()))?;
    let resource =
        FluentResource::try_new(words.to_owned()).map_err(|(_, mistakes)| bad(format!("{mistakes:?}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(figures::formatted));
    bundle.add_resource(resource).map_err(|mistakes| bad(format!("{mistakes:?}")))?;
    Ok(bundle)
}

/// `None` where the bundle lacks the sentence, or the sentence a value.
fn said(bundle: &FluentBundle<FluentResource>, key: Key, values: &FluentArgs<'_>) -> Option<String> {
    let (message, attribute) = parts(key.0);
    let message = bundle.get_message(message)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut mistakes = Vec::new();
    let text = bundle.format_pattern(pattern, Some(values), &mut mistakes).into_owned();
    mistakes.is_empty().then_some(text)
}

fn parts(name: &str) -> (&str, Option<&str>) {
    name.split_once('.').map_or((name, None), |(message, attribute)| (message, Some(attribute)))
}
