//! The bot, put together: one place that makes each part and hands it to those who need it.

mod outside;
mod push;

use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};
use url::Url;

use crate::clock::{SharedClock, SystemClock, WorldClock};
use crate::commands;
use crate::commands::answers::Answers;
use crate::commands::directory::Directory;
use crate::commands::easel::Easel;
use crate::commands::finds::Finds;
use crate::commands::operators::Operators;
use crate::commands::quota::Quota;
use crate::commands::recent::Recent;
use crate::commands::shared_posts::SharedPosts;
use crate::complaint::Complaint;
use crate::config::{Operator, Settings};
use crate::discord::access::RestServer;
use crate::discord::courier::RestCourier;
use crate::discord::gateway::{self, Gateway, GatewayError};
use crate::discord::interactions::Interactions;
use crate::discord::registration;
use crate::discord::rest::Rest;
use crate::domain::ids::GuildId;
use crate::erasure::eraser::Eraser;
use crate::erasure::shown::Emptier;
use crate::follows::Follows;
use crate::guilds::Guilds;
use crate::health::Health;
use crate::heartbeat;
use crate::keeper::Keeper;
use crate::listener;
use crate::lookout::herald::Herald;
use crate::lookout::{self, Lookout};
use crate::mender::Mender;
use crate::metrics::Exposition;
use crate::organiser::Organiser;
use crate::outbox::deliverer::{Bell, Deliverer, Tools};
use crate::pulse::Pulse;
use crate::reminder::Reminders;
use crate::shutdown::Shutdown;
use crate::store::{ProcessLock, Store, StoreError};
use crate::texts::Texts;
use crate::watcher::Watcher;
use crate::watcher::lanes::Lanes;
use crate::x::{self, MicroDollars, Prices};

pub use outside::oauth;
pub use push::webhook_url;

/// The exit code for settings that are missing, malformed or refused.
pub const SETTINGS_WRONG: u8 = 2;
/// How often a database that another process holds is tried again.
const LOCK_PAUSE: Duration = Duration::from_millis(500);
/// The longest that answers to people who asked just before the end are waited for.
const ANSWERS_PATIENCE: Duration = Duration::from_secs(5);

/// Runs the bot until it is asked to stop.
pub async fn run(settings: Settings) -> ExitCode {
    let shutdown = match Shutdown::listen() {
        Ok(shutdown) => shutdown,
        Err(error) => {
            error!("the system's signals can't be heard: {error}");
            return ExitCode::FAILURE;
        }
    };
    match live(settings, &shutdown).await {
        Ok(()) => {
            info!("stopped in order");
            ExitCode::SUCCESS
        }
        Err(error) => {
            error!("Spacebell stops: {error:#}");
            if let Some(advice) = error.downcast_ref::<StoreError>().and_then(advice) {
                error!("{advice}");
            }
            shutdown.finish().await;
            let is_a_setting = error.downcast_ref::<GatewayError>().is_some_and(GatewayError::is_a_setting);
            if is_a_setting { ExitCode::from(SETTINGS_WRONG) } else { ExitCode::FAILURE }
        }
    }
}

