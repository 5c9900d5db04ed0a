//! Posts: whatever a title, a name, a topic or a keyword holds, the message has the layout that harmless words give
//! it, shows the characters as they are, calls nobody and fits.
//!
//! An input is a form's digit and then, parted by U+001E: title, shown name, username, topic, keyword, earlier title.

use std::sync::OnceLock;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};
use jiff::Timestamp;
use serde_json::{Value, json};
use spacebell::discord::render::{message, plain};
use spacebell::domain::ids::{ChannelId, GuildId, MessageId, RoleId};
use spacebell::domain::known::{Known, Phase};
use spacebell::domain::space::{Space, SpaceState, XUser};
use spacebell::domain::text::clean;
use spacebell::outbox::telling::{Form, Sound, Telling};
use spacebell::texts::{Locale, Texts};

use super::markdown::{self, Piece, pieces};

/// A word that nobody else says, and that means nothing.
pub const HARMLESS: &str = "Qzxword";
/// The role that an administrator chose.
const CHOSEN: RoleId = RoleId::new(77);
/// The most combining marks in a row: what may stand on a letter, and what emoji take.
const MARKS_MAX: usize = 12;

const FORMS: [(Form, Phase); 8] = [
    (Form::Live, Phase::Live),
    (Form::Scheduled, Phase::Scheduled),
    (Form::LiveSince, Phase::Live),
    (Form::Pointer(MessageId::new(5)), Phase::Live),
    (Form::Ended, Phase::Ended),
    (Form::Cancelled, Phase::Cancelled),
    (Form::NoShow, Phase::NoShow),
    (Form::Emptied, Phase::Ended),
];

/// Where other people's words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The Space's title.
    Title,
    /// The host's shown name.
    Name,
    /// The host's name in addresses.
    Username,
    /// A topic.
    Topic,
    /// A keyword of this channel.
    Keyword,
    /// The title that it had before.
    Former,
}

impl Slot {
    /// All of them, in the order of an input.
    pub const ALL: [Self; 6] =
        [Self::Title, Self::Name, Self::Username, Self::Topic, Self::Keyword, Self::Former];
}

/// The sentences, read once.
pub fn texts() -> &'static Texts {
    static TEXTS: OnceLock<Texts> = OnceLock::new();
    TEXTS.get_or_init(|| Texts::load().expect("good files"))
}

/// Holds what must hold of the post in `data`.
pub fn hold(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let digit = text.chars().next().and_then(|c| c.to_digit(10));
    let (form, phase) = FORMS[digit.unwrap_or(0) as usize % FORMS.len()];
    let words = text.get(usize::from(digit.is_some())..).unwrap_or_default();
    hold_keywords(&words.split('\u{1E}').collect::<Vec<_>>());
    for (slot, word) in Slot::ALL.into_iter().zip(words.split('\u{1E}')) {
        hold_word(form, phase, slot, word);
    }
}

/// Holds that a post which many keywords found lists whole words, however many fit.
pub fn hold_keywords(words: &[&str]) {
    let keywords = words.iter().map(|word| (*word).to_owned()).collect();
    let telling = Telling { keywords, ..telling(Form::Live, Phase::Live, Slot::Topic, None) };
    let body = message(&telling, texts(), Locale::ENGLISH);
    hold_limits(&body);
    let fields = body["embeds"][0]["fields"].as_array().cloned().unwrap_or_default();
    for value in
        fields.iter().filter(|field| field["name"] == "Keywords").filter_map(|field| field["value"].as_str())
    {
        markdown::hold_line(value);
        assert!(pieces(value).iter().all(|piece| matches!(piece, Piece::Letter(_))), "{value:?}");
        // Half an escape would be a backslash that nobody wrote, at the end.
        let ends_in_escape = value.trim_end_matches([',', ' ', '…', '\u{2069}']).ends_with('\\');
        let written = words.iter().any(|word| word.contains('\\'));
        assert!(written || !ends_in_escape, "{value:?}");
    }
}

/// Holds it for each form of a post.
pub fn hold_everywhere(slot: Slot, word: &str) {
    for (form, phase) in FORMS {
        hold_word(form, phase, slot, word);
    }
}

fn hold_word(form: Form, phase: Phase, slot: Slot, word: &str) {
    if slot == Slot::Username && word.parse::<spacebell::domain::ids::Username>().is_err() {
        return;
    }
    let cleaned = clean(word);
    hold_cleaned(word, cleaned.as_deref().unwrap_or_default());
    for locale in Locale::all() {
        for body in [message, plain] {
            let hostile = body(&telling(form, phase, slot, Some(word)), texts(), locale);
            hold_limits(&hostile);
            let roles: Vec<String> = vec![CHOSEN.to_string()];
            assert_eq!(hostile["allowed_mentions"], json!({ "parse": [], "roles": roles }));
            if let Some(cleaned) = &cleaned {
                let harmless = body(&telling(form, phase, slot, Some(HARMLESS)), texts(), locale);
                hold_same_layout("", &harmless, &hostile, cleaned, slot);
            } else {
                let absent = body(&telling(form, phase, slot, None), texts(), locale);
                assert_eq!(hostile, absent, "words that show nothing are no words");
            }
        }
    }
}

