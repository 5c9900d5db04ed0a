//! A world with X and Discord in it, and the program as a child process.

use std::fs;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spacebell::domain::filter::Filter;
use spacebell::domain::follow::{Target, When};
use spacebell::domain::ids::{ChannelId, DiscordUserId, GuildId, RoleId, Username};
use spacebell::domain::space::XUser;
use spacebell::store::{NewFollow, Store, UserRow};
use spacebell_sim::discord::{self, Interaction, Message, Reply, bits};
use spacebell_sim::x;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::postgres;

/// Long enough for anything that must happen, on a machine that is busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// The tokens that the stand-ins accept, unlike any other word in a log.
pub const DISCORD_TOKEN: &str = "MTA5.stand-in.discord-secret-0123456789";
pub const X_TOKEN: &str = "AAAA-stand-in-x-secret-0123456789";

/// A server with one moderator, one member and one channel, and NASA and a rival on X.
pub struct World {
    pub x: x::Server,
    pub discord: discord::Server,
    pub guild: u64,
    pub channel: u64,
    pub moderator: u64,
    pub member: u64,
    pub nasa: x::UserId,
    /// The program's database, where it isn't a file.
    postgres: Option<postgres::Database>,
    dir: TempDir,
}

/// Whatever a test did, what was said on its way is as the APIs describe it.
impl Drop for World {
    fn drop(&mut self) {
        crate::conformance::hold(&self.x, &self.discord);
    }
}

/// The program, running.
pub struct Bot {
    child: Child,
    log: PathBuf,
}

impl World {
    /// A world in which X allows much, so that stories are short.
    pub async fn new() -> Self {
        Self::with(generous(), discord::Settings::default()).await
    }

    pub async fn with(x: x::Settings, discord: discord::Settings) -> Self {
        let keep_exchanges = crate::conformance::wanted();
        let x = x::Server::start(x::Settings { bearer_token: X_TOKEN.to_owned(), keep_exchanges, ..x })
            .await
            .expect("X starts");
        let discord = discord::Server::start(discord::Settings {
            tokens: vec![DISCORD_TOKEN.to_owned()],
            keep_exchanges,
            ..discord
        })
        .await
        .expect("Discord starts");
        let guild = discord.add_guild("Space watchers");
        let channel = discord.add_channel(guild, "spaces", 0);
        let moderator = discord.add_user("mona");
        discord.add_member(guild, moderator, bits::MANAGE_GUILD);
        let member = discord.add_user("lee");
        discord.add_member(guild, member, 0);
        let nasa = x.add_user("11348282", "NASA", "NASA");
        let dir = TempDir::new().expect("a folder");
        Self { x, discord, guild, channel, moderator, member, nasa, postgres: None, dir }
    }

    /// A world whose program keeps everything in PostgreSQL; `None` where there is no server to test on.
    pub async fn on_postgres() -> Option<Self> {
        if !postgres::is_there() {
            return None;
        }
        let mut world = Self::new().await;
        world.postgres = Some(postgres::Database::make().await);
        Some(world)
    }

    /// Starts the program and waits until it hears commands.
    pub async fn start(&self) -> Bot {
        self.start_with(&[]).await
    }

    pub async fn start_with(&self, more: &[(&str, &str)]) -> Bot {
        self.start_as(self.command(more)).await
    }

    /// Runs a command that becomes the program, and waits until it hears commands.
    pub async fn start_as(&self, command: Command) -> Bot {
        let before = self.sessions();
        let bot = self.spawn_as(command);
        self.discord
            .wait_for(PATIENCE, |discord| {
                (self.sessions() > before && discord.connected() > 0 && !discord.commands(None).is_empty())
                    .then_some(())
            })
            .await
            .unwrap_or_else(|_| panic!("the program doesn't connect:\n{}", bot.logs()));
        bot
    }

    /// Stops the program, has something happen, and starts it again. A keyword is searched for at once then; while
    /// the program runs, its next turn may be now or in two minutes.
    pub async fn while_down(&self, bot: Bot, happens: impl FnOnce()) -> Bot {
        assert!(bot.stop().await.success());
        happens();
        self.start().await
    }

    /// Starts the program, and waits for nothing.
    pub fn spawn(&self, more: &[(&str, &str)]) -> Bot {
        self.spawn_as(self.command(more))
    }

    /// Runs a command that is the program, or becomes it, and waits for nothing.
    pub fn spawn_as(&self, mut command: Command) -> Bot {
        let log = self.dir.path().join("log");
        let file = fs::OpenOptions::new().create(true).append(true).open(&log).expect("a log");
        let child = command.stderr(file).stdout(Stdio::null()).spawn().expect("the program starts");
        Bot { child, log }
    }

