//! What people type for a Space or an account.

use proptest::prelude::*;
use spacebell::domain::ids::SpaceId;
use spacebell::domain::input::{BadHost, BadHosts, BadSpace, host, hosts, space, space_links};

const ID: &str = "1OwxWwQOPlNxQ";

#[test]
fn every_way_to_write_a_space_is_understood() {
    for text in [
        "1OwxWwQOPlNxQ",
        "  1OwxWwQOPlNxQ\n",
        "\u{200F}1OwxWwQOPlNxQ\u{200E}",
        "https://x.com/i/spaces/1OwxWwQOPlNxQ",
        "http://x.com/i/spaces/1OwxWwQOPlNxQ",
        "HTTPS://X.COM/i/spaces/1OwxWwQOPlNxQ",
        "x.com/i/spaces/1OwxWwQOPlNxQ",
        "x.com:443/i/spaces/1OwxWwQOPlNxQ",
        "https://www.x.com/i/spaces/1OwxWwQOPlNxQ",
        "https://mobile.x.com/i/spaces/1OwxWwQOPlNxQ",
        "https://twitter.com/i/spaces/1OwxWwQOPlNxQ",
        "www.twitter.com/i/spaces/1OwxWwQOPlNxQ",
        "https://mobile.twitter.com/i/spaces/1OwxWwQOPlNxQ",
        "https://x.com/i/spaces/1OwxWwQOPlNxQ/",
        "https://x.com/i/spaces/1OwxWwQOPlNxQ/peek",
        "https://x.com/i/spaces/1OwxWwQOPlNxQ/peek/?s=20",
        "https://x.com/i/spaces/1OwxWwQOPlNxQ?s=20&t=a:b/c",
        "https://x.com/i/spaces/1OwxWwQOPlNxQ#top",
        "<https://x.com/i/spaces/1OwxWwQOPlNxQ>",
        " < https://x.com/i/spaces/1OwxWwQOPlNxQ > ",
    ] {
        assert_eq!(space(text).map(|id| id.to_string()), Ok(ID.to_owned()), "{text:?}");
    }
}

