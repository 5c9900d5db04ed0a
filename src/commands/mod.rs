//! Commands: what people type, decoded into values, executed against the application, answered by a [`Reply`].
//!
//! Owns what each command means. It must not know how a command came or how its reply goes back: that is
//! `discord::interactions`'. A file a group holds its definition, its decoding and its execution.

pub mod account;
pub mod agenda;
pub mod answers;
pub mod app;
pub mod complete;
pub mod directory;
pub mod discover;
pub mod easel;
pub mod finds;
pub mod follow;
pub mod help;
pub mod invocation;
mod linked;
pub mod lookup;
pub mod operators;
pub mod options;
pub mod press;
pub mod quota;
pub mod recent;
pub mod remembered;
pub mod reply;
pub mod settings;
pub mod shared_posts;
pub mod sorry;
pub mod space;
pub mod status;
pub mod why;
pub mod words;

use serenity::builder::CreateCommand;

pub use app::App;
pub use invocation::{Asker, Command, Invocation, Request};
pub use reply::Reply;

use crate::domain::ids::UserId;
use crate::texts::{Texts, key};
use options::Definer;
use press::{Deed, NeverHost, Press, RemindMe};
use tracing::error;

/// The definitions of all commands.
#[must_use]
pub fn definitions(texts: &Texts) -> Vec<CreateCommand> {
    let definer = Definer(texts);
    vec![
        space::definition(definer),
        follow::definition(definer),
        discover::definition(definer),
        account::definition(definer),
        settings::definition(definer),
        agenda::definition(definer),
        status::definition(definer),
        why::definition(definer),
        help::definition(definer),
        space::menu_definition(),
    ]
}

/// Executes a command or the press of a button.
pub async fn execute(app: &App, invocation: &Invocation) -> Reply {
    if let (Some(guild), Some(locale)) = (invocation.asker.guild, &invocation.guild_locale)
        && let Err(error) = app.guilds.heard(guild, locale).await
    {
        error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the language of server {guild} wasn't kept");
    }
    hear_of_channel(app, invocation).await;
    let reply = answer(app, invocation).await;
    tell_of_channels(app, invocation, reply).await
}

/// A command in a channel that took no posts tells whether it takes some now.
async fn hear_of_channel(app: &App, invocation: &Invocation) {
    let takes = follow::lacking(invocation.app_permissions, invocation.here.is_thread());
    let takes = matches!(takes, None | Some(follow::Need::EmbedLinks));
    if let Some(guild) = invocation.asker.guild
        && takes
        && app.follows.dead(invocation.channel()).is_some()
        && let Err(error) = app.follows.look_soon(guild, app.clock.now(), false).await
    {
        error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the channels of server {guild} aren't looked at yet");
    }
}

/// Tells whoever can mend it of channels that take no posts, once, where nobody in the server was told yet.
async fn tell_of_channels(app: &App, invocation: &Invocation, reply: Reply) -> Reply {
    let Some(guild) = invocation.asker.guild else { return reply };
    if !(reply.private && invocation.manages_server() && app.follows.any_dead(guild)) {
        return reply;
    }
    match follow::claim(&app.follows, &app.store, guild, 1, app.clock.now()).await {
        Ok(dead) if dead.is_empty() => reply,
        Ok(dead) => {
            let words = app.words(&invocation.locale);
            let told = follow::told(&dead, &app.directory.mention("follow resume"), words);
            let content = [reply.content, told].into_iter().filter(|text| !text.is_empty());
            Reply { content: content.collect::<Vec<_>>().join("\n\n"), ..reply }
        }
        Err(error) => {
            error!(guild.id = %guild, error = &error as &dyn std::error::Error, "the people of server {guild} weren't told of a channel");
            reply
        }
    }
}

async fn answer(app: &App, invocation: &Invocation) -> Reply {
    let words = app.words(&invocation.locale);
    match &invocation.request {
        Request::Command(Command::Space(command)) => space::execute(app, invocation, command.clone()).await,
        Request::Command(Command::Follow(command)) => follow::execute(app, invocation, command.clone()).await,
        Request::Command(Command::Agenda(agenda)) => agenda::execute(app, invocation, *agenda).await,
        Request::Command(Command::Settings(command)) => settings::execute(app, invocation, command).await,
        Request::Command(Command::Why(space)) => why::execute(app, invocation, *space, 0).await,
        Request::Command(Command::Account(command)) => account::execute(app, invocation, *command).await,
        Request::Command(Command::Discover(command)) => {
            discover::execute(app, invocation, command.clone()).await
        }
        Request::Filled(press, typed) => filled(app, invocation, *press, typed).await,
        Request::Command(Command::Help) => help::execute(app, invocation),
        Request::Command(Command::Status) => status::execute(app, invocation).await,
        Request::Command(Command::ShowLinked(spaces)) => space::show_linked(app, invocation, spaces).await,
        Request::Press(press) => pressed(app, invocation, *press).await,
        Request::RemindMe(RemindMe(space)) => space::remind(app, invocation, *space, None).await,
        Request::NeverHost(NeverHost(host)) => never_host(app, invocation, *host).await,
        Request::Mistaken(mistake) => Reply::private(mistake.explain(words)),
        Request::UnknownPress => Reply::private(words.say(key("press-unknown"))),
    }
}

