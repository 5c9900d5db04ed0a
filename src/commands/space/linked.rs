//! "Show Space" in a message's menu: the card of each Space that the message links to.

use serenity::builder::CreateCommand;
use serenity::model::application::{ActionRowComponent, ButtonKind, CommandType, InteractionContext};
use serenity::model::channel::Message;

use super::show;
use crate::card::Card;
use crate::commands::app::{App, Failure};
use crate::commands::invocation::Invocation;
use crate::commands::lookup::{self, Finding};
use crate::commands::reply::Reply;
use crate::commands::sorry;
use crate::domain::ids::SpaceId;
use crate::domain::input;
use crate::domain::text;
use crate::texts::{Arg, key};

/// The command's name.
pub const MENU_NAME: &str = "Show Space";
/// Cards in one reply: each Space that isn't known takes one of the asker's questions.
const CARDS_MAX: usize = 5;
/// Room for all cards of a message, in UTF-16 units, with some to spare.
/// Source: Discord's documentation, "Embed Limits".
const CARDS_LENGTH_MAX: usize = 5_500;

/// The definition of "Show Space".
pub fn menu_definition() -> CreateCommand {
    CreateCommand::new(MENU_NAME)
        .kind(CommandType::Message)
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
}

/// The Spaces that a message links to: in its text, its cards and its buttons.
#[must_use]
pub fn links_in(message: &Message) -> Vec<SpaceId> {
    let mut words = vec![message.content.clone()];
    for embed in &message.embeds {
        words.extend(embed.url.clone());
        words.extend(embed.description.clone());
    }
    for component in message.components.iter().flat_map(|row| &row.components) {
        if let ActionRowComponent::Button(button) = component
            && let ButtonKind::Link { url } = &button.data
        {
            words.push(url.clone());
        }
    }
    // What is written comes first, should it be more than is read.
    input::space_links(&words.join("\n"))
}

/// Shows the Spaces.
pub async fn show_linked(app: &App, invocation: &Invocation, spaces: &[SpaceId]) -> Reply {
    let words = app.words(&invocation.locale);
    if spaces.is_empty() {
        return Reply::private(words.say(key("linked-none")));
    }
    let mut notes: Vec<String> = Vec::new();
    let mut cards: Vec<Card> = Vec::new();
    let mut row = Vec::new();
    let mut over = 0_usize;
    for id in spaces.iter().take(CARDS_MAX) {
        match lookup::find(app, &invocation.asker, *id).await {
            Ok(Finding::There(sighting)) if !sighting.known.phase.is_over() => {
                app.recent.saw_space(invocation.asker.user, *id);
                notes.extend(sighting.fault.iter().map(|fault| sorry::failure(fault, words)));
                cards.push(words.card(&sighting.subject(app.clock.now())));
                row = show::buttons(app, invocation, &sighting, true, words);
            }
            Ok(_) => over += 1,
            Err(failure) => {
                notes.push(sorry::failure(&failure, words));
                if matches!(failure, Failure::Quota { .. }) {
                    break;
                }
            }
        }
    }
    notes.dedup();
    if over > 0 {
        notes.push(words.with(key("linked-over"), &[("count", Arg::from(over))]));
    }
    let mut length = 0;
    let fitting = cards.iter().take_while(|card| {
        length += card_length(card);
        length <= CARDS_LENGTH_MAX
    });
    let fitting = fitting.count();
    let left = spaces.len().saturating_sub(CARDS_MAX) + cards.len() - fitting;
    cards.truncate(fitting);
    if left > 0 {
        notes.push(words.with(key("more-of-them"), &[("count", Arg::from(left))]));
    }
    let reply = Reply { cards, ..Reply::private(notes.join("\n")) };
    // Among several, nobody could tell whose buttons they are.
    if reply.cards.len() == 1 { reply.with_row(row) } else { reply }
}

/// What counts of a card against the limit of all cards together.
fn card_length(card: &Card) -> usize {
    let texts = [&card.title, &card.description, &card.footer];
    let texts = texts.into_iter().flatten().chain(card.author.as_ref().map(|author| &author.name));
    let fields = card.fields.iter().flat_map(|field| [&field.name, &field.value]);
    texts.chain(fields).map(|part| text::length(part)).sum()
}
