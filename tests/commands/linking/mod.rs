//! Linked accounts: from `/account link` over the bot's pages and X's to the code, and what a link opens.

mod discovering;
mod misuse;
mod pages;
mod ticket_buyers;
mod tokens;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use jiff::SignedDuration;
use reqwest::redirect;
use secrecy::SecretString;
use serde_json::json;
use spacebell::clock::SharedClock;
use spacebell::commands::press::{Deed, Press};
use spacebell::commands::reply::Does;
use spacebell::commands::{Reply, Request};
use spacebell::domain::ids::DiscordUserId;
use spacebell::http::{Pages, Site};
use spacebell::linking::{Linker, Parts};
use spacebell::listener;
use spacebell::seal::Keyring;
use spacebell::x::oauth::{Oauth, OauthSettings};
use spacebell_sim::x;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::stage::{MONA, Stage, show};

/// Somebody else on Discord.
const LEE: u64 = 31;
const KEY: [u8; 32] = *b"a key of thirty-two bytes, quit.";
const OTHER_KEY: [u8; 32] = *b"another one of thirty-two bytes!";

/// A stage on which accounts are linked: the bot's pages are answered, and a browser follows no redirect by itself.
struct Linked {
    stage: Stage,
    browser: reqwest::Client,
    base: Url,
    ada: x::UserId,
    stop: CancellationToken,
}

/// An answer of the bot's pages.
struct Page {
    status: u16,
    text: String,
    headers: reqwest::header::HeaderMap,
}

impl Drop for Linked {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Bytes that differ each time, and that a test can foresee no better than anybody else.
#[expect(clippy::disallowed_methods, reason = "this is where chance comes from here")]
fn chance() -> [u8; 32] {
    static COUNT: AtomicU8 = AtomicU8::new(0);
    let mut bytes: [u8; 32] = rand::random();
    bytes[31] = COUNT.fetch_add(1, Ordering::Relaxed);
    bytes
}

/// What links accounts on a stage, with these keys.
fn linker(stage: &Stage, base: &Url, keys: &[[u8; 32]], following_read: u32) -> Linker {
    let x: Url = stage.x.url().parse().expect("an address");
    let settings = x::OauthSettings::default();
    let oauth = Oauth::new(OauthSettings {
        web_url: x.clone(),
        api_url: x,
        client_id: settings.client_id,
        client_secret: SecretString::from(settings.client_secret.expect("a confidential client")),
        redirect_url: base.join("x/callback").expect("an address"),
    });
    let clock: SharedClock = stage.clock.clone();
    Linker::new(Parts {
        store: stage.app.store.clone(),
        x: stage.app.x.clone(),
        oauth: oauth.expect("a client"),
        keys: Keyring::new(keys),
        clock,
        chance,
        public_url: base.clone(),
        following_read,
        tasks: TaskTracker::new(),
    })
}

impl Linked {
    async fn set() -> Self {
        Self::on(Stage::set().await).await
    }

    async fn on(mut stage: Stage) -> Self {
        let addr = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let base: Url = format!("http://localhost:{}/", addr.port()).parse().expect("an address");
        stage.x.configure(|settings| settings.oauth.redirect_uris = vec![format!("{base}x/callback")]);
        let ada = stage.x.add_user("500", "ada", "Ada");
        let linker = linker(&stage, &base, &[KEY], 3);
        stage.app.linker = Some(linker.clone());
        let web = stage.x.url().parse().expect("an address");
        let site = Site::new(&base).with_pages(Pages::new(linker, Arc::clone(&stage.app.texts), &web, None));
        let stop = CancellationToken::new();
        tokio::spawn(listener::run(addr, site, stop.clone()));
        let browser =
            reqwest::Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
        let scene = Self { stage, browser, base, ada, stop };
        scene.listens().await;
        scene
    }

