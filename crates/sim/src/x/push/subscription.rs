//! Subscriptions of the Activity API: what an app wants to be told of.

use std::{collections::BTreeMap, ops::Bound};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::settings::SubscriptionShape;
use crate::x::{
    answer::{Asked, Refusal},
    query::{Complaint, Params, Pattern, page_token},
    reply::Reply,
    state::State,
    wire::{
        self,
        problems::{self, Sought},
    },
};

/// The kinds of event that X's description lists, and `oauth.revoke`, which its prose has. The world tells of few.
const EVENT_TYPES: [&str; 43] = [
    "block.block",
    "block.unblock",
    "broadcast.chat",
    "broadcast.end",
    "broadcast.start",
    "chat.conversation.admin_added",
    "chat.conversation.admin_removed",
    "chat.conversation.join",
    "chat.conversation.member_added",
    "chat.conversation.member_removed",
    "chat.conversation_join",
    "chat.received",
    "chat.sent",
    "chat.update.group_name",
    "chat.update.restrictions",
    "dm.indicate_typing",
    "dm.read",
    "dm.received",
    "dm.sent",
    "follow.follow",
    "follow.unfollow",
    "like.create",
    "mute.mute",
    "mute.unmute",
    "news.new",
    "oauth.revoke",
    "post.create",
    "post.delete",
    "post.mention.create",
    "post.quote.create",
    "post.reply.create",
    "post.repost.create",
    "profile.update.affiliate_badge",
    "profile.update.banner_picture",
    "profile.update.bio",
    "profile.update.geo",
    "profile.update.handle",
    "profile.update.profile_picture",
    "profile.update.screenname",
    "profile.update.url",
    "profile.update.verified_badge",
    "spaces.end",
    "spaces.start",
];
/// The longest tag, in characters.
const TAG_AT_MOST: usize = 200;
/// Subscriptions that one page takes.
const PAGE_AT_MOST: usize = 1000;

/// A subscription as X holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// The kind of event.
    pub event_type: String,
    /// Whose events, as it was asked for: `user_id`, perhaps more.
    pub filter: Value,
    /// What the app calls it.
    pub tag: Option<String>,
    /// The webhook that gets its events besides the streams.
    pub webhook_id: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Subscription {
    fn shown(&self) -> Value {
        let mut shown = json!({
            "subscription_id": self.id,
            "event_type": self.event_type,
            "filter": self.filter,
            "created_at": wire::time(self.created_at),
            "updated_at": wire::time(self.updated_at),
        });
        for (name, value) in [("tag", &self.tag), ("webhook_id", &self.webhook_id)] {
            if let Some(value) = value {
                shown[name] = json!(value);
            }
        }
        shown
    }
}

/// The subscriptions that there are, oldest first.
#[derive(Debug, Default)]
pub(super) struct Subscriptions(BTreeMap<u64, Subscription>);

impl Subscriptions {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Subscription> {
        self.0.values()
    }

    /// Those that want to hear of this.
    pub fn matching(&self, event_type: &str, user: &str) -> Vec<Subscription> {
        let wanted =
            |known: &&Subscription| known.event_type == event_type && known.filter["user_id"] == *user;
        self.all().filter(wanted).cloned().collect()
    }

