//! Many keywords looked for in one pass over a title.
//!
//! Owns the automata and when they are built anew; what a match is, is the parent's and [`fold`](super::fold)'s.
//! A change doesn't rebuild everything: additions go to a second, small automaton, removals only leave the list
//! of what is present, and after [`MAX_CHANGES`] of them all is built once. So each change costs a build of at most
//! [`MAX_CHANGES`] phrases, and each title two passes whatever the number of phrases.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::fold::{Folded, has_symbol, is_boundary};

/// How many phrases may be added or removed before the large automaton is built anew.
const MAX_CHANGES: usize = 256;
/// How much of a title is looked at, in characters: X's own are far shorter.
const MAX_TITLE_CHARS: usize = 1_000;

/// A set of folded keywords (see [`Phrase::folded`](super::Phrase::folded)) that finds those a title holds.
#[derive(Debug, Clone, Default)]
pub struct KeywordSet {
    present: HashSet<Arc<str>>,
    settled: Automata,
    recent: Vec<Arc<str>>,
    recent_automata: Automata,
    removals: usize,
}

impl KeywordSet {
    /// A set of these folded keywords; repeated ones count once.
    #[must_use]
    pub fn new(folded: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut set = Self {
            present: folded.into_iter().map(|phrase| Arc::from(phrase.as_ref())).collect(),
            ..Self::default()
        };
        set.settle();
        set
    }

    /// Adds a folded keyword; `false` if it was there.
    pub fn insert(&mut self, folded: &str) -> bool {
        let phrase: Arc<str> = Arc::from(folded);
        if !self.present.insert(Arc::clone(&phrase)) {
            return false;
        }
        self.recent.push(phrase);
        if self.recent.len() + self.removals > MAX_CHANGES {
            self.settle();
        } else {
            self.recent_automata = Automata::new(&self.recent);
        }
        true
    }

    /// Removes a folded keyword; `false` if it wasn't there.
    pub fn remove(&mut self, folded: &str) -> bool {
        if !self.present.remove(folded) {
            return false;
        }
        self.removals += 1;
        if self.recent.len() + self.removals > MAX_CHANGES {
            self.settle();
        }
        true
    }

    /// The folded keywords that `title` holds, each once, in order of their text.
    #[must_use]
    pub fn matches(&self, title: &str) -> Vec<&str> {
        let title = Title::new(title);
        let mut found = BTreeSet::new();
        for automata in [&self.settled, &self.recent_automata] {
            automata.find(&title, &mut |phrase| {
                if let Some(phrase) = self.present.get(phrase) {
                    found.insert(phrase.as_ref());
                }
            });
        }
        found.into_iter().collect()
    }

    /// Whether `title` holds any of them.
    #[must_use]
    pub fn is_match(&self, title: &str) -> bool {
        !self.matches(title).is_empty()
    }

    /// How many keywords are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.present.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    /// Builds the large automaton of all that is present.
    fn settle(&mut self) {
        self.settled = Automata::new(&self.present.iter().cloned().collect::<Vec<_>>());
        self.recent.clear();
        self.recent_automata = Automata::default();
        self.removals = 0;
    }
}

/// A title in the two forms that phrases are looked for in.
struct Title {
    words: String,
    with_symbols: String,
}

impl Title {
    fn new(text: &str) -> Self {
        let head: String = text.chars().take(MAX_TITLE_CHARS).collect();
        let folded = Folded::of(&head);
        Self { words: folded.words_only(), with_symbols: folded.with_symbols() }
    }
}

/// One automaton for phrases of words alone, one for those with symbols.
#[derive(Debug, Clone, Default)]
struct Automata {
    words: Option<Automaton>,
    with_symbols: Option<Automaton>,
}

impl Automata {
    fn new(phrases: &[Arc<str>]) -> Self {
        let (with_symbols, words) = phrases.iter().cloned().partition(|phrase| has_symbol(phrase));
        Self { words: Automaton::new(words), with_symbols: Automaton::new(with_symbols) }
    }

    fn find(&self, title: &Title, found: &mut impl FnMut(&str)) {
        for (automaton, text) in [(&self.words, &title.words), (&self.with_symbols, &title.with_symbols)] {
            if let Some(automaton) = automaton {
                automaton.find(text, found);
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Automaton {
    phrases: Vec<Arc<str>>,
    searcher: AhoCorasick,
}

impl Automaton {
    /// `None` if there is nothing to look for.
    fn new(mut phrases: Vec<Arc<str>>) -> Option<Self> {
        phrases.retain(|phrase| !phrase.is_empty());
        if phrases.is_empty() {
            return None;
        }
        let searcher = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(phrases.iter().map(|phrase| phrase.as_bytes()))
            .expect("phrases of at most 150 characters stay below 2^31 states");
        Some(Self { phrases, searcher })
    }

    fn find(&self, text: &str, found: &mut impl FnMut(&str)) {
        for hit in self.searcher.find_overlapping_iter(text) {
            if is_boundary(text, hit.start()) && is_boundary(text, hit.end()) {
                found(&self.phrases[hit.pattern()]);
            }
        }
    }
}
