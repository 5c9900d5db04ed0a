//! The values that settings take, and how their texts are read.
//!
//! Each reader gives what is wrong as words to be read after the setting's name; none repeats the value.

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;
use url::Url;

use crate::domain::ids::{ChannelId, DiscordUserId, GuildId};

/// Millionths in a dollar.
const MICROS: u64 = 1_000_000;
/// Decimal places of a millionth.
const MICRO_DIGITS: usize = 6;
/// The largest amount, in dollars: more is a slip of the finger.
const MAX_USD: u64 = 1_000_000;
/// The length of a key, in bytes.
const KEY_BYTES: usize = 32;
/// The most shards of a bot; more is a slip of the finger.
const MAX_SHARDS: u32 = 100_000;

/// Which of the bot's shards this process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shards {
    /// As many as Discord recommends, all of them.
    Auto,
    /// This many, all of them.
    Total(NonZeroU32),
    /// Some of them.
    Range {
        /// The first, counted from 0.
        first: u32,
        /// The last, which is one of them; at least `first`, less than `total`.
        last: u32,
        /// How many the bot has in all processes together.
        total: NonZeroU32,
    },
}

/// What log lines are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The address of an API: http or https, perhaps with a path, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The address without a slash at its end, so that a path that begins with one can be put behind it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What seals the tokens of linked accounts: one key, or several while one takes another's place.
#[derive(Clone)]
pub struct SecretKeys {
    keys: Vec<[u8; KEY_BYTES]>,
    texts: Vec<SecretString>,
}

impl SecretKeys {
    /// The keys; the first one seals.
    #[must_use]
    pub fn keys(&self) -> &[[u8; KEY_BYTES]] {
        &self.keys
    }

    /// The keys as they were written, so that no log shows them.
    #[must_use]
    pub fn texts(&self) -> &[SecretString] {
        &self.texts
    }
}

impl fmt::Debug for SecretKeys {
    /// Not the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKeys({} of them)", self.keys.len())
    }
}

/// The address of a SQLite or PostgreSQL database, as sqlx takes it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the database is PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        // It was parsed as a URL, so the scheme is in lower case.
        self.0.starts_with("postgres")
    }
}

impl fmt::Debug for DatabaseUrl {
    /// Not the address: that of a PostgreSQL database may have a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

pub(super) fn token(text: &str) -> Result<SecretString, &'static str> {
    if text.starts_with("Bot ") || text.starts_with("Bearer ") {
        return Err("begins with a word that isn't part of the token (\"Bot\" or \"Bearer\")");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has spaces or letters that no token has");
    }
    Ok(SecretString::from(text))
}

pub(super) fn base_url(text: &str) -> Result<BaseUrl, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not an address")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("begins with neither http:// nor https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("holds a ? or #");
    }
    Ok(BaseUrl(url.as_str().trim_end_matches('/').to_owned()))
}

pub(super) fn whole_number(text: &str, range: RangeInclusive<u64>) -> Result<u32, &'static str> {
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = text.parse().ok().filter(|_| digits_only).ok_or("is not a whole number")?;
    if !range.contains(&number) {
        return Err("is out of range");
    }
    u32::try_from(number).map_err(|_| "is out of range")
}

pub(super) fn guild(text: &str) -> Result<GuildId, &'static str> {
    id(text).map(GuildId::new).ok_or("is not the id of a server")
}

pub(super) fn channel(text: &str) -> Result<ChannelId, &'static str> {
    id(text).map(ChannelId::new).ok_or("is not the id of a channel")
}

fn id(text: &str) -> Option<u64> {
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|id| *id > 0 && digits_only)
}

/// Keys by commas, each 32 bytes in hex or base64.
pub(super) fn secret_keys(text: &str) -> Result<SecretKeys, &'static str> {
    let texts = text.split(',').map(str::trim);
    let keys: Vec<[u8; KEY_BYTES]> = texts.clone().map(secret_key).collect::<Result<_, _>>()?;
    Ok(SecretKeys { keys, texts: texts.map(SecretString::from).collect() })
}

