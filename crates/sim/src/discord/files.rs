//! Files: what a request may bring along, what Discord makes of their names, and the addresses that they get.
//!
//! Owns the limits on uploads and the shape of a file's address. Sources: Discord's documentation, "Uploading Files",
//! "Create Message" and "Signed Attachment CDN URLs". An address is signed and ends after a day; without its signature
//! there is nothing there. Voice messages and clips aren't modelled.

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::error::{ApiError, ApiResult, Form};
use super::message::id_of;
use super::moment::seconds_of;
use super::routes::File;
use super::serving::Served;
use super::state::State;
use super::validation::{list, text};

/// Files of one message.
const FILES_AT_MOST: usize = 10;
/// Bytes of one file, for a bot in a server without boosts.
pub(super) const FILE_BYTES: usize = 10 * 1024 * 1024;
/// Bytes of a whole request.
const REQUEST_BYTES: usize = 25 * 1024 * 1024;
/// How long an address works.
const ADDRESS_LIFE_SECONDS: u64 = 24 * 60 * 60;

/// A file that someone uploaded.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its id.
    pub id: u64,
    /// The channel of its message; None for one that came with a command.
    pub channel_id: Option<u64>,
    /// Its name, as Discord writes it.
    pub filename: String,
    /// Its media type, by its name or as sent.
    pub content_type: Option<String>,
    /// Its description (alternative text).
    pub description: Option<String>,
    /// How many bytes Discord says that it has.
    pub size_bytes: u64,
    /// What it holds.
    pub bytes: bytes::Bytes,
    /// How its address answers.
    pub served: Served,
}

impl Attachment {
    /// Its address: below the CDN's path of its channel, signed.
    #[must_use]
    pub(super) fn url(&self, base: &str, application: u64) -> String {
        let place = match self.channel_id {
            Some(channel) => format!("attachments/{channel}"),
            None => format!("ephemeral-attachments/{application}"),
        };
        let made = seconds_of(self.id);
        let until = made + ADDRESS_LIFE_SECONDS;
        let signature = signature(self.id);
        format!("{base}/{place}/{}/{}?ex={until:x}&is={made:x}&hm={signature}&", self.id, self.filename)
    }

    /// Width and height, of a PNG.
    #[must_use]
    pub fn dimensions(&self) -> Option<(u32, u32)> {
        let header = self.bytes.get(..24).filter(|header| header.starts_with(b"\x89PNG\r\n\x1a\n"))?;
        let number = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        Some((number(16)?, number(20)?))
    }
}

/// What makes an address one of Discord's own.
fn signature(id: u64) -> String {
    let digest = Sha256::digest(format!("stand-in {id}"));
    let first = digest.first_chunk().copied().map_or(0, u128::from_be_bytes);
    format!("{first:032x}")
}

/// The file that an address leads to, as long as it works.
pub(super) fn at_address(state: &State, path: &str, query: &str) -> Option<Attachment> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let ["attachments" | "ephemeral-attachments", _, id, _] = parts.as_slice() else { return None };
    let file = state.world.uploads.get(&id.parse().ok()?)?;
    let address = file.url("", state.world.bot);
    let now = u64::try_from(state.clock.now().timestamp.as_second()).unwrap_or_default();
    let fits = address.trim_end_matches('&') == format!("{path}?{}", query.trim_end_matches('&'));
    (fits && now < seconds_of(file.id) + ADDRESS_LIFE_SECONDS).then(|| file.clone())
}

/// Checks what a body and its files say of files; `there` are those that the message has already.
pub(super) fn check(body: &Value, files: &[File], there: &[Attachment]) -> ApiResult<()> {
    let all: usize = files.iter().map(|file| file.bytes.len()).sum();
    if all > REQUEST_BYTES || files.iter().any(|file| file.bytes.len() > FILE_BYTES) {
        return Err(ApiError::too_large());
    }
    let described = &body["attachments"];
    let kept = there.iter().filter(|file| described.is_null() || names(described, file.id)).count();
    let named = described.as_array().map_or(0, Vec::len);
    if files.len() + kept > FILES_AT_MOST || named > FILES_AT_MOST {
        return Err(ApiError::too_many_files());
    }
    let mut form = Form::default();
    let mut fields = BTreeSet::new();
    for (position, file) in files.iter().enumerate() {
        if !fields.insert(index_of(file, position)) {
            form.wrong(&file.field, "BASE_TYPE_DUPLICATE", "Each file needs a name of its own.");
        }
    }
    let mut ids = BTreeSet::new();
    for (number, entry) in list(&mut form, described, "attachments", FILES_AT_MOST).iter().enumerate() {
        let at = format!("attachments.{number}");
        text(&mut form, entry, &format!("{at}.description"), 0, 1024);
        text(&mut form, entry, &format!("{at}.filename"), 0, 1024);
        let Some(id) = id_of(&entry["id"]) else {
            form.required(&format!("{at}.id"));
            continue;
        };
        if !ids.insert(id) {
            form.wrong(&format!("{at}.id"), "BASE_TYPE_DUPLICATE", "This attachment is named twice.");
        }
        if !fields.contains(&id) && !there.iter().any(|file| file.id == id) {
            form.wrong(&format!("{at}.id"), "ATTACHMENT_NOT_FOUND", "There is no such attachment.");
        }
    }
    form.finish()
}

/// Whether a body's `attachments` name this one.
pub(super) fn names(described: &Value, id: u64) -> bool {
    described.as_array().into_iter().flatten().any(|entry| id_of(&entry["id"]) == Some(id))
}

impl State {
    /// Stores the files of a checked request, described by `attachments` of its body. Where these are given, a file
    /// that they don't name isn't part of the message.
    pub(super) fn take_files(&mut self, channel: u64, body: &Value, files: &[File]) -> Vec<Attachment> {
        let mut taken = Vec::new();
        for (position, file) in files.iter().enumerate() {
            let index = index_of(file, position);
            let described = &body["attachments"];
            let entry =
                described.as_array().into_iter().flatten().find(|entry| id_of(&entry["id"]) == Some(index));
            if !described.is_null() && entry.is_none() {
                continue;
            }
            let said = |field: &str| entry.and_then(|entry| entry[field].as_str()).map(str::to_owned);
            let filename = as_written(&said("filename").unwrap_or_else(|| file.filename.clone()));
            let attachment = Attachment {
                id: self.new_id(),
                channel_id: Some(channel),
                content_type: media_type(&filename).map(str::to_owned).or_else(|| file.content_type.clone()),
                filename,
                description: said("description").filter(|said| !said.is_empty()),
                size_bytes: file.bytes.len() as u64,
                bytes: file.bytes.clone(),
                served: Served::Truly,
            };
            self.world.uploads.insert(attachment.id, attachment.clone());
            taken.push(attachment);
        }
        taken
    }
}

/// The number in a form's field, `files[0]`, else the file's place among the others.
fn index_of(file: &File, position: usize) -> u64 {
    let inside = file.field.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
    inside.and_then(|index| index.parse().ok()).unwrap_or(position as u64)
}

/// A name as it is after an upload: blanks are underscores, and what isn't of ASCII's letters, digits and a few signs is
/// gone.
pub(super) fn as_written(name: &str) -> String {
    let kept = name.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('_'),
        letter if letter.is_ascii_alphanumeric() || "._-".contains(letter) => Some(letter),
        _ => None,
    });
    let name: String = kept.collect();
    let bare = name.trim_start_matches('.');
    if bare.is_empty() { "unknown".to_owned() } else { bare.to_owned() }
}

fn media_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "json" => "application/json; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
