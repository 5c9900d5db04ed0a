//! `/space buyers`: who bought a ticket, asked in the name of the Space's creator, for the creator alone.
//!
//! Each page asks X anew, which X doesn't bill twice a day: so nothing that the creator's token fetched is kept anywhere.

use crate::card::{Card, Tone, linked_handle};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::words::Words;
use crate::commands::{linked, lookup, sorry};
use crate::domain::ids::SpaceId;
use crate::domain::space::{Space, XUser};
use crate::domain::text;
use crate::linking::{Linker, Unasked};
use crate::texts::{Arg, Key, key};
use crate::x::{LinkedError, LinkedUsers, Person};

/// Buyers on a page.
const PAGE: usize = 20;
/// Pages of X's that are read for one of ours: a thousand buyers.
const ASKED_MAX: usize = 10;
/// Room for a name.
const NAME_MAX: usize = 60;
/// Room for a title.
const TITLE_MAX: usize = 150;

/// Why a creator can't be told.
enum Refused {
    /// The asker didn't create the Space.
    NotCreator,
    /// It has no tickets.
    NotTicketed,
    /// X gave no answer.
    Unasked(Unasked),
}

/// Those who bought a ticket, from `page` on.
struct Page {
    buyers: Vec<XUser>,
    /// Whether there are more behind them.
    more: bool,
}

/// A page of those who bought a ticket for a Space of the asker's.
pub async fn buyers(app: &App, invocation: &Invocation, space: SpaceId, page: u16, turned: bool) -> Reply {
    let words = app.words(&invocation.locale);
    let reply = told(app, invocation, space, page, turned).await;
    let reply = reply.unwrap_or_else(|refused| Reply::private(explained(app, &refused, words)));
    if turned { reply.in_place() } else { reply }
}

async fn told(
    app: &App,
    invocation: &Invocation,
    id: SpaceId,
    page: u16,
    turned: bool,
) -> Result<Reply, Refused> {
    let words = app.words(&invocation.locale);
    let (asker, user) = (&invocation.asker, invocation.asker.user);
    let Some(linker) = &app.linker else { return Ok(linked::off(words)) };
    let no_token = |why| Refused::Unasked(Unasked::NoToken(why));
    let person = linker.person(user).await.map_err(no_token)?;
    if !turned && let Err(failure) = lookup::take(app, asker, app.clock.now()) {
        return Ok(sorry::reply(&failure, words));
    }
    let space = match app.x.space_as(&person, id, asker.cause()).await {
        Ok(space) => space,
        Err(error) => return Err(refused(linker, invocation, &person, error).await),
    };
    // X may leave the creator out; then the question itself tells.
    if space.creator.is_some_and(|creator| creator != person.account) {
        return Err(Refused::NotCreator);
    }
    if space.is_ticketed == Some(false) {
        return Err(Refused::NotTicketed);
    }
    let number = usize::from(page);
    match read(app, invocation, &person, id, number).await {
        Ok(page) => Ok(shown(&space, &page, number, invocation, words)),
        Err(error) => Err(refused(linker, invocation, &person, error).await),
    }
}

async fn refused(linker: &Linker, invocation: &Invocation, person: &Person, error: LinkedError) -> Refused {
    Refused::Unasked(linker.unasked(invocation.asker.user, person, error).await)
}

async fn read(
    app: &App,
    invocation: &Invocation,
    person: &Person,
    id: SpaceId,
    page: usize,
) -> Result<Page, LinkedError> {
    let mut buyers: Vec<XUser> = Vec::new();
    let mut next: Option<String> = None;
    let wanted = (page + 1) * PAGE;
    for _ in 0..ASKED_MAX {
        let LinkedUsers { users, next: behind } =
            match app.x.buyers(person, id, next.as_deref(), invocation.asker.cause()).await {
                // X says so of a Space for which nobody bought one.
                Err(LinkedError::Missing) => LinkedUsers::default(),
                read => read?,
            };
        buyers.extend(users);
        next = behind;
        if next.is_none() || buyers.len() > wanted {
            break;
        }
    }
    let more = next.is_some() || buyers.len() > wanted;
    Ok(Page { buyers: buyers.into_iter().skip(page * PAGE).take(PAGE).collect(), more })
}

fn shown(space: &Space, page: &Page, number: usize, invocation: &Invocation, words: Words<'_>) -> Reply {
    if page.buyers.is_empty() {
        return Reply::private(words.say(key("buyers-none")));
    }
    let lines = (number * PAGE + 1..).zip(&page.buyers).map(|(place, user)| {
        let name = text::marked_down(&user.name, NAME_MAX).unwrap_or_default();
        format!("{place}. {name} {}", linked_handle(&user.username))
    });
    let title = words.with(key("buyers-title"), &[("title", Arg::from(words.title(space, TITLE_MAX)))]);
    let card = Card {
        title: Some(title),
        description: Some(lines.collect::<Vec<_>>().join("\n")),
        footer: Some(words.say(key("buyers-footer"))),
        tone: Tone::Plain,
        ..Card::default()
    };
    let turn = |page: usize| {
        let page = u16::try_from(page).unwrap_or(u16::MAX);
        Press { by: invocation.asker.user, deed: Deed::Buyers { space: space.id, page } }
    };
    let button = |label: Key, page| Button::press(words.say(label), Style::Secondary, turn(page));
    let mut row = Vec::new();
    if number > 0 {
        row.push(button(key("button-back"), number - 1));
    }
    if page.more {
        row.push(button(key("button-next"), number + 1));
    }
    Reply { cards: vec![card], private: true, ..Reply::default() }.with_row(row)
}

fn explained(app: &App, refused: &Refused, words: Words<'_>) -> String {
    match refused {
        Refused::NotCreator => words.say(key("buyers-not-creator")),
        Refused::NotTicketed => words.say(key("buyers-not-ticketed")),
        Refused::Unasked(why) => {
            let link = [("link", Arg::from(app.directory.mention("account link")))];
            let forbidden = words.with(key("buyers-forbidden"), &link);
            linked::unasked(app, why, forbidden, words.say(key("space-not-there")), words)
        }
    }
}
