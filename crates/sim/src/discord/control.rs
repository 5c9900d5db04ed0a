//! Changing the world as people and Discord do: servers, channels, roles, members, outages.

#![expect(clippy::must_use_candidate, reason = "adding something is an effect; its id isn't always needed")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::message::{Message, Pings};
use super::moment::Moment;
use super::permissions::{self, Overwrite, Target, bits};
use super::server::Server;
use super::state::{GUILDS, State};
use super::wire;
use super::world::{Attachment, Channel, Guild, Member, Role, User};

impl Server {
    /// Adds a server that the bot is in, with Discord's default permissions for everyone and Mention
    /// Everyone for nobody. Its owner is a person of its own.
    pub fn add_guild(&self, name: &str) -> u64 {
        let owner = self.add_user(&format!("owner of {name}"));
        self.shared.change(|state| {
            let id = state.new_id();
            let everyone = Role {
                id,
                name: "@everyone".to_owned(),
                permissions: bits::EVERYONE_DEFAULT,
                mentionable: false,
                managed: false,
                position: 0,
            };
            let guild = Guild {
                id,
                name: name.to_owned(),
                owner,
                locale: "en-US".to_owned(),
                roles: BTreeMap::from([(id, everyone)]),
                members: BTreeMap::from([(owner, member(Vec::new()))]),
                unavailable: false,
                command_grants: BTreeMap::new(),
            };
            state.world.guilds.insert(id, guild);
            state.let_bot_join(id, 0);
            id
        })
    }

    /// Invites the bot (again), its own role holding `permissions`.
    pub fn add_bot_to_guild(&self, guild: u64, permissions: u64) {
        self.shared.change(|state| state.let_bot_join(guild, permissions));
    }

