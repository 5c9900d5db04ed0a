//! `/account`: linking one's own account on X, seeing it, and ending it. Always for the asker alone.

mod link;

use serenity::builder::CreateCommand;
use serenity::model::application::{CommandOptionType, InteractionContext};

use super::app::App;
use super::invocation::Invocation;
use super::linked;
use super::options::{Definer, Mistake};
use super::press::{Deed, Press};
use super::reply::{Button, Reply, Style};
use super::sorry;
use crate::card::relative;
use crate::linking::Shown;
use crate::texts::{Arg, key};

pub use link::{enter, form};

/// A command of `/account`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `/account link`.
    Link,
    /// `/account show`.
    Show,
    /// `/account unlink`.
    Unlink,
}

impl Command {
    /// The subcommand `name`.
    pub fn decode(name: &str) -> Result<Self, Mistake> {
        match name {
            "link" => Ok(Self::Link),
            "show" => Ok(Self::Show),
            "unlink" => Ok(Self::Unlink),
            _ => Err(Mistake::Unknown),
        }
    }
}

/// The definition of `/account`.
pub fn definition(definer: Definer<'_>) -> CreateCommand {
    let subcommand = |name, description| definer.option(CommandOptionType::SubCommand, name, description);
    let command = CreateCommand::new("account")
        .description(definer.english(key("define-account-group")))
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
        .add_option(subcommand("link", key("define-account-link")))
        .add_option(subcommand("show", key("define-account-show")))
        .add_option(subcommand("unlink", key("define-account-unlink")));
    definer
        .others(key("define-account-group"))
        .fold(command, |command, (code, text)| command.description_localized(code, text))
}

/// Executes a command of `/account`.
pub async fn execute(app: &App, invocation: &Invocation, command: Command) -> Reply {
    match command {
        Command::Link => link::begin(app, invocation).await,
        Command::Show => show(app, invocation).await,
        Command::Unlink => unlink(app, invocation).await,
    }
}

/// Keeps samples of the asker's own Spaces, or keeps none any more, at the press of a button.
pub async fn keep_samples(app: &App, invocation: &Invocation, keep: bool) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(linker) = &app.linker else { return linked::off(words) };
    match linker.set_keeps_insights(invocation.asker.user, keep).await {
        Ok(_) => show(app, invocation).await.in_place(),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}

async fn show(app: &App, invocation: &Invocation) -> Reply {
    let words = app.words(&invocation.locale);
    let Some(linker) = &app.linker else { return linked::off(words) };
    let user = invocation.asker.user;
    let shown = match linker.show(user).await {
        Ok(Some(shown)) => shown,
        Ok(None) => {
            return match linker.tell_ended(user).await {
                Ok(Some(by)) => Reply::private(linked::ended(app, by, words)),
                Ok(None) => Reply::private(linked::not_linked(app, words)),
                Err(error) => Reply::private(sorry::store(&error, words)),
            };
        }
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let Shown { username: Some(username), linked_at, keeps_insights } = shown else {
        return Reply::private(linked::unreadable(app, words));
    };
    let account = words.with(
        key("account-shown"),
        &[
            ("handle", Arg::from(crate::card::linked_handle(&username))),
            ("when", Arg::from(relative(linked_at))),
        ],
    );
    let (samples, button, style) = if keeps_insights {
        (key("account-samples-kept"), key("button-samples-off"), Style::Danger)
    } else {
        (key("account-samples-not-kept"), key("button-samples-on"), Style::Secondary)
    };
    let unlink = words.with(
        key("account-how-to-unlink"),
        &[("unlink", Arg::from(app.directory.mention("account unlink")))],
    );
    let press = Press { by: user, deed: Deed::KeepSamples(!keeps_insights) };
    Reply::private(format!("{account}\n{}\n{unlink}", words.say(samples))).with_row(vec![Button::press(
        words.say(button),
        style,
        press,
    )])
}

/// Ends the link, also where no new ones are made any more.
async fn unlink(app: &App, invocation: &Invocation) -> Reply {
    let words = app.words(&invocation.locale);
    let user = invocation.asker.user;
    let ended = match &app.linker {
        Some(linker) => linker.unlink(user).await,
        None => app.store.unlink(user, app.clock.now()).await,
    };
    match ended {
        Ok(true) => Reply::private(words.say(key("account-unlinked"))),
        Ok(false) => Reply::private(linked::not_linked(app, words)),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}
