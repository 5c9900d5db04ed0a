//! Servers' block lists for keyword posts.

use super::sql::query;
use super::{Store, StoreError, guild, parsed, signed};
use crate::domain::ids::{GuildId, UserId, Username};

/// What a server doesn't want to see in keyword posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Spaces of this account.
    Host {
        /// The account.
        user: UserId,
        /// Its username when it was blocked.
        username: Username,
    },
    /// Spaces whose title holds this phrase.
    Word {
        /// As it is matched.
        folded: String,
        /// As it was typed.
        typed: String,
    },
}

impl Block {
    fn columns(&self) -> (&'static str, String, String) {
        match self {
            Self::Host { user, username } => ("host", user.to_string(), username.to_string()),
            Self::Word { folded, typed } => ("word", folded.clone(), typed.clone()),
        }
    }
}

impl Store {
    /// Keeps a block; whether it is new.
    pub async fn add_block(&self, guild: GuildId, block: &Block) -> Result<bool, StoreError> {
        let (kind, target, shown) = block.columns();
        let done = query(
            "INSERT INTO blocks (guild_id, kind, target, shown) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(signed(guild.get()))
        .bind(kind)
        .bind(target)
        .bind(shown)
        .execute(&self.writer)
        .await?;
        Ok(done > 0)
    }

    /// Removes a block; whether there was one.
    pub async fn remove_block(&self, guild: GuildId, block: &Block) -> Result<bool, StoreError> {
        let (kind, target, _) = block.columns();
        let done = query("DELETE FROM blocks WHERE guild_id = $1 AND kind = $2 AND target = $3")
            .bind(signed(guild.get()))
            .bind(kind)
            .bind(target)
            .execute(&self.writer)
            .await?;
        Ok(done > 0)
    }

    /// All servers' blocks.
    pub async fn blocks(&self) -> Result<Vec<(GuildId, Block)>, StoreError> {
        let rows = query("SELECT guild_id, kind, target, shown FROM blocks ORDER BY guild_id, kind, target")
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(|row| {
                let kind: String = row.try_get("kind")?;
                let target: String = row.try_get("target")?;
                let shown: String = row.try_get("shown")?;
                let block = match kind.as_str() {
                    "host" => Block::Host { user: parsed(&target)?, username: parsed(&shown)? },
                    "word" => Block::Word { folded: target, typed: shown },
                    other => return Err(StoreError::Unexpected(format!("a block of kind {other}"))),
                };
                Ok((guild(row.try_get("guild_id")?)?, block))
            })
            .collect()
    }
}
