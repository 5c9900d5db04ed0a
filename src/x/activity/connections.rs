//! Connections of streams that X still counts: after a crash the dead one may leave no room for the next.
//!
//! Source: X's OpenAPI description, `/2/connections`.

use reqwest::Method;
use serde_json::json;

use crate::x::Client;
use crate::x::ask::Question;
use crate::x::error::XError;
use crate::x::limits::Endpoint;
use crate::x::wire::text;

/// The word in the name of the endpoint that this app's streams of events have.
const ENDPOINT: &str = "activity";
/// The most that are ended by one request.
const ENDED_MAX: usize = 100;

impl Client {
    /// Ends the streams of events that X counts for this app, whoever opened them; answers how many there were.
    pub async fn end_streams(&self) -> Result<usize, XError> {
        let path = ["2", "connections"];
        let query = [("status", "active"), ("connection.fields", "id,endpoint_name"), ("max_results", "100")];
        let listed = self.ask_plainly(&Question::get(Endpoint::Connections, &path, &query)).await?;
        let is_ours = |one: &&serde_json::Value| {
            // Where X names no endpoint, the only streams of an app that has nothing else are these.
            one.get("endpoint_name").and_then(text).is_none_or(|name| name.contains(ENDPOINT))
        };
        let ids = listed.data.iter().filter(is_ours).filter_map(|one| one.get("id").and_then(text));
        let uuids: Vec<String> = ids.take(ENDED_MAX).collect();
        if uuids.is_empty() {
            return Ok(0);
        }
        let body = json!({ "uuids": uuids });
        let question = Question::new(Method::DELETE, Endpoint::ConnectionsDelete, &path, &[]).with(&body);
        self.ask_plainly(&question).await?;
        Ok(uuids.len())
    }
}
