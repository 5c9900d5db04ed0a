//! An application with X's stand-in, a database in memory and a Discord that says what it is told to.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use serenity::model::application::CommandData;
use serenity::model::channel::ChannelType;
use serenity::model::permissions::Permissions;
use spacebell::card::Card;
use spacebell::clock::{ManualClock, SharedClock};
use spacebell::commands::answers::Answers;
use spacebell::commands::app::{Posting, Server, Undelivered, Unread, Unseen, Unsent};
use spacebell::commands::complete::{Choice, Typing, complete};
use spacebell::commands::directory::Directory;
use spacebell::commands::easel::Easel;
use spacebell::commands::finds::Finds;
use spacebell::commands::follow::lacking;
use spacebell::commands::operators::Operators;
use spacebell::commands::options::Chosen;
use spacebell::commands::press::{Press, menu_id};
use spacebell::commands::quota::Quota;
use spacebell::commands::recent::Recent;
use spacebell::commands::reply::Does;
use spacebell::commands::shared_posts::SharedPosts;
use spacebell::commands::{App, Asker, Invocation, Reply, Request, execute};
use spacebell::config::Caps;
use spacebell::domain::ids::{ChannelId, DiscordUserId, GuildId, MessageId, RoleId, SpaceId};
use spacebell::follows::Follows;
use spacebell::guilds::Guilds;
use spacebell::health::Health;
use spacebell::linking::Face;
use spacebell::outbox::deliverer::Bell;
use spacebell::store::Store;
use spacebell::texts::Texts;
use spacebell::watcher::Watcher;
use spacebell::x::{Client, MicroDollars, Settings};
use spacebell_sim::x;

pub const GUILD: u64 = 10;
pub const HERE: u64 = 20;
pub const ELSEWHERE: u64 = 21;
pub const MONA: u64 = 30;
/// An operator.
pub const OLA: u64 = 40;
pub const NOON: &str = "2026-08-01T12:00:00Z";

/// A Discord that says what it is told to.
pub struct FakeServer {
    pub own: Mutex<Result<Permissions, Unseen>>,
    /// What a member may do in the server's own channel.
    pub theirs: Mutex<Permissions>,
    pub sent: Mutex<Vec<(ChannelId, Reply)>>,
    pub visible: Mutex<HashSet<ChannelId>>,
    pub limited: Mutex<bool>,
    /// What is found of the server, and the file that comes with a command.
    pub surveyed: Mutex<spacebell::commands::app::Survey>,
    pub file: Mutex<Result<Vec<u8>, Unread>>,
    /// Whether people take direct messages, and what they got.
    pub closed: Mutex<Option<Undelivered>>,
    pub direct: Mutex<Vec<Reply>>,
}

pub struct Stage {
    pub app: App,
    pub x: x::Server,
    pub server: Arc<FakeServer>,
    pub clock: Arc<ManualClock>,
    pub permissions: Permissions,
    pub app_permissions: Permissions,
    pub guild: Option<GuildId>,
    /// What the asker is called.
    pub name: &'static str,
    /// What the asker's Discord speaks, and the server's.
    pub locale: &'static str,
    pub guild_locale: Option<&'static str>,
    /// Whether what is pressed stands where everybody sees it.
    pub on_shared: bool,
}

#[async_trait]
impl Server for FakeServer {
    async fn own_permissions(&self, _: GuildId, _: ChannelId) -> Result<Permissions, Unseen> {
        *self.own.lock().expect("good test data")
    }

    async fn member_in(&self, _: GuildId, channel: ChannelId, _: DiscordUserId) -> Result<Chosen, Unseen> {
        let permissions = Some(*self.theirs.lock().expect("good test data"));
        Ok(Chosen { id: channel, kind: ChannelType::Text, permissions })
    }

    async fn survey(
        &self,
        _: GuildId,
        _: DiscordUserId,
        _: &[ChannelId],
    ) -> Result<spacebell::commands::app::Survey, Unseen> {
        Ok(self.surveyed.lock().expect("good test data").clone())
    }

    async fn file(&self, _: &str, most_bytes: usize) -> Result<Vec<u8>, Unread> {
        let file = self.file.lock().expect("good test data").clone()?;
        if file.len() > most_bytes { Err(Unread::TooLarge) } else { Ok(file) }
    }

    async fn posting(&self, _: GuildId, _: ChannelId, _: Duration) -> Result<Posting, Unseen> {
        let own = *self.own.lock().expect("good test data");
        own.map(|own| if lacking(own, false).is_none() { Posting::Cards } else { Posting::Forbidden })
    }

    async fn notice_channel(&self, _: GuildId) -> Result<Option<ChannelId>, Unseen> {
        Ok(None)
    }

