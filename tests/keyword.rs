//! What counts as a keyword, and which titles it finds.

use std::collections::BTreeSet;

use proptest::prelude::*;
use spacebell::domain::keyword::{BadPhrase, KeywordSet, Phrase, Title};

fn folded(keyword: &str) -> String {
    Phrase::parse(keyword).expect("a good keyword").folded().to_owned()
}

fn finds(keyword: &str, title: &str) -> bool {
    KeywordSet::new([folded(keyword)]).is_match(title)
}

#[test]
fn a_keyword_is_found_whatever_the_case_the_width_and_the_form_of_its_letters() {
    let table = [
        ("rust", "All about RUST tonight"),
        ("Rust", "ＲＵＳＴ を語る"),
        ("ＲＵＳＴ", "rust for beginners"),
        ("first office", "The \u{FB01}rst o\u{FB03}ce hours"),
        ("straße", "STRASSE und Gasse"),
        ("strasse", "Straße"),
        ("STRAẞE", "strasse"),
        ("σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ΟΔΟΣ", "οδος"),
        ("istanbul", "İSTANBUL buluşması"),
        ("İstanbul", "istanbul"),
        ("ısparta", "ISPARTA"),
        ("ISPARTA", "ısparta gülü"),
        ("café", "Cafe\u{301} society"),
        ("カタカナ", "ｶﾀｶﾅ講座"),
        ("ガンダム", "ｶﾞﾝﾀﾞﾑを語る"),
        ("비트코인", "비트코인 이야기"),
        ("rust", "Ru\u{AD}st"),
        ("rust", "R\u{200B}ust"),
        ("rust", "Rust™ and friends"),
        ("کتاب\u{200C}ها", "کتابها"),
    ];
    for (keyword, title) in table {
        assert!(finds(keyword, title), "{keyword:?} must be found in {title:?}");
    }
}

#[test]
fn a_keyword_is_found_on_whole_words_only() {
    let table = [
        ("rust", "trust me"),
        ("rust", "rusty nails"),
        ("rust", "rust2024"),
        ("art", "start"),
        ("cafe", "café"),
        ("cafe", "cafe\u{301}"),
        ("ΟΔΟΣ", "μέθοδος"),
        ("мир", "мирный"),
        ("비트", "비트코인"),
        ("rust go", "rust and go"),
        ("go rust", "rust go"),
    ];
    for (keyword, title) in table {
        assert!(!finds(keyword, title), "{keyword:?} must not be found in {title:?}");
    }
}

#[test]
fn a_keyword_is_found_inside_runs_of_scripts_without_spaces() {
    let table = [
        ("日本", "日本語を話そう", true),
        ("rust", "Rust入門", true),
        ("rust", "今夜rustを語る", true),
        ("ラーメン", "深夜のラーメン部", true),
        ("東京", "今日は東京タワーから", true),
        ("ไทย", "ภาษาไทยวันนี้", true),
        ("ລາວ", "ພາສາລາວມື້ນີ້", true),
        ("ខ្មែរ", "ភាសាខ្មែរថ្ងៃនេះ", true),
        ("မြန်မာ", "မြန်မာစကား", true),
        // A mark belongs to the letter before it, whatever the script.
        ("กา", "กา\u{E49}น", false),
        ("trust", "Rust入門", false),
    ];
    for (keyword, title, expected) in table {
        assert_eq!(finds(keyword, title), expected, "{keyword:?} in {title:?}");
    }
}

#[test]
fn any_run_of_spaces_and_punctuation_is_one_gap() {
    let table = [
        ("node.js", "Node JS for all"),
        ("node js", "Node.js for all"),
        ("rust lang", "Rust -- Lang!"),
        ("rust lang", "rust\u{3000}lang"),
        ("rust lang", "rust、lang"),
        ("rust lang", "rust | lang"),
        ("don't panic", "DON’T   PANIC"),
        (".net", "NET and more"),
        ("gpt-4", "GPT 4 tricks"),
        ("rust", "(rust)"),
        ("rust", "rust's future"),
        ("rust", "Rust/WASM"),
        ("snake case", "snake_case"),
        ("rust wasm", "rust\nwasm"),
    ];
    for (keyword, title) in table {
        assert!(finds(keyword, title), "{keyword:?} must be found in {title:?}");
    }
}

