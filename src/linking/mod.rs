//! Linking: a person on Discord, an account on X, and the tokens that X gave for it.
//!
//! Owns how a link is made, used, renewed and ended. Who typed a code in Discord is the commands' to know, what a page
//! looks like is `http`'s. Nothing that a token fetched is kept here but whom the person follows, sealed for them.
//!
//! Accepted: between X giving renewed tokens and their writing down the process may die. The old token is spent then, so
//! the link is over, and its person is told that this was the reason.

mod attempts;
mod following;
mod revoking;
mod tokens;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;
use url::Url;

use crate::clock::SharedClock;
use crate::domain::ids::{DiscordUserId, UserId, Username};
use crate::seal::{Keyring, NONCE_BYTES, Unreadable};
use crate::store::{EndedBy, Link, Revocation, Store, StoreError};
use crate::x::oauth::{Oauth, Tokens};
use crate::x::{Client, XError};

pub use attempts::{CODE_LETTERS, Confirmed, Opening, Returned};
pub use following::OfFollowed;

/// How long a link can be made, and then how long its code can be typed.
pub const MADE_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// How many wrong codes end an attempt.
pub const GUESSES_MAX: u32 = 5;
/// How long what was read of whom somebody follows serves.
pub const FOLLOWING_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long it is kept to be told that a link ended.
pub const ENDED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What linking works with.
pub struct Parts {
    /// Where links are kept.
    pub store: Store,
    /// Who asks X.
    pub x: Client,
    /// How X gives tokens.
    pub oauth: Oauth,
    /// What seals them.
    pub keys: Keyring,
    /// The time.
    pub clock: SharedClock,
    /// Secrets and nonces: bytes that nobody can guess.
    pub chance: fn() -> [u8; 32],
    /// Where the bot's own pages are.
    pub public_url: Url,
    /// The most accounts that are read of those whom somebody follows.
    pub following_read: u32,
    /// What must not be broken off runs here.
    pub tasks: TaskTracker,
}

/// Makes, uses and ends links. Cheap to clone.
#[derive(Clone)]
pub struct Linker {
    inner: Arc<Inner>,
}

struct Inner {
    parts: Parts,
    /// Renewals under way, so that two who ask at once wait for the same one.
    renewals: Mutex<HashMap<DiscordUserId, Renewal>>,
    /// Wakes whoever tells X of tokens to be revoked.
    revoke: Notify,
    /// Until when X isn't asked for what it said it doesn't have.
    no_spaces_of_followed_until: Mutex<Option<Timestamp>>,
}

type Renewal = watch::Receiver<Option<Result<Secret, NoToken>>>;

/// How a Discord account looks to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// What it is called.
    pub name: String,
    /// Where its picture is, if it has one.
    pub picture_url: Option<String>,
}

/// Why nothing can be asked in somebody's name.
#[derive(Debug, Clone)]
pub enum NoToken {
    /// They linked no account.
    NotLinked,
    /// Their link ended without their doing.
    Ended(EndedBy),
    /// No key of this bot's opens what was kept.
    Unreadable,
    /// X gives no tokens at the moment.
    XUnavailable,
    /// The store failed; the log says how.
    Store,
}

/// What a link's row says of an account, and its tokens.
#[derive(Clone, Serialize, Deserialize)]
struct Secret {
    username: Username,
    access: String,
    refresh: Option<String>,
    expires_at: Timestamp,
}

/// A link as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The account's name; `None` where no key opens it.
    pub username: Option<Username>,
    /// Since when.
    pub linked_at: Timestamp,
    /// Whether samples are kept.
    pub keeps_insights: bool,
}