async fn live(settings: Settings, shutdown: &Shutdown) -> anyhow::Result<()> {
    let url = settings.database.as_str();
    let clock: SharedClock = Arc::new(WorldClock::new());
    let Some(lock) = wait_for_lock(url, shutdown).await? else { return Ok(()) };
    // Early, since it lets a second pass before it sends: what is loaded meanwhile costs no time.
    let rest = Arc::new(rest(&settings)?);
    let pulse = Pulse::default();
    let store = lock.open(chance_bits(), clock.now()).await.context("the database can't be opened")?;
    store.clear_leases().await?;
    let bell = Bell::default();
    let server = Arc::new(RestServer::new(Arc::clone(&rest), Arc::clone(&clock)));
    let tasks = shutdown.tasks.clone();
    let app = application(&settings, store.clone(), Arc::clone(&server), bell.clone(), clock, tasks).await?;
    let app = Arc::new(app);
    let per_second = settings.discord.global_rps.get();
    let deliverer = deliverer(&app, &rest, server, bell, per_second).await?;
    let deliverer = deliverer.with_pulse(pulse.part("the deliverer"));
    let (watch, follows) = (Arc::clone(&app.watch), Arc::clone(&app.follows));
    let lanes = Lanes::new(app.x.clone(), watch, follows, Arc::clone(&app.coverage), Arc::clone(&app.clock))
        .with_payments(&app.payments)
        .with_pulse(&pulse);
    let http = Arc::new(gateway::http(&settings.discord).context("no client for interactions")?);
    let interactions = Interactions::new(Arc::clone(&app), http);
    let gateway = Gateway {
        rest: Arc::clone(&rest),
        interactions: interactions.clone(),
        follows: Arc::clone(&app.follows),
        guilds: Arc::clone(&app.guilds),
        health: Arc::clone(&app.health),
    };
    // First, so that nothing goes uncounted.
    look_out(settings.operator, &app, &rest, &pulse, shutdown)?;
    shutdown.spawn_vital("the deliverer", deliverer.run(shutdown.stop.clone()));
    shutdown.spawn_vital("the watch on X", Arc::new(lanes).run(shutdown.stop.clone()));
    tend(&app, &rest, &pulse, shutdown).await?;
    let webhook = push::begin(&settings, &app, &pulse, shutdown).await?;
    outside::serve(&settings, &app, webhook, shutdown)?;
    register(rest, Arc::clone(&app), settings.discord.dev_guild, shutdown);

    let discord = settings.discord.clone();
    let connect = gateway.run(discord, Arc::clone(&app.clock), shutdown.stop.clone());
    let connecting = pulse.part("the gateway");
    let mut gateway = shutdown.tasks.spawn(async move { connecting.through(connect).await });
    let ended = tokio::select! {
        ended = &mut gateway => ended.context("the gateway broke off")?.map_err(anyhow::Error::from),
        ended = asked_or_lost(&lock, &pulse, shutdown) => ended,
    };
    shutdown.stop.cancel();
    tokio::join!(interactions.finish(ANSWERS_PATIENCE), shutdown.finish());
    store.close().await;
    anyhow::ensure!(!shutdown.broke_off(), "a part of the program broke off; its log says which");
    ended
}

/// What is kept and known, and all that commands work with.
async fn application(
    settings: &Settings,
    store: Store,
    server: Arc<RestServer>,
    bell: Bell,
    clock: SharedClock,
    tasks: TaskTracker,
) -> anyhow::Result<commands::App> {
    let follows = Arc::new(Follows::load(store.clone(), settings.caps).await?);
    let x = x_client(settings, &clock)?;
    Keeper::restore(&store, &x, &follows, &clock).await?;
    let health = Arc::new(Health::new(clock.now()));
    let guilds = Arc::new(Guilds::load(store.clone()).await?);
    let watcher = Watcher::load(store.clone(), Arc::clone(&follows), x.users(), bell, Arc::clone(&clock))
        .await?
        .with_delays(health.delays().clone())
        .with_guilds(Arc::clone(&guilds));
    let spent = x.spending().spent_today();
    info!(follows = follows.len(), budget = %spent.budget, "Spacebell {} starts", env!("CARGO_PKG_VERSION"));
    if spent.budget == MicroDollars::ZERO {
        warn!("X_DAILY_BUDGET_USD is 0: X is asked for nothing that may cost, so no Space is found");
    } else {
        info!(spent = %spent.total, "X may cost {} a UTC day (X_DAILY_BUDGET_USD): {}", spent.budget, spent.stops());
    }
    let linker = outside::linker(settings, &store, &x, &clock, tasks)?;
    Ok(commands::App {
        follows,
        store,
        x,
        watch: Arc::new(watcher),
        server,
        texts: Arc::new(Texts::load().context("the texts can't be read")?),
        clock,
        answers: Answers::default(),
        quota: Quota::new(settings.caps.queries_per_person),
        directory: Directory::default(),
        coverage: Arc::default(),
        payments: Arc::default(),
        posts: SharedPosts::default(),
        easel: Easel::default(),
        finds: Finds::default(),
        recent: Recent::default(),
        guilds,
        health,
        operators: Operators::new(settings.discord.operators.iter().copied()),
        linker,
    })
}

