//! What servers decide about their posts: quiet hours and the digest after them, what is left of a post, and how long
//! a host may be away.

use jiff::civil::time;
use serde_json::Value;
use spacebell::clock::Clock as _;
use spacebell::discord::render;
use spacebell::domain::erasure::Whose;
use spacebell::domain::follow::PauseReason;
use spacebell::domain::ids::MessageId;
use spacebell::domain::known::Phase;
use spacebell::domain::notice::Slot;
use spacebell::domain::quiet::QuietHours;
use spacebell::domain::settings::{Ended, GuildSettings};
use spacebell::domain::space::{Space, SpaceState};
use spacebell::outbox::courier::Outcome;
use spacebell::outbox::digest::digest;
use spacebell::store::QuietPost;
use spacebell::texts::{Locale, Texts};

use crate::erasure::{World, ended, rich};
use crate::support::{
    On, at, by, channel, eventually, gone, guild, host, id, keyword, live, scheduled, secs, seen, space,
    tests_on_each_database, titled,
};

tests_on_each_database! {
    in_quiet_hours_posts_make_no_sound_and_one_digest_a_channel_tells_of_them_afterwards,
    without_anything_to_tell_there_is_no_digest,
    a_digest_of_unknown_fate_is_neither_lost_nor_doubled,
    what_is_posted_while_a_digest_s_fate_is_unknown_gets_one_of_its_own,
    quiet_hours_that_are_changed_meanwhile_bring_the_digest_sooner_or_later,
    a_server_that_is_erased_or_a_channel_that_takes_nothing_gets_no_digest,
    a_server_that_wants_it_has_its_messages_deleted_where_others_are_emptied,
    a_message_that_is_to_be_deleted_and_is_gone_or_may_not_be_is_seen_to,
    a_host_may_be_away_for_as_long_as_each_server_says,
}

const HOUR: i64 = 3_600;
/// The tests begin at noon: it has been quiet for an hour, and is for another one.
const QUIET: QuietHours = QuietHours { from: time(11, 0, 0, 0), to: time(13, 0, 0, 0) };

impl World {
    async fn set(&self, number: u64, change: impl FnOnce(&mut GuildSettings)) {
        self.parts.guilds.set(guild(number), change).await.expect("set");
    }

    async fn quiet(on: On) -> Self {
        let world = Self::on(on).await;
        world.set(1, |settings| settings.quiet = Some(QUIET)).await;
        world
    }

    fn digests(&self) -> Vec<String> {
        let mut contents = self.contents();
        contents.retain(|content| content.starts_with('🌙'));
        contents
    }

    async fn assert_no_digest_is_left(&self) {
        assert_eq!(self.count("SELECT COUNT(*) FROM quiet_posts").await, 0);
        assert_eq!(self.count("SELECT COUNT(*) FROM notices WHERE work = 3").await, 0);
        assert_eq!(self.count("SELECT COUNT(*) FROM posts WHERE space_id = 'digest'").await, 0);
    }
}

/// The digest without the ids of messages, its lines in order.
fn without_messages(digest: &str) -> String {
    let mut lines: Vec<String> = digest
        .lines()
        .map(|line| match line.rsplit_once('/') {
            Some((link, _)) => format!("{link}/…"),
            None => line.to_owned(),
        })
        .collect();
    // Of one second the live one first.
    lines[1..].sort_by_key(|line| (line[..20].to_owned(), !line.contains("live")));
    lines.join("\n")
}

fn on_air(text: &str, host: u64) -> Space {
    by(host, titled("Zebrafinch", live(text)))
}

