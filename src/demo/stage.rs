//! The stage: both stand-ins and what is there before anything happens.
//!
//! Owns the server "Space watchers" with its channels, roles and people, and the hosts on X. Everybody on it is
//! made up.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use spacebell_sim::discord::{self, bits};
use spacebell_sim::x::{self, UserId};
use tempfile::TempDir;

/// The bot token that the stand-in for Discord accepts. It opens nothing else.
pub(super) const DISCORD_TOKEN: &str = "spacebell-demo.not-a-secret.discord";
/// The bearer token that the stand-in for X accepts. It opens nothing else.
pub(super) const X_TOKEN: &str = "spacebell-demo-not-a-secret-x";
/// The app that people on the stand-in for X let in, and its secret. They open nothing else.
pub(super) const X_CLIENT_ID: &str = "spacebell-demo";
/// See [`X_CLIENT_ID`].
pub(super) const X_CLIENT_SECRET: &str = "spacebell-demo-not-a-secret-x-client";
/// What seals the tokens of the demo's linked accounts, which are worth nothing.
pub(super) const SECRET_KEY: &str = "7370616365626c6c2d64656d6f2d6e6f742d612d7365637265742d6b65792121";
/// Requests in X's window of 15 minutes: far more than X grants, so that a visitor waits for nothing but the one
/// request a second that X allows for hosts.
const X_REQUESTS: u32 = 900_000;

/// A channel of the server.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    /// Its id.
    pub id: u64,
    /// Its name, without `#`.
    pub name: &'static str,
    /// What it is for.
    pub topic: &'static str,
    /// The heading that it stands under.
    pub section: &'static str,
}

/// Somebody whom the reader can be.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Their id.
    pub id: u64,
    /// Their name.
    pub name: &'static str,
    /// What they are in this server.
    pub title: &'static str,
    /// The roles that they hold, of those on the stage.
    pub roles: Vec<u64>,
    /// Their account on X.
    pub account: Host,
}

/// A role that can be pinged.
#[derive(Debug, Clone)]
pub(super) struct Role {
    /// Its id.
    pub id: u64,
    /// Its name, without `@`.
    pub name: &'static str,
}

/// An account on X.
#[derive(Debug, Clone)]
pub(super) struct Host {
    /// Their id.
    pub id: UserId,
    /// Their username, without `@`.
    pub username: &'static str,
    /// Their name.
    pub name: &'static str,
}

/// The stand-ins, and who and what is on them.
#[derive(Debug)]
pub(super) struct Stage {
    /// X.
    pub x: x::Server,
    /// Discord.
    pub discord: discord::Server,
    /// The server's id.
    pub guild: u64,
    /// Its channels, in order.
    pub channels: Vec<Channel>,
    /// Whom the reader can be, the moderator first.
    pub people: Vec<Person>,
    /// The roles that can be pinged.
    pub roles: Vec<Role>,
    /// The hosts on X.
    pub hosts: Vec<Host>,
    /// Where the bot's own pages are answered, for linking accounts.
    pub pages: SocketAddr,
    /// Where the bot keeps its database; it vanishes with the stage.
    pub folder: TempDir,
}

impl Stage {
    /// Starts both stand-ins and seeds them.
    pub async fn set() -> io::Result<Self> {
        let pages = free_address()?;
        let oauth = x::OauthSettings {
            client_id: X_CLIENT_ID.to_owned(),
            client_secret: Some(X_CLIENT_SECRET.to_owned()),
            redirect_uris: vec![format!("http://{pages}/x/callback")],
        };
        let settings = x::Settings {
            rules: x::Rules { requests: X_REQUESTS, ..x::Rules::default() },
            bearer_token: X_TOKEN.to_owned(),
            oauth,
            ..x::Settings::default()
        };
        let x = x::Server::start(settings).await?;
        let settings = discord::Settings { tokens: vec![DISCORD_TOKEN.to_owned()], ..Default::default() };
        let discord = discord::Server::start(settings).await?;
        let guild = discord.add_guild("Space watchers");
        // So that the bot can put Spaces among the server's events.
        discord.set_bot_permissions(guild, bits::CREATE_EVENTS);
        let channels = channels(&discord, guild);
        let roles: Vec<Role> = ["listeners", "rustaceans"]
            .into_iter()
            .map(|name| Role { id: discord.add_role(guild, name, 0, true), name })
            .collect();
        let people = people(&discord, &x, guild, &roles);
        let hosts = hosts(&x);
        let folder = TempDir::new()?;
        Ok(Self { x, discord, guild, channels, people, roles, hosts, pages, folder })
    }

