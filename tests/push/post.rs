//! What a post shows of a Space that X told of and that nobody has looked at yet.

use std::fmt::Write as _;

use serde_json::Value;
use spacebell::discord::render::{message, plain};
use spacebell::domain::ids::{ChannelId, GuildId, RoleId};
use spacebell::domain::known::Known;
use spacebell::domain::space::{Space, SpaceState, XUser};
use spacebell::outbox::telling::{Form, Sound, Telling};
use spacebell::texts::{Locale, Texts};
use spacebell::watcher::lifecycle::{Observation, Sight, step};

use crate::world::{start, user};

/// What is known of a Space once X told that it began, and nothing else.
fn begun() -> Known {
    let sight = Sight::Started { id: "1abcDEF".parse().expect("an id"), host: user(7) };
    step(None, &Observation { sight, asked_at: start() }, start()).expect("it begins").known
}

/// The same once X told that it is over, and a lookup found nothing.
fn over() -> Known {
    let before = begun();
    let later = start() + jiff::SignedDuration::from_mins(3);
    let space = Space::bare(before.space.id, SpaceState::Ended);
    let seen = Observation { sight: Sight::Present(Box::new(space)), asked_at: later };
    step(Some(&before), &seen, later).expect("it ends").known
}

fn telling(form: Form, known: Known, is_named: bool) -> Telling {
    let host = XUser {
        id: user(7),
        username: "NASA".parse().expect("a username"),
        name: "NASA".to_owned(),
        picture_url: None,
    };
    Telling {
        form,
        guild: GuildId::new(10),
        channel: ChannelId::new(20),
        known,
        host: Some(host).filter(|_| is_named),
        cohosts: Vec::new(),
        roles: vec![RoleId::new(77)],
        keywords: Vec::new(),
        keywords_only: false,
        tells_figures: true,
        more: 0,
        sound: Sound::Heard,
        reopened: false,
    }
}

/// A message as somebody reads it.
fn shown(body: &Value) -> String {
    let mut out = format!("{}\n", body["content"].as_str().unwrap_or_default());
    for card in body["embeds"].as_array().into_iter().flatten() {
        let line = |text: &Value| text.as_str().unwrap_or("–").replace('\n', "\n│ ");
        let (author, title) = (line(&card["author"]["name"]), line(&card["title"]));
        writeln!(out, "┌ by {author}\n│ # {title}\n│ {}", line(&card["description"])).expect("text");
        for field in card["fields"].as_array().into_iter().flatten() {
            writeln!(out, "│ {}: {}", line(&field["name"]), line(&field["value"])).expect("text");
        }
        writeln!(out, "└ {}", line(&card["footer"]["text"])).expect("text");
    }
    for row in body["components"].as_array().into_iter().flatten() {
        for button in row["components"].as_array().into_iter().flatten() {
            writeln!(out, "[{}] {}", button["label"].as_str().unwrap_or("–"), button["url"]).expect("text");
        }
    }
    out
}

#[test]
fn a_space_that_x_told_of_is_posted_without_claiming_what_nobody_knows_yet() {
    let texts = Texts::load().expect("good files");
    let forms = [
        telling(Form::Live, begun(), true),
        telling(Form::Live, begun(), false),
        telling(Form::Ended, over(), true),
    ];
    for locale in Locale::all() {
        let all: Vec<String> = forms.iter().map(|telling| shown(&message(telling, &texts, locale))).collect();
        let bare = shown(&plain(&forms[0], &texts, locale));
        insta::assert_snapshot!(format!("pushed_{}", locale.code()), format!("{}\n{bare}", all.join("\n")));
    }
}