async fn in_quiet_hours_posts_make_no_sound_and_one_digest_a_channel_tells_of_them_afterwards(on: On) {
    let world = World::quiet(on).await;
    world.follow(1, 10, host(77)).await;
    world.follow(1, 20, keyword("zebrafinch")).await;
    world.follow(2, 30, host(77)).await;
    world.sees([seen(on_air("1a", 77), 0), seen(rich(scheduled("1b", 9 * HOUR)), 0)]).await;
    let hushed = world.courier.with(|state| {
        let mut hushed: Vec<(u64, bool, bool)> = state
            .messages
            .iter()
            .map(|(at, _, body)| {
                let silent = body["flags"] == 4_096;
                (at.get(), silent, body["allowed_mentions"]["roles"] != serde_json::json!([]))
            })
            .collect();
        hushed.sort_unstable();
        hushed
    });
    let expected = [
        (10, true, false),
        (10, true, false),
        (20, true, false),
        (20, true, false),
        (30, false, false),
        (30, false, true),
    ];
    assert_eq!(hushed, expected, "each channel, whether it is hushed, whether it pings");
    world.clock.advance(secs(600));
    world.sees([seen(ended("1a", 600), 600)]).await;
    world.clock.advance(secs(60));
    world.sees([seen(on_air("1c", 78), 660)]).await;
    assert!(world.digests().is_empty());
    world.later(HOUR - 661).await;
    assert!(world.digests().is_empty(), "a second before");
    world.later(1).await;
    let digests = world.digests();
    assert_eq!(digests.len(), 2, "{digests:?}");
    // Which message of the two that came at once was the first is chance.
    let mut shown: Vec<String> = digests.iter().map(|digest| without_messages(digest)).collect();
    shown.sort_unstable();
    let [live, scheduled, other] = [
        "- <t:1785585600:t> A Space went live; it is over by now: https://discord.com/channels/1/CHANNEL/…",
        "- <t:1785585600:t> A Space was scheduled: https://discord.com/channels/1/CHANNEL/…",
        "- <t:1785586260:t> A Space went live, and is still on: https://discord.com/channels/1/CHANNEL/…",
    ];
    let heading = "🌙 The quiet hours are over. This was posted in them:";
    let expected = [
        [heading, live, scheduled].join("\n").replace("CHANNEL", "10"),
        [heading, live, scheduled, other].join("\n").replace("CHANNEL", "20"),
    ];
    assert_eq!(shown, expected);
    let pinging = world.courier.with(|state| {
        let digests = state.messages.iter().filter(|(.., body)| body["content"].to_string().contains('🌙'));
        digests.filter(|(.., body)| body["allowed_mentions"]["roles"] != serde_json::json!([])).count()
    });
    assert_eq!(pinging, 0);
    world.assert_no_digest_is_left().await;
    // The day goes on as ever, and the next night has its own.
    world.sees([seen(on_air("1d", 77), HOUR + 1)]).await;
    world.later(23 * HOUR).await;
    assert_eq!(world.digests().len(), 2);
    world.sees([seen(on_air("1e", 77), 24 * HOUR)]).await;
    world.later(2 * HOUR).await;
    assert_eq!(world.digests().len(), 4);
}

async fn without_anything_to_tell_there_is_no_digest(on: On) {
    let world = World::quiet(on).await;
    world.later(2 * HOUR).await;
    assert_eq!(world.courier.with(|state| state.requests), 0);
    world.later(22 * HOUR).await;
    world.follow(1, 10, host(77)).await;
    world.sees([seen(on_air("1a", 77), 24 * HOUR)]).await;
    // A moderator removes the post; the next edit finds out.
    world.refuse(Outcome::MessageGone);
    world.sees([seen(titled("Another", on_air("1a", 77)), 24 * HOUR + 1)]).await;
    world.refuse(None);
    world.later(2 * HOUR).await;
    assert!(world.digests().is_empty());
    world.assert_no_digest_is_left().await;
}

async fn a_digest_of_unknown_fate_is_neither_lost_nor_doubled(on: On) {
    // How long the program is away after it sent the digest and before it knew; whether the message arrived.
    for (away, arrives) in [(1, true), (1, false), (300, true), (300, false)] {
        let mut world = World::quiet(on).await;
        world.follow(1, 10, host(77)).await;
        world.sees([seen(on_air("1a", 77), 0)]).await;
        if arrives {
            world.courier.with(|state| state.loses = true);
        } else {
            world.refuse(Outcome::Uncertain);
        }
        world.clock.advance(secs(HOUR));
        world.parts.bell.ring();
        eventually("a try", async || {
            world.count("SELECT COUNT(*) FROM notices WHERE work = 3 AND attempts > 0").await == 1
        })
        .await;
        world.courier.with(|state| state.loses = false);
        world.refuse(None);
        world.down_for(away).await;
        world.later(60).await;
        assert_eq!(world.digests().len(), 1, "away {away}, arrived: {arrives}");
        world.assert_no_digest_is_left().await;
    }
}

