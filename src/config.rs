//! The settings: read once from the environment, checked all together, passed on as values.
//!
//! Owns how each variable is read and what its mistakes say; which variables there are is
//! [`setting`]'s table. A mistake never repeats a value: secrets get pasted on the wrong line.

mod linking;
mod push;
pub mod setting;
mod values;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use secrecy::SecretString;
use thiserror::Error;

use crate::domain::ids::{ChannelId, DiscordUserId, GuildId};
pub use linking::Linking;
pub use push::{Push, PushMode, Webhook};
use setting::{Fallback, Setting};
pub use values::{BaseUrl, DatabaseUrl, LogFormat, SecretKeys, Shards};

/// How many requests a second Discord may be sent: 50 unless Discord granted more.
const GLOBAL_RPS: RangeInclusive<u64> = 1..=10_000;
/// What a cap may be, where none at all would make no sense.
const CAP: RangeInclusive<u64> = 1..=100_000;
/// What a cap may be that can also switch something off.
const CAP_OR_NONE: RangeInclusive<u64> = 0..=100_000;

/// Everything that the environment decides.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How Discord is reached.
    pub discord: Discord,
    /// How X is reached, and what it may cost.
    pub x: X,
    /// How much one server or person may ask for.
    pub caps: Caps,
    /// Where everything is kept.
    pub database: DatabaseUrl,
    /// How those who run it see how it is doing.
    pub operator: Operator,
    /// How people link their accounts on X; they can't if `None`.
    pub linking: Option<Linking>,
    /// What is logged.
    pub log: Log,
}

/// How Discord is reached.
#[derive(Debug, Clone)]
pub struct Discord {
    /// The bot's token, without `Bot `.
    pub token: SecretString,
    /// Where its API is.
    pub api_base_url: BaseUrl,
    /// How many requests a second it may be sent.
    pub global_rps: NonZeroU32,
    /// A server to make the commands in at once, instead of everywhere.
    pub dev_guild: Option<GuildId>,
    /// Which shards this process runs.
    pub shards: Shards,
    /// Who runs this bot, besides the owner and the team of its application.
    pub operators: Vec<DiscordUserId>,
}

/// How X is reached, and what it may cost.
#[derive(Debug, Clone)]
pub struct X {
    /// The app's bearer token, without `Bearer `.
    pub bearer_token: SecretString,
    /// Where its API is.
    pub api_base_url: BaseUrl,
    /// What a UTC day may cost, in millionths of a dollar; 0 stops everything that costs.
    pub daily_budget_micro_usd: u64,
    /// What X asks for what it returns.
    pub prices: Prices,
    /// How X tells of starts and ends by itself.
    pub push: Push,
}

/// What X asks for each resource that it returns, in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// A Space.
    pub space_micro_usd: u64,
    /// A user.
    pub user_micro_usd: u64,
    /// A Post.
    pub post_micro_usd: u64,
    /// An account in a following list.
    pub following_micro_usd: u64,
    /// An event that is delivered.
    pub event_micro_usd: u64,
}

/// How much one server or person may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Follows a server.
    pub follows_per_guild: u32,
    /// Follows of keywords a server; 0 switches them off.
    pub keywords_per_guild: u32,
    /// Follows a channel.
    pub follows_per_channel: u32,
    /// Queries that no cached answer serves, a person in 10 minutes.
    pub queries_per_person: u32,
}

/// How those who run the bot see how it is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// Where metrics and health are answered; nowhere if `None`.
    pub metrics_addr: Option<SocketAddr>,
    /// Which channel is told what needs a person.
    pub channel: Option<ChannelId>,
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// As what.
    pub format: LogFormat,
    /// How much, by the rules of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// One thing wrong with the settings: a name, what is wrong with it, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name} {wrong}. {remedy}")]
pub struct Mistake {
    /// The variable.
    pub name: &'static str,
    /// What is wrong, to be read after the name.
    pub wrong: &'static str,
    /// What to do, a sentence.
    pub remedy: &'static str,
}

impl Settings {
    /// Reads every setting through `lookup`, which gives the value of a variable. All mistakes are told at once.
    /// Values are trimmed; empty ones count as unset, but for `METRICS_ADDR`.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Mistake>> {
        let mut reader = Reader { lookup: &lookup, mistakes: Vec::new() };
        let (discord, x) = (discord(&mut reader), x(&mut reader));
        let (caps, database) = (caps(&mut reader), reader.read(&setting::DATABASE_URL, values::database));
        let (operator, log) = (operator(&mut reader), log(&mut reader));
        // Its address may be set for X's webhook alone; after a mistake nobody can tell.
        let is_for_webhook = x.as_ref().is_none_or(|x| x.push.webhook().is_some());
        let linking = linking::linking(&mut reader, is_for_webhook);
        match (discord, x, caps, database, operator, linking, log) {
            (
                Some(discord),
                Some(x),
                Some(caps),
                Some(database),
                Some(operator),
                Some(linking),
                Some(log),
            ) => Ok(Self { discord, x, caps, database, operator, linking: linking.on(), log }),
            _ => Err(reader.mistakes),
        }
    }

    /// Reads where the database is and nothing else, for those who only look at it.
    pub fn read_database(lookup: impl Fn(&str) -> Option<String>) -> Result<DatabaseUrl, Vec<Mistake>> {
        let mut reader = Reader { lookup: &lookup, mistakes: Vec::new() };
        reader.read(&setting::DATABASE_URL, values::database).ok_or(reader.mistakes)
    }

    /// The values that must never be written anywhere.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = vec![self.discord.token.clone(), self.x.bearer_token.clone()];
        secrets.extend(self.x.push.webhook().map(|webhook| webhook.consumer_secret.clone()));
        if let Some(linking) = &self.linking {
            secrets.push(linking.client_secret.clone());
            secrets.extend(linking.keys.texts().iter().cloned());
        }
        secrets
    }
}

