//! People who use the bot: they type commands, press buttons, pick from menus and fill modals, and Discord's
//! client stops them where the real one would.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::answers::Interaction;
use super::definitions::kind_of;
use super::endpoint::{self, Parcel, Signing};
use super::files;
use super::gateway::Audience;
use super::interactions::{Kind, Outcome, Pending};
use super::message::Message;
use super::modal;
use super::options::{Focus, Place, descend, nested};
use super::permissions::{self, bits};
use super::refused::Refused;
use super::server::Server;
use super::state::State;
use super::wire;
use super::world::Channel;

/// A person at a place; what they do starts from here.
#[derive(Clone, Debug)]
pub struct Person {
    server: Server,
    user: u64,
    channel: Option<u64>,
    locale: String,
    signing: Signing,
}

impl Server {
    /// Someone who is about to do something: by default in direct messages with the bot, in English.
    #[must_use]
    pub fn user(&self, user: u64) -> Person {
        Person {
            server: self.clone(),
            user,
            channel: None,
            locale: "en-US".to_owned(),
            signing: Signing::Valid,
        }
    }
}

impl Person {
    /// Goes to a channel.
    #[must_use]
    pub fn in_channel(mut self, channel: u64) -> Self {
        self.channel = Some(channel);
        self
    }

    /// Uses Discord in a language.
    #[must_use]
    pub fn locale(mut self, locale: &str) -> Self {
        locale.clone_into(&mut self.locale);
        self
    }

    /// Has what this person does posted to the interactions endpoint with such a signature, as somebody who isn't
    /// Discord would. Without an endpoint it makes no difference.
    #[must_use]
    pub fn signed(mut self, signing: Signing) -> Self {
        self.signing = signing;
        self
    }

    /// Types a slash command, `"follow host"`, with its options as a JSON object (null for none): ids of
    /// channels, roles, users and uploads as numbers or strings.
    pub fn command(&self, name: &str, options: impl Into<Value>) -> Result<Interaction, Refused> {
        let given = object(options.into());
        self.slash(name, &given, None, Kind::Command)
    }

    /// Has typed `partial` into an option and waits for suggestions; `others` are the options filled so far.
    pub fn autocomplete(
        &self,
        name: &str,
        focused: &str,
        partial: &str,
        others: impl Into<Value>,
    ) -> Result<Interaction, Refused> {
        let mut given = object(others.into());
        given.insert(focused.to_owned(), json!(partial));
        self.slash(name, &given, Some(Focus { option: focused }), Kind::Autocomplete)
    }

    fn slash(
        &self,
        name: &str,
        given: &Map<String, Value>,
        focus: Option<Focus<'_>>,
        kind: Kind,
    ) -> Result<Interaction, Refused> {
        self.act(kind, None, |state, channel| {
            let words: Vec<&str> = name.trim_start_matches('/').split_whitespace().collect();
            let (first, path) = words.split_first().ok_or(Refused::NeedsSubcommand)?;
            let command = usable(state, channel, self.user, first, 1)?;
            let definition = descend(command, path)?;
            let place = Place { world: &state.world, url: &state.url, channel, user: self.user };
            let (filled, resolved) = place.fill(definition, given, focus)?;
            let mut data = named(command);
            data["options"] = json!(nested(command, path, filled)?);
            data["resolved"] = resolved;
            Ok(data)
        })
    }

    /// Sends an interaction of Discord's type `kind` (2 command, 3 component, 4 autocompletion, 5 modal)
    /// with any `data`, past every check of the client.
    pub fn raw(&self, kind: u8, data: Value, message: Option<u64>) -> Result<Interaction, Refused> {
        let kind = match kind {
            3 => Kind::Component,
            4 => Kind::Autocomplete,
            5 => Kind::Modal,
            _ => Kind::Command,
        };
        self.act(kind, message, |_, _| Ok(data))
    }

    /// Uses a command of a message's menu.
    pub fn message_command(&self, name: &str, message: u64) -> Result<Interaction, Refused> {
        self.act(Kind::Command, None, |state, channel| {
            let command = usable(state, channel, self.user, name, 3)?;
            let target = visible(state, channel.id, message, self.user)?;
            let mut data = named(command);
            data["target_id"] = wire::id(message);
            let body = wire::message(&state.world, &state.url, target);
            data["resolved"] = json!({ "messages": { message.to_string(): body } });
            Ok(data)
        })
    }

