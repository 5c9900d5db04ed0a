//! `/follow import`: follows from a file, shown before they are kept.
//!
//! What would be new is kept in the store for an hour, so that the buttons work after a restart; when one is pressed, all
//! is weighed again, since much may have changed. Names that nobody knows are asked of X only then, a hundred at once:
//! what that costs was said before.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::weigh::{Refusal, Weighed, account, folded, weigh};
use crate::card;
use crate::commands::app::{App, Failure, Survey, Unread, Unseen};
use crate::commands::invocation::Invocation;
use crate::commands::options::Attached;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::follow::Target;
use crate::domain::ids::{ChannelId, GuildId, UserId, Username};
use crate::domain::roster::{self, BYTES_MAX, BadRoster, Entry, Wanted};
use crate::domain::text;
use crate::follows::AddError;
use crate::store::{Imported, NewFollow, StoreError};
use crate::texts::{Arg, Key, key};
use crate::x::Kind;

/// How long an import can be confirmed.
const CONFIRMED_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// Names that X takes at once.
const NAMES_AT_ONCE: usize = 100;
/// Refused entries that are listed.
const LISTED_MAX: usize = 8;
/// Room for a keyword in the list.
const KEYWORD_MAX: usize = 40;

/// Reads the file and shows what it would change.
pub(super) async fn show(app: &App, invocation: &Invocation, guild: GuildId, file: &Attached) -> Reply {
    let words = app.words(&invocation.locale);
    let entries = match read(app, file, words).await {
        Ok(entries) => entries,
        Err(sentence) => return Reply::private(sentence),
    };
    if entries.is_empty() {
        return Reply::private(words.say(key("import-empty")));
    }
    let Ok(survey) = survey(app, invocation, guild, &entries).await else {
        return Reply::private(words.say(key("sorry-discord")));
    };
    let weighed = weigh(app, guild, entries, &survey);
    let mut lines = vec![counted(key("import-shown"), &weighed, words)];
    lines.extend(refused(&weighed.refused, key("import-refused"), words));
    if weighed.new.is_empty() {
        lines.push(words.say(key("import-nothing-new")));
        return Reply::private(lines.join("\n"));
    }
    if !weighed.unknown.is_empty() {
        let price = app.x.spending().price(Kind::User).times(weighed.unknown.len());
        let values = [("count", Arg::from(weighed.unknown.len())), ("cost", Arg::from(price.to_string()))];
        lines.push(words.with(key("import-unknown-names"), &values));
    }
    let plan = roster::encode(guild, &weighed.new);
    let by = invocation.asker.user;
    let number = match app.store.keep_import(guild, by, &plan, app.clock.now()).await {
        Ok(number) => number,
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let button = |label: Key, style, deed| Button::press(words.say(label), style, Press { by, deed });
    Reply::private(lines.join("\n")).with_row(vec![
        button(key("button-import"), Style::Primary, Deed::Import(number)),
        button(key("button-drop-import"), Style::Secondary, Deed::DropImport(number)),
    ])
}

/// Imports, at the press of the button, if whoever presses asked or has Manage Server.
pub async fn import(app: &App, invocation: &Invocation, guild: GuildId, number: i64) -> Reply {
    let words = app.words(&invocation.locale);
    let entries = match planned(app, invocation, guild, number).await {
        Ok(Some(entries)) => entries,
        Ok(None) => return too_late(words),
        Err(error) => return Reply::private(sorry::store(&error, words)),
    };
    let Ok(survey) = survey(app, invocation, guild, &entries).await else {
        return Reply::private(words.say(key("sorry-discord")));
    };
    let mut weighed = weigh(app, guild, entries, &survey);
    let names = match look_up(app, invocation, &weighed.unknown).await {
        Ok(names) => names,
        Err(failure) => {
            let why = ("why", Arg::from(sorry::failure(&failure, words)));
            return Reply::private(words.with(key("import-not-looked-up"), &[why]));
        }
    };
    let mut imported = Vec::new();
    for (number, entry) in (1..).zip(std::mem::take(&mut weighed.new)) {
        match ready(app, invocation, guild, &entry, &names) {
            Some(new) => imported.push(Imported { new, paused: entry.paused }),
            None => weighed.refused.push((number, entry, Refusal::Nobody)),
        }
    }
    let kept = match app.follows.add_all(guild, imported, Some(number)).await {
        Ok(Some(kept)) => kept,
        Ok(None) => return too_late(words),
        Err(AddError::Store(error)) => return Reply::private(sorry::store(&error, words)),
        Err(full) => return Reply::private(sorry::add(&full, words)),
    };
    let ids: Vec<_> = kept.iter().map(|follow| follow.id).collect();
    super::settle_in(app, &ids).await;
    let list = ("list", Arg::from(app.directory.mention("follow list")));
    let mut lines = vec![words.with(key("import-done"), &[("count", Arg::from(kept.len())), list])];
    // By now their numbers aren't those of the file.
    lines.extend(refused(&weighed.refused, key("import-left-out"), words));
    Reply::private(lines.join("\n")).in_place()
}

/// Imports nothing, at the press of the other button.
pub async fn drop_import(app: &App, invocation: &Invocation, guild: GuildId, number: i64) -> Reply {
    let words = app.words(&invocation.locale);
    forget(app, invocation, guild, number, words.say(key("import-dropped")), too_late(words)).await
}

/// Forgets what waits under this number, if whoever presses may, and says that it is `dropped`; `too_late` if nothing is there.
pub(super) async fn forget(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    number: i64,
    dropped: String,
    too_late: Reply,
) -> Reply {
    let sorry = |error: &StoreError| Reply::private(sorry::store(error, app.words(&invocation.locale)));
    match planned(app, invocation, guild, number).await {
        Ok(Some(_)) => {}
        Ok(None) => return too_late,
        Err(error) => return sorry(&error),
    }
    match app.store.forget_import(guild, number).await {
        Ok(()) => Reply::private(dropped).in_place(),
        Err(error) => sorry(&error),
    }
}

/// The follows in the file; the sentence for what is wrong with it otherwise.
async fn read(app: &App, file: &Attached, words: Words<'_>) -> Result<Vec<Entry>, String> {
    let bytes = if usize::try_from(file.size_bytes).is_ok_and(|size| size <= BYTES_MAX) {
        app.server.file(&file.url, BYTES_MAX).await
    } else {
        Err(Unread::TooLarge)
    };
    let bytes = bytes.map_err(|unread| match unread {
        Unread::TooLarge => words.explain(&BadRoster::TooLarge),
        Unread::Elsewhere | Unread::Unavailable => words.say(key("import-unread")),
    })?;
    roster::decode(&bytes).map_err(|bad| words.explain(&bad))
}

/// What the server is like, as far as these follows need it.
pub(super) async fn survey(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    entries: &[Entry],
) -> Result<Survey, Unseen> {
    let mut named: Vec<ChannelId> = entries.iter().map(|entry| entry.channel).collect();
    named.sort_unstable();
    named.dedup();
    app.server.survey(guild, invocation.asker.user, &named).await
}

/// What the import with this number holds, if it is young enough and whoever presses may have it.
pub(super) async fn planned(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    number: i64,
) -> Result<Option<Vec<Entry>>, StoreError> {
    let since = app.clock.now().saturating_sub(CONFIRMED_WITHIN).unwrap_or_default();
    let Some((by, plan)) = app.store.import(guild, number, since).await? else { return Ok(None) };
    let may = by == invocation.asker.user || invocation.manages_server();
    // One that another version wrote is as good as none.
    Ok(roster::decode(plan.as_bytes()).ok().filter(|_| may))
}

/// Asks X whose these names are. Answers those that there are.
async fn look_up(
    app: &App,
    invocation: &Invocation,
    names: &[Username],
) -> Result<HashMap<String, (UserId, Username)>, Failure> {
    let mut known = HashMap::new();
    for some in names.chunks(NAMES_AT_ONCE) {
        let mut left = some.to_vec();
        while !left.is_empty() {
            let answer = app.x.users_by_usernames(&left, invocation.asker.cause()).await?;
            for user in answer.users {
                known.insert(user.username.folded(), (user.id, user.username));
            }
            // What there was no room for is asked again, and refused by the budget if there is none.
            let asked = left.len();
            left = answer.unasked;
            if left.len() == asked {
                break;
            }
        }
    }
    Ok(known)
}

/// The follow that an entry becomes; `None` where X has nobody of that name.
fn ready(
    app: &App,
    invocation: &Invocation,
    guild: GuildId,
    entry: &Entry,
    names: &HashMap<String, (UserId, Username)>,
) -> Option<NewFollow> {
    let (target, folded) = match &entry.wanted {
        Wanted::Host(name) => {
            let found = names.get(&name.folded()).copied();
            let (user, username) = found.or_else(|| account(app, name))?;
            (Target::Host { user, username }, String::new())
        }
        Wanted::Keyword(typed) => (Target::Keyword(typed.clone()), folded(typed)),
    };
    Some(NewFollow {
        guild,
        channel: entry.channel,
        target,
        folded,
        when: entry.when,
        filter: entry.filter.clone(),
        role: entry.role,
        made_by: invocation.asker.user,
        made_at: app.clock.now(),
    })
}

fn counted(sentence: Key, weighed: &Weighed, words: Words<'_>) -> String {
    words.with(
        sentence,
        &[
            ("new", Arg::from(weighed.new.len())),
            ("there", Arg::from(weighed.there)),
            ("refused", Arg::from(weighed.refused.len())),
        ],
    )
}

/// The refused ones, a line each, as many as there is room for.
fn refused(refused: &[(usize, Entry, Refusal)], sentence: Key, words: Words<'_>) -> Vec<String> {
    let line = |(number, entry, refusal): &(usize, Entry, Refusal)| {
        let what = match &entry.wanted {
            Wanted::Host(username) => card::linked_handle(username),
            Wanted::Keyword(typed) => {
                let keyword = text::marked_down(typed, KEYWORD_MAX).unwrap_or_default();
                words.with(key("follow-of-keyword"), &[("keyword", Arg::from(keyword))])
            }
        };
        words.with(
            sentence,
            &[
                ("number", Arg::from(*number)),
                ("what", Arg::from(what)),
                ("why", Arg::from(refusal.said(words))),
            ],
        )
    };
    let mut lines: Vec<String> = refused.iter().take(LISTED_MAX).map(line).collect();
    let others = refused.len().saturating_sub(LISTED_MAX);
    if others > 0 {
        lines.push(words.with(key("more-of-them"), &[("count", Arg::from(others))]));
    }
    lines
}

fn too_late(words: Words<'_>) -> Reply {
    Reply::private(words.say(key("import-too-late"))).in_place()
}
