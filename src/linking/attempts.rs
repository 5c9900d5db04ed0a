//! Making a link: from a command in Discord, by a page and X's own, back to a code that is typed in Discord.
//!
//! The state in an address proves nothing of who opened it, so a link takes effect only when its Discord user types the code
//! that X's consent led to. Each state is good once, and each step has its time.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use tracing::{error, warn};
use url::Url;

use super::{Face, GUESSES_MAX, Linker, MADE_WITHIN, Secret, digest, encoded, place_of_attempt};
use crate::domain::ids::{DiscordUserId, UserId, Username};
use crate::seal::Unreadable;
use crate::store::{Attempt, Link, Stage, StoreError};
use crate::x::Cause;
use crate::x::oauth::OauthError;

/// The letters of codes: none that is read as another one.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How many a code has.
pub const CODE_LETTERS: u16 = 8;

/// What an attempt's row says, sealed.
#[derive(Serialize, Deserialize)]
struct Draft {
    face: Face,
    locale: String,
    verifier: String,
    pending: Option<Pending>,
}

/// What X's consent gave, until its code is typed.
#[derive(Serialize, Deserialize)]
struct Pending {
    code: String,
    account: UserId,
    secret: Secret,
}

/// What the page of an attempt shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Whose Discord account is about to be linked, and in which language they read.
    Ask {
        /// The account.
        face: Face,
        /// The language, as Discord writes it.
        locale: String,
    },
    /// The address was used.
    Used,
    /// Its time is over.
    TooOld,
    /// It never was, or is long gone.
    Unknown,
}

/// What X's answer came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// Somebody said yes: the code to be typed in Discord.
    Code {
        /// The code.
        code: String,
        /// Whose Discord account types it.
        face: Face,
        /// The account on X.
        username: Username,
        /// The language, as Discord writes it.
        locale: String,
    },
    /// Somebody said no; in this language.
    Denied(String),
    /// X refuses the code: it is used, too old or not for this link.
    Refused,
    /// X gave no usable answer.
    Unavailable,
    /// The bot isn't set up as X has it.
    Broken,
    /// The address was used.
    Used,
    /// Its time is over.
    TooOld,
    /// It never was, or is long gone.
    Unknown,
}

/// What a typed code came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmed {
    /// The account is linked.
    Linked {
        /// Its name.
        username: Username,
        /// Whether samples of its Spaces are kept.
        keeps_insights: bool,
    },
    /// It is another code; so many more may be typed.
    Wrong {
        /// How many.
        left: u32,
    },
    /// That was one wrong code too many.
    TooMany,
    /// It came too late.
    TooLate,
    /// X wasn't heard of yet: the page has to be opened first.
    NotYet,
    /// This person makes no link.
    Nothing,
}

