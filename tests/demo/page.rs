//! The page, used as a visitor uses it.

use std::panic::resume_unwind;
use std::sync::Arc;

use fantoccini::Locator;

use crate::browser::Browser;
use crate::support::Demo;

pub const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
pub const ESCAPE: &str = "\u{e00c}";
/// Whether all that can be used and is shown lies between the left and the right end of the window.
const NOTHING_OFF_SCREEN: &str = "
    const shown = [...document.querySelectorAll('button, input, select, a[href]')]
        .filter((one) => one.checkVisibility() && !one.matches('.skip'));
    const beyond = shown.map((one) => one.getBoundingClientRect())
        .filter((box) => box.left < 0 || box.right > innerWidth);
    return shown.length > 5 && beyond.length === 0 && document.documentElement.scrollWidth <= innerWidth";
const TITLE: &str = "Robots that bake bread";

#[tokio::test]
async fn a_visitor_follows_a_host_and_sees_a_space_from_its_announcement_to_its_end() {
    let Some(browser) = Browser::start().await else { return };
    visited(browser, async |browser| visit(&browser).await).await;
}

#[tokio::test]
async fn with_a_phone_and_in_japanese_everything_is_in_reach() {
    let Some(browser) = Browser::start_narrow().await else { return };
    visited(browser, async |browser| visit_with_a_phone(&browser).await).await;
}

/// Opens the demo's page for a visit; the browser is closed and the demo stopped whatever happens.
pub async fn visited<Visit>(browser: Browser, visit: impl FnOnce(Arc<Browser>) -> Visit)
where
    Visit: Future<Output = ()> + Send + 'static,
{
    let browser = Arc::new(browser);
    let demo = Demo::start().await;
    browser.client.goto(&demo.address).await.expect("the page loads");
    let visited = tokio::spawn(visit(Arc::clone(&browser))).await;
    browser.client.clone().close().await.expect("it closes");
    if let Err(failed) = visited {
        resume_unwind(failed.into_panic());
    }
    demo.stop().await;
}

/// Types into the message box; a command that is typed out, with a blank behind it, begins.
pub async fn say(browser: &Browser, text: &str) {
    let input = browser.see("//input[@id='composer-input']").await;
    input.send_keys(text).await.expect("it takes keys");
}

/// A private answer to the reader that holds such words.
pub fn answer(words: &str) -> String {
    format!("//li[contains(@class,'private')][contains(.,'{words}')]")
}

async fn visit_with_a_phone(browser: &Browser) {
    browser.see("//li[contains(@class,'pinged')]").await;
    // By keys: the drawer takes the focus, Escape gives it back.
    let opener = browser.see("//button[@id='channels-opener']").await;
    opener.send_keys(ENTER).await.expect("it takes keys");
    browser.holds("return document.activeElement.getAttribute('aria-current') === 'page'").await;
    browser.holds(NOTHING_OFF_SCREEN).await;
    browser.keys(ESCAPE).await;
    browser.holds("return document.activeElement.id === 'channels-opener'").await;
    browser.see("//button[@id='channels-opener'][@aria-expanded='false']").await;

    // By touch: every channel, and the language.
    for channel in ["welcome", "rust", "night-music", "bell-tests"] {
        browser.click("//button[@id='channels-opener']").await;
        browser.click(&format!("//nav//button[contains(.,'{channel}')]")).await;
        browser.see(&format!("//h2[.='{channel}']")).await;
        browser.holds(NOTHING_OFF_SCREEN).await;
    }
    browser.click("//button[@id='channels-opener']").await;
    browser.click("//select[@id='language-select']/option[@value='ja']").await;
    browser.click("//button[@id='events-button'][contains(.,'イベント')]").await;
    browser.see("//dialog//h2[.='イベント']").await;
    browser.holds(NOTHING_OFF_SCREEN).await;
    browser.keys(ESCAPE).await;
    browser.holds("return document.activeElement.id === 'channels-opener'").await;
    browser.click("//button[@id='channels-opener']").await;
    browser.click("//nav//button[contains(.,'spaces')]").await;
    browser.see("//ol[@id='messages']//time[@data-relative][contains(.,'前') or contains(.,'後')]").await;
    browser
        .see("//ol[@id='messages']//button[@class='icon-button more'][@aria-label='このメッセージのその他']")
        .await;

    let input = browser.see("//input[@id='composer-input']").await;
    input.send_keys("/follow ho").await.expect("it takes keys");
    browser.see("//li[@role='option'][contains(.,'/follow host')][contains(.,'知らせる')]").await;
    browser.holds(NOTHING_OFF_SCREEN).await;
    browser.keys(ENTER).await;
    browser.see("//div[@id='composer-hint'][contains(.,'Xのアカウント')][contains(.,'必須')]").await;
    browser.keys(&format!("kai_builds{TAB}")).await;
    browser.keys("when:").await;
    browser.see("//li[@role='option'][contains(.,'ライブのみ')]").await;
    browser.keys(ENTER).await;
    browser.keys(ENTER).await;
    browser.see("//li[contains(@class,'private')][contains(.,'kai_builds')][contains(.,'フォロー')]").await;

    browser.click("//button[@id='side-x']").await;
    browser.holds(NOTHING_OFF_SCREEN).await;
    schedule(browser, TITLE).await;
    browser.click("//button[@id='tab-you']").await;
    browser.see("//ul[@class='follows']//button[.='Follow']").await;
    browser.holds(NOTHING_OFF_SCREEN).await;
    browser.click("//button[@id='tab-troubles']").await;
    browser.see("//button[@id='trouble-gateway_cut']").await;
    browser.holds(NOTHING_OFF_SCREEN).await;
}

async fn visit(browser: &Browser) {
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
    let input = browser.see("//input[@id='composer-input']").await;
    input.send_keys("/follow ho").await.expect("it takes keys");
    browser.see("//li[@role='option'][contains(.,'/follow host')]").await;
    browser.keys(ENTER).await;
    browser.see("//input[@id='option-host']").await;
    browser.keys(&format!("kai_builds{TAB}")).await;
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
    let input = browser.see("//input[@id='composer-input']").await;
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
    let first = serde_json::to_string(&first).expect("text");
    let other = format!(
        "const all = [...document.querySelectorAll('#messages .private')]; return all.at(-1).innerText !== {first}"
    );
    browser.holds(&other).await;
}

/// Waits until X was asked twice more.
async fn visited_again(browser: &Browser) {
    let asked =
        "return Number(document.querySelectorAll('#figures .value')[1].textContent.replace(/\\D/g, ''))";
    let before = browser.script(asked).await.as_u64().expect("a number");
    browser.holds(&format!("{asked} >= {}", before + 3)).await;
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
    // So high that it begins with a whole message, at about the height of a usual window.
    let wrong = "
        const list = document.querySelector('#messages');
        list.scrollTop = list.scrollHeight;
        const top = list.getBoundingClientRect().top;
        const boxes = [...list.children].map((one) => one.getBoundingClientRect());
        const cut = boxes.find((box) => box.top < top && box.bottom > top);
        if (!cut) return 0;
        const more = top - cut.top;
        const less = cut.bottom - top;
        return Math.round(more < 160 ? more + 8 : -less - 4)";
    let wrong = browser.script(wrong).await.as_i64().expect("a number");
    let (width, height) = browser.client.get_window_size().await.expect("a size");
    let height = u32::try_from(i64::try_from(height).expect("small") + wrong).expect("positive");
    let width = u32::try_from(width).expect("small");
    browser.client.set_window_size(width, height).await.expect("it is sized");
    browser.holds("return document.querySelector('#messages').scrollTop > 0").await;
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
