//! Discord's Markdown, kept from happening.
//!
//! Owns which characters need a backslash where. Works on one line of [clean](super::clean()) text. What is escaped
//! only where it means something (`:`, `/`, `#`) is left alone elsewhere, so that a notification, which may show
//! backslashes, stays readable.

/// Put behind an `@` that would mention somebody: Discord looks for mentions before it reads Markdown.
const BREAK: char = '\u{200B}';

/// What to show for each character of `line`, in order.
pub(super) fn pieces(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let marker = list_marker(&chars);
    (0..chars.len()).map(|index| piece(&chars, index, marker == Some(index))).collect()
}

fn piece(chars: &[char], index: usize, is_marker: bool) -> String {
    let c = chars[index];
    let rest = &chars[index + 1..];
    let needed = is_marker
        || match c {
            '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<' | '>' => true,
            ':' => begins_address(rest) || begins_emoji(rest),
            '/' => in_address(&chars[..index]),
            _ => false,
        };
    if needed {
        format!("\\{c}")
    } else if c == '@' && begins_mention(rest) {
        format!("@{BREAK}")
    } else {
        c.to_string()
    }
}

/// Where the line begins like a heading, a list or small print: the character to escape.
fn list_marker(chars: &[char]) -> Option<usize> {
    let digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    match chars.first()? {
        '#' | '-' | '+' => Some(0),
        _ if digits > 0 && matches!(chars.get(digits), Some('.' | ')')) => Some(digits),
        _ => None,
    }
}

/// `://`, whatever the scheme.
fn begins_address(rest: &[char]) -> bool {
    rest.starts_with(&['/', '/'])
}

/// `name:`, which with the colon before it is an emoji.
fn begins_emoji(rest: &[char]) -> bool {
    let name = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')).count();
    name > 0 && rest.get(name) == Some(&':')
}

/// Whether a slash behind `before` may belong to an address or an invite: something in its word has a dot or a
/// colon.
fn in_address(before: &[char]) -> bool {
    before.iter().rev().take_while(|c| !c.is_whitespace()).any(|c| matches!(c, '.' | ':'))
}

/// `everyone`, `here`, or what follows in the mention of a person or a role.
fn begins_mention(rest: &[char]) -> bool {
    let word: String =
        rest.iter().take_while(|c| c.is_ascii_alphabetic()).map(char::to_ascii_lowercase).collect();
    word.starts_with("everyone")
        || word.starts_with("here")
        || rest.first().is_some_and(|c| matches!(c, '!' | '&') || c.is_ascii_digit())
}
