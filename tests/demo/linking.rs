//! Linking an account, over the bot's own page and X's, and what a linked person sees.

use crate::browser::Browser;
use crate::page::{ENTER, answer, say, visited};

#[tokio::test]
async fn a_visitor_links_their_account_on_x_and_sees_what_those_whom_they_follow_host() {
    let Some(browser) = Browser::start().await else { return };
    visited(browser, async |browser| follow(&browser).await).await;
}

#[tokio::test]
async fn a_host_links_their_account_and_sees_who_bought_tickets() {
    let Some(browser) = Browser::start().await else { return };
    visited(browser, async |browser| host(&browser).await).await;
}

async fn follow(browser: &Browser) {
    browser.see("//li[contains(@class,'pinged')]").await;
    browser.click("//button[@id='tab-you']").await;
    browser.click("//button[@aria-label='Follow Ada Okafor']").await;
    browser.see("//button[@aria-label='Follow Ada Okafor'][.='Following']").await;
    link(browser, "@mona_listens").await;
    say(browser, "/account show ").await;
    browser.keys(ENTER).await;
    browser.see(&answer("I keep no samples of your own Spaces")).await;

    say(browser, "/discover following ").await;
    browser.keys(ENTER).await;
    browser.click("//button[contains(.,'Read them')]").await;
    browser.see(&answer("Rust after hours")).await;
}

async fn host(browser: &Browser) {
    let card = "//li[@data-space][contains(.,'Rust after hours')]";
    browser.click(&format!("{card}//button[.='Ticket']")).await;
    browser.click(&format!("{card}//form//option[contains(.,'Priya')]")).await;
    browser.click(&format!("{card}//form//button[.='Sell']")).await;
    browser.see(&format!("{card}//*[contains(.,'1 ticket sold')]")).await;
    let space = browser.see(card).await.attr("data-space").await.expect("the page answers");
    link(browser, "@ada_codes").await;
    say(browser, "/space buyers ").await;
    browser.see("//input[@id='option-space']").await;
    browser.keys(&format!("{}{ENTER}", space.expect("an id"))).await;
    browser.see(&answer("@priya_hears")).await;
}

/// Links an account on X by `/account link`.
async fn link(browser: &Browser, username: &str) {
    say(browser, "/account link ").await;
    browser.keys(ENTER).await;
    browser.click(&format!("{}//a[contains(.,'Open the page')]", answer("Link your account on X"))).await;
    let code = consent(browser, username).await;
    browser
        .click(&format!("{}//button[contains(.,'Enter the code')]", answer("Link your account on X")))
        .await;
    let form = "//dialog[contains(@class,'modal')]";
    browser.see(form).await;
    browser.holds("return document.activeElement.closest('dialog') !== null").await;
    browser.keys(&code).await;
    browser.keys(ENTER).await;
    browser.see(&answer(&format!("Linked: {username}"))).await;
    // The form goes away.
    browser.holds("return document.querySelector('dialog') === null").await;
}

/// Goes through the bot's page and X's in the tab that was opened, as that account; closes it and answers the
/// code.
async fn consent(browser: &Browser, username: &str) -> String {
    let client = &browser.client;
    let here = client.window().await.expect("a window");
    browser.windows(2).await;
    let all = client.windows().await.expect("windows");
    let other = all.into_iter().find(|one| *one != here).expect("another window");
    client.switch_to_window(other).await.expect("it is there");
    browser.see("//h1[.='Link your account on X']").await;
    browser.picture("//main", "link-page").await;
    browser.click("//button[contains(.,'I agree')]").await;
    browser.click(&format!("//label[contains(.,'{username}')]")).await;
    browser.click("//button[.='Authorize app']").await;
    let code = browser.see("//*[contains(@class,'code')]").await.text().await.expect("its text");
    client.close_window().await.expect("it closes");
    client.switch_to_window(here).await.expect("it is there");
    code
}