    /// Takes a webhook out of all of them.
    pub fn forget_webhook(&mut self, id: &str) {
        for subscription in self.0.values_mut().filter(|known| known.webhook_id.as_deref() == Some(id)) {
            subscription.webhook_id = None;
        }
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Subscription> {
        self.0.get_mut(&id.parse().ok()?)
    }

    fn remove(&mut self, id: &str) -> bool {
        id.parse().is_ok_and(|id: u64| self.0.remove(&id).is_some())
    }
}

/// `POST /2/activity/subscriptions`
pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    Params::new(&asked.query, &[]).finish()?;
    let body = object(asked)?;
    let mut complaints = strangers(&body, &["event_type", "filter", "tag", "webhook_id"]);
    let event_type = body.get("event_type").and_then(Value::as_str).unwrap_or_default();
    if !EVENT_TYPES.contains(&event_type) {
        let known = EVENT_TYPES.join(",");
        complaints.push(Complaint::about(
            "event_type",
            event_type,
            &format!("`event_type` is not one of [{known}]"),
        ));
    }
    let filter = filter(&body, event_type, &mut complaints);
    let (tag, webhook_id) = changeable(state, &body, &mut complaints);
    let push = &state.push;
    let same = |known: &Subscription| known.event_type == event_type && known.filter == filter;
    if complaints.is_empty() && push.subscriptions.all().any(same) {
        let what = "A subscription for this event type and filter already exists";
        complaints.push(Complaint::about("filter", &filter.to_string(), what));
    } else if push.subscriptions.0.len() >= state.settings.push.subscriptions_at_most {
        let most = state.settings.push.subscriptions_at_most;
        let what = format!("The maximum number of subscriptions [{most}] has been reached");
        complaints.push(Complaint::about("event_type", event_type, &what));
    }
    if !complaints.is_empty() {
        return Err(complaints.into());
    }
    let now = state.clock.now().time;
    let number = state.push.ids.next();
    let subscription = Subscription {
        id: number.to_string(),
        event_type: event_type.to_owned(),
        filter,
        tag,
        webhook_id,
        created_at: now,
        updated_at: now,
    };
    let shown = subscription.shown();
    state.push.subscriptions.0.insert(number, subscription);
    Ok(told(state, &shown))
}

/// `GET /2/activity/subscriptions`
pub(super) fn list(state: &State, asked: &Asked) -> Result<Reply, Refusal> {
    let mut params = Params::new(&asked.query, &["max_results", "pagination_token"]);
    let (most, after) = (params.max_results_of(PAGE_AT_MOST), params.page());
    params.finish()?;
    // Pages go on after an id, so that none is skipped when another is deleted meanwhile.
    let after = u64::try_from(after).unwrap_or(u64::MAX);
    let known = &state.push.subscriptions.0;
    let mut rest = known.range((Bound::Excluded(after), Bound::Unbounded));
    let page: Vec<(&u64, &Subscription)> = rest.by_ref().take(most).collect();
    let mut body = json!({ "meta": { "result_count": page.len(), "total_subscriptions": known.len() } });
    if let Some((last, _)) = page.last()
        && rest.next().is_some()
    {
        body["meta"]["next_token"] = json!(page_token(usize::try_from(**last).unwrap_or(usize::MAX)));
    }
    if !page.is_empty() {
        body["data"] = page.iter().map(|(_, subscription)| subscription.shown()).collect();
    }
    Ok(Reply::json(200, &body))
}

/// `PUT /2/activity/subscriptions/:id`
pub(super) fn update(state: &mut State, asked: &Asked, id: &str) -> Result<Reply, Refusal> {
    let mut params = Params::new(&asked.query, &[]);
    params.path("subscription_id", id, Pattern::Id);
    params.finish()?;
    let body = object(asked)?;
    let mut complaints = strangers(&body, &["tag", "webhook_id"]);
    let (tag, webhook_id) = changeable(state, &body, &mut complaints);
    if !complaints.is_empty() {
        return Err(complaints.into());
    }
    let now = state.clock.now().time;
    let Some(subscription) = state.push.subscriptions.get_mut(id) else { return Ok(missing(state, id)) };
    subscription.tag = tag.or(subscription.tag.take());
    subscription.webhook_id = webhook_id.or(subscription.webhook_id.take());
    subscription.updated_at = now;
    let shown = subscription.shown();
    Ok(told(state, &shown))
}

/// `DELETE /2/activity/subscriptions/:id`
pub(super) fn delete(state: &mut State, asked: &Asked, id: &str) -> Result<Reply, Refusal> {
    let mut params = Params::new(&asked.query, &[]);
    params.path("subscription_id", id, Pattern::Id);
    params.finish()?;
    if !state.push.subscriptions.remove(id) {
        return Ok(missing(state, id));
    }
    Ok(Reply::json(200, &json!({ "data": { "deleted": true } })))
}

