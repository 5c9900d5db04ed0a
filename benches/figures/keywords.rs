//! How long it takes to find the keywords that one title holds, among a thousand and among a million.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use spacebell::domain::keyword::{KeywordSet, Phrase};

use crate::words::Words;
use crate::{ALLOCATOR, Target, figure, percentile};

/// How many keywords there are, and within how many microseconds a title should be done.
const SIZES: [(usize, f64); 3] = [(1_000, 50.0), (100_000, 50.0), (1_000_000, 500.0)];
const TITLES: usize = 20_000;
/// Keywords that come and go while the time of each is taken.
const CHANGES: usize = 2_000;
/// The longest title that is looked at.
const LONGEST: usize = 1_000;
/// What nobody writes but who wants to see it slow: titles that begin a long keyword again and again.
const HOSTILE: [(&str, usize, &str); 3] = [("aa.", 16, "ab"), ("あ", 49, "い"), ("ab ", 4, "ba")];

pub fn measure() {
    for (size, most) in SIZES {
        among(size, most);
    }
}

fn among(size: usize, most: f64) {
    let mut keywords = Words::new(1).keywords(size + CHANGES);
    let spare = keywords.split_off(size);
    let hostile = HOSTILE.map(|(part, times, end)| folded(&format!("{}{end}", part.repeat(times))));

    let before = ALLOCATOR.current_usage();
    let begun = Instant::now();
    let mut set = KeywordSet::new(keywords.iter().chain(&hostile));
    let built = begun.elapsed();
    let bytes = ALLOCATOR.current_usage() - before;

    let mut words = Words::new(2);
    let titles: Vec<String> = (0..TITLES).map(|_| words.title()).collect();
    titles.iter().take(TITLES / 10).for_each(|title| drop(black_box(set.matches(title))));
    let mut holding = 0;
    let took = each(&titles, |title| holding += usize::from(!set.matches(title).is_empty()));
    let long = HOSTILE.map(|(part, ..)| part.chars().cycle().take(LONGEST).collect::<String>());
    let hostile_took = each(&long, |title| drop(black_box(set.matches(title))));

    let mut changes = each(&spare, |keyword| assert!(set.insert(keyword), "it is new"));
    changes.extend(each(&spare, |keyword| assert!(set.remove(keyword), "it is there")));
    changes.sort_unstable();
    figure(
        &format!("keywords_{size}_p99"),
        percentile(&took, 0.99) * 1e6,
        "µs",
        &Target::AtMost(most),
        &json!({
            "titles": TITLES,
            "of_them_holding_some": holding,
            "p50": percentile(&took, 0.5) * 1e6,
            "max": percentile(&took, 1.0) * 1e6,
            "hostile_max": percentile(&hostile_took, 1.0) * 1e6,
            "change_p99": percentile(&changes, 0.99) * 1e6,
            "change_max": percentile(&changes, 1.0) * 1e6,
            "built_in_s": built.as_secs_f64(),
            "mb": bytes / 1_000_000,
            "bytes_a_keyword": bytes / set.len(),
        }),
    );
}

fn folded(typed: &str) -> String {
    Phrase::parse(typed).expect("a keyword").folded().to_owned()
}

/// How long each took, the shortest first.
fn each<T>(items: &[T], mut work: impl FnMut(&T)) -> Vec<Duration> {
    let mut took: Vec<Duration> = items
        .iter()
        .map(|item| {
            let begun = Instant::now();
            work(item);
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    took
}
