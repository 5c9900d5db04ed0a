//! `/settings set`: changes settings, and says what of them can't work yet.

use serenity::model::permissions::Permissions;

use super::show;
use super::wanted::Wanted;
use crate::commands::app::App;
use crate::commands::follow;
use crate::commands::invocation::Invocation;
use crate::commands::reply::Reply;
use crate::commands::sorry;
use crate::domain::ids::GuildId;
use crate::texts::key;

/// Changes what is wanted, all of it or, where something can't be, nothing.
pub(super) async fn set(app: &App, invocation: &Invocation, guild: GuildId, wanted: &Wanted) -> Reply {
    let words = app.words(&invocation.locale);
    let mut warnings = Vec::new();
    let is_set = app.guilds.settings(guild).channel;
    if let Some(channel) = wanted.channel.filter(|channel| Some(channel.id) != is_set) {
        match follow::check(app, invocation, guild, Some(channel), None).await {
            Ok(checked) => warnings.extend(checked.warnings),
            Err(sentence) => return Reply::private(sentence),
        }
    }
    // The server's own permission; no channel of text can deny it.
    let creates = Permissions::CREATE_EVENTS | Permissions::ADMINISTRATOR;
    if wanted.events == Some(true) && !invocation.app_permissions.intersects(creates) {
        warnings.push(words.say(key("settings-cannot-create-events")));
    }
    let settings = match app.guilds.set(guild, |settings| wanted.apply(settings)).await {
        Ok(settings) => settings,
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    // What waits for the end of quiet hours may have to wait longer, or no more.
    app.watch.ring();
    let card = show::changed(&settings, app.guilds.locale(guild), wanted, app.clock.now(), words);
    Reply { cards: vec![card], ..Reply::private(warnings.join("\n")) }
}
