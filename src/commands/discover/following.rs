//! `/discover following`: Spaces by accounts that the asker follows on X, asked in their name and for them alone.
//!
//! Nothing of an answer goes to the watcher, to what serves everybody, or to the store; each page asks X anew, which X doesn't
//! bill twice a day.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use crate::card::{Card, Tone, linked_handle, untitled};
use crate::commands::app::App;
use crate::commands::follow::space_line;
use crate::commands::invocation::Invocation;
use crate::commands::lookup::known_of;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Choice, Menu, Reply, Style};
use crate::commands::words::Words;
use crate::commands::{linked, lookup, sorry};
use crate::domain::known::{Known, Phase};
use crate::domain::space::XUser;
use crate::domain::text;
use crate::linking::{OfFollowed, Unasked};
use crate::texts::{Arg, Key, key};
use crate::x::{Kind, LinkedSpaces};

/// Spaces on a page.
const PAGE: usize = 5;
/// Room for a title in a line.
const TITLE_MAX: usize = 150;
/// Room for a text in the menu. Source: Discord's documentation, "Select Menus".
const CHOICE_MAX: usize = 100;

/// What the asker presses or types.
enum How {
    First,
    Turned(u16),
    Read,
}

/// The first page, or what it would cost.
pub(super) async fn first(app: &App, invocation: &Invocation) -> Reply {
    answer(app, invocation, &How::First).await
}

/// Another page.
pub async fn turn(app: &App, invocation: &Invocation, page: u16) -> Reply {
    answer(app, invocation, &How::Turned(page)).await.in_place()
}

/// Reads whom the asker follows, now that they know what it costs, and shows the first page.
pub async fn read(app: &App, invocation: &Invocation) -> Reply {
    answer(app, invocation, &How::Read).await.in_place()
}

async fn answer(app: &App, invocation: &Invocation, how: &How) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(linker) = &app.linker else { return linked::off(words) };
    let (asker, user) = (&invocation.asker, invocation.asker.user);
    let unasked = |why: Unasked| {
        let link = [("link", Arg::from(app.directory.mention("account link")))];
        let forbidden = words.with(key("following-forbidden"), &link);
        Reply::private(linked::unasked(app, &why, forbidden, words.say(key("following-missing")), words))
    };
    let person = match linker.person(user).await {
        Ok(person) => person,
        Err(why) => return unasked(Unasked::NoToken(why)),
    };
    if !matches!(how, How::Turned(_))
        && let Err(failure) = lookup::take(app, asker, app.clock.now())
    {
        return sorry::reply(&failure, words);
    }
    let found = match how {
        How::Read => linker.read_following(user, &person, asker.cause()).await,
        How::First | How::Turned(_) => linker.spaces_of_followed(user, &person, asker.cause()).await,
    };
    match found {
        Ok(OfFollowed::Spaces(found, among)) => {
            let page = if let How::Turned(page) = how { usize::from(*page) } else { 0 };
            shown(app, invocation, found, among, page)
        }
        Ok(OfFollowed::Unread { most }) => ask_first(app, invocation, most),
        Err(error) => unasked(linker.unasked(user, &person, error).await),
    }
}

/// What reading whom the asker follows would cost, before it is spent.
fn ask_first(app: &App, invocation: &Invocation, most: usize) -> Reply {
    let words = app.words(&invocation.locale);
    let price = app.x.spending().price(Kind::Following);
    let count = u64::try_from(most).unwrap_or(u64::MAX);
    let cost = crate::x::MicroDollars(price.0.saturating_mul(count));
    let content =
        words.with(key("following-ask"), &[("most", Arg::from(most)), ("cost", Arg::from(cost.to_string()))]);
    let press = Press { by: invocation.asker.user, deed: Deed::ReadFollowing };
    let button = Button::press(words.say(key("button-read-following")), Style::Primary, press);
    Reply::private(content).with_row(vec![button])
}

