//! How the world looks on the wire: each object as REST and the gateway give it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::events::body_of;
use super::files::Attachment;
use super::message::{Message, mentioned};
use super::permissions::{self, Overwrite, Target, bits};
use super::shown;
use super::world::{Channel, Guild, Member, Role, User, World};

pub(super) fn id(id: u64) -> Value {
    Value::String(id.to_string())
}

fn maybe_id(value: Option<u64>) -> Value {
    value.map_or(Value::Null, id)
}

/// A time as Discord writes it: microseconds and an offset.
pub(super) fn time(at: Timestamp) -> Value {
    Value::String(format!(
        "{}+00:00",
        jiff::tz::TimeZone::UTC.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S.%6f")
    ))
}

pub(super) fn user(user: &User) -> Value {
    json!({
        "id": id(user.id),
        "username": user.name,
        "discriminator": "0",
        "global_name": if user.bot { Value::Null } else { json!(user.name) },
        "avatar": null,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": null,
    })
}

pub(super) fn user_by_id(world: &World, user_id: u64) -> Value {
    world.users.get(&user_id).map_or_else(
        || user(&User { id: user_id, name: "deleted".to_owned(), bot: false, takes_messages: false }),
        user,
    )
}

pub(super) fn role(role: &Role) -> Value {
    json!({
        "id": id(role.id),
        "name": role.name,
        "color": 0,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        "hoist": false,
        "icon": null,
        "unicode_emoji": null,
        "position": role.position,
        "permissions": role.permissions.to_string(),
        "managed": role.managed,
        "mentionable": role.mentionable,
        "flags": 0,
    })
}

/// A member without its user, as `resolved.members` has it.
pub(super) fn partial_member(member: &Member) -> Value {
    json!({
        "nick": null,
        "avatar": null,
        "banner": null,
        "roles": member.roles.iter().map(u64::to_string).collect::<Vec<_>>(),
        "joined_at": time(member.joined),
        "premium_since": null,
        "deaf": false,
        "mute": false,
        "flags": 0,
        "pending": false,
        "communication_disabled_until": null,
    })
}

pub(super) fn member(world: &World, guild: &Guild, user_id: u64) -> Option<Value> {
    let mut value = partial_member(guild.members.get(&user_id)?);
    value["user"] = user_by_id(world, user_id);
    Some(value)
}

fn overwrite(overwrite: &Overwrite) -> Value {
    let (target, kind) = match overwrite.target {
        Target::Role(role) => (role, 0),
        Target::Member(user) => (user, 1),
    };
    json!({
        "id": id(target),
        "type": kind,
        "allow": overwrite.allow.to_string(),
        "deny": overwrite.deny.to_string(),
    })
}

pub(super) fn channel(world: &World, channel: &Channel) -> Value {
    let last = world.channel_messages(channel.id).next_back().map(|message| message.id);
    let mut value = json!({
        "id": id(channel.id),
        "type": channel.kind,
        "last_message_id": maybe_id(last),
        "flags": 0,
    });
    if let Some(user_id) = channel.recipient {
        value["recipients"] = json!([user_by_id(world, user_id)]);
        return value;
    }
    value["guild_id"] = maybe_id(channel.guild);
    value["name"] = json!(channel.name);
    value["parent_id"] = maybe_id(channel.parent);
    value["rate_limit_per_user"] = json!(0);
    if channel.is_thread() {
        value["owner_id"] = id(world.owner);
        value["message_count"] = json!(world.channel_messages(channel.id).count());
        value["total_message_sent"] = value["message_count"].clone();
        value["member_count"] = json!(channel.thread_members.len());
        value["thread_metadata"] = json!({
            "archived": channel.archived,
            "auto_archive_duration": 4320,
            "archive_timestamp": time(channel.created),
            "locked": channel.locked,
            "create_timestamp": time(channel.created),
        });
    } else {
        value["position"] = json!(channel.position);
        value["topic"] = Value::Null;
        value["nsfw"] = json!(false);
        value["permission_overwrites"] = channel.overwrites.iter().map(overwrite).collect();
    }
    value
}

/// A channel as `resolved.channels` has it, with both parties' permissions there.
pub(super) fn resolved_channel(world: &World, at: &Channel, invoker: u64) -> Value {
    let mut value = channel(world, at);
    value["permissions"] = json!(permissions::in_channel(world, at, invoker).to_string());
    value["app_permissions"] = json!(world.bot_can(at).to_string());
    value
}

/// A server as REST gives it.
pub(super) fn guild(guild: &Guild) -> Value {
    json!({
        "id": id(guild.id),
        "name": guild.name,
        "icon": null,
        "splash": null,
        "discovery_splash": null,
        "owner_id": id(guild.owner),
        "afk_channel_id": null,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": guild.roles.values().map(role).collect::<Vec<_>>(),
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "application_id": null,
        "system_channel_id": maybe_id(guild.system_channel),
        "system_channel_flags": 0,
        "rules_channel_id": null,
        "vanity_url_code": null,
        "description": null,
        "banner": null,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "public_updates_channel_id": maybe_id(guild.updates_channel),
        "safety_alerts_channel_id": null,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": false,
        "home_header": null,
        "incidents_data": null,
        "max_members": 500_000,
        "max_presences": null,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "nsfw": false,
        "region": "deprecated",
        "widget_enabled": false,
        "widget_channel_id": null,
    })
}

