//! `/follow block`: what this server doesn't want in keyword posts.

use super::add::{self, Host};
use super::{Blocked, KEYWORD_MAX};
use crate::card::{self, Card, Tone};
use crate::commands::app::App;
use crate::commands::invocation::Invocation;
use crate::commands::reply::Reply;
use crate::commands::sorry;
use crate::commands::words::Words;
use crate::domain::ids::GuildId;
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
    let words = app.words(&invocation.locale);
    if app.follows.blocks(guild).len() >= BLOCKS_MAX {
        return Reply::private(words.with(key("block-full"), &[("most", Arg::from(BLOCKS_MAX))]));
    }
    let block = match what {
        Blocked::Word(phrase) => word(&phrase),
        Blocked::Host(name) => {
            let host = Host::Named(name);
            match add::account(app, invocation, host).await {
                Ok(Some(user)) => Block::Host { user: user.id, username: user.username },
                Ok(None) => return Reply::private(add::nobody(host, words)),
                Err(failure) => return sorry::reply(&failure, words),
            }
        }
    };
    let said = shown(&block, words);
    match app.follows.block(guild, block).await {
        Ok(true) => Reply::private(about(said, key("block-added"), words)),
        Ok(false) => Reply::private(about(said, key("block-exists"), words)),
        Err(error) => Reply::private(sorry::store(&error, words)),
    }
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