    /// Waits until the pages are answered.
    async fn listens(&self) {
        let heard = async { while self.browser.get(self.base.clone()).send().await.is_err() {} };
        tokio::time::timeout(std::time::Duration::from_mins(1), heard).await.expect("it listens");
    }

    fn linker(&self) -> &Linker {
        self.stage.app.linker.as_ref().expect("a linker")
    }

    fn pass(&self, minutes: i64) {
        self.stage.clock.advance(SignedDuration::from_mins(minutes));
        self.stage.x.advance(std::time::Duration::from_secs(minutes.unsigned_abs() * 60));
    }

    async fn get(&self, address: &str) -> Page {
        Page::of(self.browser.get(address).send().await.expect("an answer")).await
    }

    /// `/account link` of somebody's, and the address of its page.
    async fn begins(&self, user: u64) -> String {
        let command = crate::stage::typed("account", "link", json!({}), json!({}));
        let reply = self.stage.asks_as(user, Request::of_command(&command)).await;
        address(&reply)
    }

    /// Presses the page's button, and answers X's page.
    async fn goes_on(&self, address: &str, form: &[(&str, &str)]) -> String {
        let answer = self.browser.post(address).form(form).send().await.expect("an answer");
        assert_eq!(answer.status(), 303, "{:?}", answer.text().await);
        answer.headers()["location"].to_str().expect("an address").to_owned()
    }

    /// The whole way to the code.
    async fn gets_code(&self, user: u64, samples: bool) -> String {
        let address = self.begins(user).await;
        let form: &[(&str, &str)] = if samples { &[("samples", "yes")] } else { &[] };
        let asked = self.goes_on(&address, form).await;
        let back = self.stage.x.consent(&asked, &self.ada).expect("consent");
        self.get(&back).await.code()
    }

    async fn types(&self, user: u64, code: &str) -> Reply {
        let press = Press { by: DiscordUserId::new(user), deed: Deed::EnterCode };
        self.stage.asks_as(user, Request::of_form(&press.to_string(), code.to_owned())).await
    }

    /// Mona links Ada.
    async fn links(&self) {
        let code = self.gets_code(MONA, false).await;
        let reply = self.types(MONA, &code).await;
        assert!(reply.content.starts_with("Linked: [@ada]"), "{}", reply.content);
    }

    async fn says(&self, group: &str, command: &str) -> String {
        show(&self.stage.say(group, command, json!({})).await)
    }

    /// What requests X got on a path, by their status.
    fn asked(&self, endpoint: x::Endpoint) -> Vec<u16> {
        let requests = self.stage.x.requests().into_iter();
        requests.filter(|it| it.endpoint == Some(endpoint)).filter_map(|it| it.status).collect()
    }
}

impl Page {
    async fn of(answer: reqwest::Response) -> Self {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Self { status, headers, text: answer.text().await.expect("text") }
    }

    /// The code on it.
    fn code(&self) -> String {
        let code = self.text.split("id=\"code\">").nth(1).and_then(|rest| rest.split('<').next());
        code.unwrap_or_else(|| panic!("no code: {}", self.text)).to_owned()
    }
}

/// Where the button of a reply leads.
fn address(reply: &Reply) -> String {
    let mut links = reply.rows.iter().flatten().filter_map(|button| match &button.does {
        Does::Link(url) => Some(url.clone()),
        _ => None,
    });
    links.next_back().unwrap_or_else(|| panic!("no link: {}", show(reply)))
}

/// A reply without what differs each time.
fn redacted(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        match (line.find("/link/"), line.find("] [Enter"), line.find("] [コード")) {
            (Some(from), Some(to), _) | (Some(from), None, Some(to)) => {
                let start = line[..from].rfind("-> ").map_or(from, |at| at + 3);
                for part in [&line[..start], "(the page)", &line[to..]] {
                    out += part;
                }
            }
            _ => out += line,
        }
        out.push('\n');
    }
    out
}

