//! X's problems: the bodies of refusals, and the entries of `errors`.

use serde_json::{Map, Value, json};

use crate::x::{query::Complaint, settings::ProblemHost};

/// A kind of thing that isn't found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::x) enum Sought {
    /// A Space.
    Space,
    /// A user.
    User,
    /// A subscription of the Activity API.
    Subscription,
    /// A webhook.
    Webhook,
}

impl Sought {
    fn name(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::User => "user",
            Self::Subscription => "subscription",
            Self::Webhook => "webhook",
        }
    }
}

/// An entry of `errors` for a thing that isn't there.
pub(in crate::x) fn not_found(host: ProblemHost, sought: Sought, parameter: &str, value: &str) -> Value {
    let sought = sought.name();
    json!({
        "value": value,
        "detail": format!("Could not find {sought} with {parameter}: [{value}]."),
        "title": "Not Found Error",
        "resource_type": sought,
        "parameter": parameter,
        "resource_id": value,
        "type": kind(host, "resource-not-found"),
    })
}

/// The body of a 400.
pub(in crate::x) fn invalid(host: ProblemHost, complaints: &[Complaint]) -> Value {
    let errors: Vec<Value> = complaints
        .iter()
        .map(|complaint| {
            let parameters = Map::from_iter([(complaint.parameter.clone(), json!(complaint.values))]);
            json!({ "parameters": parameters, "message": complaint.message })
        })
        .collect();
    json!({
        "errors": errors,
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": kind(host, "invalid-request"),
    })
}

/// The body of an answer to an app whose credits are spent.
pub(in crate::x) fn usage_capped(host: ProblemHost) -> Value {
    json!({
        "account_id": "1000000000000000001",
        "product_name": "pay-per-use",
        "title": "UsageCapExceeded",
        "period": "Monthly",
        "scope": "Product",
        "detail": "Usage cap exceeded: Monthly product cap",
        "type": kind(host, "usage-capped"),
    })
}

/// The body of an answer to an app's token where only a user's will do.
pub(in crate::x) fn app_forbidden(host: ProblemHost) -> Value {
    json!({
        "title": "Unsupported Authentication",
        "detail": "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  \
                   Supported authentication types are [OAuth 2.0 User Context].",
        "type": kind(host, "unsupported-authentication"),
        "status": 403,
    })
}

/// The body of an answer to a user's token where only the app's will do.
pub(in crate::x) fn user_forbidden(host: ProblemHost) -> Value {
    json!({
        "title": "Unsupported Authentication",
        "detail": "Authenticating with OAuth 2.0 User Context is forbidden for this endpoint.  \
                   Supported authentication types are [OAuth 2.0 Application-Only].",
        "type": kind(host, "unsupported-authentication"),
        "status": 403,
    })
}

/// The body of an answer to one stream too many.
pub(in crate::x) fn too_many_connections(host: ProblemHost) -> Value {
    json!({
        "title": "ConnectionException",
        "detail": "This stream is currently at the maximum allowed connection limit.",
        "connection_issue": "TooManyConnections",
        "type": kind(host, "streaming-connection"),
    })
}

/// What a stream says before it ends for reasons of X's own.
pub(in crate::x) fn operational_disconnect(host: ProblemHost) -> Value {
    json!({
        "title": "operational-disconnect",
        "disconnect_type": "UpstreamOperationalDisconnect",
        "detail": "This stream has been disconnected upstream for operational reasons.",
        "type": kind(host, "operational-disconnect"),
    })
}

/// The body that X gives to a status by itself.
pub(in crate::x) fn plain(status: u16) -> Value {
    let title = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error");
    json!({ "title": title, "detail": title, "type": "about:blank", "status": status })
}

fn kind(host: ProblemHost, name: &str) -> String {
    format!("https://{}/2/problems/{name}", host.name())
}
