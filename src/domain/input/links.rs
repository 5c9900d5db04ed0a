//! The links to Spaces in a message that somebody wrote.
//!
//! Owns where in free text a link begins and ends; what a link to a Space is, is the parent's.

use super::{path_on_x, space_in};
use crate::domain::ids::SpaceId;

/// The most Spaces that are taken from one message: more than a reply can show.
pub const MAX_LINKS: usize = 25;
/// The longest message that is looked at, in characters. Source: Discord's limit for subscribers.
const MAX_MESSAGE_CHARS: usize = 4_000;
/// Punctuation that ends a sentence rather than a link.
const TRAILING: [char; 10] = ['.', ',', ';', ':', '!', '?', '*', '_', '~', '-'];

/// The Spaces that `message` links to, in order and each once, [`MAX_LINKS`] at most. Ids without a link don't
/// count, nor do links to lookalikes of X.
#[must_use]
pub fn space_links(message: &str) -> Vec<SpaceId> {
    let head: String = message.chars().take(MAX_MESSAGE_CHARS).collect();
    let mut found = Vec::new();
    for word in head.split(|c| !is_in_links(c)) {
        if found.len() == MAX_LINKS {
            break;
        }
        let link = from_scheme(word).trim_end_matches(TRAILING);
        let id = path_on_x(link).and_then(|path| space_in(&path));
        if let Some(id) = id.filter(|id| !found.contains(id)) {
            found.push(id);
        }
    }
    found
}

/// Whether `c` may be in a link as people write them: ASCII without what Markdown puts around links.
fn is_in_links(c: char) -> bool {
    c.is_ascii_graphic()
        && !matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '"' | '\'' | '`' | '\\')
}

/// `word` from where its last scheme begins, all of it where there is none.
fn from_scheme(word: &str) -> &str {
    let start = ["https://", "http://"].into_iter().filter_map(|scheme| word.rfind(scheme)).max();
    start.map_or(word, |start| &word[start..])
}
