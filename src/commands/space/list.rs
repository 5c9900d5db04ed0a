//! Lists of Spaces, a page at a time: what `/space search` and `/space by` show.
//!
//! A list's buttons carry the number of its question in the store, so that they work after a restart. Only the
//! asker turns the pages of a list that everybody sees; others get a copy of their own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tracing::error;

use super::search::{Search, Sort, sift, sort};
use super::{by, search};
use crate::card::{Card, Tone, linked_handle};
use crate::commands::app::{App, Failure};
use crate::commands::follow::space_line;
use crate::commands::invocation::Invocation;
use crate::commands::lookup::{self, known_of, observe};
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Choice, Menu, Place, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::{DiscordUserId, GuildId, UserId, Username};
use crate::domain::known::{Known, Phase};
use crate::domain::space::XUser;
use crate::domain::text;
use crate::texts::{Arg, Key, key};
use crate::watcher::lifecycle::{Observation, Sight};
use crate::x::SEARCH_RESULTS_MAX;

/// Spaces on a page.
const PAGE: usize = 5;
/// Room for a title in a line.
const TITLE_MAX: usize = 150;
/// Room for a title, or for what stands below it, in the menu. Source: Discord's documentation, "Select Menus".
const CHOICE_MAX: usize = 100;
/// Room for the query in the list's title.
const QUERY_MAX: usize = 150;
/// Names that are listed as unknown; the others are counted.
const NAMES_MAX: usize = 20;

/// What a list was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// A search.
    Search(Search),
    /// These hosts' Spaces.
    By(Vec<Username>),
}

/// What was found for a question.
struct Gathered {
    spaces: Vec<Known>,
    asked_at: Timestamp,
    /// Whether X was asked now.
    is_new: bool,
    /// As many as X shows: there may be more.
    is_cut: bool,
    unknown: Vec<Username>,
    unasked: Vec<Username>,
    fault: Option<Failure>,
}

/// Which page is shown to whom.
struct View<'a> {
    /// The question's number; without one there are no buttons that need it.
    list: Option<i64>,
    page: usize,
    private: bool,
    place: Place,
    by: DiscordUserId,
    words: Words<'a>,
}

/// The first page of a list.
pub(super) async fn first(app: &App, invocation: &Invocation, question: Question, private: bool) -> Reply {
    let gathered = match gather(app, invocation, &question).await {
        Ok(gathered) => gathered,
        Err(failure) => return sorry::reply(&failure, app.words(&invocation.locale)),
    };
    let list = keep(app, invocation, &question).await;
    let words = app.words_for(invocation, private);
    let view = View { list, page: 0, private, place: Place::New, by: invocation.asker.user, words };
    shown(app, invocation, &question, gathered, view).await
}

/// Another page of a list, at the press of a button.
pub async fn turn(app: &App, invocation: &Invocation, press: Press, list: i64, page: u16) -> Reply {
    let is_own = press.by == invocation.asker.user;
    let private = !(is_own && invocation.on_shared);
    let place = if is_own { Place::InPlace } else { Place::New };
    again(app, invocation, list, page, private, place).await
}

/// Shows a page of a list to the channel, at the press of Share.
pub async fn share(app: &App, invocation: &Invocation, list: i64, page: u16) -> Reply {
    if !invocation.may_share() {
        return Reply::private(app.words(&invocation.locale).say(key("share-not-allowed")));
    }
    again(app, invocation, list, page, false, Place::New).await
}

async fn again(
    app: &App,
    invocation: &Invocation,
    list: i64,
    page: u16,
    private: bool,
    place: Place,
) -> Reply {
    let own = app.words(&invocation.locale);
    let kept = match app.store.list(home(invocation), list).await {
        Ok(kept) => kept,
        Err(error) => return Reply::private(sorry::store(&error, own)),
    };
    // A question of another version is as good as gone.
    let Some(question) = kept.and_then(|kept| serde_json::from_str::<Question>(&kept).ok()) else {
        return Reply::private(own.say(key("list-gone")));
    };
    match gather(app, invocation, &question).await {
        Ok(gathered) => {
            let words = app.words_for(invocation, private);
            let by = invocation.asker.user;
            let view = View { list: Some(list), page: usize::from(page), private, place, by, words };
            shown(app, invocation, &question, gathered, view).await
        }
        Err(failure) => sorry::reply(&failure, own),
    }
}

/// Whose list it is: the server's, or in a direct message the person's.
fn home(invocation: &Invocation) -> u64 {
    invocation.asker.guild.map_or(invocation.asker.user.get(), GuildId::get)
}

/// Keeps the question; without it the list has no buttons that need it, which is better than no list.
async fn keep(app: &App, invocation: &Invocation, question: &Question) -> Option<i64> {
    let json = serde_json::to_string(question).ok()?;
    match app.store.add_list(home(invocation), &json, app.clock.now()).await {
        Ok(list) => Some(list),
        Err(error) => {
            error!(error = &error as &dyn std::error::Error, "a list's question wasn't kept");
            None
        }
    }
}

