//! Files of follows, as anybody may attach them.
//!
//! An input is a file.

use spacebell::domain::ids::GuildId;
use spacebell::domain::roster::{BadRoster, ENTRIES_MAX, decode, encode};
use spacebell::texts::{Explain as _, Locale, Texts};

/// Holds what must hold of a file: it is read whole or refused with a sentence, and what is read is written as it was.
pub fn hold(data: &[u8]) {
    match decode(data) {
        Ok(entries) => {
            assert!(entries.len() <= ENTRIES_MAX);
            let server = GuildId::new(1);
            let written = encode(server, &entries);
            let again = decode(written.as_bytes()).expect("what was written is read");
            assert_eq!(again.len(), entries.len(), "nothing is lost");
            assert!(again.iter().all(|entry| entries.contains(entry)), "nothing is changed");
            assert_eq!(encode(server, &again), written, "the order stays");
        }
        Err(bad) => explained(&bad),
    }
}

fn explained(bad: &BadRoster) {
    let texts = Texts::load().expect("texts");
    for locale in Locale::all() {
        let said = bad.explain(&texts, locale);
        assert!(said.encode_utf16().count() < 600, "{said}");
        assert!(!said.contains("@everyone") && !said.contains("\n"), "{said}");
    }
}
