//! Other people's words on Discord: harmless, readable and short enough.

use proptest::prelude::*;
use spacebell::domain::text::{clean, cut, length, marked_down, plain};

const LONG: usize = 4_096;

fn shown(text: &str) -> String {
    marked_down(text, LONG).expect("something to see")
}

#[test]
fn markdown_in_a_title_is_shown_and_not_obeyed() {
    let table = [
        ("plain words, nothing else.", "plain words, nothing else."),
        ("**bold** __under__ ~~gone~~", r"\*\*bold\*\* \_\_under\_\_ \~\~gone\~\~"),
        ("||spoiler|| `code` ```block```", r"\|\|spoiler\|\| \`code\` \`\`\`block\`\`\`"),
        ("[text](https://evil.tld)", r"\[text\](https\:\/\/evil.tld)"),
        ("# Heading", r"\# Heading"),
        ("-# small", r"\-# small"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("12. item", r"12\. item"),
        ("3) item", r"3\) item"),
        ("> quote", r"\> quote"),
        (">>> all of it", r"\>\>\> all of it"),
        ("C# and C++ #rust 3.5", "C# and C++ #rust 3.5"),
        (r"already \*escaped\*", r"already \\\*escaped\\\*"),
        (r"¯\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn mentions_timestamps_commands_and_emoji_are_dead() {
    let table = [
        ("@everyone come", "@\u{200B}everyone come"),
        ("@here and @EVERYONE", "@\u{200B}here and @\u{200B}EVERYONE"),
        ("<@123> <@!123> <@&123>", "\\<@\u{200B}123\\> \\<@\u{200B}!123\\> \\<@\u{200B}&123\\>"),
        ("<#123>", r"\<#123\>"),
        ("<t:1700000000:R>", r"\<t\:1700000000:R\>"),
        ("</cmd:1>", r"\</cmd:1\>"),
        ("<:kappa:1> <a:x:2>", r"\<\:kappa:1\> \<a\:x:2\>"),
        (":fire: at 12:30", r"\:fire: at 12:30"),
        ("with @jack", "with @jack"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn addresses_and_invites_are_dead() {
    let table = [
        ("see https://x.com/i/spaces/1", r"see https\:\/\/x.com\/i\/spaces\/1"),
        ("discord.gg/abc", r"discord.gg\/abc"),
        ("discord.com/invite/abc", r"discord.com\/invite\/abc"),
        ("steam://run", r"steam\:\/\/run"),
        ("<https://evil.tld>", r"\<https\:\/\/evil.tld\>"),
        ("AM/PM and and/or", "AM/PM and and/or"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn what_cannot_be_seen_is_dropped_and_white_space_is_one_space() {
    let table = [
        ("  a\n\n# b\t\u{2028}c  ", Some("a # b c")),
        ("a\u{0}\u{7}\u{1B}[31mb", Some("a[31mb")),
        ("a\u{200B}\u{200B}\u{FEFF}\u{AD}b", Some("ab")),
        ("\u{202E}evil\u{202C}", Some("evil")),
        ("a\u{2067}b\u{2066}c", Some("abc")),
        ("\u{3164}\u{2800}\u{115F}", None),
        ("\u{200D}\u{200D}\u{FE0F}", None),
        ("\u{301}\u{301}", None),
        ("", None),
        (" \u{3000}\n", None),
    ];
    for (text, expected) in table {
        assert_eq!(clean(text).as_deref(), expected, "{text:?}");
    }
}

#[test]
fn emoji_sequences_and_joined_letters_stay_whole() {
    for text in ["👩‍👩‍👧‍👦 night", "❤️‍🔥", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 vs 🇫🇷", "1️⃣ first", "👋🏽", "نامه‌ای", "ශ්‍රී", "葛󠄀"]
    {
        assert_eq!(clean(text).as_deref(), Some(text), "{text:?}");
    }
}

#[test]
fn a_tower_of_accents_is_cut_down() {
    let tower = format!("Z{}algo", "\u{301}".repeat(500));
    assert_eq!(clean(&tower), Some(format!("Z{}algo", "\u{301}".repeat(8))));
}

#[test]
fn words_from_right_to_left_are_isolated_and_others_are_not() {
    assert_eq!(shown("שלום"), "\u{2068}שלום\u{2069}");
    assert_eq!(shown("live: مرحبا"), "\u{2068}live: مرحبا\u{2069}");
    assert_eq!(plain("שלום", 80).as_deref(), Some("\u{2068}שלום\u{2069}"));
    assert_eq!(shown("日本語 Ελλάδα"), "日本語 Ελλάδα");
}

#[test]
fn a_cut_never_splits_an_escape_an_emoji_or_an_isolate() {
    let table = [
        ("*****", 5, "\\*\\*…"),
        ("*****", 4, "\\*…"),
        ("*****", 10, "\\*\\*\\*\\*\\*"),
        ("abc def", 5, "abc…"),
        ("abc def", 6, "abc d…"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12, "👩‍👩‍👧‍👦…"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 11, "…"),
        ("שלום לכם", 6, "\u{2068}שלו…\u{2069}"),
        ("שלום", 1, ""),
        ("abc", 3, "abc"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ];
    for (text, limit, expected) in table {
        assert_eq!(marked_down(text, limit).as_deref(), Some(expected), "{text:?} to {limit}");
    }
}

#[test]
fn plain_words_keep_their_letters() {
    assert_eq!(plain("*a* <@1>\n@everyone", 80).as_deref(), Some("*a* <@1> @everyone"));
    assert_eq!(plain("abcdef", 4).as_deref(), Some("abc…"));
    assert_eq!(cut("🇫🇷🇩🇪", 5), "🇫🇷…");
}

#[test]
fn lengths_are_counted_by_the_stricter_way() {
    assert_eq!(length("a🔴é"), 4);
}

/// What Discord's Markdown shows of a text whose every mark is escaped.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().filter(|c| !matches!(c, '\u{200B}' | '\u{2068}' | '\u{2069}'));
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    out
}

proptest! {
    #[test]
    fn what_is_shown_fits_and_is_the_beginning_of_what_was_written(
        text in "(?s)([*_~|`<>@#:/\\\\\\[\\]. a-z\n]|everyone|https://|.){0,60}",
        limit in 0usize..80,
    ) {
        let (cleaned, shown) = (clean(&text), marked_down(&text, limit));
        prop_assert_eq!(cleaned.is_some(), shown.is_some());
        if let (Some(cleaned), Some(shown)) = (cleaned, shown) {
            prop_assert!(length(&shown) <= limit, "{shown:?} is longer than {limit}");
            let seen = unescaped(&shown);
            let beginning = seen.strip_suffix('…').unwrap_or(&seen);
            prop_assert!(seen == cleaned || cleaned.starts_with(beginning), "{seen:?} of {cleaned:?}");
        }
    }

    #[test]
    fn nothing_that_formats_links_or_mentions_is_left_bare(
        text in "(?s)([*_~|`<>@#&!:/\\\\\\[\\]. a-z0-9\n]|everyone|here|https://){0,60}",
    ) {
        let shown = marked_down(&text, LONG).unwrap_or_default();
        let mut chars = shown.chars();
        while let Some(c) = chars.next() {
            if c == '\\' {
                chars.next();
            } else {
                prop_assert!(!"*_~|`<>[]\n".contains(c), "{c:?} is bare in {shown:?}");
            }
        }
        for alive in ["@everyone", "@here", "<@1", "<#", "<t:", "://"] {
            let bare = shown.match_indices(alive).any(|(at, _)| !shown[..at].ends_with('\\'));
            prop_assert!(!bare, "{alive:?} is alive in {shown:?}");
        }
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(text in "(?s).{0,60}") {
        if let Some(once) = clean(&text) {
            let twice = clean(&once);
            prop_assert_eq!(twice, Some(once));
        }
    }
}
