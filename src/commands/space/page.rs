//! What a page of a list of Spaces looks like. Pure.

use jiff::SignedDuration;

use super::list::{Gathered, Question, View};
use crate::card::{Card, Tone, linked_handle, untitled};
use crate::commands::follow::space_line;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Choice, Menu, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::{DiscordUserId, Username};
use crate::domain::known::{Known, Phase};
use crate::domain::space::XUser;
use crate::domain::text;
use crate::texts::{Arg, Key, key};

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

/// The Spaces on this page, or on the last one there is.
pub(super) fn on_page<'a>(gathered: &'a Gathered, view: &View<'_>) -> &'a [Known] {
    let start = place(gathered, view).0 * PAGE;
    let end = gathered.spaces.len().min(start + PAGE);
    &gathered.spaces[start..end]
}

/// The page that is shown, counted from 0, and how many there are.
fn place(gathered: &Gathered, view: &View<'_>) -> (usize, usize) {
    let pages = gathered.spaces.len().div_ceil(PAGE).max(1);
    (view.page.min(pages - 1), pages)
}

/// The page, with the names of `people`; `age` is the answer's.
pub(super) fn page(
    question: &Question,
    gathered: &Gathered,
    view: &View<'_>,
    people: &[XUser],
    age: SignedDuration,
) -> Reply {
    let words = view.words;
    let content = notes(gathered, words);
    if gathered.spaces.is_empty() {
        let nothing = match question {
            Question::Search(_) => words.say(key("search-nothing")),
            Question::Live(_) => words.say(key("discover-nothing")),
            Question::By(_) if gathered.unknown.is_empty() => words.say(key("by-nothing")),
            Question::By(_) | Question::Posts(_) => String::new(),
        };
        let age = gathered.fault.as_ref().map(|_| words.seen(age)).unwrap_or_default();
        let said: Vec<String> = [nothing, content, age].into_iter().filter(|text| !text.is_empty()).collect();
        return Reply { private: view.private, place: view.place, ..Reply::private(said.join("\n")) };
    }
    let (page, pages) = place(gathered, view);
    let spaces = on_page(gathered, view);
    let lines = (page * PAGE + 1..).zip(spaces);
    let lines = lines.map(|(number, known)| format!("{number}. {}", line(known, people, words)));
    let card = Card {
        title: Some(title(question, gathered.spaces.len(), words)),
        description: Some(lines.collect::<Vec<_>>().join("\n")),
        footer: Some(footer(age, page, pages, words)),
        tone: Tone::Plain,
        ..Card::default()
    };
    Reply {
        content,
        cards: vec![card],
        rows: Vec::new(),
        menu: Some(menu(spaces, people, view.by, words)),
        files: Vec::new(),
        form: None,
        private: view.private,
        place: view.place,
    }
    .with_row(buttons(view, page, pages))
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
        Question::Live(_) => words.with(key("discover-title"), &[count]),
        Question::By(_) | Question::Posts(_) => words.with(key("by-title"), &[count]),
    }
}

fn footer(age: SignedDuration, page: usize, pages: usize, words: Words<'_>) -> String {
    let page = words.with(key("list-page"), &[("page", Arg::from(page + 1)), ("pages", Arg::from(pages))]);
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

fn menu(spaces: &[Known], people: &[XUser], by: DiscordUserId, words: Words<'_>) -> Menu {
    let choices = spaces.iter().map(|known| {
        let space = &known.space;
        let title = space.title.as_deref().and_then(|title| text::plain(title, CHOICE_MAX));
        let host = space.creator.and_then(|id| people.iter().find(|user| user.id == id));
        let state = match known.phase {
            Phase::Live => words.say(key("state-live")),
            _ => words.say(key("state-scheduled")),
        };
        let host = host.map(|user| format!("@{} · ", user.username)).unwrap_or_default();
        Choice {
            label: title.unwrap_or_else(|| words.say(untitled(space))),
            note: text::cut(&format!("{host}{state}"), CHOICE_MAX),
            space: space.id,
        }
    });
    Menu { by, placeholder: words.say(key("menu-open")), choices: choices.collect() }
}

fn buttons(view: &View<'_>, page: usize, pages: usize) -> Vec<Button> {
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
    if view.private && view.in_server {
        row.push(button(key("button-share"), Deed::ShareList { list, page: number(page) }));
    }
    row
}
