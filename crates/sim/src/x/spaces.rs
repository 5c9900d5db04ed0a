//! The endpoints that answer with Spaces.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{
    answer::{Found, Question, Refusal},
    billing::Resource,
    faults::Hidden,
    ids::{SpaceId, UserId},
    query::{Params, Pattern},
    wire::{
        self, TOPIC_FIELDS, USER_FIELDS,
        problems::{self, Sought},
    },
    world::{
        fields::SpaceField,
        space::{Phase, Space},
    },
};

/// What each endpoint of Spaces takes besides what it looks up.
const OPTIONS: [&str; 4] = ["space.fields", "expansions", "user.fields", "topic.fields"];

/// `GET /2/spaces/:id`
pub(super) fn by_id(question: &Question) -> Result<Found, Refusal> {
    let mut params = Params::new(question.query, &OPTIONS);
    params.path("id", question.subject, Pattern::SpaceId);
    let selection = Selection::read(&mut params, question);
    params.finish()?;
    let Some(space) = question.view.space(&SpaceId::from(question.subject)) else {
        return Ok(question.nothing(Sought::Space, "id"));
    };
    let mut found = Found::new(json!({ "data": selection.space(&space) }));
    selection.bill_and_include(question, &[space], &mut found);
    Ok(found)
}

/// `GET /2/spaces`
pub(super) fn by_ids(question: &Question) -> Result<Found, Refusal> {
    let mut params = Params::new(question.query, &with(&OPTIONS, &["ids"]));
    let ids = params.required_list("ids", Pattern::SpaceId);
    let selection = Selection::read(&mut params, question);
    params.finish()?;
    let (mut spaces, mut errors) = (Vec::new(), Vec::new());
    for id in ids {
        match question.view.space(&SpaceId::from(id.as_str())) {
            Some(space) => spaces.push(space),
            None => errors.push(problems::not_found(question.host, Sought::Space, "ids", &id)),
        }
    }
    let mut found = Found::new(json!({}));
    found.put("data", selection.spaces(&spaces));
    selection.bill_and_include(question, &spaces, &mut found);
    found.put("errors", errors);
    Ok(found)
}

/// `GET /2/spaces/by/creator_ids`
pub(super) fn by_creators(question: &Question) -> Result<Found, Refusal> {
    let mut params = Params::new(question.query, &with(&OPTIONS, &["user_ids"]));
    let creators = params.required_list("user_ids", Pattern::UserId);
    let selection = Selection::read(&mut params, question);
    params.finish()?;
    let spaces: Vec<Arc<Space>> =
        creators.into_iter().flat_map(|creator| question.view.by_creator(&UserId::from(creator))).collect();
    Ok(selection.list(question, &visible(question, spaces)))
}

/// `GET /2/spaces/search`
pub(super) fn search(question: &Question) -> Result<Found, Refusal> {
    let allowed = with(&OPTIONS, &["query", "state", "max_results"]);
    let mut params = Params::new(question.query, &allowed);
    let query = params.text("query", 2048);
    let state = params.one_of("state", &["live", "scheduled", "all"]);
    let most = params.max_results();
    let selection = Selection::read(&mut params, question);
    params.finish()?;
    let mut spaces = visible(question, question.view.search(&query));
    spaces.retain(|space| match state {
        Some("live") => space.phase == Phase::Live,
        Some("scheduled") => space.phase == Phase::Scheduled,
        _ => true,
    });
    spaces.truncate(most);
    Ok(selection.list(question, &spaces))
}

/// `GET /2/users/:id/following/spaces`: what is on of those whom somebody follows.
pub(super) fn of_hosts(question: &Question, hosts: &[UserId]) -> Result<Found, Refusal> {
    let mut params = Params::new(question.query, &OPTIONS);
    params.path("id", question.subject, Pattern::UserId);
    let selection = Selection::read(&mut params, question);
    params.finish()?;
    let spaces: Vec<Arc<Space>> = hosts.iter().flat_map(|host| question.view.by_creator(host)).collect();
    Ok(selection.list(question, &visible(question, spaces)))
}

fn with(options: &[&'static str], more: &[&'static str]) -> Vec<&'static str> {
    [more, options].concat()
}

/// What a fault leaves of a list.
fn visible(question: &Question, mut spaces: Vec<Arc<Space>>) -> Vec<Arc<Space>> {
    match question.hidden {
        Hidden::Nothing => {}
        Hidden::One(id) => spaces.retain(|space| space.id != *id),
        Hidden::Everything => spaces.clear(),
    }
    spaces
}

/// What of a Space is asked for.
struct Selection {
    fields: BTreeSet<SpaceField>,
    expansions: BTreeSet<SpaceField>,
    user_fields: Vec<&'static str>,
    topic_fields: Vec<&'static str>,
}

impl Selection {
    fn read(params: &mut Params, question: &Question) -> Self {
        let mut fields = params.space_fields(question.refused_fields);
        let expansions = params.space_expansions();
        if question.expansions_show_fields {
            fields.extend(&expansions);
        }
        Self {
            fields,
            expansions,
            user_fields: params.names("user.fields", &USER_FIELDS),
            topic_fields: params.names("topic.fields", &TOPIC_FIELDS),
        }
    }

    fn space(&self, space: &Space) -> Value {
        wire::space(space, &self.fields)
    }

    fn spaces(&self, spaces: &[Arc<Space>]) -> Vec<Value> {
        spaces.iter().map(|space| self.space(space)).collect()
    }

    /// The answer of a list that shows what is on.
    fn list(&self, question: &Question, spaces: &[Arc<Space>]) -> Found {
        let mut found = Found::new(json!({ "meta": { "result_count": spaces.len() } }));
        found.put("data", self.spaces(spaces));
        self.bill_and_include(question, spaces, &mut found);
        found
    }

    fn bill_and_include(&self, question: &Question, spaces: &[Arc<Space>], found: &mut Found) {
        let (mut users, mut topics) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for space in spaces {
            found.billed.push((Resource::Space, space.id.to_string()));
            for expansion in self.expansions.difference(&space.omitted) {
                for id in users_of(space, *expansion) {
                    if let Some(user) = question.view.user(id)
                        && seen.insert(id.as_str())
                    {
                        users.push(wire::user(user, &self.user_fields));
                        found.billed.push((Resource::User, id.to_string()));
                    }
                }
                if *expansion == SpaceField::TopicIds {
                    for id in &space.topics {
                        if let Some(topic) = question.view.topic(id)
                            && seen.insert(id.as_str())
                        {
                            topics.push(wire::topic(topic, &self.topic_fields));
                        }
                    }
                }
            }
        }
        let mut includes = json!({});
        for (name, list) in [("users", users), ("topics", topics)] {
            if !list.is_empty() {
                includes[name] = Value::Array(list);
            }
        }
        if includes.as_object().is_some_and(|includes| !includes.is_empty()) {
            found.body["includes"] = includes;
        }
    }
}

fn users_of(space: &Space, field: SpaceField) -> &[UserId] {
    match field {
        SpaceField::CreatorId => std::slice::from_ref(&space.creator),
        SpaceField::HostIds => &space.hosts,
        SpaceField::SpeakerIds => &space.speakers,
        SpaceField::InvitedUserIds => &space.invited,
        _ => &[],
    }
}