    /// Removes the bot: GUILD_DELETE without `unavailable`.
    pub fn remove_bot_from_guild(&self, guild: u64) {
        self.shared.change(|state| {
            let bot = state.world.bot;
            state.tell(guild, GUILDS, "GUILD_DELETE", &json!({ "id": wire::id(guild) }));
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.members.remove(&bot);
                guild.roles.retain(|_, role| !role.managed);
            }
        });
    }

    /// Begins an outage of a server: GUILD_DELETE with `unavailable`.
    pub fn make_unavailable(&self, guild: u64) {
        self.shared.change(|state| {
            state.tell(guild, GUILDS, "GUILD_DELETE", &json!({ "id": wire::id(guild), "unavailable": true }));
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.unavailable = true;
            }
        });
    }

    /// Ends an outage: GUILD_CREATE.
    pub fn make_available(&self, guild: u64) {
        self.shared.change(|state| {
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.unavailable = false;
            }
            state.tell_guild_create(guild);
        });
    }

    /// Sets the language that interactions give as the server's.
    pub fn set_guild_locale(&self, guild: u64, locale: &str) {
        self.shared.change(|state| {
            let Some(at) = state.world.guilds.get_mut(&guild) else { return };
            locale.clone_into(&mut at.locale);
            let data = wire::guild(at);
            state.tell(guild, GUILDS, "GUILD_UPDATE", &data);
        });
    }

    /// Adds a channel of Discord's type `kind`: 0 text, 2 voice, 4 category, 5 announcements, 15 forum.
    pub fn add_channel(&self, guild: u64, name: &str, kind: u8) -> u64 {
        self.shared.change(|state| state.add_channel(Some(guild), None, name, kind))
    }

    /// Adds a thread below a channel: 10 announcement, 11 public, 12 private.
    pub fn add_thread(&self, parent: u64, name: &str, kind: u8) -> u64 {
        self.shared.change(|state| {
            let guild = state.world.channels.get(&parent).and_then(|channel| channel.guild);
            state.add_channel(guild, Some(parent), name, kind)
        })
    }

    /// Adds someone to a thread, as private ones need.
    pub fn add_to_thread(&self, thread: u64, user: u64) {
        self.change_channel(thread, |channel| {
            channel.thread_members.insert(user);
        });
    }

    /// Archives a thread, or takes it out of the archive.
    pub fn archive_thread(&self, thread: u64, archived: bool) {
        self.change_channel(thread, |channel| channel.archived = archived);
    }

    /// Locks a thread, or unlocks it.
    pub fn lock_thread(&self, thread: u64, locked: bool) {
        self.change_channel(thread, |channel| channel.locked = locked);
    }

    /// Sets what a role or member is allowed and denied in a channel, in place of what was set before.
    pub fn set_overwrite(&self, channel: u64, target: Target, allow: u64, deny: u64) {
        self.change_channel(channel, |channel| {
            channel.overwrites.retain(|overwrite| overwrite.target != target);
            channel.overwrites.push(Overwrite { target, allow, deny });
        });
    }

    /// Deletes a channel, its threads and its messages.
    pub fn delete_channel(&self, channel: u64) {
        self.shared.change(|state| {
            let threads =
                state.world.channels.values().filter(|one| one.parent == Some(channel) && one.is_thread());
            let mut gone: Vec<u64> = threads.map(|thread| thread.id).collect();
            gone.push(channel);
            for id in gone {
                if let Some(channel) = state.world.channels.get(&id) {
                    let (guild, thread) = (channel.guild, channel.is_thread());
                    let data = wire::channel(&state.world, channel);
                    state.world.channels.remove(&id);
                    let event = if thread { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
                    state.tell(guild.unwrap_or_default(), GUILDS, event, &data);
                }
            }
        });
    }

    /// Adds a role that nobody has yet.
    pub fn add_role(&self, guild: u64, name: &str, permissions: u64, mentionable: bool) -> u64 {
        self.shared.change(|state| state.add_role(guild, name, permissions, mentionable, false))
    }

    /// Sets what a role can do; the server's id stands for `@everyone`.
    pub fn set_role_permissions(&self, guild: u64, role: u64, permissions: u64) {
        self.change_role(guild, role, |role| role.permissions = permissions);
    }

    /// Sets whether anyone may mention a role.
    pub fn set_role_mentionable(&self, guild: u64, role: u64, mentionable: bool) {
        self.change_role(guild, role, |role| role.mentionable = mentionable);
    }

    /// Deletes a role.
    pub fn delete_role(&self, guild: u64, role: u64) {
        self.shared.change(|state| {
            let Some(at) = state.world.guilds.get_mut(&guild) else { return };
            at.roles.remove(&role);
            for member in at.members.values_mut() {
                member.roles.retain(|held| *held != role);
            }
            let data = json!({ "guild_id": wire::id(guild), "role_id": wire::id(role) });
            state.tell(guild, GUILDS, "GUILD_ROLE_DELETE", &data);
        });
    }

    /// Gives a member (or the bot) a role.
    pub fn give_role(&self, guild: u64, user: u64, role: u64) {
        self.shared.change(|state| {
            let Some(at) = state.world.guilds.get_mut(&guild) else { return };
            if let Some(member) = at.members.get_mut(&user) {
                member.roles.push(role);
            }
            state.tell_own_member(guild, user);
        });
    }

    /// Sets what the bot's own role in a server can do.
    pub fn set_bot_permissions(&self, guild: u64, permissions: u64) {
        let role = {
            let state = self.shared.look();
            let roles = state.world.guilds.get(&guild).map(|guild| &guild.roles);
            roles.and_then(|roles| roles.values().find(|role| role.managed).map(|role| role.id))
        };
        if let Some(role) = role {
            self.set_role_permissions(guild, role, permissions);
        }
    }

    /// Adds a person.
    pub fn add_user(&self, name: &str) -> u64 {
        self.shared.change(|state| {
            let id = state.new_id();
            state
                .world
                .users
                .insert(id, User { id, name: name.to_owned(), bot: false, takes_messages: true });
            id
        })
    }

    /// Sets whether someone takes direct messages from the bot; if not, sending answers 50007.
    pub fn set_takes_messages(&self, user: u64, takes: bool) {
        self.shared.change(|state| {
            if let Some(user) = state.world.users.get_mut(&user) {
                user.takes_messages = takes;
            }
        });
    }

    /// Makes someone a member who can do `permissions` beyond what everyone can (by a role of their own).
    pub fn add_member(&self, guild: u64, user: u64, permissions: u64) {
        self.shared.change(|state| {
            let roles = if permissions == 0 {
                Vec::new()
            } else {
                vec![state.add_role(guild, &format!("of member {user}"), permissions, false, false)]
            };
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.members.insert(user, member(roles));
            }
        });
    }

    /// Allows or refuses a member a command in the server's integration settings, whatever the command's
    /// default permissions say.
    pub fn allow_command(&self, guild: u64, command: &str, user: u64, allowed: bool) {
        self.shared.change(|state| {
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.command_grants.insert((command.to_owned(), user), allowed);
            }
        });
    }

    /// What someone can do in a channel.
    #[must_use]
    pub fn permissions(&self, channel: u64, user: u64) -> u64 {
        let state = self.shared.look();
        let channel = state.world.channels.get(&channel);
        channel.map_or(0, |channel| permissions::in_channel(&state.world, channel, user))
    }

    /// The bot user's id, which is the application's.
    #[must_use]
    pub fn bot_id(&self) -> u64 {
        self.shared.look().world.bot
    }

    /// The registered commands: of the application, or of one server.
    #[must_use]
    pub fn commands(&self, guild: Option<u64>) -> Vec<Value> {
        self.shared.look().registry.scope(guild).to_vec()
    }

    /// The channel of direct messages between the bot and someone.
    #[must_use]
    pub fn direct_channel(&self, user: u64) -> u64 {
        self.shared.change(|state| state.direct_channel(user))
    }

    /// The messages that are in a channel, ephemeral ones included, oldest first.
    #[must_use]
    pub fn messages(&self, channel: u64) -> Vec<Message> {
        let state = self.shared.look();
        state.world.channel_messages(channel).filter(|message| message.exists()).cloned().collect()
    }

    /// The messages that ever were in a channel, deleted ones included, oldest first.
    #[must_use]
    pub fn all_messages(&self, channel: u64) -> Vec<Message> {
        self.shared.look().world.channel_messages(channel).cloned().collect()
    }

    /// One message, even if it was deleted.
    #[must_use]
    pub fn message(&self, channel: u64, id: u64) -> Option<Message> {
        self.shared.look().world.message(channel, id).cloned()
    }

    /// Deletes a message, as a moderator does.
    pub fn delete_message(&self, channel: u64, id: u64) {
        self.shared.change(|state| state.delete(channel, id, Moment::now()));
    }

    /// Makes a message older, for the limit on edits of old ones.
    pub fn age_message(&self, channel: u64, id: u64, by: Duration) {
        self.shared.change(|state| {
            if let Some(message) = state.world.messages.get_mut(&(channel, id)) {
                message.aged += by;
            }
        });
    }

    /// Writes a message as a person.
    pub fn write(&self, channel: u64, user: u64, content: &str) -> u64 {
        self.shared.change(|state| {
            let id = state.new_id();
            let now = Moment::now();
            let mut message = Message {
                id,
                channel_id: channel,
                author_id: user,
                content: content.to_owned(),
                embeds: Vec::new(),
                components: Vec::new(),
                allowed_mentions: None,
                flags: 0,
                nonce: None,
                attachments: Vec::new(),
                pings: Pings::default(),
                created: now,
                edited: None,
                deleted: None,
                revisions: Vec::new(),
                visible_to: None,
                interaction_id: None,
                aged: Duration::ZERO,
            };
            message.remember(now);
            state.world.messages.insert((channel, id), message);
            state.tell_of_message(channel, id, "MESSAGE_CREATE");
            id
        })
    }

    /// Uploads a file for an attachment option; its id is the option's value.
    #[must_use]
    pub fn upload(&self, filename: &str, content_type: &str, bytes: impl Into<Bytes>) -> u64 {
        let bytes = bytes.into();
        self.shared.change(|state| {
            let id = state.new_id();
            let file = Attachment {
                id,
                filename: filename.to_owned(),
                content_type: Some(content_type.to_owned()),
                description: None,
                bytes,
            };
            state.world.uploads.insert(id, file);
            id
        })
    }

    fn change_channel(&self, id: u64, change: impl FnOnce(&mut Channel)) {
        self.shared.change(|state| {
            let Some(channel) = state.world.channels.get_mut(&id) else { return };
            change(channel);
            let (guild, thread) = (channel.guild, channel.is_thread());
            let event = if thread { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" };
            state.tell_channel_event(id, guild, event);
        });
    }

    fn change_role(&self, guild: u64, role: u64, change: impl FnOnce(&mut Role)) {
        self.shared.change(|state| {
            let roles = state.world.guilds.get_mut(&guild).map(|guild| &mut guild.roles);
            let Some(role) = roles.and_then(|roles| roles.get_mut(&role)) else { return };
            change(role);
            let data = json!({ "guild_id": wire::id(guild), "role": wire::role(role) });
            state.tell(guild, GUILDS, "GUILD_ROLE_UPDATE", &data);
        });
    }
}

