//! Whether X would tell of starts and ends the way that the settings say.
//!
//! It changes nothing at X: what isn't there yet is made when the bot starts. Where X doesn't grant it hosts are polled, so
//! that is no mistake in the settings.

use std::sync::Arc;

use url::Url;

use super::{Finding, Verdict, check_addr};
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{PushMode, Settings, Webhook};
use crate::x::{Client, XError};

/// What X says of it, and whether the webhook's address can be answered where nothing else says so.
pub(super) async fn check_push(settings: &Settings) -> Vec<Finding> {
    let clock: SharedClock = Arc::new(SystemClock);
    let Ok(x) = app::x_client(settings, &clock) else { return Vec::new() };
    match &settings.x.push.mode {
        PushMode::Off => vec![fine("Push: off (X_PUSH). Hosts are polled, which costs seconds.")],
        PushMode::Stream => vec![check_subscriptions(settings, &x, "a stream").await],
        PushMode::Webhook(webhook) => {
            let mut findings = vec![check_subscriptions(settings, &x, "a webhook").await];
            findings.push(check_webhook(webhook, &x).await);
            // Else the pages' line has said it.
            if settings.linking.is_none() {
                let addr = webhook.http_addr;
                findings
                    .push(check_addr("Webhook", "HTTP_ADDR", addr, "another port", &settings.database).await);
            }
            findings
        }
    }
}

async fn check_subscriptions(settings: &Settings, x: &Client, way: &str) -> Finding {
    let at_most = settings.x.push.subscriptions;
    match x.subscriptions().await {
        Ok(all) => fine(format!(
            "Push: ok, by {way}. X holds {} subscriptions of this app; {at_most} are counted on (X_PUSH_SUBSCRIPTIONS), two \
             a host.",
            all.len()
        )),
        Err(XError::Forbidden { .. }) => fine(format!(
            "Push: X doesn't grant it to this app, so hosts are polled, which costs seconds. It is tried again by {way} all \
             the time; X_PUSH=off ends that."
        )),
        // Its own line says so.
        Err(XError::Unauthorized) => {
            Finding::new(Verdict::Refused, "Push: not asked, since X_BEARER_TOKEN is refused.")
        }
        Err(error) => not_asked(&error),
    }
}

async fn check_webhook(webhook: &Webhook, x: &Client) -> Finding {
    let Ok(url) = app::webhook_url(webhook.public_url.as_str()) else {
        return Finding::new(Verdict::Refused, "Webhook: PUBLIC_URL is no address.");
    };
    let known = match x.webhooks().await {
        Ok(all) => all.into_iter().find(|known| known.url == url),
        Err(XError::Forbidden { .. }) => {
            return fine("Webhook: X doesn't grant webhooks to this app. X_PUSH=stream needs none.");
        }
        Err(error) => return not_asked(&error),
    };
    match known {
        Some(known) if known.is_valid => fine(format!("Webhook: ok, X knows {url} and believes in it.")),
        Some(_) => fine(format!(
            "Webhook: X knows {url} and doesn't believe in it any more. It is mended while the bot runs, if X reaches it and \
             X_CONSUMER_SECRET is the app's."
        )),
        None if !could_be(&url) => Finding::new(
            Verdict::Refused,
            format!(
                "Webhook: X takes no address like {url}: it wants https and no port. Let PUBLIC_URL name your reverse proxy, \
                 or set X_PUSH to stream."
            ),
        ),
        None => fine(format!("Webhook: X doesn't know {url} yet. It is registered when the bot starts.")),
    }
}

/// Whether X takes such an address. Source: X's documentation, "Webhooks".
fn could_be(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.port().is_none())
}

fn fine(text: impl Into<String>) -> Finding {
    Finding::new(Verdict::Fine, text)
}

fn not_asked(error: &XError) -> Finding {
    Finding::new(
        Verdict::NotAsked,
        format!("Push: {error}. Check X_API_BASE_URL and the network, and try again."),
    )
}
