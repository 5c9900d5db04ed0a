//! Direct messages: where they stand, and that they are for one reader alone.

use crate::browser::Browser;
use crate::page::{answer, visited};

/// The place of direct messages among the channels.
const PLACE: &str = "//div[@class='section'][h3[.='Direct messages']]//button[contains(.,'Spacebell')]";

#[tokio::test]
async fn who_asks_to_be_reminded_gets_a_direct_message_that_nobody_else_sees() {
    let Some(browser) = Browser::start().await else { return };
    visited(browser, async |browser| remind(&browser).await).await;
}

async fn remind(browser: &Browser) {
    browser.see("//li[contains(@class,'pinged')]").await;
    assert_eq!(browser.count(PLACE).await, 0, "there are none yet");
    let scheduled = "//li[contains(@class,'message')][contains(.,'Deep Field (@deepfield) has scheduled')]";
    browser.click(&format!("{scheduled}//button[.='Remind me']")).await;
    browser.see(&answer("I’ll send you a direct message")).await;

    browser.see(&format!("{PLACE}//span[contains(@class,'badge')]")).await;
    browser.click(PLACE).await;
    browser.see("//div[@id='chat-head']/h2[.='Spacebell']").await;
    browser.see("//input[@id='composer-input'][contains(@placeholder,'@Spacebell')]").await;
    browser.see("//ol[@id='messages']/li[contains(.,'Your reminders will come here')]").await;

    browser.click("//li[@data-space][contains(.,'First light')]//button[.='Start']").await;
    browser.see("//ol[@id='messages']/li[contains(.,'Deep Field')][contains(.,'is live')]").await;

    browser.click("//select[@id='reader-select']/option[contains(.,'Lee')]").await;
    browser.see("//div[@id='chat-head']/h2[.='spaces']").await;
    assert_eq!(browser.count(PLACE).await, 0, "they are another's");
}