    /// The program with its environment, to be given arguments.
    pub fn command(&self, more: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spacebell"));
        command
            .env_clear()
            .current_dir(self.dir.path())
            .env("DISCORD_TOKEN", DISCORD_TOKEN)
            .env("DISCORD_API_BASE_URL", self.discord.url())
            .env("X_BEARER_TOKEN", X_TOKEN)
            .env("X_API_BASE_URL", self.x.url())
            .env("DATABASE_URL", self.database_url())
            // Programs of other tests run beside it.
            .env("METRICS_ADDR", "127.0.0.1:0")
            // Stories about polling; those about push say so.
            .env("X_PUSH", "off")
            .env("RUST_LOG", "warn,spacebell=debug")
            .envs(more.iter().copied())
            .kill_on_drop(true);
        command
    }

    /// A command of the moderator in the channel, and its last answer.
    pub async fn says(&self, command: &str, options: Value) -> Reply {
        self.final_reply(&self.typed(command, options)).await
    }

    /// A command of the moderator in the channel.
    pub fn typed(&self, command: &str, options: Value) -> Interaction {
        self.discord
            .user(self.moderator)
            .in_channel(self.channel)
            .command(command, options)
            .unwrap_or_else(|refused| panic!("/{command} can't be typed: {refused:?}"))
    }

