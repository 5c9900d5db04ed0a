//! Pictures of Discord accounts, fetched by the bot and put into the page, so that no page loads anything from elsewhere.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect;
use url::Url;

/// The longest that a page waits for a picture.
const TIMEOUT: Duration = Duration::from_secs(3);
/// The most bytes of a picture.
const BYTES_MAX: usize = 256 << 10;
/// What a picture may be.
const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/// How wide a picture is asked for, in pixels.
const WIDTH: &str = "128";

/// Fetches pictures from Discord.
#[derive(Debug)]
pub(super) struct Pictures {
    http: Option<reqwest::Client>,
    /// Where they are instead of at Discord's own address, for a proxy or a stand-in.
    instead: Option<Url>,
}

impl Pictures {
    pub(super) fn new(instead: Option<Url>) -> Self {
        let http = reqwest::Client::builder()
            .user_agent(concat!("Spacebell/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .build();
        Self { http: http.ok(), instead }
    }

    /// The picture at `address` as a `data:` address; `None` where there is none to be had in time.
    pub(super) async fn inlined(&self, address: &str) -> Option<String> {
        let mut url = Url::parse(address).ok()?;
        if let Some(instead) = &self.instead {
            let mut other = instead.clone();
            other.set_path(url.path());
            url = other;
        }
        url.set_query(Some(&format!("size={WIDTH}")));
        let mut answer = self.http.as_ref()?.get(url).send().await.ok()?.error_for_status().ok()?;
        let said = answer.headers().get(CONTENT_TYPE)?.to_str().ok()?.to_ascii_lowercase();
        let kind = TYPES.into_iter().find(|kind| said.starts_with(kind))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.ok()? {
            if bytes.len() + chunk.len() > BYTES_MAX {
                return None;
            }
            bytes.extend_from_slice(&chunk);
        }
        Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
    }
}
