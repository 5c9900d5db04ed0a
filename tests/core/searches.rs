//! What is searched for next: by follows, by what searches find, by who waits; not where another search finds the same.

use std::collections::HashMap;

use proptest::prelude::*;
use spacebell::watcher::planner::keywords::{EVERY, Keywords, Search};

use crate::support::at;

fn now(keyword: &str) -> Search {
    Search::Now(keyword.to_owned())
}

/// Searches every so many seconds; how often each was searched for.
fn search(
    keywords: &mut Keywords,
    followed: &[(&str, usize)],
    found: impl Fn(&str) -> usize,
) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for turn in 0..2_000 {
        let at = at(turn * 4);
        if let Search::Now(keyword) = keywords.next(followed, at) {
            keywords.searched(&keyword, at, found(&keyword), false);
            *counts.entry(keyword).or_insert(0) += 1;
        }
    }
    counts
}

#[test]
fn keywords_take_turns_and_none_is_searched_twice_in_two_minutes() {
    let followed = [("go", 1), ("rust", 5), ("zig", 2)];
    let mut keywords = Keywords::default();
    for (second, expected) in (0..).zip(["rust", "zig", "go"]) {
        assert_eq!(
            keywords.next(&followed, at(second)),
            now(expected),
            "never searched for: the most followed"
        );
        keywords.searched(expected, at(second), 0, false);
    }
    assert_eq!(keywords.next(&followed, at(119)), Search::At(Some(at(120))));
    assert_eq!(keywords.next(&followed, at(120)), now("rust"));
    assert_eq!(keywords.next(&[], at(120)), Search::At(None));
}

#[test]
fn what_more_follow_and_what_finds_more_is_searched_for_more_often_and_nothing_is_starved() {
    let names: Vec<String> = (0..200).map(|nth| format!("word{nth}")).collect();
    let followed: Vec<(&str, usize)> =
        names.iter().enumerate().map(|(nth, name)| (name.as_str(), if nth == 0 { 100 } else { 1 })).collect();
    let found = |keyword: &str| usize::from(keyword == "word1") * 2;
    let counts = search(&mut Keywords::default(), &followed, found);
    assert_eq!(counts.len(), 200, "each has its turn");
    let other = counts["word7"];
    assert!(counts["word0"] > 4 * other, "{} and {other}", counts["word0"]);
    assert!(counts["word1"] > 2 * other, "{} and {other}", counts["word1"]);
}

#[test]
fn a_phrase_is_searched_for_by_a_shorter_one_that_it_holds_unless_that_ones_answer_was_full() {
    let followed = [("rust", 1), ("rust async", 9), ("rusty", 1)];
    let mut keywords = Keywords::default();
    assert_eq!(keywords.next(&followed, at(0)), now("rust"), "with the follows of what it stands for");
    keywords.searched("rust", at(0), 0, false);
    assert_eq!(keywords.next(&followed, at(4)), now("rusty"), "another word");
    keywords.searched("rusty", at(4), 0, false);
    assert_eq!(keywords.next(&followed, at(8)), Search::At(Some(at(120))), "all are found");
    keywords.searched("rust", at(120), 0, true);
    assert_eq!(keywords.next(&followed, at(121)), now("rust async"), "X knew more than it answered");
    // Nobody follows the shorter one any more.
    keywords.searched("rust async", at(121), 0, false);
    assert_eq!(keywords.next(&[("rust async", 9)], at(241)), now("rust async"));
}

#[test]
fn a_clock_that_is_put_back_holds_nothing_up() {
    let mut keywords = Keywords::default();
    keywords.searched("rust", at(7_200), 0, false);
    assert_eq!(keywords.next(&[("rust", 1)], at(0)), now("rust"));
}

proptest! {
    /// Whatever is followed, each keyword's titles are found by some search: its own or that of a run of its words.
    #[test]
    fn every_keyword_is_found_by_a_search_that_its_titles_answer_to(
        phrases in proptest::collection::btree_set("[ab]( [abc]){0,3}", 1..12)
    ) {
        let followed: Vec<(&str, usize)> = phrases.iter().map(|phrase| (phrase.as_str(), 1)).collect();
        let mut keywords = Keywords::default();
        let mut searched: Vec<String> = Vec::new();
        let mut time = 0;
        while let Search::Now(keyword) = keywords.next(&followed, at(time)) {
            prop_assert!(!searched.contains(&keyword), "twice within two minutes");
            keywords.searched(&keyword, at(time), 0, false);
            searched.push(keyword);
            time += 1;
        }
        prop_assert!(i128::from(time) < EVERY.as_millis());
        for phrase in &phrases {
            let padded = format!(" {phrase} ");
            let is_found = searched.iter().any(|one| padded.contains(&format!(" {one} ")));
            prop_assert!(is_found, "{phrase} isn't found by {searched:?}");
        }
    }
}
