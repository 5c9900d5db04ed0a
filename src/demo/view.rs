//! What the page shows, as JSON: one part for Discord, one for X, one for the bot and one for the figures.
//!
//! Reads the stand-ins and the record, and changes nothing. Ids are text, since JavaScript's numbers are too
//! short for them; times are milliseconds since 1970.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use spacebell_sim::discord::{self, Message};
use spacebell_sim::x::{Endpoint, Phase, Prices, Resource, Space, UserId};

use super::Demo;
use super::delays::{self, Delay};
use super::record::Notes;
use super::stage::Host;
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
    let of_server = stage.channels.iter().map(|channel| {
        json!({
            "id": channel.id.to_string(), "name": channel.name, "topic": channel.topic,
            "section": channel.section, "messages": messages(demo, notes, channel.id),
        })
    });
    let channels: Vec<Value> = of_server.chain(direct(demo, notes)).collect();
    let first = stage.channels.first().map_or(0, |channel| channel.id);
    let people: Vec<Value> = stage
        .people
        .iter()
        .map(|person| {
            json!({
                "id": person.id.to_string(), "name": person.name, "title": person.title,
                "account": person.account.id.as_str(),
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
        "channels": channels, "people": people, "roles": roles, "events": events(demo),
    })
}

/// The last messages of a channel.
fn messages(demo: &Demo, notes: &Notes, channel: u64) -> Vec<Value> {
    let mut messages = demo.stage.discord.messages(channel);
    messages.retain(|message| !notes.dismissed.contains(&message.id));
    let shown = messages.iter().skip(messages.len().saturating_sub(MESSAGES_MAX));
    shown.map(|one| message(demo, notes, one)).collect()
}

/// The direct messages between the bot and each person, where there are some.
fn direct<'a>(demo: &'a Demo, notes: &'a Notes) -> impl Iterator<Item = Value> + 'a {
    demo.stage.people.iter().filter_map(|person| {
        let channel = demo.stage.discord.direct_channel_of(person.id)?;
        let messages = messages(demo, notes, channel);
        (!messages.is_empty()).then(|| {
            json!({
                "id": channel.to_string(), "name": "Spacebell", "topic": "", "section": "",
                "with": person.id.to_string(), "messages": messages,
            })
        })
    })
}

/// What is scheduled in the server or takes place now, the soonest first.
fn events(demo: &Demo) -> Vec<Value> {
    let mut events = demo.stage.discord.scheduled_events(demo.stage.guild);
    events.retain(|event| matches!(event.status, 1 | 2));
    events.sort_by_key(|event| (event.start, event.id));
    events
        .iter()
        .map(|event| {
            json!({
                "id": event.id.to_string(), "name": event.name, "description": event.description,
                "location": event.location, "active": event.status == 2,
                "start": event.start.as_millisecond(), "end": event.end.as_millisecond(),
            })
        })
        .collect()
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
            let (width, height) = file.dimensions().unzip();
            json!({
                "width": width, "height": height,
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
    let spaces: Vec<Value> = stage.x.spaces_on().iter().map(|space| self::space(demo, space)).collect();
    let accounts: Vec<Value> = stage
        .people
        .iter()
        .map(|person| {
            let Host { id, username, name } = &person.account;
            let follows = stage.x.following(id);
            json!({
                "id": id.as_str(), "username": username, "name": name,
                "follows": follows.iter().map(UserId::as_str).collect::<Vec<_>>(),
            })
        })
        .collect();
    let over = notes.changes.iter().filter(|change| change.what == "over").count();
    let troubles: Vec<Value> = Trouble::ALL
        .iter()
        .map(|trouble| json!({ "name": trouble, "on": notes.troubles.contains(trouble) }))
        .collect();
    json!({ "hosts": hosts, "accounts": accounts, "spaces": spaces, "over": over, "troubles": troubles })
}

fn space(demo: &Demo, space: &Space) -> Value {
    json!({
        "posts": demo.stage.x.posts(&space.id).len(),
        "tickets": demo.stage.x.buyers(&space.id).len(),
        "ticketed": space.ticketed,
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
        "push": status.push,
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
    // The pages that ask for consent are looked at by people.
    let asked_by_bot =
        |endpoint: &Endpoint| !matches!(endpoint, Endpoint::OauthAuthorize | Endpoint::OauthDecide);
    let counts = demo.stage.x.counts().into_iter().filter(|(endpoint, _)| asked_by_bot(endpoint));
    let by_endpoint: BTreeMap<String, u64> =
        counts.map(|(endpoint, count)| (format!("{endpoint:?}"), count)).collect();
    let mut by_kind: BTreeMap<&str, u64> = BTreeMap::new();
    for request in demo.stage.discord.requests() {
        *by_kind.entry(kind(&request)).or_default() += 1;
    }
    let bill = demo.stage.x.bill();
    json!({
        "delays": shown,
        "median": delays::median(&delays),
        "starts": { "pushed": starts(&delays, true), "polled": starts(&delays, false) },
        "x": { "by": by_endpoint, "refused": demo.stage.x.refusals() },
        "discord": { "by": by_kind, "limited": demo.stage.discord.refusals().rate_limited },
        "cost": {
            "micros": bill.micros,
            "spaces": bill.count(Resource::Space), "users": bill.count(Resource::User), "posts": bill.count(Resource::Post),
            "followed": bill.count(Resource::Following), "events": bill.count(Resource::Event),
            "event_micros": Prices::default().event_micros,
        },
    })
}

/// How many starts rang with push, or without, and the delay in the middle.
fn starts(delays: &[Delay], push: bool) -> Value {
    let is_one = |delay: &&Delay| {
        delay.change.push == push && delay.change.what == "live" && delay.milliseconds.is_some()
    };
    let starts: Vec<Delay> = delays.iter().filter(is_one).cloned().collect();
    json!({ "count": starts.len(), "median": delays::median(&starts) })
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
