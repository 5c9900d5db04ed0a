//! The opening story: what is on the page when a visitor comes.
//!
//! Everything in it happened: commands were typed through the stand-in, Spaces moved on X, and the bot answered
//! and posted. Each step waits for what it causes, and none for longer than [`PATIENCE`].

use std::time::Duration;

use serde_json::{Map, Value, json};
use spacebell_sim::discord::{Message, TimedOut};
use spacebell_sim::x::Connection;

use super::Demo;
use super::acts::{self, Act, Look};
use super::calls::{self, Call, Reader};

/// The longest that one step of a story may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A step that wasn't seen.
#[derive(Debug, thiserror::Error)]
pub(super) enum Missed {
    /// Something didn't happen in time.
    #[error("{0} didn't happen within {PATIENCE:?}")]
    Late(&'static str),
    /// Somebody couldn't do what the story wants.
    #[error("{0}")]
    Refused(String),
}

/// Starts the bot and plays the story.
pub(super) async fn open(demo: &Demo) -> Result<(), Missed> {
    let stage = &demo.stage;
    let (mona, lee, priya) = (stage.person("Mona"), stage.person("Lee"), stage.person("Priya"));
    let (welcome, spaces) = (stage.channel("welcome"), stage.channel("spaces"));
    let says = |channel, who, text: &str| {
        stage.discord.write(channel, who, text);
    };
    says(welcome, mona, "Welcome! This is a stand-in for Discord, with nothing behind it but this page.");
    says(
        welcome,
        mona,
        "The bot is real: it runs on this machine, and beside this is a stand-in for X that it watches.",
    );
    says(
        welcome,
        mona,
        "Type **/** below to use it, or schedule a Space on the other side and see what rings in #spaces.",
    );
    says(
        spaces,
        priya,
        "Could somebody tell us when **Deep Field** or **Ada** go live? I keep missing them.",
    );
    says(spaces, mona, "I'll put a bell on them.");

    start(demo).await?;
    let listeners = stage.role("listeners").to_string();
    follow(demo, "spaces", "follow host", json!({ "host": "deepfield", "role": listeners })).await?;
    follow(demo, "spaces", "follow host", json!({ "host": "ada_codes", "role": listeners })).await?;
    follow(demo, "rust", "follow keyword", json!({ "keyword": "rust" })).await?;
    follow(demo, "night-music", "follow host", json!({ "host": "lunaparkradio", "when": "live_ended" }))
        .await?;
    follow(demo, "bell-tests", "follow list", json!({})).await?;
    follow(demo, "bell-tests", "settings set", json!({ "events": true })).await?;

    told_by_x(demo, 3).await?;
    let vinyl = start_now(demo, "lunaparkradio", "Vinyl night: side A")?;
    count(demo, &vinyl, 187)?;
    seen(demo, "night-music", "the first live post", |post| post.content.contains("live")).await?;
    let first_light = act(
        demo,
        &Act::Schedule {
            host: stage.host("deepfield").to_string(),
            title: "First light: what the new survey saw".to_owned(),
            minutes: 45,
        },
    )?;
    stage.x.set_subscribers(&*first_light, 64).map_err(|error| Missed::Refused(error.to_string()))?;
    act(demo, &Act::End { space: vinyl, look: Look::Ended })?;
    seen(demo, "night-music", "the end's edit", |post| post.content.contains("ended")).await?;
    seen(demo, "spaces", "the scheduled post", |post| post.content.contains("scheduled")).await?;
    let listed = stage.discord.wait_for(PATIENCE, |discord| discord.scheduled_events(stage.guild).pop());
    listed.await.map_err(|_| Missed::Late("the server's event"))?;
    says(spaces, lee, "Saved the date 🔭");
    let rust = start_now(demo, "ada_codes", "Rust after hours: async without tears")?;
    let kai = stage.host("kai_builds").to_string();
    act(demo, &Act::Cohost { space: rust.clone(), host: kai })?;
    count(demo, &rust, 243)?;
    seen(demo, "spaces", "the live post", |post| !post.pings.is_empty()).await?;
    says(spaces, priya, "It rang this time. Thank you!");
    Ok(())
}

/// Waits until X is to tell the bot of the starts and ends of so many hosts, and can.
pub(super) async fn told_by_x(demo: &Demo, hosts: usize) -> Result<(), Missed> {
    let x = &demo.stage.x;
    let subscribed = x.wait_for_subscriptions(|all| all.len() >= 2 * hosts, PATIENCE);
    subscribed.await.ok_or(Missed::Late("X's telling the bot of its hosts"))?;
    let is_open = |streams: &[Connection]| streams.iter().any(|stream| stream.disconnected_at.is_none());
    let open = x.wait_for_connections(is_open, PATIENCE);
    open.await.map(|_| ()).ok_or(Missed::Late("the stream from X"))
}

/// Starts the bot and waits until it hears commands.
pub(super) async fn start(demo: &Demo) -> Result<(), Missed> {
    demo.bot.start().map_err(|error| Missed::Refused(error.to_string()))?;
    let discord = &demo.stage.discord;
    let before = discord.gateway().identifies.len();
    let connected = discord.wait_for(PATIENCE, |discord| {
        let identified = discord.gateway().identifies.len() > before || demo.bot.status().starts == 1;
        (identified && discord.connected() > 0 && !discord.commands(None).is_empty()).then_some(())
    });
    connected.await.map_err(|_| Missed::Late("the bot's coming online"))
}

/// Has Mona type a command; its first answer is waited for.
pub(super) async fn follow(demo: &Demo, channel: &str, name: &str, options: Value) -> Result<(), Missed> {
    let reader = Reader {
        user: demo.stage.person("Mona").to_string(),
        channel: demo.stage.channel(channel).to_string(),
        locale: "en-US".to_owned(),
    };
    let options = match options {
        Value::Object(options) => options,
        _ => Map::new(),
    };
    let call = Call::Command { name: name.to_owned(), options };
    let answer = calls::make(demo, &reader, call).await.map_err(Missed::Refused)?;
    if answer["failed"] == true { Err(Missed::Late("the bot's answer")) } else { Ok(()) }
}

/// Waits for a post of the bot in a channel.
pub(super) async fn seen(
    demo: &Demo,
    channel: &str,
    what: &'static str,
    fits: impl Fn(&Message) -> bool,
) -> Result<Message, Missed> {
    let bot = demo.stage.discord.bot_id();
    let fits =
        |message: &Message| message.author_id == bot && message.interaction_id.is_none() && fits(message);
    let found = demo.stage.discord.wait_for_message(demo.stage.channel(channel), fits, PATIENCE).await;
    found.map_err(|TimedOut(_)| Missed::Late(what))
}

/// Carries an act on X out.
pub(super) fn act(demo: &Demo, act: &Act) -> Result<String, Missed> {
    let space = acts::perform(demo, act).map_err(|error| Missed::Refused(error.to_string()))?;
    Ok(space.to_string())
}

fn start_now(demo: &Demo, host: &str, title: &str) -> Result<String, Missed> {
    act(demo, &Act::StartNow { host: demo.stage.host(host).to_string(), title: title.to_owned() })
}

fn count(demo: &Demo, space: &str, people: u64) -> Result<(), Missed> {
    act(demo, &Act::Count { space: space.to_owned(), people }).map(drop)
}