    /// The id of the channel of that name; the first channel if there is none.
    pub fn channel(&self, name: &str) -> u64 {
        let found = self.channels.iter().find(|channel| channel.name == name);
        found.or(self.channels.first()).map_or(0, |channel| channel.id)
    }

    /// The id of the role of that name; 0, which is nobody's, if there is none.
    pub fn role(&self, name: &str) -> u64 {
        self.roles.iter().find(|role| role.name == name).map_or(0, |role| role.id)
    }

    /// The id of the person of that name; 0, which is nobody's, if there is none.
    pub fn person(&self, name: &str) -> u64 {
        self.people.iter().find(|person| person.name == name).map_or(0, |person| person.id)
    }

    /// The id of the host of that username; an id that nobody has if there is none.
    pub fn host(&self, username: &str) -> UserId {
        let found = self.hosts.iter().find(|host| host.username == username);
        found.map_or_else(|| UserId::from("0"), |host| host.id.clone())
    }
}

/// An address on loopback that nothing uses now. The bot takes it again at each of its starts.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

fn channels(discord: &discord::Server, guild: u64) -> Vec<Channel> {
    let listed = [
        ("Start here", "welcome", "What this server is about"),
        ("Spaces", "spaces", "Every Space of the hosts we follow"),
        ("Spaces", "rust", "Spaces with “rust” in their title"),
        ("Spaces", "night-music", "Only when the music starts"),
        ("Moderators", "bell-tests", "Try commands without disturbing anyone"),
    ];
    listed
        .into_iter()
        .map(|(section, name, topic)| Channel {
            id: discord.add_channel(guild, name, 0),
            name,
            topic,
            section,
        })
        .collect()
}

fn people(discord: &discord::Server, x: &x::Server, guild: u64, roles: &[Role]) -> Vec<Person> {
    let listed = [
        ("Mona", "Moderator", bits::MANAGE_GUILD, &roles[..1], ("2001", "mona_listens", "Mona Ferri")),
        ("Lee", "Member", 0, roles, ("2002", "lee_after_dark", "Lee Brandt")),
        ("Priya", "Member", 0, &roles[1..], ("2003", "priya_hears", "Priya Nair")),
    ];
    listed
        .into_iter()
        .map(|(name, title, permissions, held, (account, username, full))| {
            let id = discord.add_user(name);
            discord.add_member(guild, id, permissions);
            let roles: Vec<u64> = held.iter().map(|role| role.id).collect();
            for role in &roles {
                discord.give_role(guild, id, *role);
            }
            let account = Host { id: x.add_user(account, username, full), username, name: full };
            Person { id, name, title, roles, account }
        })
        .collect()
}

fn hosts(x: &x::Server) -> Vec<Host> {
    let listed = [
        ("1001", "deepfield", "Deep Field"),
        ("1002", "ada_codes", "Ada Okafor"),
        ("1003", "lunaparkradio", "Luna Park Radio"),
        ("1004", "kai_builds", "Kai Tanaka"),
        ("1005", "oslo_orchestra", "Oslo Orchestra"),
        ("1006", "marisol_reads", "Marisol Vega"),
    ];
    listed
        .into_iter()
        .map(|(id, username, name)| Host { id: x.add_user(id, username, name), username, name })
        .collect()
}
