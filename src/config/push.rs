//! The settings that have X tell the bot of starts and ends by itself.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

use secrecy::SecretString;

use super::setting;
use super::values::{self, BaseUrl};
use super::{Mistake, Reader};

/// How many subscriptions an app may hold, by whatever X granted it.
const SUBSCRIPTIONS: RangeInclusive<u64> = 0..=1_000_000;

/// How X tells of starts and ends.
#[derive(Debug, Clone)]
pub struct Push {
    /// By what.
    pub mode: PushMode,
    /// How many subscriptions the app may hold: one for each host and kind of event.
    pub subscriptions: u32,
}

/// By what X tells of starts and ends.
#[derive(Debug, Clone)]
pub enum PushMode {
    /// By a stream that is held open.
    Stream,
    /// By requests to the bot's own address.
    Webhook(Webhook),
    /// By nothing: all is asked for.
    Off,
}

/// How the bot's own address is reached, and how X proves itself there.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where it is answered.
    pub http_addr: SocketAddr,
    /// Where X reaches it.
    pub public_url: BaseUrl,
    /// What X signs with.
    pub consumer_secret: SecretString,
}

/// The word of `X_PUSH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Stream,
    Webhook,
    Off,
}

impl Push {
    /// Whether X is to reach the bot's own address.
    #[must_use]
    pub const fn webhook(&self) -> Option<&Webhook> {
        match &self.mode {
            PushMode::Webhook(webhook) => Some(webhook),
            PushMode::Stream | PushMode::Off => None,
        }
    }
}

/// Reads them; `None` after a mistake.
pub(super) fn push(reader: &mut Reader) -> Option<Push> {
    let word = reader.read(&setting::X_PUSH, |text| match text.to_ascii_lowercase().as_str() {
        "stream" => Ok(Word::Stream),
        "webhook" => Ok(Word::Webhook),
        "off" => Ok(Word::Off),
        _ => Err("is none of the words that it can be"),
    });
    let subscriptions =
        reader.read(&setting::X_PUSH_SUBSCRIPTIONS, |text| values::whole_number(text, SUBSCRIPTIONS.clone()));
    let secret = reader.read_or(&setting::X_CONSUMER_SECRET, None, |text| values::token(text).map(Some));
    let (word, subscriptions, secret) = (word?, subscriptions?, secret?);
    let mode = match word {
        Word::Stream => PushMode::Stream,
        Word::Off => PushMode::Off,
        Word::Webhook => PushMode::Webhook(webhook(reader, secret)?),
    };
    Some(Push { mode, subscriptions })
}

fn webhook(reader: &mut Reader, secret: Option<SecretString>) -> Option<Webhook> {
    let http_addr =
        values::address(&reader.given(&setting::HTTP_ADDR).unwrap_or_else(
            || match setting::HTTP_ADDR.fallback {
                setting::Fallback::Default(text) => text.to_owned(),
                setting::Fallback::Required | setting::Fallback::Unset => String::new(),
            },
        ));
    // Mistakes in either are told where linking reads them.
    let public_url =
        reader.given(&setting::PUBLIC_URL).map(|text| values::public_url(&text)).transpose().ok()?;
    let missing =
        [(secret.is_none(), &setting::X_CONSUMER_SECRET), (public_url.is_none(), &setting::PUBLIC_URL)];
    reader.mistakes.extend(missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, setting)| {
        Mistake { name: setting.name, wrong: "is not set, though X_PUSH is webhook", remedy: setting.remedy }
    }));
    Some(Webhook { http_addr: http_addr.ok()?, public_url: public_url?, consumer_secret: secret? })
}
