//! `/space search`: what is looked for, and in which order it is shown. Pure but for the question to X.
//!
//! Where X can't be asked, the titles that the watcher knows are searched instead, and the answer says so.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::commands::app::{App, Failure};
use crate::commands::finds::{Asked, Found};
use crate::commands::invocation::Asker;
use crate::commands::lookup;
use crate::commands::options::{Mistake, Options};
use crate::commands::remembered::stands_in;
use crate::domain::filter::{Language, Tickets};
use crate::domain::keyword::{KeywordSet, Phrase};
use crate::domain::known::{Known, Phase};
use crate::domain::space::Space;
use crate::domain::text;
use crate::texts::{Key, key};
use crate::x::{SEARCH_RESULTS_MAX, SearchState, Want};

/// The longest query, in characters.
pub const QUERY_MAX_CHARS: u16 = 100;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Words of titles, cleaned of what can't be seen.
    pub query: String,
    /// In which state.
    pub state: State,
    /// In which order.
    pub sort: Sort,
    /// In which language; one of unknown language passes.
    pub language: Option<Language>,
    /// With tickets or without.
    pub tickets: Tickets,
}

/// Which states are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum State {
    /// Those that are live.
    Live,
    /// Those to come.
    Scheduled,
    /// Both.
    #[default]
    All,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Sort {
    /// The fullest room, then the most awaited one.
    #[default]
    Listeners,
    /// Live ones, then what begins first.
    Soonest,
    /// What was made last.
    Newest,
}

macro_rules! choices {
    ($kind:ident, $($variant:ident $name:literal => $label:expr),*) => {
        impl $kind {
            /// Each value, in the order of the option's choices.
            pub const ALL: [Self; 3] = [$(Self::$variant),*];

            /// The value's name and what it is called.
            #[must_use]
            pub const fn choice(self) -> (&'static str, Key) {
                match self {
                    $(Self::$variant => ($name, $label),)*
                }
            }

            /// The value that the option of this name holds.
            pub(in crate::commands) fn decode(options: &Options<'_>, option: &'static str) -> Result<Self, Mistake> {
                let Some(typed) = options.text(option)? else { return Ok(Self::default()) };
                let chosen = Self::ALL.into_iter().find(|value| value.choice().0 == typed);
                chosen.ok_or(Mistake::Choice(option))
            }
        }
    };
}

choices!(State, Live "live" => key("state-live"), Scheduled "scheduled" => key("state-scheduled"), All "all" => key("state-all"));
choices!(
    Sort,
    Listeners "listeners" => key("sort-listeners"),
    Soonest "soonest" => key("sort-soonest"),
    Newest "newest" => key("sort-newest")
);
choices!(Tickets, Any "any" => key("tickets-any"), Free "free" => key("tickets-free"), Ticketed "ticketed" => key("tickets-ticketed"));

impl Search {
    /// What the options ask for.
    pub fn decode(options: &Options<'_>) -> Result<Self, Mistake> {
        let typed = options.text("query")?.unwrap_or_default();
        let query = text::clean(typed).filter(|query| query.chars().any(char::is_alphanumeric));
        let query = query.ok_or(Mistake::QueryEmpty)?.trim().to_owned();
        if query.chars().count() > usize::from(QUERY_MAX_CHARS) {
            return Err(Mistake::QueryTooLong);
        }
        let language = options.language()?;
        Ok(Self {
            query,
            state: State::decode(options, "state")?,
            sort: Sort::decode(options, "sort")?,
            language,
            tickets: Tickets::decode(options, "tickets")?,
        })
    }

    const fn on_x(&self) -> SearchState {
        match self.state {
            State::Live => SearchState::Live,
            State::Scheduled => SearchState::Scheduled,
            State::All => SearchState::All,
        }
    }
}

/// Codes that are offered while somebody types: the languages that have names in the bot's own.
#[must_use]
pub const fn languages() -> [&'static str; 24] {
    [
        "ar", "de", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th",
        "tl", "tr", "uk", "ur", "vi", "zh", "bn",
    ]
}

