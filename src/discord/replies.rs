//! Replies and their buttons as Discord's objects. Pure.

use serde_json::{Value, json};
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateInputText,
    CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, EditAttachments, EditInteractionResponse,
};
use serenity::model::application::{ButtonStyle, InputTextStyle, InteractionResponseFlags};

use super::embed::embed;
use crate::commands::press::menu_id;
use crate::commands::reply::{Button, Does, File, Form, Menu, Reply, Style};
use crate::domain::text;

/// The longest text, in UTF-16 units. Source: Discord's documentation, "Create Message".
const CONTENT_MAX: usize = 2_000;
/// The longest label, in UTF-16 units. Source: Discord's documentation, "Component Reference".
const LABEL_MAX: usize = 80;
/// The longest description of a file, in UTF-16 units. Source: Discord's documentation, "Attachment Object".
const DESCRIPTION_MAX: usize = 1_024;

/// Rows of buttons, and the menu below them.
fn rows(reply: &Reply) -> Vec<CreateActionRow> {
    let buttons = reply.rows.iter().map(|row| CreateActionRow::Buttons(row.iter().map(button).collect()));
    buttons.chain(reply.menu.as_ref().map(menu)).collect()
}

fn menu(menu: &Menu) -> CreateActionRow {
    let options = menu.choices.iter().map(|choice| {
        let label = text::cut(&choice.label, CHOICE_MAX);
        CreateSelectMenuOption::new(label, choice.space.to_string())
            .description(text::cut(&choice.note, CHOICE_MAX))
    });
    let kind = CreateSelectMenuKind::String { options: options.collect() };
    CreateActionRow::SelectMenu(CreateSelectMenu::new(menu_id(menu.by), kind).placeholder(&menu.placeholder))
}

/// The longest text of a menu's choice, in UTF-16 units. Source: Discord's documentation, "Component Reference".
const CHOICE_MAX: usize = 100;

/// A reply as the answer to an interaction.
pub fn answer(reply: &Reply) -> CreateInteractionResponseMessage {
    let mut flags = InteractionResponseFlags::empty();
    flags.set(InteractionResponseFlags::EPHEMERAL, reply.private);
    // An address in a sentence is an example, not something to be previewed.
    flags.set(InteractionResponseFlags::SUPPRESS_EMBEDS, reply.cards.is_empty());
    CreateInteractionResponseMessage::new()
        .content(content(reply))
        .embeds(reply.cards.iter().map(embed).collect())
        .components(rows(reply))
        .add_files(reply.files.iter().map(file))
        .allowed_mentions(nobody())
        .flags(flags)
}

/// A form as the answer to an interaction.
pub fn form(form: &Form) -> CreateModal {
    let label = text::cut(&form.label, FORM_MAX);
    let line = CreateInputText::new(InputTextStyle::Short, label, LINE)
        .placeholder(text::cut(&form.placeholder, CHOICE_MAX))
        .max_length(form.letters_max)
        .required(true);
    let title = text::cut(&form.title, FORM_MAX);
    CreateModal::new(form.press.to_string(), title).components(vec![CreateActionRow::InputText(line)])
}

/// The longest title of a form or label of its line, in UTF-16 units. Source: Discord's documentation, "Modal" and
/// "Text Input".
const FORM_MAX: usize = 45;
/// The id of a form's one line.
const LINE: &str = "line";

/// A reply as a message that follows an answer.
pub fn followup(reply: &Reply) -> CreateInteractionResponseFollowup {
    CreateInteractionResponseFollowup::new()
        .content(content(reply))
        .embeds(reply.cards.iter().map(embed).collect())
        .components(rows(reply))
        .add_files(reply.files.iter().map(file))
        .allowed_mentions(nobody())
        .ephemeral(reply.private)
}

/// A reply as the edit of an answer that was deferred.
pub fn edit(reply: &Reply) -> EditInteractionResponse {
    EditInteractionResponse::new()
        .content(content(reply))
        .embeds(reply.cards.iter().map(embed).collect())
        .components(rows(reply))
        .attachments(reply.files.iter().map(file).fold(EditAttachments::new(), EditAttachments::add))
        .allowed_mentions(nobody())
}

/// A reply as a message of its own, which pings nobody.
#[must_use]
pub fn message(reply: &Reply) -> Value {
    json!({
        "content": content(reply),
        "embeds": reply.cards.iter().map(embed).collect::<Vec<_>>(),
        "components": rows(reply),
        "allowed_mentions": { "parse": [] },
    })
}

/// Mentions in replies are to be read, not heard.
fn nobody() -> CreateAllowedMentions {
    CreateAllowedMentions::new()
}

fn content(reply: &Reply) -> String {
    text::cut(&reply.content, CONTENT_MAX)
}

fn file(file: &File) -> CreateAttachment {
    let attachment = CreateAttachment::bytes(file.bytes.clone(), &file.name);
    match &file.described {
        Some(described) => attachment.description(text::cut(described, DESCRIPTION_MAX)),
        None => attachment,
    }
}

fn button(button: &Button) -> CreateButton {
    let style = match button.style {
        Style::Primary => ButtonStyle::Primary,
        Style::Secondary => ButtonStyle::Secondary,
        Style::Danger => ButtonStyle::Danger,
    };
    let made = match &button.does {
        Does::Link(url) => CreateButton::new_link(url),
        Does::Press(press) => CreateButton::new(press.to_string()).style(style),
        Does::Nothing => CreateButton::new("nothing").style(style).disabled(true),
    };
    made.label(text::cut(&button.label, LABEL_MAX))
}
