//! What the bot says: that each sentence is there, in use, and reads well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::SignedDuration;
use spacebell::domain::input::{BadHost, BadHosts, BadSpace};
use spacebell::domain::keyword::BadPhrase;
use spacebell::texts::{Arg, Explain, Locale, Texts, grouped, key};

fn texts() -> Texts {
    Texts::load().expect("good files")
}

/// The program's own source, all of it.
fn source(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all += &source(&path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all += &std::fs::read_to_string(&path).expect("a source file");
        }
    }
    all
}

/// The names in each `key("…")` of the program.
fn used() -> BTreeSet<String> {
    let source = source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let code =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    // Not `contains_key(` and the like: nothing of a name stands before it.
    let is_call = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || "_.".contains(c));
    let calls = code.match_indices("key(").filter(|(at, _)| is_call(*at));
    calls
        .map(|(at, call)| code[at + call.len()..].trim_start())
        .filter_map(|rest| rest.strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// The names of the sentences and their attributes in a file.
fn written(file: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut message = "";
    for line in file.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        if let Some(attribute) = name.trim().strip_prefix('.').filter(|_| line.starts_with(' ')) {
            names.insert(format!("{message}.{}", attribute.trim()));
        } else if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            message = name.trim();
            if !value.trim().is_empty() {
                names.insert(message.to_owned());
            }
        }
    }
    names
}

#[test]
fn each_sentence_that_the_program_uses_is_written_in_english() {
    let texts = texts();
    let missing: Vec<String> = used().into_iter().filter(|name| !texts.has(Locale::ENGLISH, name)).collect();
    assert!(missing.is_empty(), "add these to locales/en.ftl: {missing:?}");
}

/// Discord shows such a time as "6 minutes ago" or "in 6 minutes".
#[test]
fn no_word_stands_before_a_relative_time_that_doesn_t_go_with_it() {
    let english = include_str!("../locales/en.ftl");
    for line in english.lines() {
        for time in ["{ $when }", "{ $relative }", "{ $extra }"] {
            for word in ["since", "for", "from", "until", "at", "on", "by"] {
                // These are followed by a date.
                let dated = ["now-scheduled-for", "post-live-since"].iter().any(|key| line.starts_with(key));
                let reads = dated || !line.contains(&format!(" {word} {time}"));
                assert!(reads, "{line}");
            }
        }
    }
}

#[test]
fn each_sentence_that_is_written_is_used() {
    // For the commands to come.
    const WAITING: [&str; 1] = ["general-untitled"];
    let english = include_str!("../locales/en.ftl");
    let used = used();
    let idle: Vec<String> = written(english)
        .into_iter()
        .filter(|name| !used.contains(name) && !WAITING.contains(&name.as_str()))
        .collect();
    assert!(idle.is_empty(), "remove these from locales/en.ftl: {idle:?}");
}

/// The text of each sentence of a file, its lines together.
fn sentences(file: &str) -> BTreeMap<String, String> {
    let mut sentences: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once('=').filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic())) {
            Some((key, text)) => {
                key.trim().clone_into(&mut name);
                sentences.insert(name.clone(), text.to_owned());
            }
            None => sentences.entry(name.clone()).or_default().push_str(line),
        }
    }
    sentences.remove("");
    sentences
}

/// The values that a sentence takes.
fn values(sentence: &str) -> BTreeSet<&str> {
    let names = sentence.split('$').skip(1);
    names
        .map(|rest| rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or(""))
        .collect()
}

#[test]
fn each_language_has_each_sentence_with_the_same_values() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let english = sentences(include_str!("../locales/en.ftl"));
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of languages") {
        let path = entry.expect("an entry").path();
        let other = sentences(&std::fs::read_to_string(&path).expect("a language"));
        let names = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&other), names(&english), "{}", path.display());
        for (name, text) in &other {
            assert_eq!(values(text), values(&english[name]), "{name} in {}", path.display());
        }
        files += 1;
    }
    assert_eq!(files, Locale::all().count(), "each file has its line in src/texts.rs");
}

