//! Who asks, and whether they may.
//!
//! Owns what each endpoint demands of a token. What a user may see beyond that, such as their own buyers, is the
//! business of the endpoint.

use std::collections::BTreeSet;

use super::{endpoint::Endpoint, journal::Auth, limits::Caller, reply::Reply, state::State, wire::problems};

/// A request's `authorization` header, read.
#[derive(Clone, Debug)]
pub(super) struct Bearer {
    /// Who it says that it is.
    pub auth: Auth,
    scopes: BTreeSet<String>,
}

impl Bearer {
    /// Whose limits count; None without a token that somebody has.
    pub fn caller(&self) -> Option<Caller> {
        match &self.auth {
            Auth::App => Some(Caller::App),
            Auth::User(id) => Some(Caller::User(id.clone())),
            Auth::Missing | Auth::UnknownBearer | Auth::OtherScheme => None,
        }
    }

    /// The refusal of a token that isn't of the kind, or lacks a scope.
    pub fn refusal(&self, state: &State, endpoint: Endpoint) -> Option<Reply> {
        if !matches!(self.auth, Auth::User(_)) {
            return None;
        }
        match scopes(endpoint) {
            None => Some(Reply::json(403, &problems::user_forbidden(state.settings.problem_host))),
            Some(needed) if needed.iter().any(|scope| !self.scopes.contains(*scope)) => {
                Some(Reply::json(403, &problems::plain(403)))
            }
            Some(_) => None,
        }
    }
}

/// Reads a header.
pub(super) fn authenticate(state: &State, authorization: Option<&str>) -> Bearer {
    let nobody = |auth| Bearer { auth, scopes: BTreeSet::new() };
    let Some(authorization) = authorization else { return nobody(Auth::Missing) };
    let Some((scheme, token)) = authorization.split_once(' ') else { return nobody(Auth::OtherScheme) };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return nobody(Auth::OtherScheme);
    }
    if token == state.settings.bearer_token {
        return nobody(Auth::App);
    }
    match state.oauth.grant(token, state.clock.now().instant) {
        Some(grant) => Bearer { auth: Auth::User(grant.user.clone()), scopes: grant.scopes.clone() },
        None => nobody(Auth::UnknownBearer),
    }
}

/// The scopes that an endpoint asks of users' tokens; None where users have no business.
fn scopes(endpoint: Endpoint) -> Option<&'static [&'static str]> {
    match endpoint {
        Endpoint::SpaceById
        | Endpoint::SpacesByIds
        | Endpoint::SpacesByCreators
        | Endpoint::SpaceSearch
        | Endpoint::SpacePosts
        | Endpoint::SpaceBuyers => Some(&["space.read", "users.read", "tweet.read"]),
        Endpoint::UserById
        | Endpoint::UsersByIds
        | Endpoint::UserByUsername
        | Endpoint::UsersByUsernames
        | Endpoint::UserMe => Some(&["users.read", "tweet.read"]),
        Endpoint::UserFollowing => Some(&["follows.read", "users.read", "tweet.read"]),
        Endpoint::FollowingSpaces => Some(&["follows.read", "space.read", "users.read", "tweet.read"]),
        // By the description: what reading subscriptions takes is the scope of one of their kinds.
        Endpoint::SubscriptionList => Some(&["like.read", "tweet.read"]),
        Endpoint::SubscriptionCreate => Some(&["tweet.read"]),
        Endpoint::SubscriptionsDelete
        | Endpoint::SubscriptionUpdate
        | Endpoint::SubscriptionDelete
        | Endpoint::ActivityStream
        | Endpoint::ConnectionList
        | Endpoint::ConnectionsDelete
        | Endpoint::ConnectionsDeleteAll
        | Endpoint::WebhookCreate
        | Endpoint::WebhookList
        | Endpoint::WebhookValidate
        | Endpoint::WebhookDelete
        | Endpoint::OauthAuthorize
        | Endpoint::OauthDecide
        | Endpoint::OauthToken
        | Endpoint::OauthRevoke => None,
    }
}
