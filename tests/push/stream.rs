//! What X's stream brings, before anybody acts on it: lines, events, and the pauses between two streams.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use spacebell::push::backoff::{Backoff, Ending, NOT_GRANTED};
use spacebell::x::activity::event::{Told, Unreadable, read};
use spacebell::x::activity::lines::{LINE_MAX, Line, Lines};
use spacebell::x::activity::subscriptions::Moment;

const START: &[u8] = br#"{"data":{"event_uuid":"-498317022904955631","filter":{"user_id":"1111"},
    "event_type":"spaces.start","tag":"ours","payload":{"user":{"data":{"id":"1111","username":"nasa","name":"NASA"}},
    "broadcast_id":"1qxvvvyLLdnxB","event_type":"start"}}}"#;

/// What is found in these pieces: blank lines as none, long ones as an error.
fn found<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Result<Option<Vec<u8>>, ()>> {
    let mut lines = Lines::default();
    let mut all = Vec::new();
    for piece in pieces {
        lines.feed(piece, |line| {
            all.push(match line {
                Line::Blank => Ok(None),
                Line::Full(line) => Ok(Some(line.to_vec())),
                Line::TooLong => Err(()),
            });
        });
        assert!(lines.held() <= LINE_MAX, "{} bytes are held", lines.held());
    }
    all
}

#[test]
fn the_outer_type_says_what_an_event_is() {
    let Ok(Told::Space(event)) = read(START) else { panic!("{:?}", read(START)) };
    assert_eq!(event.uuid, "-498317022904955631");
    assert_eq!(event.moment, Moment::Start);
    assert_eq!(event.host.to_string(), "1111");
    assert_eq!(event.space.map(|space| space.to_string()).as_deref(), Some("1qxvvvyLLdnxB"));
    assert_eq!(event.shown.map(|shown| shown.name).as_deref(), Some("NASA"));
}

#[test]
fn what_is_unknown_or_broken_is_told_apart_without_a_panic() {
    let cases: [(&[u8], Result<Told, Unreadable>); 9] = [
        (b"\xff\xfe", Err(Unreadable::NotJson)),
        (b"[1]", Err(Unreadable::NotJson)),
        (&START[..START.len() / 2], Err(Unreadable::NotJson)),
        (b"{}", Ok(Told::Other)),
        (br#"{"errors":[{"title":"operational-disconnect"}]}"#, Ok(Told::Disconnect)),
        (br#"{"data":{"event_type":"profile.update.bio"}}"#, Ok(Told::Other)),
        (br#"{"data":{"event_type":["spaces.start"]}}"#, Ok(Told::Other)),
        (br#"{"data":{"event_type":"spaces.end","filter":{"user_id":"nobody"}}}"#, Err(Unreadable::NoUser)),
        (br#"{"data":{"event_type":"oauth.revoke","filter":7}}"#, Err(Unreadable::NoUser)),
    ];
    for (bytes, expected) in cases {
        assert_eq!(read(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_space_whose_id_is_out_of_shape_is_an_event_without_one() {
    let line = br#"{"data":{"event_type":"spaces.end","filter":{"user_id":"5"},"payload":{"broadcast_id":"../../etc"}}}"#;
    let Ok(Told::Space(event)) = read(line) else { panic!("{:?}", read(line)) };
    assert_eq!((event.moment, event.space, event.uuid.as_str()), (Moment::End, None, ""));
}

#[test]
fn a_line_of_ten_megabytes_is_told_once_and_never_held() {
    let piece = vec![b'x'; 64 * 1024];
    let long = std::iter::repeat_n(piece.as_slice(), 160);
    let all = found(long.chain([b"\nnext\r\n\r\ncut".as_slice()]));
    assert_eq!(all, [Err(()), Ok(Some(b"next".to_vec())), Ok(None)]);
}

proptest! {
    #[test]
    fn lines_are_the_same_however_they_are_cut(bytes in "[a-c \r\n]{0,200}", size in 1_usize..20) {
        prop_assert_eq!(found(bytes.as_bytes().chunks(size)), found([bytes.as_bytes()]));
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0_usize..300) {
        let _ = read(&bytes);
        let mut spoilt = START.to_vec();
        let last = spoilt.len() - 1;
        spoilt[at.min(last)] = bytes.first().copied().unwrap_or(b'{');
        let _ = read(&spoilt);
    }

    #[test]
    fn pauses_grow_up_to_their_bound(chance in 0.0_f64..=1.0, tries in 1_usize..100) {
        for (ending, first, most) in [
            (Ending::Network, 0, 16_000),
            (Ending::Open(Duration::from_secs(1)), 0, 16_000),
            (Ending::Http, 5_000, 320_000),
            (Ending::Limited(None), 60_000, 900_000),
        ] {
            let mut backoff = Backoff::default();
            let waits: Vec<Duration> = (0..tries).map(|_| backoff.after(ending, Timestamp::UNIX_EPOCH, chance)).collect();
            prop_assert!(waits.is_sorted(), "{ending:?}: {waits:?}");
            prop_assert!(waits[0] >= Duration::from_millis(first));
            prop_assert!(waits[tries - 1] <= Duration::from_millis(most).mul_f64(1.25));
        }
    }
}

#[test]
fn each_way_to_fail_has_its_pace() {
    let paces: [(Ending, [u64; 4]); 4] = [
        (Ending::Network, [0, 250, 500, 750]),
        (Ending::Http, [5_000, 10_000, 20_000, 40_000]),
        (Ending::Limited(None), [60_000, 120_000, 240_000, 480_000]),
        (Ending::NotGranted, [1_800_000; 4]),
    ];
    for (ending, expected) in paces {
        let mut backoff = Backoff::default();
        let waits = expected.map(|_| backoff.after(ending, Timestamp::UNIX_EPOCH, 0.0));
        assert_eq!(waits, expected.map(Duration::from_millis), "{ending:?}");
    }
    assert_eq!(NOT_GRANTED, Duration::from_mins(30));
}

#[test]
fn a_stream_that_lived_is_opened_again_at_once() {
    let mut backoff = Backoff::default();
    for _ in 0..20 {
        backoff.after(Ending::Http, Timestamp::UNIX_EPOCH, 0.0);
    }
    let lived = Ending::Open(Duration::from_mins(1));
    assert_eq!(backoff.after(lived, Timestamp::UNIX_EPOCH, 1.0), Duration::ZERO);
    assert_eq!(backoff.after(Ending::Http, Timestamp::UNIX_EPOCH, 0.0), Duration::from_secs(5));
}

#[test]
fn a_reset_is_believed_only_within_the_window() {
    let now = Timestamp::UNIX_EPOCH;
    for (ahead_secs, expected_secs) in [(-5, 60), (3, 60), (300, 300), (86_400, 60)] {
        let reset = now + SignedDuration::from_secs(ahead_secs);
        let wait = Backoff::default().after(Ending::Limited(Some(reset)), now, 0.0);
        assert_eq!(wait, Duration::from_secs(expected_secs), "{ahead_secs} s ahead");
    }
}