impl Linker {
    /// Begins to link an account to a person, and answers the address of the page that leads on.
    pub async fn begin(&self, user: DiscordUserId, face: Face, locale: String) -> Result<Url, StoreError> {
        let (state, verifier) = (encoded(self.random()), encoded(self.random()));
        let now = self.now();
        let draft = Draft { face, locale, verifier, pending: None };
        let attempt = Attempt {
            user,
            state: digest(&state),
            stage: Stage::Begun,
            sealed: self.sealed_draft(user, &draft).map_err(broken)?,
            keeps_insights: false,
            guesses: 0,
            ends_at: now.saturating_add(MADE_WITHIN).unwrap_or(now),
            revocation: None,
        };
        self.inner.parts.store.begin_attempt(&attempt, now).await?;
        self.inner.revoke.notify_one();
        let mut url = self.inner.parts.public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["link", &state]);
        }
        Ok(url)
    }

    /// What the page of this state shows.
    pub async fn opening(&self, state: &str) -> Result<Opening, StoreError> {
        let Some(attempt) = self.inner.parts.store.attempt(&digest(state)).await? else {
            return Ok(Opening::Unknown);
        };
        if attempt.stage != Stage::Begun {
            return Ok(Opening::Used);
        }
        if attempt.ends_at <= self.now() {
            return Ok(Opening::TooOld);
        }
        Ok(match self.draft(&attempt) {
            Ok(draft) => Opening::Ask { face: draft.face, locale: draft.locale },
            Err(Unreadable) => Opening::Unknown,
        })
    }

    /// Whoever opened the page goes on: whether samples may be kept, and X's page that asks them. `None` where the page
    /// isn't good any more.
    pub async fn go_on(&self, state: &str, keeps_insights: bool) -> Result<Option<Url>, StoreError> {
        let key = digest(state);
        let attempt = self.inner.parts.store.attempt(&key).await?;
        let Some(attempt) = attempt.filter(|it| it.stage == Stage::Begun && it.ends_at > self.now()) else {
            return Ok(None);
        };
        let Ok(draft) = self.draft(&attempt) else { return Ok(None) };
        if !self.inner.parts.store.choose_insights(&key, keeps_insights).await? {
            return Ok(None);
        }
        Ok(Some(self.inner.parts.oauth.authorize_url(state, &draft.verifier)))
    }

    /// X sends a browser back, with a code or without one. Goes on to its end though the browser may leave.
    pub async fn returned(&self, state: String, code: Option<String>) -> Result<Returned, StoreError> {
        let linker = self.clone();
        let work = self.inner.parts.tasks.spawn(async move { linker.take_back(&state, code).await });
        work.await.unwrap_or_else(|error| {
            error!(%error, "a link broke off");
            Ok(Returned::Unavailable)
        })
    }

    async fn take_back(&self, state: &str, code: Option<String>) -> Result<Returned, StoreError> {
        let store = &self.inner.parts.store;
        let state = digest(state);
        let Some(attempt) = store.attempt(&state).await? else { return Ok(Returned::Unknown) };
        if attempt.stage == Stage::Begun && attempt.ends_at <= self.now() {
            return Ok(Returned::TooOld);
        }
        if !store.take_attempt(&state, self.now()).await? {
            return Ok(Returned::Used);
        }
        let Ok(draft) = self.draft(&attempt) else { return Ok(Returned::Unknown) };
        let Some(code) = code else {
            store.drop_attempt(&state, self.now()).await?;
            return Ok(Returned::Denied(draft.locale));
        };
        match self.inner.parts.oauth.exchange(&code, &draft.verifier).await {
            Ok(tokens) => self.await_code(&attempt, draft, &tokens).await,
            Err(error) => {
                store.drop_attempt(&state, self.now()).await?;
                Ok(match error {
                    OauthError::Refused => Returned::Refused,
                    OauthError::Client(what) => {
                        error!("X refuses X_CLIENT_ID or X_CLIENT_SECRET ({what}): copy them anew");
                        Returned::Broken
                    }
                    OauthError::Unavailable(_) => {
                        warn!(error = &error as &dyn std::error::Error, "X gave no tokens for a link");
                        Returned::Unavailable
                    }
                })
            }
        }
    }

    /// X gave tokens: whose they are, and the code that has to be typed for them.
    async fn await_code(
        &self,
        attempt: &Attempt,
        draft: Draft,
        tokens: &crate::x::oauth::Tokens,
    ) -> Result<Returned, StoreError> {
        let store = &self.inner.parts.store;
        let whose = self.inner.parts.x.me(&tokens.access, Cause::Command { guild: None }).await;
        let now = self.now();
        // Sealed before anything else can fail, so that X is told of these tokens whatever comes.
        let username = match &whose {
            Ok(user) => user.username,
            Err(_) => "unknown".parse().map_err(|_| StoreError::Unexpected("a name".to_owned()))?,
        };
        let secret = Secret::of(username, tokens, now);
        let revocation = self.revocation(encoded(self.random()), &secret).map_err(broken)?;
        let user = match whose {
            Ok(user) => user,
            Err(error) => {
                warn!(error = &error as &dyn std::error::Error, "X didn't say whose a link's tokens are");
                store.add_revocation(&revocation, now).await?;
                self.inner.revoke.notify_one();
                store.drop_attempt(&attempt.state, now).await?;
                return Ok(Returned::Unavailable);
            }
        };
        let code = code_of(self.random());
        let Draft { face, locale, .. } = &draft;
        let (face, locale) = (face.clone(), locale.clone());
        let pending = Pending { code: code.clone(), account: user.id, secret };
        let sealed = self.sealed_draft(attempt.user, &Draft { pending: Some(pending), ..draft });
        let sealed = sealed.map_err(broken)?;
        let ends_at = now.saturating_add(MADE_WITHIN).unwrap_or(now);
        if store.await_code(&attempt.state, &sealed, &revocation, ends_at, now).await? {
            return Ok(Returned::Code { code, face, username: user.username, locale });
        }
        // Another link was begun meanwhile, or all of this person's data was erased.
        self.inner.revoke.notify_one();
        Ok(Returned::Used)
    }

    /// A person types a code in Discord.
    pub async fn confirm(&self, user: DiscordUserId, typed: &str) -> Result<Confirmed, StoreError> {
        let store = &self.inner.parts.store;
        let now = self.now();
        let Some(attempt) = store.guess(user, GUESSES_MAX, now).await? else {
            return Ok(match store.attempt_by(user).await? {
                Some(attempt) if attempt.ends_at <= now => Confirmed::TooLate,
                Some(Attempt { stage: Stage::Begun | Stage::Returned, .. }) => Confirmed::NotYet,
                Some(_) => Confirmed::TooMany,
                None => Confirmed::Nothing,
            });
        };
        let pending = self.draft(&attempt).ok().and_then(|draft| draft.pending);
        let Some(Pending { code, account, secret }) = pending else { return Ok(Confirmed::Nothing) };
        if !bool::from(tidy(typed).as_bytes().ct_eq(code.as_bytes())) {
            let left = GUESSES_MAX.saturating_sub(attempt.guesses);
            if left > 0 {
                return Ok(Confirmed::Wrong { left });
            }
            store.drop_attempt(&attempt.state, now).await?;
            self.inner.revoke.notify_one();
            return Ok(Confirmed::TooMany);
        }
        let Some(revocation) = attempt.revocation else { return Ok(Confirmed::Nothing) };
        let link = Link {
            user,
            account,
            sealed: self.sealed(user, &secret).map_err(broken)?,
            revocation,
            keeps_insights: attempt.keeps_insights,
            linked_at: now,
            renewal_begun_at: None,
        };
        let linked = store.link(&link, &attempt.state, now).await?;
        // What was linked before is over.
        self.inner.revoke.notify_one();
        Ok(if linked {
            Confirmed::Linked { username: secret.username, keeps_insights: link.keeps_insights }
        } else {
            Confirmed::Nothing
        })
    }

    fn draft(&self, attempt: &Attempt) -> Result<Draft, Unreadable> {
        let opened = self.inner.parts.keys.open(&place_of_attempt(attempt.user), &attempt.sealed)?;
        serde_json::from_str(&opened.text).map_err(|_| Unreadable)
    }

    fn sealed_draft(&self, user: DiscordUserId, draft: &Draft) -> Result<String, Unreadable> {
        self.seal(&place_of_attempt(user), &serde_json::to_string(draft).map_err(|_| Unreadable)?)
    }
}

fn broken(error: Unreadable) -> StoreError {
    StoreError::Unexpected(error.to_string())
}

/// A code from random bytes, each letter as likely as the others.
fn code_of(random: [u8; 32]) -> String {
    random
        .iter()
        .take(usize::from(CODE_LETTERS))
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

/// A code as it was typed, without what people put between its letters.
fn tidy(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !(c.is_whitespace() || *c == '-'));
    kept.take(2 * usize::from(CODE_LETTERS)).map(|c| c.to_ascii_uppercase()).collect()
}
