//! Keywords and the titles that they are looked for in.
//!
//! An input is a keyword a line; the last line is a title.

use spacebell::domain::keyword::{KeywordSet, MAX_FOLDED_CHARS, MIN_CHARS, Phrase};

/// Holds what must hold of the keywords and the title in `data`.
pub fn hold(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (keywords, title) = text.rsplit_once('\n').unwrap_or((&text, &text));
    let phrases: Vec<Phrase> = keywords.split('\n').filter_map(|line| Phrase::parse(line).ok()).collect();
    for phrase in &phrases {
        hold_phrase(phrase);
    }
    let set = KeywordSet::new(phrases.iter().map(Phrase::folded));
    let found = set.matches(title);
    let mut one_by_one: Vec<&str> = phrases
        .iter()
        .map(Phrase::folded)
        .filter(|folded| KeywordSet::new([folded]).is_match(title))
        .collect();
    one_by_one.sort_unstable();
    one_by_one.dedup();
    assert_eq!(found, one_by_one, "many find what each finds");

    let mut grown = KeywordSet::default();
    for phrase in &phrases {
        grown.insert(phrase.folded());
    }
    assert_eq!(grown.matches(title), found);
    for phrase in &phrases {
        grown.remove(phrase.folded());
    }
    assert!(grown.is_empty() && !grown.is_match(title));
}

fn hold_phrase(phrase: &Phrase) {
    let (typed, folded) = (phrase.as_typed(), phrase.folded());
    assert!((MIN_CHARS..=MAX_FOLDED_CHARS).contains(&folded.chars().count()), "{folded:?}");
    assert!(!typed.contains(|c: char| c.is_control()), "{typed:?}");
    assert_eq!(typed, typed.trim());
    let again =
        Phrase::parse(typed).unwrap_or_else(|bad| panic!("{typed:?} is {bad} when it is typed again"));
    assert_eq!((again.as_typed(), again.folded()), (typed, folded));
    assert!(KeywordSet::new([folded]).is_match(typed), "{folded:?} doesn't find {typed:?}");
}
