//! What hangs on a Space on X's side: Posts, tickets, a crowd; and the server's list of events.

use crate::browser::Browser;
use crate::page::{ENTER, ESCAPE, answer, say, visited};

/// The card of the Space that is live when a visitor comes.
const CARD: &str = "//li[@data-space][contains(.,'Rust after hours')]";

#[tokio::test]
async fn a_visitor_shares_posts_sells_tickets_and_lets_a_crowd_come() {
    let Some(browser) = Browser::start().await else { return };
    visited(browser, async |browser| host(&browser).await).await;
}

async fn host(browser: &Browser) {
    browser.see("//li[contains(@class,'pinged')]").await;
    for (opener, doer, fact) in [("Post", "Share", "1 Post shared"), ("Ticket", "Sell", "1 ticket sold")] {
        browser.click(&format!("{CARD}//button[.='{opener}']")).await;
        browser.click(&format!("{CARD}//form//button[.='{doer}']")).await;
        browser.see(&format!("{CARD}//*[contains(.,'{fact}')]")).await;
    }
    browser.click(&format!("{CARD}//button[.='Count']")).await;
    browser.click(&format!("{CARD}//button[.='A crowd comes and goes']")).await;
    let count = |words: &str| format!("{CARD}//span[contains(@class,'count')]{words}");
    browser.see(&count("[not(contains(.,'243 in'))]")).await;

    say(browser, "/space posts ").await;
    browser.holds("return document.querySelector('.command-line') !== null").await;
    let of_live = "return document.querySelector('li[data-space].live').dataset.space";
    let space = browser.script(of_live).await.as_str().expect("an id").to_owned();
    browser.keys(&format!("{space}{ENTER}")).await;
    browser.see(&answer("Come in.")).await;

    browser.click("//button[@id='events-button'][contains(.,'1')]").await;
    browser.see("//dialog//li[contains(.,'First light')][contains(.,'x.com/i/spaces/')]").await;
    browser.picture("//dialog", "events").await;
    browser.holds("return document.activeElement.closest('dialog') !== null").await;
    browser.click("//dialog//button[.='Delete event']").await;
    browser.see("//dialog[contains(.,'There are no events now')]").await;
    browser.keys(ESCAPE).await;
    browser.holds("return document.activeElement.id === 'events-button'").await;
    assert_eq!(browser.count("//dialog").await, 0);
}
