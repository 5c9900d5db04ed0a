//! `/follow block`: what this server doesn't want in keyword posts.

use super::add::{self, Host};
use super::{Blocked, KEYWORD_MAX};
use crate::card::{self, Card, Tone};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::press::{Deed, Press};
use crate::commands::reply::{Button, Reply, Style};
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::keyword::Phrase;
use crate::domain::text;
use crate::store::Block;
use crate::texts::{Arg, Key, key};

/// Blocks in a server. Enough for every need, and a bound on what is matched with each Space.
const BLOCKS_MAX: usize = 100;
/// What the list may take of a card's description, in UTF-16 units.
const LIST_MAX: usize = 4_000;

/// The server's block list.
pub(super) fn list(app: &App, guild: GuildId, words: Words<'_>) -> Reply {
    let blocks = app.follows.blocks(guild);
    if blocks.is_empty() {
        return Reply::private(words.say(key("block-empty")));
    }
    let mut description = String::new();
    let mut left = blocks.len();
    for block in &blocks {
        let line = format!("- {}\n", shown(block, words));
        if text::length(&description) + text::length(&line) > LIST_MAX {
            break;
        }
        description += &line;
        left -= 1;
    }
    if left > 0 {
        description += &words.with(key("more-of-them"), &[("count", Arg::from(left))]);
    }
    let card = Card {
        title: Some(words.with(key("block-title"), &[("count", Arg::from(blocks.len()))])),
        description: Some(description.trim_end().to_owned()),
        tone: Tone::Plain,
        ..Card::default()
    };
    Reply { cards: vec![card], private: true, ..Reply::default() }
}

/// Blocks a host or a word.
pub(super) async fn add(app: &App, invocation: &Invocation, guild: GuildId, what: Blocked) -> Reply {
    match what {
        Blocked::Word(phrase) => keep(app, guild, word(&phrase), app.words(&invocation.locale)).await,
        Blocked::Host(name) => add_host(app, invocation, guild, Host::Named(name)).await,
    }
}

async fn add_host(app: &App, invocation: &Invocation, guild: GuildId, host: Host) -> Reply {
    let words = app.words(&invocation.locale);
    // Nobody is asked for when there is no room.
    if is_full(app, guild) {
        return full(words);
    }
    match add::account(app, invocation, host).await {
        Ok(Some(user)) => {
            keep(app, guild, Block::Host { user: user.id, username: user.username }, words).await
        }
        Ok(None) => Reply::private(add::nobody(host, words)),
        Err(failure) => sorry::reply(&failure, words),
    }
}

async fn keep(app: &App, guild: GuildId, block: Block, words: Words<'_>) -> Reply {
    if is_full(app, guild) {
        return full(words);
    }
    let said = shown(&block, words);
    match app.follows.block(guild, block).await {
        Ok(true) => Reply::private(about(said, key("block-added"), words)),
        Ok(false) => Reply::private(about(said, key("block-exists"), words)),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}

fn is_full(app: &App, guild: GuildId) -> bool {
    app.follows.blocks(guild).len() >= BLOCKS_MAX
}

fn full(words: Words<'_>) -> Reply {
    Reply::private(words.with(key("block-full"), &[("most", Arg::from(BLOCKS_MAX))]))
}

/// Takes a host or a word off the list.
pub(super) async fn remove(app: &App, guild: GuildId, what: &Blocked, words: Words<'_>) -> Reply {
    let blocks = app.follows.blocks(guild);
    let found = blocks.into_iter().find(|block| match (block, what) {
        (Block::Host { username, .. }, Blocked::Host(name)) => username == name,
        (Block::Word { folded, .. }, Blocked::Word(phrase)) => folded == phrase.folded(),
        _ => false,
    });
    let Some(block) = found else { return Reply::private(words.say(key("block-not-there"))) };
    let said = shown(&block, words);
    match app.follows.unblock(guild, &block).await {
        Ok(_) => Reply::private(about(said, key("block-removed"), words)),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}

/// Keeps a host out of keyword posts, at the press of a post's button.
pub async fn never_host(app: &App, invocation: &Invocation, guild: GuildId, user: UserId) -> Reply {
    let words = app.words(&invocation.locale);
    let undo = Press { by: invocation.asker.user, deed: Deed::UndoBlock(user) };
    let undo = Button::press(words.say(key("button-undo")), Style::Secondary, undo);
    let reply = add_host(app, invocation, guild, Host::Account(user)).await;
    let is_blocked = app.follows.blocks(guild).iter().any(|block| is_of(block, user));
    if is_blocked { reply.with_row(vec![undo]) } else { reply }
}

/// Lets keyword posts show a host again, at the press of Undo.
pub async fn undo_never(app: &App, guild: GuildId, user: UserId, words: Words<'_>) -> Reply {
    let block = app.follows.blocks(guild).into_iter().find(|block| is_of(block, user));
    let Some(block) = block else { return Reply::private(words.say(key("block-not-there"))).in_place() };
    match app.follows.unblock(guild, &block).await {
        Ok(_) => Reply::private(about(shown(&block, words), key("block-removed"), words)).in_place(),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
}

fn is_of(block: &Block, host: UserId) -> bool {
    matches!(block, Block::Host { user, .. } if *user == host)
}

fn word(phrase: &Phrase) -> Block {
    Block::Word { folded: phrase.folded().to_owned(), typed: phrase.as_typed().to_owned() }
}

fn shown(block: &Block, words: Words<'_>) -> String {
    match block {
        Block::Host { username, .. } => card::linked_handle(username),
        Block::Word { typed, .. } => {
            let typed = text::marked_down(typed, KEYWORD_MAX).unwrap_or_default();
            words.with(key("block-word"), &[("word", Arg::from(typed))])
        }
    }
}

fn about(what: String, sentence: Key, words: Words<'_>) -> String {
    words.with(sentence, &[("what", Arg::from(what))])
}