    async fn visible_channels(
        &self,
        _: GuildId,
        _: DiscordUserId,
        _: &[RoleId],
    ) -> Result<Arc<HashSet<ChannelId>>, Unseen> {
        Ok(Arc::new(self.visible.lock().expect("good test data").clone()))
    }

    fn is_limited(&self) -> bool {
        *self.limited.lock().expect("good test data")
    }

    async fn may_create_events(&self, _: GuildId) -> Result<bool, Unseen> {
        Ok(true)
    }

    async fn open_direct(&self, user: DiscordUserId) -> Result<ChannelId, Undelivered> {
        Ok(ChannelId::new(user.get() + 1_000))
    }

    async fn send_direct(
        &self,
        _: ChannelId,
        message: &Reply,
        _: Option<&str>,
    ) -> Result<MessageId, Undelivered> {
        if let Some(closed) = *self.closed.lock().expect("good test data") {
            return Err(closed);
        }
        let mut direct = self.direct.lock().expect("good test data");
        direct.push(message.clone());
        Ok(MessageId::new(u64::try_from(direct.len()).expect("few")))
    }

    async fn edit_direct(&self, _: ChannelId, id: MessageId, message: &Reply) -> Result<(), Undelivered> {
        let nth = usize::try_from(id.get() - 1).expect("few");
        self.direct.lock().expect("good test data")[nth] = message.clone();
        Ok(())
    }

    async fn find_direct(
        &self,
        _: ChannelId,
        _: SpaceId,
        _: Timestamp,
        _: &[MessageId],
    ) -> Result<Option<MessageId>, Undelivered> {
        Ok(None)
    }

    async fn edit(&self, _: ChannelId, _: MessageId, _: &Reply) -> Result<(), Unsent> {
        Ok(())
    }

    async fn send(&self, channel: ChannelId, message: &Reply) -> Result<(), Unsent> {
        self.sent.lock().expect("good test data").push((channel, message.clone()));
        Ok(())
    }
}

impl Stage {
    pub async fn set() -> Self {
        Self::with_budget(MicroDollars(5_000_000)).await
    }

    /// A stage on which X may cost this much a day.
    pub async fn with_budget(daily_budget: MicroDollars) -> Self {
        let noon: Timestamp = NOON.parse().expect("good test data");
        let x = x::Server::start(x::Settings {
            rules: x::Rules::lifted(),
            clock: Some(noon),
            ..x::Settings::default()
        })
        .await
        .expect("good test data");
        x.freeze_clock();
        let clock = Arc::new(ManualClock::new(noon));
        let shared: SharedClock = clock.clone();
        let token = SecretString::from(x::Settings::default().bearer_token);
        let settings =
            Settings { daily_budget, ..Settings::new(x.url().parse().expect("good test data"), token) };
        let client = Client::new(settings, shared.clone()).expect("good test data");
        let store = Store::open("sqlite::memory:").await.expect("good test data");
        let caps = Caps {
            follows_per_guild: 250,
            keywords_per_guild: 20,
            follows_per_channel: 25,
            queries_per_person: 5,
        };
        let follows = Arc::new(Follows::load(store.clone(), caps).await.expect("good test data"));
        let health = Health::new(noon);
        let watcher =
            Watcher::load(store.clone(), follows.clone(), client.users(), Bell::default(), shared.clone())
                .await
                .expect("good test data")
                .with_delays(health.delays().clone());
        let server = Arc::new(FakeServer {
            own: Mutex::new(Ok(everything())),
            theirs: Mutex::new(everything()),
            sent: Mutex::default(),
            visible: Mutex::default(),
            limited: Mutex::default(),
            surveyed: Mutex::default(),
            file: Mutex::new(Err(Unread::Unavailable)),
            closed: Mutex::default(),
            direct: Mutex::default(),
        });
        let guilds = Arc::new(Guilds::load(store.clone()).await.expect("good test data"));
        health.saw_gateway(true, noon);
        let app = App {
            follows,
            store,
            x: client,
            watch: Arc::new(watcher),
            server: server.clone(),
            texts: Arc::new(Texts::load().expect("good test data")),
            clock: shared,
            answers: Answers::default(),
            quota: Quota::new(5),
            directory: Directory::default(),
            coverage: Arc::default(),
            payments: Arc::default(),
            posts: SharedPosts::default(),
            easel: Easel::default(),
            finds: Finds::default(),
            recent: Recent::default(),
            guilds,
            health: Arc::new(health),
            operators: Operators::new([DiscordUserId::new(OLA)]),
            linker: None,
        };
        let app_permissions = everything();
        let permissions = everything() | Permissions::MANAGE_GUILD;
        let guild = Some(GuildId::new(GUILD));
        let name = "Mona";
        let (locale, guild_locale, on_shared) = ("en-US", None, false);
        Self {
            app,
            x,
            server,
            clock,
            permissions,
            app_permissions,
            guild,
            name,
            locale,
            guild_locale,
            on_shared,
        }
    }

