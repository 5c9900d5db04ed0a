//! Erasure: what somebody asks to have erased goes from the store, and then from the index.

use jiff::Timestamp;

use super::Follows;
use crate::domain::erasure::Whose;
use crate::domain::ids::{GuildId, UserId};
use crate::store::{Block, Erasure, StoreError};

impl Follows {
    /// Erases all that is kept of somebody, store first.
    pub async fn erase(&self, whose: &Whose, now: Timestamp) -> Result<Erasure, StoreError> {
        let _changing = self.changing.lock().await;
        let erasure = self.store.erase(whose, now).await?;
        match whose {
            Whose::Server(guild) => self.forget_guild(*guild),
            Whose::Person(person) => {
                for id in self.index.made_by(*person) {
                    self.index.replace(id, |follow| follow.made_by = None);
                }
            }
            Whose::Account(_) => erasure.accounts.iter().for_each(|account| self.forget_account(*account)),
        }
        Ok(erasure)
    }

    /// Erases what is kept for servers that were left before `before`; how many.
    pub async fn erase_left_guilds(&self, before: Timestamp, now: Timestamp) -> Result<usize, StoreError> {
        let _changing = self.changing.lock().await;
        let guilds = self.store.erase_left_guilds(before, now).await?;
        for guild in &guilds {
            self.forget_guild(*guild);
        }
        Ok(guilds.len())
    }

    fn forget_guild(&self, guild: GuildId) {
        for follow in self.of_guild(guild) {
            self.index.forget(&follow);
        }
        self.blocks.remove(&guild);
        self.left.remove(&guild);
    }

    fn forget_account(&self, account: UserId) {
        for follow in self.index.of_host(account) {
            self.index.forget(&follow);
        }
        let blocking = self.blocks.iter().filter(|blocks| blocks.hosts.contains(&account));
        let blocking: Vec<GuildId> = blocking.map(|blocks| *blocks.key()).collect();
        for guild in blocking {
            let is_of = |block: &Block| matches!(block, Block::Host { user, .. } if *user == account);
            let rest = self.blocks(guild).into_iter().filter(|block| !is_of(block)).collect();
            self.replace_blocks(guild, rest);
        }
    }
}
