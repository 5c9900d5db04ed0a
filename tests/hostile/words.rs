//! Other people's words, in posts, cards and choices, and the times and lengths that stand beside them.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use spacebell::card::{date, relative};
use spacebell::domain::text::{clean, length, marked_down, plain};
use spacebell::texts::Locale;
use unicode_segmentation::UnicodeSegmentation;

use crate::held::markdown::{Piece, calls, hold_direction, hold_line, pieces};
use crate::held::nasty::NASTY;
use crate::held::render::{Slot, hold, hold_everywhere, hold_keywords, texts};

/// Any text, made of what means something and of what doesn't.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(NASTY.to_vec()).prop_map(str::to_owned),
        3 => "[*_~|`<>@#&:/\\\\\\[\\]()!.+ -]{1,4}",
        2 => "(everyone|here|https://|discord\\.gg/|<@|<t:|```|\n|\r|> |- |[0-9]{1,3}[.)] )",
        2 => "[a-zA-Z0-9 ]{1,6}",
        1 => "[\u{5D0}-\u{5EA}\u{620}-\u{64A}]{1,4}",
        1 => "[\u{300}-\u{36F}]{1,30}",
        2 => "(?s).{1,4}",
        1 => "[\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2060}-\u{2069}\u{FE0F}\u{E0020}-\u{E007F}]{1,4}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn nasty_words_change_no_post_s_layout_wherever_they_stand() {
    for word in NASTY {
        for slot in Slot::ALL {
            hold_everywhere(slot, word);
        }
        // So long that they are cut.
        let long = vec![format!("{word} ").repeat(30); Slot::ALL.len()].join("\u{1E}");
        hold(format!("0{long}").as_bytes());
    }
    for name in ["everyone", "here", "__init__", "_", "___", "a_b_c", "Here_", "0", "1234567890"] {
        hold_everywhere(Slot::Username, name);
    }
}

#[test]
fn a_long_list_of_keywords_keeps_whole_words_and_ends_each_isolate() {
    for length in 1..NASTY.len() {
        hold_keywords(&NASTY[..length]);
    }
    for word in ["*_*_*_*_*", "שלום לכולם", "a\\b", "🇩🇪🇩🇪🇩🇪"] {
        for length in 1..60 {
            hold_keywords(&vec![word; length]);
        }
    }
}

#[test]
fn a_title_that_shows_nothing_is_an_untitled_space() {
    for word in [
        "\u{200B}",
        "\u{3164}\u{2800} \u{115F}",
        "\n\u{2028}\u{85}",
        "\u{200D}\u{FE0F}",
        "\u{202E}\u{2069}",
        "\u{301}",
    ] {
        assert_eq!(clean(word), None, "{word:?}");
        hold_everywhere(Slot::Title, word);
    }
}

#[test]
fn the_model_of_markdown_sees_each_thing_that_discord_does() {
    let acts = [
        "**b**",
        "__u__",
        "_i_",
        "~~s~~",
        "||s||",
        "`c`",
        "```\nb```",
        "[t](https://a.b)",
        "https://a.b",
        "<https://a.b>",
        "<@1>",
        "<@!1>",
        "<@&1>",
        "<#1>",
        "</a b:1>",
        "<:e:1>",
        "<a:e:1>",
        "<t:1>",
        "<t:-1:R>",
        "<id:guide>",
        ":fire:",
        "@everyone",
        "@here",
        "# h",
        "## h",
        "-# s",
        "> q",
        ">>> q",
        "- l",
        "* l",
        "1. l",
        "two\nlines",
        "<a@b.test>",
        "\\\\*b*",
    ];
    for text in acts {
        assert!(pieces(text).iter().any(|piece| matches!(piece, Piece::Mark(_))), "{text:?} does nothing");
    }
    for text in [
        "plain, words. 1.5 + 2 #tag",
        "\\*b\\*",
        "\\<@1\\>",
        "https\\:\\/\\/a.b",
        "1\\. l",
        "a: b",
        "a < b > c",
    ] {
        assert!(pieces(text).iter().all(|piece| matches!(piece, Piece::Letter(_))), "{text:?} acts");
    }
    assert_eq!(
        calls("\\<@1> <@&2\\> <#3> @Everyone discord.gg/x"),
        ["@everyone", "discord.gg/", "<@1>", "<#3>"]
    );
}

