//! `/agenda`: what is coming, and a file that every calendar can read.

use std::io::BufReader;

use ical::IcalParser;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use spacebell::commands::agenda::{Entry, calendar};
use spacebell::domain::ids::ChannelId;
use spacebell::domain::text;
use spacebell_sim::x;

use crate::stage::{ELSEWHERE, HERE, NOON, Stage, channel, everything, show};

fn noon() -> Timestamp {
    NOON.parse().expect("good test data")
}

fn in_hours(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

/// Looks at each of these Spaces, as the lanes would.
async fn seen(stage: &Stage, spaces: &[x::SpaceId]) {
    for space in spaces {
        stage.app.quota.forget(serenity::model::id::UserId::new(crate::stage::MONA));
        stage.say("space", "show", json!({ "space": space.to_string() })).await;
    }
}

fn redacted(text: &str, spaces: &[x::SpaceId]) -> String {
    spaces
        .iter()
        .enumerate()
        .fold(text.to_owned(), |text, (nth, space)| text.replace(&space.to_string(), &format!("SPACE{nth}")))
}

/// The content lines of a file as RFC 5545 wants them: CRLF, at most 75 octets each, unfolded.
fn content_lines(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    assert!(text.ends_with("\r\n"));
    let lines: Vec<&str> = text.trim_end_matches("\r\n").split("\r\n").collect();
    for line in &lines {
        assert!(line.len() <= 75, "{} octets: {line:?}", line.len());
        assert!(!line.contains(['\r', '\n']), "a bare break: {line:?}");
        assert!(!line.chars().any(|c| c.is_control() && c != '\t'), "{line:?}");
    }
    let mut unfolded: Vec<String> = Vec::new();
    for line in lines {
        match line.strip_prefix([' ', '\t']) {
            Some(rest) => unfolded.last_mut().expect("a line before").push_str(rest),
            None => unfolded.push(line.to_owned()),
        }
    }
    unfolded
}

/// A text as RFC 5545 escapes it, read back.
fn unescaped(value: &str) -> String {
    let (mut out, mut escaped) = (String::new(), false);
    for c in value.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (false, ';' | ',') => panic!("not escaped: {value:?}"),
            (false, c) => out.push(c),
            (true, 'n' | 'N') => {
                out.push('\n');
                escaped = false;
            }
            (true, '\\' | ';' | ',') => {
                out.push(c);
                escaped = false;
            }
            (true, c) => panic!("\\{c} is no escape: {value:?}"),
        }
    }
    assert!(!escaped, "{value:?}");
    out
}

/// Holds a file against the standard, by eye and by a parser of another's, and answers the titles in it.
fn hold(bytes: &[u8], entries: &[Entry]) -> Vec<String> {
    let lines = content_lines(bytes);
    assert_eq!(lines.first().map(String::as_str), Some("BEGIN:VCALENDAR"));
    assert_eq!(lines.last().map(String::as_str), Some("END:VCALENDAR"));
    for once in ["VERSION:2.0", "BEGIN:VCALENDAR", "END:VCALENDAR"] {
        assert_eq!(lines.iter().filter(|line| *line == once).count(), 1, "{once}");
    }
    assert_eq!(lines.iter().filter(|line| line.starts_with("PRODID:")).count(), 1);
    let mut parser = IcalParser::new(BufReader::new(bytes));
    let parsed = parser.next().expect("a calendar").expect("a sound one");
    assert!(parser.next().is_none());
    assert_eq!(parsed.events.len(), entries.len());
    let mut titles = Vec::new();
    let mut written = lines.split(|line| line == "BEGIN:VEVENT").skip(1);
    for entry in entries {
        let event = written.next().expect("as many events as entries");
        let end = event.iter().position(|line| line == "END:VEVENT").expect("an end");
        let event: Vec<_> = event[..end].iter().filter_map(|line| line.split_once(':')).collect();
        let of = |name: &str| {
            let found: Vec<_> = event.iter().filter(|(property, _)| *property == name).collect();
            let [(_, value)] = found.as_slice() else { panic!("{name}: {found:?}") };
            (*value).to_owned()
        };
        let url = entry.space.url();
        assert_eq!(of("UID"), format!("{}@spacebell", entry.space));
        assert_eq!((of("URL"), unescaped(&of("LOCATION"))), (url.clone(), url.clone()));
        let moment = |name: &str| {
            let written = of(name);
            let plain = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &written).expect("a UTC time");
            plain.to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp()
        };
        assert_eq!(moment("DTSTART"), entry.start);
        assert_eq!(moment("DTEND"), entry.start + SignedDuration::from_hours(2));
        assert_eq!(moment("DTSTAMP"), noon());
        assert!(unescaped(&of("DESCRIPTION")).ends_with(&url));
        let known = ["UID", "URL", "LOCATION", "DTSTART", "DTEND", "DTSTAMP", "DESCRIPTION", "SUMMARY"];
        assert!(event.iter().all(|(property, _)| known.contains(property)), "{event:?}");
        titles.push(unescaped(&of("SUMMARY")));
    }
    titles
}

