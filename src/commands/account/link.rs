//! `/account link`: what linking means, the way to the page, and the form for the code.
//!
//! The page's address proves nothing of who opens it. What makes the link is the code, typed here by the one who asked.

use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::linked;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Form, Reply, Style};
use crate::commands::sorry;
use crate::linking::{CODE_LETTERS, Confirmed};
use crate::texts::{Arg, key};

/// The most letters that a code is typed with, with what people put between its own.
const TYPED_MAX: u16 = 2 * CODE_LETTERS;

/// Says what linking means, and leads to the page.
pub(super) async fn begin(app: &App, invocation: &Invocation) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(linker) = &app.linker else { return linked::off(words) };
    let user = invocation.asker.user;
    let begun = linker.begin(user, invocation.face.clone(), invocation.locale.clone()).await;
    let url = match begun {
        Ok(url) => url,
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let content =
        words.with(key("account-link"), &[("unlink", Arg::from(app.directory.mention("account unlink")))]);
    let enter = Press { by: user, deed: Deed::EnterCode };
    Reply::private(content).with_row(vec![
        Button::link(words.say(key("button-open-page")), url.into()),
        Button::press(words.say(key("button-enter-code")), Style::Primary, enter),
    ])
}

/// The form for the code.
pub fn form(app: &App, invocation: &Invocation) -> Reply {
    let words = app.words(&invocation.locale);
    let form = Form {
        title: words.say(key("form-code-title")),
        label: words.say(key("form-code-label")),
        placeholder: words.say(key("form-code-placeholder")),
        letters_max: TYPED_MAX,
        press: Press { by: invocation.asker.user, deed: Deed::EnterCode },
    };
    Reply { form: Some(form), ..Reply::private(words.say(key("form-code-label"))) }
}

/// Links, if that is the code.
pub async fn enter(app: &App, invocation: &Invocation, typed: &str) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(linker) = &app.linker else { return linked::off(words) };
    let confirmed = match linker.confirm(invocation.asker.user, typed).await {
        Ok(confirmed) => confirmed,
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let again = || ("link", Arg::from(app.directory.mention("account link")));
    let is_over = !matches!(confirmed, Confirmed::Wrong { .. } | Confirmed::NotYet);
    let reply = Reply::private(match confirmed {
        Confirmed::Linked { username, keeps_insights } => {
            let samples =
                if keeps_insights { key("account-samples-kept") } else { key("account-samples-not-kept") };
            let values = [
                ("handle", Arg::from(crate::card::linked_handle(&username))),
                ("show", Arg::from(app.directory.mention("account show"))),
            ];
            format!("{}\n{}", words.with(key("account-linked"), &values), words.say(samples))
        }
        Confirmed::Wrong { left } => words.with(key("code-wrong"), &[("left", Arg::from(left))]),
        Confirmed::TooMany => words.with(key("code-too-many"), &[again()]),
        Confirmed::TooLate => words.with(key("code-too-late"), &[again()]),
        Confirmed::NotYet => words.say(key("code-not-yet")),
        Confirmed::Nothing => words.with(key("code-nothing"), &[again()]),
    });
    // What is over needs no button any more.
    if is_over { reply.in_place() } else { reply }
}
