//! What `HTTP_ADDR` answers: the pages that link accounts, X's webhook, or both.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use tracing::{error, info};
use url::Url;

use super::pages::Pages;
use super::webhook::{self, Webhook};
use crate::listener::{self, BIND_PAUSE};
use crate::push::webhook::PATH as WEBHOOK;

/// The most bytes of a request's body.
pub(super) const BODY_MAX: usize = 1 << 20;

/// All that is answered under `PUBLIC_URL`.
#[derive(Debug)]
pub struct Site {
    /// What `PUBLIC_URL` has before each path; a proxy may leave it on or take it off.
    prefix: String,
    pages: Option<Pages>,
    webhook: Option<Webhook>,
}

impl Site {
    /// What is answered under `public_url`: nothing yet.
    #[must_use]
    pub fn new(public_url: &Url) -> Self {
        let prefix = public_url.path().trim_end_matches('/').to_owned();
        Self { prefix, pages: None, webhook: None }
    }

    /// The same with the pages by which people link accounts.
    #[must_use]
    pub fn with_pages(self, pages: Pages) -> Self {
        Self { pages: Some(pages), ..self }
    }

    /// The same with X's webhook.
    #[must_use]
    pub fn with_webhook(self, webhook: Webhook) -> Self {
        Self { webhook: Some(webhook), ..self }
    }
}

impl listener::Answers for Site {
    const SETTING: &'static str = "HTTP_ADDR";
    const AT_MOST: usize = 256;
    /// X may be asked meanwhile.
    const WITHIN: Duration = Duration::from_mins(1);

    fn listening(&self, addr: SocketAddr) {
        let what = match (&self.pages, &self.webhook) {
            (Some(_), Some(_)) => "the bot's pages and X's webhook are",
            (None, Some(_)) => "X's webhook is",
            (_, None) => "the bot's pages are",
        };
        info!("HTTP_ADDR: {what} answered at {addr}");
        if let Some(webhook) = &self.webhook {
            webhook.is_answered();
        }
    }

    fn taken(&self, addr: SocketAddr, error: &io::Error) {
        let lost = match (&self.pages, &self.webhook) {
            (Some(_), Some(_)) => "Nobody can link an account and X can't deliver events",
            (None, Some(_)) => "X can't deliver events",
            (_, None) => "Nobody can link an account",
        };
        error!(
            %error,
            "HTTP_ADDR can't be listened at: {addr} is taken or not this machine's. {lost} meanwhile; it is tried again \
             every {} s. Give it another address",
            BIND_PAUSE.as_secs()
        );
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path();
        let path = path.strip_prefix(&self.prefix).unwrap_or(path).trim_matches('/').to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        match (&self.webhook, &self.pages) {
            (Some(webhook), _) if parts == WEBHOOK => webhook.answer(request).await,
            (_, Some(pages)) => pages.answer(&parts, request).await,
            (_, None) => webhook::bare(StatusCode::NOT_FOUND),
        }
    }
}