#[test]
fn no_sentence_is_left_in_english() {
    // These are names, figures or signs alone.
    const SAME: [&str; 4] = ["help-title", "card-count", "list-pings", "input-hosts-one"];
    let english = sentences(include_str!("../locales/en.ftl"));
    let japanese = sentences(include_str!("../locales/ja.ftl"));
    for (name, text) in &japanese {
        let same = text.trim() == english[name].trim();
        assert!(!same || SAME.contains(&name.as_str()), "{name} is the same in both");
    }
}

#[test]
fn each_mistake_says_what_happened_and_what_to_do() {
    let texts = texts();
    let one = BadHosts::One { typed: "**b@d**".to_owned(), reason: BadHost::NotAName };
    let mistakes: Vec<&dyn Explain> = vec![
        &BadPhrase::Empty,
        &BadPhrase::NoLetters,
        &BadPhrase::TooShort,
        &BadPhrase::TooLong,
        &BadPhrase::NotWords,
        &BadPhrase::TooManyWords,
        &BadSpace::Empty,
        &BadSpace::TooLong,
        &BadSpace::OtherSite,
        &BadSpace::NotASpace,
        &BadSpace::NotAnId,
        &BadHost::Empty,
        &BadHost::TooLong,
        &BadHost::OtherSite,
        &BadHost::NotAProfile,
        &BadHost::NotAName,
        &BadHosts::Empty,
        &BadHosts::TooLong,
        &BadHosts::TooMany,
        &one,
    ];
    for mistake in mistakes {
        for locale in Locale::all() {
            let said = mistake.explain(&texts, locale);
            assert!(
                (said.contains(' ') || locale != Locale::ENGLISH) && said.matches(['.', '。']).count() >= 2,
                "{said}"
            );
            assert!(!said.contains(['{', '\u{2068}']), "{said}");
        }
    }
    assert_eq!(
        texts.explain(Locale::ENGLISH, &one),
        "“\\*\\*b@d\\*\\*” doesn’t work. That isn’t the name of an X account. Type 1 to 15 letters, digits or \
         underscores, such as @name."
    );
    assert!(texts.explain(Locale::ENGLISH, &BadPhrase::TooLong).contains("50 characters"));
}

#[test]
fn lengths_of_time_are_said_shortly() {
    let texts = texts();
    let table = [
        (-5, "0 s"),
        (0, "0 s"),
        (30, "30 s"),
        (59, "59 s"),
        (60, "1 min"),
        (45 * 60 + 59, "45 min"),
        (3_600, "1 h"),
        (72 * 60, "1 h 12 min"),
        (86_400, "1 d"),
        (86_400 + 59 * 60, "1 d"),
        (13 * 86_400 + 5 * 3_600, "13 d 5 h"),
    ];
    for (seconds, said) in table {
        assert_eq!(texts.duration(Locale::ENGLISH, SignedDuration::from_secs(seconds)), said);
    }
}

#[test]
fn numbers_are_grouped_by_thousands() {
    let table = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000")];
    for (number, said) in table {
        assert_eq!(grouped(number), said);
    }
    let said = texts().get(Locale::ENGLISH, key("keyword-too-long"), &[("chars", Arg::from(12_345))]);
    assert!(said.contains("12,345 characters"), "{said}");
}

#[test]
fn languages_are_found_by_discords_codes() {
    for code in ["en-US", "en-GB", "en", "xx", ""] {
        assert_eq!(Locale::from_code(code), Locale::ENGLISH, "{code:?}");
    }
    assert_eq!(Locale::known("xx"), None);
    for locale in Locale::all() {
        assert_eq!(Locale::known(locale.code()), Some(locale));
        assert!(locale.discord_codes().iter().all(|code| Locale::from_code(code) == locale));
    }
}

#[test]
fn a_sentence_that_nobody_wrote_is_shown_as_its_name() {
    assert_eq!(texts().get(Locale::ENGLISH, key("no-such-sentence"), &[]), "no-such-sentence");
    assert!(!texts().has(Locale::ENGLISH, "no-such-sentence"));
}
