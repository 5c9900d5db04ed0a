//! Sealing: what must not be read in the database or in a copy of it, such as the tokens of linked accounts.
//!
//! XChaCha20-Poly1305 with a random nonce. What a text is sealed for, which is the row that it stands in, is
//! authenticated with it: moved to another row, it can't be opened. Several keys make a rotation: the first seals, all open.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use thiserror::Error;

/// The length of a nonce, in bytes.
pub const NONCE_BYTES: usize = 24;
/// The length of a key, in bytes.
pub const KEY_BYTES: usize = 32;
/// The version of what is written.
const VERSION: &str = "1.";

/// The keys, the first of which seals.
pub struct Keyring(Vec<XChaCha20Poly1305>);

/// What was sealed.
pub struct Opened {
    /// The text.
    pub text: String,
    /// Whether the first key sealed it: else it is time to seal it anew.
    pub is_current: bool,
}

/// None of the keys opens it: another key sealed it, it was sealed for something else, or it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("none of the keys of SECRET_KEY opens it")]
pub struct Unreadable;

impl Keyring {
    /// A keyring of these keys, one at least.
    #[must_use]
    pub fn new(keys: &[[u8; KEY_BYTES]]) -> Self {
        Self(keys.iter().map(|key| XChaCha20Poly1305::new(&Key::from(*key))).collect())
    }

    /// Seals `text` for `place`. `nonce` is random and never used again.
    pub fn seal(&self, place: &str, text: &str, nonce: [u8; NONCE_BYTES]) -> Result<String, Unreadable> {
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let key = self.0.first().ok_or(Unreadable)?;
        let sealed = key.encrypt(&XNonce::from(nonce), payload).map_err(|_| Unreadable)?;
        Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Opened, Unreadable> {
        let encoded = sealed.strip_prefix(VERSION).ok_or(Unreadable)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| Unreadable)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(Unreadable)?;
        for (place_of_key, key) in self.0.iter().enumerate() {
            let payload = Payload { msg: sealed, aad: place.as_bytes() };
            if let Ok(text) = key.decrypt(&XNonce::from(*nonce), payload) {
                let text = String::from_utf8(text).map_err(|_| Unreadable)?;
                return Ok(Opened { text, is_current: place_of_key == 0 });
            }
        }
        Err(Unreadable)
    }
}
