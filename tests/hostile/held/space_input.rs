//! What people type for a Space, an account or a list of them, and what messages link to.

use spacebell::domain::input::{MAX_HOSTS, MAX_LINKS, host, hosts, space, space_links};

/// X's own hosts, and the ports that say nothing.
const HOSTS: [&str; 6] =
    ["x.com", "www.x.com", "mobile.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com"];

/// Holds what must hold of the text in `data`.
pub fn hold(data: &[u8]) {
    let text = &String::from_utf8_lossy(data);
    if let Ok(id) = space(text) {
        assert!(text.contains(id.as_str()), "{id} isn't in {text:?}");
        assert_eq!(space(id.as_str()), Ok(id));
        assert_eq!(space(&id.url()), Ok(id));
        assert_eq!(space_links(&id.url()), vec![id]);
        hold_site(text);
    }
    if let Ok(name) = host(text) {
        assert!(text.contains(name.as_str()), "{name} isn't in {text:?}");
        assert_eq!(host(name.as_str()), Ok(name));
        hold_site(text);
    }
    if let Ok(names) = hosts(text) {
        assert!((1..=MAX_HOSTS).contains(&names.len()));
        for (index, name) in names.iter().enumerate() {
            assert!(text.contains(name.as_str()), "{name} isn't in {text:?}");
            assert!(!names[..index].contains(name), "{name} counts twice");
        }
    }
    let links = space_links(text);
    assert!(links.len() <= MAX_LINKS);
    for (index, id) in links.iter().enumerate() {
        let lower = percent_decoded(text);
        assert!(
            text.contains(id.as_str()) && HOSTS.iter().any(|host| lower.contains(host)),
            "{id} of {text:?}"
        );
        assert!(!links[..index].contains(id), "{id} counts twice");
    }
}

/// A link that was understood is one to X: what a browser would take for its host is one of X's own.
fn hold_site(text: &str) {
    let invisible = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || c == '<'
            || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    let link = text.trim_start_matches(invisible).to_ascii_lowercase();
    if !link.contains('/') {
        return;
    }
    let scheme_free = link.strip_prefix("https:").or_else(|| link.strip_prefix("http:")).unwrap_or(&link);
    let authority = scheme_free.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split_once(':').map_or(authority, |(host, port)| {
        assert!(
            port.trim_start_matches('0').is_empty() || matches!(port.trim_start_matches('0'), "80" | "443")
        );
        host
    });
    let decoded = percent_decoded(host);
    assert!(HOSTS.contains(&decoded.as_str()), "{text:?} was taken for a link to X");
}

/// A browser takes `%78.com` for `x.com`.
fn percent_decoded(host: &str) -> String {
    let mut out = Vec::new();
    let mut rest = host.as_bytes();
    while let [byte, behind @ ..] = rest {
        let hex = behind.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let decoded = hex.filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(decoded.unwrap_or(*byte));
        rest = if decoded.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&out).to_ascii_lowercase()
}
