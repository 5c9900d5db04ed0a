//! `/settings`: what a server decides for itself.

mod erase;

use serenity::builder::CreateCommand;
use serenity::model::application::{CommandOptionType, InteractionContext};
use serenity::model::permissions::Permissions;

use super::app::App;
use super::invocation::Invocation;
use super::options::{Definer, Mistake};
use super::reply::Reply;
use crate::texts::key;

pub use erase::{erase, keep};

/// A command of `/settings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `/settings erase`.
    Erase,
}

impl Command {
    /// The subcommand `name`.
    pub fn decode(name: &str) -> Result<Self, Mistake> {
        match name {
            "erase" => Ok(Self::Erase),
            _ => Err(Mistake::Unknown),
        }
    }
}

/// The definition of `/settings`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let command = CreateCommand::new("settings")
        .description(definer.english(key("define-settings-group")))
        .default_member_permissions(Permissions::MANAGE_GUILD)
        .contexts(vec![InteractionContext::Guild])
        .add_option(definer.option(CommandOptionType::SubCommand, "erase", key("define-settings-erase")));
    definer
        .others(key("define-settings-group"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Executes a command of `/settings`.
pub async fn execute(app: &App, invocation: &Invocation, command: Command) -> Reply {
    let Some(guild) = invocation.asker.guild else {
        return Reply::private(app.words(&invocation.locale).say(key("settings-servers-only")));
    };
    match command {
        Command::Erase => erase::ask(app, invocation, guild).await,
    }
}
