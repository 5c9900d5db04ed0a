//! The log keeps secrets to itself.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use spacebell::config::{Log, LogFormat};
use spacebell::telemetry::{Redactor, subscriber};

const SECRET: &str = "s3cr\"t/token=";

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written while `act` logs.
fn logged(format: LogFormat, filter: &str, act: impl FnOnce()) -> String {
    let written = Written::default();
    let writer = written.clone();
    let redactor =
        Redactor::new(&[SecretString::from(SECRET), SecretString::from("")]).expect("good secrets");
    let log = Log { format, filter: filter.to_owned() };
    let subscriber = subscriber(&log, false, redactor, move || writer.clone()).expect("a good log");
    tracing::subscriber::with_default(subscriber, act);
    let bytes = written.0.lock().expect("no panic").clone();
    String::from_utf8(bytes).expect("text")
}

#[test]
fn no_form_of_a_secret_reaches_the_log() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let text = logged(format, "info", || {
            tracing::info!(header = SECRET, debugged = ?SECRET, "sent with {SECRET}");
            tracing::info!("asked for /?token=s3cr%22t%2Ftoken%3D and went on");
        });
        assert!(!text.contains("s3cr"), "{text}");
        assert!(text.matches("[redacted]").count() == 4 && text.contains("and went on"), "{text}");
    }
}

#[test]
fn json_lines_stay_json() {
    let text = logged(LogFormat::Json, "info", || tracing::info!(space.id = "1abc", "saw {SECRET}"));
    let line: serde_json::Value = serde_json::from_str(text.trim_end()).expect("one JSON object");
    assert_eq!((&line["message"], &line["space.id"]), (&"saw [redacted]".into(), &"1abc".into()));
}

#[test]
fn the_filter_decides_what_is_written() {
    let text = logged(LogFormat::Text, "warn,spacebell=info", || {
        tracing::info!(target: "spacebell::watcher", "kept");
        tracing::info!(target: "elsewhere", "dropped");
        tracing::warn!(target: "elsewhere", "warned");
    });
    assert!(text.contains("kept") && text.contains("warned") && !text.contains("dropped"), "{text}");
}

#[test]
fn without_secrets_everything_is_written_as_it_is() {
    let redactor = Redactor::new(&[]).expect("no secrets");
    assert_eq!(redactor.redacted(b"as it is"), b"as it is");
}
