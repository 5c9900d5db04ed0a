//! The calls of X's API that have a limit of their own, and what is known of each before X's headers say better.
//!
//! Source: X's documentation, "Rate limits".

use jiff::SignedDuration;

/// Requests a window and endpoint for what is read, before X's headers say better.
const READING_LIMIT: u32 = 300;
/// The same for subscriptions.
const SUBSCRIPTIONS_LIMIT: u32 = 500;
/// The same for webhooks, and for the stream.
const PUSH_LIMIT: u32 = 450;
/// The same for looking at open connections and ending them: X's reference has no figure for these.
const CONNECTIONS_LIMIT: u32 = 15;
/// The least time between the answer to one request by creators and the next: X allows one a second, counted from when
/// the request comes in, which is at the latest when it is answered.
const BY_CREATORS_SPACING: SignedDuration = SignedDuration::from_millis(1_100);

/// A call of X's API with a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `GET /2/spaces/:id`
    Space,
    /// `GET /2/spaces`
    Spaces,
    /// `GET /2/spaces/by/creator_ids`
    SpacesByCreators,
    /// `GET /2/spaces/search`
    Search,
    /// `GET /2/spaces/:id/tweets`
    SpacePosts,
    /// `GET /2/users/by/username/:username`
    UserByUsername,
    /// `GET /2/users/by`
    UsersByUsernames,
    /// `GET /2/users`
    Users,
    /// `GET /2/activity/stream`
    ActivityStream,
    /// `GET /2/connections`
    Connections,
    /// `DELETE /2/connections`
    ConnectionsDelete,
    /// `GET /2/activity/subscriptions`
    Subscriptions,
    /// `POST /2/activity/subscriptions`
    SubscriptionMake,
    /// `DELETE /2/activity/subscriptions`
    SubscriptionsDrop,
    /// `GET /2/webhooks`
    Webhooks,
    /// `POST /2/webhooks`
    WebhookMake,
    /// `PUT /2/webhooks/:id`
    WebhookValidate,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Space,
        Self::Spaces,
        Self::SpacesByCreators,
        Self::Search,
        Self::SpacePosts,
        Self::UserByUsername,
        Self::UsersByUsernames,
        Self::Users,
        Self::ActivityStream,
        Self::Connections,
        Self::ConnectionsDelete,
        Self::Subscriptions,
        Self::SubscriptionMake,
        Self::SubscriptionsDrop,
        Self::Webhooks,
        Self::WebhookMake,
        Self::WebhookValidate,
    ];

    /// A short word for logs and metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Spaces => "spaces",
            Self::SpacesByCreators => "spaces_by_creators",
            Self::Search => "search",
            Self::SpacePosts => "space_posts",
            Self::UserByUsername => "user_by_username",
            Self::UsersByUsernames => "users_by_usernames",
            Self::Users => "users",
            Self::ActivityStream => "activity_stream",
            Self::Connections => "connections",
            Self::ConnectionsDelete => "connections_delete",
            Self::Subscriptions => "subscriptions",
            Self::SubscriptionMake => "subscription_make",
            Self::SubscriptionsDrop => "subscriptions_drop",
            Self::Webhooks => "webhooks",
            Self::WebhookMake => "webhook_make",
            Self::WebhookValidate => "webhook_validate",
        }
    }

    /// Requests a window by X's documents.
    pub(super) const fn documented_limit(self) -> u32 {
        match self {
            Self::Subscriptions | Self::SubscriptionMake | Self::SubscriptionsDrop => SUBSCRIPTIONS_LIMIT,
            Self::ActivityStream | Self::Webhooks | Self::WebhookMake | Self::WebhookValidate => PUSH_LIMIT,
            Self::Connections | Self::ConnectionsDelete => CONNECTIONS_LIMIT,
            _ => READING_LIMIT,
        }
    }

    /// Whether it is about having X tell by itself: what fails there costs seconds, since all is asked for then.
    #[must_use]
    pub const fn is_of_push(self) -> bool {
        match self {
            Self::ActivityStream
            | Self::Connections
            | Self::ConnectionsDelete
            | Self::Subscriptions
            | Self::SubscriptionMake
            | Self::SubscriptionsDrop
            | Self::Webhooks
            | Self::WebhookMake
            | Self::WebhookValidate => true,
            Self::Space
            | Self::Spaces
            | Self::SpacesByCreators
            | Self::Search
            | Self::SpacePosts
            | Self::UserByUsername
            | Self::UsersByUsernames
            | Self::Users => false,
        }
    }

    /// Whether the background asks here all the time, and so has to go at an even pace. What is asked now and
    /// then, because something happened, goes at once.
    pub(super) const fn is_paced(self) -> bool {
        matches!(self, Self::Spaces | Self::SpacesByCreators | Self::Search)
    }

    /// Whether it tells of each thing that is asked for, and doesn't list what there is.
    pub(super) const fn is_lookup(self) -> bool {
        matches!(
            self,
            Self::Space | Self::Spaces | Self::UserByUsername | Self::UsersByUsernames | Self::Users
        )
    }

    /// Whether X counts its requests by the second, so that one must be answered before the next is sent.
    #[must_use]
    pub const fn is_one_at_a_time(self) -> bool {
        matches!(self, Self::SpacesByCreators)
    }

    pub(super) const fn spacing(self) -> SignedDuration {
        match self {
            one if one.is_one_at_a_time() => BY_CREATORS_SPACING,
            _ => SignedDuration::ZERO,
        }
    }
}
