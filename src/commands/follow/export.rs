//! `/follow export`: the server's follows as a file, for the asker alone.

use crate::commands::app::App;
use crate::commands::reply::{File, Reply};
use crate::commands::words::Words;
use crate::domain::ids::GuildId;
use crate::domain::roster::{self, Entry};
use crate::texts::{Arg, key};

/// Exports.
pub(super) fn export(app: &App, guild: GuildId, words: Words<'_>) -> Reply {
    let follows = app.follows.of_guild(guild);
    if follows.is_empty() {
        let example = ("command", Arg::from(app.directory.mention("follow host")));
        return Reply::private(words.with(key("list-empty"), &[example]));
    }
    let entries: Vec<Entry> = follows.iter().map(|follow| Entry::of(follow)).collect();
    let file = File {
        name: format!("spacebell-follows-{guild}.json"),
        bytes: roster::encode(guild, &entries).into_bytes(),
        described: None,
    };
    let count = [("count", Arg::from(entries.len()))];
    Reply::private(words.with(key("export-done"), &count)).with_file(file)
}
