//! Uploads: a file that came with a command, read from its address.
//!
//! The address is Discord's word, and still nothing is trusted: it must be where Discord keeps files, it leads nowhere
//! else, and no more is read than is wanted, whatever size was told.

use tracing::warn;
use url::Url;

use super::rest::Rest;
use crate::commands::app::Unread;

/// Where Discord keeps files. Source: Discord's documentation, "Reference", "CDN Endpoints", and addresses as they come.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];

/// The file at `url`, at most so many bytes of it.
pub(super) async fn read(rest: &Rest, url: &str, most_bytes: usize) -> Result<Vec<u8>, Unread> {
    let url = Url::parse(url).ok().filter(|url| is_discords(url, rest.base())).ok_or(Unread::Elsewhere)?;
    let failed = |error: reqwest::Error| {
        // An address is signed, and so is no matter for a log.
        let error = error.without_url();
        warn!(error = &error as &dyn std::error::Error, "a file that came with a command couldn't be read");
        Unread::Unavailable
    };
    let mut answer = rest.http().get(url).send().await.map_err(failed)?;
    if !answer.status().is_success() {
        warn!(status = answer.status().as_u16(), "a file that came with a command isn't there");
        return Err(Unread::Unavailable);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > most_bytes {
            return Err(Unread::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Whether this is where Discord keeps files, or below the address that its API was given by the operator.
fn is_discords(url: &Url, api: &Url) -> bool {
    let is_cdn = url.scheme() == "https" && url.host_str().is_some_and(|host| HOSTS.contains(&host));
    is_cdn || url.origin() == api.origin()
}
