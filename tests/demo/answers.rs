//! What commands answer, as the page shows it: cards, files to download, files to choose.

use std::io::Write;

use serde_json::Value;

use crate::browser::Browser;
use crate::page::{ENTER, answer, say, visited};

#[tokio::test]
async fn answers_with_cards_and_files_are_shown_and_a_file_can_be_given_back() {
    let Some(browser) = Browser::start().await else { return };
    visited(browser, async |browser| ask(&browser).await).await;
}

async fn ask(browser: &Browser) {
    let live = "//li[contains(@class,'pinged')]";
    browser.see(live).await;
    browser.picture(live, "live-post").await;
    browser.click("//nav//button[contains(.,'bell-tests')]").await;

    command(browser, "follow host", "kai_builds", "Following @kai_builds", Some("follow")).await;
    command(browser, "follow list", "", "5 follows", Some("follow-list")).await;
    command(browser, "settings show", "", "This server’s settings", Some("settings")).await;
    let of_live = "return document.querySelector('li[data-space].live').dataset.space";
    let space = browser.script(of_live).await.as_str().expect("an id").to_owned();
    command(browser, "why", &space, "posted or not", Some("why")).await;
    command(browser, "agenda", "", "Coming within", Some("agenda")).await;
    let calendar = downloaded(browser, ".ics").await;
    assert!(calendar.starts_with("BEGIN:VCALENDAR"), "{calendar}");

    command(browser, "follow export", "", ".json", None).await;
    let follows = downloaded(browser, ".json").await;
    let read: Value = serde_json::from_str(&follows).expect("JSON");
    assert!(follows.contains("kai_builds"), "{read}");
    give_back(browser, &follows).await;
}

/// Types a command with its first option, waits for its answer, and takes a picture of that for the documents.
async fn command(browser: &Browser, name: &str, value: &str, words: &str, picture: Option<&str>) {
    say(browser, &format!("/{name} ")).await;
    browser.holds("return document.querySelector('.command-line') !== null").await;
    browser.keys(&format!("{value}{ENTER}")).await;
    let answered = format!("{}[.//span[@class='used-what'][.='/{name}']]", answer(words));
    browser.see(&answered).await;
    if let Some(picture) = picture {
        browser.picture(&answered, picture).await;
    }
}

/// What the page's last file of such a name holds.
async fn downloaded(browser: &Browser, ending: &str) -> String {
    let link = format!("[...document.querySelectorAll('a.file[download$=\"{ending}\"]')].at(-1)");
    browser.holds(&format!("return Boolean({link})")).await;
    let text = format!("return fetch({link}.href).then((answer) => answer.text())");
    browser.script(&text).await.as_str().expect("text").to_owned()
}

/// Chooses a file for a command, by the chooser that the page has for it.
async fn give_back(browser: &Browser, follows: &str) {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().expect("a file");
    file.write_all(follows.as_bytes()).expect("it is written");
    say(browser, "/follow import ").await;
    browser.see("//button[contains(@class,'choose-file')]").await;
    let chooser = browser.see("//input[@id='option-file']").await;
    chooser.send_keys(file.path().to_str().expect("a path")).await.expect("it takes a file");
    let name = file.path().file_name().and_then(|name| name.to_str()).expect("a name");
    browser.see(&format!("//button[contains(@class,'choose-file')][.='{name}']")).await;
    browser.keys(ENTER).await;
    browser.see(&answer("From this file")).await;
}
