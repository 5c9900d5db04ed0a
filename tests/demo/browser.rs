//! A real Chromium without a window, and its driver.

use std::io::Write;
use std::net::TcpListener;
use std::process::Stdio;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::PATIENCE;

/// How long nothing is asked while something is waited for.
const AGAIN_AFTER: std::time::Duration = std::time::Duration::from_millis(100);

/// A browser with one window.
pub struct Browser {
    pub client: Client,
    _driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Starts one as on a desk; `None`, said aloud, where the machine has no driver. In CI that is a failure.
    pub async fn start() -> Option<Self> {
        Self::start_with(json!({ "args": DESK })).await
    }

    /// The same as on a phone: 390 pixels wide, touched instead of pointed at.
    pub async fn start_narrow() -> Option<Self> {
        let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 1, "touch": true });
        Self::start_with(json!({ "args": [], "mobileEmulation": { "deviceMetrics": metrics } })).await
    }

    async fn start_with(options: Value) -> Option<Self> {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let Ok(driver) = command.kill_on_drop(true).spawn() else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "CI has no chromedriver");
            // Not by `println!`, whose words nobody sees while tests pass.
            writeln!(
                std::io::stderr(),
                "demo: SKIPPED, the page isn't tried in a browser. To enable, install chromium and chromedriver"
            )
            .expect("somebody reads");
            return None;
        };
        let profile = TempDir::new().expect("a folder");
        let client = connected(port, profile.path().to_str().expect("a path"), options).await;
        Some(Self { client, _driver: driver, _profile: profile })
    }

    /// Waits for something on the page.
    pub async fn see(&self, xpath: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{xpath} isn't seen: {error}\n{}", self.text().await),
        }
    }

    /// How often something is on the page.
    pub async fn count(&self, xpath: &str) -> usize {
        self.client.find_all(Locator::XPath(xpath)).await.expect("the page answers").len()
    }

    /// Clicks something as soon as it is there. A driver takes what shows in part for shown, though its middle, which it
    /// clicks, may be cut off.
    pub async fn click(&self, xpath: &str) {
        let element = self.see(xpath).await;
        let itself = serde_json::to_value(&element).expect("an element is JSON");
        let scroll = "arguments[0].scrollIntoView({ block: 'nearest', behavior: 'instant' })";
        self.client.execute(scroll, vec![itself]).await.expect("the script runs");
        element.click().await.unwrap_or_else(|error| panic!("{xpath} takes no click: {error}"));
    }

    /// Types where the focus is.
    pub async fn keys(&self, text: &str) {
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(text).await.expect("it takes keys");
    }

    /// Waits until a script gives `true`.
    pub async fn holds(&self, script: &str) {
        let waiting = async { while self.script(script).await != Value::Bool(true) {} };
        let held = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(held.is_ok(), "{script} never holds\n{}", self.text().await);
    }

    /// What a script gives.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// Waits until there are so many windows.
    pub async fn windows(&self, count: usize) {
        let waiting = async {
            while self.client.windows().await.expect("the browser answers").len() != count {
                tokio::time::sleep(AGAIN_AFTER).await;
            }
        };
        let opened = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(opened.is_ok(), "there are never {count} windows");
    }

    /// Takes a picture of something for the documents, if `UPDATE_PICTURE` is 1.
    pub async fn picture(&self, xpath: &str, name: &str) {
        if std::env::var("UPDATE_PICTURE").as_deref() != Ok("1") {
            return;
        }
        let picture = self.see(xpath).await.screenshot().await.expect("a picture");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(format!("{folder}/{name}.png"), picture).expect("it is written");
    }

    async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText", Vec::new()).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// A window on a desk, with a mouse.
const DESK: [&str; 2] = [
    "--window-size=1440,1043",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
];

/// The driver needs a moment until it listens.
async fn connected(port: u16, profile: &str, mut options: Value) -> Client {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=en-US",
        &format!("--user-data-dir={profile}"),
    ];
    let given = options["args"].as_array_mut().expect("a list");
    given.extend(arguments.iter().map(|argument| json!(argument)));
    let wanted = json!({ "goog:chromeOptions": options });
    let Value::Object(wanted) = wanted else { unreachable!("an object is one") };
    let address = format!("http://127.0.0.1:{port}");
    let trying = async {
        loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            match builder.capabilities(wanted.clone()).connect(&address).await {
                Ok(client) => return client,
                Err(_) => tokio::time::sleep(AGAIN_AFTER).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, trying).await.expect("the driver starts a browser")
}