async fn what_is_posted_while_a_digest_s_fate_is_unknown_gets_one_of_its_own(on: On) {
    let mut world = World::quiet(on).await;
    world.follow(1, 10, host(77)).await;
    world.sees([seen(on_air("1a", 77), 0)]).await;
    world.courier.with(|state| state.loses = true);
    world.clock.advance(secs(HOUR));
    world.parts.bell.ring();
    eventually("a try", async || {
        world.count("SELECT COUNT(*) FROM notices WHERE work = 3 AND attempts > 0").await == 1
    })
    .await;
    // It is quiet again at once, and something is posted before the first digest's end is known.
    world.courier.with(|state| state.loses = false);
    world
        .set(1, |settings| {
            settings.quiet = Some(QuietHours { from: time(13, 0, 0, 0), to: time(14, 0, 0, 0) });
        })
        .await;
    world.down_for(300).await;
    world.sees([seen(ended("1a", HOUR + 300), HOUR + 300), seen(on_air("1b", 78), HOUR + 300)]).await;
    world.follow(1, 10, host(78)).await;
    world.sees([seen(on_air("1c", 78), HOUR + 301)]).await;
    world.later(60).await;
    assert_eq!(world.digests().len(), 1, "the first one was found");
    world.later(HOUR).await;
    let digests = world.digests();
    assert_eq!(digests.len(), 2, "{digests:?}");
    assert_eq!(digests[1].lines().count(), 2, "only what the first one didn't tell: {digests:?}");
    world.assert_no_digest_is_left().await;
}

async fn quiet_hours_that_are_changed_meanwhile_bring_the_digest_sooner_or_later(on: On) {
    let world = World::quiet(on).await;
    world.follow(1, 10, host(77)).await;
    world.sees([seen(on_air("1a", 77), 0)]).await;
    // Longer, by the clock of another zone: it is 21:00 in Tokyo.
    world
        .set(1, |settings| {
            settings.timezone = Some("Asia/Tokyo".to_owned());
            settings.quiet = Some(QuietHours { from: time(20, 0, 0, 0), to: time(23, 30, 0, 0) });
        })
        .await;
    world.later(2 * HOUR).await;
    assert!(world.digests().is_empty());
    // None at all any more.
    world.set(1, |settings| settings.quiet = None).await;
    world.later(1).await;
    assert_eq!(world.digests().len(), 1);
    world.assert_no_digest_is_left().await;
}

async fn a_server_that_is_erased_or_a_channel_that_takes_nothing_gets_no_digest(on: On) {
    let world = World::quiet(on).await;
    world.set(2, |settings| settings.quiet = Some(QUIET)).await;
    world.follow(1, 10, host(77)).await;
    world.follow(2, 20, host(77)).await;
    world.sees([seen(on_air("1a", 77), 0)]).await;
    world.erases(Whose::Server(guild(1))).await;
    let paused = world.parts.follows.pause_channel(channel(20), PauseReason::Forbidden, at(1)).await;
    paused.expect("paused");
    world.later(2 * HOUR).await;
    assert!(world.digests().is_empty());
    world.assert_no_digest_is_left().await;
}

async fn a_server_that_wants_it_has_its_messages_deleted_where_others_are_emptied(on: On) {
    let world = World::on(on).await;
    for number in [1, 2, 3] {
        world.follow(number, 10 * number, host(77)).await;
        world.follow(number, 10 * number + 1, keyword("zebrafinch")).await;
    }
    world.set(1, |settings| settings.ended = Ended::Delete).await;
    world.set(2, |settings| settings.ended = Ended::Delete).await;
    world.sees([seen(rich(live("1a")), 0), seen(rich(scheduled("1b", 9 * HOUR)), 0)]).await;
    world.sees([seen(rich(live("1b")), 1)]).await;
    world.clock.advance(secs(60));
    world.sees([seen(ended("1a", 60), 60), seen(ended("1b", 60), 60)]).await;
    let messages = world.messages().len();
    assert_eq!(messages, 18, "three servers, two channels, three messages");
    // It was seen live at first, so it may be over since then.
    world.later(20 * HOUR - 61).await;
    assert_eq!(world.messages().len(), messages, "no sooner than it would have been emptied");
    // What is set at that hour counts.
    world.set(2, |settings| settings.ended = Ended::Line).await;
    world.set(3, |settings| settings.ended = Ended::Delete).await;
    world.later(3).await;
    let left = world.courier.with(|state| state.messages.clone());
    assert!(left.len() == 6 && left.iter().all(|(at, ..)| at.get() / 10 == 2), "{left:#?}");
    world.later(4 * HOUR).await;
    for table in ["SELECT COUNT(*) FROM posts", "SELECT COUNT(*) FROM notices", "SELECT COUNT(*) FROM spaces"]
    {
        assert_eq!(world.count(table).await, 0, "{table}");
    }
}