/// Who carries notices out.
async fn deliverer(
    app: &commands::App,
    rest: &Arc<Rest>,
    server: Arc<RestServer>,
    bell: Bell,
    per_second: u32,
) -> anyhow::Result<Deliverer<RestCourier>> {
    let (texts, guilds) = (Arc::clone(&app.texts), Arc::clone(&app.guilds));
    let names = app.x.users().clone();
    let tools = Tools {
        store: app.store.clone(),
        follows: Arc::clone(&app.follows),
        guilds: Arc::clone(&app.guilds),
        courier: Arc::new(RestCourier::new(Arc::clone(rest), texts, guilds, server)),
        clock: Arc::clone(&app.clock),
        names: Arc::new(move |id| names.get(id).map(|known| known.user)),
        nonce_salt: app.store.nonce_salt(chance_bits()).await?,
        chance,
        per_second,
        delays: app.health.delays().clone(),
        complaint: Complaint::default(),
    };
    Ok(Deliverer::new(tools, bell))
}

/// Shows that the process lives until it is to stop, or has lost its database to another one.
async fn asked_or_lost(lock: &ProcessLock, pulse: &Pulse, shutdown: &Shutdown) -> anyhow::Result<()> {
    // Whoever looks at the heartbeat goes by the machine's clock, right or wrong.
    let heart: SharedClock = Arc::new(SystemClock);
    tokio::select! {
        () = shutdown.asked() => Ok(()),
        never = heartbeat::run(lock, pulse, &heart) => match never {},
        () = lock.lost() => Err(StoreError::TakenOver.into()),
    }
}

/// Has Discord know the commands, before long.
fn register(rest: Arc<Rest>, commands: Arc<commands::App>, guild: Option<GuildId>, shutdown: &Shutdown) {
    let stop = shutdown.stop.clone();
    shutdown.tasks.spawn(async move {
        stop.run_until_cancelled(registration::keep_registered(&rest, &commands, guild)).await;
    });
}

/// Looks after what is to be written down, after channels that take no posts, after what is to be erased, after
/// reminders and after scheduled events.
async fn tend(
    app: &Arc<commands::App>,
    rest: &Arc<Rest>,
    pulse: &Pulse,
    shutdown: &Shutdown,
) -> anyhow::Result<()> {
    let keeper = Keeper {
        store: app.store.clone(),
        x: app.x.clone(),
        follows: Arc::clone(&app.follows),
        watcher: Arc::clone(&app.watch),
        health: Arc::clone(&app.health),
        clock: Arc::clone(&app.clock),
        complaints: <[Complaint; 4]>::default(),
    };
    let (keeping, keep) = (pulse.part("the keeper"), keeper.run(shutdown.stop.clone()));
    shutdown.spawn_vital("the keeper", async move { keeping.through(keep).await });
    let (mender, eraser) = (Mender { app: Arc::clone(app) }, Eraser { app: Arc::clone(app) });
    let emptier = Emptier { app: Arc::clone(app) };
    shutdown.spawn_vital("the mender", mender.run(shutdown.stop.clone()));
    shutdown.spawn_vital("the eraser", eraser.run(shutdown.stop.clone()));
    shutdown.spawn_vital("the emptier of answers", emptier.run(shutdown.stop.clone()));
    let nonce_salt = app.store.nonce_salt(chance_bits()).await?;
    let reminders = Reminders { app: Arc::clone(app), nonce_salt, pulse: pulse.part("the reminders") };
    shutdown.spawn_vital("the reminders", reminders.run(shutdown.stop.clone()));
    let (app, rest, pulse) = (Arc::clone(app), Arc::clone(rest), pulse.part("the organiser"));
    let organiser = Organiser { app, rest, pulse };
    shutdown.spawn_vital("the organiser", organiser.run(shutdown.stop.clone()));
    Ok(())
}

