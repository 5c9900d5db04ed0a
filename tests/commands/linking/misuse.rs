//! What isn't a link: addresses, codes and callbacks that are used, old, somebody else's or made up.

use spacebell_sim::x;

use super::{LEE, Linked};
use crate::stage::MONA;

#[tokio::test]
async fn a_state_is_good_once() {
    let linked = Linked::set().await;
    let address = linked.begins(MONA).await;
    let asked = linked.goes_on(&address, &[]).await;
    let back = linked.stage.x.consent(&asked, &linked.ada).expect("consent");
    let code = linked.get(&back).await.code();
    // The callback again, which holds a code that X gave once; and the page.
    let again = linked.get(&back).await;
    assert!(again.status == 410 && again.text.contains("used already"), "{}", again.text);
    assert!(!again.text.contains(&code), "the code is shown once");
    let page = linked.get(&address).await;
    assert!(page.status == 410 && page.text.contains("used already"), "{}", page.text);
    let other = linked.stage.x.consent(&asked, &linked.ada).expect("consent");
    assert_eq!(linked.get(&other).await.status, 410, "with another code of X's as well");
    // All of that did the first one no harm.
    assert!(linked.types(MONA, &code).await.content.starts_with("Linked"));
    assert_eq!(linked.get(&back).await.status, 404, "nothing of it is left");
}

#[tokio::test]
async fn a_state_is_over_after_ten_minutes() {
    let linked = Linked::set().await;
    let address = linked.begins(MONA).await;
    let asked = linked.goes_on(&address, &[]).await;
    linked.pass(10);
    let page = linked.get(&address).await;
    assert!(page.status == 410 && page.text.contains("too old"), "{}", page.text);
    let back = linked.stage.x.consent(&asked, &linked.ada).expect("consent");
    let page = linked.get(&back).await;
    assert!(page.status == 410 && page.text.contains("too old"), "{}", page.text);
    let posted = linked.browser.post(&address).send().await.expect("an answer");
    assert_eq!(posted.status(), 410, "nobody is sent on to X");
    assert!(linked.asked(x::Endpoint::OauthToken).is_empty(), "and no code is exchanged");
}

#[tokio::test]
async fn a_state_that_is_missing_or_made_up_links_nothing() {
    let linked = Linked::set().await;
    let base = &linked.base;
    for (address, status, words) in [
        (format!("{base}x/callback?code=abc"), 400, "Something is missing"),
        (format!("{base}x/callback"), 400, "Something is missing"),
        (format!("{base}x/callback?state=&code=abc"), 400, "Something is missing"),
        (format!("{base}x/callback?state=madeup&code=abc"), 404, "isn’t good"),
        (format!("{base}link/madeup"), 404, "isn’t good"),
        (format!("{base}link/"), 404, "nothing here"),
        (base.to_string(), 404, "nothing here"),
    ] {
        let page = linked.get(&address).await;
        assert!(page.status == status && page.text.contains(words), "{address}: {}", page.text);
    }
    assert!(linked.asked(x::Endpoint::OauthToken).is_empty());
}

#[tokio::test]
async fn an_earlier_address_gives_way_to_a_later_one() {
    let linked = Linked::set().await;
    let first = linked.begins(MONA).await;
    let asked = linked.goes_on(&first, &[]).await;
    let second = linked.begins(MONA).await;
    assert_eq!(linked.get(&first).await.status, 404);
    let back = linked.stage.x.consent(&asked, &linked.ada).expect("consent");
    assert_eq!(linked.get(&back).await.status, 404);
    assert_eq!(linked.get(&second).await.status, 200);
}

#[tokio::test]
async fn who_says_no_links_nothing() {
    let linked = Linked::set().await;
    let address = linked.begins(MONA).await;
    let asked = linked.goes_on(&address, &[]).await;
    let back = linked.stage.x.deny(&asked).expect("an answer");
    let page = linked.get(&back).await;
    assert!(page.status == 200 && page.text.contains("You didn’t give access on X"), "{}", page.text);
    assert_eq!(linked.get(&address).await.status, 404, "nothing is kept of it");
    let reply = linked.types(MONA, "ABCDEFGH").await;
    assert!(reply.content.contains("No code of yours is awaited"), "{}", reply.content);
}

