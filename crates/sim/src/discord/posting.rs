//! Putting a message into the world and changing it: shared by channels, interactions and webhooks.

use serde_json::{Value, json};

use super::error::{ApiError, ApiResult};
use super::files;
use super::gateway::Audience;
use super::message::{self, EPHEMERAL, LOADING, Message, SUPPRESS_NOTIFICATIONS};
use super::moment::Moment;
use super::routes::File;
use super::state::{DIRECT_MESSAGES, GUILD_MESSAGES, State};
use super::validation::check_message;
use super::wire;
use super::world::Channel;

/// Flags that whoever creates a message may set.
const SETTABLE: u64 = 1 << 2 | EPHEMERAL | SUPPRESS_NOTIFICATIONS | message::COMPONENTS_V2;

/// Where a message comes from besides a plain request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin {
    /// The interaction that it answers.
    pub interaction: Option<u64>,
    /// The only one who sees it.
    pub visible_to: Option<u64>,
    /// Who wrote it, if not the bot: a webhook.
    pub author: Option<u64>,
}

impl State {
    /// Checks a message's body; one without anything to show is refused.
    pub(super) fn check_new(body: &Value, files: &[File]) -> ApiResult<()> {
        check_message(body)?;
        files::check(body, files, &[])?;
        let shows = |field: &str| match &body[field] {
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        };
        if !files.is_empty() || ["content", "embeds", "components", "sticker_ids"].into_iter().any(shows) {
            Ok(())
        } else {
            Err(ApiError::empty_message())
        }
    }

    /// Creates the bot's message. The body was checked.
    pub(super) fn post(
        &mut self,
        channel: u64,
        body: &Value,
        files: &[File],
        origin: Origin,
        now: Moment,
    ) -> ApiResult<u64> {
        let attachments = self.take_files(channel, body, files);
        let id = self.new_id();
        let at = self.world.channels.get_mut(&channel).ok_or_else(ApiError::unknown_channel)?;
        let unarchived = at.archived && origin.visible_to.is_none();
        at.archived &= !unarchived;
        let guild = at.guild;
        if unarchived {
            self.tell_channel_event(channel, guild, "THREAD_UPDATE");
        }
        let at = self.world.channels.get(&channel).ok_or_else(ApiError::unknown_channel)?;
        let content = body["content"].as_str().unwrap_or_default().trim().to_owned();
        let flags = body["flags"].as_u64().unwrap_or(0) & SETTABLE;
        let allowed = Some(&body["allowed_mentions"]).filter(|allowed| !allowed.is_null());
        let mut message = Message {
            id,
            channel_id: channel,
            author_id: origin.author.unwrap_or(self.world.bot),
            pings: message::pings(&self.world, at, &content, allowed, flags),
            content,
            embeds: items(&body["embeds"]),
            components: items(&body["components"]),
            allowed_mentions: allowed.cloned(),
            flags,
            nonce: nonce(body),
            attachments,
            created: now,
            edited: None,
            deleted: None,
            revisions: Vec::new(),
            visible_to: origin.visible_to,
            interaction_id: origin.interaction,
            aged: std::time::Duration::ZERO,
        };
        message.remember(now);
        self.world.messages.insert((channel, id), message);
        self.tell_of_message(channel, id, "MESSAGE_CREATE");
        Ok(id)
    }

    /// Changes a message: what the body doesn't name stays. Nobody is notified.
    pub(super) fn edit(
        &mut self,
        channel: u64,
        id: u64,
        body: &Value,
        files: &[File],
        now: Moment,
    ) -> ApiResult<()> {
        check_message(body)?;
        let there = self.world.message(channel, id).map_or(&[][..], |message| &message.attachments);
        files::check(body, files, there)?;
        let added = self.take_files(channel, body, files);
        let message = self.world.messages.get_mut(&(channel, id)).filter(|message| message.exists());
        let message = message.ok_or_else(ApiError::unknown_message)?;
        let mut changed = message.clone();
        if let Some(content) = body.get("content") {
            content.as_str().unwrap_or_default().trim().clone_into(&mut changed.content);
        }
        if let Some(embeds) = body.get("embeds") {
            changed.embeds = items(embeds);
        }
        if let Some(components) = body.get("components") {
            changed.components = items(components);
        }
        if let Some(described) = body.get("attachments") {
            changed.attachments.retain(|file| files::names(described, file.id));
        }
        changed.attachments.extend(added);
        let empty = changed.content.is_empty()
            && changed.embeds.is_empty()
            && changed.components.is_empty()
            && changed.attachments.is_empty();
        if empty {
            return Err(ApiError::empty_message());
        }
        changed.flags &= !LOADING;
        changed.edited = Some(now);
        changed.remember(now);
        *message = changed;
        self.tell_of_message(channel, id, "MESSAGE_UPDATE");
        Ok(())
    }

    /// Marks a message as deleted; false if there is none.
    pub(super) fn delete(&mut self, channel: u64, id: u64, now: Moment) -> bool {
        let message = self.world.messages.get_mut(&(channel, id)).filter(|message| message.exists());
        let Some(message) = message else { return false };
        message.deleted = Some(now);
        if message.visible_to.is_none() {
            let mut data = json!({ "id": wire::id(id), "channel_id": wire::id(channel) });
            let guild = self.world.channels.get(&channel).and_then(|channel| channel.guild);
            if let Some(guild) = guild {
                data["guild_id"] = wire::id(guild);
            }
            self.tell_channel(guild, "MESSAGE_DELETE", &data);
        }
        true
    }

    /// The channel of direct messages with someone, opened if need be.
    pub(super) fn direct_channel(&mut self, user: u64) -> u64 {
        if let Some(channel) = self.world.direct_channel(user) {
            return channel.id;
        }
        let id = self.new_id();
        let channel = Channel {
            id,
            guild: None,
            name: String::new(),
            kind: 1,
            parent: None,
            recipient: Some(user),
            overwrites: Vec::new(),
            archived: false,
            locked: false,
            thread_members: std::collections::BTreeSet::new(),
            position: 0,
            created: self.clock.now().timestamp,
        };
        self.world.channels.insert(id, channel);
        id
    }

    /// A message as the bot is given it.
    pub(super) fn message_body(&self, channel: u64, id: u64) -> ApiResult<Value> {
        let message = self.world.message(channel, id).ok_or_else(ApiError::unknown_message)?;
        Ok(wire::message_for_bot(&self.world, &self.url, message))
    }

    pub(super) fn tell_of_message(&mut self, channel: u64, id: u64, event: &str) {
        let Some(message) = self.world.message(channel, id).filter(|message| message.visible_to.is_none())
        else {
            return;
        };
        let mut data = wire::message_for_bot(&self.world, &self.url, message);
        let guild = self.world.channels.get(&channel).and_then(|channel| channel.guild);
        if let Some(guild) = guild {
            data["guild_id"] = wire::id(guild);
        }
        self.tell_channel(guild, event, &data);
    }

    fn tell_channel(&mut self, guild: Option<u64>, event: &str, data: &Value) {
        match guild {
            Some(guild) => self.tell(guild, GUILD_MESSAGES, event, data),
            None => self.gateway.dispatch(Audience::Direct, DIRECT_MESSAGES, event, data),
        }
    }
}

/// The nonce of a body, a string or a number, as text.
pub(super) fn nonce(body: &Value) -> Option<String> {
    match &body["nonce"] {
        Value::String(nonce) => Some(nonce.clone()),
        Value::Number(nonce) => Some(nonce.to_string()),
        _ => None,
    }
}

fn items(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}
