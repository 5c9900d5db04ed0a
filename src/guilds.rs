//! The languages of servers, as Discord tells them: with each server at connecting, and with each interaction.
//!
//! Owns which language a server's posts are in. English is what is spoken where nothing else is known, so only
//! other languages are kept, and the store hears of changes alone.

use dashmap::DashMap;

use crate::domain::ids::GuildId;
use crate::store::{Store, StoreError};
use crate::texts::Locale;

/// The servers whose language isn't English.
#[derive(Debug)]
pub struct Guilds {
    store: Store,
    locales: DashMap<GuildId, Locale>,
    changing: tokio::sync::Mutex<()>,
}

impl Guilds {
    /// What `store` keeps.
    pub async fn load(store: Store) -> Result<Self, StoreError> {
        let locales = store.guild_locales().await?;
        let locales = locales.into_iter().map(|(guild, code)| (guild, Locale::from_code(&code)));
        Ok(Self { locales: locales.collect(), store, changing: tokio::sync::Mutex::new(()) })
    }

    /// The language of a server's posts.
    #[must_use]
    pub fn locale(&self, guild: GuildId) -> Locale {
        self.locales.get(&guild).map(|locale| *locale).unwrap_or_default()
    }

    /// The servers whose language is kept.
    #[must_use]
    pub fn kept(&self) -> Vec<GuildId> {
        self.locales.iter().map(|entry| *entry.key()).collect()
    }

    /// Takes Discord's word for a server's language, store first.
    pub async fn heard(&self, guild: GuildId, code: &str) -> Result<(), StoreError> {
        let locale = Locale::from_code(code);
        if self.locale(guild) == locale {
            return Ok(());
        }
        let _changing = self.changing.lock().await;
        if locale == Locale::ENGLISH {
            self.store.forget_guild_locale(guild).await?;
            self.locales.remove(&guild);
        } else {
            self.store.set_guild_locale(guild, locale.code()).await?;
            self.locales.insert(guild, locale);
        }
        Ok(())
    }

    /// Forgets a server whose row in the store is gone.
    pub fn erased(&self, guild: GuildId) {
        self.locales.remove(&guild);
    }

    /// Forgets a server that was left: it tells again if it is joined again.
    pub async fn forget(&self, guild: GuildId) -> Result<(), StoreError> {
        self.heard(guild, Locale::ENGLISH.code()).await
    }
}
