//! What people type for a Space or an account, and what links a message holds.
//!
//! Owns the forms that are accepted; whether the Space or account exists is for X to say. A link counts only if its
//! host is exactly one of X's: lookalikes, user names before the host and ports are refused, so that nobody is led to
//! believe that another site's link was understood.

mod links;

use thiserror::Error;
use url::Url;

pub use links::{MAX_LINKS, space_links};

use super::ids::{SpaceId, Username};

/// The longest text that is looked at, in characters. Source: Discord's longest string option.
pub const MAX_INPUT_CHARS: usize = 6_000;
/// The most accounts in one answer. Source: X's documents, `user_ids` of `by/creator_ids`.
pub const MAX_HOSTS: usize = 100;
/// How much of a wrong word an error repeats, in characters.
const MAX_SHOWN_CHARS: usize = 40;

/// X's own hosts, old and new.
const HOSTS: [&str; 6] =
    ["x.com", "www.x.com", "mobile.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com"];
/// First parts of paths on X that are no accounts.
const RESERVED: [&str; 18] = [
    "about",
    "compose",
    "download",
    "explore",
    "hashtag",
    "help",
    "home",
    "i",
    "intent",
    "jobs",
    "login",
    "logout",
    "messages",
    "notifications",
    "privacy",
    "search",
    "settings",
    "tos",
];

/// Why a text names no Space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadSpace {
    /// Nothing that can be seen.
    #[error("nothing was typed")]
    Empty,
    /// More than [`MAX_INPUT_CHARS`] characters.
    #[error("the text is too long for a Space's link")]
    TooLong,
    /// A link to another site, or to one that only looks like X.
    #[error("the link is not to X")]
    OtherSite,
    /// A link to X, but not to a Space.
    #[error("the link is to X but not to a Space")]
    NotASpace,
    /// Neither a link nor an id.
    #[error("the text is neither a Space's link nor its id")]
    NotAnId,
}

/// Why a text names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadHost {
    /// Nothing that can be seen.
    #[error("nothing was typed")]
    Empty,
    /// More than [`MAX_INPUT_CHARS`] characters.
    #[error("the text is too long for an account")]
    TooLong,
    /// A link to another site, or to one that only looks like X.
    #[error("the link is not to X")]
    OtherSite,
    /// A link to X, but not to a profile.
    #[error("the link is to X but not to a profile")]
    NotAProfile,
    /// Not 1 to 15 letters, digits and underscores.
    #[error("the text is no username")]
    NotAName,
}

/// Why a text is no list of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadHosts {
    /// No account at all.
    #[error("nothing was typed")]
    Empty,
    /// More than [`MAX_INPUT_CHARS`] characters.
    #[error("the list is too long")]
    TooLong,
    /// More than [`MAX_HOSTS`] different accounts.
    #[error("more than {MAX_HOSTS} accounts")]
    TooMany,
    /// One of them is wrong.
    #[error("one of the accounts is wrong: {reason}")]
    One {
        /// What was typed, cut; other people's words, to be escaped before they are shown.
        typed: String,
        /// What is wrong with it.
        reason: BadHost,
    },
}

/// The Space that `text` names: an id, or a link to a Space with or without scheme, `/peek` or parameters.
pub fn space(text: &str) -> Result<SpaceId, BadSpace> {
    if is_too_long(text) {
        return Err(BadSpace::TooLong);
    }
    let text = bared(text);
    if text.is_empty() {
        return Err(BadSpace::Empty);
    }
    if !looks_like_a_link(text) {
        return text.parse().map_err(|_| BadSpace::NotAnId);
    }
    let path = path_on_x(text).ok_or(BadSpace::OtherSite)?;
    space_in(&path).ok_or(BadSpace::NotASpace)
}

/// The account that `text` names: `@name`, `name` or a link to a profile.
pub fn host(text: &str) -> Result<Username, BadHost> {
    if is_too_long(text) {
        return Err(BadHost::TooLong);
    }
    let text = bared(text);
    if text.is_empty() {
        return Err(BadHost::Empty);
    }
    if !looks_like_a_link(text) {
        let name = text.strip_prefix(['@', '＠']).unwrap_or(text);
        return name.parse().map_err(|_| BadHost::NotAName);
    }
    let path = path_on_x(text).ok_or(BadHost::OtherSite)?;
    match path.as_slice() {
        [name] if !RESERVED.contains(&name.to_ascii_lowercase().as_str()) => {
            name.strip_prefix('@').unwrap_or(name).parse().map_err(|_| BadHost::NotAProfile)
        }
        _ => Err(BadHost::NotAProfile),
    }
}

/// The accounts that `text` names, in order and each once, whatever the case: 1 to [`MAX_HOSTS`], by spaces or
/// commas.
pub fn hosts(text: &str) -> Result<Vec<Username>, BadHosts> {
    if is_too_long(text) {
        return Err(BadHosts::TooLong);
    }
    let mut found: Vec<Username> = Vec::new();
    for typed in text.split(separates) {
        if bared(typed).is_empty() {
            continue;
        }
        let name = host(typed).map_err(|reason| BadHosts::One {
            typed: typed.chars().take(MAX_SHOWN_CHARS).collect(),
            reason,
        })?;
        if !found.contains(&name) {
            found.push(name);
        }
        if found.len() > MAX_HOSTS {
            return Err(BadHosts::TooMany);
        }
    }
    if found.is_empty() { Err(BadHosts::Empty) } else { Ok(found) }
}

fn is_too_long(text: &str) -> bool {
    text.chars().nth(MAX_INPUT_CHARS).is_some()
}

/// `text` without what surrounds a pasted link: white space, marks that can't be seen, and one pair of `<>`, unless
/// that is Discord's way to mention somebody.
fn bared(text: &str) -> &str {
    let text = text.trim_matches(is_padding);
    match text.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')) {
        Some(inner) if !inner.starts_with('@') => inner.trim_matches(is_padding),
        _ => text,
    }
}

/// White space, control characters, marks of direction and zero-width characters.
fn is_padding(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn looks_like_a_link(text: &str) -> bool {
    text.contains(['/', '.', ':'])
}

/// The parts of the path of a link to X; `None` where it is no link, or to any other place.
fn path_on_x(link: &str) -> Option<Vec<String>> {
    // The parser of addresses drops or turns around some of these, as browsers do; here they are no part of a link.
    if !link.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return None;
    }
    let has_scheme = link.split(['/', '?', '#']).next().is_some_and(|head| head.ends_with(':'));
    let url = if has_scheme { Url::parse(link) } else { Url::parse(&format!("https://{link}")) }.ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none();
    if !plain || !HOSTS.contains(&url.host_str()?) {
        return None;
    }
    let mut parts: Vec<String> = url.path_segments()?.map(str::to_owned).collect();
    if parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    Some(parts)
}

/// The Space that the parts of a path on X lead to.
fn space_in(path: &[String]) -> Option<SpaceId> {
    match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["i", "spaces", id] | ["i", "spaces", id, "peek"] => id.parse().ok(),
        _ => None,
    }
}

/// Whether this stands between two of several things that are typed.
#[must_use]
pub fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';')
}
