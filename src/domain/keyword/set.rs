//! Many keywords looked for in one pass over a title.
//!
//! Owns how keywords are kept so that a title is compared with those alone that begin as some part of it does; what a
//! match is, is [`title`](super::title)'s. From each unit of the title on, one unit after the other is taken as long as
//! some keyword goes on so. That is one look into a table for each unit taken, whatever the number of keywords; and
//! nothing is built anew when one comes or goes, which costs a look for each of its own units. The table knows
//! beginnings by a hash alone; what is found is compared as text before it counts.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::ops::ControlFlow;

use super::fold::has_symbol;
use super::title::{Form, Title, Unit, units};

/// A set of folded keywords (see [`Phrase::folded`](super::Phrase::folded)) that finds those a title holds.
#[derive(Debug, Clone, Default)]
pub struct KeywordSet {
    present: HashSet<Box<str>>,
    /// What begins with these units: how many keywords do, and how many end there. By the hash of the units.
    beginnings: HashMap<u64, Beginning, BuildHasherDefault<Hashed>>,
}

/// How many keywords begin with the same units.
#[derive(Debug, Clone, Copy, Default)]
struct Beginning {
    keywords: u32,
    /// Of these, those that are no longer than that.
    whole: u32,
}

impl KeywordSet {
    /// A set of these folded keywords; repeated ones count once.
    #[must_use]
    pub fn new(folded: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut set = Self::default();
        for keyword in folded {
            set.insert(keyword.as_ref());
        }
        set
    }

    /// Adds a folded keyword; `false` if it was there.
    pub fn insert(&mut self, folded: &str) -> bool {
        if !self.present.insert(folded.into()) {
            return false;
        }
        let hashes = self.hashes(folded);
        for (nth, hash) in hashes.iter().enumerate() {
            let beginning = self.beginnings.entry(*hash).or_default();
            beginning.keywords += 1;
            beginning.whole += u32::from(nth + 1 == hashes.len());
        }
        true
    }

    /// Removes a folded keyword; `false` if it wasn't there.
    pub fn remove(&mut self, folded: &str) -> bool {
        if !self.present.remove(folded) {
            return false;
        }
        let hashes = self.hashes(folded);
        for (nth, hash) in hashes.iter().enumerate() {
            if let Some(beginning) = self.beginnings.get_mut(hash) {
                beginning.keywords -= 1;
                beginning.whole -= u32::from(nth + 1 == hashes.len());
                if beginning.keywords == 0 {
                    self.beginnings.remove(hash);
                }
            }
        }
        true
    }

    /// The folded keywords that `title` holds, each once, in order of their text.
    #[must_use]
    pub fn matches(&self, title: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let _ = self.find(&Title::new(title), |keyword| {
            found.push(keyword);
            ControlFlow::Continue(())
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether `title` holds any of them.
    #[must_use]
    pub fn is_match(&self, title: &str) -> bool {
        self.find(&Title::new(title), |_| ControlFlow::Break(())).is_break()
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

    fn find<'a>(
        &'a self,
        title: &Title,
        mut found: impl FnMut(&'a str) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if self.is_empty() {
            return ControlFlow::Continue(());
        }
        self.find_in(&title.words, WORDS, &mut found)?;
        title
            .with_symbols
            .as_ref()
            .map_or(ControlFlow::Continue(()), |form| self.find_in(form, WITH_SYMBOLS, &mut found))
    }

    fn find_in<'a>(
        &'a self,
        Form { text, units }: &Form,
        form: u64,
        found: &mut impl FnMut(&'a str) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let hashes: Vec<u64> = units.iter().map(|unit| self.hash(text, *unit)).collect();
        for (first, unit) in units.iter().enumerate() {
            let mut hash = form;
            for (next, own) in units[first..].iter().zip(&hashes[first..]) {
                hash = joined(hash, *own, next.apart && next.start != unit.start);
                let Some(beginning) = self.beginnings.get(&hash) else { break };
                if beginning.whole > 0
                    && let Some(keyword) = self.present.get(&text[unit.start..next.end])
                {
                    found(keyword)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The hashes of a keyword's beginnings, from its first unit to its whole.
    fn hashes(&self, folded: &str) -> Vec<u64> {
        let mut hash = if has_symbol(folded) { WITH_SYMBOLS } else { WORDS };
        let mut hashes = Vec::new();
        for unit in units(folded) {
            hash = joined(hash, self.hash(folded, unit), unit.apart && !hashes.is_empty());
            hashes.push(hash);
        }
        hashes
    }

    fn hash(&self, text: &str, unit: Unit) -> u64 {
        self.present.hasher().hash_one(&text[unit.start..unit.end])
    }
}

/// What the hashes of keywords of words alone begin with, which are looked for in titles without their symbols.
const WORDS: u64 = 0;
/// What those of keywords with symbols begin with.
const WITH_SYMBOLS: u64 = 1;

/// The hash of what `hash` is the hash of and one unit more. Units' hashes are keyed, so nobody can aim at equal ones.
fn joined(hash: u64, unit: u64, apart: bool) -> u64 {
    /// Odd, with its bits well mixed: the golden ratio's.
    const FACTOR: u128 = 0x9E37_79B9_7F4A_7C15;
    let unit = if apart { unit.rotate_left(1) } else { unit };
    let product = u128::from(hash.rotate_left(23) ^ unit) * FACTOR;
    #[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

/// For keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = joined(self.0, u64::from(*byte), false);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