impl State {
    fn let_bot_join(&mut self, guild: u64, permissions: u64) {
        let bot = self.world.bot;
        let name = self.settings.bot_name.clone();
        let role = self.add_role(guild, &name, permissions, false, true);
        if let Some(guild) = self.world.guilds.get_mut(&guild) {
            guild.members.insert(bot, member(vec![role]));
        }
        self.tell_guild_create(guild);
    }

    fn tell_guild_create(&mut self, guild: u64) {
        if let Some(at) = self.world.guilds.get(&guild) {
            let data = wire::guild_create(&self.world, at);
            self.tell(guild, GUILDS, "GUILD_CREATE", &data);
        }
    }

    fn tell_channel_event(&mut self, id: u64, guild: Option<u64>, event: &str) {
        if let (Some(channel), Some(guild)) = (self.world.channels.get(&id), guild) {
            let data = wire::channel(&self.world, channel);
            self.tell(guild, GUILDS, event, &data);
        }
    }

    /// The bot always hears of changes to its own membership.
    fn tell_own_member(&mut self, guild: u64, user: u64) {
        let Some(at) = self.world.guilds.get(&guild).filter(|_| user == self.world.bot) else { return };
        if let Some(mut data) = wire::member(&self.world, at, user) {
            data["guild_id"] = wire::id(guild);
            self.tell(guild, 0, "GUILD_MEMBER_UPDATE", &data);
        }
    }

