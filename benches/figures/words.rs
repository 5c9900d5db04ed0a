//! Keywords and titles much as people write them, the same at each run.

use std::collections::HashSet;

use rand::prelude::IndexedRandom;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use spacebell::domain::keyword::Phrase;

/// Words that Latin keywords and titles are made of: few are common, most are rare.
const WORDS: usize = 60_000;
const SYLLABLES: [&str; 40] = [
    "ba", "co", "di", "fu", "ge", "ha", "in", "jo", "ka", "lu", "ma", "ne", "or", "pi", "qua", "ra", "so",
    "ti", "ul", "vo", "wen", "xi", "ya", "zen", "ster", "ing", "tion", "ber", "ness", "ly", "art", "est",
    "un", "re", "pro", "cy", "bit", "net", "chain", "spa",
];
const KANA: &str = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんアイウエオカキクケコサシスセソタチツテトナニヌネノ";
const HAN: &str = "日本東京今夜話語音楽映画野球配信雑談朗読大学経済政治株式投資暗号資産技術開発勉強会初心者";
const CYRILLIC: &str = "абвгдежзиклмнопрстуфхцчшыэюя";
const HANGUL: &str = "가나다라마바사아자차카타파하비트코인오늘밤음악영화게임";
const SIGNS: [&str; 6] = ["🎙️", "🚀", "|", "-", "&", "!"];

/// Where keywords and titles come from.
pub struct Words {
    chance: StdRng,
    latin: Vec<String>,
}

impl Words {
    pub fn new(seed: u64) -> Self {
        // The words themselves are the same whatever the seed, so that titles hold what keywords look for.
        let mut chance = StdRng::seed_from_u64(0);
        let latin = (0..WORDS).map(|_| some(&mut chance, &SYLLABLES, 2..5)).collect();
        Self { chance: StdRng::seed_from_u64(seed), latin }
    }

    /// That many keywords that all differ, folded.
    pub fn keywords(&mut self, count: usize) -> Vec<String> {
        let mut seen = HashSet::new();
        while seen.len() < count {
            if let Ok(phrase) = Phrase::parse(&self.keyword()) {
                seen.insert(phrase.folded().to_owned());
            }
        }
        let mut keywords: Vec<String> = seen.into_iter().collect();
        // A HashSet's order isn't the same at each run.
        keywords.sort_unstable();
        keywords
    }

    /// A keyword as it is typed: of ten, six in Latin letters, one of them with a symbol, three Japanese, one other.
    pub fn keyword(&mut self) -> String {
        match self.chance.random_range(0..10) {
            0 => format!("#{}", self.latin(1..3)),
            1..6 => self.latin(1..4),
            6..9 => self.japanese(2..7),
            _ => self.other(3..8),
        }
    }

    /// A title of some five to twelve words.
    pub fn title(&mut self) -> String {
        let text = match self.chance.random_range(0..10) {
            0..6 => self.latin(4..12),
            6..9 => self.japanese(12..40),
            _ => self.other(15..40),
        };
        let sign = SIGNS.choose(&mut self.chance).expect("signs");
        format!("{sign} {text}")
    }

    /// Words of which the first are taken far more often than the last.
    fn latin(&mut self, count: std::ops::Range<usize>) -> String {
        let count = self.chance.random_range(count);
        let words = (0..count).map(|_| {
            let within = self.chance.random_range(1..=WORDS);
            self.latin[self.chance.random_range(0..within)].as_str()
        });
        words.collect::<Vec<_>>().join(" ")
    }

    fn japanese(&mut self, length: std::ops::Range<usize>) -> String {
        let letters: Vec<char> = KANA.chars().chain(HAN.chars()).collect();
        some(&mut self.chance, &letters, length)
    }

    fn other(&mut self, length: std::ops::Range<usize>) -> String {
        let script = [CYRILLIC, HANGUL].choose(&mut self.chance).expect("scripts");
        let letters: Vec<char> = script.chars().collect();
        let length = self.chance.random_range(length);
        (0..length.div_ceil(6)).map(|_| some(&mut self.chance, &letters, 3..7)).collect::<Vec<_>>().join(" ")
    }
}

/// Some of `parts` in a row.
fn some<T: ToString>(chance: &mut StdRng, parts: &[T], count: std::ops::Range<usize>) -> String {
    let count = chance.random_range(count);
    (0..count).map(|_| parts.choose(chance).expect("parts").to_string()).collect()
}
