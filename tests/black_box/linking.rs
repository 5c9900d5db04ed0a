//! Linked accounts by the shipped program: its own pages, X's consent, the form in Discord, and what a link opens.

use std::net::TcpListener;

use reqwest::redirect;
use serde_json::json;
use spacebell::store::Store;
use spacebell_sim::discord::{Outcome, Reply};
use spacebell_sim::x;

use crate::seeing::{address, get};
use crate::support::{Bot, PATIENCE, World, eventually, links};
use crate::told::open_streams;

const KEY: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const OTHER_KEY: &str = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

/// A world whose program links accounts.
struct Linking {
    world: World,
    base: String,
    addr: String,
    browser: reqwest::Client,
}

impl Linking {
    async fn new() -> Self {
        let world = World::new().await;
        let addr = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let base = format!("http://localhost:{}", addr.port());
        world.x.configure(|settings| settings.oauth.redirect_uris = vec![format!("{base}/x/callback")]);
        let browser =
            reqwest::Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
        Self { world, base, addr: addr.to_string(), browser }
    }

    async fn start(&self, keys: &str) -> Bot {
        let bot = self.world.start_with(&self.env(keys)).await;
        eventually("pages", async || self.browser.get(&self.base).send().await.ok()).await;
        bot
    }

    fn env<'a>(&'a self, keys: &'a str) -> [(&'a str, &'a str); 5] {
        [
            ("HTTP_ADDR", &self.addr),
            ("PUBLIC_URL", &self.base),
            ("X_CLIENT_ID", "stand-in-client"),
            ("X_CLIENT_SECRET", "stand-in-client-secret"),
            ("SECRET_KEY", keys),
        ]
    }

    /// The member's way from `/account link` to the code.
    async fn code(&self) -> (Reply, String) {
        let world = &self.world;
        let reply = self.says("account link", json!({})).await;
        assert!(reply.is_ephemeral());
        let message = reply.message.as_ref().expect("a message");
        let address = links(message).pop().expect("a link to the page");
        assert!(address.starts_with(&self.base), "{address}");
        let page = self.browser.get(&address).send().await.expect("a page").text().await.expect("text");
        assert!(page.contains("<bdi>lee</bdi>"), "{page}");
        let sent = self.browser.post(&address).send().await.expect("an answer");
        let asked = sent.headers()["location"].to_str().expect("an address").to_owned();
        let back = world.x.consent(&asked, &world.nasa).expect("consent");
        let page = self.browser.get(back).send().await.expect("a page").text().await.expect("text");
        let code = page.split("id=\"code\">").nth(1).and_then(|rest| rest.split('<').next());
        let code = code.expect("a code").to_owned();
        (reply, code)
    }

    async fn says(&self, command: &str, options: serde_json::Value) -> Reply {
        let person = self.world.discord.user(self.world.member).in_channel(self.world.channel);
        self.world.final_reply(&person.command(command, options).expect("it can be typed")).await
    }

    async fn types(&self, reply: &Reply, code: &str) -> Reply {
        let person = self.world.discord.user(self.world.member).in_channel(self.world.channel);
        let message = reply.message.as_ref().expect("a message").id;
        let pressed = person.press(message, "Enter the code").expect("a button");
        assert_eq!(pressed.reply(PATIENCE).await.expect("an answer").outcome, Outcome::Modal);
        let filled = person.submit_modal(&pressed, json!({ "line": code })).expect("a form");
        self.world.final_reply(&filled).await
    }
}

