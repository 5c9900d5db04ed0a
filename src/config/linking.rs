//! The settings that let people link their accounts: all of them, or none.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

use secrecy::SecretString;

use super::setting::{self, Setting};
use super::values::{self, BaseUrl, SecretKeys};
use super::{Mistake, Reader};

/// How many followed accounts may be read.
const FOLLOWING: RangeInclusive<u64> = 1..=1_000;

/// How people link their accounts on X.
#[derive(Debug, Clone)]
pub struct Linking {
    /// Where the bot's own pages are answered.
    pub http_addr: SocketAddr,
    /// Where people reach them.
    pub public_url: BaseUrl,
    /// The app's client id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// What seals tokens.
    pub keys: SecretKeys,
    /// How many followed accounts are read at most.
    pub following_read: u32,
}

/// What the settings say of linking.
pub(super) enum Said {
    /// None of the four is set.
    Off,
    /// All of them are.
    On(Linking),
}

impl Said {
    pub(super) fn on(self) -> Option<Linking> {
        match self {
            Self::On(linking) => Some(linking),
            Self::Off => None,
        }
    }
}

/// Reads them; `None` after a mistake. `is_for_webhook` tells that the address may be set for something else.
pub(super) fn linking(reader: &mut Reader, is_for_webhook: bool) -> Option<Said> {
    let http_addr = reader.read(&setting::HTTP_ADDR, values::address);
    let following_read =
        reader.read(&setting::MAX_FOLLOWING_READ, |text| values::whole_number(text, FOLLOWING.clone()));
    let client_id = reader.read_or(&setting::X_CLIENT_ID, None, |text| values::word(text).map(Some));
    let client_secret = reader.read_or(&setting::X_CLIENT_SECRET, None, |text| values::token(text).map(Some));
    let public_url = reader.read_or(&setting::PUBLIC_URL, None, |text| values::public_url(text).map(Some));
    let keys = reader.read_or(&setting::SECRET_KEY, None, |text| values::secret_keys(text).map(Some));
    let (http_addr, following_read) = (http_addr?, following_read?);
    let (client_id, client_secret, public_url, keys) = (client_id?, client_secret?, public_url?, keys?);
    let missing: Vec<&'static Setting> = [
        (client_id.is_none(), &setting::X_CLIENT_ID),
        (client_secret.is_none(), &setting::X_CLIENT_SECRET),
        (public_url.is_none(), &setting::PUBLIC_URL),
        (keys.is_none(), &setting::SECRET_KEY),
    ]
    .into_iter()
    .filter_map(|(is_missing, setting)| is_missing.then_some(setting))
    .collect();
    match (client_id, client_secret, public_url, keys) {
        (Some(client_id), Some(client_secret), Some(public_url), Some(keys)) => {
            Some(Said::On(Linking { http_addr, public_url, client_id, client_secret, keys, following_read }))
        }
        (None, None, None, None) => Some(Said::Off),
        (None, None, Some(_), None) if is_for_webhook => Some(Said::Off),
        _ => {
            reader.mistakes.extend(missing.into_iter().map(|setting| Mistake {
                name: setting.name,
                wrong: "is not set, though another setting that links accounts is",
                remedy: setting.remedy,
            }));
            None
        }
    }
}