/// What a search found.
#[derive(Debug)]
pub(super) struct Hits {
    /// Spaces, in no order and not [sifted](sift) yet.
    pub(super) spaces: Vec<Known>,
    /// When X was asked; the oldest answer of all that are shown.
    pub(super) asked_at: Timestamp,
    /// Whether X was asked now.
    pub(super) is_new: bool,
    /// As many as X shows: there may be more.
    pub(super) is_cut: bool,
    /// Why nothing newer could be had.
    pub(super) fault: Option<Failure>,
}

/// Asks X, unless a young answer serves.
pub(super) async fn ask(app: &App, asker: &Asker, search: &Search) -> Result<Hits, Failure> {
    let now = app.clock.now();
    let question = Asked::Search(search.query.to_lowercase(), search.on_x());
    let of = |found: &Found, is_new: bool, fault: Option<Failure>| Hits {
        spaces: found.known(),
        asked_at: found.asked_at,
        is_new,
        is_cut: found.spaces.len() >= SEARCH_RESULTS_MAX,
        fault,
    };
    if let Some(found) = app.finds.serving(&question, now) {
        return Ok(of(&found, false, None));
    }
    let request =
        app.x.search(&search.query, search.on_x(), SEARCH_RESULTS_MAX, Want::WATCHED, asker.cause());
    let fresh = lookup::question(app, asker, request).await;
    match (fresh, app.finds.old(&question, now)) {
        (Ok(answer), _) => Ok(of(&app.finds.put(question, answer.into(), app.clock.now()), true, None)),
        (Err(fault), Some(old)) => Ok(of(&old, false, Some(fault))),
        (Err(fault), None) => {
            let mut spaces = app.watch.all_known();
            spaces.retain(|known| stands_in(known.seen_at, now));
            let spaces = sift(holding(spaces, &search.query), search);
            match spaces.iter().map(|known| known.seen_at).min() {
                Some(asked_at) => {
                    Ok(Hits { spaces, asked_at, is_new: false, is_cut: false, fault: Some(fault) })
                }
                None => Err(fault),
            }
        }
    }
}

/// Those of `spaces` whose title holds each word of `query`, whatever their order; none where no word can be looked
/// for.
#[must_use]
pub fn holding(mut spaces: Vec<Known>, query: &str) -> Vec<Known> {
    let words: Vec<KeywordSet> = query
        .split_whitespace()
        .filter_map(|word| Phrase::parse(word).ok())
        .map(|phrase| KeywordSet::new([phrase.folded()]))
        .collect();
    let holds = |title: &str| words.iter().all(|word| word.is_match(title));
    spaces.retain(|known| !words.is_empty() && known.space.title.as_deref().is_some_and(holds));
    spaces
}

/// Those of `spaces` that are looked for, in order.
#[must_use]
pub fn sift(mut spaces: Vec<Known>, search: &Search) -> Vec<Known> {
    spaces.retain(|known| {
        let is_live = known.phase == Phase::Live;
        let state = match search.state {
            State::Live => is_live,
            State::Scheduled => !is_live,
            State::All => true,
        };
        !known.phase.is_over()
            && state
            && speaks(&known.space, search.language.as_ref())
            && search.tickets.admits(known.space.is_ticketed)
    });
    sort(&mut spaces, search.sort);
    spaces
}

/// Puts Spaces in order.
pub(super) fn sort(spaces: &mut [Known], by: Sort) {
    let begins = |known: &Known| {
        let at = known.space.scheduled_start.filter(|_| known.phase != Phase::Live);
        (known.phase != Phase::Live, at.is_none(), at)
    };
    match by {
        Sort::Listeners => spaces.sort_by_key(|known| {
            let room = known.space.participant_count.filter(|_| known.phase == Phase::Live);
            (Reverse(room), Reverse(known.space.subscriber_count), begins(known), known.space.id)
        }),
        Sort::Soonest => spaces
            .sort_by_key(|known| (begins(known), Reverse(known.space.participant_count), known.space.id)),
        Sort::Newest => spaces.sort_by_key(|known| {
            (Reverse(known.space.created_at.or(known.space.started_at)), known.space.id)
        }),
    }
}

/// Whether a Space is in this language; one of unknown language is.
#[must_use]
pub fn speaks(space: &Space, wanted: Option<&Language>) -> bool {
    let spoken = space.lang.as_deref().and_then(Language::parse);
    match (wanted, spoken) {
        (Some(wanted), Some(spoken)) => *wanted == spoken,
        _ => true,
    }
}