#[tokio::test]
async fn a_person_links_in_discord_and_a_link_outlives_a_restart_and_a_new_key() {
    let linking = Linking::new().await;
    let bot = linking.start(KEY).await;
    let (reply, code) = linking.code().await;
    let wrong = linking.types(&reply, "AAAAAAAA").await;
    assert!(wrong.content().contains("isn’t the code"), "{}", wrong.content());
    let done = linking.types(&reply, &code).await;
    assert!(done.content().starts_with("Linked: [@NASA]"), "{}", done.content());
    let shown = linking.says("account show", json!({})).await;
    assert!(shown.content().contains("[@NASA]"), "{}", shown.content());
    assert!(bot.stop().await.success());

    // The first start with both keys seals anew; the second one knows the new key alone.
    let both = format!("{OTHER_KEY},{KEY}");
    let bot = linking.start(&both).await;
    eventually("sealed anew", async || {
        linking.world.logs().contains("sealed 1 linked accounts anew").then_some(())
    })
    .await;
    assert!(bot.stop().await.success());
    let bot = linking.start(OTHER_KEY).await;
    let space = linking.world.x.start_now(&linking.world.nasa, "Launch party").expect("a Space");
    linking.world.x.set_ticketed(&space, true).expect("it is there");
    let buyer = linking.world.x.add_user("777", "fan", "A fan");
    linking.world.x.sell_ticket(&space, &buyer).expect("it is there");
    let buyers = linking.says("space buyers", json!({ "space": space.to_string() })).await;
    assert!(
        buyers.is_ephemeral() && buyers.embeds()[0].to_string().contains("@fan"),
        "{:?}",
        buyers.embeds()
    );

    let ended = linking.says("account unlink", json!({})).await;
    assert!(ended.content().contains("Unlinked"), "{}", ended.content());
    eventually("X is told", async || (linking.world.x.count(x::Endpoint::OauthRevoke) > 0).then_some(()))
        .await;
    let none = linking.says("account show", json!({})).await;
    assert!(none.content().contains("linked no account"), "{}", none.content());
    let logs = linking.world.logs();
    for secret in [KEY, OTHER_KEY, "stand-in-client-secret", code.as_str()] {
        assert!(!logs.contains(secret), "a secret in the log");
    }
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn an_operator_erases_a_linked_person_while_nothing_runs_and_x_is_told_at_the_next_start() {
    let linking = Linking::new().await;
    let bot = linking.start(KEY).await;
    let (reply, code) = linking.code().await;
    assert!(linking.types(&reply, &code).await.content().starts_with("Linked"));
    assert!(bot.stop().await.success());
    let user = linking.world.member.to_string();
    let output = linking.world.command(&[]).args(["erase", "--user", &user, "--yes"]).output().await;
    let words = String::from_utf8(output.expect("it runs").stdout).expect("text");
    assert!(words.contains("1 linked account"), "{words}");
    let store = Store::open(&linking.world.database_url()).await.expect("a store");
    assert!(store.links().await.expect("links").is_empty());
    store.close().await;
    let bot = linking.start(KEY).await;
    eventually("X is told", async || (linking.world.x.count(x::Endpoint::OauthRevoke) > 0).then_some(()))
        .await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn whoever_takes_back_on_x_what_they_let_the_app_do_is_linked_no_more_at_once() {
    let linking = Linking::new().await;
    let world = &linking.world;
    let mut env = linking.env(KEY).to_vec();
    env.push(("X_PUSH", "stream"));
    let bot = world.start_with(&env).await;
    eventually("pages", async || linking.browser.get(&linking.base).send().await.ok()).await;
    let (reply, code) = linking.code().await;
    assert!(linking.types(&reply, &code).await.content().starts_with("Linked"));
    eventually("a stream", async || (open_streams(&world.x) == 1).then_some(())).await;
    let revoked = |account: &str| {
        let user = json!({ "data": { "id": account, "username": "somebody", "name": "Somebody" } });
        json!({ "data": { "event_uuid": format!("-{account}"), "filter": { "user_id": account },
            "event_type": "oauth.revoke", "payload": { "user": user, "event_type": "oauth_revoke" } } })
        .to_string()
    };
    let taken = async |times: usize| {
        let address = address(&bot).await;
        let key = "spacebell_x_push_events_total{event=\"revoke\",outcome=\"taken\"}";
        eventually("it is taken", async || {
            let (_, text) = get(&address, "/metrics").await?;
            text.contains(&format!("{key} {times}\n")).then_some(())
        })
        .await;
    };
    // Somebody else, and nobody.
    world.x.write_on_streams(revoked("777"));
    world.x.write_on_streams(r#"{"data":{"event_type":"oauth.revoke","filter":{}}}"#);
    taken(1).await;
    let shown = linking.says("account show", json!({})).await;
    assert!(shown.content().contains("[@NASA]"), "{}", shown.content());
    // Twice, as X may tell anything.
    world.x.write_on_streams(revoked(&world.nasa.to_string()));
    world.x.write_on_streams(revoked(&world.nasa.to_string()));
    taken(3).await;
    let shown = linking.says("account show", json!({})).await;
    assert!(shown.content().contains("you may have ended it on X. I have erased it"), "{}", shown.content());
    let store = Store::open(&world.database_url()).await.expect("a store");
    assert!(store.links().await.expect("links").is_empty());
    store.close().await;
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn following_is_read_at_the_press_of_a_button_and_shown_to_the_asker_alone() {
    let linking = Linking::new().await;
    let world = &linking.world;
    let bot = linking.start(KEY).await;
    let (reply, code) = linking.code().await;
    linking.types(&reply, &code).await;
    let friend = world.x.add_user("888", "friend", "A friend");
    world.x.follow(&world.nasa, &friend).expect("they are there");
    world.x.start_now(&friend, "Among friends").expect("a Space");
    let asked = linking.says("discover following", json!({})).await;
    assert!(asked.is_ephemeral() && asked.content().contains("up to $"), "{}", asked.content());
    assert_eq!(world.x.count(x::Endpoint::UserFollowing), 0);
    let person = world.discord.user(world.member).in_channel(world.channel);
    let message = asked.message.as_ref().expect("a message").id;
    let read = world.final_reply(&person.press(message, "Read them").expect("a button")).await;
    assert!(read.embeds()[0].to_string().contains("Among friends"), "{:?}", read.embeds());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn half_of_what_linking_needs_is_a_mistake_at_the_start_and_none_of_it_is_off() {
    let linking = Linking::new().await;
    let all = linking.env(KEY);
    for missing in &all[1..] {
        let given: Vec<(&str, &str)> = all.iter().copied().filter(|it| it.0 != missing.0).collect();
        let output = linking.world.command(&given).output().await.expect("it runs");
        let words = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains(&format!("{} is not set, though", missing.0)), "{words}");
        assert!(!words.contains(KEY), "{words}");
    }
    let bot = linking.world.start().await;
    let off = linking.says("account link", json!({})).await;
    assert!(off.is_ephemeral() && off.content().contains("switched off"), "{}", off.content());
    assert!(bot.stop().await.success());
}

#[tokio::test]
async fn the_check_tells_whether_x_takes_the_app_that_links() {
    let linking = Linking::new().await;
    let told = async |env: &[(&str, &str)]| {
        let output = linking.world.command(env).arg("check").output().await.expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let (code, words) = told(&[]).await;
    assert!(code == Some(0) && words.contains("Linking accounts: off. X_CLIENT_ID,"), "{words}");
    let (code, words) = told(&linking.env(KEY)).await;
    let callback = format!("callback {}/x/callback", linking.base);
    assert!(
        code == Some(0) && words.contains("Linking accounts: ok") && words.contains(&callback),
        "{words}"
    );
    let mut wrong = linking.env(KEY);
    wrong[3].1 = "another-secret";
    let (code, words) = told(&wrong).await;
    assert!(code == Some(2) && words.contains("X refuses X_CLIENT_ID or X_CLIENT_SECRET"), "{words}");
    let _taken = TcpListener::bind(&linking.addr).expect("the port");
    let (code, words) = told(&linking.env(KEY)).await;
    assert!(code == Some(2) && words.contains("HTTP_ADDR names"), "{words}");
}
