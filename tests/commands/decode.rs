//! What Discord sends as values, and buttons' ids both ways.

use serde_json::{Value, json};
use spacebell::commands::follow::{Blocked, Command as Follow};
use spacebell::commands::options::Mistake;
use spacebell::commands::press::{Deed, Press, UnknownPress};
use spacebell::commands::space::Command as Space;
use spacebell::commands::{Command, definitions};
use spacebell::domain::filter::BadTerms;
use spacebell::domain::follow::When;
use spacebell::domain::ids::{ChannelId, DiscordUserId, FollowId};
use spacebell::domain::input::{BadHost, BadSpace};
use spacebell::domain::keyword::BadPhrase;
use spacebell::texts::Texts;

use crate::stage::typed;

fn decoded(group: &str, command: &str, options: Value) -> Result<Command, Mistake> {
    Command::decode(&typed(group, command, options, json!({})))
}

#[test]
fn commands_become_values() {
    let show = |space: &str, private| {
        Ok(Command::Space(Space::Show { space: space.parse().expect("good test data"), private }))
    };
    let link = "https://x.com/i/spaces/1abc";
    assert_eq!(decoded("space", "show", json!({ "space": link })), show("1abc", true));
    assert_eq!(decoded("space", "show", json!({ "space": "1abc", "private": false })), show("1abc", false));
    assert_eq!(decoded("help", "", json!({})), Ok(Command::Help));
    let removed = Follow::Remove { follow: FollowId(12) };
    assert_eq!(decoded("follow", "remove", json!({ "follow": " #12 " })), Ok(Command::Follow(removed)));
    let Ok(Command::Follow(Follow::Host { host, wish })) =
        decoded("follow", "host", json!({ "host": "@nasa", "when": "live_ended" }))
    else {
        panic!("a follow")
    };
    assert_eq!((host.as_str(), wish.when), ("nasa", When::LiveEnded));
    let Ok(Command::Follow(Follow::Block { what: Blocked::Word(word), remove: true })) =
        decoded("follow", "block", json!({ "word": "Free Money", "remove": true }))
    else {
        panic!("a block")
    };
    assert_eq!(word.folded(), "free money");
    assert_eq!(decoded("follow", "block", json!({})), Ok(Command::Follow(Follow::Blocks)));
}

