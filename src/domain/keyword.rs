//! A keyword: a phrase that is looked for in titles, in order, on whole words.
//!
//! Owns what counts as a keyword, and when a title holds it; X's search only finds candidates, this decides.
//! How letters are made comparable is `fold`'s, where a keyword may begin and end [`Title`]'s, how many are looked for
//! at once [`KeywordSet`]'s.
//!
//! What a person can count on:
//! - Case, width and ligatures don't matter (`ＲＵＳＴ`, `ﬁ`, `ß` and `ss`, `Σ` and `ς`, `İ`, `I` and `ı`), accents do.
//! - Any run of white space and punctuation between words is one gap: `node.js` finds `Node JS`, `don't` finds
//!   `don’t`, `.net` finds `net` too.
//! - A symbol (`#`, `$`, `@`, `&`, `%`, `+`, emoji and other symbols) that the keyword holds must be there; one
//!   that it doesn't hold is no obstacle. `rust` finds `#Rust`, `btc` finds `$BTC`, `objective c` finds
//!   `Objective-C++`; `$sol` doesn't find `sol`, and `c++` finds `C++20`, not `C`.
//! - Where a script has no spaces between words (Han, kana, Thai, Lao, Khmer, Myanmar), a keyword is found inside a
//!   longer run: `日本` finds `日本語`, and `rust` finds `Rust入門`. Elsewhere `rust` doesn't find `trust`.

mod fold;
mod set;
mod title;

use thiserror::Error;

use fold::Folded;
pub use set::KeywordSet;
pub use title::Title;

/// The fewest characters of a keyword, before and after folding.
pub const MIN_CHARS: usize = 2;
/// The most characters of a keyword as it is typed.
pub const MAX_CHARS: usize = 50;
/// The most characters of a folded keyword. Folding makes three of one at most, oddities such as `ﷺ` aside.
pub const MAX_FOLDED_CHARS: usize = 3 * MAX_CHARS;
/// The most words of a keyword, counted by white space.
pub const MAX_WORDS: usize = 5;
/// Beyond this many characters a text isn't even looked at.
const MAX_INPUT_CHARS: usize = 1_000;

/// What links and Discord's mentions hold, and titles hardly.
const NOT_WORDS: [&str; 6] = ["://", "@everyone", "@here", "<@", "<#", "</"];

/// A keyword that was checked.
#[derive(Debug, Clone)]
pub struct Phrase {
    typed: Box<str>,
    folded: Box<str>,
}

/// Why a text can't be a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadPhrase {
    /// Nothing that can be seen.
    #[error("the keyword is empty")]
    Empty,
    /// Only punctuation or symbols.
    #[error("the keyword has no letters or digits")]
    NoLetters,
    /// Fewer than [`MIN_CHARS`] characters that count.
    #[error("the keyword is shorter than {MIN_CHARS} characters")]
    TooShort,
    /// More than [`MAX_CHARS`] characters.
    #[error("the keyword is longer than {MAX_CHARS} characters")]
    TooLong,
    /// A link or a mention: nobody means the words of one.
    #[error("the keyword is a link or a mention")]
    NotWords,
    /// More than [`MAX_WORDS`] words.
    #[error("the keyword has more than {MAX_WORDS} words")]
    TooManyWords,
}

impl Phrase {
    /// The keyword in `text`. Control characters count as spaces; those that can't be seen are dropped.
    pub fn parse(text: &str) -> Result<Self, BadPhrase> {
        if text.chars().nth(MAX_INPUT_CHARS).is_some() {
            return Err(BadPhrase::TooLong);
        }
        let words = words_typed(text);
        let typed = words.join(" ");
        if typed.is_empty() {
            return Err(BadPhrase::Empty);
        }
        if typed.chars().count() > MAX_CHARS {
            return Err(BadPhrase::TooLong);
        }
        if NOT_WORDS.iter().any(|mark| typed.to_ascii_lowercase().contains(mark)) {
            return Err(BadPhrase::NotWords);
        }
        let folded = Folded::of(&typed);
        let key = if folded.has_symbols() { folded.with_symbols() } else { folded.words_only() };
        if folded.words_only().is_empty() {
            return Err(BadPhrase::NoLetters);
        }
        if typed.chars().count() < MIN_CHARS || key.chars().count() < MIN_CHARS {
            return Err(BadPhrase::TooShort);
        }
        if key.chars().count() > MAX_FOLDED_CHARS {
            return Err(BadPhrase::TooLong);
        }
        if words.iter().filter(|word| !Folded::of(word).with_symbols().is_empty()).count() > MAX_WORDS {
            return Err(BadPhrase::TooManyWords);
        }
        Ok(Self { folded: key.into(), typed: typed.into() })
    }

    /// The form that is the same for all ways to write the keyword: its key in the store and in a [`KeywordSet`].
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The keyword as it was typed, without odd spaces; escape it before it is shown.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }
}

impl PartialEq for Phrase {
    /// Whether both find the same titles.
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Phrase {}

/// What was typed between white space and control characters, without what can't be seen.
fn words_typed(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .map(|word| {
            let shows = word.chars().any(|c| !fold::is_invisible(c));
            let keep = |&c: &char| !fold::is_invisible(c) || (shows && fold::is_joiner(c));
            word.chars().filter(keep).collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}
