//! Which reading of X's documentation a server follows.
//!
//! Owns the choices; each part of the stand-in reads its own.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;

use super::{
    billing::Prices,
    limits::Rules,
    oauth::OauthSettings,
    push::PushSettings,
    world::{fields::SpaceField, space::EndLook},
};

/// How a server behaves. The default is what X documents, in its introduction's reading where the
/// documents disagree.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The port on 127.0.0.1; 0 for one that is free.
    pub port: u16,
    /// The app's bearer token; any other is answered 401.
    pub bearer_token: String,
    /// How often one may ask.
    pub rules: Rules,
    /// The values of `space.fields` that are answered 400. See [`Settings::validating`].
    pub refused_fields: BTreeSet<SpaceField>,
    /// The host in the `type` of problems.
    pub problem_host: ProblemHost,
    /// How a lookup of a single thing shows that there is none.
    pub not_found: NotFound,
    /// How a Space that ended shows in lookups.
    pub ends: EndLook,
    /// How a Space that was cancelled shows in lookups.
    pub cancellations: EndLook,
    /// Whether an expansion of a field puts that field into the Space, without its being asked for.
    pub expansions_show_fields: bool,
    /// What a returned resource costs.
    pub prices: Prices,
    /// What is answered once the credits are spent.
    pub spent_status: SpentStatus,
    /// What the world's clock shows at the start; the system's time by default.
    pub clock: Option<Timestamp>,
    /// The seed of the ids that the world hands out.
    pub seed: u64,
    /// What the fault of a far reset names: how far away.
    pub far_reset: Duration,
    /// Whether `GET /2/users/:id/following/spaces` exists: X's table of limits lists it, its reference doesn't.
    pub following_spaces: bool,
    /// How the Activity API, its streams and its webhooks behave.
    pub push: PushSettings,
    /// The app that users may let in.
    pub oauth: OauthSettings,
    /// Whether whole exchanges are kept, for [`Server::exchanges`](super::Server::exchanges).
    pub keep_exchanges: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            bearer_token: "stand-in-bearer-token".to_owned(),
            rules: Rules::default(),
            refused_fields: BTreeSet::new(),
            problem_host: ProblemHost::default(),
            not_found: NotFound::default(),
            ends: EndLook::Ended,
            cancellations: EndLook::Canceled,
            expansions_show_fields: true,
            prices: Prices::default(),
            spent_status: SpentStatus::default(),
            clock: None,
            seed: 1,
            far_reset: Duration::from_hours(24 * 365 * 30),
            following_spaces: false,
            push: PushSettings::default(),
            oauth: OauthSettings::default(),
            keep_exchanges: false,
        }
    }
}

impl Settings {
    /// A server that validates against the OpenAPI description's enumeration, which lacks the fields that
    /// hold ids: it refuses what the prose asks for.
    #[must_use]
    pub fn validating() -> Self {
        Self {
            refused_fields: SpaceField::ALL.into_iter().filter(|field| field.expandable()).collect(),
            ..Self::default()
        }
    }
}

/// The host in the `type` of problems: both are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProblemHost {
    /// `api.x.com`, by the OpenAPI description.
    #[default]
    X,
    /// `api.twitter.com`, by what is seen in answers.
    Twitter,
}

impl ProblemHost {
    /// The host's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::X => "api.x.com",
            Self::Twitter => "api.twitter.com",
        }
    }
}

/// How a lookup of a single thing shows that there is none. Lists always answer 200.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotFound {
    /// Status 200 with `errors` and no `data`.
    #[default]
    Ok,
    /// Status 404 with the same body.
    Status404,
}

/// The status of the `usage-capped` problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpentStatus {
    /// 429, which looks like a limit but isn't one.
    #[default]
    TooManyRequests,
    /// 402.
    PaymentRequired,
}

impl SpentStatus {
    /// The number.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::TooManyRequests => 429,
            Self::PaymentRequired => 402,
        }
    }
}