/// Lets those who run the bot see how it is doing.
fn look_out(
    operator: Operator,
    app: &commands::App,
    rest: &Arc<Rest>,
    pulse: &Pulse,
    shutdown: &Shutdown,
) -> anyhow::Result<()> {
    let lookout = Arc::new(Lookout {
        store: app.store.clone(),
        x: app.x.clone(),
        follows: Arc::clone(&app.follows),
        watcher: Arc::clone(&app.watch),
        coverage: Arc::clone(&app.coverage),
        health: Arc::clone(&app.health),
        rest: Arc::clone(rest),
        pulse: pulse.clone(),
        clock: Arc::clone(&app.clock),
        come_to_at: Mutex::default(),
    });
    let exposition = operator.metrics_addr.map(|_| Exposition::begin()).transpose()?;
    if let (Some(addr), Some(exposition)) = (operator.metrics_addr, exposition.clone()) {
        let answers = lookout::answers::Answers { lookout: Arc::clone(&lookout), exposition };
        shutdown.tasks.spawn(listener::run(addr, answers, shutdown.stop.clone()));
    }
    let herald = Herald {
        lookout,
        texts: Arc::clone(&app.texts),
        guilds: Arc::clone(&app.guilds),
        channel: operator.channel,
        exposition,
    };
    shutdown.tasks.spawn(herald.run(shutdown.stop.clone()));
    Ok(())
}

/// The client of X that the settings ask for.
pub fn x_client(settings: &Settings, clock: &SharedClock) -> anyhow::Result<x::Client> {
    let base = Url::parse(settings.x.api_base_url.as_str()).context("X_API_BASE_URL")?;
    let mut x = x::Settings::new(base, settings.x.bearer_token.clone());
    x.daily_budget = MicroDollars(settings.x.daily_budget_micro_usd);
    x.prices = Prices {
        space: MicroDollars(settings.x.prices.space_micro_usd),
        user: MicroDollars(settings.x.prices.user_micro_usd),
        post: MicroDollars(settings.x.prices.post_micro_usd),
        following: MicroDollars(settings.x.prices.following_micro_usd),
        event: MicroDollars(settings.x.prices.event_micro_usd),
    };
    x::Client::new(x, Arc::clone(clock)).context("X_API_BASE_URL")
}

/// The client of Discord that the settings ask for.
pub fn rest(settings: &Settings) -> anyhow::Result<Rest> {
    let base = Url::parse(settings.discord.api_base_url.as_str()).context("DISCORD_API_BASE_URL")?;
    Rest::new(&base, &settings.discord.token, settings.discord.global_rps.get())
        .context("no client for Discord")
}

/// What an operator can do about a database that the bot can't start with; `None` where the error says it.
const fn advice(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::Busy(_) => Some(
            "Stop the program that holds the database of DATABASE_URL, or see that its server can be reached, and start \
             again.",
        ),
        StoreError::Unwritable(_) | StoreError::Failing(_) => Some(
            "Make room on the disk of DATABASE_URL, see that it is sound, let Spacebell write its file and folder, and start again.",
        ),
        StoreError::Lock(_) => Some(
            "Let DATABASE_URL name a file in a folder that exists and that Spacebell may write, and start again.",
        ),
        StoreError::Failed(_) | StoreError::Unexpected(_) | StoreError::Migration(_) => Some(
            "Check the disk of DATABASE_URL. If its file is damaged, put a copy of it back, or move it away: then \
             Spacebell begins anew, without follows.",
        ),
        StoreError::BackupFile(_) => Some(
            "Make room beside the database's file, where a copy is kept before its schema changes, and start again.",
        ),
        StoreError::Newer | StoreError::Older | StoreError::Address(_) | StoreError::TakenOver => None,
    }
}

/// Waits until no other process holds the database; `None` if it is time to stop before.
async fn wait_for_lock(url: &str, shutdown: &Shutdown) -> anyhow::Result<Option<ProcessLock>> {
    let mut told = false;
    loop {
        if let Some(lock) = ProcessLock::try_take(url).await.context("the database can't be locked")? {
            return Ok(Some(lock));
        }
        if !told {
            info!("another process holds the database; waiting for it to stop");
            told = true;
        }
        tokio::select! {
            () = tokio::time::sleep(LOCK_PAUSE) => {}
            () = shutdown.asked() => return Ok(None),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where chance comes from")]
fn chance() -> f64 {
    rand::random()
}

#[expect(clippy::disallowed_methods, reason = "this is where chance comes from")]
fn chance_bits<T>() -> T
where
    rand::distr::StandardUniform: rand::distr::Distribution<T>,
{
    rand::random()
}
