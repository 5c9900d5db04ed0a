//! Files of follows: what is written is read as it was, and what isn't one is refused by its place.

use proptest::prelude::*;
use spacebell::domain::filter::{BadTerms, Filter, Language, Terms, Tickets};
use spacebell::domain::follow::{Follow, PauseReason, When};
use spacebell::domain::ids::{ChannelId, RoleId};
use spacebell::domain::input::BadHost;
use spacebell::domain::keyword::BadPhrase;
use spacebell::domain::roster::{BYTES_MAX, BadEntry, BadRoster, ENTRIES_MAX, Entry, Wanted, decode, encode};

use crate::support::{follow, guild, host, keyword};

fn file(follows: &str) -> Vec<u8> {
    format!(r#"{{"version":1,"server":"1","follows":[{follows}]}}"#).into_bytes()
}

#[test]
fn what_isnt_a_file_of_follows_is_refused_by_its_place() {
    let many = vec![r#"{"channel":"1","host":"a"}"#; ENTRIES_MAX + 1].join(",");
    let deep = "[".repeat(10_000);
    for (bytes, bad) in [
        (Vec::new(), BadRoster::NotJson { line: 1 }),
        (b"{\n\"version\": 1,\n oops".to_vec(), BadRoster::NotJson { line: 3 }),
        (b"\xff\xfe".to_vec(), BadRoster::NotJson { line: 1 }),
        (deep.into_bytes(), BadRoster::NotJson { line: 1 }),
        (b"[]".to_vec(), BadRoster::NoFollows),
        (br#"{"version":1}"#.to_vec(), BadRoster::NoFollows),
        (br#"{"follows":[]}"#.to_vec(), BadRoster::NoFollows),
        (br#"{"version":1,"follows":[],"more":1}"#.to_vec(), BadRoster::NoFollows),
        (br#"{"version":2,"follows":[]}"#.to_vec(), BadRoster::Version),
        (br#"{"version":"1","follows":[]}"#.to_vec(), BadRoster::Version),
        (vec![b' '; BYTES_MAX + 1], BadRoster::TooLarge),
        (file(&many), BadRoster::TooMany),
    ] {
        assert_eq!(decode(&bytes), Err(bad), "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
    }
    assert_eq!(decode(&[b"\xef\xbb\xbf".to_vec(), file("")].concat()), Ok(Vec::new()), "a mark before it");
}

#[test]
fn what_cant_be_a_follow_is_refused_by_its_number_and_what_is_wrong() {
    let long = "x".repeat(101);
    let with = |field: &str| format!(r#"{{"channel":"1","host":"a",{field}}}"#);
    for (entry, why) in [
        ("5".to_owned(), BadEntry::NotAnObject),
        (r#"{"host":"a"}"#.to_owned(), BadEntry::Missing("channel")),
        (r#"{"channel":"1"}"#.to_owned(), BadEntry::Missing("host")),
        (r#"{"channel":1,"host":"a"}"#.to_owned(), BadEntry::Value("channel")),
        (r#"{"channel":"0","host":"a"}"#.to_owned(), BadEntry::Value("channel")),
        (r#"{"channel":"18446744073709551615","host":"a"}"#.to_owned(), BadEntry::Value("channel")),
        (r#"{"channel":"1","host":"a b"}"#.to_owned(), BadEntry::Host(BadHost::NotAName)),
        (r#"{"channel":"1","host":"a","keyword":"bb"}"#.to_owned(), BadEntry::Value("keyword")),
        (r#"{"channel":"1","keyword":"!!"}"#.to_owned(), BadEntry::Keyword(BadPhrase::NoLetters)),
        (with(r#""when":"never""#), BadEntry::Value("when")),
        (with(r#""role":"x""#), BadEntry::Value("role")),
        (with(r#""min_listeners":0"#), BadEntry::Value("min_listeners")),
        (with(r#""min_listeners":1.5"#), BadEntry::Value("min_listeners")),
        (with(r#""min_listeners":1000001"#), BadEntry::Value("min_listeners")),
        (with(r#""language":"english""#), BadEntry::Value("language")),
        (with(r#""tickets":"Free""#), BadEntry::Value("tickets")),
        (with(r#""title_has":"rust""#), BadEntry::Value("title_has")),
        (with(r#""title_has":[1]"#), BadEntry::Value("title_has")),
        (with(r#""title_has":[]"#), BadEntry::Terms("title_has", BadTerms::Empty)),
        (with(&format!(r#""title_lacks":["{long}"]"#)), BadEntry::Terms("title_lacks", BadTerms::TooLong)),
        (with(r#""paused":1"#), BadEntry::Value("paused")),
        (with(r#""when":"scheduled","min_listeners":5"#), BadEntry::NobodyBefore),
        (with(r#""colour":"red""#), BadEntry::Unknown("colour".to_owned())),
        (r#"{"channel":"9","host":"NASA"}"#.to_owned(), BadEntry::Repeats(1)),
    ] {
        let bytes = file(&format!(r#"{{"channel":"9","host":"@nasa"}},{entry}"#));
        assert_eq!(decode(&bytes), Err(BadRoster::Entry { number: 2, why }), "{entry}");
    }
}

#[test]
fn a_follow_is_written_with_all_that_a_person_chose_and_in_an_order_that_stays() {
    let filter = Filter {
        min_listeners: Some(50),
        language: Language::parse("ja"),
        tickets: Tickets::Free,
        title_has: Terms::parse("rust, go lang").expect("terms"),
        title_lacks: Terms::parse("ads").expect("terms"),
    };
    let rich = Follow { filter, when: When::Live, role: Some(RoleId::new(50)), ..follow(3, 20, host(1)) };
    let paused = Follow { paused: Some(PauseReason::Person), ..follow(1, 20, keyword("Rust & Bells")) };
    let locked = Follow { paused: Some(PauseReason::Locked), ..follow(2, 10, host(2)) };
    let entries: Vec<Entry> = [&rich, &paused, &locked].map(Entry::of).into();
    let backwards: Vec<Entry> = entries.iter().rev().cloned().collect();
    let written = encode(guild(1), &entries);
    assert_eq!(written, encode(guild(1), &backwards));
    insta::assert_snapshot!(written);
    let mut read = decode(written.as_bytes()).expect("a file of follows");
    read.sort_by_key(|entry| entries.iter().position(|other| other == entry));
    assert_eq!(read, entries);
}

fn entry() -> impl Strategy<Value = Entry> {
    let wanted = prop_oneof![
        "[a-zA-Z0-9_]{1,15}".prop_map(|name| Wanted::Host(name.parse().expect("a name"))),
        "[a-z]{2,8}( [a-z]{2,8}){0,3}".prop_map(Wanted::Keyword),
    ];
    let terms = || proptest::option::of("[a-z]{2,9}(, [a-z]{2,9}){0,3}");
    let filter = (
        proptest::option::of(1_u32..=1_000_000),
        proptest::option::of("[a-z]{2}"),
        0..3_usize,
        terms(),
        terms(),
    );
    let rest = (1..1_u64 << 62, proptest::option::of(1..1_u64 << 62), any::<bool>(), 0..4_usize);
    (wanted, filter, rest).prop_map(|(wanted, filter, (channel, role, paused, when))| {
        let (min_listeners, language, tickets, has, lacks) = filter;
        let terms = |text: Option<String>| {
            text.map_or_else(Terms::default, |text| Terms::parse(&text).expect("terms"))
        };
        let when = if min_listeners.is_some() { When::Live } else { When::ALL[when] };
        let filter = Filter {
            min_listeners,
            language: language.and_then(|code| Language::parse(&code)),
            tickets: Tickets::EACH[tickets],
            title_has: terms(has),
            title_lacks: terms(lacks),
        };
        let (channel, role) = (ChannelId::new(channel), role.map(RoleId::new));
        Entry { channel, wanted, when, filter, role, paused }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(entries in proptest::collection::vec(entry(), 0..20)) {
        let mut once: Vec<Entry> = Vec::new();
        for entry in entries {
            if !once.iter().any(|other| other.key() == entry.key()) {
                once.push(entry);
            }
        }
        once.sort_by_key(Entry::key);
        prop_assert_eq!(decode(encode(guild(1), &once).as_bytes()), Ok(once));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn a_file_with_one_byte_wrong_is_read_or_refused(place in 0_usize..400, byte: u8, entries in proptest::collection::vec(entry(), 1..4)) {
        let mut written = encode(guild(1), &entries).into_bytes();
        let place = place % written.len();
        written[place] = byte;
        let _ = decode(&written);
    }
}
