//! OAuth 2.0 with PKCE: the page of X's that asks a person, and the tokens that their yes gives.
//!
//! Owns the protocol and nothing of whose tokens these are. Source: X's documentation, "OAuth 2.0 Authorization Code Flow
//! with PKCE". Revoking is sent by hand: the crate refuses to revoke over plain HTTP, as the stand-in speaks it.

use std::pin::Pin;
use std::time::Duration;

use oauth2::basic::{BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenResponse};
use oauth2::http::Response;
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, TokenResponse as _, TokenUrl,
};
use reqwest::redirect;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;
use url::Url;

use super::transport::USER_AGENT;

/// What is asked for. `offline.access` gives the token that renews the others.
pub const SCOPES: [&str; 5] = ["users.read", "tweet.read", "space.read", "follows.read", "offline.access"];
/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request may take in all. A code lives 30 seconds.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// The most bytes of an answer.
const BODY_MAX: usize = 64 << 10;
/// How long an access token lives where X doesn't say.
const ACCESS_LIFE: Duration = Duration::from_hours(2);

/// The app as X knows it.
#[derive(Debug, Clone)]
pub struct OauthSettings {
    /// Where people are asked: `https://x.com`, or a stand-in.
    pub web_url: Url,
    /// Where tokens are given: `https://api.x.com`, or a stand-in.
    pub api_url: Url,
    /// The app's client id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// Where X sends browsers back, as the app has it registered.
    pub redirect_url: Url,
}

/// What a person's yes gives.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// What asks in their name.
    pub access: SecretString,
    /// What renews it, once.
    pub refresh: Option<SecretString>,
    /// How long `access` lives.
    pub expires_in: Duration,
}

/// Why there are no tokens.
#[derive(Debug, Error)]
pub enum OauthError {
    /// X knows no such code or token, or no longer: the person has to be asked again.
    #[error("X refuses the code or token")]
    Refused,
    /// X refuses the app itself: the operator has to look at its settings.
    #[error("X refuses X_CLIENT_ID or X_CLIENT_SECRET ({0})")]
    Client(String),
    /// X gave no usable answer. Whether it did what it was asked isn't known.
    #[error("X gave no usable answer about tokens")]
    Unavailable(#[source] Option<reqwest::Error>),
}

/// A request that didn't come to an answer.
#[derive(Debug, Error)]
enum Unanswered {
    #[error("the connection failed")]
    Network(#[source] reqwest::Error),
    #[error("the answer is too long, or from somebody else than X")]
    Unusable,
}

type App = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// X's OAuth.
#[derive(Debug)]
pub struct Oauth {
    app: App,
    settings: OauthSettings,
    revoke_url: Url,
    http: Http,
}

/// What sends the crate's requests.
#[derive(Debug)]
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Unanswered;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unanswered>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl Oauth {
    /// The protocol with these settings; `None` where no HTTP client can be made, or an address can't be built.
    #[must_use]
    pub fn new(settings: OauthSettings) -> Option<Self> {
        let under = |base: &Url, path: [&str; 3]| {
            let mut url = base.clone();
            url.path_segments_mut().ok()?.pop_if_empty().extend(path);
            Some(url)
        };
        let authorize = under(&settings.web_url, ["i", "oauth2", "authorize"])?;
        let token = under(&settings.api_url, ["2", "oauth2", "token"])?;
        let revoke_url = under(&settings.api_url, ["2", "oauth2", "revoke"])?;
        let app = BasicClient::new(ClientId::new(settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(settings.client_secret.expose_secret().to_owned()))
            .set_auth_uri(AuthUrl::from_url(authorize))
            .set_token_uri(TokenUrl::from_url(token))
            .set_redirect_uri(RedirectUrl::from_url(settings.redirect_url.clone()));
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            // A redirect elsewhere would take the secret along.
            .redirect(redirect::Policy::none())
            .build()
            .ok()?;
        Some(Self { app, settings, revoke_url, http: Http(http) })
    }

    /// The page of X's that asks a person. `verifier` is random, 43 to 128 letters and digits, and kept until the end.
    #[must_use]
    pub fn authorize_url(&self, state: &str, verifier: &str) -> Url {
        let verifier = PkceCodeVerifier::new(verifier.to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let state = state.to_owned();
        let asked = self.app.authorize_url(|| CsrfToken::new(state)).set_pkce_challenge(challenge);
        asked.add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned()))).url().0
    }