async fn gather(app: &App, invocation: &Invocation, question: &Question) -> Result<Gathered, Failure> {
    let asker = &invocation.asker;
    match question {
        Question::Search(search) => {
            let (found, is_new, fault) = search::ask(app, asker, search).await?;
            let all = found.spaces.iter().map(|space| known_of(space.clone(), found.asked_at)).collect();
            let is_cut = found.spaces.len() >= SEARCH_RESULTS_MAX;
            let spaces = sift(all, search);
            let (unknown, unasked) = (Vec::new(), Vec::new());
            Ok(Gathered { spaces, asked_at: found.asked_at, is_new, is_cut, unknown, unasked, fault })
        }
        Question::By(hosts) => {
            let of_hosts = by::ask(app, asker, hosts).await?;
            for host in hosts.iter().filter(|host| !of_hosts.unknown.contains(host)) {
                app.recent.saw_host(asker.user, *host);
            }
            let asked_at = of_hosts.found.as_ref().map_or_else(|| app.clock.now(), |found| found.asked_at);
            let found = of_hosts.found.iter().flat_map(|found| &found.spaces);
            let mut spaces: Vec<Known> = found.map(|space| known_of(space.clone(), asked_at)).collect();
            spaces.retain(|known| !known.phase.is_over());
            sort(&mut spaces, Sort::Soonest);
            Ok(Gathered {
                spaces,
                asked_at,
                is_new: of_hosts.is_new,
                is_cut: false,
                unknown: of_hosts.unknown,
                unasked: of_hosts.unasked,
                fault: of_hosts.fault,
            })
        }
    }
}

async fn shown(
    app: &App,
    invocation: &Invocation,
    question: &Question,
    gathered: Gathered,
    view: View<'_>,
) -> Reply {
    let words = view.words;
    let pages = gathered.spaces.len().div_ceil(PAGE).max(1);
    let page = view.page.min(pages - 1);
    let on_page: Vec<&Known> = gathered.spaces.iter().skip(page * PAGE).take(PAGE).collect();
    let people = people(app, invocation, &on_page, gathered.is_new).await;
    if gathered.is_new {
        tell_watcher(app, &gathered.spaces).await;
    }
    let content = notes(&gathered, words);
    if gathered.spaces.is_empty() {
        let nothing = match question {
            Question::Search(_) => words.say(key("search-nothing")),
            Question::By(_) if gathered.unknown.is_empty() => words.say(key("by-nothing")),
            Question::By(_) => String::new(),
        };
        let content = [nothing, content].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
        return Reply { private: view.private, place: view.place, ..Reply::private(content.join("\n")) };
    }
    let lines = on_page.iter().enumerate().map(|(at, known)| {
        let number = page * PAGE + at + 1;
        format!("{number}. {}", line(known, &people, words))
    });
    let card = Card {
        title: Some(title(question, gathered.spaces.len(), words)),
        description: Some(lines.collect::<Vec<_>>().join("\n")),
        footer: Some(footer(app, &gathered, page, pages, words)),
        tone: Tone::Plain,
        ..Card::default()
    };
    Reply {
        content,
        cards: vec![card],
        rows: Vec::new(),
        menu: Some(menu(&on_page, &people, view.by, words)),
        private: view.private,
        place: view.place,
    }
    .with_row(buttons(invocation, &view, page, pages))
}

/// The accounts that host what is on a page: from memory where that is fresh, the others in one question to X, which
/// counts as the asker's unless the list itself just did.
async fn people(app: &App, invocation: &Invocation, on_page: &[&Known], is_new: bool) -> Vec<XUser> {
    let now = app.clock.now();
    let mut hosts: Vec<UserId> = on_page.iter().filter_map(|known| known.space.creator).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let known = lookup::cached(app, &hosts, now);
    let unknown: Vec<UserId> =
        hosts.iter().copied().filter(|id| !known.iter().any(|user| user.id == *id)).collect();
    if unknown.is_empty() {
        return known;
    }
    let may_ask = is_new || lookup::take(app, &invocation.asker, now).is_ok();
    if may_ask && let Ok(answer) = app.x.users_by_ids(&unknown, invocation.asker.cause()).await {
        return known.into_iter().chain(answer.users).collect();
    }
    // A name of yesterday is better than none.
    let stale = unknown.iter().filter_map(|id| app.x.users().get(*id)).map(|stale| stale.user);
    known.into_iter().chain(stale).collect()
}

