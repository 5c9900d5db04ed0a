//! `/follow`: what this server's channels hear of.

mod add;
mod block;
mod dead;
mod edit;
mod export;
mod filter;
mod import;
mod keyword;
mod list;
mod now;
mod pause;
mod remove;
mod target;
mod test;
mod weigh;

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandOptionType, InteractionContext};
use serenity::model::permissions::Permissions;
use tracing::error;

use super::app::App;
use super::invocation::Invocation;
use super::options::{Attached, Chosen, ChosenRole, Definer, Mistake, Options};
use super::reply::Reply;
use super::words::Words;
use crate::card;
use crate::domain::filter::Filter;
use crate::domain::follow::{Follow, Target, When};
use crate::domain::ids::{FollowId, GuildId, UserId, Username};
use crate::domain::keyword::Phrase;
use crate::domain::text;
use crate::texts::{Arg, key};

pub use add::{Host, host};
pub use block::{never_host, undo_never};
pub use dead::{claim, not_told, told};
pub use edit::Edit;
pub use import::{drop_import, import};
pub use keyword::{Estimate, drop_keyword, keep_keyword};
pub use list::{page, search_rests};
pub use now::{line as space_line, post_now};
pub use remove::{undo_add, undo_remove};
pub use target::{Checked, Need, check, lacking};
pub(super) use weigh::account;

/// Room for a keyword in a sentence.
const KEYWORD_MAX: usize = 120;

/// A command of `/follow`.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `/follow host`.
    Host {
        /// The account.
        host: Username,
        /// Where, what and whom.
        wish: Wish,
    },
    /// `/follow keyword`.
    Keyword {
        /// The phrase.
        phrase: Phrase,
        /// Where, what and whom.
        wish: Wish,
    },
    /// `/follow list`.
    List {
        /// This channel's alone.
        channel: Option<Chosen>,
    },
    /// `/follow edit`.
    Edit {
        /// Which.
        follow: FollowId,
        /// What is to be different.
        edit: Edit,
    },
    /// `/follow remove`.
    Remove {
        /// Which.
        follow: FollowId,
    },
    /// `/follow pause`.
    Pause {
        /// Which.
        which: Which,
    },
    /// `/follow resume`.
    Resume {
        /// Which.
        which: Which,
    },
    /// `/follow block` without anything to block: the list.
    Blocks,
    /// `/follow block`.
    Block {
        /// What.
        what: Blocked,
        /// Whether it is to be taken off the list.
        remove: bool,
    },
    /// `/follow export`.
    Export,
    /// `/follow import`.
    Import {
        /// The file.
        file: Attached,
    },
    /// `/follow test`.
    Test {
        /// Where; by default the server's own channel, else here.
        channel: Option<Chosen>,
    },
}

/// Which follows are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of the server's.
    All,
    /// This one.
    One(FollowId),
}

/// Where a follow posts, which posts it wants, of which Spaces, and whom it pings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// The channel; by default the server's own, else here.
    pub channel: Option<Chosen>,
    /// The role, if any.
    pub role: Option<ChosenRole>,
    /// Which posts.
    pub when: When,
    /// Which Spaces.
    pub filter: Filter,
}

/// What is to be blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// An account's Spaces.
    Host(Username),
    /// Titles that hold this.
    Word(Phrase),
}

impl Command {
    /// The subcommand `name` with its options.
    pub fn decode(name: &str, options: &Options<'_>) -> Result<Self, Mistake> {
        match name {
            "host" => {
                let host = options.host()?.ok_or(Mistake::Host(crate::domain::input::BadHost::Empty))?;
                Ok(Self::Host { host, wish: wish(options)? })
            }
            "keyword" => {
                let empty = Mistake::Phrase(crate::domain::keyword::BadPhrase::Empty);
                Ok(Self::Keyword { phrase: options.phrase("keyword")?.ok_or(empty)?, wish: wish(options)? })
            }
            "list" => Ok(Self::List { channel: options.channel()? }),
            "edit" => Ok(Self::Edit { follow: options.follow()?, edit: Edit::decode(options)? }),
            "remove" => Ok(Self::Remove { follow: options.follow()? }),
            "pause" => Ok(Self::Pause { which: options.follows()? }),
            "resume" => Ok(Self::Resume { which: options.follows()? }),
            "block" => {
                let remove = options.flag("remove", false)?;
                match (options.host()?, options.phrase("word")?) {
                    (Some(_), Some(_)) => Err(Mistake::BlockBoth),
                    (Some(host), None) => Ok(Self::Block { what: Blocked::Host(host), remove }),
                    (None, Some(word)) => Ok(Self::Block { what: Blocked::Word(word), remove }),
                    (None, None) if remove => Err(Mistake::UnblockNothing),
                    (None, None) => Ok(Self::Blocks),
                }
            }
            "export" => Ok(Self::Export),
            "import" => Ok(Self::Import { file: options.file()? }),
            "test" => Ok(Self::Test { channel: options.channel()? }),
            _ => Err(Mistake::Unknown),
        }
    }
}

fn wish(options: &Options<'_>) -> Result<Wish, Mistake> {
    let wish = Wish {
        channel: options.channel()?,
        role: options.role()?,
        when: options.when()?.unwrap_or_default(),
        filter: filter::decode(options)?.onto(Filter::default()),
    };
    if wish.filter.never_posts(wish.when) { Err(Mistake::NobodyBefore) } else { Ok(wish) }
}

