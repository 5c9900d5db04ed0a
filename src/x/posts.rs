//! Posts that were shared in a Space, a page at a time. Each that X returns is billed once a day.

use jiff::Timestamp;

use super::client::Client;
use super::cost::{Cause, Kind};
use super::error::XError;
use super::fields::Refused;
use super::limits::Endpoint;
use crate::domain::ids::SpaceId;
use crate::domain::post::SharedPost;

/// The most Posts in one answer. Source: X's API reference.
pub const POSTS_MAX: usize = 100;

/// A page of Posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posts {
    /// The Posts; `None` where X has no such Space.
    pub posts: Option<Vec<SharedPost>>,
    /// What leads to the next page, where there is one.
    pub next: Option<String>,
    /// Just before the request was sent.
    pub asked_at: Timestamp,
}

impl Client {
    /// Asks for up to `most` of the Posts shared in a Space, fewer where the budget has room for fewer; `after` is
    /// what the page before led to.
    pub async fn posts(
        &self,
        space: SpaceId,
        most: usize,
        after: Option<&str>,
        cause: Cause,
    ) -> Result<Posts, XError> {
        let affordable = self.affordable(Kind::Post, cause)?;
        let most = most.min(affordable).clamp(1, POSTS_MAX).to_string();
        let path = ["2", "spaces", space.as_str(), "tweets"];
        let mut params = vec![("max_results", most.as_str())];
        params.extend(after.map(|after| ("pagination_token", after)));
        let answer = self.ask(Endpoint::SpacePosts, &path, &params, Refused::post_query, cause).await?;
        let body = answer.body;
        let is_there = !body.is_nothing_there();
        self.charge(Kind::User, body.included_user_ids().iter().map(String::as_str), cause);
        self.inner.users.remember(&body.included_users(), answer.asked_at);
        self.charge(Kind::Post, body.data_ids().iter().map(String::as_str), cause);
        Ok(Posts {
            posts: is_there.then(|| body.posts()),
            next: body.next_token.clone(),
            asked_at: answer.asked_at,
        })
    }
}