#[test]
fn what_is_no_space_is_refused_with_its_reason() {
    let huge = "a".repeat(10_000);
    let table = [
        ("", BadSpace::Empty),
        (" \t\u{200B}\u{202E}\n", BadSpace::Empty),
        ("<>", BadSpace::Empty),
        (huge.as_str(), BadSpace::TooLong),
        ("12345678901234", BadSpace::NotAnId),
        ("two words", BadSpace::NotAnId),
        ("@everyone", BadSpace::NotAnId),
        ("<@123>", BadSpace::NotAnId),
        ("**bold**", BadSpace::NotAnId),
        ("🚀🚀", BadSpace::NotAnId),
        ("1Owx\u{202E}WwQ", BadSpace::NotAnId),
        ("1Owx\u{0}WwQ", BadSpace::NotAnId),
        ("https://x.com/jack", BadSpace::NotASpace),
        ("https://x.com", BadSpace::NotASpace),
        ("https://x.com/jack/status/20", BadSpace::NotASpace),
        ("https://x.com/i/spaces/", BadSpace::NotASpace),
        ("https://x.com/i/spaces/12345678901234", BadSpace::NotASpace),
        ("https://x.com/i/spaces/a%2Fb", BadSpace::NotASpace),
        ("https://x.com/i/spaces/1Owx/speakers", BadSpace::NotASpace),
        ("https://example.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://x.com.evil.tld/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://evil-x.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://x.com@evil.tld/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://evil.tld@x.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://:pw@x.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://x.com:8443/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://x.com./i/spaces/1Owx", BadSpace::OtherSite),
        ("https://evil.tld\\@x.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://ⓧ.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("https://х.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("ftp://x.com/i/spaces/1Owx", BadSpace::OtherSite),
        ("javascript:alert(1)", BadSpace::OtherSite),
        ("https://x.c\nom/i/spaces/1Owx", BadSpace::OtherSite),
        ("[a](https://x.com/i/spaces/1Owx)", BadSpace::OtherSite),
        ("/i/spaces/1Owx", BadSpace::OtherSite),
        ("://", BadSpace::OtherSite),
    ];
    for (text, reason) in table {
        assert_eq!(space(text), Err(reason), "{text:?}");
    }
}

#[test]
fn every_way_to_write_an_account_is_understood() {
    for text in [
        "jack",
        "@jack",
        "＠jack",
        " @jack ",
        "\u{200F}@jack",
        "https://x.com/jack",
        "x.com/jack",
        "https://x.com/@jack",
        "https://www.twitter.com/jack/",
        "https://mobile.x.com/jack?lang=en#a",
        "<https://x.com/jack>",
    ] {
        assert_eq!(host(text).map(|name| name.to_string()), Ok("jack".to_owned()), "{text:?}");
    }
    assert_eq!(host("@Jack_99").map(|name| name.to_string()), Ok("Jack_99".to_owned()));
}

#[test]
fn what_is_no_account_is_refused_with_its_reason() {
    let huge = "@".repeat(10_000);
    let table = [
        ("", BadHost::Empty),
        ("\u{200B}", BadHost::Empty),
        (huge.as_str(), BadHost::TooLong),
        ("@", BadHost::NotAName),
        ("@@jack", BadHost::NotAName),
        ("a_name_of_16_chr", BadHost::NotAName),
        ("jack dorsey", BadHost::NotAName),
        ("<@80351110224678912>", BadHost::NotAName),
        ("ja\u{202E}ck", BadHost::NotAName),
        ("jäck", BadHost::NotAName),
        ("**jack**", BadHost::NotAName),
        ("https://x.com", BadHost::NotAProfile),
        ("https://x.com/home", BadHost::NotAProfile),
        ("https://x.com/I/spaces/1Owx", BadHost::NotAProfile),
        ("https://x.com/jack/status/20", BadHost::NotAProfile),
        ("https://x.com/a-b", BadHost::NotAProfile),
        ("https://evil.tld/jack", BadHost::OtherSite),
        ("https://x.com.evil.tld/jack", BadHost::OtherSite),
        ("https://x.com@evil.tld/jack", BadHost::OtherSite),
    ];
    for (text, reason) in table {
        assert_eq!(host(text), Err(reason), "{text:?}");
    }
}

#[test]
fn a_list_of_accounts_is_split_by_spaces_or_commas_and_each_counts_once() {
    let names = hosts("@jack, JACK,,x.com/Jack  @biz、ev，，<https://x.com/noah>\n").expect("a good list");
    let names: Vec<&str> = names.iter().map(spacebell::domain::ids::Username::as_str).collect();
    assert_eq!(names, ["jack", "biz", "ev", "noah"]);
}

#[test]
fn a_bad_list_of_accounts_says_which_one_is_wrong() {
    let list = |count: usize| (0..count).map(|n| format!("user{n}")).collect::<Vec<_>>().join(" ");
    assert_eq!(hosts(&list(100)).map(|names| names.len()), Ok(100));
    assert_eq!(hosts(&list(101)), Err(BadHosts::TooMany));
    assert_eq!(hosts(&"same ".repeat(1_000)).map(|names| names.len()), Ok(1));
    assert_eq!(hosts(" , ,"), Err(BadHosts::Empty));
    assert_eq!(hosts(&"a".repeat(10_000)), Err(BadHosts::TooLong));
    assert_eq!(hosts("jack b@d"), Err(BadHosts::One { typed: "b@d".to_owned(), reason: BadHost::NotAName }));
    let long = "ü".repeat(500);
    assert_eq!(hosts(&long), Err(BadHosts::One { typed: "ü".repeat(40), reason: BadHost::NotAName }));
}

#[test]
fn the_spaces_that_a_message_links_to_are_found_in_order_and_once() {
    let message = "Tonight: https://x.com/i/spaces/1aaa?s=20, (twitter.com/i/spaces/1bbb/peek)!\n\
        **<https://www.x.com/i/spaces/1ccc>** [join](https://x.com/i/spaces/1ddd). これhttps://x.com/i/spaces/1eeeを聞く\n\
        again https://x.com/i/spaces/1aaa and see:https://x.com/i/spaces/1fff_";
    let ids: Vec<String> = space_links(message).iter().map(SpaceId::to_string).collect();
    assert_eq!(ids, ["1aaa", "1bbb", "1ccc", "1ddd", "1eee", "1fff"]);
}

#[test]
fn links_to_other_places_and_bare_ids_are_no_spaces() {
    for message in [
        "",
        "1OwxWwQOPlNxQ",
        "https://x.com.evil.tld/i/spaces/1aaa",
        "https://notx.com/i/spaces/1aaa",
        "https://user@x.com/i/spaces/1aaa",
        "https://x.com/jack",
        "https://x.com/i/spaces/",
    ] {
        assert_eq!(space_links(message), [], "{message:?}");
    }
}

#[test]
fn a_message_full_of_links_is_read_to_its_bound() {
    let links: Vec<String> = (0..200).map(|n| format!("x.com/i/spaces/{n}")).collect();
    assert_eq!(space_links(&links.join(" ")).len(), 25);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "(?s)(.|x\\.com|/i/spaces/|https://|@|,| ){0,60}") {
        let _ = (space(&text), host(&text), hosts(&text), space_links(&text));
    }

    #[test]
    fn each_id_is_found_back_from_its_address(id in "[a-zA-Z0-9]{1,13}") {
        let id: SpaceId = id.parse().expect("a good id");
        prop_assert_eq!(space(&id.url()), Ok(id));
        prop_assert_eq!(space(id.as_str()), Ok(id));
        prop_assert_eq!(space_links(&format!("see {}!", id.url())), vec![id]);
    }
}