fn secret_key(text: &str) -> Result<[u8; KEY_BYTES], &'static str> {
    const WRONG: &str = "holds something else than 32 bytes in base64 or hex";
    let bytes = if text.len() == 2 * KEY_BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let digits = |at: usize| u8::from_str_radix(text.get(at..at + 2).unwrap_or_default(), 16);
        (0..text.len()).step_by(2).map(digits).collect::<Result<Vec<u8>, _>>().map_err(|_| WRONG)?
    } else {
        let text = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
        STANDARD_NO_PAD.decode(text).map_err(|_| WRONG)?
    };
    let key: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| WRONG)?;
    if key.iter().all(|byte| *byte == key[0]) {
        return Err("holds a key that isn't random");
    }
    Ok(key)
}

/// Where people reach the bot's pages.
pub(super) fn public_url(text: &str) -> Result<BaseUrl, &'static str> {
    let base = base_url(text)?;
    let url = Url::parse(base.as_str()).map_err(|_| "is not an address")?;
    let is_here = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !is_here {
        return Err("begins with http://, where others could read along");
    }
    Ok(base)
}

/// Something without spaces.
pub(super) fn word(text: &str) -> Result<String, &'static str> {
    let is_one = text.bytes().all(|byte| byte.is_ascii_graphic());
    is_one.then(|| text.to_owned()).ok_or("has spaces or letters that it can't have")
}

/// Where to listen.
pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "is not an IP address with a port")
}

/// Where to listen; `None` for nowhere.
pub(super) fn listen(text: &str) -> Result<Option<SocketAddr>, &'static str> {
    if text.is_empty() || text.eq_ignore_ascii_case("off") {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| "is neither an IP address with a port nor off")
}

pub(super) fn people(text: &str) -> Result<Vec<DiscordUserId>, &'static str> {
    let person = |text: &str| {
        id(text.trim()).map(DiscordUserId::new).ok_or("holds something that is not the id of a person")
    };
    text.split(',').map(person).collect()
}

pub(super) fn shards(text: &str) -> Result<Shards, &'static str> {
    const WRONG: &str = "is neither auto, nor a number of shards, nor first-last/total";
    let number = |text: &str| whole_number(text.trim(), 0..=u64::from(MAX_SHARDS)).map_err(|_| WRONG);
    if text.eq_ignore_ascii_case("auto") {
        return Ok(Shards::Auto);
    }
    let Some((range, total)) = text.split_once('/') else {
        return NonZeroU32::new(number(text)?)
            .map(Shards::Total)
            .ok_or("is 0, and a bot has one shard at least");
    };
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (number(first)?, number(last)?);
    let total = NonZeroU32::new(number(total)?).ok_or("has a total of 0")?;
    if first > last || last >= total.get() {
        return Err("has shards outside of 0 to total minus 1, or a first one behind the last");
    }
    Ok(Shards::Range { first, last, total })
}

/// Decimal dollars to millionths of a dollar, without a detour through floating point.
pub(super) fn micro_usd(text: &str) -> Result<u64, &'static str> {
    if text.starts_with('-') {
        return Err("is negative");
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return Err("is not an amount in dollars");
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > MICRO_DIGITS {
        return Err("is finer than a millionth of a dollar");
    }
    let micros: u64 =
        format!("{fraction:0<MICRO_DIGITS$}").parse().map_err(|_| "is not an amount in dollars")?;
    match whole.parse::<u64>() {
        Ok(dollars) if dollars < MAX_USD => Ok(dollars * MICROS + micros),
        _ => Err("is a million dollars or more"),
    }
}

pub(super) fn database(text: &str) -> Result<DatabaseUrl, &'static str> {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    match scheme.as_str() {
        "postgres" | "postgresql" => match Url::parse(text) {
            Ok(url) if url.has_host() || url.query_pairs().any(|(name, _)| name == "host") => {
                Ok(DatabaseUrl(url.into()))
            }
            _ => Err("names no server"),
        },
        "sqlite" if text.len() > "sqlite://".len() => Ok(DatabaseUrl(text.to_owned())),
        "sqlite" => Err("names no file"),
        _ => Err("begins with neither sqlite:// nor postgres://"),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("is neither text nor json"),
    }
}

pub(super) fn log_filter(text: &str) -> Result<String, &'static str> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|_| "is no filter that the log understands")
}
