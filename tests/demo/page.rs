//! The page, used as a visitor uses it.

use std::panic::resume_unwind;
use std::sync::Arc;

use fantoccini::Locator;

use crate::browser::Browser;
use crate::support::Demo;

const ENTER: &str = "\u{e007}";
const TITLE: &str = "Robots that bake bread";

#[tokio::test]
async fn a_visitor_follows_a_host_and_sees_a_space_from_its_announcement_to_its_end() {
    let Some(browser) = Browser::start().await else { return };
    let browser = Arc::new(browser);
    let demo = Demo::start().await;
    let address = demo.address.clone();
    let visitor = Arc::clone(&browser);
    // The browser is closed whatever happens.
    let visited = tokio::spawn(async move { visit(&visitor, &address).await }).await;
    browser.client.clone().close().await.expect("it closes");
    if let Err(failed) = visited {
        resume_unwind(failed.into_panic());
    }
    demo.stop().await;
}

async fn visit(browser: &Browser, address: &str) {
    browser.client.goto(address).await.expect("the page loads");
    browser.see("//li[contains(@class,'pinged')]").await;
    assert!(browser.count("//ol[@id='messages']/li").await > 5, "it doesn't open empty");

    follow(browser).await;
    schedule(browser, TITLE).await;
    browser.see(&message("has scheduled a Space")).await;
    assert_eq!(browser.count(&message("is live")).await, 0);

    browser.click(&of_card("Start")).await;
    let live = browser.see(&message("is live")).await;
    let live = live.attr("data-id").await.expect("the page answers").expect("a message has an id");
    let live = format!("//li[@data-id='{live}']");
    browser.see(&format!("{live}[contains(@class,'pinged')]//span[contains(.,'@listeners')]")).await;
    take_picture(browser).await;
    search(browser).await;

    browser.click(&of_card("End")).await;
    browser.click("//form[contains(@class,'little')]//button[.='End it']").await;
    browser.see(&format!("{live}[contains(.,'Space ended')][contains(.,'(edited)')]")).await;

    let posts = posts(browser).await;
    browser.click("//button[@id='bot-power'][contains(.,'Kill')]").await;
    browser.see("//span[contains(@class,'bot-state dead')]").await;
    browser.click("//button[@id='bot-power'][contains(.,'Start')]").await;
    browser.see("//span[contains(@class,'bot-state online')]").await;
    visited_again(browser).await;
    assert_eq!(self::posts(browser).await, posts, "nothing is posted twice");
}

/// Types `/follow host host:kai_builds role:@listeners`, by keys alone.
async fn follow(browser: &Browser) {
    let input = browser.see("//textarea[@id='composer-input']").await;
    input.send_keys("/follow ho").await.expect("it takes keys");
    browser.see("//li[@role='option'][contains(.,'/follow host')]").await;
    browser.keys(ENTER).await;
    browser.see("//input[@id='option-host']").await;
    browser.keys("kai_builds\u{e004}").await;
    browser.keys("role:").await;
    browser.see("//li[@role='option'][contains(.,'@listeners')]").await;
    browser.keys(ENTER).await;
    browser.keys(ENTER).await;
    browser
        .see(
            "//li[contains(@class,'private')][contains(.,'kai_builds')][contains(.,'Only you can see this')]",
        )
        .await;
}

async fn schedule(browser: &Browser, title: &str) {
    browser.click("//label[contains(@class,'host')][contains(.,'@kai_builds')]").await;
    let field = browser.see("//input[@id='new-title']").await;
    field.clear().await.expect("it is emptied");
    field.send_keys(title).await.expect("it takes keys");
    browser.click("//button[@id='schedule']").await;
}

/// Looks for many Spaces and turns the page.
async fn search(browser: &Browser) {
    let input = browser.see("//textarea[@id='composer-input']").await;
    input.send_keys("/space search").await.expect("it takes keys");
    browser.see("//*[@id='composer']//*[@role='option'][contains(.,'/space search')]").await;
    input.clear().await.expect("it is emptied");
    browser.click("//label[contains(@class,'host')][contains(.,'@oslo_orchestra')]").await;
    for number in 1..=7 {
        let field = browser.see("//input[@id='new-title']").await;
        field.clear().await.expect("it is emptied");
        field.send_keys(&format!("Rehearsal of part {number}")).await.expect("it takes keys");
        browser.click("//button[@id='go-live']").await;
        browser
            .see(&format!("//li[contains(@class,'space')][contains(.,'Rehearsal of part {number}')]"))
            .await;
    }
    input.send_keys("/space search ").await.expect("it takes keys");
    browser.see("//input[@id='option-query']").await;
    browser.keys("rehearsal").await;
    browser.keys(ENTER).await;
    let reply = "//li[contains(@class,'private')][contains(.,'Rehearsal of part')]";
    let first = browser.see(reply).await.text().await.expect("its text");
    browser.click(&format!("{reply}//button[contains(.,'▶')]")).await;
    let shown =
        "const all = [...document.querySelectorAll('#messages .private')]; return all.at(-1).innerText";
    while browser.script(shown).await == first {
        browser.see(reply).await;
    }
}

/// Waits until X was asked twice more.
async fn visited_again(browser: &Browser) {
    let asked =
        "return Number(document.querySelectorAll('#figures .value')[1].textContent.replace(/\\D/g, ''))";
    let before = browser.script(asked).await.as_u64().expect("a number");
    let later = async {
        while browser.script(asked).await.as_u64().expect("a number") < before + 3 {
            browser.see("//dl[@id='figures']").await;
        }
    };
    tokio::time::timeout(crate::support::PATIENCE, later).await.expect("the bot asks X again");
}

/// How many posts of the bot, answers to people aside, the channel shows.
async fn posts(browser: &Browser) -> usize {
    browser.count("//li[contains(@class,'message')][.//span[.='APP']][not(.//div[@class='used'])]").await
}

async fn take_picture(browser: &Browser) {
    if std::env::var("UPDATE_PICTURE").as_deref() != Ok("1") {
        return;
    }
    browser
        .client
        .find(Locator::Id("composer-input"))
        .await
        .expect("it is there")
        .click()
        .await
        .expect("it is");
    let picture = browser.client.screenshot().await.expect("a picture");
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/demo.png"), picture).expect("it is written");
}

/// A post about Kai's Space.
fn message(words: &str) -> String {
    format!(
        "//li[contains(@class,'message')][not(.//div[@class='used'])][contains(.,'Kai Tanaka (@kai_builds)')][.//div[@class='content'][contains(.,'{words}')]][not(contains(.,'› message'))]"
    )
}

/// A button of the Space's card.
fn of_card(button: &str) -> String {
    format!("//li[@data-space][contains(.,'{TITLE}')]//button[.='{button}']")
}
