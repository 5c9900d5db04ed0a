//! What Discord's client does between a person's typing and the interaction: finds the command, types each
//! option after its definition, refuses what doesn't fit, and resolves what options point to. Pure.

use serde_json::{Map, Value, json};

use super::files::FILE_BYTES;
use super::message::id_of;
use super::refused::Refused;
use super::validation::length;
use super::wire;
use super::world::{Channel, Guild, World};

/// Who types where.
pub(super) struct Place<'a> {
    pub world: &'a World,
    pub url: &'a str,
    pub channel: &'a Channel,
    pub user: u64,
}

/// An option that is being typed, for an autocompletion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Focus<'a> {
    pub option: &'a str,
}

/// The innermost definition that `path` (the words after the command's name) leads to.
pub(super) fn descend<'a>(command: &'a Value, path: &[&str]) -> Result<&'a Value, Refused> {
    path.iter().try_fold(command, |at, word| {
        at["options"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|option| option["name"] == *word && matches!(option["type"].as_u64(), Some(1 | 2)))
            .ok_or_else(|| Refused::UnknownCommand((*word).to_owned()))
    })
}

/// Wraps options in the subcommands that `path` names.
pub(super) fn nested(command: &Value, path: &[&str], options: Vec<Value>) -> Result<Vec<Value>, Refused> {
    let mut inner = options;
    for depth in (0..path.len()).rev() {
        let kind = descend(command, &path[..=depth])?["type"].clone();
        inner = vec![json!({ "name": path[depth], "type": kind, "options": inner })];
    }
    Ok(inner)
}

impl Place<'_> {
    /// Types every option, in the order of the definition; also gives `resolved`.
    pub(super) fn fill(
        &self,
        definition: &Value,
        given: &Map<String, Value>,
        focus: Option<Focus<'_>>,
    ) -> Result<(Vec<Value>, Value), Refused> {
        let defined = || definition["options"].as_array().into_iter().flatten();
        if defined().any(|option| matches!(option["type"].as_u64(), Some(1 | 2))) {
            return Err(Refused::NeedsSubcommand);
        }
        if let Some(unknown) = given.keys().find(|name| !defined().any(|option| option["name"] == **name)) {
            return Err(Refused::UnknownOption(unknown.clone()));
        }
        let mut filled = Vec::new();
        let mut resolved = json!({});
        for option in defined() {
            let name = option["name"].as_str().unwrap_or_default();
            let focused = focus.is_some_and(|focus| focus.option == name);
            match given.get(name).filter(|value| !value.is_null()) {
                None if option["required"] == true && focus.is_none() => {
                    return Err(Refused::MissingOption(name.to_owned()));
                }
                None => {}
                // What is still being typed is text, whatever it will become.
                Some(value) if focused => {
                    if option["autocomplete"] != true {
                        return Err(Refused::Invalid(name.to_owned(), "has no autocompletion"));
                    }
                    filled.push(
                        json!({ "name": name, "type": option["type"], "value": value, "focused": true }),
                    );
                }
                Some(value) => {
                    let value = self.value(option, value, &mut resolved);
                    let value = value.map_err(|why| Refused::Invalid(name.to_owned(), why))?;
                    filled.push(json!({ "name": name, "type": option["type"], "value": value }));
                }
            }
        }
        Ok((filled, resolved))
    }

    fn value(&self, option: &Value, value: &Value, resolved: &mut Value) -> Result<Value, &'static str> {
        if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
            let chosen = choices.iter().find(|choice| choice["value"] == *value || choice["name"] == *value);
            return chosen.map(|choice| choice["value"].clone()).ok_or("is none of the choices");
        }
        match option["type"].as_u64() {
            Some(3) => text(option, value),
            Some(4) if value.is_i64() || value.is_u64() => number(option, value),
            Some(4) => Err("isn't a whole number"),
            Some(10) if value.is_number() => number(option, value),
            Some(10) => Err("isn't a number"),
            Some(5) if value.is_boolean() => Ok(value.clone()),
            Some(5) => Err("isn't true or false"),
            Some(kind @ (6..=9 | 11)) => {
                let id = id_of(value).ok_or("isn't an id")?;
                self.resolve(kind, option, id, resolved)?;
                Ok(wire::id(id))
            }
            _ => Err("has a type that nobody can type"),
        }
    }

    fn resolve(&self, kind: u64, option: &Value, id: u64, resolved: &mut Value) -> Result<(), &'static str> {
        let guild = self.channel.guild.and_then(|guild| self.world.guilds.get(&guild));
        let key = id.to_string();
        match kind {
            7 => {
                let channel =
                    self.world.channels.get(&id).filter(|channel| channel.guild == self.channel.guild);
                let channel = channel.ok_or("is no channel here")?;
                let types = option["channel_types"].as_array().filter(|types| !types.is_empty());
                if types.is_some_and(|types| !types.contains(&json!(channel.kind))) {
                    return Err("isn't a channel of an allowed type");
                }
                resolved["channels"][key] = wire::resolved_channel(self.world, channel, self.user);
            }
            11 => {
                let file = self.world.uploads.get(&id).ok_or("is no uploaded file")?;
                if file.bytes.len() > FILE_BYTES {
                    return Err("is larger than anyone may upload here");
                }
                resolved["attachments"][key] = wire::attachment(self.world, self.url, file);
            }
            8 | 9 if guild.is_some_and(|guild| guild.roles.contains_key(&id)) => {
                resolved["roles"][key] = role(guild, id);
            }
            6 | 9 => {
                let user = self.world.users.get(&id).ok_or("is nobody")?;
                resolved["users"][key.as_str()] = wire::user(user);
                if let Some(member) = guild.and_then(|guild| guild.members.get(&id)) {
                    let mut value = wire::partial_member(member);
                    let can = super::permissions::in_channel(self.world, self.channel, id);
                    value["permissions"] = json!(can.to_string());
                    resolved["members"][key] = value;
                }
            }
            _ => return Err("is no role here"),
        }
        Ok(())
    }
}

fn role(guild: Option<&Guild>, id: u64) -> Value {
    guild.and_then(|guild| guild.roles.get(&id)).map_or(Value::Null, wire::role)
}

fn text(option: &Value, value: &Value) -> Result<Value, &'static str> {
    let typed = value.as_str().ok_or("isn't text")?;
    let most = option["max_length"].as_u64().unwrap_or(6000);
    let least = option["min_length"].as_u64().unwrap_or(0).max(1);
    let count = length(typed) as u64;
    if count > most {
        Err("is too long")
    } else if count < least {
        Err("is too short")
    } else {
        Ok(value.clone())
    }
}

fn number(option: &Value, value: &Value) -> Result<Value, &'static str> {
    let given = value.as_f64().unwrap_or(f64::NAN);
    if option["min_value"].as_f64().is_some_and(|least| given < least) {
        Err("is too small")
    } else if option["max_value"].as_f64().is_some_and(|most| given > most) {
        Err("is too large")
    } else {
        Ok(value.clone())
    }
}