    /// A command of Mona's, here.
    pub async fn says(&self, group: &str, command: &str, options: Value, resolved: Value) -> Reply {
        self.asks(Request::of_command(&typed(group, command, options, resolved))).await
    }

    /// The same without anything resolved.
    pub async fn say(&self, group: &str, command: &str, options: Value) -> Reply {
        self.says(group, command, options, json!({})).await
    }

    pub async fn press(&self, by: u64, press: Press) -> Reply {
        self.asks_as(by, Request::Press(press)).await
    }

    pub async fn asks(&self, request: Request) -> Reply {
        self.asks_as(MONA, request).await
    }

    pub async fn asks_as(&self, user: u64, request: Request) -> Reply {
        let reply = execute(
            &self.app,
            &Invocation {
                asker: Asker { user: DiscordUserId::new(user), guild: self.guild },
                here: Chosen {
                    id: ChannelId::new(HERE),
                    kind: ChannelType::Text,
                    permissions: Some(self.permissions),
                },
                roles: Vec::new(),
                app_permissions: self.app_permissions,
                face: Face { name: self.name.to_owned(), picture_url: None },
                locale: self.locale.to_owned(),
                guild_locale: self.guild_locale.map(str::to_owned),
                on_shared: self.on_shared,
                request,
            },
        )
        .await;
        assert_sound(&reply);
        reply
    }

    /// What `user` is offered, here.
    pub async fn completes(&self, option: &str, typed: &str, locale: &str, user: u64) -> Vec<Choice> {
        let typing = Typing {
            asker: Asker { user: DiscordUserId::new(user), guild: self.guild },
            channel: ChannelId::new(HERE),
            permissions: everything(),
            roles: Vec::new(),
            locale: locale.to_owned(),
            command: String::new(),
            option: option.to_owned(),
            typed: typed.to_owned(),
        };
        complete(&self.app, &typing).await
    }

    pub fn nobody_follows(&self) -> bool {
        self.app.follows.is_empty()
    }
}

pub fn everything() -> Permissions {
    Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::SEND_MESSAGES_IN_THREADS
        | Permissions::EMBED_LINKS
}

/// A command as Discord sends it. `options` are names and values, the types by the names.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
pub fn typed(group: &str, command: &str, options: Value, resolved: Value) -> CommandData {
    let options: Vec<Value> = options
        .as_object()
        .expect("good test data")
        .iter()
        .map(|(name, value)| {
            let kind = match name.as_str() {
                "private" | "remove" | "events" if value.is_boolean() => 5,
                "merge_minutes" | "remind_before" | "min_listeners" | "before" | "days" if value.is_i64() => {
                    4
                }
                "channel" => 7,
                "role" => 8,
                "file" => 11,
                _ => 3,
            };
            json!({ "name": name, "type": kind, "value": value })
        })
        .collect();
    let options = match command {
        "" => json!(options),
        command => json!([{ "name": command, "type": 1, "options": options }]),
    };
    let data = json!({ "id": "1", "name": group, "type": 1, "options": options, "resolved": resolved });
    serde_json::from_value(data).expect("good test data")
}

/// "Show Space" on a message with this text, as Discord sends it.
pub fn message_menu(text: &str) -> CommandData {
    let author = json!({ "id": "31", "username": "lee", "discriminator": "0", "avatar": null });
    let message = json!({
        "id": "5", "channel_id": HERE.to_string(), "author": author, "content": text, "type": 0,
        "timestamp": NOON, "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [],
        "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "components": [],
    });
    let data = json!({
        "id": "1", "name": "Show Space", "type": 3, "target_id": "5", "resolved": { "messages": { "5": message } },
    });
    serde_json::from_value(data).expect("good test data")
}

