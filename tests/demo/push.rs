//! The switch for push: with it and without it everything rings, and the page says how soon and for how much.

use crate::browser::Browser;
use crate::page::visited;

/// The figure of starts that were told so.
fn figure(name: &str, words: &str) -> String {
    format!("//dl[@class='push-figures']/div[dt[.='{name}']][dd[.='{words}']]")
}

#[tokio::test]
async fn a_visitor_switches_push_off_and_on_and_sees_what_it_changes() {
    let Some(browser) = Browser::start().await else { return };
    visited(browser, async |browser| compare(&browser).await).await;
}

async fn compare(browser: &Browser) {
    let switch = |on: bool| format!("//button[@id='push'][@aria-checked='{on}']");
    let online = "//span[contains(@class,'bot-state online')]";
    browser.see(&switch(true)).await;
    // The opening story's two starts.
    browser.see(&figure("Starts, pushed", "median of 2")).await;
    browser.see(&figure("Starts, polled", "none yet")).await;
    browser.see("//dl[@class='push-figures']//dd[.='$0.015']").await;
    browser.see("//dl[@class='push-figures']//dd[.='3 events']").await;

    browser.click(&switch(true)).await;
    browser.see(&switch(false)).await;
    browser.see(online).await;
    go_live(browser, "Told by nobody").await;
    browser.see(&figure("Starts, polled", "median of 1")).await;

    browser.click(&switch(false)).await;
    browser.see(&switch(true)).await;
    browser.see(online).await;
    browser.click("//li[@data-space][contains(.,'Told by nobody')]//button[.='End']").await;
    browser.click("//form[contains(@class,'little')]//button[.='End it']").await;
    browser.see(&post("Told by nobody", "ended")).await;
    go_live(browser, "Told by X").await;
    browser.see(&figure("Starts, pushed", "median of 3")).await;
    browser.picture("//section[@class='push']", "push").await;
}

/// Has the first host begin a Space, and waits until it rang.
async fn go_live(browser: &Browser, title: &str) {
    let field = browser.see("//input[@id='new-title']").await;
    field.clear().await.expect("it is emptied");
    field.send_keys(title).await.expect("it takes keys");
    browser.click("//button[@id='go-live']").await;
    browser.see(&post(title, "is live")).await;
}

fn post(title: &str, words: &str) -> String {
    format!("//ol[@id='messages']/li[contains(.,'{title}')][contains(.,'{words}')]")
}
