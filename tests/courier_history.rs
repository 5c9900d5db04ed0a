//! What a channel's history says of a message of unknown fate, over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use spacebell::clock::SystemClock;
use spacebell::discord::access::RestServer;
use spacebell::discord::courier::RestCourier;
use spacebell::discord::rest::Rest;
use spacebell::domain::ids::{ChannelId, MessageId};
use spacebell::domain::notice::Slot;
use spacebell::guilds::Guilds;
use spacebell::outbox::courier::{Courier, Found, Sought};
use spacebell::store::Store;
use spacebell::texts::Texts;

const ME: &str = "42";
const SPACE: &str = "1a";
const GUILD: &str = "20";

/// A server that answers a request by the first of `answers` whose key its path holds, and 403 otherwise.
fn serve(answers: Vec<(&'static str, Value)>) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
            let head: Vec<String> =
                lines.map(|line| line.expect("a line")).take_while(|line| !line.is_empty()).collect();
            let answer = answers.iter().find(|(key, _)| head[0].contains(key));
            let (status, body) = match answer {
                Some((_, body)) => ("200 OK", body.to_string()),
                None => ("403 Forbidden", json!({"code": 50_001, "message": "Missing Access"}).to_string()),
            };
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            stream.write_all(format!("{head}{body}").as_bytes()).expect("answered");
        }
    });
    format!("http://{address}").parse().expect("an address")
}

