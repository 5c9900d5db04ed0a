//! Questions in the name of somebody who linked their account, by their own token.
//!
//! What comes back is that person's alone: nothing of it goes to the cache of accounts, to metrics or to any log. It is
//! billed like everything else, to the operator's budget, under names that only this process can tell apart, so that the
//! bill doesn't tell what was looked at. Limits are a person's own here, apart from the app's.

use std::collections::HashMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::answer::{Verdict, detail, judge};
use super::client::{BATCH_MAX, Client, lock};
use super::cost::{Cause, Kind};
use super::error::{Detail, Outage, XError};
use super::fields::{People, Query, Refused, Want};
use super::gate::Credits;
use super::limits::{RateHeaders, WINDOW};
use super::wire::Body;
use crate::domain::ids::{SpaceId, UserId};
use crate::domain::space::{Space, XUser};

/// How often one question is asked while X refuses one field after another.
const ATTEMPTS_MAX: usize = 4;
/// The most accounts of a page of those that somebody follows. Source: X's API reference.
const FOLLOWING_PAGE: usize = 1_000;
/// How long somebody waits where X says no time that can be believed.
const BLIND_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// The part of what may be spent that reading whom somebody follows leaves to the Spaces of those: one in so many.
const SPACES_SHARE: usize = 5;
/// Limits remembered at once; those that are over go first, and then all.
const LIMITS_MAX: usize = 10_000;

/// In whose name X is asked.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their account.
    pub account: UserId,
    /// Their token.
    pub token: SecretString,
}

/// Why there is no answer to a linked person.
#[derive(Debug, Error)]
pub enum LinkedError {
    /// X refuses the token: the link is over.
    #[error("X refuses the linked account's token")]
    Ended,
    /// X doesn't allow this to that person.
    #[error("X doesn't allow this to the linked account ({detail})")]
    Forbidden {
        /// X's words, for the log alone.
        detail: Detail,
    },
    /// There is no such thing.
    #[error("X has no such thing")]
    Missing,
    /// As without a link.
    #[error(transparent)]
    X(#[from] XError),
}

/// What linked people may ask, kept with the client.
#[derive(Debug)]
pub(super) struct Linked {
    /// Until when X wants nothing of a person's on a path.
    limits: Mutex<HashMap<(UserId, &'static str), Timestamp>>,
    /// What makes billed names this process's own.
    salt: [u8; 32],
}

impl Linked {
    #[expect(clippy::disallowed_methods, reason = "a salt that nobody has to repeat")]
    pub(super) fn new() -> Self {
        Self { limits: Mutex::default(), salt: rand::random() }
    }

    fn limited_until(&self, who: UserId, what: &'static str, now: Timestamp) -> Option<Timestamp> {
        lock(&self.limits).get(&(who, what)).copied().filter(|until| *until > now)
    }

    /// X wants nothing of a person's before the reset; one that can't be believed is a minute.
    fn limit(&self, who: UserId, what: &'static str, headers: RateHeaders, now: Timestamp) -> Timestamp {
        let after = |span| now.saturating_add(span).unwrap_or(now);
        let believable = headers.resets_at.filter(|at| *at > now && *at <= after(WINDOW + BLIND_WAIT));
        let until = believable.unwrap_or_else(|| after(BLIND_WAIT));
        let mut limits = lock(&self.limits);
        if limits.len() >= LIMITS_MAX {
            limits.retain(|_, until| *until > now);
        }
        if limits.len() >= LIMITS_MAX {
            limits.clear();
        }
        limits.insert((who, what), until);
        until
    }

    fn billed_name(&self, kind: Kind, id: &str) -> String {
        let digest =
            Sha256::new().chain_update(self.salt).chain_update(kind.word()).chain_update(id).finalize();
        format!("linked-{}", URL_SAFE_NO_PAD.encode(&digest[..12]))
    }
}

/// Spaces as a linked person sees them, with the accounts that X showed along.
#[derive(Debug, Clone, Default)]
pub struct LinkedSpaces {
    /// The Spaces.
    pub spaces: Vec<Space>,
    /// The accounts.
    pub users: Vec<XUser>,
}

/// A page of accounts.
#[derive(Debug, Clone, Default)]
pub struct LinkedUsers {
    /// The accounts.
    pub users: Vec<XUser>,
    /// What asks for the next page.
    pub next: Option<String>,
}

impl Client {
    /// Whose token this is.
    pub async fn me(&self, token: &SecretString, cause: Cause) -> Result<XUser, LinkedError> {
        self.affordable(Kind::User, cause)?;
        let path = ["2", "users", "me"];
        let body = self.ask_as(None, token, "me", (&path, &[]), Refused::user_query).await?;
        self.bill(Kind::User, &body.data_ids(), cause);
        body.users().into_iter().next().ok_or_else(|| LinkedError::X(Outage::Unreadable.into()))
    }

