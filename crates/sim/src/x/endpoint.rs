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
}

impl Endpoint {
    /// Each of them.
    pub const ALL: [Self; 13] = [
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
    ];

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

/// The route that a path names, if it names one.
pub(super) fn route(path: &str) -> Option<Route> {
    let segments: Vec<&str> = path.strip_prefix("/2/")?.split('/').collect();
    let (endpoint, subject) = match segments.as_slice() {
        ["spaces"] => (Endpoint::SpacesByIds, ""),
        ["spaces", "search"] => (Endpoint::SpaceSearch, ""),
        ["spaces", "by", "creator_ids"] => (Endpoint::SpacesByCreators, ""),
        ["spaces", id] => (Endpoint::SpaceById, *id),
        ["spaces", id, "tweets"] => (Endpoint::SpacePosts, *id),
        ["spaces", id, "buyers"] => (Endpoint::SpaceBuyers, *id),
        ["users"] => (Endpoint::UsersByIds, ""),
        ["users", "by"] => (Endpoint::UsersByUsernames, ""),
        ["users", "by", "username", name] => (Endpoint::UserByUsername, *name),
        ["users", "me"] => (Endpoint::UserMe, ""),
        ["users", id, "following"] => (Endpoint::UserFollowing, *id),
        ["users", id, "following", "spaces"] => (Endpoint::FollowingSpaces, *id),
        ["users", id] => (Endpoint::UserById, *id),
        _ => return None,
    };
    Some(Route { endpoint, subject: subject.to_owned() })
}