/// Holds that a post about what is known is one that Discord takes.
pub fn hold_known(known: &Known, people: &[XUser]) {
    for (form, _) in FORMS {
        let host = people.first().cloned();
        let cohosts = people.iter().skip(1).cloned().collect();
        let telling =
            Telling { known: known.clone(), host, cohosts, ..telling(form, known.phase, Slot::Topic, None) };
        for locale in Locale::all() {
            for body in [message, plain] {
                hold_limits(&body(&telling, texts(), locale));
            }
        }
    }
}

/// A post with harmless words everywhere but in `slot`.
fn telling(form: Form, phase: Phase, slot: Slot, word: Option<&str>) -> Telling {
    let of = |wanted: Slot, harmless: &str| match word {
        Some(word) if slot == wanted => Some(word.to_owned()),
        None if slot == wanted => None,
        _ => Some(harmless.to_owned()),
    };
    let host = XUser {
        id: "1".parse().expect("an id"),
        username: of(Slot::Username, "mona").unwrap_or_default().parse().expect("a username"),
        name: of(Slot::Name, "Mona").unwrap_or_default(),
        picture_url: None,
    };
    let start = Timestamp::UNIX_EPOCH;
    let space = Space {
        title: of(Slot::Title, "An evening"),
        creator: Some(host.id),
        hosts: vec![host.id],
        topics: ["first".to_owned()].into_iter().chain(of(Slot::Topic, "second")).collect(),
        participant_count: Some(7),
        scheduled_start: Some(start),
        ..Space::bare("1a".parse().expect("an id"), SpaceState::Live)
    };
    let mut known = Known::first_seen(space, phase, start);
    known.live_since = (phase != Phase::Scheduled).then_some(start);
    known.over_at = phase.is_over().then_some(start);
    known.renamed_from = of(Slot::Former, "A morning");
    Telling {
        form,
        guild: GuildId::new(10),
        channel: ChannelId::new(20),
        known,
        host: Some(host),
        cohosts: Vec::new(),
        roles: vec![CHOSEN],
        keywords: ["tea".to_owned()].into_iter().chain(of(Slot::Keyword, "talk")).collect(),
        keywords_only: false,
        tells_figures: true,
        more: 2,
        sound: Sound::Muted,
        reopened: false,
    }
}

/// Holds that what is left of `text` is one line that can be read, and that no letter is lost.
fn hold_cleaned(text: &str, cleaned: &str) {
    markdown_free_line(cleaned);
    let categories = CodePointMapData::<GeneralCategory>::new();
    let is_mark = |c: char| GeneralCategoryGroup::Mark.contains(categories.get(c));
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let letters = |text: &str| -> String {
        let all = text.chars().take(20_000);
        all.filter(|c| c.is_alphanumeric() && !is_mark(*c) && !ignorable.contains(*c)).collect()
    };
    assert_eq!(letters(text), letters(cleaned), "a letter is lost or made");
    let mut marks = 0;
    for c in cleaned.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        assert!(marks <= MARKS_MAX, "a tower of marks in {cleaned:?}");
    }
}

fn markdown_free_line(cleaned: &str) {
    let wrong = |c: char| {
        c.is_control()
            || (c.is_whitespace() && c != ' ')
            || matches!(
                c,
                '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{FEFF}' | '\u{AD}' | '\u{2060}'
            )
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFF9}'..='\u{FFFB}')
    };
    assert!(!cleaned.contains(wrong), "{cleaned:?}");
    assert!(!cleaned.contains("  ") && cleaned == cleaned.trim(), "{cleaned:?}");
}

/// Holds that `hostile` is `harmless` with other letters in place of the harmless word. `name` is the field's.
pub fn hold_same_layout(name: &str, harmless: &Value, hostile: &Value, cleaned: &str, slot: Slot) {
    match (harmless, hostile) {
        (Value::Object(one), Value::Object(other)) => {
            assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
            for (key, value) in one {
                // An author's name is shown as it is; a field's isn't ours to be written by others.
                let key_name = if name == "author" && key == "name" { "author_name" } else { key };
                hold_same_layout(key_name, value, &other[key], cleaned, slot);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len(), "another layout: {hostile}");
            for (one, other) in one.iter().zip(other) {
                hold_same_layout(name, one, other, cleaned, slot);
            }
        }
        (Value::String(one), Value::String(other)) => match name {
            "content" | "title" | "description" | "value" | "name" => hold_marked(one, other, cleaned, slot),
            "author_name" | "text" | "label" | "placeholder" => hold_plain(one, other, cleaned),
            _ => assert_eq!(&one.replace(HARMLESS, cleaned), other, "{name}"),
        },
        _ => assert_eq!(harmless, hostile, "{name}"),
    }
}

