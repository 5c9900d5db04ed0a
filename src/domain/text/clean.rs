//! What may remain of other people's words before they are escaped.
//!
//! Owns the removal of what can't be seen and of what reaches beyond its own letters: control characters, line
//! breaks, marks of direction, fillers and towers of accents. Knows nothing of Markdown.

use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// How many combining marks may stand on one character: more than any script needs.
const MAX_MARKS: usize = 8;
/// How much is looked at, in characters: more than any limit of Discord.
const MAX_INPUT_CHARS: usize = 20_000;
/// The black flag, which alone begins a sequence of tags (the flags of England, Scotland and Wales).
const BLACK_FLAG: char = '\u{1F3F4}';
/// How many tags such a flag takes, its end included.
const MAX_TAGS: usize = 7;

/// `text` on one line: any run of white space is one space, control characters and marks of direction are gone,
/// and so is whatever shows nothing, unless it joins an emoji or letters. `None` where nothing is left that can be
/// seen.
#[must_use]
pub fn clean(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().take(MAX_INPUT_CHARS).collect();
    let mut out = Cleaned::default();
    for (index, &c) in chars.iter().enumerate() {
        let next = chars.get(index + 1).copied();
        if is_space(c) {
            out.space();
        } else if is_mark(c) && !is_invisible(c) {
            out.mark(c);
        } else if is_joiner(c) {
            out.joiner(c, next);
        } else if is_variation(c) {
            out.variation(c);
        } else if is_tag(c) {
            out.tag(c);
        } else if !is_invisible(c) {
            out.visible(c);
        }
    }
    out.finish()
}

/// What was kept, and what the next character hangs on.
#[derive(Default)]
struct Cleaned {
    text: String,
    pending_space: bool,
    /// Marks on the last visible character; `None` where there is none to hang on.
    marks: Option<usize>,
    /// Tags behind the last black flag; `None` where there is none.
    tags: Option<usize>,
    last: Option<char>,
}

impl Cleaned {
    fn push(&mut self, c: char) {
        self.text.push(c);
        self.last = Some(c);
    }

    fn space(&mut self) {
        self.pending_space = true;
        self.marks = None;
        self.tags = None;
        self.last = None;
    }

    fn visible(&mut self, c: char) {
        if self.pending_space && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.pending_space = false;
        self.push(c);
        self.marks = Some(0);
        self.tags = (c == BLACK_FLAG).then_some(0);
    }

    fn mark(&mut self, c: char) {
        if let Some(marks) = self.marks.as_mut().filter(|marks| **marks < MAX_MARKS) {
            *marks += 1;
            self.push(c);
        }
    }

    fn joiner(&mut self, c: char, next: Option<char>) {
        let joins = next.is_some_and(|next| !is_space(next) && !is_invisible(next) && !is_mark(next));
        if joins && self.last.is_some_and(|last| !is_joiner(last)) {
            self.push(c);
        }
    }

    fn variation(&mut self, c: char) {
        if self.last.is_some_and(|last| !is_joiner(last) && !is_variation(last)) {
            self.push(c);
        }
    }

    fn tag(&mut self, c: char) {
        if let Some(tags) = self.tags.as_mut().filter(|tags| **tags < MAX_TAGS) {
            *tags += 1;
            self.push(c);
        }
    }

    fn finish(self) -> Option<String> {
        (!self.text.is_empty()).then_some(self.text)
    }
}

/// White space and controls that stand for it, and two letters that show nothing but their width.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}')
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{FFF9}'..='\u{FFFB}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<BidiControl>().contains(c)
}

fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

/// Zero-width joiner and non-joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}
