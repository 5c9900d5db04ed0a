//! The application as commands see it, and its boundary to Discord.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serenity::model::channel::ChannelType;
use serenity::model::permissions::Permissions;
use thiserror::Error;

use super::answers::Answers;
use super::directory::Directory;
use super::easel::Easel;
use super::finds::Finds;
use super::invocation::Invocation;
use super::operators::Operators;
use super::options::Chosen;
use super::quota::Quota;
use super::recent::Recent;
use super::reply::Reply;
use super::shared_posts::SharedPosts;
use super::words::Words;
use crate::clock::SharedClock;
use crate::domain::erasure::{Account, Erased, Whose};
use crate::domain::ids::{ChannelId, DiscordUserId, GuildId, MessageId, RoleId, SpaceId, UserId};
use crate::follows::Follows;
use crate::guilds::Guilds;
use crate::health::Health;
use crate::linking::Linker;
use crate::store::{NewShown, Place, Store, StoreError};
use crate::texts::{Locale, Texts};
use crate::watcher::Watcher;
use crate::watcher::coverage::Coverage;
use crate::watcher::paying::Payments;
use crate::x::{Client, XError};

/// What commands work with.
pub struct App {
    /// The follows and blocks.
    pub follows: Arc<Follows>,
    /// What is kept besides.
    pub store: Store,
    /// X.
    pub x: Client,
    /// What is known of Spaces.
    pub watch: Arc<Watcher>,
    /// What Discord knows of a server.
    pub server: Arc<dyn Server>,
    /// What is said.
    pub texts: Arc<Texts>,
    /// The time.
    pub clock: SharedClock,
    /// Answers of X that serve everybody for a while.
    pub answers: Answers,
    /// How often a person may ask X.
    pub quota: Quota,
    /// The ids of commands, for mentions of them.
    pub directory: Directory,
    /// Lists of Spaces that serve everybody for a while.
    pub finds: Finds,
    /// Whom X tells of by itself.
    pub coverage: Arc<Coverage>,
    /// Who pays for searches.
    pub payments: Arc<Payments>,
    /// Posts shared in Spaces that serve everybody for a while.
    pub posts: SharedPosts,
    /// Where pictures are drawn.
    pub easel: Easel,
    /// What each person looked up lately.
    pub recent: Recent,
    /// The languages of servers.
    pub guilds: Arc<Guilds>,
    /// How the bot is doing.
    pub health: Arc<Health>,
    /// Who runs the bot.
    pub operators: Operators,
    /// Linked accounts, where this bot links any.
    pub linker: Option<Linker>,
}

impl App {
    /// The words for a reader whose Discord speaks `locale`.
    #[must_use]
    pub fn words(&self, locale: &str) -> Words<'_> {
        Words { texts: &self.texts, locale: Locale::from_code(locale) }
    }

    /// Erases all that is kept of somebody, in the store and in memory.
    pub async fn erase(&self, whose: &Whose) -> Result<Erased, StoreError> {
        let mut erasure = self.watch.erase(whose).await?;
        match whose {
            Whose::Server(guild) => self.guilds.erased(*guild),
            Whose::Person(person) => {
                self.quota.forget(*person);
                self.recent.forget(*person);
            }
            Whose::Account(account) => {
                if let Some(id) = self.known_in_memory_alone(account, &erasure.accounts) {
                    let by_id = self.watch.erase(&Whose::Account(Account::Id(id))).await?;
                    erasure.erased = erasure.erased.and(by_id.erased);
                    erasure.names.extend(by_id.names);
                    erasure.accounts.push(id);
                }
                for id in &erasure.accounts {
                    self.x.users().forget(*id);
                }
                self.recent.forget_hosts(&erasure.names);
                self.answers.clear();
                self.finds.clear();
                self.posts.clear();
            }
        }
        Ok(erasure.erased)
    }

    /// The account of this name, if the store didn't know that it is the one.
    fn known_in_memory_alone(&self, account: &Account, in_store: &[UserId]) -> Option<UserId> {
        let Account::Named(name) = account else { return None };
        let id = self.x.users().by_username(name)?.user.id;
        (!in_store.contains(&id)).then_some(id)
    }

    /// Keeps which message shows an answer to others, before it does.
    pub async fn keep_shown(
        &self,
        invocation: &Invocation,
        message: MessageId,
        spaces: &[SpaceId],
    ) -> Result<(), StoreError> {
        let place = match invocation.asker.guild {
            Some(guild) => Place::Server(guild),
            None => Place::Person(invocation.asker.user),
        };
        let locale = self.words_for(invocation, false).locale.code();
        let shown = NewShown { message, channel: invocation.here.id, place, locale, spaces };
        self.store.add_shown(&shown, self.clock.now()).await
    }

    /// Lets answers of X go that are too old to serve.
    pub fn forget_answers(&self) {
        let now = self.clock.now();
        self.answers.forget_old(now);
        self.finds.forget_old(now);
        self.posts.forget_old(now);
    }

    /// The words for an answer: the asker's where it is private, the server's where others see it too.
    #[must_use]
    pub fn words_for(&self, invocation: &Invocation, private: bool) -> Words<'_> {
        match invocation.asker.guild {
            Some(guild) if !private => Words { texts: &self.texts, locale: self.guilds.locale(guild) },
            _ => self.words(&invocation.locale),
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

/// Discord, asked about a server.
#[async_trait]
pub trait Server: Send + Sync {
    /// The bot's permissions in a channel of this server, implicit denials included.
    async fn own_permissions(&self, guild: GuildId, channel: ChannelId) -> Result<Permissions, Unseen>;
    /// A channel of this server, and what this member may do there, implicit denials included.
    async fn member_in(
        &self,
        guild: GuildId,
        channel: ChannelId,
        member: DiscordUserId,
    ) -> Result<Chosen, Unseen>;
    /// The server's channels and roles, as the bot and `asker` find them. Threads are there only if they are `named`.
    async fn survey(
        &self,
        guild: GuildId,
        asker: DiscordUserId,
        named: &[ChannelId],
    ) -> Result<Survey, Unseen>;
    /// A file that came with a command, at most so many bytes of it.
    async fn file(&self, url: &str, most_bytes: usize) -> Result<Vec<u8>, Unread>;
    /// How this server's channel takes the bot's posts. What was read of the server within `age` serves.
    async fn posting(&self, guild: GuildId, channel: ChannelId, age: Duration) -> Result<Posting, Unseen>;
    /// The channel in which this server's moderators hear of what concerns them, if the bot may post there: where
    /// Discord itself tells them, else where it greets members.
    async fn notice_channel(&self, guild: GuildId) -> Result<Option<ChannelId>, Unseen>;
    /// The server's channels that a member with these roles can see; threads are left out.
    async fn visible_channels(
        &self,
        guild: GuildId,
        member: DiscordUserId,
        roles: &[RoleId],
    ) -> Result<Arc<HashSet<ChannelId>>, Unseen>;
    /// Sends a message that pings nobody.
    async fn send(&self, channel: ChannelId, message: &Reply) -> Result<(), Unsent>;
    /// Puts this in the stead of all that a message of the bot's own shows, its files too. It pings nobody.
    async fn edit(&self, channel: ChannelId, message: MessageId, shows: &Reply) -> Result<(), Unsent>;
    /// Whether Discord has all sending wait.
    fn is_limited(&self) -> bool;
    /// Whether the bot may create scheduled events in this server.
    async fn may_create_events(&self, guild: GuildId) -> Result<bool, Unseen>;
    /// Opens the channel of direct messages with somebody, one a second for the whole bot.
    async fn open_direct(&self, user: DiscordUserId) -> Result<ChannelId, Undelivered>;
    /// Sends a direct message. The same nonce makes no second one while Discord remembers it.
    async fn send_direct(
        &self,
        channel: ChannelId,
        message: &Reply,
        nonce: Option<&str>,
    ) -> Result<MessageId, Undelivered>;
    /// Changes a direct message.
    async fn edit_direct(
        &self,
        channel: ChannelId,
        id: MessageId,
        message: &Reply,
    ) -> Result<(), Undelivered>;
    /// Looks for the bot's own direct message about a Space that was sent since `since` and is none of `known`.
    async fn find_direct(
        &self,
        channel: ChannelId,
        space: SpaceId,
        since: Timestamp,
        known: &[MessageId],
    ) -> Result<Option<MessageId>, Undelivered>;
}

/// How a channel takes the bot's posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posting {
    /// With cards.
    Cards,
    /// As a line of text: Embed Links is missing.
    Plain,
    /// Not at all: the bot may not see it, or not send there.
    Forbidden,
    /// Not at all: the thread is locked.
    Locked,
}