/// A text in which Markdown is read.
fn hold_marked(harmless: &str, hostile: &str, cleaned: &str, slot: Slot) {
    markdown::hold_direction(hostile);
    assert!(!hostile.contains(|c: char| c != '\n' && c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')));
    assert_eq!(markdown::calls(harmless), markdown::calls(hostile), "{hostile:?} calls somebody");
    let (one, other) = (pieces(harmless), pieces(hostile));
    if slot == Slot::Username {
        let renamed: Vec<Piece> = pieces_with(&one, cleaned);
        assert_eq!(renamed, other, "{hostile:?}");
        return;
    }
    let word: Vec<Piece> = HARMLESS.chars().map(Piece::Letter).collect();
    let Some(at) = one.windows(word.len()).position(|window| window == word) else {
        assert_eq!(one, other, "{hostile:?} isn't {harmless:?}");
        return;
    };
    let (before, after) = (&one[..at], &one[at + word.len()..]);
    assert!(other.starts_with(before) && other.ends_with(after), "{hostile:?} isn't like {harmless:?}");
    assert!(other.len() >= before.len() + after.len(), "{hostile:?}");
    let shown: String = other[before.len()..other.len() - after.len()]
        .iter()
        .map(|piece| match piece {
            Piece::Letter(letter) => *letter,
            Piece::Mark(mark) => panic!("{mark:?} acts in {hostile:?}"),
        })
        .collect();
    hold_shown(&shown, cleaned);
}

/// The same with `cleaned`, whose letters mean nothing, wherever the harmless word stands: links hold it too.
fn pieces_with(of: &[Piece], cleaned: &str) -> Vec<Piece> {
    let word: Vec<Piece> = HARMLESS.chars().map(Piece::Letter).collect();
    let mut out = Vec::new();
    let mut rest = of;
    while let [piece, behind @ ..] = rest {
        if rest.starts_with(&word) {
            out.extend(cleaned.chars().map(Piece::Letter));
            rest = &rest[word.len()..];
            continue;
        }
        out.push(match piece {
            Piece::Mark(mark) => Piece::Mark(mark.replace(HARMLESS, cleaned)),
            Piece::Letter(letter) => Piece::Letter(*letter),
        });
        rest = behind;
    }
    out
}

/// A text that is shown letter by letter.
pub fn hold_plain(harmless: &str, hostile: &str, cleaned: &str) {
    markdown::hold_line(hostile);
    let unisolated: String = hostile.chars().filter(|c| !matches!(c, '\u{2068}' | '\u{2069}')).collect();
    let Some((before, after)) = harmless.split_once(HARMLESS) else {
        assert_eq!(harmless, hostile);
        return;
    };
    let shown = unisolated.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    hold_shown(shown.unwrap_or_else(|| panic!("{hostile:?} isn't like {harmless:?}")), cleaned);
}

/// All of it, or its beginning and an ellipsis.
fn hold_shown(shown: &str, cleaned: &str) {
    let beginning = shown.strip_suffix('…').is_some_and(|shown| cleaned.starts_with(shown));
    assert!(shown == cleaned || beginning, "{shown:?} of {cleaned:?}");
}

/// Holds Discord's limits of a message, counted by the stricter of its two ways: UTF-16 code units.
pub fn hold_limits(body: &Value) {
    let mut total = 0;
    let mut fits = |text: &Value, least: usize, most: usize| {
        let length = text.as_str().map_or(0, |text| text.encode_utf16().count());
        assert!((least..=most).contains(&length), "{length} is not {least} to {most}: {text}");
        total += length;
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for embed in list(&body["embeds"]) {
        fits(&embed["title"], 0, 256);
        fits(&embed["description"], 0, 4_096);
        fits(&embed["author"]["name"], usize::from(embed["author"].is_object()), 256);
        fits(&embed["footer"]["text"], usize::from(embed["footer"].is_object()), 2_048);
        assert!(list(&embed["fields"]).len() <= 25);
        for field in list(&embed["fields"]) {
            fits(&field["name"], 1, 256);
            fits(&field["value"], 1, 1_024);
        }
        for url in [&embed["url"], &embed["author"]["url"], &embed["author"]["icon_url"]] {
            assert!(
                url.as_str().is_none_or(|url| url.starts_with("https://") && url.len() <= 2_048),
                "{url}"
            );
        }
    }
    assert!(total <= 6_000, "{total} in all embeds");
    let content = body["content"].as_str().unwrap_or_default().encode_utf16().count();
    assert!(content <= 2_000, "{content}");
    assert!(content > 0 || !list(&body["embeds"]).is_empty(), "an empty message");
    for row in list(&body["components"]) {
        assert!((1..=5).contains(&list(&row["components"]).len()));
        for part in list(&row["components"]) {
            let label = part["label"].as_str().unwrap_or_default().encode_utf16().count();
            assert!(
                label <= 80 && part["custom_id"].as_str().is_none_or(|id| id.chars().count() <= 100),
                "{part}"
            );
        }
    }
}