async fn a_message_that_is_to_be_deleted_and_is_gone_or_may_not_be_is_seen_to(on: On) {
    let world = World::on(on).await;
    world.follow(1, 10, host(77)).await;
    world.set(1, |settings| settings.ended = Ended::Delete).await;
    world.sees([seen(rich(live("1a")), 0)]).await;
    world.clock.advance(secs(60));
    world.sees([seen(ended("1a", 60), 60)]).await;
    world.refuse(Outcome::Forbidden);
    world.later(26 * HOUR).await;
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 1, "which message it is");
    world.refuse(Outcome::MessageGone);
    world.later(7 * HOUR).await;
    assert_eq!(world.count("SELECT COUNT(*) FROM posts").await, 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM notices").await, 0);
}

async fn a_host_may_be_away_for_as_long_as_each_server_says(on: On) {
    let world = World::on(on).await;
    for number in [1, 2, 3, 4] {
        world.follow(number, 10 * number, host(77)).await;
    }
    for (number, minutes) in [(1, 0), (2, 2), (3, 60)] {
        world.set(number, |settings| settings.merge_minutes = Some(minutes)).await;
    }
    let messages =
        |at: u64| world.courier.with(|state| state.messages.iter().filter(|(of, ..)| of.get() == at).count());
    let after = async |text: &str, away: i64| {
        let now = world.clock.now().as_second() - at(0).as_second();
        let last = Space { ended_at: Some(at(now)), ..by(77, space(text, SpaceState::Ended)) };
        world.sees([seen(last, now)]).await;
        world.clock.advance(secs(away));
        let next = Space { started_at: Some(at(now + away)), ..on_air(&format!("{text}x"), 77) };
        world.sees([seen(next, now + away)]).await;
        [10, 20, 30, 40].map(messages)
    };
    world.sees([seen(on_air("1a", 77), 0)]).await;
    world.clock.advance(secs(60));
    assert_eq!(after("1a", 60).await, [2, 1, 1, 1], "none, 2, 60, and 10 where nobody says");
    assert_eq!(after("1ax", 300).await, [3, 2, 1, 1]);
    assert_eq!(after("1axx", 1_800).await, [4, 3, 1, 2]);
    world.sees([gone("1axxx", 2_300)]).await;
    assert!(world.parts.watcher.known(id("1axxx")).is_some());
}

fn quiet_post(number: u64, slot: Slot, phase: Option<Phase>) -> QuietPost {
    QuietPost {
        message: MessageId::new(u64::MAX - number),
        space: id(&format!("1{number}")),
        slot,
        posted_at: at(i64::try_from(number).expect("few")),
        phase,
    }
}

#[test]
fn a_digest_reads_well_in_each_language_and_fits_a_message_however_much_was_posted() {
    let texts = Texts::load().expect("texts");
    let phases = [Phase::Scheduled, Phase::Live, Phase::NoShow, Phase::Cancelled, Phase::Ended];
    let each = phases.into_iter().map(Some).chain([None]);
    let mut posts: Vec<QuietPost> =
        (0..).zip(each).map(|(number, phase)| quiet_post(number, Slot::Scheduled, phase)).collect();
    posts.push(quiet_post(10, Slot::Live, Some(Phase::Live)));
    posts.push(quiet_post(11, Slot::Live, Some(Phase::Ended)));
    // The same Space again, whose live message says more.
    posts.push(quiet_post(11, Slot::Scheduled, Some(Phase::Ended)));
    let place = (guild(u64::MAX >> 1), channel(u64::MAX >> 1));
    let mut shown = Vec::new();
    let many: Vec<QuietPost> =
        (0..500).map(|number| quiet_post(number, Slot::Scheduled, Some(Phase::Cancelled))).collect();
    for locale in Locale::all() {
        let told = digest(place.0, place.1, &posts).expect("something");
        assert_eq!((told.posts.len(), told.more), (8, 0));
        shown.push(content(&render::digest(&told, &texts, locale)));
        let told = digest(place.0, place.1, &many).expect("something");
        let content = content(&render::digest(&told, &texts, locale));
        assert!(content.encode_utf16().count() <= 2_000 && content.contains("490"), "{content}");
    }
    assert_eq!(digest(place.0, place.1, &[]), None);
    insta::assert_snapshot!(shown.join("\n\n"));
}

fn content(body: &Value) -> String {
    body["content"].as_str().expect("a text").to_owned()
}
