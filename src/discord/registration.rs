//! Registration: tells Discord which commands there are, once for each set of them.
//!
//! What was registered last is kept whole beside the ids that Discord gave, so that a start without a change asks for
//! nothing, and any change, however small, registers all.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serenity::model::id::{ApplicationId, CommandId, GuildId, UserId};
use thiserror::Error;
use tracing::{error, info};
use twilight_http_ratelimiting::Method;

use super::answer::RestError;
use super::rest::Rest;
use crate::commands::{App, definitions};
use crate::store::{Store, StoreError};

/// The pause after the first failure; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Why the commands aren't registered.
#[derive(Debug, Error)]
pub enum RegistrationError {
    /// Discord didn't take them.
    #[error("the commands couldn't be registered with Discord")]
    Discord(#[from] RestError),
    /// What was registered couldn't be kept or read.
    #[error("what was registered couldn't be kept")]
    Store(#[from] StoreError),
    /// Discord's answer wasn't what it documents, or the definitions can't be written.
    #[error("Discord's answer about the commands can't be read")]
    Unreadable(#[from] serde_json::Error),
}

/// What was registered.
#[derive(Debug, Serialize, Deserialize)]
struct Registered {
    application: ApplicationId,
    definitions: Value,
    ids: BTreeMap<String, CommandId>,
}

/// A command as Discord answers it.
#[derive(Debug, Deserialize)]
struct Command {
    id: CommandId,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Application {
    id: ApplicationId,
    #[serde(default)]
    owner: Option<Person>,
    #[serde(default)]
    team: Option<Team>,
}

#[derive(Debug, Deserialize)]
struct Person {
    id: UserId,
}

#[derive(Debug, Deserialize)]
struct Team {
    members: Vec<TeamMember>,
}

#[derive(Debug, Deserialize)]
struct TeamMember {
    /// 1 invited, 2 accepted. Source: Discord's documentation, "Teams".
    membership_state: u8,
    user: Person,
}

/// A member of a team who accepted the invitation.
const ACCEPTED: u8 = 2;

impl Application {
    /// Who owns it: the team where there is one, else the owner.
    fn owners(&self) -> Vec<UserId> {
        match &self.team {
            Some(team) => {
                let members = team.members.iter().filter(|member| member.membership_state == ACCEPTED);
                members.map(|member| member.user.id).collect()
            }
            None => self.owner.iter().map(|owner| owner.id).collect(),
        }
    }
}

/// Registers the commands, trying until it works: a bot without new commands is better than none.
pub async fn keep_registered(rest: &Rest, app: &App, guild: Option<GuildId>) {
    let mut pause = FIRST_PAUSE;
    while let Err(error) = register(rest, app, guild).await {
        if matches!(error, RegistrationError::Discord(RestError::Unauthorized)) {
            // The gateway ends the program for that.
            return;
        }
        error!(
            error = &error as &dyn std::error::Error,
            "the commands aren't registered; trying again in {pause:?}"
        );
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

/// Registers the commands everywhere, or in `guild` alone, unless that is done; then tells `app` their ids, and who
/// owns the application.
pub async fn register(rest: &Rest, app: &App, guild: Option<GuildId>) -> Result<(), RegistrationError> {
    let application: Application = serde_json::from_value(rest.get("applications/@me").await?)?;
    app.operators.set_owners(application.owners());
    let application = application.id;
    let store = &app.store;
    let mut definitions = serde_json::to_value(definitions(&app.texts))?;
    without_defaults(&mut definitions);
    let name = guild.map_or_else(|| "commands".to_owned(), |guild| of_guild(&guild.to_string()));
    let kept = store.meta(&name).await?;
    let kept = kept.and_then(|kept| serde_json::from_str::<Registered>(&kept).ok());
    let registered = match kept {
        Some(kept) if kept.application == application && kept.definitions == definitions => kept,
        _ => {
            // Should this end here, it is known what to take back.
            store.set_meta(&name, "").await?;
            let registered = put(rest, application, definitions, guild).await?;
            store.set_meta(&name, &serde_json::to_string(&registered)?).await?;
            registered
        }
    };
    app.directory.set(registered.ids);
    clean_up(rest, store, application, guild).await
}

/// Takes back what was registered in single servers that aren't asked for any more: it would stand there beside the
/// commands that are everywhere. A server that the bot isn't in any more needs nothing.
async fn clean_up(
    rest: &Rest,
    store: &Store,
    application: ApplicationId,
    guild: Option<GuildId>,
) -> Result<(), RegistrationError> {
    let prefix = of_guild("");
    for name in store.metas(&prefix).await? {
        let Some(former) =
            name.strip_prefix(&prefix).filter(|id| Some(*id) != guild.map(|id| id.to_string()).as_deref())
        else {
            continue;
        };
        let path = format!("applications/{application}/guilds/{former}/commands");
        match rest.request(Method::Put, &path, Some(&Value::Array(Vec::new()))).await {
            Ok(_) => info!("the commands of server {former} alone are taken back"),
            Err(RestError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        store.forget_meta(&name).await?;
    }
    Ok(())
}

/// Under which name it is kept what a server of its own was given.
fn of_guild(guild: &str) -> String {
    format!("commands_{guild}")
}

/// Takes away what serenity writes of its own accord: nulls and empty lists, among them fields that an option of that
/// type doesn't have by Discord's description, and a no where no is what Discord takes for granted.
fn without_defaults(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(without_defaults);
            fields.retain(|name, value| match value {
                Value::Null => false,
                Value::Array(list) => !list.is_empty(),
                Value::Object(inner) => !inner.is_empty(),
                Value::Bool(false) => !["autocomplete", "nsfw", "required"].contains(&name.as_str()),
                _ => true,
            });
        }
        Value::Array(list) => list.iter_mut().for_each(without_defaults),
        _ => {}
    }
}

async fn put(
    rest: &Rest,
    application: ApplicationId,
    definitions: Value,
    guild: Option<GuildId>,
) -> Result<Registered, RegistrationError> {
    let scope = guild.map_or_else(String::new, |guild| format!("guilds/{guild}/"));
    let path = format!("applications/{application}/{scope}commands");
    let answer = rest.request(Method::Put, &path, Some(&definitions)).await?;
    let commands: Vec<Command> = serde_json::from_value(answer)?;
    info!("{} commands are registered with Discord", commands.len());
    let ids = commands.into_iter().map(|command| (command.name, command.id)).collect();
    Ok(Registered { application, definitions, ids })
}