#[test]
fn a_symbol_typed_must_be_there_and_one_not_typed_is_no_obstacle() {
    let table = [
        ("rust", "#Rust", true),
        ("btc", "$BTC to the moon", true),
        ("rust", "rust🦀", true),
        ("rust wasm", "Rust & WASM", true),
        ("objective c", "Objective-C++", true),
        ("c++", "Modern C++ talk", true),
        ("c++", "C++20", true),
        ("c++", "C talk", false),
        ("c++", "abc++", false),
        ("c#", "C#: the talk", true),
        ("c#", "C talk", false),
        ("$sol", "Buy $SOL", true),
        ("$sol", "sol y playa", false),
        ("$sol", "buy $solana", false),
        ("#rust", "＃ＲＵＳＴ", true),
        ("#rust", "rust", false),
        ("r&d", "R&D hour", true),
        ("r&d", "r d", false),
        ("100%", "100% rust", true),
        ("rust 🦀", "Rust 🦀 night", true),
        ("rust 🦀", "Rust night", false),
        ("👩‍💻 talk", "👩‍💻 Talk", true),
    ];
    for (keyword, title, expected) in table {
        assert_eq!(finds(keyword, title), expected, "{keyword:?} in {title:?}");
    }
}

#[test]
fn each_bad_keyword_is_refused_with_its_reason() {
    let long = "a".repeat(51);
    let huge = "a ".repeat(5_000);
    let table = [
        ("", BadPhrase::Empty),
        (" \t\n\u{3000} ", BadPhrase::Empty),
        ("\u{200B}\u{200B}\u{202E}", BadPhrase::Empty),
        ("\u{200D}\u{200D}", BadPhrase::Empty),
        ("???", BadPhrase::NoLetters),
        ("🚀🚀", BadPhrase::NoLetters),
        ("#", BadPhrase::NoLetters),
        ("a", BadPhrase::TooShort),
        ("猫", BadPhrase::TooShort),
        ("ß", BadPhrase::TooShort),
        ("a!!!", BadPhrase::TooShort),
        (long.as_str(), BadPhrase::TooLong),
        (huge.as_str(), BadPhrase::TooLong),
        ("https://x.com/i/spaces/1a", BadPhrase::NotWords),
        ("@Everyone now", BadPhrase::NotWords),
        ("<@1234>", BadPhrase::NotWords),
        ("one two three four five six", BadPhrase::TooManyWords),
    ];
    for (text, reason) in table {
        assert_eq!(Phrase::parse(text), Err(reason), "{text:?}");
    }
    assert_eq!(Phrase::parse(&"ﷺ".repeat(50)), Err(BadPhrase::TooLong));
}

#[test]
fn good_keywords_at_the_limits_are_taken() {
    for text in ["ab", "猫猫", "c+", "one two three four five", "one - two - three - four - five"] {
        assert!(Phrase::parse(text).is_ok(), "{text:?}");
    }
    assert!(Phrase::parse(&"a".repeat(50)).is_ok());
    assert!(Phrase::parse(&"ΐ".repeat(50)).is_ok(), "three characters each when folded");
}

#[test]
fn a_keyword_is_shown_as_it_was_typed_without_what_cannot_be_seen() {
    let phrase = Phrase::parse("  Rust\u{202E} \t & \u{200B}WASM ").expect("a good keyword");
    assert_eq!(phrase.as_typed(), "Rust & WASM");
    assert_eq!(phrase.folded(), "rust & wasm");
    assert_eq!(Phrase::parse("👩‍💻 Talk").expect("a good keyword").as_typed(), "👩‍💻 Talk");
}

