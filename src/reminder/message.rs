//! What a reminder's message says. Pure but for the names of accounts, which are looked up in memory.

use crate::card::{Subject, date, relative};
use crate::commands::App;
use crate::commands::reply::{Button, Reply};
use crate::commands::words::Words;
use crate::domain::known::Known;
use crate::domain::reminder::Form;
use crate::domain::space::XUser;
use crate::domain::text;
use crate::texts::{Arg, Key, key};

/// Room for a host's name in a sentence, in UTF-16 units.
const NAME_MAX: usize = 50;

/// The message that says this of a Space, to somebody whose Discord speaks `locale`.
#[must_use]
pub fn compose(app: &App, form: Form, known: Option<&Known>, locale: &str) -> Reply {
    let words = app.words(locale);
    let Some(known) = known.filter(|_| form != Form::Emptied) else {
        return Reply { content: words.say(key("reminder-emptied")), ..Reply::default() };
    };
    let space = &known.space;
    let ids = space.creator.into_iter().chain(space.cohosts());
    let people: Vec<XUser> = ids.filter_map(|id| app.x.users().get(id)).map(|known| known.user).collect();
    let host = people.iter().find(|user| Some(user.id) == space.creator).map(name);
    let content = content(form, known, host, words);
    let label = match form {
        Form::Live => key("button-listen"),
        Form::Soon | Form::Overdue | Form::NoShow => key("button-open"),
        Form::Cancelled | Form::Ended | Form::Missed | Form::Emptied => {
            return Reply { content, ..Reply::default() };
        }
    };
    let card = words.card(&Subject::of(known, &people));
    let row = vec![Button::link(words.say(label), space.id.url())];
    Reply { content, cards: vec![card], ..Reply::default() }.with_row(row)
}

fn content(form: Form, known: &Known, host: Option<String>, words: Words<'_>) -> String {
    let start = known.space.scheduled_start;
    let (named, unnamed): (Key, Key) = match (form, start.is_some()) {
        (Form::Soon, true) => (key("reminder-soon"), key("reminder-soon-unnamed")),
        (Form::Soon, false) => (key("reminder-to-come"), key("reminder-to-come-unnamed")),
        (Form::Overdue, _) => (key("reminder-overdue"), key("reminder-overdue-unnamed")),
        (Form::Live, _) => (key("reminder-live"), key("reminder-live-unnamed")),
        (Form::NoShow, _) => (key("reminder-no-show"), key("reminder-no-show-unnamed")),
        (Form::Cancelled, true) => (key("reminder-cancelled-of"), key("reminder-cancelled-of-unnamed")),
        (Form::Cancelled, false) => (key("reminder-cancelled"), key("reminder-cancelled-unnamed")),
        (Form::Missed, _) => (key("reminder-missed"), key("reminder-missed-unnamed")),
        (Form::Ended | Form::Emptied, _) => (key("reminder-ended"), key("reminder-ended-unnamed")),
    };
    let mut values = Vec::new();
    if let Some(start) = start {
        values.push(("relative", Arg::from(relative(start))));
        values.push(("date", Arg::from(date(start))));
    }
    match host {
        Some(host) => {
            values.push(("host", Arg::from(host)));
            words.with(named, &values)
        }
        None => words.with(unnamed, &values),
    }
}

/// A host as a sentence names them.
fn name(host: &XUser) -> String {
    let handle = crate::card::handle(&host.username);
    match text::marked_down(&host.name, NAME_MAX) {
        Some(name) => format!("{name} ({handle})"),
        None => handle,
    }
}
