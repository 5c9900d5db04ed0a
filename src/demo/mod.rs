//! `spacebell demo`: the very same bot against the stand-ins, with a page on loopback that shows both sides.
//!
//! Owns the stage (the stand-ins and what is seeded in them), the bot as a child process, the page, and the
//! story in the terminal. It knows the bot by its environment alone and must not reach into it: what the demo
//! shows is what an operator would get. Nothing here listens on anything but loopback.

mod acts;
mod api;
mod bot;
mod calls;
mod crowd;
mod delays;
mod page;
mod record;
mod script;
mod server;
mod stage;
mod story;
mod troubles;
mod view;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use crate::shutdown::Shutdown;
use bot::Bot;
use record::Record;
use stage::Stage;

/// The port of the page when none is asked for.
const PORT: u16 = 8090;

/// How the demo is run.
#[derive(Debug, Clone, Copy, Args)]
pub struct Arguments {
    /// The port of the page on 127.0.0.1; if it is taken, a free one is used.
    #[arg(long, default_value_t = PORT)]
    pub port: u16,
    /// Play one story in the terminal instead, and end with 0 only if each step was seen.
    #[arg(long)]
    pub script: bool,
}

/// Everything that a visitor can look at or touch.
#[derive(Debug)]
struct Demo {
    stage: Stage,
    bot: Bot,
    record: Record,
}

/// Runs the demo until it is asked to stop, or the story until its end.
pub async fn run(arguments: Arguments) -> ExitCode {
    let played = async { play(arguments, &Shutdown::listen().context("signals can't be heard")?).await };
    match played.await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("The demo stops: {error:#}.");
            ExitCode::FAILURE
        }
    }
}

async fn play(arguments: Arguments, shutdown: &Shutdown) -> anyhow::Result<ExitCode> {
    let stage = Stage::set().await.context("the stand-ins can't start")?;
    let bot = Bot::of(&stage).context("this program can't be found again to be started as the bot")?;
    let demo = Arc::new(Demo { stage, bot, record: Record::default() });
    let played = tokio::select! {
        played = perform(arguments, &demo) => played,
        () = shutdown.asked() => Ok(ExitCode::SUCCESS),
    };
    demo.bot.kill().await.context("the bot can't be stopped")?;
    played
}

async fn perform(arguments: Arguments, demo: &Arc<Demo>) -> anyhow::Result<ExitCode> {
    if arguments.script {
        return Ok(script::play(demo).await);
    }
    let listener = server::listen(arguments.port).await.context("no port on loopback is free")?;
    println!("Spacebell's demo sets its stage …");
    if let Err(late) = story::open(demo).await {
        println!("The opening story isn't complete: {late}.");
    }
    server::serve(listener, arguments.port, demo).await?;
    Ok(ExitCode::SUCCESS)
}
