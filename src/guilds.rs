//! What is known of servers: their own settings, and the languages that Discord tells at connecting and with each
//! interaction.
//!
//! Owns which language a server's posts are in. English is what is spoken where nothing else is known, so only
//! other languages are kept, and the store hears of changes alone.

use dashmap::{DashMap, DashSet};

use crate::domain::ids::GuildId;
use crate::domain::settings::GuildSettings;
use crate::store::{Store, StoreError};
use crate::texts::Locale;

/// The servers whose language isn't English, and those that decided something for themselves.
#[derive(Debug)]
pub struct Guilds {
    store: Store,
    locales: DashMap<GuildId, Locale>,
    settings: DashMap<GuildId, GuildSettings>,
    /// Those that don't let the bot create events.
    no_events: DashSet<GuildId>,
    changing: tokio::sync::Mutex<()>,
}

impl Guilds {
    /// What `store` keeps.
    pub async fn load(store: Store) -> Result<Self, StoreError> {
        let locales = store.guild_locales().await?;
        let locales = locales.into_iter().map(|(guild, code)| (guild, Locale::from_code(&code)));
        let settings = store.guild_settings().await?.into_iter().collect();
        Ok(Self {
            locales: locales.collect(),
            settings,
            no_events: DashSet::new(),
            store,
            changing: tokio::sync::Mutex::new(()),
        })
    }

    /// The language of a server's posts: the one that it chose, else the one that Discord tells.
    #[must_use]
    pub fn locale(&self, guild: GuildId) -> Locale {
        let chosen = self.settings.get(&guild).and_then(|settings| settings.language.clone());
        chosen.and_then(|code| Locale::known(&code)).unwrap_or_else(|| self.told(guild))
    }

    /// The server's settings.
    #[must_use]
    pub fn settings(&self, guild: GuildId) -> GuildSettings {
        self.settings.get(&guild).map(|settings| settings.clone()).unwrap_or_default()
    }

    /// Changes a server's settings by `change`, store first, and returns them.
    pub async fn set(
        &self,
        guild: GuildId,
        change: impl FnOnce(&mut GuildSettings),
    ) -> Result<GuildSettings, StoreError> {
        let _changing = self.changing.lock().await;
        let mut settings = self.settings(guild);
        change(&mut settings);
        self.store.set_guild_settings(guild, &settings).await?;
        self.settings.insert(guild, settings.clone());
        Ok(settings)
    }

    /// What Discord tells.
    fn told(&self, guild: GuildId) -> Locale {
        self.locales.get(&guild).map(|locale| *locale).unwrap_or_default()
    }

    /// The servers that want Spaces to become scheduled events.
    #[must_use]
    pub fn with_events(&self) -> Vec<GuildId> {
        self.settings.iter().filter(|entry| entry.events).map(|entry| *entry.key()).collect()
    }

    /// A server doesn't let the bot create events; whether that is news.
    pub fn events_refused(&self, guild: GuildId) -> bool {
        self.no_events.insert(guild)
    }

    /// A server lets the bot create events.
    pub fn events_work(&self, guild: GuildId) {
        self.no_events.remove(&guild);
    }

    /// Whether a server let the bot create no event when it was tried last.
    #[must_use]
    pub fn lacks_events(&self, guild: GuildId) -> bool {
        self.no_events.contains(&guild)
    }

    /// The servers whose language is kept.
    #[must_use]
    pub fn kept(&self) -> Vec<GuildId> {
        self.locales.iter().map(|entry| *entry.key()).collect()
    }

    /// Takes Discord's word for a server's language, store first.
    pub async fn heard(&self, guild: GuildId, code: &str) -> Result<(), StoreError> {
        let locale = Locale::from_code(code);
        if self.told(guild) == locale {
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

    /// Forgets a server whose rows in the store are gone.
    pub fn erased(&self, guild: GuildId) {
        self.locales.remove(&guild);
        self.settings.remove(&guild);
        self.no_events.remove(&guild);
    }

    /// Forgets the language of a server that was left: it tells again if it is joined again.
    pub async fn forget(&self, guild: GuildId) -> Result<(), StoreError> {
        self.heard(guild, Locale::ENGLISH.code()).await
    }
}
