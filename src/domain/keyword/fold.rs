//! Folding: makes texts comparable that people read as the same.
//!
//! Owns the classes of characters (word, symbol, gap) and the boundaries of words; knows no keyword.
//! Folding is Unicode's compatibility caseless matching (definition D146), composed again, with three additions:
//! what can't be seen is dropped, the Turkish dotted and dotless i are the same as i, and ™ and ℠ are gaps, since
//! they would turn into letters of the word before them.

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{
    BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, Script,
};
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{CodePointMapData, CodePointSetData};

/// The scripts that are written without spaces between words.
const SPACELESS: [Script; 7] = [
    Script::Han,
    Script::Hiragana,
    Script::Katakana,
    Script::Thai,
    Script::Lao,
    Script::Khmer,
    Script::Myanmar,
];

/// Punctuation by Unicode that people type on purpose and miss when it is dropped.
const SYMBOLIC_PUNCTUATION: [char; 4] = ['#', '@', '&', '%'];

/// What words are made of.
const WORD: GeneralCategoryGroup =
    GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Number).union(GeneralCategoryGroup::Mark);

/// A text after folding, gaps not yet made equal.
pub(super) struct Folded(String);

impl Folded {
    /// Folds `text`.
    pub(super) fn of(text: &str) -> Self {
        if let Some(folded) = plain(text) {
            return Self(folded);
        }
        let seen: String = text.chars().filter(|&c| !is_invisible(c)).map(unmarked).collect();
        let mapper = CaseMapper::new();
        let canonical = DecomposingNormalizerBorrowed::new_nfd().normalize(&seen).into_owned();
        let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
        let once = nfkd.normalize(&mapper.fold_string(&canonical)).into_owned();
        let twice = nfkd.normalize(&mapper.fold_string(&once)).into_owned();
        let seen: String = plain_i(&twice).chars().filter(|&c| !is_invisible(c)).collect();
        Self(ComposingNormalizerBorrowed::new_nfkc().normalize(&seen).into_owned())
    }

    /// Whether a symbol is in it.
    pub(super) fn has_symbols(&self) -> bool {
        self.0.chars().any(is_symbol)
    }

    /// Its words, one space between them; symbols are gaps.
    pub(super) fn words_only(&self) -> String {
        joined(&self.0, is_word)
    }

    /// Its words and symbols, one space where there was any other gap.
    pub(super) fn with_symbols(&self) -> String {
        joined(&self.0, |c| is_word(c) || is_symbol(c))
    }
}

/// Whether `c` shows nothing by itself and separates nothing.
pub(super) fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<BidiControl>().contains(c)
}

/// Whether `c` is invisible and yet changes how emoji or letters beside it look.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}

/// Whether `folded` has a symbol, which decides the form of titles that it is looked for in.
pub(super) fn has_symbol(folded: &str) -> bool {
    folded.chars().any(is_symbol)
}

/// What a character is to the words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter or digit of a script that parts its words.
    Letter,
    /// One of a script that doesn't.
    Spaceless,
    /// A mark, which belongs to the letter before it.
    Mark,
    /// A gap or a symbol: what no word holds.
    Gap,
}

impl Class {
    /// The class of a character.
    pub(super) fn of(c: char) -> Self {
        if c.is_ascii() {
            return if c.is_ascii_alphanumeric() { Self::Letter } else { Self::Gap };
        }
        let category = category(c);
        if GeneralCategoryGroup::Mark.contains(category) {
            Self::Mark
        } else if !WORD.contains(category) {
            Self::Gap
        } else if is_spaceless(c) {
            Self::Spaceless
        } else {
            Self::Letter
        }
    }
}

/// The folded text where all of it is easy: what most titles hold, at a tenth of the time. `None` where it isn't.
fn plain(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => folded.push(c.to_ascii_lowercase()),
            // Kana, Han, Hangul, pictures: the same in all forms, and none joins with another one of them.
            'ぁ'..='ゖ'
            | 'ァ'..='ヺ'
            | 'ー'
            | '\u{4E00}'..='\u{9FFF}'
            | '가'..='힣'
            | '、'..='。'
            | '\u{1F300}'..='\u{1F64F}'
            | '\u{1F680}'..='\u{1F6FF}'
            | '\u{1F900}'..='\u{1F9FF}' => folded.push(c),
            _ if is_joiner(c) => {}
            _ => return None,
        }
    }
    Some(folded)
}

fn joined(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split(|c| !keep(c)).filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// Control characters and the trade marks as spaces.
fn unmarked(c: char) -> char {
    if c.is_control() || matches!(c, '™' | '℠') { ' ' } else { c }
}

/// The Turkish pairs İ/i and I/ı made one letter; `decomposed` holds İ as i and a dot above.
fn plain_i(decomposed: &str) -> String {
    let mut out = String::with_capacity(decomposed.len());
    for c in decomposed.chars() {
        match c {
            'ı' => out.push('i'),
            '\u{307}' if out.ends_with('i') => {}
            other => out.push(other),
        }
    }
    out
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { WORD.contains(category(c)) }
}

fn is_symbol(c: char) -> bool {
    SYMBOLIC_PUNCTUATION.contains(&c) || GeneralCategoryGroup::Symbol.contains(category(c))
}

fn is_spaceless(c: char) -> bool {
    let scripts = ScriptWithExtensions::new().get_script_extensions_val(c);
    SPACELESS.iter().any(|script| scripts.contains(script))
}
