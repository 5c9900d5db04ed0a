//! What a command answers: a value that knows no transport.

use super::press::Press;
use crate::card::Card;
use crate::domain::ids::{DiscordUserId, SpaceId};

/// An answer to a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The text, within 2,000 UTF-16 units; it never pings.
    pub content: String,
    /// Cards below it.
    pub cards: Vec<Card>,
    /// Rows of buttons, at most five of five.
    pub rows: Vec<Vec<Button>>,
    /// A menu from which a Space is picked, below the buttons.
    pub menu: Option<Menu>,
    /// Files that come with it, at most ten; a card shows one as `attachment://` and its name.
    pub files: Vec<File>,
    /// A form that opens instead of any message; nothing else of the reply is shown then.
    pub form: Option<Form>,
    /// Whether the asker alone sees it.
    pub private: bool,
    /// Where it goes.
    pub place: Place,
}

/// A form with one line to be filled in. What was typed comes back with its press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What stands above it, within 45 UTF-16 units.
    pub title: String,
    /// What the line is, within 45 UTF-16 units.
    pub label: String,
    /// What the line shows while it is empty, within 100 UTF-16 units.
    pub placeholder: String,
    /// The most letters that it takes.
    pub letters_max: u16,
    /// What is done with what was typed.
    pub press: Press,
}

/// A file that comes with a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, in ASCII, with an ending that tells its type.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What a picture shows, for those who don't see it, within 1,024 UTF-16 units.
    pub described: Option<String>,
}

/// Where a reply goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// A message of its own.
    #[default]
    New,
    /// Instead of the message with the button that was pressed.
    InPlace,
}

/// A menu from which a Space is picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// Who ran the command.
    pub by: DiscordUserId,
    /// What it says before anything is picked, within 150 UTF-16 units.
    pub placeholder: String,
    /// What there is, 1 to 25 different Spaces.
    pub choices: Vec<Choice>,
}

/// A Space to be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its title, within 100 UTF-16 units.
    pub label: String,
    /// What stands below, within 100 UTF-16 units.
    pub note: String,
    /// The Space.
    pub space: SpaceId,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says, within 80 UTF-16 units.
    pub label: String,
    /// What it does.
    pub does: Does,
    /// How much it stands out.
    pub style: Style,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Leads to an address.
    Link(String),
    /// Comes back to the bot.
    Press(Press),
    /// Nothing any more.
    Nothing,
}

/// How much a button stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The one thing to do.
    Primary,
    /// One of several.
    Secondary,
    /// Takes something away.
    Danger,
}

impl Reply {
    /// A sentence for the asker alone.
    #[must_use]
    pub fn private(content: String) -> Self {
        Self { content, private: true, ..Self::default() }
    }

    /// The same, instead of the message with the button that was pressed.
    #[must_use]
    pub fn in_place(self) -> Self {
        Self { place: Place::InPlace, ..self }
    }

    /// The Spaces that it shows others, as far as that can be told by its links, its menu and its buttons; `None` if it
    /// shows others nothing that may be X's.
    #[must_use]
    pub fn shows_others(&self) -> Option<Vec<SpaceId>> {
        let mut words = vec![self.content.as_str()];
        for card in &self.cards {
            let texts = [&card.title, &card.url, &card.description, &card.footer];
            words.extend(texts.into_iter().flatten().map(String::as_str));
            words.extend(card.fields.iter().map(|field| field.value.as_str()));
        }
        let mut spaces: Vec<SpaceId> = Vec::new();
        for button in self.rows.iter().flatten() {
            match &button.does {
                Does::Link(url) => words.push(url),
                Does::Press(press) => spaces.extend(press.deed.space()),
                Does::Nothing => {}
            }
        }
        spaces.extend(words.into_iter().flat_map(linked));
        spaces.extend(self.menu.iter().flat_map(|menu| &menu.choices).map(|choice| choice.space));
        spaces.sort_unstable();
        spaces.dedup();
        let holds_x = !(spaces.is_empty() && self.cards.is_empty() && self.files.is_empty());
        (!self.private && holds_x).then_some(spaces)
    }

    /// The same with one more file.
    #[must_use]
    pub fn with_file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// The same with one more row, if there is anything in it.
    #[must_use]
    pub fn with_row(mut self, row: Vec<Button>) -> Self {
        if !row.is_empty() {
            self.rows.push(row);
        }
        self
    }
}

/// The Spaces whose addresses stand in a text.
fn linked(text: &str) -> impl Iterator<Item = SpaceId> {
    let ids = text.split("/i/spaces/").skip(1);
    ids.filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next()?.parse().ok())
}

impl Button {
    /// A button that leads to an address.
    #[must_use]
    pub fn link(label: String, url: String) -> Self {
        Self { label, does: Does::Link(url), style: Style::Secondary }
    }

    /// A button that comes back to the bot.
    #[must_use]
    pub fn press(label: String, style: Style, press: Press) -> Self {
        Self { label, does: Does::Press(press), style }
    }
}
