//! `/discover`: Spaces that nobody asked for by name.

mod following;
pub mod now;

use serenity::builder::CreateCommand;
use serenity::model::application::{CommandOptionType, InteractionContext};

use super::app::App;
use super::invocation::Invocation;
use super::options::{Definer, Mistake, Options};
use super::reply::Reply;
use super::space::{self, Question};
use crate::domain::filter::Language;
use crate::texts::key;

pub use following::{read, turn};

/// A command of `/discover`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/discover now`.
    Now {
        /// In which language; one of unknown language passes.
        language: Option<Language>,
    },
    /// `/discover following`.
    Following,
}

impl Command {
    /// The subcommand `name` with its options.
    pub fn decode(name: &str, options: &Options<'_>) -> Result<Self, Mistake> {
        match name {
            "now" => Ok(Self::Now { language: options.language()? }),
            "following" => Ok(Self::Following),
            _ => Err(Mistake::Unknown),
        }
    }
}

/// The definition of `/discover`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let now = definer
        .option(CommandOptionType::SubCommand, "now", key("define-discover-now"))
        .add_sub_option(definer.completed("language", key("define-language")));
    let following =
        definer.option(CommandOptionType::SubCommand, "following", key("define-discover-following"));
    let command = CreateCommand::new("discover")
        .description(definer.english(key("define-discover-group")))
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
        .add_option(now)
        .add_option(following);
    definer
        .others(key("define-discover-group"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Executes a command of `/discover`.
pub async fn execute(app: &App, invocation: &Invocation, command: Command) -> Reply {
    match command {
        Command::Now { language } => space::listed(app, invocation, Question::Live(language), true).await,
        Command::Following => following::first(app, invocation).await,
    }
}
