//! Servers' languages and settings in the store.

use super::quiet::judge_again;
use super::sql::query;
use super::{Store, StoreError, guild, signed};
use crate::domain::ids::GuildId;
use crate::domain::settings::GuildSettings;

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

    /// Keeps a server's settings. What waits for the end of its quiet hours is judged again by them.
    pub async fn set_guild_settings(
        &self,
        guild: GuildId,
        settings: &GuildSettings,
    ) -> Result<(), StoreError> {
        let settings =
            serde_json::to_string(settings).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        let mut transaction = self.write().await?;
        query(
            "INSERT INTO guild_settings (guild_id, settings) VALUES ($1, $2) \
             ON CONFLICT (guild_id) DO UPDATE SET settings = $2",
        )
        .bind(signed(guild.get()))
        .bind(settings)
        .execute(&mut transaction)
        .await?;
        judge_again(&mut transaction, guild).await?;
        transaction.commit().await
    }

    /// The settings of each server that has any.
    pub async fn guild_settings(&self) -> Result<Vec<(GuildId, GuildSettings)>, StoreError> {
        let rows = query("SELECT guild_id, settings FROM guild_settings").fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| {
                let settings: String = row.try_get("settings")?;
                let settings = serde_json::from_str(&settings)
                    .map_err(|error| StoreError::Unexpected(error.to_string()))?;
                Ok((guild(row.try_get("guild_id")?)?, settings))
            })
            .collect()
    }
}
