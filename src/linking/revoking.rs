//! Telling X of tokens that are over, sealing anew what an old key sealed, and letting go what is old.

use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{ENDED_KEPT, FOLLOWING_KEPT, Linker, place_of_revocation};
use crate::store::{Link, Revocation, StoreError};
use crate::x::oauth::OauthError;

/// How often it is looked what is over.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// Tokens of which X is told in one go.
const AT_ONCE: u32 = 20;
/// The pause before X is told again where it didn't answer.
const TOLD_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// What X couldn't be told by then is given up.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_hours(24);

impl Linker {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        if let Err(error) = self.seal_anew().await {
            error!(error = &error as &dyn std::error::Error, "links couldn't be sealed anew");
        }
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            tokio::select! {
                _ = look.tick() => {}
                () = self.inner.revoke.notified() => {}
                () = stop.cancelled() => return,
            }
            let done = self.tick().await;
            if let (false, Err(error)) = (failing, &done) {
                error!(
                    error = error as &dyn std::error::Error,
                    "what is over of links couldn't be seen to; trying again"
                );
            }
            failing = done.is_err();
        }
    }

    /// Lets what is over go, and tells X of its tokens.
    pub async fn tick(&self) -> Result<(), StoreError> {
        let (store, now) = (&self.inner.parts.store, self.now());
        store.drop_old_attempts(now).await?;
        let before = |kept| now.saturating_sub(kept).unwrap_or(now);
        store.erase_old_links(before(FOLLOWING_KEPT), before(ENDED_KEPT)).await?;
        for (revocation, made_at) in store.due_revocations(AT_ONCE, now).await? {
            let told = self.tell(&revocation).await;
            match told {
                Told::Done => store.forget_revocation(&revocation).await?,
                Told::Later if now.duration_since(made_at) < TOLD_WITHIN => {
                    let again = now.saturating_add(TOLD_AGAIN_AFTER).unwrap_or(now);
                    store.defer_revocation(&revocation.handle, again).await?;
                }
                Told::Later => {
                    warn!("X couldn't be told for a day to revoke a token: given up");
                    store.forget_revocation(&revocation).await?;
                }
            }
        }
        Ok(())
    }

    async fn tell(&self, revocation: &Revocation) -> Told {
        let place = place_of_revocation(&revocation.handle);
        let Ok(token) = self.inner.parts.keys.open(&place, &revocation.sealed) else {
            warn!("no key of SECRET_KEY opens a token that X should revoke: given up");
            return Told::Done;
        };
        match self.inner.parts.oauth.revoke(&SecretString::from(token.text)).await {
            Ok(()) | Err(OauthError::Refused) => Told::Done,
            Err(OauthError::Client(_) | OauthError::Unavailable(_)) => Told::Later,
        }
    }

    /// Seals with the first key what another one sealed, so that the other one can be taken out of `SECRET_KEY`.
    pub async fn seal_anew(&self) -> Result<(), StoreError> {
        let store = &self.inner.parts.store;
        let (mut sealed_anew, mut unreadable) = (0_usize, 0_usize);
        for link in store.links().await? {
            let Ok((secret, is_current)) = self.secret(&link) else {
                unreadable += 1;
                continue;
            };
            if is_current {
                continue;
            }
            let handle = link.revocation.handle.clone();
            if let (Ok(sealed), Ok(revocation)) =
                (self.sealed(link.user, &secret), self.revocation(handle, &secret))
            {
                let anew = Link { sealed, revocation, ..link.clone() };
                store.reseal_link(&link, &anew).await?;
                sealed_anew += 1;
            }
        }
        if sealed_anew > 0 {
            info!("sealed {sealed_anew} linked accounts anew with the first key of SECRET_KEY");
        }
        if unreadable > 0 {
            error!(
                "no key of SECRET_KEY opens {unreadable} linked accounts: put the key back that they were made with, \
                 behind the first one and a comma, or their people have to link again"
            );
        }
        Ok(())
    }
}

/// Whether X was told.
enum Told {
    Done,
    Later,
}
