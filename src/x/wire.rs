//! X's JSON, read with patience: whatever of an answer can be made out counts, the rest is left out.
//!
//! Pure. Fields may be missing, null, empty, of another type than documented, or unknown; one broken item of
//! a list takes none of the others with it. Source of the shapes: X's API reference and OpenAPI description.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::error::Outage;
use crate::domain::ids::{SpaceId, UserId, Username};
use crate::domain::post::SharedPost;
use crate::domain::space::{Space, SpaceState, XUser, picture_url};

/// The state of a Space of which X told none.
const NO_STATE: &str = "unknown";

/// A problem that X reports, about the whole question or about one thing in it.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// Its type without the address before it: `resource-not-found`. X uses two hosts for these.
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) message: String,
    /// `space`, `user`…; empty where X doesn't say.
    pub(super) resource_type: String,
    /// What it is about, by `resource_id` and `value`.
    pub(super) resources: Vec<String>,
    /// Parameters it names, with the values it lists for each.
    pub(super) parameters: HashMap<String, Vec<String>>,
}

impl Problem {
    /// Whether something isn't there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind == "resource-not-found" || (self.kind.is_empty() && self.title == "Not Found Error")
    }

    pub(super) fn is_usage_capped(&self) -> bool {
        self.kind == "usage-capped"
    }

    /// Whether it says that the resource of that type isn't there which `is_it` knows by its id or name.
    #[must_use]
    pub fn denies(&self, resource_type: &str, is_it: impl Fn(&str) -> bool) -> bool {
        let of_type = self.resource_type.is_empty() || self.resource_type == resource_type;
        self.is_not_found() && of_type && self.resources.iter().any(|resource| is_it(resource))
    }

    fn read(value: &Value) -> Self {
        let Value::Object(fields) = value else { return Self::default() };
        let text = |name: &str| fields.get(name).and_then(text).unwrap_or_default();
        let kind = text("type");
        let mut parameters: HashMap<String, Vec<String>> = HashMap::new();
        if let Some(Value::Object(named)) = fields.get("parameters") {
            parameters.extend(named.iter().map(|(name, values)| (name.clone(), texts(values))));
        }
        if let Some(name) = fields.get("parameter").and_then(self::text) {
            parameters.entry(name).or_default().extend(fields.get("value").map(texts).unwrap_or_default());
        }
        let about = ["resource_id", "value"].iter().filter_map(|name| fields.get(*name));
        Self {
            kind: kind
                .trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .replace("about:blank", ""),
            title: text("title"),
            detail: text("detail"),
            message: text("message"),
            resource_type: text("resource_type"),
            resources: about.flat_map(texts).collect(),
            parameters,
        }
    }
}

/// An answer's body, by its parts.
#[derive(Debug, Default)]
pub struct Body {
    /// What was asked: none, one or many.
    pub data: Vec<Value>,
    /// Accounts shown along.
    users: Vec<Value>,
    topics: Vec<Value>,
    /// What X couldn't do of it.
    pub problems: Vec<Problem>,
    /// The same as it came, for endpoints whose problems have a shape of their own.
    pub errors: Vec<Value>,
    /// How many things X says that there are in all, or else in this answer.
    pub count: Option<u64>,
    /// What asks for the next page.
    pub next_token: Option<String>,
}

/// Reads a body. `Err` where it isn't a JSON object.
pub fn read(status: u16, bytes: &[u8]) -> Result<Body, Outage> {
    let looks_like_json = bytes.trim_ascii_start().first().is_none_or(|byte| *byte == b'{');
    if !looks_like_json {
        return Err(Outage::NotJson(status));
    }
    let mut top: Map<String, Value> = serde_json::from_slice(bytes)?;
    let errors = items(top.remove("errors"));
    let mut problems: Vec<Problem> = errors.iter().map(Problem::read).collect();
    if top.contains_key("type") || top.contains_key("title") || top.contains_key("detail") {
        problems.push(Problem::read(&Value::Object(top.clone())));
    }
    let mut includes = match top.remove("includes") {
        Some(Value::Object(includes)) => includes,
        _ => Map::new(),
    };
    Ok(Body {
        data: items(top.remove("data")),
        users: items(includes.remove("users")),
        topics: items(includes.remove("topics")),
        problems,
        errors,
        count: ["total_subscriptions", "result_count"].iter().find_map(|name| meta_number(&top, name)),
        next_token: top.get("meta").and_then(|meta| text(meta.get("next_token")?)),
    })
}

fn meta_number(top: &Map<String, Value>, name: &str) -> Option<u64> {
    text(top.get("meta")?.get(name)?)?.trim().parse().ok()
}

impl Body {
    /// The Spaces in `data`, each once, and their speakers where X listed them.
    #[must_use]
    pub fn spaces(&self) -> (Vec<Space>, BTreeMap<SpaceId, Vec<UserId>>) {
        let topics: HashMap<String, String> = self
            .topics
            .iter()
            .filter_map(|topic| Some((text(topic.get("id")?)?, text(topic.get("name")?)?)))
            .collect();
        let mut seen = HashSet::new();
        let mut speakers = BTreeMap::new();
        let mut spaces = Vec::new();
        let mut unusable = 0_usize;
        for value in &self.data {
            match space(value, &topics) {
                Some((space, speaking)) if seen.insert(space.id) => {
                    speakers.extend(speaking.map(|speaking| (space.id, speaking)));
                    spaces.push(space);
                }
                Some(_) => {}
                None => unusable += 1,
            }
        }
        if unusable > 0 {
            tracing::warn!("X sent {unusable} Spaces without a usable id; they are left out");
        }
        (spaces, speakers)
    }

