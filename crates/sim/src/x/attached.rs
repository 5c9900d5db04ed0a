//! The endpoints that answer with what hangs on a Space: Posts that were shared, and buyers of tickets.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    answer::{Found, Question, Refusal},
    billing::Resource,
    ids::SpaceId,
    limits::Caller,
    query::{Params, Pattern, page_token},
    wire::{self, POST_EXPANSIONS, POST_FIELDS, USER_EXPANSIONS, USER_FIELDS, problems::Sought},
    world::user::Post,
};

/// What both take.
const OPTIONS: [&str; 9] = [
    "max_results",
    "pagination_token",
    "user.fields",
    "expansions",
    "post.fields",
    "tweet.fields",
    "media.fields",
    "poll.fields",
    "place.fields",
];

/// `GET /2/spaces/:id/tweets`
pub(super) fn posts(question: &Question) -> Result<Found, Refusal> {
    let mut params = Params::new(question.query, &OPTIONS);
    params.path("id", question.subject, Pattern::SpaceId);
    let expansions = params.names("expansions", &POST_EXPANSIONS);
    let mut fields = params.names("post.fields", &POST_FIELDS);
    fields.extend(params.names("tweet.fields", &POST_FIELDS));
    let user_fields = params.names("user.fields", &USER_FIELDS);
    let (most, from) = (params.max_results(), params.page());
    params.finish()?;
    let id = SpaceId::from(question.subject);
    if question.view.space(&id).is_none() {
        return Ok(question.nothing(Sought::Space, "id"));
    }
    let expanded = expansions.contains(&"author_id");
    if expanded && question.expansions_show_fields {
        fields.push("author_id");
    }
    let posts = question.view.posts(&id);
    let page: Vec<&Post> = posts.iter().skip(from).take(most).collect();
    let mut found = Found::new(json!({ "meta": meta(page.len(), from, posts.len()) }));
    found.put("data", page.iter().map(|post| wire::post(post, &fields)).collect());
    found.billed.extend(page.iter().map(|post| (Resource::Post, post.id.clone())));
    if expanded {
        include_authors(question, &page, &user_fields, &mut found);
    }
    Ok(found)
}

/// `GET /2/spaces/:id/buyers`: for the creator's token alone.
pub(super) fn buyers(question: &Question) -> Result<Found, Refusal> {
    let Caller::User(asker) = question.caller else { return Err(Refusal::AppForbidden) };
    let mut params = Params::new(question.query, &OPTIONS);
    params.path("id", question.subject, Pattern::SpaceId);
    params.names("expansions", &USER_EXPANSIONS);
    let fields = params.names("user.fields", &USER_FIELDS);
    let (most, from) = (params.max_results(), params.page());
    params.finish()?;
    let Some(space) = question.view.space(&SpaceId::from(question.subject)) else {
        return Ok(question.nothing(Sought::Space, "id"));
    };
    if space.creator != *asker {
        return Err(Refusal::Forbidden);
    }
    let buyers = question.view.buyers(&space.id);
    let page: Vec<_> = buyers.iter().skip(from).take(most).collect();
    let mut found = Found::new(json!({ "meta": meta(page.len(), from, buyers.len()) }));
    found.put("data", page.iter().map(|user| wire::user(user, &fields)).collect());
    found.billed.extend(page.iter().map(|user| (Resource::User, user.id.to_string())));
    Ok(found)
}

fn include_authors(question: &Question, page: &[&Post], fields: &[&str], found: &mut Found) {
    let mut seen = HashSet::new();
    let mut users: Vec<Value> = Vec::new();
    for post in page {
        if let Some(user) = question.view.user(&post.author)
            && seen.insert(&post.author)
        {
            users.push(wire::user(user, fields));
            found.billed.push((Resource::User, user.id.to_string()));
        }
    }
    if !users.is_empty() {
        found.body["includes"] = json!({ "users": users });
    }
}

pub(super) fn meta(count: usize, from: usize, total: usize) -> Value {
    let mut meta = json!({ "result_count": count });
    if from + count < total {
        meta["next_token"] = json!(page_token(from + count));
    }
    meta
}
