//! The endpoints that the stand-in answers, and how a path names one.
//!
//! Owns routing alone, so that limits, faults and the request log speak of endpoints, never of paths.

/// An endpoint of the API: a bucket of limits of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// `GET /2/spaces/:id`
    SpaceById,
    /// `GET /2/spaces?ids=`
    SpacesByIds,
    /// `GET /2/spaces/by/creator_ids?user_ids=`
    SpacesByCreators,
    /// `GET /2/spaces/search?query=`
    SpaceSearch,
    /// `GET /2/spaces/:id/tweets`
    SpacePosts,
    /// `GET /2/spaces/:id/buyers`
    SpaceBuyers,
    /// `GET /2/users/:id`
    UserById,
    /// `GET /2/users?ids=`
    UsersByIds,
    /// `GET /2/users/by/username/:username`
    UserByUsername,
    /// `GET /2/users/by?usernames=`
    UsersByUsernames,
    /// `GET /2/users/me`, for users' tokens
    UserMe,
    /// `GET /2/users/:id/following`
    UserFollowing,
    /// `GET /2/users/:id/following/spaces`, for users' tokens, where the settings have it
    FollowingSpaces,
    /// `POST /2/activity/subscriptions`
    SubscriptionCreate,
    /// `GET /2/activity/subscriptions`
    SubscriptionList,
    /// `DELETE /2/activity/subscriptions?ids=`
    SubscriptionsDelete,
    /// `PUT /2/activity/subscriptions/:id`
    SubscriptionUpdate,
    /// `DELETE /2/activity/subscriptions/:id`
    SubscriptionDelete,
    /// `GET /2/activity/stream`
    ActivityStream,
    /// `GET /2/connections`
    ConnectionList,
    /// `DELETE /2/connections`
    ConnectionsDelete,
    /// `DELETE /2/connections/all`
    ConnectionsDeleteAll,
    /// `POST /2/webhooks`
    WebhookCreate,
    /// `GET /2/webhooks`
    WebhookList,
    /// `PUT /2/webhooks/:id`
    WebhookValidate,
    /// `DELETE /2/webhooks/:id`
    WebhookDelete,
    /// `GET /i/oauth2/authorize`: the page that asks for consent
    OauthAuthorize,
    /// `POST /i/oauth2/authorize`: what that page's form sends
    OauthDecide,
    /// `POST /2/oauth2/token`
    OauthToken,
    /// `POST /2/oauth2/revoke`
    OauthRevoke,
}

impl Endpoint {
    /// Each of them.
    pub const ALL: [Self; 30] = [
        Self::SpaceById,
        Self::SpacesByIds,
        Self::SpacesByCreators,
        Self::SpaceSearch,
        Self::SpacePosts,
        Self::SpaceBuyers,
        Self::UserById,
        Self::UsersByIds,
        Self::UserByUsername,
        Self::UsersByUsernames,
        Self::UserMe,
        Self::UserFollowing,
        Self::FollowingSpaces,
        Self::SubscriptionCreate,
        Self::SubscriptionList,
        Self::SubscriptionsDelete,
        Self::SubscriptionUpdate,
        Self::SubscriptionDelete,
        Self::ActivityStream,
        Self::ConnectionList,
        Self::ConnectionsDelete,
        Self::ConnectionsDeleteAll,
        Self::WebhookCreate,
        Self::WebhookList,
        Self::WebhookValidate,
        Self::WebhookDelete,
        Self::OauthAuthorize,
        Self::OauthDecide,
        Self::OauthToken,
        Self::OauthRevoke,
    ];

    /// How many requests a window holds where it isn't as many as everywhere else.
    pub(super) const OWN_LIMITS: [(Self, u32); 10] = [
        (Self::SubscriptionCreate, 500),
        (Self::SubscriptionList, 500),
        (Self::SubscriptionsDelete, 500),
        (Self::SubscriptionUpdate, 500),
        (Self::SubscriptionDelete, 500),
        (Self::ActivityStream, 450),
        (Self::WebhookCreate, 450),
        (Self::WebhookList, 450),
        (Self::WebhookValidate, 450),
        (Self::WebhookDelete, 450),
    ];

    /// Whether it is OAuth's, where clients prove who they are in a way of their own.
    pub(super) fn is_oauth(self) -> bool {
        matches!(self, Self::OauthAuthorize | Self::OauthDecide | Self::OauthToken | Self::OauthRevoke)
    }

