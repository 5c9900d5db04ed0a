//! The same story told by X and asked for: what stands in the channels at the end differs by nothing but times.

use serde_json::{Value, json};
use spacebell_sim::discord::Message;
use spacebell_sim::x::{self, EndLook, Endpoint, Fault, PushSettings, Scope, SpaceId, StreamEnd};

use crate::support::{Bot, World, in_minutes, links};
use crate::telling::{tells, world};
use crate::told::open_streams;

/// What a title is called as long as nobody has looked.
const UNSEEN: &str = "Title not known";

/// A message as whoever reads the channel afterwards knows it, without times.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Read {
    /// What it said, one after the other.
    said: Vec<String>,
    /// What its card was called, one after the other.
    titles: Vec<String>,
    /// All of it at the end.
    last: String,
    /// Whom it called: how many roles, how many people.
    called: (usize, usize),
    flags: u64,
}

/// A world with a story in it.
struct Story {
    world: World,
    push: &'static str,
    role: u64,
    hosts: Vec<x::UserId>,
    /// Where a word is followed, and where a crowd is waited for.
    others: [u64; 2],
    spaces: Vec<SpaceId>,
}

impl Story {
    async fn new(push: &'static str) -> Self {
        let world = world(PushSettings { event_copies: 2, ..PushSettings::default() }).await;
        let role = world.discord.add_role(world.guild, "listeners", 0, true);
        let hosts = (0..6)
            .map(|nth| world.x.add_user(format!("90{nth}"), &format!("host{nth}"), &format!("Host {nth}")));
        let hosts = hosts.collect();
        let others = ["words", "crowd"].map(|name| world.discord.add_channel(world.guild, name, 0));
        Self { world, push, role, hosts, others, spaces: Vec::new() }
    }

    /// Starts the program, and has everything followed that isn't.
    async fn start(&self) -> Bot {
        let bot = self.world.start_with(&[("X_PUSH", self.push)]).await;
        let [words, crowd] = self.others;
        if self.spaces.is_empty() {
            for nth in 0..self.hosts.len() {
                self.world.follow_with(json!({ "host": format!("host{nth}"), "role": self.role })).await;
            }
            self.world.follow_with(json!({ "keyword": "zebrafinch", "channel": words })).await;
            self.world.follow_with(json!({ "host": "nasa", "channel": crowd, "min_listeners": 10 })).await;
        }
        if self.push == "stream" {
            tells(&self.world, self.hosts.len() + 1).await;
        }
        self.world.visited().await;
        bot
    }

    fn begins(&mut self, host: usize, title: &str) -> SpaceId {
        let space = self.world.x.start_now(&self.hosts[host], title).expect("a host");
        self.spaces.push(space.clone());
        space
    }

    fn plans(&mut self, host: usize, title: &str) -> SpaceId {
        let space = self.world.x.schedule(&self.hosts[host], title, in_minutes(60)).expect("a host");
        self.spaces.push(space.clone());
        space
    }

    /// Waits for a message that leads to this Space, says this and is called so.
    async fn shows(&self, channel: u64, space: &SpaceId, words: &str, title: &str) -> Message {
        let leads = |message: &Message| links(message).concat().contains(space.as_str());
        let called = |message: &Message| message.embeds.first().is_some_and(|card| card["title"] == title);
        self.world
            .message_in(channel, |message| {
                leads(message) && called(message) && message.content.contains(words)
            })
            .await
    }

    async fn says(&self, post: &Message, words: &str) {
        let says = |message: &Message| message.id == post.id && message.content.contains(words);
        self.world.message_in(post.channel_id, says).await;
    }

    async fn ends(&self, space: &SpaceId, posts: &[&Message]) {
        self.world.x.end(space).expect("it is live");
        for post in posts {
            self.says(post, "ended").await;
        }
    }

    /// Text of a message, with names for ids and without times.
    fn plain(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (nth, space) in self.spaces.iter().enumerate() {
            text = text.replace(space.as_str(), &format!("SPACE{nth}"));
        }
        let channels = [self.world.channel, self.others[0], self.others[1]];
        let ids = [("SERVER", self.world.guild), ("CHANNEL", self.world.channel), ("ROLE", self.role)];
        for (name, id) in ids {
            text = text.replace(&id.to_string(), name);
        }
        for (nth, message) in channels.iter().flat_map(|channel| self.world.posts_in(*channel)).enumerate() {
            text = text.replace(&message.id.to_string(), &format!("MESSAGE{nth}"));
        }
        // Discord's marks for times.
        let mut parts = text.split("<t:");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str("<t:");
            out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        out
    }