#[test]
fn a_time_or_a_length_at_the_end_of_time_is_still_told() {
    for time in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        for shown in [date(time), relative(time)] {
            assert_eq!(pieces(&shown), [Piece::Mark(shown.clone())], "Discord doesn't read it as a time");
        }
    }
    for locale in Locale::all() {
        for length in [SignedDuration::MIN, SignedDuration::ZERO, SignedDuration::MAX] {
            hold_line(&texts().duration(locale, length));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_change_no_post_s_layout_and_call_nobody(slot in prop::sample::select(Slot::ALL.to_vec()), word in hostile()) {
        hold_everywhere(slot, &word);
    }

    #[test]
    fn any_username_is_shown_and_linked_as_it_is(name in "[A-Za-z0-9_]{1,15}") {
        hold_everywhere(Slot::Username, &name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn marked_down_words_are_letters_alone_and_turn_nothing_around(word in hostile(), limit in 3_usize..300) {
        let shown = marked_down(&word, limit).unwrap_or_default();
        prop_assert!(length(&shown) <= limit);
        let marks: Vec<Piece> = pieces(&shown).into_iter().filter(|piece| matches!(piece, Piece::Mark(_))).collect();
        prop_assert!(marks.is_empty(), "{marks:?} in {shown:?}");
        prop_assert!(calls(&shown).is_empty(), "{shown:?}");
        hold_line(&shown);
    }

    #[test]
    fn plain_words_are_one_line_that_turns_nothing_around(word in hostile(), limit in 3_usize..300) {
        let shown = plain(&word, limit).unwrap_or_default();
        prop_assert!(length(&shown) <= limit);
        hold_line(&shown);
        // What is cut off begins with a whole grapheme.
        let cleaned = clean(&word).unwrap_or_default();
        let bare: String = shown.chars().filter(|c| !matches!(c, '\u{2068}' | '\u{2069}')).collect();
        if bare != cleaned {
            let kept = bare.strip_suffix('…').unwrap_or(&bare);
            let whole = cleaned.grapheme_indices(true).any(|(at, _)| cleaned[..at].trim_end() == kept);
            prop_assert!(whole, "{kept:?} of {cleaned:?}");
        }
    }

    #[test]
    fn words_between_the_bot_s_own_keep_to_their_place(before in "[a-z ]{0,8}", word in hostile(), after in "[a-z ]{0,8}") {
        // Right before a line's end, in bold, in a link and in quotes: as the sentences have them.
        let shown = marked_down(&word, 100).unwrap_or_default();
        for frame in [("", "\n"), ("**", "**"), ("[", "](<https://x.com/i/spaces/1a>)"), ("“", "”"), ("1. ", " · ")] {
            let text = format!("{}{before}{shown}{after}{}", frame.0, frame.1);
            let empty = format!("{}{before}{after}{}", frame.0, frame.1);
            let marks = |text: &str| -> Vec<Piece> {
                pieces(text).into_iter().filter(|piece| matches!(piece, Piece::Mark(_))).collect()
            };
            prop_assert_eq!(marks(&text), marks(&empty), "{:?}", text);
            hold_direction(&text);
        }
    }

    #[test]
    fn any_time_and_length_is_told_in_one_line(second in any::<i64>(), nanosecond in any::<i32>()) {
        if let Ok(time) = Timestamp::new(second, nanosecond % 1_000_000_000) {
            prop_assert_eq!(pieces(&date(time)), [Piece::Mark(date(time))]);
        }
        let length = SignedDuration::from_secs(second);
        for locale in Locale::all() {
            hold_line(&texts().duration(locale, length));
        }
    }
}