    /// A page of those who bought a ticket for a Space of this person's.
    pub async fn buyers(
        &self,
        person: &Person,
        space: SpaceId,
        next: Option<&str>,
        cause: Cause,
    ) -> Result<LinkedUsers, LinkedError> {
        let most = self.affordable(Kind::User, cause)?.clamp(1, BATCH_MAX).to_string();
        let mut params = vec![("max_results", most.as_str())];
        params.extend(next.map(|next| ("pagination_token", next)));
        let path = ["2", "spaces", space.as_str(), "buyers"];
        let token = &person.token;
        let body = self.ask_as(Some(person), token, "buyers", (&path, &params), Refused::user_query).await?;
        self.bill(Kind::User, &body.data_ids(), cause);
        Ok(LinkedUsers { users: body.users(), next: body.next_token })
    }

    /// A Space as this person sees it.
    pub async fn space_as(
        &self,
        person: &Person,
        space: SpaceId,
        cause: Cause,
    ) -> Result<Space, LinkedError> {
        self.affordable(Kind::Space, cause)?;
        let path = ["2", "spaces", space.as_str()];
        let fields = |refused: &Refused| refused.space_query(Want::default(), false);
        let body = self.ask_as(Some(person), &person.token, "space", (&path, &[]), fields).await?;
        self.linked_spaces(&body, cause).spaces.into_iter().next().ok_or(LinkedError::Missing)
    }