#[test]
fn what_can_t_be_meant_is_a_mistake_of_its_kind() {
    let long = "x".repeat(10_000);
    let number = Mistake::Number { option: "min_listeners", least: 1, most: 1_000_000 };
    let cases = [
        (decoded("space", "show", json!({})), Mistake::Space(BadSpace::Empty)),
        (decoded("space", "show", json!({ "space": "" })), Mistake::Space(BadSpace::Empty)),
        (decoded("space", "show", json!({ "space": long })), Mistake::Space(BadSpace::TooLong)),
        (decoded("space", "show", json!({ "space": "\u{202e}" })), Mistake::Space(BadSpace::Empty)),
        (
            decoded("space", "show", json!({ "space": "https://x.com.evil.test/i/spaces/1abc" })),
            Mistake::Space(BadSpace::OtherSite),
        ),
        (decoded("follow", "host", json!({})), Mistake::Host(BadHost::Empty)),
        (decoded("follow", "host", json!({ "host": "🦀" })), Mistake::Host(BadHost::NotAName)),
        (decoded("follow", "host", json!({ "host": "nasa", "when": "never" })), Mistake::When),
        (decoded("follow", "host", json!({ "host": "nasa", "channel": "5" })), Mistake::Channel),
        (decoded("follow", "host", json!({ "host": "nasa", "role": "5" })), Mistake::Role),
        (decoded("follow", "keyword", json!({})), Mistake::Phrase(BadPhrase::Empty)),
        (decoded("follow", "keyword", json!({ "keyword": "!!" })), Mistake::Phrase(BadPhrase::NoLetters)),
        (decoded("follow", "remove", json!({ "follow": "-1" })), Mistake::Follow),
        (decoded("follow", "remove", json!({ "follow": "+1" })), Mistake::Follow),
        (decoded("follow", "remove", json!({ "follow": "0" })), Mistake::Follow),
        (decoded("follow", "remove", json!({ "follow": "99999999999999999999" })), Mistake::Follow),
        (decoded("follow", "block", json!({ "host": "nasa", "word": "gold" })), Mistake::BlockBoth),
        (decoded("follow", "block", json!({ "remove": true })), Mistake::UnblockNothing),
        (decoded("follow", "edit", json!({})), Mistake::Follow),
        (decoded("follow", "edit", json!({ "follow": "1", "clear": "when" })), Mistake::Choice("clear")),
        (
            decoded("follow", "edit", json!({ "follow": "1", "clear": "language", "language": "ja" })),
            Mistake::ClearAndSet("language"),
        ),
        (decoded("follow", "host", json!({ "host": "nasa", "min_listeners": 0 })), number.clone()),
        (decoded("follow", "host", json!({ "host": "nasa", "min_listeners": -5 })), number.clone()),
        (decoded("follow", "host", json!({ "host": "nasa", "min_listeners": 1_000_001 })), number.clone()),
        (decoded("follow", "host", json!({ "host": "nasa", "min_listeners": "5" })), Mistake::Unknown),
        (decoded("follow", "host", json!({ "host": "nasa", "language": "english" })), Mistake::Language),
        (decoded("follow", "host", json!({ "host": "nasa", "tickets": "some" })), Mistake::Choice("tickets")),
        (
            decoded("follow", "host", json!({ "host": "nasa", "title_has": ", ," })),
            Mistake::Terms("title_has", BadTerms::Empty),
        ),
        (
            decoded("follow", "host", json!({ "host": "nasa", "title_lacks": "a".repeat(101) })),
            Mistake::Terms("title_lacks", BadTerms::TooLong),
        ),
        (
            decoded("follow", "host", json!({ "host": "nasa", "when": "scheduled", "min_listeners": 5 })),
            Mistake::NobodyBefore,
        ),
        (decoded("settings", "unheard-of", json!({})), Mistake::Unknown),
        (decoded("space", "", json!({})), Mistake::Unknown),
        (decoded("agenda", "", json!({ "days": 0 })), Mistake::Number { option: "days", least: 1, most: 14 }),
        (
            decoded("space", "remind", json!({ "space": "1abc", "before": -1 })),
            Mistake::Number { option: "before", least: 0, most: 1_440 },
        ),
        (decoded("unheard-of", "", json!({})), Mistake::Unknown),
    ];
    for (index, (got, mistake)) in cases.into_iter().enumerate() {
        assert_eq!(got, Err(mistake), "case {index}");
    }
}

#[test]
fn a_button_s_id_says_all_and_fits() {
    let space = "1zzzzzzzzzzzz".parse().expect("good test data");
    let deeds = [
        Deed::Speakers(space),
        Deed::Share(space),
        Deed::FollowHost("9999999999999999999".parse().expect("good test data")),
        Deed::UndoAdd(FollowId(i64::MAX)),
        Deed::UndoRemove(FollowId(1)),
        Deed::PostNow { follow: FollowId(i64::MAX), space },
        Deed::EraseServer(i64::MAX),
        Deed::KeepServer(1),
        Deed::Import(i64::MAX),
        Deed::DropImport(1),
        Deed::KeepKeyword(i64::MAX),
        Deed::DropKeyword(1),
        Deed::Why { space, page: u16::MAX },
        Deed::List { channel: None, page: 0 },
        Deed::List { channel: Some(ChannelId::new(u64::MAX >> 1)), page: u16::MAX },
    ];
    for deed in deeds {
        let press = Press { by: DiscordUserId::new(u64::MAX >> 1), deed };
        let id = press.to_string();
        assert!(id.len() <= 100, "{id}");
        assert_eq!(id.parse(), Ok(press));
    }
}

