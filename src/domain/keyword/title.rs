//! A title, ready to have keywords looked for in it.
//!
//! Owns where in a folded text a keyword may begin and end: it is cut there into units, each a word of a script that
//! parts its words, a character of one that doesn't, or a symbol. A keyword is found where it begins with a unit and
//! ends with one. Inside of what is found the text is cut just as the keyword alone is, so both can be compared unit
//! by unit.

use super::Phrase;
use super::fold::{Class, Folded, has_symbol};

/// How much of a title is looked at, in characters: X's own are far shorter.
const MAX_TITLE_CHARS: usize = 1_000;

/// A title in the two forms that keywords are looked for in.
#[derive(Debug)]
pub struct Title {
    pub(super) words: Form,
    /// Where it has symbols.
    pub(super) with_symbols: Option<Form>,
}

/// A folded text and its units.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) text: String,
    pub(super) units: Vec<Unit>,
}

/// A piece of a text that no keyword begins or ends inside of, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a gap is before it.
    pub(super) apart: bool,
}

impl Title {
    /// The title in `text`, of which only the first thousand characters count.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let head = text.char_indices().nth(MAX_TITLE_CHARS).map_or(text, |(end, _)| &text[..end]);
        let folded = Folded::of(head);
        let with_symbols = folded.has_symbols().then(|| Form::new(folded.with_symbols()));
        Self { words: Form::new(folded.words_only()), with_symbols }
    }

    /// Whether it holds this keyword.
    #[must_use]
    pub fn holds(&self, phrase: &Phrase) -> bool {
        let folded = phrase.folded();
        let form = if has_symbol(folded) { self.with_symbols.as_ref() } else { Some(&self.words) };
        form.is_some_and(|form| form.holds(folded))
    }
}

impl Form {
    fn new(text: String) -> Self {
        Self { units: units(&text), text }
    }

    fn holds(&self, folded: &str) -> bool {
        let ends_a_unit = |end: usize| self.units.binary_search_by_key(&end, |unit| unit.end).is_ok();
        self.units
            .iter()
            .any(|unit| self.text[unit.start..].starts_with(folded) && ends_a_unit(unit.start + folded.len()))
    }
}

/// The units of a folded text, in order.
pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut apart = false;
    // Of the character before, and of the last one that is no mark.
    let (mut last, mut base) = (Class::Gap, Class::Gap);
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let class = Class::of(c);
        if c == ' ' {
            apart = true;
        } else {
            match units.last_mut().filter(|_| !apart && !parts(last, base, class)) {
                Some(unit) => unit.end = end,
                None => units.push(Unit { start: at, end, apart }),
            }
            apart = false;
        }
        last = class;
        if class != Class::Mark {
            base = class;
        }
    }
    units
}

/// Whether a word may end after `last` and begin with `next`; `base` is the last before `next` that is no mark.
///
/// A mark belongs to the letter before it, and begins a word only where there is none.
fn parts(last: Class, base: Class, next: Class) -> bool {
    last == Class::Gap || (next != Class::Mark && (base != Class::Letter || next != Class::Letter))
}
