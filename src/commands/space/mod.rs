//! `/space`: what is known of Spaces.

mod buyers;
mod by;
pub mod insights;
mod linked;
mod list;
mod page;
mod posts;
mod remind;
mod search;
mod show;

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandOptionType, InteractionContext};

use super::app::App;
use super::invocation::Invocation;
use super::options::{Definer, Mistake, Options};
use super::reply::Reply;
use crate::domain::filter::Tickets;
use crate::domain::ids::{SpaceId, Username};
use crate::domain::input::BadHosts;
use crate::domain::reminder::BEFORE_MAX;
use crate::texts::{Key, key};

pub use buyers::buyers;
pub use linked::{MENU_NAME, links_in, menu_definition, show_linked};
pub use list::{Question, first as listed, share as share_list, turn};
pub use remind::{forget as forget_reminder, remind};
pub use search::{QUERY_MAX_CHARS, Search, Sort, State, languages, sift, speaks};
pub use show::{open, share, speakers};

/// A command of `/space`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/space show`.
    Show {
        /// The Space.
        space: SpaceId,
        /// Whether the asker alone sees the card.
        private: bool,
    },
    /// `/space search`.
    Search {
        /// What for.
        search: Search,
        /// Whether the asker alone sees the list.
        private: bool,
    },
    /// `/space remind`.
    Remind {
        /// The Space.
        space: SpaceId,
        /// How long before its start, in minutes; the server's setting where it isn't said.
        before: Option<u16>,
    },
    /// `/space by`.
    By {
        /// Whose.
        hosts: Vec<Username>,
        /// Whether the asker alone sees the list.
        private: bool,
    },
    /// `/space posts`.
    Posts {
        /// The Space.
        space: SpaceId,
        /// Whether the asker alone sees the list.
        private: bool,
    },
    /// `/space insights`.
    Insights {
        /// Whose.
        of: insights::Of,
        /// Whether the asker alone sees them.
        private: bool,
    },
    /// `/space buyers`.
    Buyers(SpaceId),
}

impl Command {
    /// The subcommand `name` with its options.
    pub fn decode(name: &str, options: &Options<'_>) -> Result<Self, Mistake> {
        let private = options.flag("private", true)?;
        match name {
            "show" => Ok(Self::Show { space: options.space()?, private }),
            "remind" => {
                let before = options.integer("before", 0, BEFORE_MAX.into())?;
                let before = before.map(|before| u16::try_from(before).unwrap_or(BEFORE_MAX));
                Ok(Self::Remind { space: options.space()?, before })
            }
            "search" => Ok(Self::Search { search: Search::decode(options)?, private }),
            "by" => {
                let typed = options.text("hosts")?.ok_or(Mistake::Hosts(BadHosts::Empty))?;
                let hosts = crate::domain::input::hosts(typed).map_err(Mistake::Hosts)?;
                Ok(Self::By { hosts, private })
            }
            "posts" => Ok(Self::Posts { space: options.space()?, private }),
            "insights" => Ok(Self::Insights { of: insights::Of::decode(options)?, private }),
            "buyers" => Ok(Self::Buyers(options.space()?)),
            _ => Err(Mistake::Unknown),
        }
    }

    /// Whether the asker alone is to see the answer.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        match self {
            Self::Show { private, .. }
            | Self::Search { private, .. }
            | Self::By { private, .. }
            | Self::Posts { private, .. }
            | Self::Insights { private, .. } => *private,
            Self::Buyers(_) | Self::Remind { .. } => true,
        }
    }
}

/// The definition of `/space`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let subcommand = |name, description| definer.option(CommandOptionType::SubCommand, name, description);
    let text = |name, description: Key| definer.option(CommandOptionType::String, name, description);
    let show: CreateCommandOption = subcommand("show", key("define-space-show"))
        .add_sub_option(definer.completed("space", key("define-space")).required(true))
        .add_sub_option(definer.private());
    let query = text("query", key("define-query")).required(true).min_length(1).max_length(QUERY_MAX_CHARS);
    let search = subcommand("search", key("define-space-search"))
        .add_sub_option(query)
        .add_sub_option(definer.choice("state", key("define-state"), State::ALL.map(State::choice)))
        .add_sub_option(definer.choice("sort", key("define-sort"), Sort::ALL.map(Sort::choice)))
        .add_sub_option(definer.completed("language", key("define-language")))
        .add_sub_option(definer.choice("tickets", key("define-tickets"), Tickets::ALL.map(Tickets::choice)))
        .add_sub_option(definer.private());
    let by = subcommand("by", key("define-space-by"))
        .add_sub_option(definer.completed("hosts", key("define-hosts")).required(true))
        .add_sub_option(definer.private());
    let posts = subcommand("posts", key("define-space-posts"))
        .add_sub_option(definer.completed("space", key("define-space")).required(true))
        .add_sub_option(definer.private());
    let insights = subcommand("insights", key("define-space-insights"))
        .add_sub_option(definer.completed("space", key("define-space")))
        .add_sub_option(definer.completed("host", key("define-host")))
        .add_sub_option(definer.private());
    let buyers = subcommand("buyers", key("define-space-buyers"))
        .add_sub_option(definer.completed("space", key("define-space")).required(true));
    let before = definer.integer("before", key("define-before"), 0, BEFORE_MAX.into());
    let remind = subcommand("remind", key("define-space-remind"))
        .add_sub_option(definer.completed("space", key("define-space")).required(true))
        .add_sub_option(before);
    let command = CreateCommand::new("space")
        .description(definer.english(key("define-space-group")))
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
        .add_option(show)
        .add_option(search)
        .add_option(by)
        .add_option(posts)
        .add_option(insights)
        .add_option(buyers)
        .add_option(remind);
    definer
        .others(key("define-space-group"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Executes a command of `/space`.
pub async fn execute(app: &App, invocation: &Invocation, command: Command) -> Reply {
    // What others see may come only where the asker could say it too.
    let private = invocation.is_private();
    let reply = match command {
        Command::Show { space, .. } => show::show(app, invocation, space, private).await,
        Command::Search { search, .. } => {
            list::first(app, invocation, Question::Search(search), private).await
        }
        Command::Posts { space, .. } => list::first(app, invocation, Question::Posts(space), private).await,
        Command::Insights { of, .. } => insights::show(app, invocation, of, private).await,
        Command::Buyers(space) => buyers::buyers(app, invocation, space, 0, false).await,
        Command::Remind { space, before } => remind::remind(app, invocation, space, before).await,
        Command::By { hosts, .. } => list::first(app, invocation, Question::By(hosts), private).await,
    };
    if !(private && invocation.asks_to_share()) {
        return reply;
    }
    let refused = app.words(&invocation.locale).say(key("share-not-allowed"));
    let content = [refused, reply.content].into_iter().filter(|text| !text.is_empty());
    Reply { content: content.collect::<Vec<_>>().join("\n"), ..reply }
}
