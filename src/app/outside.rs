//! What is reached from outside, put together: the pages where accounts are linked, and what links them.

use std::sync::Arc;

use anyhow::Context as _;
use tokio_util::task::TaskTracker;
use url::Url;

use super::chance_bits;
use crate::clock::SharedClock;
use crate::commands;
use crate::config::{self, Settings};
use crate::http::{self, Pages, Site, Webhook};
use crate::linking::{self, Linker};
use crate::listener;
use crate::seal::Keyring;
use crate::shutdown::Shutdown;
use crate::store::Store;
use crate::x;
use crate::x::oauth::{Oauth, OauthSettings};

/// Where Discord is, unless a setting says otherwise.
const DISCORD_URL: &str = "https://discord.com";
/// Where X's API is, unless a setting says otherwise, and its pages then.
const X_API_URL: &str = "https://api.x.com";
/// See [`X_API_URL`].
const X_WEB_URL: &str = "https://x.com";

/// What links accounts, where the settings have it.
pub(super) fn linker(
    settings: &Settings,
    store: &Store,
    x: &x::Client,
    clock: &SharedClock,
    tasks: TaskTracker,
) -> anyhow::Result<Option<Linker>> {
    let Some(linking) = &settings.linking else { return Ok(None) };
    Ok(Some(Linker::new(linking::Parts {
        store: store.clone(),
        x: x.clone(),
        oauth: oauth(settings, linking)?,
        keys: Keyring::new(linking.keys.keys()),
        clock: Arc::clone(clock),
        chance: chance_bits,
        public_url: Url::parse(linking.public_url.as_str()).context("PUBLIC_URL")?,
        following_read: linking.following_read,
        tasks,
    })))
}

/// Answers what is reached from outside: the pages where accounts are linked, and the webhook where X posts events.
pub(super) fn serve(
    settings: &Settings,
    app: &commands::App,
    webhook: Option<Webhook>,
    shutdown: &Shutdown,
) -> anyhow::Result<()> {
    let of_linking = settings.linking.as_ref().map(|linking| (linking.http_addr, &linking.public_url));
    let of_push = settings.x.push.webhook().map(|webhook| (webhook.http_addr, &webhook.public_url));
    let Some((addr, public_url)) = of_linking.or(of_push) else { return Ok(()) };
    let mut site = Site::new(&Url::parse(public_url.as_str()).context("PUBLIC_URL")?);
    if let Some(linker) = &app.linker {
        let discord = settings.discord.api_base_url.as_str();
        let pictures_at = Url::parse(discord).context("DISCORD_API_BASE_URL")?;
        let pictures_at = (discord != DISCORD_URL).then_some(pictures_at);
        let texts = Arc::clone(&app.texts);
        site = site.with_pages(Pages::new(linker.clone(), texts, &x_web(settings)?, pictures_at));
        shutdown.spawn_vital("the links", linker.clone().run(shutdown.stop.clone()));
    }
    if let Some(webhook) = webhook {
        site = site.with_webhook(webhook);
    }
    shutdown.tasks.spawn(listener::run(addr, site, shutdown.stop.clone()));
    Ok(())
}

/// X's OAuth, as the settings ask for it.
pub fn oauth(settings: &Settings, linking: &config::Linking) -> anyhow::Result<Oauth> {
    let mut redirect_url = Url::parse(linking.public_url.as_str()).context("PUBLIC_URL")?;
    if let Ok(mut path) = redirect_url.path_segments_mut() {
        path.pop_if_empty().extend(http::CALLBACK);
    }
    let oauth = Oauth::new(OauthSettings {
        web_url: x_web(settings)?,
        api_url: Url::parse(settings.x.api_base_url.as_str()).context("X_API_BASE_URL")?,
        client_id: linking.client_id.clone(),
        client_secret: linking.client_secret.clone(),
        redirect_url,
    });
    oauth.context("no client for X's OAuth")
}

/// Where X asks people: its pages have another address than its API, a stand-in has one for both.
fn x_web(settings: &Settings) -> anyhow::Result<Url> {
    let api = settings.x.api_base_url.as_str();
    Url::parse(if api == X_API_URL { X_WEB_URL } else { api }).context("X_API_BASE_URL")
}