/// What must hold of every reply: Discord's limits, no ping, no internals.
pub fn assert_sound(reply: &Reply) {
    let shown = show(reply);
    assert!(reply.content.encode_utf16().count() <= 2_000, "too long: {shown}");
    assert!(!reply.content.is_empty() || !reply.cards.is_empty(), "nothing is said");
    assert!(reply.rows.len() <= 5 && reply.rows.iter().all(|row| row.len() <= 5), "{shown}");
    for card in &reply.cards {
        let lengths = [(&card.title, 256), (&card.description, 4_096), (&card.footer, 2_048)];
        for (text, most) in lengths {
            assert!(text.iter().all(|text| text.encode_utf16().count() <= most), "too long: {shown}");
        }
        for field in &card.fields {
            let length = field.value.encode_utf16().count();
            assert!((1..=1_024).contains(&length), "{}: {length}", field.name);
        }
    }
    for choice in reply.menu.iter().flat_map(|menu| &menu.choices) {
        for text in [&choice.label, &choice.note] {
            assert!((1..=100).contains(&text.encode_utf16().count()), "{shown}");
        }
    }
    for button in reply.rows.iter().flatten() {
        assert!(button.label.encode_utf16().count() <= 80, "{shown}");
        if let Does::Press(press) = button.does {
            assert!(press.to_string().len() <= 100);
            assert_eq!(press.to_string().parse(), Ok(press));
        }
    }
    // Authors and menus show letters as they are, and Discord reads no mentions there.
    let mut read = shown.lines().filter(|line| !line.starts_with("│ by ") && !line.starts_with("  - "));
    assert!(read.all(|line| !line.contains("@everyone") && !line.contains("@here")), "{shown}");
    for internal in ["127.0.0.1", "Err(", "sqlx", "None"] {
        assert!(!shown.contains(internal), "internals: {shown}");
    }
}

/// The button whose label holds this.
pub fn press_of(reply: &Reply, label: &str) -> Press {
    let found = reply.rows.iter().flatten().find_map(|button| match button.does {
        Does::Press(press) if button.label.contains(label) => Some(press),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no button {label}: {}", show(reply)))
}

/// A reply as text, to be looked at.
pub fn show(reply: &Reply) -> String {
    let mut out = String::new();
    let seen = if reply.private { "for you alone" } else { "for the channel" };
    writeln!(out, "({seen}, {:?})", reply.place).expect("good test data");
    if let Some(form) = &reply.form {
        let (title, label, hint) = (&form.title, &form.label, &form.placeholder);
        writeln!(out, "form “{title}”: {label} [{hint}] = {}", form.press).expect("good test data");
    }
    if !reply.content.is_empty() {
        writeln!(out, "{}", reply.content).expect("good test data");
    }
    for card in &reply.cards {
        out += &show_card(card);
    }
    for file in &reply.files {
        let what = file.described.clone().unwrap_or_else(|| format!("{} octets", file.bytes.len()));
        writeln!(out, "(with {}, {what})", file.name).expect("good test data");
    }
    if let Some(menu) = &reply.menu {
        writeln!(out, "<{} = {}>", menu.placeholder, menu_id(menu.by)).expect("good test data");
        for choice in &menu.choices {
            writeln!(out, "  - {} / {} = {}", choice.label, choice.note, choice.space)
                .expect("good test data");
        }
    }
    for row in &reply.rows {
        let labels: Vec<String> = row
            .iter()
            .map(|button| match &button.does {
                Does::Link(url) => format!("[{} -> {url}]", button.label),
                Does::Press(press) => format!("[{} = {press}]", button.label),
                Does::Nothing => format!("[{}]", button.label),
            })
            .collect();
        writeln!(out, "{}", labels.join(" ")).expect("good test data");
    }
    out
}

pub fn show_card(card: &Card) -> String {
    let mut out = format!("┌ {:?} #{:06x}\n", card.tone, card.tone.rgb());
    if let Some(author) = &card.author {
        writeln!(out, "│ by {} <{}> {:?}", author.name, author.url, author.picture_url)
            .expect("good test data");
    }
    if let Some(title) = &card.title {
        writeln!(out, "│ # {title} <{}>", card.url.as_deref().unwrap_or("-")).expect("good test data");
    }
    for line in card.description.iter().flat_map(|text| text.lines()) {
        writeln!(out, "│ {line}").expect("good test data");
    }
    for field in &card.fields {
        let beside = if field.inline { "" } else { " (own line)" };
        writeln!(out, "│ {}{beside}: {}", field.name, field.value.replace('\n', " ⏎ "))
            .expect("good test data");
    }
    if let Some(picture) = &card.picture {
        writeln!(out, "│ [{picture}]").expect("good test data");
    }
    if let Some(footer) = &card.footer {
        writeln!(out, "└ {footer}").expect("good test data");
    }
    out
}

/// A channel as Discord resolves it.
pub fn channel(id: u64, kind: u8, permissions: Permissions) -> Value {
    json!({ "channels": { id.to_string(): {
        "id": id.to_string(), "type": kind, "name": "elsewhere", "permissions": permissions.bits().to_string(),
    } } })
}

/// A role as Discord resolves it.
pub fn role(id: u64, mentionable: bool) -> Value {
    json!({ "roles": { id.to_string(): {
        "id": id.to_string(), "name": "listeners", "color": 0, "hoist": false, "managed": false, "position": 1,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        "mentionable": mentionable, "permissions": "0", "flags": 0, "tags": {},
    } } })
}
