//! The endpoints that answer with users.

use serde_json::{Value, json};

use super::{
    answer::{Found, Question, Refusal},
    billing::Resource,
    ids::UserId,
    query::{Params, Pattern},
    wire::{
        self, USER_EXPANSIONS, USER_FIELDS,
        problems::{self, Sought},
    },
    world::user::User,
};

/// What the users' endpoints take besides what they look up.
pub(super) const OPTIONS: [&str; 4] = ["user.fields", "expansions", "post.fields", "tweet.fields"];

/// `GET /2/users/:id`
pub(super) fn by_id(question: &Question) -> Result<Found, Refusal> {
    let mut params = Params::new(question.query, &OPTIONS);
    params.path("id", question.subject, Pattern::UserId);
    let fields = options(&mut params);
    params.finish()?;
    let user = question.view.user(&UserId::from(question.subject));
    Ok(one(question, "id", user, &fields))
}

/// `GET /2/users/by/username/:username`
pub(super) fn by_username(question: &Question) -> Result<Found, Refusal> {
    let mut params = Params::new(question.query, &OPTIONS);
    params.path("username", question.subject, Pattern::Username);
    let fields = options(&mut params);
    params.finish()?;
    Ok(one(question, "username", question.view.user_named(question.subject), &fields))
}

/// `GET /2/users`
pub(super) fn by_ids(question: &Question) -> Result<Found, Refusal> {
    many(question, "ids", Pattern::UserId, |id| question.view.user(&UserId::from(id)))
}

/// `GET /2/users/by`
pub(super) fn by_usernames(question: &Question) -> Result<Found, Refusal> {
    many(question, "usernames", Pattern::Username, |name| question.view.user_named(name))
}

pub(super) fn options(params: &mut Params) -> Vec<&'static str> {
    params.names("expansions", &USER_EXPANSIONS);
    params.names("user.fields", &USER_FIELDS)
}

fn one(question: &Question, parameter: &str, user: Option<&User>, fields: &[&str]) -> Found {
    match user {
        Some(user) => {
            let mut found = Found::new(json!({ "data": wire::user(user, fields) }));
            found.billed.push((Resource::User, user.id.to_string()));
            found
        }
        None => question.nothing(Sought::User, parameter),
    }
}

fn many<'a>(
    question: &Question,
    parameter: &'static str,
    pattern: Pattern,
    find: impl Fn(&str) -> Option<&'a User>,
) -> Result<Found, Refusal> {
    let mut allowed = OPTIONS.to_vec();
    allowed.push(parameter);
    let mut params = Params::new(question.query, &allowed);
    let sought = params.required_list(parameter, pattern);
    let fields = options(&mut params);
    params.finish()?;
    let mut found = Found::new(json!({}));
    let (mut data, mut errors): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for value in &sought {
        match find(value) {
            Some(user) => {
                data.push(wire::user(user, &fields));
                found.billed.push((Resource::User, user.id.to_string()));
            }
            None => {
                errors.push(problems::not_found(question.host, Sought::User, parameter, value));
            }
        }
    }
    found.put("data", data);
    found.put("errors", errors);
    Ok(found)
}
