//! The bot's own pages: what they say, what they forbid, and how much they take.

use spacebell::http::{Pages, Site};
use spacebell::linking::Face;
use spacebell::listener;
use spacebell_sim::x;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Linked, Page};
use crate::stage::MONA;

fn body(page: &Page) -> &str {
    page.text.split_once("</header>").map_or("", |(_, body)| body)
}

#[tokio::test]
async fn pages_read_well_in_both_languages() {
    let mut linked = Linked::set().await;
    for locale in ["en-US", "ja"] {
        linked.stage.locale = locale;
        let address = linked.begins(MONA).await;
        let ask = linked.get(&address).await;
        let asked = linked.goes_on(&address, &[]).await;
        let back = linked.stage.x.consent(&asked, &linked.ada).expect("consent");
        let code = linked.get(&back).await;
        let shown = body(&code).replace(&code.code(), "(the code)");
        assert!(ask.text.contains(&format!("<html lang=\"{}\">", &locale[..2])));
        insta::assert_snapshot!(format!("pages_{}", &locale[..2]), [body(&ask), &shown].join("\n"));
    }
}

#[tokio::test]
async fn a_page_of_nobody_s_is_in_the_browser_s_language() {
    let linked = Linked::set().await;
    for (asked, language) in [("ja-JP,en;q=0.5", "ja"), ("de, en-GB;q=0.8, ja;q=0.1", "en"), ("", "en")] {
        let address = format!("{}link/madeup", linked.base);
        let answer = linked.browser.get(address).header("accept-language", asked).send().await;
        let page = Page::of(answer.expect("an answer")).await;
        assert!(page.text.contains(&format!("<html lang=\"{language}\">")), "{asked}: {}", page.text);
    }
}

#[tokio::test]
async fn each_page_forbids_what_it_doesn_t_need() {
    let linked = Linked::set().await;
    let address = linked.begins(MONA).await;
    for address in [address, format!("{}nothing", linked.base), format!("{}x/callback", linked.base)] {
        let page = linked.get(&address).await;
        let header = |name: &str| page.headers[name].to_str().expect("text").to_owned();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "img-src data:"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        for word in ["<script", " src=\"http", "@import", "url("] {
            assert!(!page.text.contains(word), "{word} in {}", page.text);
        }
    }
}

#[tokio::test]
async fn a_name_on_discord_can_t_break_out_of_its_page() {
    let mut linked = Linked::set().await;
    linked.stage.name = "<script>alert(1)</script> & \"M\u{202e}ona'";
    let page = linked.get(&linked.begins(MONA).await).await;
    assert!(page.text.contains("&lt;script&gt;") && !page.text.contains("<script"), "{}", page.text);
    assert!(!page.text.contains('\u{202e}'), "marks of direction are gone");
}

#[tokio::test]
async fn what_is_too_much_or_of_another_kind_is_refused() {
    let linked = Linked::set().await;
    let address = linked.begins(MONA).await;
    let post = |bytes: usize| linked.browser.post(&address).body(vec![b'a'; bytes]).send();
    assert_eq!(post((1 << 20) + 1).await.expect("an answer").status(), 413);
    assert_eq!(post(1 << 20).await.expect("an answer").status(), 303);
    let deleted = linked.browser.delete(&address).send().await.expect("an answer");
    assert_eq!(
        (deleted.status().as_u16(), &deleted.headers()["allow"]),
        (405, &"GET, HEAD, POST".parse().expect("text"))
    );
    let callback = format!("{}x/callback?state=a&code=b", linked.base);
    assert_eq!(linked.browser.post(callback).send().await.expect("an answer").status(), 405);
}

#[tokio::test]
async fn whoever_looks_at_a_page_ahead_of_a_person_uses_nothing_up() {
    let linked = Linked::set().await;
    let address = linked.begins(MONA).await;
    for _ in 0..3 {
        assert_eq!(linked.get(&address).await.status, 200);
        assert_eq!(linked.browser.head(&address).send().await.expect("an answer").status(), 200);
    }
    let first = linked.goes_on(&address, &[]).await;
    assert_eq!(linked.goes_on(&address, &[("samples", "yes")]).await, first, "who goes back may go on again");
    let back = linked.stage.x.consent(&first, &linked.ada).expect("consent");
    assert_eq!(linked.browser.head(&back).send().await.expect("an answer").status(), 405);
    let code = linked.get(&back).await.code();
    assert!(linked.types(MONA, &code).await.content.contains("I keep samples"), "the last word counts");
    assert_eq!(linked.asked(x::Endpoint::OauthToken), [200]);
}

/// A Discord that has one picture, of this type.
async fn pictures(kind: &'static str, bytes: usize) -> url::Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = vec![0; 4_096];
            let read = stream.read(&mut asked).await.unwrap_or_default();
            let is_there = asked[..read].starts_with(b"GET /avatars/30/abc.webp?size=128 ");
            let status = if is_there { "200 OK" } else { "404 Not Found" };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {bytes}\r\n\r\n");
            let answer = [head.as_bytes(), &vec![b'p'; bytes]].concat();
            // Who has read enough may leave.
            let _ = stream.write_all(&answer).await;
        }
    });
    address.parse().expect("an address")
}

#[tokio::test]
async fn the_page_pictures_the_discord_account_without_loading_anything() {
    for (kind, bytes, is_shown) in
        [("image/webp", 3, true), ("text/html", 3, false), ("image/png", 300_000, false)]
    {
        let linked = Linked::set().await;
        let face = Face {
            name: "Mona".to_owned(),
            picture_url: Some("https://cdn.discordapp.com/avatars/30/abc.webp?size=1024".to_owned()),
        };
        let page = linked.linker().begin(MONA.into(), face, "en-US".to_owned()).await.expect("begun");
        let texts = std::sync::Arc::clone(&linked.stage.app.texts);
        let web = linked.stage.x.url().parse().expect("an address");
        let place = Some(pictures(kind, bytes).await);
        let pages = Pages::new(linked.linker().clone(), texts, &web, place);
        let site = Site::new(&linked.base).with_pages(pages);
        let addr =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        tokio::spawn(listener::run(addr, site, linked.stop.clone()));
        let address = page.as_str().replace(linked.base.as_str(), &format!("http://{addr}/"));
        let heard = async {
            loop {
                if let Ok(answer) = linked.browser.get(&address).send().await {
                    return Page::of(answer).await;
                }
            }
        };
        let shown = tokio::time::timeout(std::time::Duration::from_mins(1), heard).await.expect("it listens");
        assert_eq!(
            shown.text.contains("src=\"data:image/webp;base64,cHBw\""),
            is_shown,
            "{kind}: {}",
            shown.text
        );
        assert_eq!(shown.text.contains("<span class=\"face\""), !is_shown, "else its first letter");
    }
}
