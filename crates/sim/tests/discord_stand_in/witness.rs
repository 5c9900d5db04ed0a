//! A widely used client library against the stand-in: what it can read, a bot can.

use std::sync::Arc;

use serde_json::{Value, json};
use serenity::all::{
    ActionRowComponent, ChannelId, Client, Context, CreateActionRow, CreateAttachment, CreateInputText,
    CreateInteractionResponse, CreateInteractionResponseMessage, CreateMessage, CreateModal, EventHandler,
    GatewayIntents, Guild, HttpBuilder, InputTextStyle, Interaction, ModalInteraction, Ready,
};
use serenity::async_trait;
use spacebell_sim::discord::{Closing, Outcome, bits};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::support::{SOON, Stage, unlimited};

struct Handler(UnboundedSender<String>);

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        self.0.send(format!("ready {}", ready.user.name)).expect("a listener");
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        self.0.send(format!("guild {} {}", guild.name, guild.channels.len())).expect("a listener");
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        let text = match &interaction {
            Interaction::Command(command) => format!("command {}", command.data.name),
            Interaction::Component(component) => format!("component {}", component.data.custom_id),
            Interaction::Modal(modal) => format!("modal {}", typed(modal)),
            _ => "something else".to_owned(),
        };
        let button = serenity::all::CreateButton::new("b").label("Press");
        let message = CreateInteractionResponseMessage::new().content(&text).button(button);
        let response = CreateInteractionResponse::Message(message);
        let sent = match interaction {
            Interaction::Command(command) if command.data.name == "take" => {
                let file = &command.data.resolved.attachments.values().next().expect("a file");
                let held = file.download().await.expect("its bytes");
                assert_eq!(u32::try_from(held.len()), Ok(file.size));
                let input = CreateInputText::new(InputTextStyle::Short, "Why", "why");
                let modal =
                    CreateModal::new("reason", "Why?").components(vec![CreateActionRow::InputText(input)]);
                command.create_response(&context.http, CreateInteractionResponse::Modal(modal)).await
            }
            Interaction::Modal(modal) => {
                let picture = CreateAttachment::bytes(*b"a,b", "figures.csv");
                let message = CreateInteractionResponseMessage::new().content(text).add_file(picture);
                modal.create_response(&context.http, CreateInteractionResponse::Message(message)).await
            }
            Interaction::Command(command) => command.create_response(&context.http, response).await,
            Interaction::Component(component) => component.create_response(&context.http, response).await,
            _ => Ok(()),
        };
        sent.expect("an answer that is taken");
    }
}

/// What was typed into a modal's one input.
fn typed(modal: &ModalInteraction) -> &str {
    match modal.data.components[0].components.first() {
        Some(ActionRowComponent::InputText(input)) => input.value.as_deref().unwrap_or_default(),
        other => panic!("an input was due, not {other:?}"),
    }
}

#[tokio::test]
async fn a_client_library_understands_every_payload() {
    let stage = Stage::new(unlimited()).await;
    stage.register().await;
    stage.discord.add_thread(stage.channel, "talk", 11);
    let http =
        HttpBuilder::new("stand-in-token").proxy(stage.discord.url()).ratelimiter_disabled(true).build();
    let (events, mut heard) = unbounded_channel();
    let mut client = serenity::client::ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
        .event_handler(Handler(events))
        .await
        .unwrap();
    let (http, shards) = (Arc::clone(&client.http), Arc::clone(&client.shard_manager));
    let running = tokio::spawn(async move { Client::start_autosharded(&mut client).await });
    assert_eq!(heard.recv().await.unwrap(), "ready Spacebell");
    assert_eq!(heard.recv().await.unwrap(), "guild Harbour 1");

    let person = stage.discord.user(stage.person(bits::MANAGE_GUILD)).in_channel(stage.channel);
    let options = json!({ "host": "@nasa", "channel": stage.channel });
    let reply = person.command("follow host", options).unwrap().reply(SOON).await.unwrap();
    assert_eq!(reply.content(), "command follow");
    let message = reply.message.unwrap().id;
    let pressed = person.press(message, "Press").unwrap().reply(SOON).await.unwrap();
    assert_eq!(pressed.content(), "component b");
    let menu = person.message_command("Show Space", message).unwrap().reply(SOON).await.unwrap();
    assert_eq!(menu.content(), "command Show Space");

    let file = stage.discord.upload("follows.json", "application/json", "{}");
    let opened = person.command("take", json!({ "file": file })).unwrap();
    assert_eq!(opened.reply(SOON).await.unwrap().outcome, Outcome::Modal);
    let submitted = person.submit_modal(&opened, json!({ "why": "because" })).unwrap();
    let reply = submitted.reply(SOON).await.unwrap();
    assert_eq!((reply.content(), &reply.files()[0].filename[..]), ("modal because", "figures.csv"));

    stage.discord.close_with(Closing::Code(4000));
    let resumed =
        |discord: &spacebell_sim::discord::Server| (discord.gateway().resumes.len() == 1).then_some(());
    stage.discord.wait_for(SOON * 2, resumed).await.unwrap();
    let again = person.command("help", Value::Null).unwrap().reply(SOON).await.unwrap();
    assert_eq!(again.content(), "command help");

    let channel = ChannelId::new(stage.channel);
    let sent = channel.send_message(&http, CreateMessage::new().content("ring")).await.unwrap();
    assert_eq!(channel.message(&http, sent.id).await.unwrap().content, "ring");
    let guild = serenity::all::GuildId::new(stage.guild);
    http.get_guild(guild).await.unwrap();
    guild.roles(&http).await.unwrap();
    guild.channels(&http).await.unwrap();
    guild.member(&http, stage.discord.bot_id()).await.unwrap();
    assert_eq!(http.get_global_commands().await.unwrap().len(), 4);
    http.get_current_application_info().await.unwrap();
    http.get_current_user().await.unwrap();
    shards.shutdown_all().await;
    running.abort();
}