    /// Uses a command of someone's menu.
    pub fn user_command(&self, name: &str, target: u64) -> Result<Interaction, Refused> {
        self.act(Kind::Command, None, |state, channel| {
            let mut data = named(usable(state, channel, self.user, name, 2)?);
            data["target_id"] = wire::id(target);
            let user = wire::user_by_id(&state.world, target);
            data["resolved"] = json!({ "users": { target.to_string(): user } });
            Ok(data)
        })
    }

    /// Presses a button, named by its label or its `custom_id`.
    pub fn press(&self, message: u64, button: &str) -> Result<Interaction, Refused> {
        self.act(Kind::Component, Some(message), |state, channel| {
            let message = visible(state, channel.id, message, self.user)?;
            let found = message.interactive().into_iter().find(|component| {
                component["type"] == 2 && (component["custom_id"] == button || component["label"] == button)
            });
            let found = found.filter(|component| component["disabled"] != true);
            let found = found.ok_or_else(|| Refused::UnknownComponent(button.to_owned()))?;
            Ok(json!({ "custom_id": found["custom_id"], "component_type": 2, "id": 2 }))
        })
    }

    /// Picks from a menu of texts, each by its value or label.
    pub fn select(&self, message: u64, custom_id: &str, picks: &[&str]) -> Result<Interaction, Refused> {
        self.act(Kind::Component, Some(message), |state, channel| {
            let message = visible(state, channel.id, message, self.user)?;
            let menu = message.interactive().into_iter().find(|component| {
                component["type"] == 3 && component["custom_id"] == custom_id && component["disabled"] != true
            });
            let menu = menu.ok_or_else(|| Refused::UnknownComponent(custom_id.to_owned()))?;
            let value_of = |pick: &&str| {
                let mut options = menu["options"].as_array().into_iter().flatten();
                let option = options.find(|option| option["value"] == **pick || option["label"] == **pick);
                option.map(|option| option["value"].clone()).ok_or(Refused::InvalidSelection)
            };
            let values: Vec<Value> = picks.iter().map(value_of).collect::<Result<_, _>>()?;
            let least = menu["min_values"].as_u64().unwrap_or(1);
            let most = menu["max_values"].as_u64().unwrap_or(1);
            if !(least..=most).contains(&(values.len() as u64)) {
                return Err(Refused::InvalidSelection);
            }
            Ok(json!({ "custom_id": custom_id, "component_type": 3, "id": 2, "values": values }))
        })
    }

    /// Fills and submits the modal that an interaction opened for this person; `fields` by their `custom_id`.
    pub fn submit_modal(
        &self,
        opened_by: &Interaction,
        fields: impl Into<Value>,
    ) -> Result<Interaction, Refused> {
        let (data, source) = {
            let state = self.server.shared.look();
            let pending = state.interactions.get(&opened_by.id()).filter(|pending| pending.user == self.user);
            let pending = pending.ok_or(Refused::NoModal)?;
            if !matches!(pending.first, Some((Outcome::Modal, _))) {
                return Err(Refused::NoModal);
            }
            (modal::filled(&pending.data, &object(fields.into()))?, pending.source)
        };
        self.act(Kind::Modal, source, |_, _| Ok(data))
    }

    /// Makes the interaction, tells the bot, and starts the clock of its first answer.
    fn act(
        &self,
        kind: Kind,
        source: Option<u64>,
        data: impl FnOnce(&State, &Channel) -> Result<Value, Refused>,
    ) -> Result<Interaction, Refused> {
        let (id, parcel, limit) = self.server.shared.change(|state| {
            let channel = self.channel.unwrap_or_else(|| state.direct_channel(self.user));
            let at = state.world.channels.get(&channel).ok_or(Refused::NoAccess)?;
            if permissions::in_channel(&state.world, at, self.user) & bits::VIEW_CHANNEL == 0 {
                return Err(Refused::NoAccess);
            }
            let data = data(state, at)?;
            let (id, parcel) = self.send(state, kind, channel, source, &data);
            Ok((id, parcel, state.settings.answer_limit))
        })?;
        self.watch(id, limit);
        if let Some(parcel) = parcel {
            let shared = std::sync::Arc::clone(&self.server.shared);
            let runtime = shared.runtime.clone();
            runtime.spawn(endpoint::deliver(shared, parcel));
        }
        Ok(Interaction::new(self.server.clone(), id))
    }