    /// Whether an answer about one thing says in so many words that it isn't there. A bare 404, which a proxy gives
    /// as well, and an answer without anything say nothing of it.
    #[must_use]
    pub fn is_nothing_there(&self) -> bool {
        self.data.is_empty() && self.problems.iter().any(Problem::is_not_found)
    }

    /// The accounts in `includes`.
    #[must_use]
    pub fn included_users(&self) -> Vec<XUser> {
        users(&self.users)
    }

    /// The accounts in `data`.
    #[must_use]
    pub fn users(&self) -> Vec<XUser> {
        users(&self.data)
    }

    /// The Posts in `data`, each once.
    #[must_use]
    pub fn posts(&self) -> Vec<SharedPost> {
        let mut seen = HashSet::new();
        self.data.iter().filter_map(post).filter(|post| seen.insert(post.id)).collect()
    }

    /// Ids of all accounts in `includes`, readable or not: they are billed all the same.
    pub(super) fn included_user_ids(&self) -> Vec<String> {
        ids_of(&self.users)
    }

    /// Ids of everything in `data`, readable or not.
    pub(super) fn data_ids(&self) -> Vec<String> {
        ids_of(&self.data)
    }
}

fn ids_of(values: &[Value]) -> Vec<String> {
    values.iter().filter_map(|value| text(value.get("id")?)).collect()
}

fn space(value: &Value, topics: &HashMap<String, String>) -> Option<(Space, Option<Vec<UserId>>)> {
    let id: SpaceId = text(value.get("id")?)?.parse().ok()?;
    let get = |name: &str| value.get(name).filter(|value| !value.is_null());
    let words = |name: &str| get(name).and_then(text).filter(|word| !word.trim().is_empty());
    let count = |name: &str| get(name).and_then(count);
    let time = |name: &str| words(name).and_then(|time| time.trim().parse::<Timestamp>().ok());
    let state = SpaceState::from_word(words("state").as_deref().map_or(NO_STATE, str::trim));
    let speakers = get("speaker_ids").map(|ids| user_ids(Some(ids)));
    let space = Space {
        title: value.get("title").map(|_| words("title").unwrap_or_default()),
        lang: words("lang"),
        creator: words("creator_id").and_then(|id| id.parse().ok()),
        hosts: user_ids(get("host_ids")),
        speaker_count: speakers.as_ref().map(|ids| u32::try_from(ids.len()).unwrap_or(u32::MAX)),
        topics: get("topic_ids")
            .map(texts)
            .unwrap_or_default()
            .iter()
            .filter_map(|id| topics.get(id).cloned())
            .collect(),
        participant_count: count("participant_count"),
        subscriber_count: count("subscriber_count"),
        is_ticketed: get("is_ticketed").and_then(flag),
        created_at: time("created_at"),
        updated_at: time("updated_at"),
        scheduled_start: time("scheduled_start"),
        started_at: time("started_at"),
        ended_at: time("ended_at"),
        ..Space::bare(id, state)
    };
    Some((space, speakers))
}

fn post(value: &Value) -> Option<SharedPost> {
    let get = |name: &str| value.get(name).and_then(text);
    Some(SharedPost {
        id: get("id")?.parse().ok()?,
        author: get("author_id").and_then(|id| id.parse().ok()),
        text: get("text").unwrap_or_default(),
        written_at: get("created_at").and_then(|time| time.trim().parse().ok()),
    })
}

fn users(values: &[Value]) -> Vec<XUser> {
    values.iter().filter_map(user).collect()
}

pub(super) fn user(value: &Value) -> Option<XUser> {
    let get = |name: &str| value.get(name).and_then(text).filter(|text| !text.trim().is_empty());
    let username: Username = get("username")?.parse().ok()?;
    Some(XUser {
        id: get("id")?.parse().ok()?,
        name: get("name").unwrap_or_else(|| username.as_str().to_owned()),
        username,
        picture_url: get("profile_image_url").and_then(|url| picture_url(&url)),
    })
}

/// Accounts' ids in X's order, each once; unusable ones are left out.
fn user_ids(value: Option<&Value>) -> Vec<UserId> {
    let mut seen = HashSet::new();
    let ids = value.map(texts).unwrap_or_default();
    ids.iter().filter_map(|id| id.parse().ok()).filter(|id| seen.insert(*id)).collect()
}

/// A list's items; of a single thing, that thing; of nothing, none.
fn items(value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(one) => vec![one],
    }
}

/// A text, or a number as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The texts of a list; of a single text, that one.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

/// A count, as a number or as text; a greater one than fits is held to what does.
fn count(value: &Value) -> Option<u32> {
    let number: u64 = text(value)?.trim().parse().ok()?;
    Some(u32::try_from(number).unwrap_or(u32::MAX))
}

/// A flag, as such or as text.
fn flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}