/// `DELETE /2/activity/subscriptions?ids=`
pub(super) fn delete_many(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    let mut params = Params::new(&asked.query, &["ids"]);
    let ids = params.required_list("ids", Pattern::Id);
    params.finish()?;
    let (gone, missing): (Vec<String>, Vec<String>) =
        ids.into_iter().partition(|id| state.push.subscriptions.remove(id));
    let mut body = json!({ "meta": { "total_subscriptions": state.push.subscriptions.0.len() } });
    if !gone.is_empty() {
        body["data"] = gone.iter().map(|id| json!({ "deleted": true, "subscription_id": id })).collect();
    }
    if !missing.is_empty() {
        let failed =
            |id| json!({ "message": "Subscription not found", "reason": "not_found", "subscription_id": id });
        body["errors"] = missing.iter().map(failed).collect();
    }
    Ok(Reply::json(200, &body))
}

/// A subscription that was made or changed, as the settings have it.
fn told(state: &State, shown: &Value) -> Reply {
    let total = json!({ "total_subscriptions": state.push.subscriptions.0.len() });
    let body = match state.settings.push.subscription_shape {
        SubscriptionShape::Object => json!({ "data": shown, "meta": total }),
        SubscriptionShape::List => json!({ "data": [shown], "meta": total }),
        SubscriptionShape::Nested => json!({ "data": { "subscription": shown } }),
    };
    Reply::json(200, &body)
}

fn missing(state: &State, id: &str) -> Reply {
    let host = state.settings.problem_host;
    let problem = problems::not_found(host, Sought::Subscription, "subscription_id", id);
    Reply::json(404, &json!({ "errors": [problem] }))
}

/// The body as an object.
pub(super) fn object(asked: &Asked) -> Result<Map<String, Value>, Refusal> {
    match asked.json() {
        Some(Value::Object(body)) => Ok(body),
        _ => Err(vec![Complaint::about("body", "", "The body is not a JSON object")].into()),
    }
}

/// A complaint for each name that nobody knows.
fn strangers(body: &Map<String, Value>, known: &[&str]) -> Vec<Complaint> {
    let strange = body.keys().filter(|name| !known.contains(&name.as_str()));
    let told = |name: &String| {
        let what = format!("`{name}` is not one of [{}]", known.join(","));
        Complaint::about(name, &body[name].to_string(), &what)
    };
    strange.map(told).collect()
}

fn filter(body: &Map<String, Value>, event_type: &str, complaints: &mut Vec<Complaint>) -> Value {
    let filter = body.get("filter").cloned().unwrap_or_default();
    let Some(fields) = filter.as_object() else {
        complaints.push(Complaint::about("filter", &filter.to_string(), "`filter` is not an object"));
        return filter;
    };
    complaints.extend(strangers(fields, &["direction", "keyword", "user_id"]));
    let user = fields.get("user_id").and_then(Value::as_str);
    let news = event_type == "news.new";
    if !news && !user.is_some_and(|user| Pattern::UserId.matches(user)) {
        let what = "`filter.user_id` does not match ^[0-9]{1,19}$";
        complaints.push(Complaint::about("filter.user_id", user.unwrap_or_default(), what));
    }
    if news && !fields.contains_key("keyword") {
        complaints.push(Complaint::about("filter.keyword", "", "`filter.keyword` can not be empty"));
    }
    filter
}

/// Tag and webhook, which can be changed later.
fn changeable(
    state: &State,
    body: &Map<String, Value>,
    complaints: &mut Vec<Complaint>,
) -> (Option<String>, Option<String>) {
    let mut text = |name: &str, fits: &dyn Fn(&str) -> bool, what: &str| {
        let value = body.get(name)?;
        let text = value.as_str().filter(|text| fits(text));
        if text.is_none() {
            complaints.push(Complaint::about(name, &value.to_string(), what));
        }
        text.map(str::to_owned)
    };
    let lengths = 1..=TAG_AT_MOST;
    let tag =
        text("tag", &|tag| lengths.contains(&tag.chars().count()), "`tag` is not 1 to 200 characters long");
    let known = |id: &str| state.push.webhooks.get(id).is_some();
    let webhook_id = text("webhook_id", &known, "`webhook_id` is not a webhook of this app");
    (tag, webhook_id)
}