impl Linker {
    /// Linking with these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            inner: Arc::new(Inner {
                parts,
                renewals: Mutex::default(),
                revoke: Notify::new(),
                no_spaces_of_followed_until: Mutex::default(),
            }),
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.parts.clock.now()
    }

    /// A person's link.
    pub async fn show(&self, user: DiscordUserId) -> Result<Option<Shown>, StoreError> {
        let link = self.inner.parts.store.link_of(user).await?;
        Ok(link.map(|link| Shown {
            username: self.secret(&link).ok().map(|(secret, _)| secret.username),
            linked_at: link.linked_at,
            keeps_insights: link.keeps_insights,
        }))
    }

    /// Why a person's link ended without their doing, once.
    pub async fn tell_ended(&self, user: DiscordUserId) -> Result<Option<EndedBy>, StoreError> {
        self.inner.parts.store.tell_ended(user).await
    }

    /// Ends a person's link: erases it and tells X; whether there was one.
    pub async fn unlink(&self, user: DiscordUserId) -> Result<bool, StoreError> {
        let linked = self.inner.parts.store.unlink(user, self.now()).await?;
        self.inner.revoke.notify_one();
        Ok(linked)
    }

    /// Whether samples of the Spaces of a person's account may be kept; whether there is a link.
    pub async fn set_keeps_insights(&self, user: DiscordUserId, keeps: bool) -> Result<bool, StoreError> {
        self.inner.parts.store.set_keeps_insights(user, keeps).await
    }

    /// The owner of an account took their consent back on X: all links with it are over, and their people are told at
    /// their next use. To be called where X says so, by an event or by refusing their token.
    pub async fn withdrawn(&self, account: UserId) -> Result<(), StoreError> {
        self.inner.parts.store.end_links_with(account, self.now()).await?;
        self.inner.revoke.notify_one();
        Ok(())
    }

    fn random(&self) -> [u8; 32] {
        (self.inner.parts.chance)()
    }

    fn seal(&self, place: &str, text: &str) -> Result<String, Unreadable> {
        let random = self.random();
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&random[..NONCE_BYTES]);
        self.inner.parts.keys.seal(place, text, nonce)
    }

    /// A link's row, opened; whether the first key sealed it.
    fn secret(&self, link: &Link) -> Result<(Secret, bool), Unreadable> {
        let opened = self.inner.parts.keys.open(&place_of_link(link.user), &link.sealed)?;
        let secret = serde_json::from_str(&opened.text).map_err(|_| Unreadable)?;
        Ok((secret, opened.is_current))
    }

    fn sealed(&self, user: DiscordUserId, secret: &Secret) -> Result<String, Unreadable> {
        self.seal(&place_of_link(user), &serde_json::to_string(secret).map_err(|_| Unreadable)?)
    }

    /// What is to be revoked at the end of these tokens: the one that renews them, which ends the others with it.
    fn revocation(&self, handle: String, secret: &Secret) -> Result<Revocation, Unreadable> {
        let token = secret.refresh.as_ref().unwrap_or(&secret.access);
        let sealed = self.seal(&place_of_revocation(&handle), token)?;
        Ok(Revocation { handle, sealed })
    }
}

impl fmt::Debug for Linker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linker").finish_non_exhaustive()
    }
}

impl fmt::Debug for Secret {
    /// Not the tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("username", &self.username).finish_non_exhaustive()
    }
}

impl Secret {
    fn of(username: Username, tokens: &Tokens, now: Timestamp) -> Self {
        let life = SignedDuration::try_from(tokens.expires_in).unwrap_or(SignedDuration::ZERO);
        Self {
            username,
            access: tokens.access.expose_secret().to_owned(),
            refresh: tokens.refresh.as_ref().map(|token| token.expose_secret().to_owned()),
            expires_at: now.saturating_add(life).unwrap_or(now),
        }
    }

    fn access(&self) -> SecretString {
        SecretString::from(self.access.as_str())
    }
}

fn place_of_link(user: DiscordUserId) -> String {
    format!("link:{user}")
}

fn place_of_attempt(user: DiscordUserId) -> String {
    format!("attempt:{user}")
}

fn place_of_following(user: DiscordUserId) -> String {
    format!("following:{user}")
}

fn place_of_revocation(handle: &str) -> String {
    format!("revocation:{handle}")
}

/// The digest under which a state is kept, so that who reads the database can't use it.
fn digest(state: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(state))
}

fn encoded(bytes: [u8; 32]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Why there is no answer in somebody's name.
#[derive(Debug)]
pub enum Unasked {
    /// There is no token.
    NoToken(NoToken),
    /// X doesn't allow it to that person.
    Forbidden,
    /// X has no such thing.
    Missing,
    /// As without a link.
    X(XError),
}