    #[expect(clippy::disallowed_methods, reason = "a token that nobody can guess, as Discord's")]
    fn send(
        &self,
        state: &mut State,
        kind: Kind,
        channel: u64,
        source: Option<u64>,
        data: &Value,
    ) -> (u64, Option<Parcel>) {
        let id = state.new_id();
        let token = format!("interaction-{id}-{:016x}", rand::random::<u64>());
        let Some(at) = state.world.channels.get(&channel) else { return (id, None) };
        let mut payload = wire::invoker(&state.world, at, self.user);
        let fields = json!({
            "id": wire::id(id),
            "application_id": wire::id(state.world.bot),
            "type": kind as u8,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": wire::id(channel),
            "channel": wire::resolved_channel(&state.world, at, self.user),
            "locale": self.locale,
            "entitlements": [],
            "attachment_size_limit": files::FILE_BYTES,
        });
        payload.extend(object(fields));
        if let Some(message) = source.and_then(|message| state.world.message(channel, message)) {
            payload.insert("message".to_owned(), wire::message(&state.world, &state.url, message));
        }
        let audience = at.guild.map_or(Audience::Direct, Audience::Guild);
        let pending = Pending {
            id,
            token,
            kind,
            channel,
            user: self.user,
            created: state.clock.now(),
            source,
            first: None,
            data: Value::Null,
            original: None,
            followups: Vec::new(),
            completed: None,
        };
        state.interactions.insert(id, pending);
        let body = Value::Object(payload);
        let Some(url) = state.settings.interactions_endpoint.clone() else {
            state.gateway.dispatch(audience, 0, "INTERACTION_CREATE", &body);
            return (id, None);
        };
        (id, Some(Parcel { url, interaction: id, body, signing: self.signing }))
    }

    /// Notes the failure that the person sees if no answer comes in time.
    fn watch(&self, id: u64, limit: Duration) {
        let shared = std::sync::Arc::clone(&self.server.shared);
        let runtime = shared.runtime.clone();
        runtime.spawn(async move {
            tokio::time::sleep(limit).await;
            shared.change(|state| {
                let now = state.clock.now();
                if let Some(pending) = state.interactions.get_mut(&id) {
                    pending.first.get_or_insert((Outcome::Failed, now));
                }
            });
        });
    }
}

/// The command of that name and type, if this person can use it here.
fn usable<'a>(
    state: &'a State,
    channel: &Channel,
    user: u64,
    name: &str,
    kind: u64,
) -> Result<&'a Value, Refused> {
    let unknown = || Refused::UnknownCommand(name.to_owned());
    let guild = channel.guild;
    if guild.is_some_and(|guild| state.world.joined(guild).is_none()) {
        return Err(unknown());
    }
    let command = state.registry.find(guild, name, kind).ok_or_else(unknown)?;
    let context = u8::from(guild.is_none());
    let contexts = command["contexts"].as_array().filter(|contexts| !contexts.is_empty());
    let elsewhere = match contexts {
        Some(contexts) => !contexts.contains(&json!(context)),
        None => guild.is_none() && command["dm_permission"] == false,
    };
    let installs = command["integration_types"].as_array();
    if elsewhere || installs.is_some_and(|types| !types.contains(&json!(0))) {
        return Err(unknown());
    }
    let Some(at) = guild.and_then(|guild| state.world.guilds.get(&guild)) else { return Ok(command) };
    let can = permissions::in_channel(&state.world, channel, user);
    if can & bits::USE_APPLICATION_COMMANDS == 0 {
        return Err(Refused::NoAccess);
    }
    let admin = can & bits::ADMINISTRATOR != 0;
    let needed = command["default_member_permissions"].as_str().and_then(|bits| bits.parse::<u64>().ok());
    let allowed = match at.command_grants.get(&(name.to_owned(), user)) {
        Some(granted) => *granted || admin,
        None => needed.is_none_or(|needed| admin || (needed != 0 && can & needed == needed)),
    };
    if allowed { Ok(command) } else { Err(Refused::NotAllowed) }
}

/// `data` of a command's interaction, without options.
fn named(command: &Value) -> Value {
    let mut data = json!({ "id": command["id"], "name": command["name"], "type": kind_of(command) });
    if !command["guild_id"].is_null() {
        data["guild_id"] = command["guild_id"].clone();
    }
    data
}

/// A message that this person can see.
fn visible(state: &State, channel: u64, id: u64, user: u64) -> Result<&Message, Refused> {
    state
        .world
        .message(channel, id)
        .filter(|message| message.exists() && message.visible_to.is_none_or(|only| only == user))
        .ok_or(Refused::UnknownMessage)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