#[test]
fn ways_to_write_one_keyword_are_one_keyword() {
    for (one, other) in
        [("Rust Lang", "rust-lang"), ("ＲＵＳＴ", "rust"), ("straße", "STRASSE"), ("İzmir", "izmir")]
    {
        assert_eq!(folded(one), folded(other), "{one:?} and {other:?}");
    }
    assert_ne!(folded("c++"), folded("c#"));
}

#[test]
fn a_letter_folds_alike_in_whatever_company() {
    // Whatever is beside é takes the long way through all forms. Of Han and Hangul some stand for all.
    let all = ('!'..='\u{33FF}').chain('\u{1F300}'..='\u{1FAFF}');
    let some = ('\u{3400}'..='\u{D7FF}').step_by(31);
    for c in all.chain(some).filter(|c| !c.is_whitespace() && !c.is_control()) {
        let alone = Phrase::parse(&format!("ab{c}cd"));
        let beside = Phrase::parse(&format!("ab{c}cd é"));
        if let (Ok(alone), Ok(beside)) = (alone, beside) {
            assert_eq!(format!("{} é", alone.folded()), beside.folded(), "{c:?}");
        }
    }
}

#[test]
fn each_keyword_that_a_title_holds_is_told_once() {
    let set = KeywordSet::new(["rust", "rust lang", "lang", "go", "c++"].map(folded));
    assert_eq!(set.matches("Rust lang, rust-lang, RUST LANG & C++!"), ["c++", "lang", "rust", "rust lang"]);
    assert!(set.matches("nothing here").is_empty());
    assert!(set.matches("").is_empty());
    assert!(KeywordSet::new(Vec::<String>::new()).matches("rust").is_empty());
}

#[test]
fn a_word_may_begin_with_what_folds_to_a_mark() {
    let phrase = Phrase::parse("\u{eb3}\u{3b9}").unwrap();
    assert!(phrase.folded().starts_with('\u{ecd}'));
    assert!(KeywordSet::new([phrase.folded()]).is_match("— \u{eb3}\u{3b9} !"));
}

#[test]
fn keywords_can_be_added_and_removed() {
    let mut set = KeywordSet::new(["rust"]);
    assert!(set.insert("go"));
    assert!(!set.insert("go"), "it is there already");
    assert_eq!(set.matches("Rust and Go"), ["go", "rust"]);
    assert!(set.remove("rust"));
    assert!(!set.remove("rust"), "it is gone already");
    assert_eq!(set.matches("Rust and Go"), ["go"]);
    assert!(set.insert("rust"));
    assert_eq!(set.matches("Rust and Go"), ["go", "rust"]);
    assert!(set.remove("go"));
    assert_eq!((set.matches("Rust and Go"), set.len(), set.is_empty()), (vec!["rust"], 1, false));
}

#[test]
fn many_changes_leave_the_set_as_if_it_had_been_built_at_once() {
    let mut set = KeywordSet::default();
    for number in 0..1_000 {
        assert!(set.insert(&format!("word{number}")));
        if number % 3 == 0 {
            assert!(set.remove(&format!("word{number}")));
        }
    }
    assert_eq!(set.len(), 666);
    for number in 0..1_000 {
        assert_eq!(set.is_match(&format!("a WORD{number} here")), number % 3 != 0, "word{number}");
    }
}

#[test]
fn an_endless_title_is_looked_at_only_to_its_bound() {
    let set = KeywordSet::new(["aa", "aa aa", "late"]);
    assert_eq!(set.matches(&format!("{} late", "aa ".repeat(100_000))), ["aa", "aa aa"]);
}

/// Pieces of titles: letters of a script with spaces and of one without, a mark, symbols, gaps.
const PIECES: [&str; 9] = ["a", "b", "あ", "い", "\u{E49}", "+", "🦀", " ", "-"];

/// What the pieces are, said once more and plainly.
fn is_word(c: char) -> bool {
    "abあい\u{E49}".contains(c)
}

/// Whether a word may begin or end before `text[at]`.
fn is_boundary(text: &[char], at: usize) -> bool {
    let (Some(next), Some(last)) = (text.get(at), text[..at].last()) else { return true };
    let Some(previous) = text[..at].iter().rfind(|c| **c != '\u{E49}') else {
        return *next != '\u{E49}' || !is_word(*last);
    };
    let within = |c: &char| "ab".contains(*c);
    !is_word(*last) || (*next != '\u{E49}' && !(within(previous) && within(next)))
}