/// The definition of `/follow`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let subcommand = |name, description| definer.option(CommandOptionType::SubCommand, name, description);
    let text = |name, description| definer.option(CommandOptionType::String, name, description);
    let wishes = |subcommand: CreateCommandOption| {
        subcommand
            .add_sub_option(definer.channel(key("define-channel")))
            .add_sub_option(definer.when(key("define-when")))
            .add_sub_option(definer.option(CommandOptionType::Role, "role", key("define-role")))
    };
    let command = CreateCommand::new("follow")
        .description(definer.english(key("define-follow-group")))
        .default_member_permissions(Permissions::MANAGE_GUILD)
        .contexts(vec![InteractionContext::Guild])
        .add_option(filter::options(
            definer,
            key("define-tickets"),
            wishes(
                subcommand("host", key("define-follow-host"))
                    .add_sub_option(definer.completed("host", key("define-host")).required(true)),
            ),
        ))
        .add_option(filter::options(
            definer,
            key("define-tickets"),
            wishes(
                subcommand("keyword", key("define-follow-keyword"))
                    .add_sub_option(text("keyword", key("define-keyword")).required(true)),
            ),
        ))
        .add_option(
            subcommand("list", key("define-follow-list"))
                .add_sub_option(definer.channel(key("define-list-channel"))),
        )
        .add_option(
            filter::options(
                definer,
                key("define-edit-tickets"),
                subcommand("edit", key("define-follow-edit"))
                    .add_sub_option(definer.completed("follow", key("define-follow")).required(true))
                    .add_sub_option(definer.channel(key("define-edit-channel")))
                    .add_sub_option(definer.when(key("define-edit-when")))
                    .add_sub_option(definer.option(CommandOptionType::Role, "role", key("define-role"))),
            )
            .add_sub_option(edit::clear_option(definer)),
        )
        .add_option(
            subcommand("remove", key("define-follow-remove"))
                .add_sub_option(definer.completed("follow", key("define-follow")).required(true)),
        )
        .add_option(
            subcommand("pause", key("define-follow-pause"))
                .add_sub_option(definer.completed("follow", key("define-follows")).required(true)),
        )
        .add_option(
            subcommand("resume", key("define-follow-resume"))
                .add_sub_option(definer.completed("follow", key("define-follows")).required(true)),
        )
        .add_option(
            subcommand("block", key("define-follow-block"))
                .add_sub_option(definer.completed("host", key("define-block-host")))
                .add_sub_option(text("word", key("define-block-word")))
                .add_sub_option(definer.option(
                    CommandOptionType::Boolean,
                    "remove",
                    key("define-block-remove"),
                )),
        )
        .add_option(subcommand("export", key("define-follow-export")))
        .add_option(subcommand("import", key("define-follow-import")).add_sub_option(
            definer.option(CommandOptionType::Attachment, "file", key("define-import-file")).required(true),
        ))
        .add_option(
            subcommand("test", key("define-follow-test"))
                .add_sub_option(definer.channel(key("define-test-channel"))),
        );
    definer
        .others(key("define-follow-group"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Executes a command of `/follow`.
pub async fn execute(app: &App, invocation: &Invocation, command: Command) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(guild) = invocation.asker.guild else {
        return Reply::private(words.say(key("follow-servers-only")));
    };
    match command {
        Command::Host { host, wish } => add::host(app, invocation, guild, Host::Named(host), wish).await,
        Command::Keyword { phrase, wish } => keyword::keyword(app, invocation, guild, &phrase, wish).await,
        Command::List { channel } => list::page(app, invocation, guild, channel.map(|channel| channel.id), 0),
        Command::Edit { follow, edit } => edit::edit(app, invocation, guild, follow, edit).await,
        Command::Remove { follow } => remove::remove(app, invocation, guild, follow).await,
        Command::Pause { which } => pause::pause(app, guild, which, words).await,
        Command::Resume { which } => pause::resume(app, guild, which, words).await,
        Command::Blocks => block::list(app, guild, words),
        Command::Block { what, remove: false } => block::add(app, invocation, guild, what).await,
        Command::Block { what, remove: true } => block::remove(app, guild, &what, words).await,
        Command::Export => export::export(app, guild, words),
        Command::Import { file } => import::show(app, invocation, guild, &file).await,
        Command::Test { channel } => test::test(app, invocation, guild, channel).await,
    }
}

/// Whether a follow is of this host.
#[must_use]
pub fn is_of_host(follow: &Follow, host: UserId) -> bool {
    matches!(&follow.target, Target::Host { user, .. } if *user == host)
}

/// What a follow looks for, in words for where Markdown is read.
#[must_use]
pub fn target_words(target: &Target, words: Words<'_>) -> String {
    match target {
        Target::Host { username, .. } => card::linked_handle(username),
        Target::Keyword(typed) => {
            let keyword = text::marked_down(typed, KEYWORD_MAX).unwrap_or_default();
            words.with(key("follow-of-keyword"), &[("keyword", Arg::from(keyword))])
        }
    }
}

/// Has the watcher judge what new and edited follows wait for. They are kept whatever comes of it: what isn't judged now
/// is at the next look.
async fn settle_in(app: &App, follows: &[FollowId]) {
    if let Err(error) = app.watch.settle_in(follows).await {
        error!(error = &error as &dyn std::error::Error, "what new follows wait for wasn't kept");
    }
}

/// The follow with this id, if it is this server's.
fn own(app: &App, guild: GuildId, id: FollowId) -> Option<std::sync::Arc<Follow>> {
    app.follows.get_in(guild, id)
}
