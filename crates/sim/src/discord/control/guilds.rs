//! Servers: made, joined, left, in an outage; the commands there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::member;
use crate::discord::permissions::bits;
use crate::discord::server::Server;
use crate::discord::state::{GUILDS, State};
use crate::discord::wire;
use crate::discord::world::{Guild, Role};

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
                members: BTreeMap::from([(owner, member(Vec::new(), state.clock.now()))]),
                unavailable: false,
                system_channel: None,
                updates_channel: None,
                command_grants: BTreeMap::new(),
                blocked_words: Vec::new(),
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

    /// Sets where members are greeted, and where Discord tells moderators what concerns them.
    pub fn set_notice_channels(&self, guild: u64, system: Option<u64>, updates: Option<u64>) {
        self.shared.change(|state| {
            let Some(at) = state.world.guilds.get_mut(&guild) else { return };
            (at.system_channel, at.updates_channel) = (system, updates);
            let data = wire::guild(at);
            state.tell(guild, GUILDS, "GUILD_UPDATE", &data);
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

    /// Sets what the server's AutoMod blocks, in texts of any kind: sending or editing answers 200000 then.
    pub fn block_words(&self, guild: u64, words: &[&str]) {
        self.shared.change(|state| {
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.blocked_words = words.iter().map(|word| (*word).to_owned()).collect();
            }
        });
    }

    /// Sets which addresses, or parts of them, Discord takes for harmful: sending them anywhere answers 240000 then.
    pub fn block_links(&self, links: &[&str]) {
        self.shared.change(|state| {
            state.world.harmful_links = links.iter().map(|link| (*link).to_owned()).collect();
        });
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

    /// Allows or refuses a member a command in the server's integration settings, whatever the command's
    /// default permissions say.
    pub fn allow_command(&self, guild: u64, command: &str, user: u64, allowed: bool) {
        self.shared.change(|state| {
            if let Some(guild) = state.world.guilds.get_mut(&guild) {
                guild.command_grants.insert((command.to_owned(), user), allowed);
            }
        });
    }
}

impl State {
    pub(super) fn let_bot_join(&mut self, guild: u64, permissions: u64) {
        let bot = self.world.bot;
        let name = self.settings.bot_name.clone();
        let role = self.add_role(guild, &name, permissions, false, true);
        let now = self.clock.now();
        if let Some(guild) = self.world.guilds.get_mut(&guild) {
            guild.members.insert(bot, member(vec![role], now));
        }
        self.tell_guild_create(guild);
    }

    fn tell_guild_create(&mut self, guild: u64) {
        if let Some(at) = self.world.guilds.get(&guild) {
            let data = wire::guild_create(&self.world, at);
            self.tell(guild, GUILDS, "GUILD_CREATE", &data);
        }
    }
}