/// Whether a title of pieces holds a folded keyword, found by looking at each place.
fn holds(title: &str, folded: &str) -> bool {
    let is_gap = |c: char| c == ' ' || c == '-' || (!folded.contains(['+', '🦀']) && !is_word(c));
    let parts: Vec<&str> = title.split(is_gap).filter(|part| !part.is_empty()).collect();
    let title: Vec<char> = parts.join(" ").chars().collect();
    let wanted: Vec<char> = folded.chars().collect();
    title.windows(wanted.len()).enumerate().any(|(at, window)| {
        window == wanted && is_boundary(&title, at) && is_boundary(&title, at + wanted.len())
    })
}

fn pieces(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 1..most).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_came_and_went_the_set_finds_what_looking_at_each_place_does(
        changes in prop::collection::vec((pieces(7), any::<bool>()), 1..60),
        titles in prop::collection::vec(pieces(25), 1..6),
    ) {
        let mut set = KeywordSet::default();
        let mut present = BTreeSet::new();
        for (keyword, stays) in &changes {
            let Ok(phrase) = Phrase::parse(keyword) else { continue };
            prop_assert_eq!(set.insert(phrase.folded()), present.insert(phrase.folded().to_owned()));
            if !stays {
                prop_assert!(set.remove(phrase.folded()) && present.remove(phrase.folded()));
            }
            let title = &titles[present.len() % titles.len()];
            let expected: Vec<&str> =
                present.iter().map(String::as_str).filter(|folded| holds(title, folded)).collect();
            prop_assert_eq!(set.is_match(title), !expected.is_empty());
            prop_assert_eq!(Title::new(title).holds(&phrase), holds(title, phrase.folded()));
            prop_assert_eq!(set.matches(title), expected, "in {:?}", title);
        }
        prop_assert_eq!(set.len(), present.len());
    }

    #[test]
    fn a_keyword_finds_itself_shouted_and_whispered(text in "[\\p{L}\\p{N} #$+.'-]{2,30}") {
        if let Ok(phrase) = Phrase::parse(&text) {
            let set = KeywordSet::new([phrase.folded()]);
            for title in [text.clone(), text.to_uppercase(), text.to_lowercase(), format!("— {text} !")] {
                prop_assert!(set.is_match(&title), "{:?} in {:?}", phrase.folded(), title);
            }
        }
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
        if let Ok(phrase) = Phrase::parse(&text) {
            let again = Phrase::parse(phrase.folded());
            if let Ok(again) = again {
                prop_assert_eq!(again.folded(), phrase.folded());
            }
        }
    }

    #[test]
    fn any_text_is_parsed_and_matched_without_a_panic(text in "(?s).{0,200}", keyword in "(?s).{0,20}") {
        let _ = Phrase::parse(&text);
        if let Ok(phrase) = Phrase::parse(&keyword) {
            let _ = KeywordSet::new([phrase.folded()]).matches(&text);
        }
    }

    #[test]
    fn the_set_agrees_with_comparing_word_by_word(
        keywords in prop::collection::vec("[ab]{1,2}( [ab]{1,2}){0,2}", 1..8),
        title in "[ab]{1,2}([ ,-]{1,2}[ab]{1,2}){0,8}",
    ) {
        let keywords: BTreeSet<String> =
            keywords.iter().filter_map(|k| Phrase::parse(k).ok()).map(|p| p.folded().to_owned()).collect();
        let words: Vec<&str> = title.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
        let holds = |keyword: &&String| {
            let wanted: Vec<&str> = keyword.split(' ').collect();
            words.windows(wanted.len()).any(|window| window == wanted)
        };
        let expected: Vec<&str> = keywords.iter().filter(holds).map(String::as_str).collect();
        let set = KeywordSet::new(&keywords);
        prop_assert_eq!(set.matches(&title), expected);
    }
}