/// A server's channels and roles.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// The channels that there are.
    pub channels: HashMap<ChannelId, Surveyed>,
    /// The roles that there are, and whether everybody may mention each.
    pub roles: HashMap<RoleId, bool>,
}

/// A channel of a [`Survey`].
#[derive(Debug, Clone, Copy)]
pub struct Surveyed {
    /// Its type.
    pub kind: ChannelType,
    /// What whoever asks may do there.
    pub theirs: Permissions,
    /// What the bot may do there.
    pub ours: Permissions,
}

/// Why a file that came with a command isn't read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unread {
    /// It is larger than wanted.
    #[error("the file is too large")]
    TooLarge,
    /// Its address isn't one of Discord's.
    #[error("the file isn't where Discord keeps files")]
    Elsewhere,
    /// Discord didn't give it.
    #[error("the file couldn't be read")]
    Unavailable,
}

/// Why a channel's permissions aren't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unseen {
    /// There is no such channel in this server.
    #[error("the server has no such channel")]
    NotHere,
    /// It is there, and hidden from the bot.
    #[error("the channel is hidden from the bot")]
    Hidden,
    /// Discord didn't say; try again.
    #[error("Discord didn't answer")]
    Unavailable,
}

/// Why a message wasn't sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unsent {
    /// There is no such channel, or no such message in it.
    #[error("there is no such channel or message")]
    NotHere,
    /// The bot may not send there.
    #[error("the bot may not send there")]
    Forbidden,
    /// A filter of the server refused it.
    #[error("a filter refused the message")]
    Filtered,
    /// Discord didn't say; it may or may not be there.
    #[error("Discord didn't answer")]
    Unavailable,
}

/// Why a direct message wasn't delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Undelivered {
    /// This person takes none from the bot.
    #[error("this person takes no direct messages")]
    Closed,
    /// Nothing was done; it can be tried again after this.
    #[error("Discord has it wait for {0:?}")]
    Later(Duration),
    /// Nobody knows whether it was done.
    #[error("Discord didn't answer")]
    Uncertain,
    /// The message is gone.
    #[error("the message is gone")]
    Gone,
    /// Discord won't have this very message.
    #[error("Discord refused the message")]
    Refused,
}

/// Why a command couldn't be done, apart from what was typed.
#[derive(Debug, Error)]
pub enum Failure {
    /// X gave no answer.
    #[error(transparent)]
    X(#[from] XError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This person has asked X too often; there is room again at that time.
    #[error("this person asked too often")]
    Quota {
        /// How many questions a person has.
        most: u32,
        /// When there is room again.
        until: Timestamp,
    },
}
