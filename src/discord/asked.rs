//! What Discord's interactions ask, as the commands' own values. Pure.
//!
//! Owns which of an interaction's fields mean what; answering is [`interactions`](super::interactions)'.

use serenity::model::application::{
    ActionRowComponent, CommandInteraction, ComponentInteraction, ComponentInteractionDataKind,
    ModalInteraction,
};
use serenity::model::channel::{ChannelType, MessageFlags, PartialChannel};
use serenity::model::guild::Member;
use serenity::model::user::User;

use crate::commands::complete::Typing;
use crate::commands::options::Chosen;
use crate::commands::press::picked;
use crate::commands::{Asker, Invocation, Request};
use crate::linking::Face;

/// A command, whatever its options hold.
#[must_use]
pub fn of_command(command: &CommandInteraction) -> Invocation {
    Invocation {
        asker: Asker { user: command.user.id, guild: command.guild_id },
        here: here(command.channel_id, command.channel.as_ref(), command.member.as_deref()),
        roles: command.member.as_deref().map(|member| member.roles.clone()).unwrap_or_default(),
        app_permissions: command.app_permissions.unwrap_or_default(),
        face: face(&command.user),
        locale: command.locale.clone(),
        guild_locale: command.guild_locale.clone(),
        on_shared: false,
        request: Request::of_command(&command.data),
    }
}

/// A button that was pressed, or what was picked from a menu.
#[must_use]
pub fn of_press(press: &ComponentInteraction) -> Invocation {
    let custom_id = &press.data.custom_id;
    let request = match &press.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => match values.as_slice() {
            [value] => Request::of_press(&picked(custom_id, value)),
            _ => Request::UnknownPress,
        },
        _ => Request::of_press(custom_id),
    };
    let is_ephemeral = press.message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL));
    Invocation {
        asker: Asker { user: press.user.id, guild: press.guild_id },
        here: here(press.channel_id, press.channel.as_ref(), press.member.as_ref()),
        roles: press.member.as_ref().map(|member| member.roles.clone()).unwrap_or_default(),
        app_permissions: press.app_permissions.unwrap_or_default(),
        face: face(&press.user),
        locale: press.locale.clone(),
        guild_locale: press.guild_locale.clone(),
        on_shared: !is_ephemeral,
        request,
    }
}

/// A form that was filled in.
#[must_use]
pub fn of_form(form: &ModalInteraction) -> Invocation {
    let lines = form.data.components.iter().flat_map(|row| &row.components);
    let typed = lines.filter_map(|line| match line {
        ActionRowComponent::InputText(line) => line.value.clone(),
        _ => None,
    });
    let typed = typed.collect::<Vec<_>>().join("\n");
    let is_ephemeral = form
        .message
        .as_ref()
        .and_then(|message| message.flags)
        .is_none_or(|flags| flags.contains(MessageFlags::EPHEMERAL));
    Invocation {
        asker: Asker { user: form.user.id, guild: form.guild_id },
        here: here(form.channel_id, form.channel.as_ref(), form.member.as_ref()),
        roles: form.member.as_ref().map(|member| member.roles.clone()).unwrap_or_default(),
        app_permissions: form.app_permissions.unwrap_or_default(),
        face: face(&form.user),
        locale: form.locale.clone(),
        guild_locale: form.guild_locale.clone(),
        on_shared: !is_ephemeral,
        request: Request::of_form(&form.data.custom_id, typed),
    }
}

fn face(user: &User) -> Face {
    Face { name: user.display_name().to_owned(), picture_url: user.static_avatar_url() }
}

/// Somebody typing; `None` where no option has the cursor.
#[must_use]
pub fn typing(command: &CommandInteraction) -> Option<Typing> {
    let option = command.data.autocomplete()?;
    let member = command.member.as_deref();
    Some(Typing {
        asker: Asker { user: command.user.id, guild: command.guild_id },
        channel: command.channel_id,
        permissions: member.and_then(|member| member.permissions).unwrap_or_default(),
        roles: member.map(|member| member.roles.clone()).unwrap_or_default(),
        locale: command.locale.clone(),
        command: command.data.options.first().map(|option| option.name.clone()).unwrap_or_default(),
        option: option.name.to_owned(),
        typed: option.value.to_owned(),
    })
}

fn here(
    id: serenity::model::id::ChannelId,
    channel: Option<&PartialChannel>,
    member: Option<&Member>,
) -> Chosen {
    Chosen {
        id,
        kind: channel.map_or(ChannelType::Text, |channel| channel.kind),
        permissions: member.and_then(|member| member.permissions),
    }
}
