//! What the page shows, as JSON: one part for Discord, one for X, one for the bot and one for the figures.
//!
//! Reads the stand-ins and the record, and changes nothing. Ids are text, since JavaScript's numbers are too
//! short for them; times are milliseconds since 1970.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use spacebell_sim::discord::{self, Message};
use spacebell_sim::x::{Phase, Resource, Space, UserId};

use super::Demo;
use super::delays::{self, Delay};
use super::record::Notes;
use super::troubles::Trouble;

/// The most messages of a channel that are shown.
const MESSAGES_MAX: usize = 60;
/// The most delays that are shown.
const DELAYS_MAX: usize = 24;

/// The parts of the page by name.
pub(super) fn parts(demo: &Demo) -> [(&'static str, Value); 5] {
    let notes = demo.record.notes();
    [
        ("discord", discord(demo, &notes)),
        ("commands", json!(demo.stage.discord.commands(None))),
        ("x", x(demo, &notes)),
        ("bot", bot(demo)),
        ("figures", figures(demo, &notes)),
    ]
}

fn discord(demo: &Demo, notes: &Notes) -> Value {
    let stage = &demo.stage;
    let channels: Vec<Value> = stage
        .channels
        .iter()
        .map(|channel| {
            let mut messages = stage.discord.messages(channel.id);
            messages.retain(|message| !notes.dismissed.contains(&message.id));
            let shown = messages.iter().skip(messages.len().saturating_sub(MESSAGES_MAX));
            let shown: Vec<Value> = shown.map(|one| message(demo, notes, one)).collect();
            json!({
                "id": channel.id.to_string(), "name": channel.name, "topic": channel.topic,
                "section": channel.section, "messages": shown,
            })
        })
        .collect();
    let first = stage.channels.first().map_or(0, |channel| channel.id);
    let people: Vec<Value> = stage
        .people
        .iter()
        .map(|person| {
            json!({
                "id": person.id.to_string(), "name": person.name, "title": person.title,
                "roles": person.roles.iter().map(u64::to_string).collect::<Vec<_>>(),
                "permissions": stage.discord.permissions(first, person.id).to_string(),
            })
        })
        .collect();
    let roles: Vec<Value> =
        stage.roles.iter().map(|role| json!({ "id": role.id.to_string(), "name": role.name })).collect();
    json!({
        "guild": { "id": stage.guild.to_string(), "name": "Space watchers" },
        "bot": stage.discord.bot_id().to_string(),
        "channels": channels, "people": people, "roles": roles,
    })
}

fn message(demo: &Demo, notes: &Notes, message: &Message) -> Value {
    let stage = &demo.stage;
    let is_bot = message.author_id == stage.discord.bot_id();
    let person = stage.people.iter().find(|person| person.id == message.author_id);
    let used = message.interaction_id.and_then(|id| notes.used.get(&id));
    let used = used.map(|used| {
        let name =
            stage.people.iter().find(|person| person.id == used.user).map_or("Somebody", |who| who.name);
        json!({ "name": name, "what": used.what, "how": used.how })
    });
    let files: Vec<Value> = message
        .attachments
        .iter()
        .map(|file| {
            json!({
                "name": file.filename, "description": file.description, "type": file.content_type,
                "size": file.bytes.len(), "url": format!("/files/{}/{}/{}", message.channel_id, message.id, file.id),
            })
        })
        .collect();
    json!({
        "id": message.id.to_string(),
        "author": { "id": message.author_id.to_string(), "name": if is_bot { "Spacebell" } else { person.map_or("Somebody", |person| person.name) }, "bot": is_bot },
        "at": message.created.timestamp.as_millisecond(),
        "edited": message.edited.filter(|_| message.revisions.len() > 1).map(|at| at.timestamp.as_millisecond()),
        "revision": message.revisions.len(),
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "only_for": message.visible_to.map(|user| user.to_string()),
        "loading": message.is_loading(),
        "pings": {
            "everyone": message.pings.everyone,
            "roles": message.pings.roles.iter().map(u64::to_string).collect::<Vec<_>>(),
            "users": message.pings.users.iter().map(u64::to_string).collect::<Vec<_>>(),
        },
        "used": used,
        "files": files,
    })
}

fn x(demo: &Demo, notes: &Notes) -> Value {
    let stage = &demo.stage;
    let hosts: Vec<Value> = stage
        .hosts
        .iter()
        .map(|host| json!({ "id": host.id.as_str(), "username": host.username, "name": host.name }))
        .collect();
    let spaces: Vec<Value> = stage.x.spaces_on().iter().map(|space| self::space(space)).collect();
    let over = notes.changes.iter().filter(|change| change.what == "over").count();
    let troubles: Vec<Value> = Trouble::ALL
        .iter()
        .map(|trouble| json!({ "name": trouble, "on": notes.troubles.contains(trouble) }))
        .collect();
    json!({ "hosts": hosts, "spaces": spaces, "over": over, "troubles": troubles })
}

fn space(space: &Space) -> Value {
    json!({
        "id": space.id.as_str(),
        "host": space.creator.as_str(),
        "cohosts": space.hosts.iter().filter(|host| **host != space.creator).map(UserId::as_str).collect::<Vec<_>>(),
        "title": space.title,
        "live": space.phase == Phase::Live,
        "people": space.participants,
        "start": space.scheduled_start.map(Timestamp::as_millisecond),
        "started": space.started_at.map(Timestamp::as_millisecond),
    })
}

fn bot(demo: &Demo) -> Value {
    let status = demo.bot.status();
    json!({
        "process": status.process,
        "starts": status.starts,
        "connected": status.process.is_some() && demo.stage.discord.connected() > 0,
        "log": demo.bot.log(),
    })
}

fn figures(demo: &Demo, notes: &Notes) -> Value {
    let delays = delays_so_far(demo, notes);
    let shown: Vec<Value> = delays
        .iter()
        .skip(delays.len().saturating_sub(DELAYS_MAX))
        .map(|delay| json!({ "what": delay.change.what, "milliseconds": delay.milliseconds, "at": delay.change.at.as_millisecond() }))
        .collect();
    let by_endpoint: BTreeMap<String, u64> =
        demo.stage.x.counts().into_iter().map(|(endpoint, count)| (format!("{endpoint:?}"), count)).collect();
    let mut by_kind: BTreeMap<&str, u64> = BTreeMap::new();
    for request in demo.stage.discord.requests() {
        *by_kind.entry(kind(&request)).or_default() += 1;
    }
    let bill = demo.stage.x.bill();
    json!({
        "delays": shown,
        "median": delays::median(&delays),
        "x": { "by": by_endpoint, "refused": demo.stage.x.refusals() },
        "discord": { "by": by_kind, "limited": demo.stage.discord.refusals().rate_limited },
        "cost": {
            "micros": bill.micros,
            "spaces": bill.count(Resource::Space), "users": bill.count(Resource::User), "posts": bill.count(Resource::Post),
        },
    })
}

/// The delay of each change on X so far.
pub(super) fn delays_so_far(demo: &Demo, notes: &Notes) -> Vec<Delay> {
    let channels = demo.stage.channels.iter();
    let posts: Vec<Message> = channels
        .flat_map(|channel| demo.stage.discord.all_messages(channel.id))
        .filter(|message| message.interaction_id.is_none())
        .collect();
    delays::delays(&notes.changes, &posts)
}

/// What a request to Discord was for.
fn kind(request: &discord::Request) -> &'static str {
    let of_messages = request.path.starts_with("/channels/") && request.path.contains("/messages");
    match request.method.as_str() {
        "POST" if of_messages => "posts",
        "PATCH" if of_messages => "edits",
        _ if request.path.starts_with("/interactions") || request.path.starts_with("/webhooks") => "answers",
        _ => "other",
    }
}
