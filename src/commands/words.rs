//! The sentences of one reply: the texts and the language that it is written in.

use jiff::SignedDuration;

use crate::card::{self, Card, Subject};
use crate::domain::space::Space;
use crate::texts::{Arg, Explain, Key, Locale, Texts};

/// The words of one reply.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The sentences.
    pub texts: &'a Texts,
    /// The reader's language.
    pub locale: Locale,
}

impl Words<'_> {
    /// The sentence `key`, which takes no values.
    #[must_use]
    pub fn say(&self, key: Key) -> String {
        self.texts.get(self.locale, key, &[])
    }

    /// The sentence `key` with values. Other people's words among them are escaped already.
    #[must_use]
    pub fn with(&self, key: Key, values: &[(&str, Arg<'_>)]) -> String {
        self.texts.get(self.locale, key, values)
    }

    /// What is wrong with what was typed, and what to do.
    #[must_use]
    pub fn explain(&self, mistake: &impl Explain) -> String {
        self.texts.explain(self.locale, mistake)
    }

    /// A length of time.
    #[must_use]
    pub fn duration(&self, duration: SignedDuration) -> String {
        self.texts.duration(self.locale, duration)
    }

    /// Where an answer is from, and how old it is if that is worth telling.
    #[must_use]
    pub fn seen(&self, age: SignedDuration) -> String {
        card::footer(Some(age), self.texts, self.locale)
    }

    /// The card of a Space.
    #[must_use]
    pub fn card(&self, subject: &Subject<'_>) -> Card {
        card::space(subject, self.texts, self.locale)
    }

    /// A Space's title, escaped, in at most `limit` UTF-16 units.
    #[must_use]
    pub fn title(&self, space: &Space, limit: usize) -> String {
        card::title_within(space, limit, self.texts, self.locale)
    }
}
