//! Interactions: whatever Discord, or whoever imitates it, sends is decoded or refused.
//!
//! An input is an interaction's JSON, or else the id of a button; behind a line break, what was picked from a menu.

use serenity::model::application::Interaction;
use spacebell::commands::press::{CUSTOM_ID_MAX, picked};
use spacebell::commands::words::Words;
use spacebell::commands::{Invocation, Request};
use spacebell::discord::asked::{of_command, of_press, typing};
use spacebell::texts::Locale;

use super::{markdown, render};

/// Holds what must hold of the interaction in `data`.
pub fn hold(data: &[u8]) {
    match serde_json::from_slice(data) {
        Ok(Interaction::Command(command)) => hold_invocation(&of_command(&command)),
        Ok(Interaction::Component(press)) => hold_invocation(&of_press(&press)),
        Ok(Interaction::Autocomplete(command)) => {
            if let Some(typing) = typing(&command) {
                assert_eq!(typing.channel, command.channel_id);
                assert_eq!(typing.asker.user, command.user.id);
            }
        }
        Ok(_) => {}
        Err(_) => hold_id(&String::from_utf8_lossy(data)),
    }
}

fn hold_id(text: &str) {
    hold_request(&Request::of_press(text));
    if let Some((menu, value)) = text.split_once('\n') {
        hold_request(&Request::of_press(&picked(menu, value)));
    }
}

fn hold_invocation(invocation: &Invocation) {
    hold_request(&invocation.request);
    let is_mine = matches!(&invocation.request, Request::Press(press) if press.by == invocation.asker.user);
    assert!(is_mine || !invocation.is_in_place(), "somebody else's message would be replaced");
    assert!(invocation.asks_to_share() || invocation.is_private(), "nobody asked to share it");
}

fn hold_request(request: &Request) {
    match request {
        Request::Press(press) | Request::Filled(press, _) => {
            let id = press.to_string();
            assert!(id.len() <= CUSTOM_ID_MAX, "{id}");
            assert_eq!(id.parse(), Ok(*press));
        }
        Request::NeverHost(button) => assert_eq!(button.to_string().parse(), Ok(*button)),
        Request::RemindMe(button) => assert_eq!(button.to_string().parse(), Ok(*button)),
        Request::Command(_) | Request::UnknownPress => {}
        Request::Mistaken(mistake) => {
            for locale in Locale::all() {
                let words = Words { texts: render::texts(), locale };
                let said = mistake.explain(words);
                assert!(!said.is_empty() && said.encode_utf16().count() <= 2_000, "{said:?}");
                markdown::hold_line(&said);
                assert_eq!(markdown::calls(&said), Vec::<String>::new(), "{said:?}");
            }
        }
    }
}
