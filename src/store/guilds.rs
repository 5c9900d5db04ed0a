//! Servers' languages in the store.

use super::sql::query;
use super::{Store, StoreError, guild, signed};
use crate::domain::ids::GuildId;

impl Store {
    /// Keeps a server's language, by Discord's code.
    pub async fn set_guild_locale(&self, guild: GuildId, locale: &str) -> Result<(), StoreError> {
        query(
            "INSERT INTO guilds (guild_id, locale) VALUES ($1, $2) ON CONFLICT (guild_id) DO UPDATE SET locale = $2",
        )
        .bind(signed(guild.get()))
        .bind(locale)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Forgets a server's language.
    pub async fn forget_guild_locale(&self, guild: GuildId) -> Result<(), StoreError> {
        query("DELETE FROM guilds WHERE guild_id = $1")
            .bind(signed(guild.get()))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// All languages that are kept.
    pub async fn guild_locales(&self) -> Result<Vec<(GuildId, String)>, StoreError> {
        let rows = query("SELECT guild_id, locale FROM guilds").fetch_all(&self.reader).await?;
        rows.iter().map(|row| Ok((guild(row.try_get("guild_id")?)?, row.try_get("locale")?))).collect()
    }
}