    /// Spaces by the accounts that this person follows, where X answers that by itself; `None` where it has no such
    /// question.
    pub async fn spaces_of_followed(
        &self,
        person: &Person,
        cause: Cause,
    ) -> Result<Option<LinkedSpaces>, LinkedError> {
        self.affordable(Kind::Space, cause)?;
        let account = person.account.to_string();
        let path = ["2", "users", &account, "following", "spaces"];
        let want = Want { people: People::Hosts, topics: false };
        let fields = |refused: &Refused| refused.space_query(want, false);
        let asked = self.ask_as(Some(person), &person.token, "following/spaces", (&path, &[]), fields).await;
        match asked {
            Ok(body) => Ok(Some(self.linked_spaces(&body, cause))),
            Err(LinkedError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many accounts of those that somebody follows may be read now: at most `most`, fewer where the budget has room
    /// for fewer.
    pub fn may_read_following(&self, most: usize, cause: Cause) -> Result<usize, XError> {
        let affordable = self.affordable(Kind::Following, cause)?;
        // The rest is for their Spaces.
        Ok((affordable - affordable / SPACES_SHARE).min(most))
    }

    /// The accounts that this person followed last, `most` at most.
    pub async fn following(
        &self,
        person: &Person,
        most: usize,
        cause: Cause,
    ) -> Result<Vec<XUser>, LinkedError> {
        let most = self.may_read_following(most, cause)?;
        let account = person.account.to_string();
        let path = ["2", "users", &account, "following"];
        let mut users: Vec<XUser> = Vec::new();
        let mut next: Option<String> = None;
        while users.len() < most {
            let page = (most - users.len()).min(FOLLOWING_PAGE).to_string();
            let mut params = vec![("max_results", page.as_str())];
            params.extend(next.as_deref().map(|next| ("pagination_token", next)));
            let token = &person.token;
            let body =
                self.ask_as(Some(person), token, "following", (&path, &params), Refused::user_query).await?;
            self.bill(Kind::Following, &body.data_ids(), cause);
            users.extend(body.users());
            next = body.next_token;
            if next.is_none() {
                break;
            }
        }
        users.truncate(most);
        Ok(users)
    }

    /// Live and scheduled Spaces of up to [`BATCH_MAX`] creators, as this person sees them.
    pub async fn spaces_by_creators_as(
        &self,
        person: &Person,
        creators: &[UserId],
        cause: Cause,
    ) -> Result<LinkedSpaces, LinkedError> {
        self.affordable(Kind::Space, cause)?;
        let ids: Vec<String> = creators.iter().take(BATCH_MAX).map(ToString::to_string).collect();
        let ids = ids.join(",");
        let path = ["2", "spaces", "by", "creator_ids"];
        let fields = |refused: &Refused| refused.space_query(Want::default(), false);
        let params = [("user_ids", ids.as_str())];
        let asked = self.ask_as(Some(person), &person.token, "creator_ids", (&path, &params), fields).await;
        match asked {
            Ok(body) => Ok(self.linked_spaces(&body, cause)),
            // None of them has a Space.
            Err(LinkedError::Missing) => Ok(LinkedSpaces::default()),
            Err(error) => Err(error),
        }
    }

    fn linked_spaces(&self, body: &Body, cause: Cause) -> LinkedSpaces {
        self.bill(Kind::Space, &body.data_ids(), cause);
        self.bill(Kind::User, &body.included_user_ids(), cause);
        LinkedSpaces { spaces: body.spaces().0, users: body.included_users() }
    }

    fn bill(&self, kind: Kind, ids: &[String], cause: Cause) {
        let names: Vec<String> = ids.iter().map(|id| self.inner.linked.billed_name(kind, id)).collect();
        self.charge(kind, names.iter().map(String::as_str), cause);
    }

    async fn ask_as(
        &self,
        person: Option<&Person>,
        token: &SecretString,
        what: &'static str,
        (path, params): (&[&str], &[(&str, &str)]),
        fields: impl Fn(&Refused) -> Query,
    ) -> Result<Body, LinkedError> {
        let now = self.inner.clock.now();
        if let Credits::Spent { probe_at, .. } = *self.inner.credits.borrow()
            && probe_at > now
        {
            return Err(XError::CreditsSpent { probe_at }.into());
        }
        let limited = person.and_then(|person| self.inner.linked.limited_until(person.account, what, now));
        if let Some(until) = limited {
            return Err(XError::RateLimited { until }.into());
        }
        for _ in 0..ATTEMPTS_MAX {
            let asked = fields(&lock(&self.inner.refused));
            let mut query = params.to_vec();
            query.extend(asked.iter().map(|(name, values)| (*name, values.as_str())));
            let raw = self.inner.transport.get_as(token.expose_secret(), path, &query).await;
            let raw = raw.map_err(XError::from)?;
            match judge(raw.status, raw.body) {
                Verdict::Answered(body) if body.is_nothing_there() => return Err(LinkedError::Missing),
                Verdict::Answered(body) => return Ok(body),
                Verdict::Missing(_) => return Err(LinkedError::Missing),
                // A path that X doesn't have is answered without a body.
                Verdict::Failed(_) if raw.status == 404 => return Err(LinkedError::Missing),
                Verdict::BadQuestion(problems) => {
                    if !lock(&self.inner.refused).learn(&problems, &asked) {
                        return Err(XError::Refused { detail: detail(400, &problems) }.into());
                    }
                }
                Verdict::Limited => {
                    let now = self.inner.clock.now();
                    let after = now.saturating_add(BLIND_WAIT).unwrap_or(now);
                    let until = person.map(|it| self.inner.linked.limit(it.account, what, raw.headers, now));
                    return Err(XError::RateLimited { until: until.unwrap_or(after) }.into());
                }
                Verdict::CreditsSpent => {
                    let probe_at = now.saturating_add(super::gate::CREDIT_PROBE_EVERY).unwrap_or(now);
                    return Err(XError::CreditsSpent { probe_at }.into());
                }
                Verdict::Failed(XError::Unauthorized) => return Err(LinkedError::Ended),
                Verdict::Failed(XError::Forbidden { detail }) => {
                    return Err(LinkedError::Forbidden { detail });
                }
                Verdict::Failed(error) => return Err(error.into()),
            }
        }
        Err(XError::Refused { detail: Detail::new("one field after another") }.into())
    }
}
