//! What the reader does in Discord: types, presses, picks, writes.
//!
//! Owns the calls' shape as the page sends them. The stand-in stops people where Discord's client would; its
//! refusal is told as a sentence.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use spacebell_sim::discord::{Interaction, Outcome, Person, Refused, Server};

use super::Demo;
use super::record::{How, Used};

/// A little more than Discord waits for a first answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// Who does it, where, in which language.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Reader {
    /// The person's id.
    #[serde(rename = "as")]
    pub user: String,
    /// The channel's id.
    pub channel: String,
    /// The language of their Discord.
    pub locale: String,
}

/// What they do.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Call {
    /// Sends a slash command with its options.
    Command { name: String, options: Map<String, Value> },
    /// Has typed part of an option.
    Autocomplete { name: String, focused: String, partial: String, options: Map<String, Value> },
    /// Uses a command of a message's menu.
    MessageCommand { name: String, message: String },
    /// Presses a button.
    Press { message: String, custom_id: String, label: String },
    /// Picks from a menu.
    Select { message: String, custom_id: String, label: String, values: Vec<String> },
    /// Submits a modal that the bot has opened for them.
    Submit { interaction: String, title: String, fields: Map<String, Value> },
    /// Deletes a scheduled event, as a moderator does.
    DeleteEvent { event: String },
    /// Writes a message.
    Write { content: String },
    /// Dismisses a private reply.
    Dismiss { message: String },
    /// Deletes a message, as a moderator does.
    Delete { message: String },
}

/// Does it, waits for the first answer where there is to be one, and gives what the page is to know.
pub(super) async fn make(demo: &Demo, reader: &Reader, call: Call) -> Result<Value, String> {
    let (user, channel) = (id(&reader.user)?, id(&reader.channel)?);
    let discord = &demo.stage.discord;
    let person = discord.user(user).in_channel(channel).locale(&reader.locale);
    match call {
        Call::Write { content } => {
            discord.write(channel, user, &content);
            Ok(json!({}))
        }
        Call::Dismiss { message } => {
            let message = id(&message)?;
            demo.record.note(|notes| notes.dismissed.insert(message));
            Ok(json!({}))
        }
        Call::Delete { message } => {
            discord.delete_message(channel, id(&message)?);
            Ok(json!({}))
        }
        Call::DeleteEvent { event } => {
            discord.delete_scheduled_event(id(&event)?);
            Ok(json!({}))
        }
        Call::Autocomplete { name, focused, partial, options } => {
            let typed = person.autocomplete(&name, &focused, &partial, options);
            let typed = typed.map_err(|refused| sentence(refused, &reader.locale))?;
            let reply = typed.reply(ANSWER_PATIENCE).await.map_err(|late| late.to_string())?;
            let choices = reply.choices().into_iter();
            let choices: Vec<Value> =
                choices.map(|(name, value)| json!({ "name": name, "value": value })).collect();
            Ok(json!({ "choices": choices, "failed": reply.outcome == Outcome::Failed }))
        }
        call => {
            let (interaction, what, how) = act(discord, &person, call, &reader.locale)?;
            demo.record.note(|notes| notes.used.insert(interaction.id(), Used { user, what, how }));
            answered(&interaction).await
        }
    }
}

fn act(
    discord: &Server,
    person: &Person,
    call: Call,
    locale: &str,
) -> Result<(Interaction, String, How), String> {
    let made = match call {
        Call::Command { name, options } => {
            person.command(&name, options).map(|made| (made, format!("/{name}"), How::Used))
        }
        Call::MessageCommand { name, message } => {
            person.message_command(&name, id(&message)?).map(|made| (made, name, How::Used))
        }
        Call::Press { message, custom_id, label } => {
            person.press(id(&message)?, &custom_id).map(|made| (made, label, How::Pressed))
        }
        Call::Select { message, custom_id, label, values } => {
            let picks: Vec<&str> = values.iter().map(String::as_str).collect();
            person.select(id(&message)?, &custom_id, &picks).map(|made| (made, label, How::Picked))
        }
        Call::Submit { interaction, title, fields } => {
            let opened = discord.interaction(id(&interaction)?);
            let opened = opened.ok_or("That isn't there any more.")?;
            person.submit_modal(&opened, fields).map(|made| (made, title, How::FilledIn))
        }
        Call::Write { .. }
        | Call::Dismiss { .. }
        | Call::Delete { .. }
        | Call::DeleteEvent { .. }
        | Call::Autocomplete { .. } => {
            return Err("That isn't answered by the bot.".to_owned());
        }
    };
    made.map_err(|refused| sentence(refused, locale))
}

async fn answered(interaction: &Interaction) -> Result<Value, String> {
    let reply = interaction.reply(ANSWER_PATIENCE).await.map_err(|late| late.to_string())?;
    let mut answer = json!({ "failed": reply.outcome == Outcome::Failed });
    if reply.outcome == Outcome::Modal {
        answer["modal"] = reply.data;
        answer["modal"]["opened_by"] = json!(interaction.id().to_string());
    }
    Ok(answer)
}

fn id(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "That isn't there any more.".to_owned())
}

/// What Discord's client would say, in the reader's language.
fn sentence(refused: Refused, locale: &str) -> String {
    let (english, japanese) = match refused {
        Refused::UnknownCommand(_) | Refused::NeedsSubcommand => (
            "There is no such command here. Is the bot running?".to_owned(),
            "そのようなコマンドはありません。ボットは動いていますか？".to_owned(),
        ),
        Refused::NotAllowed => (
            "You don't have permission to use this command.".to_owned(),
            "このコマンドを使う権限がありません。".to_owned(),
        ),
        Refused::MissingOption(name) => {
            (format!("The option {name} is required."), format!("{name} は必須です。"))
        }
        Refused::Invalid(name, why) => {
            (format!("The option {name} {why}."), format!("{name} の値が正しくありません：{why}。"))
        }
        Refused::UnknownMessage => {
            ("That message isn't there any more.".to_owned(), "そのメッセージはもうありません。".to_owned())
        }
        Refused::UnknownComponent(_) => {
            ("That button can't be used any more.".to_owned(), "そのボタンはもう使えません。".to_owned())
        }
        other => {
            (format!("Discord doesn't allow that: {other}."), format!("Discordが許可していません：{other}。"))
        }
    };
    if locale == "ja" { japanese } else { english }
}