    /// The tokens for a code that X gave to a browser.
    pub async fn exchange(&self, code: &str, verifier: &str) -> Result<Tokens, OauthError> {
        let asked = self
            .app
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        tokens(asked.request_async(&self.http).await)
    }

    /// New tokens, for one that thereby ends.
    pub async fn renew(&self, refresh: &SecretString) -> Result<Tokens, OauthError> {
        let refresh = RefreshToken::new(refresh.expose_secret().to_owned());
        tokens(self.app.exchange_refresh_token(&refresh).request_async(&self.http).await)
    }

    /// Ends a token, and with one that renews others all that the person granted with it.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), OauthError> {
        let form = [("token", token.expose_secret()), ("client_id", self.settings.client_id.as_str())];
        let secret = Some(self.settings.client_secret.expose_secret());
        let asked = self.http.0.post(self.revoke_url.clone()).basic_auth(&self.settings.client_id, secret);
        let answer = asked.form(&form).send().await;
        let answer = answer.map_err(|error| OauthError::Unavailable(Some(error.without_url())))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            401 | 403 => Err(OauthError::Client(format!("status {}", answer.status().as_u16()))),
            408 | 425 | 429 | 500.. => Err(OauthError::Unavailable(None)),
            // It isn't a token any more, which is what was wanted.
            _ => Err(OauthError::Refused),
        }
    }
}

impl Http {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        let request = reqwest::Request::try_from(request).map_err(Unanswered::Network)?;
        let network = |error: reqwest::Error| Unanswered::Network(error.without_url());
        let mut answer = self.0.execute(request).await.map_err(network)?;
        let mut response = Response::builder().status(answer.status());
        if let Some(kind) = answer.headers().get(reqwest::header::CONTENT_TYPE) {
            response = response.header(reqwest::header::CONTENT_TYPE, kind);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(network)? {
            if body.len() + chunk.len() > BODY_MAX {
                return Err(Unanswered::Unusable);
            }
            body.extend_from_slice(&chunk);
        }
        response.body(body).map_err(|_| Unanswered::Unusable)
    }
}

fn tokens(
    answer: Result<BasicTokenResponse, RequestTokenError<Unanswered, BasicErrorResponse>>,
) -> Result<Tokens, OauthError> {
    let secret = |text: &String| SecretString::from(text.as_str());
    match answer {
        Ok(given) => Ok(Tokens {
            access: secret(given.access_token().secret()),
            refresh: given.refresh_token().map(|token| secret(token.secret())),
            expires_in: given.expires_in().unwrap_or(ACCESS_LIFE),
        }),
        Err(RequestTokenError::ServerResponse(refusal)) => Err(refused(&refusal)),
        Err(RequestTokenError::Request(Unanswered::Network(error))) => {
            Err(OauthError::Unavailable(Some(error)))
        }
        Err(_) => Err(OauthError::Unavailable(None)),
    }
}

/// X says `invalid_request` of codes and tokens that are used or over, where the standard says `invalid_grant`.
fn refused(refusal: &BasicErrorResponse) -> OauthError {
    match refusal.error() {
        BasicErrorResponseType::InvalidGrant | BasicErrorResponseType::InvalidRequest => OauthError::Refused,
        BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
            OauthError::Client(refusal.error().as_ref().to_owned())
        }
        // A server's trouble, such as `temporarily_unavailable`.
        _ => OauthError::Unavailable(None),
    }
}