/// Lets the watcher know what was seen. A Space whose host nobody knows is left to the watcher's own lanes, which
/// ask for the name before they announce it.
async fn tell_watcher(app: &App, spaces: &[Known]) {
    let is_known = |known: &&Known| {
        let host = known.space.creator.and_then(|id| app.x.users().get(id));
        host.is_some() || app.watch.known(known.space.id).is_some()
    };
    let seen = spaces.iter().filter(is_known).map(|known| Observation {
        sight: Sight::Present(Box::new(known.space.clone())),
        asked_at: known.seen_at,
    });
    observe(app, seen.collect()).await;
}

/// A Space in one line: state, title, host, how many.
fn line(known: &Known, people: &[XUser], words: Words<'_>) -> String {
    let space = &known.space;
    let mut parts = vec![space_line(known, TITLE_MAX, words)];
    let host = space.creator.and_then(|id| people.iter().find(|user| user.id == id));
    parts.extend(host.map(|user| linked_handle(&user.username)));
    let count = |key: Key, count: u32| words.with(key, &[("count", Arg::from(count))]);
    let room = space.participant_count.filter(|_| known.phase == Phase::Live);
    parts.extend(room.map(|room| count(key("line-in-the-room"), room)));
    let awaited = space.subscriber_count.filter(|count| known.phase != Phase::Live && *count > 0);
    parts.extend(awaited.map(|awaited| count(key("line-reminders"), awaited)));
    parts.extend((space.is_ticketed == Some(true)).then(|| words.say(key("line-tickets"))));
    parts.join(" · ")
}

fn title(question: &Question, count: usize, words: Words<'_>) -> String {
    let count = ("count", Arg::from(count));
    match question {
        Question::Search(search) => {
            let query = text::marked_down(&search.query, QUERY_MAX).unwrap_or_default();
            words.with(key("search-title"), &[count, ("query", Arg::from(query))])
        }
        Question::By(_) => words.with(key("by-title"), &[count]),
    }
}

fn footer(app: &App, gathered: &Gathered, page: usize, pages: usize, words: Words<'_>) -> String {
    let page = words.with(key("list-page"), &[("page", Arg::from(page + 1)), ("pages", Arg::from(pages))]);
    let age = app.clock.now().duration_since(gathered.asked_at);
    format!("{} · {page}", words.seen(age))
}

/// What isn't on the list, and why.
fn notes(gathered: &Gathered, words: Words<'_>) -> String {
    let named = |names: &[Username], key: Key| {
        let listed: Vec<String> = names.iter().take(NAMES_MAX).map(crate::card::handle).collect();
        let mut listed = listed.join(", ");
        if names.len() > NAMES_MAX {
            let more = words.with(
                crate::texts::key("card-and-others"),
                &[("names", Arg::from(listed)), ("count", Arg::from(names.len() - NAMES_MAX))],
            );
            listed = more;
        }
        let count = ("count", Arg::from(names.len()));
        (!names.is_empty()).then(|| words.with(key, &[("names", Arg::from(listed)), count]))
    };
    let unknown = named(&gathered.unknown, key("by-unknown"));
    let unasked = named(&gathered.unasked, key("by-unasked"));
    let cut = gathered.is_cut.then(|| words.say(key("search-cut")));
    let fault = gathered.fault.as_ref().map(|fault| sorry::failure(fault, words));
    [fault, unknown, unasked, cut].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn menu(on_page: &[&Known], people: &[XUser], by: DiscordUserId, words: Words<'_>) -> Menu {
    let choices = on_page.iter().map(|known| {
        let space = &known.space;
        let title = space.title.as_deref().and_then(|title| text::plain(title, CHOICE_MAX));
        let host = space.creator.and_then(|id| people.iter().find(|user| user.id == id));
        let state = match known.phase {
            Phase::Live => words.say(key("state-live")),
            _ => words.say(key("state-scheduled")),
        };
        let host = host.map(|user| format!("@{} · ", user.username)).unwrap_or_default();
        Choice {
            label: title.unwrap_or_else(|| words.say(key("general-untitled"))),
            note: text::cut(&format!("{host}{state}"), CHOICE_MAX),
            space: space.id,
        }
    });
    Menu { by, placeholder: words.say(key("menu-open")), choices: choices.collect() }
}

fn buttons(invocation: &Invocation, view: &View<'_>, page: usize, pages: usize) -> Vec<Button> {
    let Some(list) = view.list else { return Vec::new() };
    let words = view.words;
    let number = |page: usize| u16::try_from(page).unwrap_or(u16::MAX);
    let button = |label: Key, deed: Deed| {
        Button::press(words.say(label), Style::Secondary, Press { by: view.by, deed })
    };
    let mut row = Vec::new();
    if page > 0 {
        row.push(button(key("button-back"), Deed::Page { list, page: number(page - 1) }));
    }
    if page + 1 < pages {
        row.push(button(key("button-next"), Deed::Page { list, page: number(page + 1) }));
    }
    if view.private && invocation.asker.guild.is_some() {
        row.push(button(key("button-share"), Deed::ShareList { list, page: number(page) }));
    }
    row
}
