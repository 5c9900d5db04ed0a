//! The `spacebell` program: reads the settings, and runs or checks the bot, or shows it.
//!
//! Exit codes: 0 stopped in order, 2 settings wrong, 1 anything else.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use spacebell::app::SETTINGS_WRONG;
use spacebell::config::{Mistake, Settings};
#[cfg(feature = "demo")]
use spacebell::demo;
use spacebell::erasure::request;
use spacebell::{app, backup, check, heartbeat, telemetry};

/// A Discord bot that rings when a Space on X is scheduled, goes live or ends.
///
/// Settings come from the environment and from a file .env in the working directory; .env.example lists them.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Run the bot (the default).
    Run,
    /// Check the settings, ask Discord and X whether they accept them, and print the invite link.
    Check {
        /// Only look whether a bot lives on the database of DATABASE_URL; asks nobody. For health checks.
        #[arg(long)]
        live: bool,
    },
    /// Copy the database into a new file, also while the bot runs. With PostgreSQL, say how that is done.
    Backup {
        /// The file to make.
        file: PathBuf,
    },
    /// Erase all that is kept of a server, of a Discord user or of an X account, also while the bot runs.
    Erase(request::Arguments),
    /// Show the bot against stand-ins for Discord and X, on a page of this machine: no account is needed.
    #[cfg(feature = "demo")]
    Demo(demo::Arguments),
}

/// What needs settings.
#[derive(Debug)]
enum Task {
    Run,
    Check { live: bool },
    Backup(PathBuf),
    Erase(request::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        None | Some(Command::Run) => with_settings(Task::Run),
        Some(Command::Check { live }) => with_settings(Task::Check { live }),
        Some(Command::Backup { file }) => with_settings(Task::Backup(file)),
        Some(Command::Erase(arguments)) => with_settings(Task::Erase(arguments)),
        // It has no settings, and must not take those of a real bot.
        #[cfg(feature = "demo")]
        Some(Command::Demo(arguments)) => block_on(demo::run(arguments)),
    }
}

fn with_settings(task: Task) -> ExitCode {
    match dotenvy::from_path(".env") {
        Ok(()) => {}
        Err(error) if error.not_found() => {}
        Err(error) => {
            eprintln!("The file .env can't be read: {}. Mend or remove it.", without_values(&error));
            return ExitCode::from(SETTINGS_WRONG);
        }
    }
    let of_database = || Settings::read_database(|name| std::env::var(name).ok());
    match task {
        Task::Check { live: true } => match of_database() {
            Ok(database) => block_on(heartbeat::check(&database)),
            Err(mistakes) => tell(&mistakes),
        },
        Task::Backup(file) => match of_database() {
            Ok(database) => block_on(backup::run(&database, &file)),
            Err(mistakes) => tell(&mistakes),
        },
        Task::Erase(arguments) => match of_database() {
            Ok(database) => block_on(request::run(&database, &arguments)),
            Err(mistakes) => tell(&mistakes),
        },
        Task::Check { live: false } => with_all_settings(async |settings| check::run(&settings).await),
        Task::Run => with_all_settings(app::run),
    }
}

fn with_all_settings(task: impl AsyncFnOnce(Settings) -> ExitCode) -> ExitCode {
    let settings = match Settings::read(|name| std::env::var(name).ok()) {
        Ok(settings) => settings,
        Err(mistakes) => return tell(&mistakes),
    };
    if let Err(error) = telemetry::start(&settings.log, &settings.secrets()) {
        eprintln!("RUST_LOG can't be used: {error}.");
        return ExitCode::from(SETTINGS_WRONG);
    }
    block_on(task(settings))
}

fn block_on(task: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(task),
        Err(error) => {
            eprintln!("The system gives no threads or sockets: {error}.");
            ExitCode::FAILURE
        }
    }
}

fn tell(mistakes: &[Mistake]) -> ExitCode {
    eprintln!("Spacebell can't start with these settings:");
    for mistake in mistakes {
        eprintln!("  {mistake}");
    }
    ExitCode::from(SETTINGS_WRONG)
}

/// What is wrong with the file, without the line itself, which may hold a secret.
fn without_values(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(_, column) => format!("a line has an error near its character {column}"),
        other => other.to_string(),
    }
}
