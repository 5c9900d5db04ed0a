//! `spacebell check`: asks Discord and X whether they accept the settings, and prints the invite link.
//!
//! It spends nothing: X is asked for a Space that doesn't exist, which isn't billed.

mod push;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::commands::app::{Server as _, Unseen};
use crate::config::{DatabaseUrl, Settings};
use crate::discord::access::RestServer;
use crate::discord::answer::RestError;
use crate::domain::ids::{ChannelId, GuildId, SpaceId};
use crate::store::{self, Holder, ProcessLock, Store};
use crate::x::oauth::OauthError;
use crate::x::{Cause, MicroDollars, Want, XError};
use secrecy::SecretString;
use serenity::model::permissions::Permissions;
use tokio::net::TcpListener;

/// What the bot can't do without.
pub const NEEDED: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::ATTACH_FILES)
    .union(Permissions::READ_MESSAGE_HISTORY);
/// What a server may give it besides.
pub const OPTIONAL: Permissions = Permissions::MENTION_EVERYONE.union(Permissions::CREATE_EVENTS);
/// A Space that doesn't exist: the shortest id.
const NO_SPACE: &str = "1";

/// Checks, and says what it found on standard output.
///
/// Exit codes: 0 if all is well, 2 if a setting is refused, 1 if somebody couldn't be asked.
#[expect(clippy::print_stdout, reason = "this command's purpose is to print")]
pub async fn run(settings: &Settings) -> ExitCode {
    let mut findings =
        vec![check_discord(settings).await, check_x(settings).await, check_database(settings).await];
    if let Some(channel) = settings.operator.channel {
        findings.push(check_operator_channel(settings, channel).await);
    }
    if let Some(addr) = settings.operator.metrics_addr {
        findings.push(check_metrics_addr(addr, &settings.database).await);
    }
    findings.extend(check_linking(settings).await);
    findings.extend(push::check_push(settings).await);
    for finding in &findings {
        println!("{}", finding.text);
    }
    findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Fine).into()
}

/// How a check ended, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Fine,
    NotAsked,
    Refused,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Fine => Self::SUCCESS,
            Verdict::NotAsked => Self::FAILURE,
            Verdict::Refused => Self::from(2),
        }
    }
}

struct Finding {
    verdict: Verdict,
    text: String,
}

impl Finding {
    fn new(verdict: Verdict, text: impl Into<String>) -> Self {
        Self { verdict, text: text.into() }
    }
}

/// The address that invites the bot, with these permissions asked for.
#[must_use]
pub fn invite_link(application: &str, permissions: Permissions) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={}",
        permissions.bits()
    )
}

async fn check_discord(settings: &Settings) -> Finding {
    let rest = match app::rest(settings) {
        Ok(rest) => rest,
        Err(error) => return Finding::new(Verdict::Refused, format!("Discord: {error:#}.")),
    };
    let asked = async {
        let me = rest.get("users/@me").await?;
        let application = rest.get("applications/@me").await?;
        let gateway = rest.get("gateway/bot").await?;
        Ok::<_, RestError>((me, application, gateway))
    };
    match asked.await {
        Ok((me, application, gateway)) => {
            let name = me["username"].as_str().unwrap_or("a bot without a name");
            let id = application["id"].as_str().unwrap_or_default();
            let starts = gateway["session_start_limit"]["remaining"].as_u64();
            let starts = starts.map(|left| format!(" {left} starts left today.")).unwrap_or_default();
            Finding::new(
                Verdict::Fine,
                format!(
                    "Discord: ok, the bot is {name}.{starts}\n  Invite it: {}\n  With pinging of roles that aren't \
                     mentionable, and server events: {}",
                    invite_link(id, NEEDED),
                    invite_link(id, NEEDED.union(OPTIONAL)),
                ),
            )
        }
        Err(RestError::Unauthorized) => Finding::new(
            Verdict::Refused,
            "Discord: DISCORD_TOKEN is refused. Copy the bot's token anew from the developer portal \
             (Applications, your application, Bot, Reset Token).",
        ),
        Err(error) => Finding::new(
            Verdict::NotAsked,
            format!("Discord: {error}. Check DISCORD_API_BASE_URL and the network, and try again."),
        ),
    }
}

async fn check_x(settings: &Settings) -> Finding {
    let clock: SharedClock = Arc::new(SystemClock);
    let x = match app::x_client(settings, &clock) {
        Ok(x) => x,
        Err(error) => return Finding::new(Verdict::Refused, format!("X: {error:#}.")),
    };
    let spent = x.spending().spent_today();
    if spent.budget == MicroDollars::ZERO {
        return Finding::new(
            Verdict::Fine,
            "X: not asked, since X_DAILY_BUDGET_USD is 0: nothing that may cost is asked for.",
        );
    }
    let nobody: SpaceId = NO_SPACE.parse().expect("one digit is a Space's id");
    match x.space(nobody, Want::default(), Cause::Hosts).await {
        Ok(_) => Finding::new(
            Verdict::Fine,
            format!("X: ok. A day may cost {} (X_DAILY_BUDGET_USD): {}.", spent.budget, spent.stops()),
        ),
        Err(XError::Unauthorized) => Finding::new(
            Verdict::Refused,
            "X: X_BEARER_TOKEN is refused. Copy the bearer token anew from X's developer console (your app, Keys \
             and tokens).",
        ),
        Err(XError::Forbidden { .. }) => Finding::new(
            Verdict::Refused,
            "X: X_BEARER_TOKEN is valid but may not read Spaces. Give its app access to the v2 API in X's developer \
             console.",
        ),
        Err(XError::CreditsSpent { .. }) => Finding::new(
            Verdict::Refused,
            "X: X_BEARER_TOKEN is accepted, but the credits are spent. Buy some in X's developer console (Billing).",
        ),
        Err(error) => Finding::new(
            Verdict::NotAsked,
            format!("X: {error}. Check X_API_BASE_URL and the network, and try again."),
        ),
    }
}