/// Keeps the host of a keyword post out of such posts, if whoever pressed may say so.
async fn never_host(app: &App, invocation: &Invocation, host: UserId) -> Reply {
    let words = app.words(&invocation.locale);
    match invocation.asker.guild {
        None => Reply::private(words.say(key("follow-servers-only"))),
        Some(_) if !invocation.manages_server() => Reply::private(words.say(key("press-never-host"))),
        Some(guild) => follow::never_host(app, invocation, guild, host).await,
    }
}

/// Does what a form was opened for, with what was typed.
async fn filled(app: &App, invocation: &Invocation, press: Press, typed: &str) -> Reply {
    match press.deed {
        Deed::EnterCode => account::enter(app, invocation, typed).await,
        _ => Reply::private(app.words(&invocation.locale).say(key("press-unknown"))),
    }
}

/// Does what a button says, if whoever pressed it may.
async fn pressed(app: &App, invocation: &Invocation, press: Press) -> Reply {
    let words = app.words(&invocation.locale);
    let manages = invocation.manages_server();
    if press.by != invocation.asker.user && !manages && !press.deed.is_for_all() {
        return Reply::private(words.say(key("press-not-yours")));
    }
    let guild = invocation.asker.guild;
    match (press.deed, guild) {
        (Deed::Speakers(space), _) => space::speakers(app, invocation, space).await,
        (Deed::Remind(space), _) => space::remind(app, invocation, space, None).await,
        (Deed::ForgetReminder(space), _) => space::forget_reminder(app, invocation, space).await,
        (Deed::Share(space), _) => space::share(app, invocation, space).await,
        (Deed::ShareInsights(space), _) => {
            space::insights::share(app, invocation, space::insights::Of::Space(space)).await
        }
        (Deed::ShareHostInsights(user), _) => {
            space::insights::share(app, invocation, space::insights::Of::Account(user)).await
        }
        (Deed::Open(space), _) => space::open(app, invocation, space).await,
        (Deed::Page { list, page }, _) => space::turn(app, invocation, press, list, page).await,
        (Deed::EnterCode, _) => account::form(app, invocation),
        (Deed::KeepSamples(keep), _) => account::keep_samples(app, invocation, keep).await,
        (Deed::Buyers { space, page }, _) => space::buyers(app, invocation, space, page, true).await,
        (Deed::Following { page }, _) => discover::turn(app, invocation, page).await,
        (Deed::ReadFollowing, _) => discover::read(app, invocation).await,
        (Deed::ShareList { list, page }, _) => space::share_list(app, invocation, list, page).await,
        // Whoever may run /space show may not run /follow for that.
        (Deed::FollowHost(_), _) if !manages => Reply::private(words.say(key("press-manage-server"))),
        (Deed::FollowHost(user), Some(guild)) => {
            // The button says "here", whatever the server's channel is.
            let wish = follow::Wish { channel: Some(invocation.here), ..follow::Wish::default() };
            follow::host(app, invocation, guild, follow::Host::Account(user), wish).await
        }
        (Deed::UndoBlock(_), _) if !manages => Reply::private(words.say(key("press-never-host"))),
        (Deed::UndoBlock(host), Some(guild)) => follow::undo_never(app, guild, host, words).await,
        (Deed::UndoAdd(id), Some(guild)) => follow::undo_add(app, invocation, guild, id).await,
        (Deed::UndoRemove(id), Some(guild)) => follow::undo_remove(app, invocation, guild, id).await,
        (Deed::PostNow { follow, space }, Some(guild)) => {
            follow::post_now(app, invocation, guild, follow, space).await
        }
        (Deed::Import(number), Some(guild)) => follow::import(app, invocation, guild, number).await,
        (Deed::DropImport(number), Some(guild)) => follow::drop_import(app, invocation, guild, number).await,
        (Deed::KeepKeyword(number), Some(guild)) => {
            follow::keep_keyword(app, invocation, guild, number).await
        }
        (Deed::DropKeyword(number), Some(guild)) => {
            follow::drop_keyword(app, invocation, guild, number).await
        }
        (Deed::Why { space, page }, Some(_)) => why::execute(app, invocation, space, page).await,
        (Deed::List { channel, page }, Some(guild)) => follow::page(app, invocation, guild, channel, page),
        (Deed::EraseServer(number), Some(guild)) => settings::erase(app, invocation, guild, number).await,
        (Deed::KeepServer(number), Some(guild)) => settings::keep(app, invocation, guild, number).await,
        (_, None) => Reply::private(words.say(key("follow-servers-only"))),
    }
}