    pub async fn final_reply(&self, interaction: &Interaction) -> Reply {
        interaction.final_reply(PATIENCE).await.unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Follows a host from the channel, and expects that it works.
    pub async fn follow_host(&self, host: &str) {
        self.follow_with(json!({ "host": host })).await;
    }

    pub async fn follow_with(&self, options: Value) {
        let (command, _) =
            if options.get("keyword").is_some() { ("follow keyword", 0) } else { ("follow host", 0) };
        let reply = self.says(command, options).await;
        let sentence = reply.content();
        assert!(sentence.to_lowercase().contains("follow"), "an odd answer: {sentence}");
        let list = self.says("follow list", json!({})).await;
        assert!(!list.content().is_empty() || !list.embeds().is_empty());
    }

    /// Writes follows of these hosts (id and username), each from all of these channels, into the store that
    /// the program will open: thousands would take long by commands.
    pub async fn seed_follows(&self, channels: &[u64], hosts: &[(String, &str)]) {
        self.seed_follows_since(Timestamp::now(), None, channels, hosts).await;
    }

    /// The same, as if they had been made at `made_at`, each pinging `role`.
    pub async fn seed_follows_since(
        &self,
        made_at: Timestamp,
        role: Option<u64>,
        channels: &[u64],
        hosts: &[(String, &str)],
    ) {
        let store = Store::open(&self.database_url()).await.expect("a store");
        for (id, username) in hosts {
            let user = id.parse().expect("an id");
            let username: Username = username.parse().expect("a name");
            let known = XUser { id: user, username, name: username.to_string(), picture_url: None };
            store.save_users(&[UserRow { user: known, fetched_at: made_at }]).await.expect("kept");
            for channel in channels {
                let new = NewFollow {
                    guild: GuildId::new(self.guild),
                    channel: ChannelId::new(*channel),
                    target: Target::Host { user, username },
                    folded: String::new(),
                    when: When::All,
                    filter: Filter::default(),
                    role: role.map(RoleId::new),
                    made_by: DiscordUserId::new(self.moderator),
                    made_at,
                };
                store.add_follow(&new).await.expect("kept");
            }
        }
        store.close().await;
    }

    /// Makes that many hosts on X, and has the channel follow each.
    pub async fn seed_hosts(&self, count: u64) -> Vec<x::UserId> {
        self.seed_hosts_since(Timestamp::now(), None, count).await
    }

    /// The same, as if it had followed them since `made_at`, each with a ping of `role`.
    pub async fn seed_hosts_since(
        &self,
        made_at: Timestamp,
        role: Option<u64>,
        count: u64,
    ) -> Vec<x::UserId> {
        let mut hosts = Vec::new();
        let mut usernames = Vec::new();
        for n in 0..count {
            let name = format!("host{n}");
            let id = self.x.add_user(format!("9{n:05}"), &name, &name);
            usernames.push((id.to_string(), name));
            hosts.push(id);
        }
        let named: Vec<(String, &str)> =
            usernames.iter().map(|(id, name)| (id.clone(), name.as_str())).collect();
        self.seed_follows_since(made_at, role, &[self.channel], &named).await;
        hosts
    }

    pub fn database_url(&self) -> String {
        match &self.postgres {
            Some(database) => database.url.clone(),
            None => format!("sqlite://{}", self.dir.path().join("spacebell.db").display()),
        }
    }

    /// Waits for a post in the channel, which answers to people aren't.
    pub async fn message(&self, fits: impl Fn(&Message) -> bool) -> Message {
        self.message_in(self.channel, fits).await
    }

    pub async fn message_in(&self, channel: u64, fits: impl Fn(&Message) -> bool) -> Message {
        let fits = |message: &Message| message.interaction_id.is_none() && fits(message);
        self.discord.wait_for_message(channel, fits, PATIENCE).await.unwrap_or_else(|_| {
            let there: Vec<_> = self.discord.messages(channel).into_iter().map(|m| m.content).collect();
            panic!("no such message among {there:#?}")
        })
    }

    /// The posts in the channel: all messages of the bot that aren't answers to somebody.
    pub fn posts(&self) -> Vec<Message> {
        self.posts_in(self.channel)
    }

    pub fn posts_in(&self, channel: u64) -> Vec<Message> {
        let mut posts = self.discord.messages(channel);
        posts.retain(|message| message.interaction_id.is_none());
        posts
    }

    /// Sessions at Discord's gateway so far, taken up again or new.
    pub fn sessions(&self) -> usize {
        let gateway = self.discord.gateway();
        gateway.identifies.len() + gateway.resumes.len()
    }

    /// Waits until there are more sessions than `before`, and one of them stands.
    pub async fn session_after(&self, before: usize, within: Duration) {
        let stands =
            |discord: &discord::Server| (self.sessions() > before && discord.connected() > 0).then_some(());
        let back = self.discord.wait_for(within, stands).await;
        back.unwrap_or_else(|_| panic!("no session within {within:?}:\n{}", self.logs()));
    }

    /// The posts whose button leads to this Space.
    pub fn posts_of(&self, space: &x::SpaceId) -> Vec<Message> {
        let link = format!("https://x.com/i/spaces/{space}");
        let mut posts = self.posts();
        posts.retain(|post| links(post).contains(&link));
        posts
    }

    /// Waits for the post of a Space that is live: one.
    pub async fn rings_once(&self, space: &x::SpaceId) -> Message {
        let link = format!("https://x.com/i/spaces/{space}");
        let post = self.message(|message| links(message).contains(&link)).await;
        self.visited().await;
        assert_eq!(self.posts_of(space).len(), 1, "posts of one Space:\n{}", self.logs());
        post
    }

    /// Waits until X was asked for hosts again, twice, so that what it showed before is judged by now.
    pub async fn visited(&self) {
        for _ in 0..2 {
            let seen = self.x.requests().last().map_or(0, |request| request.number);
            self.x
                .wait_for_request(
                    |request| {
                        request.number > seen
                            && request.endpoint == Some(x::Endpoint::SpacesByCreators)
                            && request.status.is_some()
                    },
                    PATIENCE,
                )
                .await
                .expect("X is asked for hosts");
        }
    }

    /// Holds that neither side ever had to limit the program.
    pub fn assert_nobody_was_limited(&self) {
        let limited: Vec<_> =
            self.x.requests().into_iter().filter(|request| request.status == Some(429)).collect();
        assert_eq!(self.x.refusals(), 0, "X answered 429 to {limited:#?}");
        let limited: Vec<_> =
            self.discord.requests().into_iter().filter(|request| request.status == Some(429)).collect();
        assert_eq!(self.discord.refusals().rate_limited, 0, "Discord answered 429 to {limited:#?}");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// What the program has logged.
    pub fn logs(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Bot {
    /// Stops the program as an operator does, and waits for its end.
    pub async fn stop(mut self) -> ExitStatus {
        let pid = self.pid();
        let sent = Command::new("sh").arg("-c").arg(format!("kill -TERM {pid}")).status().await;
        assert!(sent.expect("a shell").success());
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("its end is known")
    }

    /// Kills the program at once.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it dies");
    }

    /// Waits until the program ends by itself, which may take several of its own patiences.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        let status =
            tokio::time::timeout(3 * PATIENCE, self.child.wait()).await.expect("it ends").expect("known");
        (status, self.logs())
    }

    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    pub fn logs(&self) -> String {
        fs::read_to_string(&self.log).expect("the log")
    }
}

/// Polls until `look` finds something.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE * 2, found).await.unwrap_or_else(|_| panic!("never: {what}"))
}

/// X as documented, but with limits that make short stories.
pub fn generous() -> x::Settings {
    let rules = x::Rules { requests: 900_000, ..x::Rules::default() };
    x::Settings { rules, ..x::Settings::default() }
}

pub fn in_minutes(minutes: i64) -> Timestamp {
    // Whole seconds, as X gives them.
    let now = Timestamp::from_second(Timestamp::now().as_second()).expect("now is a time");
    now + SignedDuration::from_mins(minutes)
}

/// The description on a message's card.
pub fn described(message: &Message) -> &str {
    message.embeds.first().and_then(|embed| embed["description"].as_str()).unwrap_or_default()
}

/// The addresses of the buttons of a message.
pub fn links(message: &Message) -> Vec<String> {
    let rows =
        message.components.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    rows.filter_map(|button| button["url"].as_str().map(str::to_owned)).collect()
}
