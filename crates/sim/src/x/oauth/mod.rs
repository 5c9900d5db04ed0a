//! Who let the app in: consent, codes and tokens, as OAuth 2.0 with PKCE has them.
//!
//! Owns the grants and the one store of users' tokens, whichever way they came to be. `page` shows a person what is
//! asked for, `answer` speaks the protocol. Time comes in as an argument.

mod answer;
mod page;
mod request;
mod settings;

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use rand::{
    SeedableRng,
    distr::{Alphanumeric, SampleString},
    rngs::StdRng,
};

use super::ids::UserId;
pub(super) use answer::{answer, decide};
pub(super) use request::Consent;
pub use request::ConsentError;
pub use settings::OauthSettings;

/// How long a code lives.
const CODE_LIFE: Duration = Duration::from_secs(30);
/// How long an access token lives.
const ACCESS_LIFE: Duration = Duration::from_hours(2);

/// The scopes that X knows.
const SCOPES: [&str; 21] = [
    "block.read",
    "block.write",
    "bookmark.read",
    "bookmark.write",
    "dm.read",
    "dm.write",
    "follows.read",
    "follows.write",
    "like.read",
    "like.write",
    "list.read",
    "list.write",
    "media.write",
    "mute.read",
    "mute.write",
    OFFLINE,
    "space.read",
    "tweet.moderate.write",
    "tweet.read",
    "tweet.write",
    "users.read",
];
/// The scope that gives a refresh token.
const OFFLINE: &str = "offline.access";

/// What a user lets an app do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    /// Who.
    pub user: UserId,
    /// What.
    pub scopes: BTreeSet<String>,
}

/// A code on its way from the browser to the app.
#[derive(Clone, Debug)]
struct Code {
    grant: Grant,
    consent: Consent,
    ends: Instant,
}

#[derive(Clone, Debug)]
struct Access {
    grant: u64,
    /// None for one that a test gave.
    ends: Option<Instant>,
}

/// Tokens that were handed out together.
#[derive(Clone, Debug)]
struct Tokens {
    access: String,
    refresh: Option<String>,
    scopes: BTreeSet<String>,
}

/// All grants, with their codes and tokens.
#[derive(Debug)]
pub(super) struct Oauth {
    codes: HashMap<String, Code>,
    grants: HashMap<u64, Grant>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, u64>,
    last: u64,
    random: StdRng,
}

impl Oauth {
    /// Nobody let anybody in.
    pub fn new(seed: u64) -> Self {
        Self {
            codes: HashMap::new(),
            grants: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            last: 0,
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// What an access token stands for, while it lives.
    pub fn grant(&self, token: &str, now: Instant) -> Option<&Grant> {
        let access = self.access.get(token).filter(|access| access.ends.is_none_or(|ends| now < ends))?;
        self.grants.get(&access.grant)
    }

    /// A token with every scope that never ends, without anybody's consent.
    pub fn give(&mut self, token: &str, user: UserId) {
        let scopes = SCOPES.into_iter().map(str::to_owned).collect();
        let grant = self.add(Grant { user, scopes });
        self.access.insert(token.to_owned(), Access { grant, ends: None });
    }

    /// Ends a token: a refresh token together with all of its grant, an access token by itself.
    pub fn revoke(&mut self, token: &str) {
        self.access.remove(token);
        if let Some(grant) = self.refresh.get(token).copied() {
            self.end(grant);
        }
    }

    /// Ends all that a user ever granted.
    pub fn withdraw(&mut self, user: &UserId) {
        self.codes.retain(|_, code| code.grant.user != *user);
        let of_user = self.grants.iter().filter(|(_, grant)| grant.user == *user);
        let ended: Vec<u64> = of_user.map(|(id, _)| *id).collect();
        for grant in ended {
            self.end(grant);
        }
    }

    /// A code for what a user consents to.
    fn code(&mut self, user: UserId, consent: Consent, now: Instant) -> String {
        let code = self.secret(64);
        let grant = Grant { user, scopes: consent.scopes.clone() };
        self.codes.retain(|_, code| now < code.ends);
        self.codes.insert(code.clone(), Code { grant, consent, ends: now + CODE_LIFE });
        code
    }

    /// Takes a code: what it was for, if it lives. Nobody can take it again.
    fn take(&mut self, code: &str, now: Instant) -> Option<Code> {
        self.codes.remove(code).filter(|code| now < code.ends)
    }

    /// The first tokens of a grant.
    fn begin(&mut self, grant: Grant, now: Instant) -> Tokens {
        let id = self.add(grant);
        self.hand_out(id, now)
    }

    /// Takes a refresh token and gives new ones; None if there is no such token, or no longer.
    fn renew(&mut self, refresh: &str, now: Instant) -> Option<Tokens> {
        let grant = self.refresh.remove(refresh)?;
        Some(self.hand_out(grant, now))
    }

    fn hand_out(&mut self, id: u64, now: Instant) -> Tokens {
        let scopes = self.grants.get(&id).map(|grant| grant.scopes.clone()).unwrap_or_default();
        let access = self.secret(90);
        self.access.retain(|_, access| access.ends.is_none_or(|ends| now < ends));
        self.access.insert(access.clone(), Access { grant: id, ends: Some(now + ACCESS_LIFE) });
        let refresh = scopes.contains(OFFLINE).then(|| self.secret(90));
        if let Some(refresh) = &refresh {
            self.refresh.insert(refresh.clone(), id);
        }
        Tokens { access, refresh, scopes }
    }

    fn add(&mut self, grant: Grant) -> u64 {
        self.last += 1;
        self.grants.insert(self.last, grant);
        self.last
    }

    fn end(&mut self, grant: u64) {
        self.grants.remove(&grant);
        self.access.retain(|_, access| access.grant != grant);
        self.refresh.retain(|_, of| *of != grant);
    }

    fn secret(&mut self, length: usize) -> String {
        Alphanumeric.sample_string(&mut self.random, length)
    }
}
