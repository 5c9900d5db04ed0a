//! `/space search`: what is looked for, and in which order it is shown. Pure but for the question to X.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::commands::app::{App, Failure};
use crate::commands::finds::{Asked, Found};
use crate::commands::invocation::Asker;
use crate::commands::lookup;
use crate::commands::options::{Mistake, Options};
use crate::domain::filter::{Language, Tickets};
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

/// Asks X, unless a young answer serves; whether X was asked now, and why not if an old answer has to do.
pub(super) async fn ask(
    app: &App,
    asker: &Asker,
    search: &Search,
) -> Result<(Arc<Found>, bool, Option<Failure>), Failure> {
    let now = app.clock.now();
    let question = Asked::Search(search.query.to_lowercase(), search.on_x());
    if let Some(found) = app.finds.young(&question, now) {
        return Ok((found, false, None));
    }
    let fresh = match lookup::take(app, asker, now) {
        Ok(()) => app
            .x
            .search(&search.query, search.on_x(), SEARCH_RESULTS_MAX, Want::WATCHED, asker.cause())
            .await
            .map_err(Failure::from),
        Err(refused) => Err(refused),
    };
    match (fresh, app.finds.old(&question, now)) {
        (Ok(answer), _) => {
            let found = Found { spaces: answer.spaces, asked_at: answer.asked_at };
            Ok((app.finds.put(question, found, app.clock.now()), true, None))
        }
        (Err(fault), Some(old)) => Ok((old, false, Some(fault))),
        (Err(fault), None) => Err(fault),
    }
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