/// A server as GUILD_CREATE gives it.
pub(super) fn guild_create(world: &World, at: &Guild) -> Value {
    let visible = |thread: bool| -> Value {
        world
            .channels_of(at.id)
            .filter(|one| one.is_thread() == thread && (!thread || (world.bot_sees(one) && !one.archived)))
            .map(|one| channel(world, one))
            .collect()
    };
    let mut value = guild(at);
    let events = world.events.values().filter(|event| event.guild_id == at.id && event.is_open());
    let extra = json!({
        "joined_at": at.members.get(&world.bot).map_or(Value::Null, |member| time(member.joined)),
        "large": false,
        "unavailable": false,
        "member_count": at.members.len(),
        "voice_states": [],
        "members": member(world, at, world.bot).into_iter().collect::<Vec<_>>(),
        "channels": visible(false),
        "threads": visible(true),
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": events.map(|event| body_of(world, event)).collect::<Vec<_>>(),
        "soundboard_sounds": [],
    });
    merge(&mut value, extra);
    value
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

pub(super) fn attachment(world: &World, base: &str, file: &Attachment) -> Value {
    let url = file.url(base, world.bot);
    let mut value = json!({
        "id": id(file.id),
        "filename": file.filename,
        "size": file.size_bytes,
        "url": url,
        "proxy_url": url,
    });
    for (name, text) in [("description", &file.description), ("content_type", &file.content_type)] {
        if let Some(text) = text {
            value[name] = json!(text);
        }
    }
    if let Some((width, height)) = file.dimensions() {
        value["width"] = json!(width);
        value["height"] = json!(height);
    }
    if file.channel_id.is_none() {
        value["ephemeral"] = json!(true);
    }
    value
}

/// A message; `base` is the address that files are served from.
pub(super) fn message(world: &World, base: &str, message: &Message) -> Value {
    let roles = mentioned(&message.content, "<@&");
    let users = mentioned(&message.content, "<@");
    let from_hook = world.hooks.contains_key(&message.author_id);
    let from_bot = message.author_id == world.bot || from_hook;
    let named = message.attachments.iter().map(|file| (file.filename.as_str(), file.url(base, world.bot)));
    let pictures = named.collect();
    let mut value = json!({
        "id": id(message.id),
        "channel_id": id(message.channel_id),
        "author": user_by_id(world, message.author_id),
        "content": message.content,
        "timestamp": time(message.created.timestamp),
        "edited_timestamp": message.edited.map_or(Value::Null, |edited| time(edited.timestamp)),
        "tts": false,
        "mention_everyone": message.pings.everyone,
        "mentions": users.iter().filter_map(|id| world.users.get(id)).map(user).collect::<Vec<_>>(),
        "mention_roles": if from_bot { message.pings.roles.iter().map(u64::to_string).collect::<Vec<_>>() } else { roles.iter().map(u64::to_string).collect() },
        "attachments": message.attachments.iter().map(|file| attachment(world, base, file)).collect::<Vec<_>>(),
        "embeds": shown::embeds(&message.embeds, &pictures),
        "components": shown::components(&message.components),
        "pinned": false,
        "type": 0,
        "flags": message.flags,
    });
    if let Some(nonce) = &message.nonce {
        value["nonce"] = json!(nonce);
    }
    if from_bot {
        value["application_id"] = id(world.bot);
    }
    if message.interaction_id.is_some() {
        value["webhook_id"] = id(world.bot);
    } else if from_hook {
        value["webhook_id"] = id(message.author_id);
    }
    value
}

/// The same without what the Message Content intent guards, unless the bot may see it anyway.
pub(super) fn message_for_bot(world: &World, base: &str, at: &Message) -> Value {
    let mut value = message(world, base, at);
    let direct = world.channels.get(&at.channel_id).is_some_and(|channel| channel.guild.is_none());
    let mentions_bot = mentioned(&at.content, "<@").contains(&world.bot);
    let own = at.author_id == world.bot || world.hooks.contains_key(&at.author_id);
    if !own && !direct && !mentions_bot {
        value["content"] = json!("");
        for field in ["embeds", "attachments", "components"] {
            value[field] = json!([]);
        }
    }
    value
}

pub(super) fn application(world: &World, name: &str, verify_key: &str, endpoint: Option<&str>) -> Value {
    json!({
        "id": id(world.bot),
        "name": name,
        "icon": null,
        "description": "",
        "bot_public": true,
        "bot_require_code_grant": false,
        "bot": world.users.get(&world.bot).map(user),
        "owner": user_by_id(world, world.owner),
        "team": null,
        "verify_key": verify_key,
        "flags": 0,
        "interactions_endpoint_url": endpoint,
        "type": null,
        "flags_new": "0",
        "redirect_uris": [],
        "role_connections_verification_url": null,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "approximate_guild_count": world.guilds.values().filter(|guild| guild.members.contains_key(&world.bot)).count(),
        "integration_types_config": { "0": {} },
    })
}

/// Who invoked an interaction, with the permissions in its channel.
pub(super) fn invoker(world: &World, channel: &Channel, user_id: u64) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Some(guild) = channel.guild.and_then(|guild| world.guilds.get(&guild)) {
        let mut value = member(world, guild, user_id).unwrap_or(Value::Null);
        value["permissions"] = json!(permissions::in_channel(world, channel, user_id).to_string());
        fields.insert("member".into(), value);
        fields.insert("guild_id".into(), id(guild.id));
        fields.insert("guild_locale".into(), json!(guild.locale));
        fields.insert("guild".into(), json!({ "id": id(guild.id), "locale": guild.locale, "features": [] }));
        fields.insert("context".into(), json!(0));
        fields.insert("authorizing_integration_owners".into(), json!({ "0": id(guild.id) }));
    } else {
        fields.insert("user".into(), user_by_id(world, user_id));
        fields.insert("context".into(), json!(1));
        fields.insert("authorizing_integration_owners".into(), json!({ "0": "0" }));
    }
    let app = world.bot_can(channel) & bits::ALL;
    fields.insert("app_permissions".into(), json!(app.to_string()));
    fields
}