    /// Whether it is about being told, and not about the world.
    pub(super) fn is_push(self) -> bool {
        matches!(
            self,
            Self::SubscriptionCreate
                | Self::SubscriptionList
                | Self::SubscriptionsDelete
                | Self::SubscriptionUpdate
                | Self::SubscriptionDelete
                | Self::ActivityStream
                | Self::ConnectionList
                | Self::ConnectionsDelete
                | Self::ConnectionsDeleteAll
                | Self::WebhookCreate
                | Self::WebhookList
                | Self::WebhookValidate
                | Self::WebhookDelete
        )
    }

    /// Whether an absence from its answers proves nothing: the lists that only show what is on.
    #[must_use]
    pub fn lists_what_is_on(self) -> bool {
        matches!(self, Self::SpacesByCreators | Self::SpaceSearch | Self::FollowingSpaces)
    }
}

/// An endpoint together with what its path carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// Which endpoint.
    pub endpoint: Endpoint,
    /// The id or username in the path; empty where there is none.
    pub subject: String,
}

/// Where a request leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To an endpoint.
    To(Route),
    /// To a path that has other methods.
    OtherMethod,
    /// Nowhere.
    Nowhere,
}

/// Where a method and a path lead.
pub(super) fn way(method: &str, path: &str) -> Way {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let Some((methods, subject)) = methods(&segments) else { return Way::Nowhere };
    match methods.iter().find(|(known, _)| *known == method) {
        Some((_, endpoint)) => Way::To(Route { endpoint: *endpoint, subject: subject.to_owned() }),
        None => Way::OtherMethod,
    }
}

type Methods = &'static [(&'static str, Endpoint)];

/// What a path offers, and the id or name in it.
fn methods<'a>(segments: &[&'a str]) -> Option<(Methods, &'a str)> {
    use Endpoint as E;
    let offered: (Methods, &str) = match segments {
        ["2", "spaces"] => (&[("GET", E::SpacesByIds)], ""),
        ["2", "spaces", "search"] => (&[("GET", E::SpaceSearch)], ""),
        ["2", "spaces", "by", "creator_ids"] => (&[("GET", E::SpacesByCreators)], ""),
        ["2", "spaces", id] => (&[("GET", E::SpaceById)], id),
        ["2", "spaces", id, "tweets"] => (&[("GET", E::SpacePosts)], id),
        ["2", "spaces", id, "buyers"] => (&[("GET", E::SpaceBuyers)], id),
        ["2", "users"] => (&[("GET", E::UsersByIds)], ""),
        ["2", "users", "by"] => (&[("GET", E::UsersByUsernames)], ""),
        ["2", "users", "by", "username", name] => (&[("GET", E::UserByUsername)], name),
        ["2", "users", "me"] => (&[("GET", E::UserMe)], ""),
        ["2", "users", id, "following"] => (&[("GET", E::UserFollowing)], id),
        ["2", "users", id, "following", "spaces"] => (&[("GET", E::FollowingSpaces)], id),
        ["2", "users", id] => (&[("GET", E::UserById)], id),
        ["2", "activity", "subscriptions"] => (
            &[
                ("POST", E::SubscriptionCreate),
                ("GET", E::SubscriptionList),
                ("DELETE", E::SubscriptionsDelete),
            ],
            "",
        ),
        ["2", "activity", "subscriptions", id] => {
            (&[("PUT", E::SubscriptionUpdate), ("DELETE", E::SubscriptionDelete)], id)
        }
        ["2", "activity", "stream"] => (&[("GET", E::ActivityStream)], ""),
        ["2", "connections"] => (&[("GET", E::ConnectionList), ("DELETE", E::ConnectionsDelete)], ""),
        ["2", "connections", "all"] => (&[("DELETE", E::ConnectionsDeleteAll)], ""),
        ["2", "webhooks"] => (&[("POST", E::WebhookCreate), ("GET", E::WebhookList)], ""),
        ["2", "webhooks", id] => (&[("PUT", E::WebhookValidate), ("DELETE", E::WebhookDelete)], id),
        ["2", "oauth2", "token"] => (&[("POST", E::OauthToken)], ""),
        ["2", "oauth2", "revoke"] => (&[("POST", E::OauthRevoke)], ""),
        ["i", "oauth2", "authorize"] => (&[("GET", E::OauthAuthorize), ("POST", E::OauthDecide)], ""),
        _ => return None,
    };
    Some(offered)
}