#[tokio::test]
async fn a_code_of_x_s_from_somebody_else_s_consent_is_refused() {
    let linked = Linked::set().await;
    let mallory = linked.stage.x.add_user("666", "mallory", "Mallory");
    let hers = linked.goes_on(&linked.begins(LEE).await, &[]).await;
    let his = linked.goes_on(&linked.begins(MONA).await, &[]).await;
    // Mallory's consent to her own link, brought back under Mona's state: she would be Mona's account.
    let back = linked.stage.x.consent(&hers, &mallory).expect("consent");
    let code = url::Url::parse(&back).expect("an address");
    let code = code.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let state = url::Url::parse(&his).expect("an address");
    let state = state.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    let forged = format!("{}x/callback?state={state}&code={code}", linked.base);
    let page = linked.get(&forged).await;
    assert!(page.status == 400 && page.text.contains("X doesn’t take this answer"), "{}", page.text);
    assert_eq!(linked.asked(x::Endpoint::OauthToken), [400]);
    assert!(linked.types(MONA, "ABCDEFGH").await.content.contains("No code of yours"));
}

#[tokio::test]
async fn a_code_links_nobody_but_who_asked_for_it() {
    let linked = Linked::set().await;
    // Lee sends Mona's browser to his own page; she consents, and he doesn't learn the code.
    let code = linked.gets_code(LEE, false).await;
    let reply = linked.types(MONA, &code).await;
    assert!(reply.content.contains("belongs to somebody else"), "{}", reply.content);
    for user in [MONA, LEE] {
        let link = linked.stage.app.store.link_of(user.into()).await.expect("an answer");
        assert_eq!(link, None, "{user}");
    }
    // Mona has one of her own under way, too: codes aren't mixed up.
    let own = linked.gets_code(MONA, false).await;
    assert!(linked.types(MONA, &code).await.content.contains("isn’t the code"));
    assert!(linked.types(LEE, &own).await.content.contains("isn’t the code"));
}

#[tokio::test]
async fn five_wrong_codes_end_it_and_x_is_told() {
    let linked = Linked::set().await;
    let code = linked.gets_code(MONA, false).await;
    for left in [4, 3, 2] {
        let reply = linked.types(MONA, "WRONG").await;
        assert!(reply.content.contains(&format!("{left} tries are left")), "{}", reply.content);
    }
    assert!(linked.types(MONA, "").await.content.contains("one try is left"));
    assert!(linked.types(MONA, "WRONG").await.content.contains("one wrong code too many"));
    let reply = linked.types(MONA, &code).await;
    assert!(reply.content.contains("No code of yours"), "{}", reply.content);
    linked.linker().tick().await.expect("X is told");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [200]);
}

#[tokio::test]
async fn a_code_that_comes_too_late_links_nothing_and_x_is_told() {
    let linked = Linked::set().await;
    let code = linked.gets_code(MONA, false).await;
    linked.pass(10);
    let reply = linked.types(MONA, &code).await;
    assert!(reply.content.contains("too late"), "{}", reply.content);
    linked.linker().tick().await.expect("X is told");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [200]);
    let reply = linked.types(MONA, &code).await;
    assert!(reply.content.contains("No code of yours"), "{}", reply.content);
}

#[tokio::test]
async fn a_code_before_its_page_says_what_to_do() {
    let linked = Linked::set().await;
    linked.begins(MONA).await;
    let reply = linked.types(MONA, "ABCDEFGH").await;
    assert!(reply.content.contains("no code yet"), "{}", reply.content);
}

#[tokio::test]
async fn tokens_of_which_x_doesn_t_say_whose_they_are_are_given_back() {
    let linked = Linked::set().await;
    linked.stage.x.fault(x::Fault::status(503), x::Scope::on(x::Endpoint::UserMe).next(1));
    let asked = linked.goes_on(&linked.begins(MONA).await, &[]).await;
    let back = linked.stage.x.consent(&asked, &linked.ada).expect("consent");
    let page = linked.get(&back).await;
    assert!(page.status == 502 && page.text.contains("X isn’t answering"), "{}", page.text);
    linked.linker().tick().await.expect("X is told");
    assert_eq!(linked.asked(x::Endpoint::OauthRevoke), [200]);
}
