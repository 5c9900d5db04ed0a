//! `spacebell erase`: all that is kept of a server, a person on Discord or an account on X, at an operator's word.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use crate::clock::{Clock as _, SystemClock};
use crate::config::DatabaseUrl;
use crate::domain::erasure::{Account, Erased, Whose};
use crate::domain::ids::{DiscordUserId, GuildId};
use crate::domain::input;
use crate::store::{ProcessLock, Store, StoreError};

/// The exit code for arguments that can't be used, as for settings.
const ARGUMENTS_WRONG: u8 = 2;
/// How long the running bot is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is looked whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// What to erase: exactly one.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    #[command(flatten)]
    whose: Target,
    /// Ask nothing.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// A server on Discord, by its id: its follows, blocks, language and decisions; its posts are emptied.
    #[arg(long, value_name = "ID", value_parser = server)]
    server: Option<Whose>,
    /// A person on Discord, by their id: their linked account, what they asked, and that they made follows, which stay.
    #[arg(long, value_name = "ID", value_parser = person)]
    user: Option<Whose>,
    /// An account on X, by @name or id: its Spaces, links with it, each follow and block of it; posts about its Spaces are emptied.
    #[arg(long, value_name = "@NAME or ID", value_parser = account)]
    account: Option<Whose>,
}

fn server(typed: &str) -> Result<Whose, String> {
    snowflake(typed).map(GuildId::new).map(Whose::Server)
}

fn person(typed: &str) -> Result<Whose, String> {
    snowflake(typed).map(DiscordUserId::new).map(Whose::Person)
}

fn snowflake(typed: &str) -> Result<u64, String> {
    let id = typed.parse().ok().filter(|id| (1..=i64::MAX.unsigned_abs()).contains(id));
    id.ok_or_else(|| "an id is a number. Switch on Developer Mode in Discord and choose Copy ID".to_owned())
}

fn account(typed: &str) -> Result<Whose, String> {
    if let Ok(id) = typed.parse() {
        return Ok(Whose::Account(Account::Id(id)));
    }
    let named = input::host(typed).map(|name| Whose::Account(Account::Named(name)));
    named.map_err(|_| "an account is its @name or its id, which is a number".to_owned())
}

/// How an erasure ended.
enum End {
    /// It is done, and this was there.
    Done(Erased),
    /// The bot that runs was asked, and hasn't answered in time.
    Asked,
}

/// Erases, and says what. Exit codes: 0 it is done, 2 it wasn't confirmed where nobody can be asked, 1 anything else.
#[expect(clippy::print_stdout, reason = "this command's purpose is to print")]
pub async fn run(database: &DatabaseUrl, arguments: &Arguments) -> ExitCode {
    let Target { server, user, account } = &arguments.whose;
    let Some(whose) = server.or(*user).or(*account) else { return ExitCode::from(ARGUMENTS_WRONG) };
    if !arguments.yes {
        if !std::io::stdin().is_terminal() {
            println!("Nothing was erased: nobody can be asked here. Add --yes to erase without a question.");
            return ExitCode::from(ARGUMENTS_WRONG);
        }
        if !confirmed(&whose) {
            println!("Nothing was erased.");
            return ExitCode::FAILURE;
        }
    }
    match erase(database.as_str(), &whose).await {
        Ok(End::Done(erased)) => {
            print!("{}", told(&whose, &erased));
            ExitCode::SUCCESS
        }
        Ok(End::Asked) => {
            println!(
                "The bot that runs hasn't erased it within {} s. It will, as soon as it can; its log says why it \
                 can't.",
                PATIENCE.as_secs()
            );
            ExitCode::FAILURE
        }
        Err(error) => {
            // Where the connection broke off at the very end, nobody knows.
            println!("It may not be erased: {error}. Check DATABASE_URL and try again; twice does no harm.");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "this command's purpose is to print")]
fn confirmed(whose: &Whose) -> bool {
    print!("Erase all that is kept of {whose}? It can't be undone. Type yes: ");
    let mut answer = String::new();
    let read = std::io::stdout().flush().and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    read.is_ok() && answer.trim().eq_ignore_ascii_case("yes")
}

async fn erase(url: &str, whose: &Whose) -> Result<End, StoreError> {
    let clock = SystemClock;
    let until = Instant::now() + PATIENCE;
    let mut asked: Option<(Store, i64)> = None;
    loop {
        if let Some(lock) = ProcessLock::try_take(url).await? {
            let store = lock.open(process(), clock.now()).await?;
            let erased = store.erase(whose, clock.now()).await?.erased;
            if let Some((beside, number)) = asked {
                store.forget_erasure(number).await?;
                beside.close().await;
            }
            store.close().await;
            return Ok(End::Done(erased));
        }
        let (store, number) = if let Some(asked) = asked.take() {
            asked
        } else {
            let store = Store::beside(url).await?;
            let number = store.request_erasure(whose, clock.now()).await?;
            (store, number)
        };
        if let Some(erased) = store.finished_erasure(number).await? {
            store.forget_erasure(number).await?;
            store.close().await;
            return Ok(End::Done(erased));
        }
        if Instant::now() >= until {
            store.close().await;
            return Ok(End::Asked);
        }
        asked = Some((store, number));
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a process is told from all others by chance")]
fn process() -> u128 {
    rand::random()
}

/// What was erased, a line each.
fn told(whose: &Whose, erased: &Erased) -> String {
    if erased.is_nothing() {
        return format!("Nothing was kept of {whose}.\n");
    }
    let counts = [
        (erased.follows, "follow", "follows"),
        (erased.blocks, "block", "blocks"),
        (erased.spaces, "Space", "Spaces"),
        (erased.accounts, "account", "accounts"),
        (erased.decisions, "decision about a post", "decisions about posts"),
        (erased.questions, "question", "questions"),
        (erased.reminders, "reminder", "reminders"),
        (
            erased.links,
            "linked account, which X is told to let go while the bot runs",
            "linked accounts, which X is told to let go while the bot runs",
        ),
        (
            erased.authors,
            "follow that no longer says who made it",
            "follows that no longer say who made them",
        ),
        (
            erased.posts,
            "post that the bot empties now, while it runs",
            "posts that the bot empties now, while it runs",
        ),
    ];
    let mut lines = format!("Erased of {whose}:\n");
    for (count, one, many) in counts.into_iter().filter(|(count, ..)| *count > 0) {
        // Writing to a String can't fail.
        let _ = writeln!(lines, "  {count} {}", if count == 1 { one } else { many });
    }
    lines
}
