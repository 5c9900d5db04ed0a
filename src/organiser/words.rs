//! What people read of an event, in their server's language.

use crate::commands::App;
use crate::commands::words::Words as Say;
use crate::domain::ids::GuildId;
use crate::domain::known::Known;
use crate::domain::scheduled_event::Words;
use crate::domain::text;
use crate::texts::{Arg, key};

/// The longest name. Source: Discord's documentation, "Guild Scheduled Event".
const NAME_MAX: usize = 100;
/// The longest description. Source: as above.
const DESCRIPTION_MAX: usize = 1_000;
/// Room for a host's name, in UTF-16 units.
const HOST_MAX: usize = 80;

/// The words of a Space's event in this server.
pub(super) fn of(app: &App, guild: GuildId, known: &Known) -> Words {
    let say = Say { texts: &app.texts, locale: app.guilds.locale(guild) };
    let space = &known.space;
    let name = space.title.as_deref().and_then(|title| text::plain(title, NAME_MAX));
    let host = space.creator.and_then(|id| app.x.users().get(id)).map(|known| known.user);
    let url = Arg::from(space.id.url());
    let description = match host {
        Some(host) => {
            let handle = crate::card::handle(&host.username);
            let host = match text::marked_down(&host.name, HOST_MAX) {
                Some(name) => format!("{name} ({handle})"),
                None => handle,
            };
            say.with(key("event-description"), &[("host", Arg::from(host)), ("url", url)])
        }
        None => say.with(key("event-description-unnamed"), &[("url", url)]),
    };
    Words {
        name: name.unwrap_or_else(|| say.say(key("general-untitled"))),
        description: text::cut(&description, DESCRIPTION_MAX),
    }
}