fn discord(reader: &mut Reader) -> Option<Discord> {
    let token = reader.read(&setting::DISCORD_TOKEN, values::token);
    let api_base_url = reader.read(&setting::DISCORD_API_BASE_URL, values::base_url);
    let global_rps = reader.read(&setting::DISCORD_GLOBAL_RPS, |text| {
        let number = values::whole_number(text, GLOBAL_RPS)?;
        NonZeroU32::new(number).ok_or("is 0")
    });
    let dev_guild =
        reader.read_or(&setting::DISCORD_DEV_GUILD_ID, None, |text| values::guild(text).map(Some));
    let shards = reader.read(&setting::DISCORD_SHARDS, values::shards);
    let operators = reader.read_or(&setting::OPERATOR_USER_IDS, Vec::new(), values::people);
    Some(Discord {
        token: token?,
        api_base_url: api_base_url?,
        global_rps: global_rps?,
        dev_guild: dev_guild?,
        shards: shards?,
        operators: operators?,
    })
}

fn x(reader: &mut Reader) -> Option<X> {
    let bearer_token = reader.read(&setting::X_BEARER_TOKEN, values::token);
    let api_base_url = reader.read(&setting::X_API_BASE_URL, values::base_url);
    let budget = reader.read(&setting::X_DAILY_BUDGET_USD, values::micro_usd);
    let space = reader.read(&setting::X_PRICE_SPACE_USD, values::micro_usd);
    let user = reader.read(&setting::X_PRICE_USER_USD, values::micro_usd);
    let post = reader.read(&setting::X_PRICE_POST_USD, values::micro_usd);
    let following = reader.read(&setting::X_PRICE_FOLLOWING_USD, values::micro_usd);
    let event = reader.read(&setting::X_PRICE_EVENT_USD, values::micro_usd);
    let push = push::push(reader);
    Some(X {
        bearer_token: bearer_token?,
        api_base_url: api_base_url?,
        daily_budget_micro_usd: budget?,
        prices: Prices {
            space_micro_usd: space?,
            user_micro_usd: user?,
            post_micro_usd: post?,
            following_micro_usd: following?,
            event_micro_usd: event?,
        },
        push: push?,
    })
}

fn caps(reader: &mut Reader) -> Option<Caps> {
    let mut cap = |setting, range: &RangeInclusive<u64>| {
        reader.read(setting, |text| values::whole_number(text, range.clone()))
    };
    let follows_per_guild = cap(&setting::MAX_FOLLOWS_PER_GUILD, &CAP);
    let keywords_per_guild = cap(&setting::MAX_KEYWORDS_PER_GUILD, &CAP_OR_NONE);
    let follows_per_channel = cap(&setting::MAX_FOLLOWS_PER_CHANNEL, &CAP);
    let queries_per_person = cap(&setting::MAX_QUERIES_PER_PERSON, &CAP);
    Some(Caps {
        follows_per_guild: follows_per_guild?,
        keywords_per_guild: keywords_per_guild?,
        follows_per_channel: follows_per_channel?,
        queries_per_person: queries_per_person?,
    })
}

fn operator(reader: &mut Reader) -> Option<Operator> {
    let channel = reader.read_or(&setting::OPERATOR_CHANNEL_ID, None, |text| values::channel(text).map(Some));
    let metrics_addr = reader.read_even_empty(&setting::METRICS_ADDR, values::listen);
    Some(Operator { metrics_addr: metrics_addr?, channel: channel? })
}

fn log(reader: &mut Reader) -> Option<Log> {
    let format = reader.read(&setting::LOG_FORMAT, values::log_format);
    let filter = reader.read(&setting::RUST_LOG, values::log_filter);
    Some(Log { format: format?, filter: filter? })
}

/// Reads one setting after the other and keeps their mistakes.
struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    /// The setting's value; `None` after a mistake.
    fn read<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        match (self.given(setting), setting.fallback) {
            (Some(text), _) => self.kept(setting, parse(&text)),
            (None, Fallback::Default(text)) => self.kept(setting, parse(text)),
            (None, Fallback::Required | Fallback::Unset) => self.kept(setting, Err("is not set")),
        }
    }

    /// The setting's value, where an empty one says something else than none; `None` after a mistake.
    fn read_even_empty<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        match (self.lookup)(setting.name) {
            Some(text) => self.kept(setting, parse(text.trim())),
            None => self.read(setting, parse),
        }
    }

    /// The setting's value, `unset` where it isn't set; `None` after a mistake.
    fn read_or<T>(
        &mut self,
        setting: &'static Setting,
        unset: T,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        match self.given(setting) {
            Some(text) => self.kept(setting, parse(&text)),
            None => Some(unset),
        }
    }

    fn given(&self, setting: &Setting) -> Option<String> {
        let text = (self.lookup)(setting.name)?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn kept<T>(&mut self, setting: &'static Setting, parsed: Result<T, &'static str>) -> Option<T> {
        parsed
            .map_err(|wrong| {
                self.mistakes.push(Mistake { name: setting.name, wrong, remedy: setting.remedy });
            })
            .ok()
    }
}
