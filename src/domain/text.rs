//! Other people's words, made safe to show on Discord.
//!
//! Owns what may remain of a title or a name (see [`clean()`]), how it is kept from acting as Markdown (see
//! [`marked_down`]) and how it is cut; must not know what is said around it, nor in which language.
//!
//! Lengths are counted in UTF-16 code units: Discord's clients count these, its API code points, of which there
//! are never more. What fits by the stricter count fits by both.

mod clean;
mod escape;

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;
use unicode_segmentation::UnicodeSegmentation;

pub use clean::clean;

/// What stands for the part that was cut off.
const ELLIPSIS: &str = "…";
/// First strong isolate: what follows takes its direction from itself and doesn't touch what is around.
const ISOLATE: char = '\u{2068}';
/// Pop directional isolate: ends it.
const END_ISOLATE: char = '\u{2069}';

/// `text` for where Discord reads Markdown (contents, embed titles, descriptions and fields): nothing in it
/// formats, links, pings or shows as a mention, a timestamp or an emoji of a server. At most `limit` UTF-16 units,
/// escapes counted. `None` where nothing is left that can be seen.
///
/// Escapes are backslashes before ASCII punctuation; behind an `@` that would mention, an invisible space, since
/// Discord finds mentions before it reads Markdown.
#[must_use]
pub fn marked_down(text: &str, limit: usize) -> Option<String> {
    let cleaned = clean(text)?;
    let pieces = escape::pieces(&cleaned);
    Some(fitted(&cleaned, |start, end| pieces[start..end].concat(), limit))
}

/// `text` for where Discord shows letters as they are (button labels, choices, menu options, authors and footers
/// of embeds, names of files and events). At most `limit` UTF-16 units. `None` where nothing is left that can be
/// seen.
#[must_use]
pub fn plain(text: &str, limit: usize) -> Option<String> {
    let cleaned = clean(text)?;
    let chars: Vec<char> = cleaned.chars().collect();
    Some(fitted(&cleaned, |start, end| chars[start..end].iter().collect(), limit))
}

/// The length of `text` as Discord counts it, by the stricter of its two ways: UTF-16 code units.
#[must_use]
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `text` cut to `limit` UTF-16 units between graphemes, with an ellipsis if anything is missing. For the bot's own
/// words: it escapes nothing, so cut before escaping.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    cut_pieces(text, |start, end| chars[start..end].iter().collect(), limit)
}

/// Cuts, and isolates what holds letters written from right to left.
fn fitted(cleaned: &str, shown: impl Fn(usize, usize) -> String, limit: usize) -> String {
    if !has_right_to_left(cleaned) {
        return cut_pieces(cleaned, shown, limit);
    }
    match limit.checked_sub(2) {
        Some(room) => format!("{ISOLATE}{}{END_ISOLATE}", cut_pieces(cleaned, shown, room)),
        None => String::new(),
    }
}

/// The longest run of whole graphemes that fits. `shown` gives what is shown for the characters from one index up
/// to another.
fn cut_pieces(text: &str, shown: impl Fn(usize, usize) -> String, limit: usize) -> String {
    let room = limit.saturating_sub(length(ELLIPSIS));
    let (mut whole, mut whole_length, mut kept_bytes, mut index) = (String::new(), 0, 0, 0);
    for grapheme in text.graphemes(true) {
        let end = index + grapheme.chars().count();
        let piece = shown(index, end);
        whole_length += length(&piece);
        if whole_length > limit {
            whole.truncate(kept_bytes);
            whole.truncate(whole.trim_end().len());
            return if limit == 0 { whole } else { whole + ELLIPSIS };
        }
        whole.push_str(&piece);
        if whole_length <= room {
            kept_bytes = whole.len();
        }
        index = end;
    }
    whole
}

fn has_right_to_left(text: &str) -> bool {
    let classes = CodePointMapData::<BidiClass>::new();
    text.chars().any(|c| {
        let class = classes.get(c);
        class == BidiClass::RightToLeft
            || class == BidiClass::ArabicLetter
            || class == BidiClass::ArabicNumber
    })
}