async fn find(pages: Vec<(&'static str, Value)>, known: &[MessageId]) -> Found {
    find_about(Slot::Live, pages, known).await
}

async fn find_about(about: Slot, pages: Vec<(&'static str, Value)>, known: &[MessageId]) -> Found {
    find_of(&[SPACE], about, pages, known).await
}

async fn find_of(
    spaces: &[&str],
    about: Slot,
    pages: Vec<(&'static str, Value)>,
    known: &[MessageId],
) -> Found {
    let mut answers = vec![("users/@me", json!({"id": ME}))];
    answers.extend(pages);
    let rest = Arc::new(Rest::new(&serve(answers), &SecretString::from("token"), 50).expect("a client"));
    let dir = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}", dir.path().join("bell.db").display());
    let guilds = Guilds::load(Store::open(&url).await.expect("a store")).await.expect("languages");
    let server = RestServer::new(Arc::clone(&rest), Arc::new(SystemClock));
    let texts = Arc::new(Texts::load().expect("texts"));
    let courier = RestCourier::new(rest, texts, Arc::new(guilds), Arc::new(server));
    let since: Timestamp = "2026-08-01T12:00:00Z".parse().expect("a moment");
    let spaces: Vec<_> = spaces.iter().map(|space| space.parse().expect("an id")).collect();
    courier
        .find(
            ChannelId::new(10),
            Sought::Post(&spaces, about),
            since..=since + SignedDuration::from_mins(10),
            known,
        )
        .await
}

fn message(id: &str, author: &str, space: &str) -> Value {
    let button = json!({"type": 2, "url": format!("https://x.com/i/spaces/{space}")});
    json!({"id": id, "author": {"id": author}, "components": [{"type": 1, "components": [button]}]})
}

#[tokio::test]
async fn our_own_message_about_the_space_is_found_and_no_other() {
    let others = [message("1", "7", SPACE), message("2", ME, "1other"), message("3", ME, SPACE)];
    let page = |messages: &[Value]| vec![("after=", json!(messages))];
    let mine = message("4", ME, SPACE);
    let all = [&others[..], &[mine]].concat();
    let recorded = [MessageId::new(3)];
    assert_eq!(find(page(&all), &recorded).await, Found::Message(MessageId::new(4)));
    assert_eq!(find(page(&others), &recorded).await, Found::Nothing);
}

#[tokio::test]
async fn a_message_that_a_host_who_reopened_goes_on_in_is_found_by_either_space() {
    for link in [SPACE, "1next"] {
        let page = vec![("after=", json!([message("1", ME, "1other"), message("2", ME, link)]))];
        let found = find_of(&[SPACE, "1next"], Slot::Live, page, &[]).await;
        assert_eq!(found, Found::Message(MessageId::new(2)), "{link}");
    }
}

#[tokio::test]
async fn an_announcement_isnt_taken_for_the_ring_nor_the_ring_for_the_announcement() {
    let with = |id: &str, content: &str| {
        let mut message = message(id, ME, SPACE);
        message["content"] = json!(content);
        message
    };
    let announced = with("1", "📅 Ann has scheduled a Space");
    let rang = with("2", "🔴 Ann is live");
    let page = |messages: &[&Value]| vec![("after=", json!(messages))];
    for (about, there, found) in [
        (Slot::Live, vec![&announced, &rang], Found::Message(MessageId::new(2))),
        (Slot::Live, vec![&announced], Found::Nothing),
        (Slot::Scheduled, vec![&rang, &announced], Found::Message(MessageId::new(1))),
        (Slot::Scheduled, vec![&rang], Found::Nothing),
    ] {
        assert_eq!(find_about(about, page(&there), &[]).await, found, "{about:?} of {there:?}");
    }
}

#[test]
fn in_every_language_an_announcement_has_its_sign_and_the_ring_another() {
    for file in std::fs::read_dir("locales").expect("locales") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a language");
        let of = |start: &str| {
            let lines = text.lines().filter_map(|line| line.split_once(" = "));
            let lines = lines.filter(|(key, _)| key.starts_with(start)).map(|(_, said)| said.to_owned());
            lines.collect::<Vec<_>>()
        };
        let (announcements, rings) = (of("post-scheduled"), of("post-live"));
        assert!(!announcements.is_empty() && !rings.is_empty());
        assert!(announcements.iter().all(|said| said.starts_with('📅')), "{announcements:?}");
        assert!(!rings.iter().any(|said| said.starts_with('📅')), "{rings:?}");
    }
}

#[tokio::test]
async fn an_empty_page_means_nothing_only_where_the_bot_may_read_the_history() {
    // View Channel, and Read Message History.
    for (permissions, found) in [((1 << 10) | (1 << 16), Found::Nothing), (1 << 10, Found::Unreadable)] {
        let everyone = json!({
            "id": GUILD, "name": "@everyone", "permissions": permissions.to_string(), "position": 0, "color": 0,
            "hoist": false, "managed": false, "mentionable": false, "flags": 0,
        });
        let guild = json!({ "id": GUILD, "name": "g", "owner_id": "7", "roles": [everyone.clone()] });
        let member = json!({ "user": { "id": ME }, "roles": [] });
        let channel = json!({
            "id": "10", "type": 0, "guild_id": GUILD, "name": "c", "permission_overwrites": [],
        });
        let pages = vec![
            ("after=", json!([])),
            ("/members/", member),
            ("/roles", json!([everyone])),
            ("/channels/10", channel.clone()),
            ("/channels", json!([channel])),
            ("/guilds/", guild),
        ];
        assert_eq!(find(pages, &[]).await, found, "{permissions}");
    }
}

#[tokio::test]
async fn a_history_that_is_refused_is_unreadable() {
    assert_eq!(find(Vec::new(), &[]).await, Found::Unreadable);
}

/// A page as full as they come, of somebody else's messages, the last of them sent so long after the first try.
fn crowd(last: SignedDuration) -> (u64, Value) {
    let began: Timestamp = "2026-08-01T12:00:00Z".parse().expect("a moment");
    // Discord's ids begin with its first millisecond. Source: its documentation, "Reference", "Snowflakes".
    let sent_ms = (began + last).as_millisecond() - 1_420_070_400_000;
    let id = u64::try_from(sent_ms).expect("after 2015") << 22;
    (id, (0..100).rev().map(|n| message(&(id - n).to_string(), "7", SPACE)).collect())
}

#[tokio::test]
async fn a_busy_channel_is_read_until_nothing_of_that_time_is_left() {
    let (next, first) = crowd(SignedDuration::from_secs(20));
    let (_, later) = crowd(SignedDuration::from_mins(11));
    let after: &'static str = format!("after={next}&").leak();
    let unsent = vec![(after, later.clone()), ("after=", first.clone())];
    assert_eq!(find(unsent, &[]).await, Found::Nothing, "a full page of later messages is the end");
    let mut sent = later;
    sent.as_array_mut().expect("a page").insert(0, message("9", ME, SPACE));
    let sent = vec![(after, sent), ("after=", first.clone())];
    assert_eq!(find(sent, &[]).await, Found::Message(MessageId::new(9)));
    // Thousands within those minutes: then nobody can tell.
    assert_eq!(find(vec![("after=", first)], &[]).await, Found::Unreadable);
}