async fn check_database(settings: &Settings) -> Finding {
    let url = settings.database.as_str();
    let refused = |error| {
        let remedy = if settings.database.is_postgres() {
            "Check DATABASE_URL, that its server runs, and that this user may make tables there."
        } else {
            "Check DATABASE_URL, and that its folder can be written."
        };
        Finding::new(Verdict::Refused, format!("Database: {error}. {remedy}"))
    };
    match ProcessLock::try_take(url).await {
        Ok(Some(_lock)) => match Store::open(url).await {
            Ok(store) => {
                store.close().await;
                Finding::new(Verdict::Fine, "Database: ok.")
            }
            Err(error) => refused(error),
        },
        Ok(None) => Finding::new(Verdict::Fine, "Database: in use by a running Spacebell."),
        Err(error) => refused(error),
    }
}

async fn check_operator_channel(settings: &Settings, channel: ChannelId) -> Finding {
    let refused = |words: &str| {
        let text = format!("Operators' channel: OPERATOR_CHANNEL_ID names {words}.");
        Finding::new(Verdict::Refused, text)
    };
    let not_asked = || Finding::new(Verdict::NotAsked, "Operators' channel: Discord didn't tell about it.");
    let rest = match app::rest(settings) {
        Ok(rest) => Arc::new(rest),
        Err(_) => return not_asked(),
    };
    let guild = match rest.get(&format!("channels/{channel}")).await {
        Ok(known) => known["guild_id"].as_str().and_then(|id| id.parse().ok()).filter(|id| *id != 0),
        Err(RestError::Refused { status: 404, .. }) => {
            return refused("a channel that doesn't exist: copy the id of another one");
        }
        Err(RestError::Refused { .. }) => {
            return refused("a channel that the bot can't see: give it View Channel there");
        }
        Err(_) => return not_asked(),
    };
    let Some(guild) = guild else {
        return refused("a channel outside of servers: copy the id of a server's channel");
    };
    let server = RestServer::new(rest, Arc::new(SystemClock));
    let needed = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
    match server.own_permissions(GuildId::new(guild), channel).await {
        Ok(own) if own.contains(needed) => Finding::new(Verdict::Fine, "Operators' channel: ok."),
        Ok(_) | Err(Unseen::Hidden | Unseen::NotHere) => {
            refused("a channel where the bot may not post: give it View Channel and Send Messages there")
        }
        Err(Unseen::Unavailable) => not_asked(),
    }
}

async fn check_metrics_addr(addr: SocketAddr, database: &DatabaseUrl) -> Finding {
    check_addr("Metrics", "METRICS_ADDR", addr, "another port, or off", database).await
}

/// Whether X takes the app by which accounts are linked, and whether its pages can be answered.
async fn check_linking(settings: &Settings) -> Vec<Finding> {
    let Some(linking) = &settings.linking else {
        return vec![Finding::new(
            Verdict::Fine,
            "Linking accounts: off. X_CLIENT_ID, X_CLIENT_SECRET, PUBLIC_URL and SECRET_KEY together switch it on.",
        )];
    };
    let of_pages =
        check_addr("Pages", "HTTP_ADDR", linking.http_addr, "another port", &settings.database).await;
    let oauth = match app::oauth(settings, linking) {
        Ok(oauth) => oauth,
        Err(error) => return vec![Finding::new(Verdict::Refused, format!("Linking accounts: {error:#}."))],
    };
    // A token that there isn't: X looks at who asks first, and revokes nothing.
    let of_app = match oauth.revoke(&SecretString::from("none")).await {
        Ok(()) | Err(OauthError::Refused) => Finding::new(
            Verdict::Fine,
            format!(
                "Linking accounts: ok. In X's developer console the app needs the callback {}/x/callback.",
                linking.public_url
            ),
        ),
        Err(OauthError::Client(_)) => Finding::new(
            Verdict::Refused,
            "Linking accounts: X refuses X_CLIENT_ID or X_CLIENT_SECRET. Copy both anew from X's developer console \
             (your app, a confidential client, Keys and tokens, OAuth 2.0).",
        ),
        Err(OauthError::Unavailable(_)) => Finding::new(
            Verdict::NotAsked,
            "Linking accounts: X didn't answer. Check X_API_BASE_URL and the network, and try again.",
        ),
    };
    vec![of_app, of_pages]
}

/// Whether an address can be listened at: whose setting is `name`, and which takes `else_` instead.
async fn check_addr(
    what: &str,
    name: &str,
    addr: SocketAddr,
    else_: &str,
    database: &DatabaseUrl,
) -> Finding {
    match TcpListener::bind(addr).await {
        Ok(_) => Finding::new(Verdict::Fine, format!("{what}: ok, {addr} is free.")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            // Nobody can be asked whose it is; on a database that is in use it is most likely that program's.
            match store::holder(database.as_str()).await {
                Ok(Holder::Process { .. }) => {
                    Finding::new(Verdict::Fine, format!("{what}: {addr} is in use, and a Spacebell runs."))
                }
                Ok(Holder::Nobody) | Err(_) => Finding::new(
                    Verdict::Refused,
                    format!("{what}: {name} names {addr}, which another program uses. Give it {else_}."),
                ),
            }
        }
        Err(error) => Finding::new(
            Verdict::Refused,
            format!("{what}: {name} names {addr}, which can't be listened at ({error})."),
        ),
    }
}
