//! A small model of what Discord makes of a text: which characters it shows, and what else it does.
//!
//! Written from Discord's documentation ("Message Formatting", and the help centre's "Markdown Text 101"), and not
//! from what the bot escapes. It sees a mark wherever one might begin, paired or not: too many are no harm here.

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

/// What Discord shows at one place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A character, as it is.
    Letter(char),
    /// Something that formats, links, mentions or is drawn instead of its characters.
    Mark(String),
}

/// Marks at a line's beginning: headings, small print, quotes, lists.
const BLOCKS: [&str; 9] = ["# ", "## ", "### ", "-# ", ">>> ", "> ", "- ", "* ", "+ "];
/// What leads into a server when it stands anywhere.
const INVITES: [&str; 3] = ["discord.gg/", "discord.com/invite/", "discordapp.com/invite/"];
const ISOLATE: char = '\u{2068}';
const END_ISOLATE: char = '\u{2069}';

/// The pieces of a text in which Markdown is read. Isolates, and the zero-width space that breaks a mention, show
/// nothing.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut at_line_start = true;
    while let Some(c) = rest.chars().next() {
        let mark = if at_line_start { block(rest) } else { None };
        at_line_start = c == '\n';
        if let Some(length) = mark.or_else(|| inline(rest)) {
            out.push(Piece::Mark(rest[..length].to_owned()));
            rest = &rest[length..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        // A backslash before punctuation shows that alone.
        let escaped =
            rest.chars().next().filter(|next| c == '\\' && !next.is_alphanumeric() && !next.is_whitespace());
        let letter = escaped.unwrap_or(c);
        rest = &rest[escaped.map_or(0, char::len_utf8)..];
        match letter {
            '\n' => out.push(Piece::Mark("\n".to_owned())),
            ISOLATE | END_ISOLATE | '\u{200B}' => {}
            letter => out.push(Piece::Letter(letter)),
        }
    }
    out
}

/// The length of what makes a block of the line that begins here.
fn block(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[indent..];
    if let Some(mark) = BLOCKS.iter().find(|mark| rest.starts_with(**mark)) {
        return Some(indent + mark.len());
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let behind = &rest[digits..];
    (digits > 0 && (behind.starts_with(". ") || behind.starts_with(") "))).then_some(indent + digits + 2)
}

/// The length of the mark that begins here.
fn inline(rest: &str) -> Option<usize> {
    match rest.chars().next()? {
        '<' => angle(rest),
        '@' => ["@everyone", "@here"].into_iter().find(|all| begins_with(rest, all)).map(str::len),
        ':' if rest.starts_with("://") => Some(3),
        ':' => emoji(rest),
        ']' if rest.starts_with("](") => Some(rest.find(')').map_or(2, |end| end + 1)),
        '*' | '_' | '~' | '|' | '`' | '[' | ']' => Some(1),
        _ => None,
    }
}

fn begins_with(text: &str, ascii: &str) -> bool {
    text.get(..ascii.len()).is_some_and(|start| start.eq_ignore_ascii_case(ascii))
}

/// `:name:`
fn emoji(rest: &str) -> Option<usize> {
    let name = rest[1..].find(|c: char| !(c.is_ascii_alphanumeric() || "_+-~".contains(c)))?;
    (name > 0 && rest[1 + name..].starts_with(':')).then_some(name + 2)
}

/// `<…>`, where Discord draws something else for it.
fn angle(rest: &str) -> Option<usize> {
    let end = rest.find('>')?;
    let inner = &rest[1..end];
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let named = |text: &str| text.rsplit_once(':').is_some_and(|(name, id)| word(name) && digits(id));
    let moment = |text: &str| {
        let time = text.split_once(':').map_or(text, |(time, _)| time);
        digits(time.strip_prefix('-').unwrap_or(time))
    };
    let is_alive = match inner.split_at_checked(1)? {
        ("@", id) => digits(id.strip_prefix(['!', '&']).unwrap_or(id)),
        ("#", id) => digits(id),
        ("/", command) => command.rsplit_once(':').is_some_and(|(_, id)| digits(id)),
        (":", emoji) => named(emoji),
        ("+", number) => digits(number),
        _ => {
            let after = |prefix| inner.strip_prefix(prefix);
            after("a:").is_some_and(named)
                || after("t:").is_some_and(moment)
                || after("id:").is_some()
                || inner.contains("://")
                || (inner.contains(['@', ':']) && !inner.contains(char::is_whitespace))
        }
    };
    is_alive.then_some(end + 1)
}

/// Whom and what a text calls, escaped or not: Discord looks for these before it reads Markdown.
pub fn calls(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let words = ["@everyone", "@here"].into_iter().chain(INVITES);
    let mut out: Vec<String> = words.filter(|word| lower.contains(word)).map(str::to_owned).collect();
    for (at, _) in text.match_indices('<') {
        let rest = &text[at..];
        if rest.starts_with("<@") || rest.starts_with("<#") || rest.starts_with("</") {
            out.extend(angle(rest).map(|length| rest[..length].to_owned()));
        }
    }
    out
}

/// Holds that nothing in `text` can turn around what stands beside it: whatever runs from right to left is in an
/// isolate, each isolate is ended on its line, and there is no other mark of direction.
pub fn hold_direction(text: &str) {
    let classes = CodePointMapData::<BidiClass>::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            ISOLATE => depth += 1,
            END_ISOLATE => depth = depth.checked_sub(1).unwrap_or_else(|| panic!("a lone end in {text:?}")),
            '\n' => assert_eq!(depth, 0, "an isolate isn't ended on its line: {text:?}"),
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}' | '\u{2067}' => {
                panic!("a mark of direction in {text:?}")
            }
            _ => {
                let class = classes.get(c);
                let turns = [BidiClass::RightToLeft, BidiClass::ArabicLetter, BidiClass::ArabicNumber];
                assert!(
                    depth > 0 || !turns.contains(&class),
                    "{c:?} turns its neighbours around in {text:?}"
                );
            }
        }
    }
    assert_eq!(depth, 0, "an isolate isn't ended in {text:?}");
}

/// Holds that `text` is one line without anything that breaks, rings or moves.
pub fn hold_line(text: &str) {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFF9}'..='\u{FFFB}');
    assert!(!text.contains(breaks), "more than a line: {text:?}");
    hold_direction(text);
}