    /// How long it ran is a time too.
    fn without_duration(card: &mut Value) {
        let Some(told) = card["description"].as_str() else { return };
        let is_length = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_digit())
                && [" s", " min"].iter().any(|unit| part.ends_with(unit))
        };
        let kept: Vec<&str> = told.split(" · ").filter(|part| !is_length(part)).collect();
        card["description"] = json!(kept.join(" · "));
    }

    fn read(&self, message: &Message) -> Read {
        let mut said: Vec<String> = message.revisions.iter().map(|it| self.plain(&it.content)).collect();
        said.dedup();
        let called = |it: &Value| self.plain(it["title"].as_str().unwrap_or_default());
        let mut titles: Vec<String> =
            message.revisions.iter().flat_map(|it| it.embeds.iter().map(called)).collect();
        titles.retain(|title| title != UNSEEN);
        titles.dedup();
        let mut cards = message.embeds.clone();
        cards.iter_mut().for_each(Self::without_duration);
        Read {
            said,
            titles,
            last: self.plain(&json!([message.content, cards, message.components]).to_string()),
            called: (message.pings.roles.len(), message.pings.users.len()),
            flags: message.flags,
        }
    }

    async fn plan_that_moves(&mut self) {
        let here = self.world.channel;
        let planned = self.plans(0, "Planned");
        self.shows(here, &planned, "has scheduled", "Planned").await;
        self.world.x.rename(&planned, Some("Planned anew")).expect("renamed");
        self.world.x.reschedule(&planned, in_minutes(90)).expect("moved");
        let announced = self.shows(here, &planned, "has scheduled", "Planned anew").await;
        let moved = |it: &Message| it.id == announced.id && json!(it.embeds).to_string().contains("Moved");
        self.world.message(moved).await;
        self.world.x.start_space(&planned).expect("it begins");
        let live = self.shows(here, &planned, "is live", "Planned anew").await;
        self.says(&announced, "is live").await;
        self.ends(&planned, &[&live, &announced]).await;
        let cancelled = self.plans(2, "Never to be");
        let announced = self.shows(here, &cancelled, "has scheduled", "Never to be").await;
        self.world.x.cancel(&cancelled).expect("cancelled");
        self.says(&announced, "was cancelled").await;
    }

    async fn host_who_reopens(&mut self) {
        let [here, words] = [self.world.channel, self.others[0]];
        let dropped = self.begins(1, "Drops zebrafinch");
        let post = self.shows(here, &dropped, "is live", "Drops zebrafinch").await;
        let by_word = self.shows(words, &dropped, "is live", "Drops zebrafinch").await;
        self.ends(&dropped, &[&post, &by_word]).await;
        let again = self.begins(1, "Zebrafinch again");
        let gone_on = self.shows(here, &again, "is live", "Zebrafinch again").await;
        assert_eq!(gone_on.id, post.id, "with X_PUSH={}", self.push);
        self.shows(words, &again, "is live", "Zebrafinch again").await;
        self.ends(&again, &[&post, &by_word]).await;
    }

    async fn crowd_that_comes(&mut self) {
        let crowd = self.others[1];
        let nasa = self.world.nasa.clone();
        let space = self.world.x.start_now(&nasa, "Filling").expect("a host");
        self.spaces.push(space.clone());
        self.world.x.set_count(&space, 3).expect("counted");
        self.world.visited().await;
        assert!(self.world.posts_in(crowd).is_empty(), "too few with X_PUSH={}", self.push);
        self.world.x.set_count(&space, 40).expect("counted");
        let post = self.shows(crowd, &space, "is live", "Filling").await;
        self.ends(&space, &[&post]).await;
    }

    async fn ways_to_be_missed(&mut self, bot: Bot) -> Bot {
        let here = self.world.channel;
        let gone = self.begins(3, "Taken away");
        let post = self.shows(here, &gone, "is live", "Taken away").await;
        self.world.x.end_as(&gone, EndLook::NotFound).expect("it is live");
        self.says(&post, "ended").await;
        // Where there is a stream, it breaks and stays away for a while.
        let away = self.world.x.fault(Fault::status(503), Scope::on(Endpoint::ActivityStream));
        self.world.x.end_streams(StreamEnd::CutMidLine);
        let missed = self.begins(4, "Into a gap");
        let post = self.shows(here, &missed, "is live", "Into a gap").await;
        self.world.x.clear_fault(away);
        self.ends(&missed, &[&post]).await;
        assert!(bot.stop().await.success());
        let down = self.begins(5, "While nobody runs");
        let bot = self.start().await;
        let post = self.shows(here, &down, "is live", "While nobody runs").await;
        self.ends(&down, &[&post]).await;
        bot
    }
}

/// What is in the channels after the story.
async fn told(push: &'static str) -> [Vec<Read>; 3] {
    let mut story = Story::new(push).await;
    let bot = story.start().await;
    story.plan_that_moves().await;
    story.host_who_reopens().await;
    story.crowd_that_comes().await;
    let bot = story.ways_to_be_missed(bot).await;
    story.world.visited().await;
    assert_eq!(open_streams(&story.world.x), usize::from(push == "stream"));
    assert!(bot.stop().await.success());
    [story.world.channel, story.others[0], story.others[1]].map(|channel| {
        let mut posts: Vec<Read> =
            story.world.posts_in(channel).iter().map(|message| story.read(message)).collect();
        posts.sort();
        posts
    })
}

#[tokio::test]
async fn turning_push_off_loses_nothing_but_seconds() {
    let (told, asked) = tokio::join!(told("stream"), told("off"));
    assert_eq!(asked.each_ref().map(Vec::len), [7, 1, 1], "{asked:#?}");
    assert_eq!(told, asked);
    assert!(!format!("{told:?}").contains(&format!("\"{UNSEEN}\"")), "each was completed");
}
