//! The story in the terminal: one evening with a Space, step by step.
//!
//! Each step does one thing and waits until its effect is seen; the first that isn't ends the story with a
//! failure. What it prints is for people: what was done, what the bot made of it, how long that took.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::IsTerminal;
use std::process::ExitCode;

use serde_json::json;
use spacebell_sim::discord::Message;
use tokio::time::Instant;

use super::Demo;
use super::acts::{Act, Look};
use super::calls::{self, Call, Reader};
use super::story::{self, Missed};
use super::troubles::{self, Trouble};
use super::view;

/// Plays the story; success only if each step was seen.
pub(super) async fn play(demo: &Demo) -> ExitCode {
    let mut teller = Teller { steps: 0, colours: std::io::stdout().is_terminal() };
    teller.title("Spacebell: one evening with a Space, told by the bot itself");
    println!(
        "The bot is the real one. Discord and X are stand-ins on this machine; each step waits until it is seen.\n"
    );
    match tell(demo, &mut teller).await {
        Ok(()) => {
            teller.line(&format!("Each of {} steps was seen.", teller.steps));
            ExitCode::SUCCESS
        }
        Err(missed) => {
            teller.failed(&missed);
            for line in demo.bot.log() {
                eprintln!("  bot | {line}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn tell(demo: &Demo, teller: &mut Teller) -> Result<(), Missed> {
    let stage = &demo.stage;
    let host = stage.host("deepfield").to_string();

    let step = teller.step("The bot starts, connects to Discord and registers its commands");
    story::start(demo).await?;
    step.seen(&format!("{} commands", stage.discord.commands(None).len()));

    let step = teller.step("Mona types /follow host  host: deepfield  role: @listeners  in #spaces");
    let role = stage.role("listeners").to_string();
    story::follow(demo, "spaces", "follow host", json!({ "host": "deepfield", "role": role })).await?;
    let answer = stage.discord.wait_for_message(
        stage.channel("spaces"),
        |message| message.interaction_id.is_some() && !message.is_loading(),
        story::PATIENCE,
    );
    step.seen(&plain(demo, &answer.await.map_err(|_| Missed::Late("the answer"))?));

    let step = teller.step("Deep Field schedules a Space for in 45 minutes");
    let space = story::act(
        demo,
        &Act::Schedule { host, title: "First light: what the survey saw".to_owned(), minutes: 45 },
    )?;
    let scheduled = seen(demo, "the scheduled post", |post| post.content.contains("scheduled")).await?;
    step.seen(&plain(demo, &scheduled));

    remind(demo, teller, &scheduled).await?;

    let step =
        teller.step("The host gives it another title: the same message is edited, and nobody is pinged");
    let title = "First light, and second thoughts";
    story::act(demo, &Act::Rename { space: space.clone(), title: title.to_owned() })?;
    let renamed = seen(demo, "the edit", |post| {
        post.id == scheduled.id && post.embeds.iter().any(|embed| embed["title"] == title)
    });
    let renamed = renamed.await?;
    if !renamed.pings.roles.is_empty() {
        return Err(Missed::Refused("the edit pinged a role".to_owned()));
    }
    step.seen(&plain(demo, &renamed));

    let step = teller.step("The Space goes live: a new message, which pings @listeners once");
    story::act(demo, &Act::Start { space: space.clone() })?;
    let live = seen(demo, "the live post", |post| !post.pings.roles.is_empty()).await?;
    step.seen(&plain(demo, &live));
    seen(demo, "the pointer", |post| post.id == scheduled.id && post.content.contains(&live.id.to_string()))
        .await?;

    let step = teller.step("Lee, who wanted to be reminded, gets a direct message");
    let reminder = direct(demo, "the reminder", |message| message.content.contains("live")).await?;
    step.seen(&plain(demo, &reminder));

    let step = teller.step("X goes down, and comes back: an error is never taken for an end");
    let down = BTreeSet::from([Trouble::XDown]);
    troubles::apply(stage, &BTreeSet::new(), &down);
    asked(demo, 503).await.ok_or(Missed::Late("a question to X that fails"))?;
    troubles::apply(stage, &down, &BTreeSet::new());
    asked(demo, 200).await.ok_or(Missed::Late("a question to X that succeeds again"))?;
    let now = stage.discord.message(live.channel_id, live.id);
    let still =
        now.filter(|post| post.content.contains("live")).ok_or(Missed::Late("the post's staying live"))?;
    step.seen(&plain(demo, &still));

    let step = teller.step("The bot is killed; meanwhile the Space ends; the bot starts again");
    demo.bot.kill().await.map_err(|error| Missed::Refused(error.to_string()))?;
    story::act(demo, &Act::End { space, look: Look::Ended })?;
    story::start(demo).await?;
    let ended = seen(demo, "the end's edit", |post| post.id == live.id && post.content.contains("ended"));
    step.seen(&plain(demo, &ended.await?));

    let step = teller.step("Nothing was posted twice");
    let posts = stage.discord.messages(stage.channel("spaces")).into_iter();
    let posts: Vec<Message> = posts.filter(|message| message.interaction_id.is_none()).collect();
    let pings = posts.iter().filter(|post| !post.pings.roles.is_empty()).count();
    if (posts.len(), pings) != (2, 1) {
        let found = format!("there are {} posts and {pings} pings instead of 2 and 1", posts.len());
        return Err(Missed::Refused(found));
    }
    step.seen("2 messages for one Space, its announcement and its live post; 1 ping");
    sum_up(demo, teller);
    Ok(())
}

/// Lee presses Remind me below the announcement.
async fn remind(demo: &Demo, teller: &mut Teller, scheduled: &Message) -> Result<(), Missed> {
    let step = teller.step("Lee presses Remind me");
    let reader = Reader {
        user: demo.stage.person("Lee").to_string(),
        channel: scheduled.channel_id.to_string(),
        locale: "en-US".to_owned(),
    };
    let label = "Remind me".to_owned();
    let press = Call::Press { message: scheduled.id.to_string(), custom_id: label.clone(), label };
    calls::make(demo, &reader, press).await.map_err(Missed::Refused)?;
    let first = direct(demo, "the first direct message", |_| true).await?;
    step.seen(&plain(demo, &first));
    Ok(())
}

/// Waits for a direct message to Lee.
async fn direct(demo: &Demo, what: &'static str, fits: impl Fn(&Message) -> bool) -> Result<Message, Missed> {
    let lee = demo.stage.person("Lee");
    let found = demo.stage.discord.wait_for(story::PATIENCE, |discord| {
        let messages = discord.messages(discord.direct_channel_of(lee)?);
        messages.into_iter().find(|message| fits(message))
    });
    found.await.map_err(|_| Missed::Late(what))
}

async fn seen(demo: &Demo, what: &'static str, fits: impl Fn(&Message) -> bool) -> Result<Message, Missed> {
    story::seen(demo, "spaces", what, fits).await
}

/// Waits until X, from now on, has answered a question with that status.
async fn asked(demo: &Demo, status: u16) -> Option<()> {
    let before = demo.stage.x.requests().len();
    let fits = |request: &spacebell_sim::x::Request| {
        usize::try_from(request.number).is_ok_and(|number| number > before) && request.status == Some(status)
    };
    demo.stage.x.wait_for_request(fits, story::PATIENCE).await.map(drop)
}

fn sum_up(demo: &Demo, teller: &Teller) {
    let delays = view::delays_so_far(demo, &demo.record.notes());
    let asked: u64 = demo.stage.x.counts().values().sum();
    let answered = demo.stage.discord.requests().len();
    let tenths = demo.stage.x.bill().micros / 1000;
    let (cents, tenth) = (tenths / 10, tenths % 10);
    teller.line("");
    if let Some(median) = super::delays::median(&delays) {
        teller.line(&format!("From X to Discord: {median} ms, the median of {} changes.", delays.len()));
    }
    teller.line(&format!("Requests: {asked} to X, {answered} to Discord. X's bill: {cents}.{tenth} cents."));
}

/// A message as one line for people, without Discord's marks.
fn plain(demo: &Demo, message: &Message) -> String {
    let stage = &demo.stage;
    let mut text = linkless(message.content.lines().next().unwrap_or_default()).replace('\\', "");
    for role in &stage.roles {
        text = text.replace(&format!("<@&{}>", role.id), &format!("@{}", role.name));
    }
    for channel in &stage.channels {
        text = text.replace(&format!("<#{}>", channel.id), &format!("#{}", channel.name));
    }
    let title = message.embeds.iter().find_map(|embed| embed["title"].as_str());
    title.map_or(text.clone(), |title| format!("{text} · “{title}”"))
}

/// A text whose links, `[words](<address>)`, are their words alone.
fn linkless(text: &str) -> String {
    let mut pieces = text.split("](<");
    let mut said = pieces.next().unwrap_or_default().replace('[', "");
    for piece in pieces {
        said += &piece.split_once(">)").map_or(piece, |(_, rest)| rest).replace('[', "");
    }
    said
}

/// Prints the story.
struct Teller {
    steps: u32,
    colours: bool,
}

/// A step that has begun.
struct Step {
    colours: bool,
    began: Instant,
}

impl Teller {
    fn title(&self, text: &str) {
        println!("{}\n", paint(self.colours, "1", text));
    }

    fn line(&self, text: &str) {
        println!("{}", paint(self.colours, "1", text));
    }

    fn step(&mut self, what: &str) -> Step {
        self.steps += 1;
        println!("{} {what}", paint(self.colours, "1", format!("{:>2}.", self.steps)));
        Step { colours: self.colours, began: Instant::now() }
    }

    fn failed(&self, missed: &Missed) {
        println!("    {} {missed}", paint(self.colours, "31", "✗ not seen:"));
    }
}

impl Step {
    fn seen(self, what: &str) {
        let took = format!("{:.1} s", self.began.elapsed().as_secs_f32());
        println!("    {} {what}  {}\n", paint(self.colours, "32", "✓"), paint(self.colours, "2", took));
    }
}

fn paint(colours: bool, code: &str, text: impl Display) -> String {
    if colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
}
