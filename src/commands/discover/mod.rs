//! `/discover`: Spaces that nobody asked for by name.

mod following;

use serenity::builder::CreateCommand;
use serenity::model::application::{CommandOptionType, InteractionContext};

use super::app::App;
use super::invocation::Invocation;
use super::options::{Definer, Mistake};
use super::reply::Reply;
use crate::texts::key;

pub use following::{read, turn};

/// A command of `/discover`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `/discover following`.
    Following,
}

impl Command {
    /// The subcommand `name`.
    pub fn decode(name: &str) -> Result<Self, Mistake> {
        match name {
            "following" => Ok(Self::Following),
            _ => Err(Mistake::Unknown),
        }
    }
}

/// The definition of `/discover`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let following =
        definer.option(CommandOptionType::SubCommand, "following", key("define-discover-following"));
    let command = CreateCommand::new("discover")
        .description(definer.english(key("define-discover-group")))
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
        .add_option(following);
    definer
        .others(key("define-discover-group"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Executes a command of `/discover`.
pub async fn execute(app: &App, invocation: &Invocation, command: Command) -> Reply {
    match command {
        Command::Following => following::first(app, invocation).await,
    }
}
