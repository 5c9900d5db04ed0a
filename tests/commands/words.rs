//! Replies: whatever a title or a name holds, they look as with harmless words.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spacebell::commands::complete::Choice;
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::{Reply, Request};
use spacebell::discord::replies;
use spacebell::domain::ids::DiscordUserId;
use spacebell::domain::text::clean;

use crate::held::markdown;
use crate::held::nasty::NASTY;
use crate::held::render::{HARMLESS, Slot, hold_limits, hold_plain, hold_same_layout};
use crate::stage::{MONA, Stage};

/// What people see of a Space whose title ends so, and whose host has this name.
async fn seen(title: &str, name: &str, locale: &'static str) -> (Vec<Value>, Vec<Choice>) {
    let mut stage = Stage::set().await;
    stage.locale = locale;
    let host = stage.x.add_user("700", "band", name);
    let space = stage.x.start_now(&host, &format!("jazz {title}")).expect("good test data");
    stage.x.add_speaker(&space, &host).expect("good test data");
    let mut said: Vec<Reply> = Vec::new();
    // X is asked for somebody's Spaces once a second.
    let pause = SignedDuration::from_secs(2);
    stage.clock.advance(pause);
    said.push(stage.say("space", "show", json!({ "space": space.to_string() })).await);
    let speakers = Deed::Speakers(space.to_string().parse().expect("good test data"));
    said.push(stage.press(MONA, Press { by: DiscordUserId::new(MONA), deed: speakers }).await);
    said.push(stage.say("space", "search", json!({ "query": "jazz" })).await);
    said.push(stage.say("space", "by", json!({ "hosts": "band" })).await);
    stage.clock.advance(pause);
    said.push(stage.say("follow", "host", json!({ "host": "band" })).await);
    said.push(stage.say("follow", "list", json!({})).await);
    said.push(stage.say("follow", "block", json!({ "host": "band" })).await);
    let mut choices = Vec::new();
    for option in ["space", "host", "follow"] {
        choices.extend(stage.completes(option, "", locale, MONA).await);
    }
    let id = space.to_string();
    let redacted = |text: String| text.replace(&id, "1space");
    let bodies = said.iter().map(|reply| {
        let body = serde_json::to_value(replies::answer(reply)).expect("JSON");
        serde_json::from_str(&redacted(body.to_string())).expect("JSON")
    });
    let bodies = bodies.collect();
    for choice in &mut choices {
        choice.value = redacted(std::mem::take(&mut choice.value));
    }
    (bodies, choices)
}

#[tokio::test]
async fn nasty_words_change_no_reply_s_layout_nor_a_choice_s_and_call_nobody() {
    for (locale, in_title) in [("en-US", true), ("en-US", false), ("ja", true), ("ja", false)] {
        let seen = async |word| {
            if in_title { seen(word, "Mona", locale).await } else { seen("trio", word, locale).await }
        };
        let (harmless, choices) = seen(HARMLESS).await;
        assert!(harmless.iter().filter(|body| body.to_string().contains(HARMLESS)).count() >= 2);
        assert!(choices.iter().any(|choice| choice.name.contains(HARMLESS)));
        for word in NASTY {
            let Some(cleaned) = clean(word) else { continue };
            let (hostile, offered) = seen(word).await;
            for (one, other) in harmless.iter().zip(&hostile) {
                hold_limits(other);
                assert_eq!(other["allowed_mentions"]["parse"], json!([]));
                hold_same_layout("", one, other, &cleaned, Slot::Title);
            }
            assert_eq!(choices.len(), offered.len(), "{word:?}");
            for (one, other) in choices.iter().zip(&offered) {
                assert_eq!(one.value, other.value);
                assert!((1..=100).contains(&other.name.encode_utf16().count()), "{:?}", other.name);
                hold_plain(&one.name, &other.name, &cleaned);
            }
        }
    }
}

#[tokio::test]
async fn nasty_words_that_are_typed_are_repeated_as_letters_or_not_at_all() {
    let stage = Stage::set().await;
    for word in NASTY {
        for (group, command, option) in [
            ("space", "show", "space"),
            ("space", "search", "query"),
            ("space", "by", "hosts"),
            ("follow", "host", "host"),
            ("follow", "keyword", "keyword"),
            ("follow", "block", "word"),
            ("follow", "remove", "follow"),
        ] {
            let reply = stage.say(group, command, json!({ option: word })).await;
            let cards = reply.cards.iter().flat_map(|card| [card.title.clone(), card.description.clone()]);
            for said in cards.flatten().chain([reply.content.clone()]) {
                markdown::hold_direction(&said);
                let others = markdown::calls(&said).into_iter().filter(|call| call != "<#20>");
                assert_eq!(others.collect::<Vec<_>>(), Vec::<String>::new(), "/{group} {command}: {said:?}");
            }
        }
        assert!(matches!(Request::of_press(word), Request::UnknownPress), "{word:?}");
    }
    let list = stage.say("follow", "list", json!({})).await;
    for line in list.cards.iter().filter_map(|card| card.description.as_deref()).flat_map(str::lines) {
        // The id, the channel, and nothing that somebody else wrote.
        assert!(markdown::calls(line).iter().all(|call| call == "<#20>"), "{line:?}");
        markdown::hold_direction(line);
    }
}
