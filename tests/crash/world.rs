//! One world: X, Discord with a server of many channels, and the program between them, whose life is short.
//!
//! Owns the child process, its clock and its database. The clocks of all three are moved together, and only while the
//! program is down.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use spacebell_sim::discord::{self, Bucket, Target, bits};
use spacebell_sim::x;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use crate::arguments::Kind;
use crate::place::Place;

use crate::shim::Clocks;

/// Longer than anything takes on a machine that is busy with other things.
pub const PATIENCE: Duration = Duration::from_mins(5);
const DISCORD_TOKEN: &str = "MTA5.stand-in.crash";
const X_TOKEN: &str = "AAAA-stand-in-crash";
/// How long Discord remembers a nonce here.
pub const NONCE_LIFE: Duration = Duration::from_mins(2);

/// A channel.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub id: u64,
    /// Whether the bot may read its history.
    pub readable: bool,
}

pub struct World {
    pub x: x::Server,
    pub discord: discord::Server,
    pub rooms: Vec<Room>,
    pub moderator: u64,
    pub role: u64,
    pub place: Place,
    /// Held by whoever of the harness looks at the database, so that none of its connections is cut.
    pub looking: Mutex<()>,
    dir: TempDir,
    shim: PathBuf,
    clocks: Clocks,
}

impl World {
    pub async fn new(kind: Kind, seed: u64, shim: &Path, nonce_life: Duration) -> Result<Self> {
        let rules = x::Rules { requests: 900_000, ..x::Rules::default() };
        let x = x::Server::start(x::Settings {
            bearer_token: X_TOKEN.to_owned(),
            rules,
            seed,
            ..x::Settings::default()
        })
        .await?;
        let settings = discord::Settings {
            tokens: vec![DISCORD_TOKEN.to_owned()],
            // Limits that bite now and then, and don't make the story long.
            message_create: Some(Bucket::new(5, Duration::from_secs(1))),
            message_edit: Some(Bucket::new(5, Duration::from_secs(1))),
            old_edits: None,
            nonce_expiry: nonce_life,
            ..discord::Settings::default()
        };
        let discord = discord::Server::start(settings).await?;
        let guild = discord.add_guild("Space watchers");
        let moderator = discord.add_user("mona");
        discord.add_member(guild, moderator, bits::MANAGE_GUILD);
        let role = discord.add_role(guild, "listeners", 0, true);
        let mut rooms = Vec::new();
        for n in 0..8 {
            let id = discord.add_channel(guild, &format!("room-{n}"), 0);
            let readable = n % 4 != 3;
            if !readable {
                let bot = Target::Member(discord.bot_id());
                discord.set_overwrite(id, bot, 0, bits::READ_MESSAGE_HISTORY);
            }
            rooms.push(Room { id, readable });
        }
        rooms.push(Room { id: discord.add_thread(rooms[0].id, "thread", 11), readable: true });
        let dir = tempfile::Builder::new().prefix("spacebell-crash-").tempdir()?;
        let clocks = Clocks::new(dir.path().join("clocks"))?;
        Ok(Self {
            x,
            discord,
            rooms,
            moderator,
            role,
            place: Place::make(kind, dir.path()).await,
            looking: Mutex::new(()),
            dir,
            shim: shim.to_owned(),
            clocks,
        })
    }

    /// Starts the program, and waits for nothing.
    pub fn spawn(&self) -> Result<Bot> {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.dir.path().join("log"))?;
        let child = Command::new(env!("CARGO_BIN_EXE_spacebell"))
            .env_clear()
            .current_dir(self.dir.path())
            .env("LD_PRELOAD", &self.shim)
            .env("CLOCK_FILE", self.clocks.path())
            .env("DISCORD_TOKEN", DISCORD_TOKEN)
            .env("DISCORD_API_BASE_URL", self.discord.url())
            .env("X_BEARER_TOKEN", X_TOKEN)
            .env("X_API_BASE_URL", self.x.url())
            .env("X_DAILY_BUDGET_USD", "1000")
            .env("DATABASE_URL", self.place.url())
            .env("RUST_LOG", "warn,spacebell=debug")
            .stderr(log)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the program doesn't start")?;
        Ok(Bot(child))
    }

    /// Starts the program, and waits until it hears commands.
    pub async fn start(&self) -> Result<Bot> {
        let bot = self.spawn()?;
        self.connected().await.context("the program doesn't connect")?;
        Ok(bot)
    }

    /// Waits until commands can be typed.
    pub async fn connected(&self) -> Result<(), discord::TimedOut> {
        self.discord
            .wait_for(PATIENCE, |discord| {
                (discord.connected() > 0 && !discord.commands(None).is_empty()).then_some(())
            })
            .await
    }

    /// Time passes, everywhere. The program must be down.
    pub fn pass(&self, by: Duration) -> Result<()> {
        self.x.advance(by);
        self.discord.advance(by);
        // Timers don't outlive the program.
        Ok(self.clocks.shift(i64::try_from(by.as_millis())?, Duration::ZERO)?)
    }

    /// Holds that the program lives in the time that X and Discord live in, by its heartbeat.
    pub async fn hold_clock(&self) -> Result<()> {
        let shown = self.place.beat_at().await?;
        let apart = self.x.now().duration_since(shown).abs();
        ensure!(
            apart < jiff::SignedDuration::from_secs(60),
            "the program's clock is {apart:?} away from X's"
        );
        Ok(())
    }

    /// Leaves folder and database to whoever looks for what went wrong, and says where they are.
    pub fn keep(self) -> String {
        let folder = self.dir.keep().display().to_string();
        match self.place.keep() {
            Some(database) => format!("{folder} and the database {database}"),
            None => folder,
        }
    }
}

/// The program, running.
pub struct Bot(Child);

impl Bot {
    /// SIGKILL.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.0.try_wait()? {
            anyhow::bail!("the program ended by itself: {status}");
        }
        self.0.kill().await?;
        Ok(())
    }
}
