//! People and roles: made, given, changed.

use serde_json::json;

use super::member;
use crate::discord::server::Server;
use crate::discord::state::{GUILDS, State};
use crate::discord::wire;
use crate::discord::world::{Role, User};

impl Server {
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

    /// Sets whether someone takes direct messages from the bot; if not, sending answers 50007. Who is
    /// in no server with the bot takes none either: 50278.
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
            let now = state.clock.now();
            let roles = if permissions == 0 {
                Vec::new()
            } else {
                vec![state.add_role(guild, &format!("of member {user}"), permissions, false, false)]
            };
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.members.insert(user, member(roles, now));
            }
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
    /// The bot always hears of changes to its own membership.
    fn tell_own_member(&mut self, guild: u64, user: u64) {
        let Some(at) = self.world.guilds.get(&guild).filter(|_| user == self.world.bot) else { return };
        if let Some(mut data) = wire::member(&self.world, at, user) {
            data["guild_id"] = wire::id(guild);
            self.tell(guild, 0, "GUILD_MEMBER_UPDATE", &data);
        }
    }

    pub(super) fn add_role(
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