fn shown(
    app: &App,
    invocation: &Invocation,
    found: LinkedSpaces,
    among: Option<usize>,
    page: usize,
) -> Reply {
    let words = app.words(&invocation.locale);
    let now = app.clock.now();
    let spaces = in_order(found.spaces.into_iter().map(|space| known_of(space, now)).collect());
    let among = among.map(|count| words.with(key("following-among"), &[("count", Arg::from(count))]));
    if spaces.is_empty() {
        let nothing = Some(words.say(key("following-nothing")));
        return Reply::private([nothing, among].into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    let pages = spaces.len().div_ceil(PAGE);
    let page = page.min(pages - 1);
    let on_page = &spaces[page * PAGE..spaces.len().min((page + 1) * PAGE)];
    let lines = (page * PAGE + 1..).zip(on_page);
    let lines = lines.map(|(number, known)| format!("{number}. {}", line(known, &found.users, words)));
    let number = words.with(key("list-page"), &[("page", Arg::from(page + 1)), ("pages", Arg::from(pages))]);
    let footer = [Some(words.seen(SignedDuration::ZERO)), among, (pages > 1).then_some(number)];
    let card = Card {
        title: Some(words.with(key("following-title"), &[("count", Arg::from(spaces.len()))])),
        description: Some(lines.collect::<Vec<_>>().join("\n")),
        footer: Some(footer.into_iter().flatten().collect::<Vec<_>>().join(" · ")),
        tone: Tone::Plain,
        ..Card::default()
    };
    let user = invocation.asker.user;
    let button = |label: Key, page: usize| {
        let page = u16::try_from(page).unwrap_or(u16::MAX);
        let press = Press { by: user, deed: Deed::Following { page } };
        Button::press(words.say(label), Style::Secondary, press)
    };
    let mut row = Vec::new();
    if page > 0 {
        row.push(button(key("button-back"), page - 1));
    }
    if page + 1 < pages {
        row.push(button(key("button-next"), page + 1));
    }
    let choices = on_page.iter().map(|known| choice(known, &found.users, words));
    let menu = Menu { by: user, placeholder: words.say(key("menu-open")), choices: choices.collect() };
    Reply { cards: vec![card], menu: Some(menu), private: true, ..Reply::default() }.with_row(row)
}

/// Live ones first, those with most people in front; then what is to come, the soonest first.
fn in_order(mut spaces: Vec<Known>) -> Vec<Known> {
    spaces.retain(|known| !known.phase.is_over());
    spaces.sort_by_key(|known| {
        let is_live = known.phase == Phase::Live;
        let room = known.space.participant_count.filter(|_| is_live).unwrap_or(0);
        let start = known.space.scheduled_start.unwrap_or(Timestamp::MAX);
        (Reverse(is_live), Reverse(room), start, known.space.id)
    });
    spaces.dedup_by_key(|known| known.space.id);
    spaces
}

fn host<'a>(known: &Known, people: &'a [XUser]) -> Option<&'a XUser> {
    people.iter().find(|user| Some(user.id) == known.space.creator)
}

fn line(known: &Known, people: &[XUser], words: Words<'_>) -> String {
    let mut parts = vec![space_line(known, TITLE_MAX, words)];
    parts.extend(host(known, people).map(|user| linked_handle(&user.username)));
    let room = known.space.participant_count.filter(|_| known.phase == Phase::Live);
    parts.extend(room.map(|room| words.with(key("line-in-the-room"), &[("count", Arg::from(room))])));
    parts.extend((known.space.is_ticketed == Some(true)).then(|| words.say(key("line-tickets"))));
    parts.join(" · ")
}

fn choice(known: &Known, people: &[XUser], words: Words<'_>) -> Choice {
    let label = known.space.title.as_deref().and_then(|title| text::plain(title, CHOICE_MAX));
    let state = if known.phase == Phase::Live { key("state-live") } else { key("state-scheduled") };
    let host = host(known, people).map(|user| format!("@{}", user.username));
    let note = [Some(words.say(state)), host].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Choice { label: label.unwrap_or_else(|| words.say(untitled(&known.space))), note, space: known.space.id }
}
