//! `/settings`: what a server decides for itself.

mod erase;
mod set;
mod show;
mod wanted;

use serenity::builder::CreateCommand;
use serenity::model::application::{CommandOptionType, InteractionContext};
use serenity::model::permissions::Permissions;

use super::app::App;
use super::invocation::Invocation;
use super::options::{Definer, Mistake, Options};
use super::reply::Reply;
use crate::texts::key;

pub use erase::{erase, keep};
pub use wanted::{AUTO, Wanted};

/// A command of `/settings`.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `/settings show`.
    Show,
    /// `/settings set`.
    Set(Box<Wanted>),
    /// `/settings erase`.
    Erase,
}

impl Command {
    /// The subcommand `name` with its options.
    pub fn decode(name: &str, options: &Options<'_>) -> Result<Self, Mistake> {
        match name {
            "show" => Ok(Self::Show),
            "set" => Wanted::decode(options).map(|wanted| Self::Set(Box::new(wanted))),
            "erase" => Ok(Self::Erase),
            _ => Err(Mistake::Unknown),
        }
    }
}

/// The definition of `/settings`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let subcommand = |name, description| definer.option(CommandOptionType::SubCommand, name, description);
    let command = CreateCommand::new("settings")
        .description(definer.english(key("define-settings-group")))
        .default_member_permissions(Permissions::MANAGE_GUILD)
        .contexts(vec![InteractionContext::Guild])
        .add_option(subcommand("show", key("define-settings-show")))
        .add_option(wanted::define(subcommand("set", key("define-settings-set")), definer))
        .add_option(subcommand("erase", key("define-settings-erase")));
    definer
        .others(key("define-settings-group"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Executes a command of `/settings`.
pub async fn execute(app: &App, invocation: &Invocation, command: &Command) -> Reply {
    let Some(guild) = invocation.asker.guild else {
        return Reply::private(app.words(&invocation.locale).say(key("settings-servers-only")));
    };
    match command {
        Command::Show => show::show(app, invocation, guild),
        Command::Set(wanted) => set::set(app, invocation, guild, wanted).await,
        Command::Erase => erase::ask(app, invocation, guild).await,
    }
}