    fn add_channel(&mut self, guild: Option<u64>, parent: Option<u64>, name: &str, kind: u8) -> u64 {
        let id = self.new_id();
        let position = guild.map_or(0, |guild| self.world.channels_of(guild).count());
        let channel = Channel {
            id,
            guild,
            name: name.to_owned(),
            kind,
            parent,
            recipient: None,
            overwrites: Vec::new(),
            archived: false,
            locked: false,
            thread_members: BTreeSet::new(),
            position,
            created: Moment::now().timestamp,
        };
        let event = if channel.is_thread() { "THREAD_CREATE" } else { "CHANNEL_CREATE" };
        self.world.channels.insert(id, channel);
        self.tell_channel_event(id, guild, event);
        id
    }

    fn add_role(
        &mut self,
        guild: u64,
        name: &str,
        permissions: u64,
        mentionable: bool,
        managed: bool,
    ) -> u64 {
        let id = self.new_id();
        let Some(at) = self.world.guilds.get_mut(&guild) else { return id };
        let role =
            Role { id, name: name.to_owned(), permissions, mentionable, managed, position: at.roles.len() };
        let data = json!({ "guild_id": wire::id(guild), "role": wire::role(&role) });
        at.roles.insert(id, role);
        self.tell(guild, GUILDS, "GUILD_ROLE_CREATE", &data);
        id
    }
}

fn member(roles: Vec<u64>) -> Member {
    Member { roles, joined: Moment::now().timestamp }
}
