//! The log: what is written, as what, and what must never be.
//!
//! Owns the subscriber and the last line of defence, a [`Redactor`] that takes the configured secrets out of
//! whatever is written. Code that logs must keep secrets out by itself; this is for the day when it doesn't.

use std::io::{self, IsTerminal as _, Write};

use aho_corasick::{AhoCorasick, MatchKind};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Log, LogFormat};

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// Why the log can't be set up.
#[derive(Debug, Error)]
pub enum BadLog {
    /// The filter can't be read. Settings that were read have a good one.
    #[error("RUST_LOG is no filter that the log understands. Write levels such as info, or leave it out.")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The secrets can't be looked for, so nothing may be logged.
    #[error("the secrets can't be kept out of the log. Check that the tokens in the settings are tokens.")]
    Secrets(#[from] aho_corasick::BuildError),
    /// There is a log already.
    #[error("the log was set up twice. Start the program anew, and report this as a mistake of Spacebell.")]
    Taken(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts the log, to standard error, for the whole process. Panics are logged too, so that they are redacted.
pub fn start(log: &Log, secrets: &[SecretString]) -> Result<(), BadLog> {
    let colours = log.format == LogFormat::Text && io::stderr().is_terminal();
    subscriber(log, colours, Redactor::new(secrets)?, io::stderr)?.try_init()?;
    std::panic::set_hook(Box::new(|panic| tracing::error!("a task panicked: {panic}")));
    Ok(())
}

/// The log's subscriber, writing to `writer` without the secrets.
pub fn subscriber<W>(
    log: &Log,
    colours: bool,
    redactor: Redactor,
    writer: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, BadLog>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&log.filter)?;
    let lines = fmt().with_env_filter(filter).with_ansi(colours).with_writer(Redacting { redactor, writer });
    Ok(match log.format {
        LogFormat::Text => Box::new(lines.finish()),
        LogFormat::Json => Box::new(lines.json().flatten_event(true).finish()),
    })
}

/// Takes secrets out of texts.
#[derive(Debug, Clone)]
pub struct Redactor {
    /// `None` where there are no secrets.
    searcher: Option<AhoCorasick>,
}

impl Redactor {
    /// One that takes out these secrets, also as JSON and addresses write them.
    pub fn new(secrets: &[SecretString]) -> Result<Self, aho_corasick::BuildError> {
        let forms: Vec<String> = secrets
            .iter()
            .map(ExposeSecret::expose_secret)
            .filter(|secret| !secret.is_empty())
            .flat_map(forms)
            .collect();
        if forms.is_empty() {
            return Ok(Self { searcher: None });
        }
        let searcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms)?;
        Ok(Self { searcher: Some(searcher) })
    }

    /// `bytes` without the secrets.
    #[must_use]
    pub fn redacted(&self, bytes: &[u8]) -> Vec<u8> {
        let Some(searcher) = &self.searcher else { return bytes.to_vec() };
        let mut out = Vec::with_capacity(bytes.len());
        searcher.replace_all_with_bytes(bytes, &mut out, |_, _, out| {
            out.extend_from_slice(REDACTED.as_bytes());
            true
        });
        out
    }
}

/// How a secret may be written: as it is, quoted, quoted within a quotation (a debug form in JSON), in an address.
fn forms(secret: &str) -> [String; 4] {
    let quoted = quoted(secret);
    let address = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    [secret.to_owned(), self::quoted(&quoted), quoted, address]
}

/// `text` as it is between the quotation marks of JSON, which Rust's debug form agrees with for ASCII.
fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&json).to_owned()
}

/// Makes writers that hold a line back until it is whole, so that a secret written in pieces is seen.
struct Redacting<W> {
    redactor: Redactor,
    writer: W,
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Redacting<W> {
    type Writer = RedactingLine<'a, W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactingLine { redactor: &self.redactor, held: Vec::new(), out: self.writer.make_writer() }
    }
}

/// One line of the log on its way out. It goes out whole when it is dropped; `flush` keeps holding it.
struct RedactingLine<'a, W: Write> {
    redactor: &'a Redactor,
    held: Vec<u8>,
    out: W,
}

impl<W: Write> Write for RedactingLine<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for RedactingLine<'_, W> {
    fn drop(&mut self) {
        // Where the log can't be written there is nowhere left to say so.
        let _ = self.out.write_all(&self.redactor.redacted(&self.held)).and_then(|()| self.out.flush());
    }
}