#[tokio::test]
async fn the_agenda_shows_what_this_server_s_follows_match_and_brings_a_file() {
    let mut stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let jane = stage.x.add_user("2", "jane", "**Jane** @everyone");
    let other = stage.x.add_user("3", "other", "Other");
    let mut spaces = Vec::new();
    for (host, title, hours) in [
        (&jane, "Moon landing; what, where\\when\n @here [x](https://evil.example)", 3),
        (&nasa, "Artemis", 30),
        (&nasa, "Not within a week", 24 * 8),
        (&other, "Nobody here follows this", 5),
    ] {
        spaces.push(stage.x.schedule(host, title, in_hours(hours)).expect("good test data"));
    }
    stage.x.start_now(&nasa, "Live is not to come").expect("good test data");
    let nothing = stage.say("agenda", "", json!({})).await;
    stage.say("follow", "host", json!({ "host": "nasa" })).await;
    let there = channel(ELSEWHERE, 0, everything());
    let keyword = json!({ "keyword": "moon landing", "channel": ELSEWHERE.to_string() });
    stage.says("follow", "keyword", keyword, there).await;
    seen(&stage, &spaces).await;
    let mut shown = show(&nothing);
    for locale in ["en-US", "ja"] {
        stage.locale = locale;
        for options in [json!({}), json!({ "days": 14 }), json!({ "days": 1 }), json!({ "days": 15 })] {
            let reply = stage.say("agenda", "", options).await;
            shown += &show(&reply);
        }
    }
    stage.locale = "en-US";
    let reply = stage.say("agenda", "", json!({})).await;
    let file = String::from_utf8(reply.files[0].bytes.clone()).expect("UTF-8").replace("\r\n ", "");
    shown += &file.replace('\r', "");
    insta::assert_snapshot!(redacted(&shown, &spaces));

    // A member sees what the channels that they see hear of.
    stage.permissions = everything();
    let here_alone = show(&stage.say("agenda", "", json!({})).await);
    assert!(here_alone.contains("Artemis") && !here_alone.contains("Moon"), "{here_alone}");
    stage.server.visible.lock().expect("good test data").insert(ChannelId::new(ELSEWHERE));
    let both = show(&stage.say("agenda", "", json!({})).await);
    assert!(both.contains("Artemis") && both.contains("Moon"), "{both}");
    stage.permissions = everything() | serenity::model::permissions::Permissions::MANAGE_GUILD;
    // What is paused or blocked is nobody's agenda.
    stage.say("follow", "block", json!({ "word": "moon" })).await;
    let all = json!({ "follow": "all" });
    assert!(!show(&stage.say("agenda", "", json!({})).await).contains("Moon"));
    stage.say("follow", "pause", all).await;
    assert!(stage.say("agenda", "", json!({})).await.files.is_empty());
    stage.guild = None;
    assert!(stage.say("agenda", "", json!({})).await.content.contains("server"));
}

#[tokio::test]
async fn a_long_agenda_is_cut_and_the_file_holds_it_whole() {
    let stage = Stage::set().await;
    let nasa = stage.x.add_user("11348282", "NASA", "NASA");
    let mut spaces = Vec::new();
    for nth in 0..40 {
        let title = format!("{nth} {}", "_*".repeat(90));
        spaces.push(stage.x.schedule(&nasa, &title, in_hours(nth + 1)).expect("good test data"));
    }
    for elsewhere in 0..8 {
        let id = ELSEWHERE + elsewhere;
        let options = json!({ "host": "nasa", "channel": id.to_string() });
        stage.says("follow", "host", options, channel(id, 0, everything())).await;
    }
    seen(&stage, &spaces).await;
    let reply = stage.say("agenda", "", json!({})).await;
    let shown = show(&reply);
    assert!(shown.contains("more, in the file") && shown.contains(" +5"), "{shown}");
    assert!(!shown.contains(&format!("<#{HERE}>")));
    let lines = content_lines(&reply.files[0].bytes);
    assert_eq!(lines.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 40);
    let again = stage.say("agenda", "", json!({})).await;
    assert_eq!(again.files, reply.files, "UIDs and all are the same again");
}

fn entry() -> impl Strategy<Value = Entry> {
    let wild = prop_oneof![
        any::<String>(),
        "[\\\\;,:\"\n\r\t ]{0,40}",
        "(BEGIN|END):V(EVENT|CALENDAR)\r\n",
        "[あ-ん漢字🔔é\u{202e}\u{200d}]{0,120}",
    ];
    let named = (wild.clone(), proptest::option::of(wild), "[a-zA-Z0-9]{1,13}", 0_i64..100_000_000);
    named.prop_map(|(title, host, id, seconds)| Entry {
        space: id.parse().expect("an id"),
        title: text::plain(&title, 100).unwrap_or_else(|| "Untitled".to_owned()),
        host: host.and_then(|host| text::plain(&host, 50)),
        start: noon() + SignedDuration::from_secs(seconds),
    })
}

proptest! {
    #[test]
    fn whatever_a_title_holds_the_file_is_sound_and_the_title_reads_the_same(
        entries in proptest::collection::vec(entry(), 0..5),
    ) {
        let titles = hold(&calendar(&entries, noon()).bytes, &entries);
        let expected: Vec<String> = entries.iter().map(|entry| entry.title.clone()).collect();
        prop_assert_eq!(titles, expected);
    }
}
