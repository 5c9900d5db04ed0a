//! Tokens that are good: a person's access token, renewed before it ends, by one renewal at a time.
//!
//! A renewal is a task of its own: whoever waited for it may leave, and the new tokens are written down all the same, and
//! used only then.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use tokio::sync::watch;
use tracing::{error, warn};

use super::{Linker, NoToken, Secret, Unasked};
use crate::domain::ids::DiscordUserId;
use crate::store::{EndedBy, Link, StoreError};
use crate::x::oauth::OauthError;
use crate::x::{LinkedError, Person};

/// A token that ends sooner is renewed before it is used.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_secs(60);
/// How often it is tried to write renewed tokens down; without them the link is lost.
const WRITES_MAX: u32 = 5;
/// The pause between two tries.
const WRITE_PAUSE: Duration = Duration::from_secs(1);

impl Linker {
    /// In whose name X is asked for a person.
    pub async fn person(&self, user: DiscordUserId) -> Result<Person, NoToken> {
        let store = &self.inner.parts.store;
        let Some(link) = store.link_of(user).await.map_err(failed)? else {
            return Err(match store.tell_ended(user).await.map_err(failed)? {
                Some(by) => NoToken::Ended(by),
                None => NoToken::NotLinked,
            });
        };
        let (secret, _) = self.secret(&link).map_err(|_| NoToken::Unreadable)?;
        let lasts = secret.expires_at.duration_since(self.now()) > RENEWED_BEFORE;
        let account = link.account;
        let secret = if lasts { secret } else { self.renewed(link).await? };
        Ok(Person { account, token: secret.access() })
    }

    /// What an error of X's means for a person; a token that X refuses ends their link.
    pub async fn unasked(&self, user: DiscordUserId, person: &Person, error: LinkedError) -> Unasked {
        match error {
            LinkedError::Ended => match self.refused(user, person).await {
                Ok(()) => Unasked::NoToken(NoToken::Ended(EndedBy::Refusal)),
                Err(error) => Unasked::NoToken(failed(error)),
            },
            LinkedError::Forbidden { detail } => {
                warn!(%detail, "X doesn't allow something to a linked account");
                Unasked::Forbidden
            }
            LinkedError::Missing => Unasked::Missing,
            LinkedError::X(error) => Unasked::X(error),
        }
    }

    /// X refused a token: unless it was renewed meanwhile, consent is withdrawn.
    async fn refused(&self, user: DiscordUserId, person: &Person) -> Result<(), StoreError> {
        use secrecy::ExposeSecret as _;
        let store = &self.inner.parts.store;
        let Some(link) = store.link_of(user).await? else { return Ok(()) };
        let is_same =
            self.secret(&link).is_ok_and(|(secret, _)| secret.access == person.token.expose_secret());
        if is_same {
            self.withdrawn(person.account).await?;
            // Told right now.
            store.tell_ended(user).await?;
        }
        Ok(())
    }

    /// The link's tokens, renewed: by a renewal that is under way, or a new one.
    async fn renewed(&self, link: Link) -> Result<Secret, NoToken> {
        let mut renewal = {
            let mut renewals = self.inner.renewals.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(renewal) = renewals.get(&link.user) {
                renewal.clone()
            } else {
                let (done, renewal) = watch::channel(None);
                renewals.insert(link.user, renewal.clone());
                let linker = self.clone();
                self.inner.parts.tasks.spawn(async move {
                    let user = link.user;
                    let renewed = linker.renew(user).await;
                    linker.inner.renewals.lock().unwrap_or_else(PoisonError::into_inner).remove(&user);
                    let _ = done.send(Some(renewed));
                });
                renewal
            }
        };
        match renewal.wait_for(Option::is_some).await {
            Ok(renewed) => renewed.clone().unwrap_or(Err(NoToken::XUnavailable)),
            // It broke off.
            Err(_) => Err(NoToken::XUnavailable),
        }
    }

    async fn renew(&self, user: DiscordUserId) -> Result<Secret, NoToken> {
        let store = &self.inner.parts.store;
        // Read again: a renewal that ended just before this one began may have done it.
        let Some(link) = store.link_of(user).await.map_err(failed)? else { return Err(NoToken::NotLinked) };
        let (secret, _) = self.secret(&link).map_err(|_| NoToken::Unreadable)?;
        if secret.expires_at.duration_since(self.now()) > RENEWED_BEFORE {
            return Ok(secret);
        }
        let Some(refresh) = &secret.refresh else { return self.over(&link, EndedBy::Refusal).await };
        store.begin_renewal(&link, self.now()).await.map_err(failed)?;
        match self.inner.parts.oauth.renew(&SecretString::from(refresh.as_str())).await {
            Ok(tokens) => {
                let mut renewed = Secret::of(secret.username, &tokens, self.now());
                // X may leave the old one in force.
                renewed.refresh = renewed.refresh.or(secret.refresh);
                self.write_down(&link, renewed).await
            }
            Err(OauthError::Refused) => {
                let by = if link.renewal_begun_at.is_some() { EndedBy::Loss } else { EndedBy::Refusal };
                self.over(&link, by).await
            }
            Err(OauthError::Client(what)) => {
                error!("X refuses X_CLIENT_ID or X_CLIENT_SECRET ({what}): copy them anew");
                Err(NoToken::XUnavailable)
            }
            Err(OauthError::Unavailable(source)) => {
                warn!(error = ?source, "X renewed no tokens of a linked account");
                Err(NoToken::XUnavailable)
            }
        }
    }

    async fn write_down(&self, link: &Link, renewed: Secret) -> Result<Secret, NoToken> {
        let unreadable = |_| NoToken::Unreadable;
        let sealed = self.sealed(link.user, &renewed).map_err(unreadable)?;
        let revocation = self.revocation(link.revocation.handle.clone(), &renewed).map_err(unreadable)?;
        let link = Link { sealed, revocation, ..link.clone() };
        let mut tries = 1;
        loop {
            match self.inner.parts.store.renew_link(&link, self.now()).await {
                Ok(true) => return Ok(renewed),
                // The link ended meanwhile, and X is told of the new token.
                Ok(false) => {
                    self.inner.revoke.notify_one();
                    return Err(NoToken::NotLinked);
                }
                Err(_) if tries < WRITES_MAX => tries += 1,
                Err(error) => return Err(failed(error)),
            }
            tokio::time::sleep(WRITE_PAUSE).await;
        }
    }

    /// The link is over; whoever waits is told, and nobody else has to be.
    async fn over(&self, link: &Link, by: EndedBy) -> Result<Secret, NoToken> {
        let ended = async {
            match by {
                EndedBy::Refusal => self.withdrawn(link.account).await?,
                EndedBy::Loss => self.inner.parts.store.end_link(link, by, self.now()).await?,
            }
            self.inner.parts.store.tell_ended(link.user).await
        };
        ended.await.map_err(failed)?;
        self.inner.revoke.notify_one();
        Err(NoToken::Ended(by))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is the end of an error")]
pub(super) fn failed(error: StoreError) -> NoToken {
    error!(error = &error as &dyn std::error::Error, "the store failed a linked account");
    NoToken::Store
}
