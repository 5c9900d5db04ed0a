//! What an app asks a user for, and whether it may ask so.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{SCOPES, settings::OauthSettings};

/// The lengths that RFC 7636 allows a verifier and a challenge.
const VERIFIER_LENGTHS: std::ops::RangeInclusive<usize> = 43..=128;

/// A request for consent that may be shown to a person.
#[derive(Clone, Debug)]
pub(in crate::x) struct Consent {
    /// Where the browser goes afterwards.
    pub redirect_uri: String,
    /// What is asked for.
    pub scopes: BTreeSet<String>,
    /// What the app recognises its own request by.
    pub state: String,
    challenge: String,
    hashed: bool,
}

/// Why nobody can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// It isn't an address.
    #[error("that isn't an address of the page that asks for consent")]
    NoAddress,
    /// A parameter is missing, or isn't what it must be.
    #[error("the parameter {0} is missing or wrong")]
    Parameter(&'static str),
    /// The one who is to consent has no account.
    #[error("there is no such user")]
    UnknownUser,
}

impl Consent {
    /// Reads a request for consent. Whatever is wrong is told to the person, since nobody else can be trusted yet.
    pub fn read(settings: &OauthSettings, pairs: &[(String, String)]) -> Result<Self, ConsentError> {
        let get = |name: &'static str| {
            let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            match (values.next(), values.next()) {
                (Some(value), None) if !value.is_empty() => Ok(value),
                _ => Err(ConsentError::Parameter(name)),
            }
        };
        let must = |holds: bool, name| if holds { Ok(()) } else { Err(ConsentError::Parameter(name)) };
        must(get("response_type")? == "code", "response_type")?;
        must(get("client_id")? == settings.client_id, "client_id")?;
        let redirect_uri = get("redirect_uri")?;
        must(settings.redirect_uris.iter().any(|known| known == redirect_uri), "redirect_uri")?;
        let scopes: BTreeSet<String> = get("scope")?.split(' ').map(str::to_owned).collect();
        must(scopes.iter().all(|scope| SCOPES.contains(&scope.as_str())), "scope")?;
        let state = get("state")?;
        must(state.len() <= 500, "state")?;
        let challenge = get("code_challenge")?;
        must(challenge.len() <= *VERIFIER_LENGTHS.end(), "code_challenge")?;
        let hashed = match get("code_challenge_method")?.to_ascii_lowercase().as_str() {
            "s256" => true,
            "plain" => false,
            _ => return Err(ConsentError::Parameter("code_challenge_method")),
        };
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            scopes,
            state: state.to_owned(),
            challenge: challenge.to_owned(),
            hashed,
        })
    }

    /// Whether a verifier is the one whose challenge this is.
    pub fn is_proved_by(&self, verifier: &str) -> bool {
        let proof = if self.hashed {
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
        } else {
            verifier.to_owned()
        };
        VERIFIER_LENGTHS.contains(&verifier.len()) && proof == self.challenge
    }

    /// Where the browser goes, with an answer.
    pub fn back(&self, answer: (&str, &str)) -> Result<String, ConsentError> {
        let mut url = Url::parse(&self.redirect_uri).map_err(|_| ConsentError::Parameter("redirect_uri"))?;
        let mut query = url.query_pairs_mut();
        query.append_pair("state", &self.state);
        query.append_pair(answer.0, answer.1);
        drop(query);
        Ok(url.into())
    }
}
