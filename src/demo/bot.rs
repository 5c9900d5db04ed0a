//! The bot as a child process: this very program, told everything by environment alone.
//!
//! A real process, so that killing it and starting it again are real too. What it logs is kept here, the last
//! lines of it, to be shown.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::stage::{DISCORD_TOKEN, SECRET_KEY, Stage, X_CLIENT_ID, X_CLIENT_SECRET, X_TOKEN};

/// How many of the bot's log lines are kept.
const LOG_LINES: usize = 120;

/// The bot, running or not.
#[derive(Debug)]
pub(super) struct Bot {
    program: PathBuf,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    life: Mutex<Life>,
    log: Arc<Mutex<VecDeque<String>>>,
}

#[derive(Debug)]
struct Life {
    child: Option<Child>,
    starts: u32,
    push: bool,
}

/// How the bot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    /// The process, while it runs.
    pub process: Option<u32>,
    /// How often it was started.
    pub starts: u32,
    /// Whether X is to tell it of starts and ends by itself.
    pub push: bool,
}

impl Bot {
    /// The bot that is to talk to the stand-ins of this stage; not started yet.
    pub fn of(stage: &Stage) -> io::Result<Self> {
        let folder = stage.folder.path().to_owned();
        let database = format!("sqlite://{}", folder.join("spacebell.db").display());
        let environment = vec![
            ("DISCORD_TOKEN", DISCORD_TOKEN.to_owned()),
            ("DISCORD_API_BASE_URL", stage.discord.url().to_owned()),
            ("X_BEARER_TOKEN", X_TOKEN.to_owned()),
            ("X_API_BASE_URL", stage.x.url()),
            ("DATABASE_URL", database),
            // Whoever moderates here sees what those who run a bot see.
            ("OPERATOR_USER_IDS", stage.people[0].id.to_string()),
            // A visitor may ask as much as they like.
            ("MAX_QUERIES_PER_PERSON", "1000".to_owned()),
            ("METRICS_ADDR", "127.0.0.1:0".to_owned()),
            ("HTTP_ADDR", stage.pages.to_string()),
            ("PUBLIC_URL", format!("http://{}", stage.pages)),
            ("X_CLIENT_ID", X_CLIENT_ID.to_owned()),
            ("X_CLIENT_SECRET", X_CLIENT_SECRET.to_owned()),
            ("SECRET_KEY", SECRET_KEY.to_owned()),
            ("RUST_LOG", "warn,spacebell=info".to_owned()),
            ("NO_COLOR", "1".to_owned()),
        ];
        let program = std::env::current_exe()?;
        let life = Mutex::new(Life { child: None, starts: 0, push: true });
        Ok(Self { program, folder, environment, life, log: Arc::default() })
    }

    /// Starts it, unless it runs already.
    pub fn start(&self) -> io::Result<()> {
        let mut life = self.life.lock().unwrap_or_else(PoisonError::into_inner);
        if runs(&mut life).is_some() {
            return Ok(());
        }
        let mut command = Command::new(&self.program);
        command.arg("run").env_clear().envs(self.environment.iter().map(|(name, value)| (*name, value)));
        command.env("X_PUSH", if life.push { "stream" } else { "off" });
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        // Ctrl-C is for the demo, which then ends the bot.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.kill_on_drop(true).spawn()?;
        if let Some(errors) = child.stderr.take() {
            tokio::spawn(keep(BufReader::new(errors), Arc::clone(&self.log)));
        }
        life.child = Some(child);
        life.starts += 1;
        Ok(())
    }

    /// Kills it at once, as a power cut would, and waits until it is gone.
    pub async fn kill(&self) -> io::Result<()> {
        let child = self.life.lock().unwrap_or_else(PoisonError::into_inner).child.take();
        match child {
            Some(mut child) => child.kill().await,
            None => Ok(()),
        }
    }

    /// Lets X tell it by itself, or not. As a setting it takes effect at a start: if the bot runs, it is started again.
    pub async fn set_push(&self, on: bool) -> io::Result<()> {
        let runs = {
            let mut life = self.life.lock().unwrap_or_else(PoisonError::into_inner);
            if life.push == on {
                return Ok(());
            }
            life.push = on;
            runs(&mut life).is_some()
        };
        if runs {
            self.kill().await?;
            self.start()?;
        }
        Ok(())
    }

    /// Whether it runs.
    pub fn status(&self) -> Status {
        let mut life = self.life.lock().unwrap_or_else(PoisonError::into_inner);
        Status { process: runs(&mut life), starts: life.starts, push: life.push }
    }

    /// The last lines of its log, oldest first.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

fn runs(life: &mut Life) -> Option<u32> {
    let child = life.child.as_mut()?;
    match child.try_wait() {
        Ok(None) => child.id(),
        Ok(Some(_)) | Err(_) => None,
    }
}

/// Keeps the last lines of what the bot says, until it says no more.
async fn keep(errors: BufReader<tokio::process::ChildStderr>, log: Arc<Mutex<VecDeque<String>>>) {
    let mut lines = errors.lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == LOG_LINES {
            log.pop_front();
        }
        log.push_back(line);
    }
}