#[test]
fn an_id_that_is_no_button_of_ours_is_unknown() {
    let long = format!("1:1:share:{}", "x".repeat(100));
    for id in [
        "",
        "1",
        "1:",
        "1:1:",
        "1:0:share:abc",
        "1:x:share:abc",
        "2:1:share:abc",
        "1:1:share:",
        "1:1:share:a-b",
        "1:1:share:a:b",
        "1:1:undo-add:0",
        "1:1:undo-add:-1",
        "1:1:list:0:70000",
        "1:1:list:0",
        "nothing",
        &long,
    ] {
        assert_eq!(id.parse::<Press>(), Err(UnknownPress), "{id}");
    }
}

#[test]
fn the_definitions_are_the_contract() {
    let definitions =
        serde_json::to_value(definitions(&Texts::load().expect("good test data"))).expect("good test data");
    let mut lines = Vec::new();
    for command in definitions.as_array().expect("good test data") {
        let permissions = &command["default_member_permissions"];
        lines
            .push(format!("/{} permissions={permissions} contexts={}", command["name"], command["contexts"]));
        assert!(characters(command) <= 8_000, "{}", characters(command));
        describe(&command["options"], 1, &mut lines);
    }
    insta::assert_snapshot!(lines.join("\n"));
}

/// The characters of a command that Discord counts: names, descriptions and values with their parts', of each the
/// longest localization. Source: Discord's documentation, "Application Command Limits".
fn characters(part: &Value) -> usize {
    let length = |text: &Value| text.as_str().map_or(0, |text| text.chars().count());
    let longest = |name: &str| {
        let others = part[format!("{name}_localizations")].as_object().into_iter().flatten();
        others.map(|(_, text)| length(text)).chain([length(&part[name])]).max().unwrap_or(0)
    };
    let parts =
        ["options", "choices"].into_iter().flat_map(|list| part[list].as_array().into_iter().flatten());
    longest("name") + longest("description") + length(&part["value"]) + parts.map(characters).sum::<usize>()
}

fn describe(options: &Value, depth: usize, lines: &mut Vec<String>) {
    for option in options.as_array().into_iter().flatten() {
        let length = option["description"].as_str().expect("good test data").chars().count();
        assert!((1..=100).contains(&length), "{option}");
        let mut line = format!("{}{} type={}", "  ".repeat(depth), option["name"], option["type"]);
        for flag in ["required", "autocomplete"] {
            if option[flag] == true {
                line.extend([" ", flag]);
            }
        }
        for list in ["channel_types", "choices"] {
            if option[list].as_array().is_some_and(|list| !list.is_empty()) {
                line.extend([" ", list, "=", &option[list].to_string()]);
            }
        }
        lines.push(line);
        describe(&option["options"], depth + 1, lines);
    }
}

#[test]
fn definitions_are_within_discord_s_limits_in_each_language() {
    let texts = Texts::load().expect("good files");
    let definitions = serde_json::to_value(definitions(&texts)).expect("JSON");
    for command in definitions.as_array().expect("a list") {
        let mut weight = 0;
        weigh(command, &mut weight);
        assert!(weight <= 8_000, "{}: {weight}", command["name"]);
    }
}

/// Counts as Discord does, of each text the longest localisation, and holds each text to its own limit.
/// Source: Discord's documentation, "Application Command Structure".
fn weigh(definition: &Value, weight: &mut usize) {
    let length = |text: &Value| text.as_str().map_or(0, |text| text.encode_utf16().count());
    // A choice has no description, and its name may be as long as one.
    let is_choice = definition.get("value").is_some();
    for (field, most) in [("name", if is_choice { 100 } else { 32 }), ("description", 100)] {
        let others = definition[format!("{field}_localizations")].as_object();
        let lengths = others.into_iter().flatten().map(|(_, text)| length(text));
        let longest = lengths.chain([length(&definition[field])]).max().unwrap_or(0);
        assert!(longest <= most, "{field} of {}: {longest}", definition["name"]);
        *weight += longest;
    }
    *weight += length(&definition["value"]);
    let has_japanese = definition["description_localizations"]["ja"].is_string();
    let needs_none = is_choice || definition["name"] == "Show Space";
    assert!(has_japanese || needs_none, "{definition}");
    for nested in ["options", "choices"] {
        for inner in definition[nested].as_array().into_iter().flatten() {
            weigh(inner, weight);
        }
    }
}
