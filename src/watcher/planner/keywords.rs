//! What to search for next. Pure.
//!
//! A keyword is searched for as often as the square root of what a search is worth: how many follow it, and how many
//! Spaces it found lately that nothing else had shown. Who has waited for most of its interval is next, so each has its
//! turn, at most every [`EVERY`].
//!
//! A title that holds "rust async" holds "rust", so a search for the shorter phrase finds what one for the longer would,
//! as long as X answers with all there is. A longer phrase is searched for only where the shorter one's answer was full.
//! Whatever the route, each Space that is seen is matched with all keywords.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

/// A keyword is searched for at most this often.
pub const EVERY: SignedDuration = SignedDuration::from_mins(2);
/// What was found this long ago counts half.
const HALF_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// When keywords were searched for, and what that found.
#[derive(Debug, Clone, Default)]
pub struct Keywords {
    searches: HashMap<String, Searched>,
}

#[derive(Debug, Clone, Copy)]
struct Searched {
    at: Timestamp,
    /// Spaces that it found and nothing else had, as they count at `at`.
    found: f64,
    /// Whether X may know more than it answered.
    was_full: bool,
}

/// The next request for a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// This one, folded.
    Now(String),
    /// None before this; never, if there is no keyword.
    At(Option<Timestamp>),
}

impl Keywords {
    /// What to search for next among these keywords, each folded, with how many follow it. What isn't among them is
    /// forgotten.
    pub fn next(&mut self, keywords: &[(&str, usize)], now: Timestamp) -> Search {
        let followed: HashMap<&str, usize> = keywords.iter().copied().collect();
        // What is in the future was written before the clock was put back.
        self.searches.retain(|keyword, search| search.at <= now && followed.contains_key(keyword.as_str()));
        let searched: Vec<(&str, usize)> = self.on_their_own(&followed);
        let free_at = |keyword: &str| {
            let search = self.searches.get(keyword)?;
            search.at.checked_add(EVERY).ok().filter(|at| *at > now)
        };
        let due = searched.iter().filter(|(keyword, _)| free_at(keyword).is_none());
        let first = due.max_by(|one, other| {
            let urgency = |(keyword, follows): &(&str, usize)| self.urgency(keyword, *follows, now);
            urgency(one).partial_cmp(&urgency(other)).unwrap_or(Ordering::Equal).then(other.0.cmp(one.0))
        });
        match first {
            Some((keyword, _)) => Search::Now((*keyword).to_owned()),
            None => Search::At(searched.iter().filter_map(|(keyword, _)| free_at(keyword)).min()),
        }
    }

    /// A search was sent at `at`. It found `found` Spaces that nothing else had shown; `was_full` tells that X may know
    /// more than it answered.
    pub fn searched(&mut self, keyword: &str, at: Timestamp, found: usize, was_full: bool) {
        let before = self.searches.get(keyword).map_or(0.0, |search| search.found_at(at));
        let found = before + f64::from(u32::try_from(found).unwrap_or(u32::MAX));
        self.searches.insert(keyword.to_owned(), Searched { at, found, was_full });
    }

    /// Those that no shorter one stands for, each with the follows of those that it stands for.
    fn on_their_own<'a>(&self, followed: &HashMap<&'a str, usize>) -> Vec<(&'a str, usize)> {
        let mut own: HashMap<&str, usize> = HashMap::new();
        for (keyword, follows) in followed {
            let stands_for = parts(keyword)
                .filter(|part| !self.searches.get(*part).is_some_and(|search| search.was_full))
                .filter_map(|part| followed.get_key_value(part))
                .min_by_key(|(part, _)| (part.len(), **part));
            let by = stands_for.map_or(*keyword, |(part, _)| *part);
            *own.entry(by).or_default() += follows;
        }
        let mut own: Vec<(&str, usize)> = own.into_iter().collect();
        own.sort_unstable();
        own
    }

    /// How much of its interval a keyword has waited; more than any number if it was never searched for, and then by how
    /// many follow it.
    fn urgency(&self, keyword: &str, follows: usize, now: Timestamp) -> (f64, f64) {
        let follows = f64::from(u32::try_from(follows).unwrap_or(u32::MAX));
        let Some(search) = self.searches.get(keyword) else { return (f64::INFINITY, follows) };
        let waited = now.duration_since(search.at).as_secs_f64();
        (waited * (follows * (1.0 + search.found_at(now))).sqrt(), follows)
    }
}

impl Searched {
    fn found_at(&self, now: Timestamp) -> f64 {
        let passed = now.duration_since(self.at).max(SignedDuration::ZERO);
        self.found * (-passed.as_secs_f64() / HALF_LIFE.as_secs_f64()).exp2()
    }
}

/// The phrases that a title holds which holds `keyword`: its runs of words, itself aside.
fn parts(keyword: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> =
        std::iter::once(0).chain(keyword.match_indices(' ').map(|(at, _)| at + 1)).collect();
    let ends: Vec<usize> = keyword.match_indices(' ').map(|(at, _)| at).chain([keyword.len()]).collect();
    let mut runs = Vec::new();
    for start in starts {
        runs.extend(ends.iter().filter(|end| **end > start).map(|end| &keyword[start..*end]));
    }
    runs.into_iter().filter(move |run| run.len() < keyword.len())
}
