//! The endpoints about the one who asks: who that is, whom an account follows, and what those host.

use serde_json::{Value, json};

use super::{
    answer::{Found, Question, Refusal},
    attached::meta,
    billing::Resource,
    ids::UserId,
    limits::Caller,
    query::{Params, Pattern},
    spaces,
    users::{OPTIONS, options},
    wire::{self, problems::Sought},
    world::user::User,
};

/// Accounts that one page takes.
const PAGE_AT_MOST: usize = 1000;

/// `GET /2/users/me`: for users' tokens alone.
pub(super) fn me(question: &Question) -> Result<Found, Refusal> {
    let Caller::User(asker) = question.caller else { return Err(Refusal::AppForbidden) };
    let mut params = Params::new(question.query, &OPTIONS);
    let fields = options(&mut params);
    params.finish()?;
    // A token outlives its account for a while.
    let user = question.view.user(asker).ok_or(Refusal::Forbidden)?;
    let mut found = Found::new(json!({ "data": wire::user(user, &fields) }));
    found.billed.push((Resource::User, user.id.to_string()));
    Ok(found)
}

/// `GET /2/users/:id/following`
pub(super) fn accounts(question: &Question) -> Result<Found, Refusal> {
    let allowed = [&OPTIONS[..], &["max_results", "pagination_token"]].concat();
    let mut params = Params::new(question.query, &allowed);
    params.path("id", question.subject, Pattern::UserId);
    let fields = options(&mut params);
    let (most, from) = (params.max_results_of(PAGE_AT_MOST), params.page());
    params.finish()?;
    let id = UserId::from(question.subject);
    if question.view.user(&id).is_none() {
        return Ok(question.nothing(Sought::User, "id"));
    }
    let followed: Vec<&User> =
        question.view.following(&id).iter().filter_map(|id| question.view.user(id)).collect();
    let page: Vec<&User> = followed.iter().copied().skip(from).take(most).collect();
    let mut found = Found::new(json!({ "meta": meta(page.len(), from, followed.len()) }));
    let data: Vec<Value> = page.iter().map(|user| wire::user(user, &fields)).collect();
    found.put("data", data);
    found.billed.extend(page.iter().map(|user| (Resource::Following, user.id.to_string())));
    Ok(found)
}

/// `GET /2/users/:id/following/spaces`: for that user's token alone.
pub(super) fn spaces(question: &Question) -> Result<Found, Refusal> {
    let Caller::User(asker) = question.caller else { return Err(Refusal::AppForbidden) };
    if asker.as_str() != question.subject {
        return Err(Refusal::Forbidden);
    }
    spaces::of_hosts(question, question.view.following(asker))
}