#[tokio::test]
async fn a_person_links_their_account_sees_it_and_ends_it() {
    let linked = Linked::set().await;
    assert!(linked.says("account", "show").await.contains("linked no account"));
    let address = linked.begins(MONA).await;
    let page = linked.get(&address).await;
    assert!(page.status == 200 && page.text.contains("<bdi>Mona</bdi>"), "{}", page.text);
    let asked = linked.goes_on(&address, &[]).await;
    let back = linked.stage.x.consent(&asked, &linked.ada).expect("consent");
    let page = linked.get(&back).await;
    let code = page.code();
    assert_eq!((page.status, code.len()), (200, 8));
    assert!(page.text.contains("@ada") && page.text.contains("<bdi>Mona</bdi>"), "{}", page.text);

    // X has given tokens, and still nothing is linked.
    assert!(linked.says("account", "show").await.contains("linked no account"));
    let typed = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
    let reply = linked.types(MONA, &typed).await;
    assert!(reply.private && reply.content.starts_with("Linked: [@ada]"), "{}", reply.content);
    assert!(linked.says("account", "show").await.contains("**Linked** to [@ada]"));

    let ended = linked.says("account", "unlink").await;
    assert!(ended.contains("Unlinked"), "{ended}");
    assert!(linked.says("account", "show").await.contains("linked no account"));
    linked.linker().tick().await.expect("X is told");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [200]);
    assert!(linked.says("account", "unlink").await.contains("linked no account"));
}

#[tokio::test]
async fn what_linking_means_is_said_before_it_in_both_languages() {
    let mut linked = Linked::set().await;
    for locale in ["en-US", "ja"] {
        linked.stage.locale = locale;
        let begun = redacted(&linked.says("account", "link").await);
        let form = {
            let press = Press { by: DiscordUserId::new(MONA), deed: Deed::EnterCode };
            show(&linked.stage.press(MONA, press).await)
        };
        let none = linked.says("account", "show").await;
        let code = linked.gets_code(MONA, true).await;
        let wrong = show(&linked.types(MONA, "AAAAAAAA").await);
        let done = show(&linked.types(MONA, &code).await);
        let shown = linked.says("account", "show").await;
        let over = show(&linked.types(MONA, &code).await);
        let ended = linked.says("account", "unlink").await;
        let name = format!("linking_{}", &locale[..2]);
        insta::assert_snapshot!(name, [begun, form, none, wrong, done, shown, over, ended].join("\n"));
    }
}

#[tokio::test]
async fn consent_to_samples_is_separate_and_can_be_given_and_taken_back() {
    let linked = Linked::set().await;
    let ada = "500".parse().expect("an id");
    let store = &linked.stage.app.store;
    let keeps = async || store.hosts_who_agreed().await.expect("an answer").contains(&ada);
    linked.links().await;
    assert!(!keeps().await);
    let press = |keep| Press { by: DiscordUserId::new(MONA), deed: Deed::KeepSamples(keep) };
    let reply = linked.stage.press(MONA, press(true)).await;
    assert!(keeps().await && reply.content.contains("I keep samples"), "{}", reply.content);
    // Somebody else's press is about their own link, which they don't have.
    linked.stage.press(LEE, press(false)).await;
    assert!(keeps().await);
    linked.stage.press(MONA, press(false)).await;
    assert!(!keeps().await);
    let code = linked.gets_code(MONA, true).await;
    linked.types(MONA, &code).await;
    assert!(keeps().await);
    linked.says("account", "unlink").await;
    assert!(!keeps().await);
}

#[tokio::test]
async fn without_the_settings_linking_is_off_and_says_so() {
    let stage = Stage::set().await;
    for (group, command) in [("account", "link"), ("account", "show"), ("discover", "following")] {
        let reply = stage.say(group, command, json!({})).await;
        assert!(reply.private && reply.content.contains("switched off"), "{}", reply.content);
    }
    let reply = stage.say("space", "buyers", json!({ "space": "1abc" })).await;
    assert!(reply.private && reply.content.contains("switched off"), "{}", reply.content);
}
