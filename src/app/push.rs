//! What has X tell of starts and ends by itself, put together the way that the settings say.

use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use tokio::sync::watch;
use tracing::{error, info};
use url::Url;

use super::{chance, chance_bits};
use crate::commands;
use crate::config::{PushMode, Settings};
use crate::domain::ids::UserId;
use crate::health::PushWay;
use crate::http::Webhook;
use crate::linking::Linker;
use crate::pulse::Pulse;
use crate::push::difference::Route;
use crate::push::intake::{Intake, Withdrawals};
use crate::push::keeping::{Keeping, Parts, Rate};
use crate::push::stream::Listener;
use crate::push::webhook::{self, Registration};
use crate::shutdown::Shutdown;
use crate::store::{Store, StoreError};

/// Where it is kept what this bot's subscriptions are called. It is there for as long as X may hold any.
const TAG: &str = "push_tag";

/// Begins to have X tell. Answers what is to be answered at `HTTP_ADDR` for it.
pub(super) async fn begin(
    settings: &Settings,
    app: &commands::App,
    pulse: &Pulse,
    shutdown: &Shutdown,
) -> anyhow::Result<Option<Webhook>> {
    let stop = shutdown.stop.clone();
    let keep = |tag: String, route: watch::Receiver<Option<Route>>| {
        // What is delivered is billed, and nothing is to be.
        let is_free = settings.x.daily_budget_micro_usd == 0;
        let subscriptions = if is_free { 0 } else { settings.x.push.subscriptions };
        Keeping::new(Parts {
            x: app.x.clone(),
            follows: Arc::clone(&app.follows),
            watcher: Arc::clone(&app.watch),
            coverage: Arc::clone(&app.coverage),
            health: Arc::clone(&app.health),
            clock: Arc::clone(&app.clock),
            tag,
            subscriptions: usize::try_from(subscriptions).unwrap_or(usize::MAX),
            route,
            rate: starts_a_week(app),
        })
    };
    match &settings.x.push.mode {
        PushMode::Off => {
            if let Some(tag) = app.store.meta(TAG).await? {
                let (_, nowhere) = watch::channel(Some(Route::Stream));
                let (keeping, store) = (keep(tag, nowhere), app.store.clone());
                shutdown.tasks.spawn(async move {
                    if keeping.clear(stop).await && store.forget_meta(TAG).await.is_ok() {
                        info!("X_PUSH is off: the subscriptions that X held are taken back");
                    }
                });
            }
            Ok(None)
        }
        PushMode::Stream => {
            let (_, stream) = watch::channel(Some(Route::Stream));
            let keeping = keep(tag(&app.store).await?, stream);
            let listener = Listener {
                x: app.x.clone(),
                intake: Arc::new(intake(app)),
                coverage: Arc::clone(&app.coverage),
                health: Arc::clone(&app.health),
                clock: Arc::clone(&app.clock),
                chance,
                pulse: pulse.part("the stream from X"),
            };
            app.health.push_by(PushWay::Stream);
            shutdown.spawn_vital("the subscriptions", keeping.run(stop.clone()));
            shutdown.spawn_vital("the stream from X", listener.run(stop));
            Ok(None)
        }
        PushMode::Webhook(at) => {
            let (webhook, is_answered) = Webhook::new(&at.consumer_secret, Arc::new(intake(app)));
            app.health.push_by(PushWay::Webhook);
            let url = webhook_url(at.public_url.as_str())?;
            let seen_by = (Arc::clone(&app.health), Arc::clone(&app.clock));
            let (registration, route) =
                Registration::new(app.x.clone(), Arc::clone(&app.coverage), seen_by, url, is_answered);
            let keeping = keep(tag(&app.store).await?, route);
            shutdown.spawn_vital("the webhook", registration.run(stop.clone()));
            shutdown.spawn_vital("the subscriptions", keeping.run(stop));
            Ok(Some(webhook))
        }
    }
}

/// How often each host begins, as far as was learned.
fn starts_a_week(app: &commands::App) -> Rate {
    let watcher = Arc::clone(&app.watch);
    Arc::new(move |host| watcher.starts_a_week(host))
}

/// What takes events, by whichever way they come.
fn intake(app: &commands::App) -> Intake {
    let links = app.linker.clone().map(|linker| Arc::new(Links(linker)) as Arc<dyn Withdrawals>);
    let (watcher, follows) = (Arc::clone(&app.watch), Arc::clone(&app.follows));
    Intake::new(app.x.clone(), watcher, follows, Arc::clone(&app.coverage), Arc::clone(&app.clock))
        .with_withdrawals(links)
}

/// The address of the webhook under `PUBLIC_URL`.
pub fn webhook_url(public_url: &str) -> anyhow::Result<String> {
    let mut url = Url::parse(public_url).context("PUBLIC_URL")?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(webhook::PATH);
    }
    Ok(url.into())
}

/// What this bot's subscriptions are called: one word a database, so that bots on one app know theirs apart, and a bot
/// knows its own after a restart.
async fn tag(store: &Store) -> Result<String, StoreError> {
    if let Some(tag) = store.meta(TAG).await? {
        return Ok(tag);
    }
    let tag = format!("spacebell-{:08x}", chance_bits::<u32>());
    store.set_meta(TAG, &tag).await?;
    Ok(tag)
}

/// Tells links of those who no longer let the app in.
struct Links(Linker);

#[async_trait]
impl Withdrawals for Links {
    async fn withdrawn(&self, account: UserId) -> bool {
        let ended = self.0.withdrawn(account).await;
        if let Err(error) = &ended {
            error!(
                error = error as &dyn std::error::Error,
                "that an account was withdrawn on X couldn't be written down"
            );
        }
        ended.is_ok()
    }
}
