//! The pages that people see when they link an account: which of them answers which request.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
    LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use tracing::error;
use url::{Url, form_urlencoded};

use super::page::{self, Page, Trouble};
use super::picture::Pictures;
use super::site::BODY_MAX;
use crate::linking::{Face, Linker, Opening, Returned};
use crate::store::StoreError;
use crate::texts::{Locale, Texts};

/// The longest state or code that is looked at.
const PARAMETER_MAX: usize = 1_024;
/// Where X sends browsers back, under `PUBLIC_URL`.
pub const CALLBACK: [&str; 2] = ["x", "callback"];

/// The bot's pages.
#[derive(Debug)]
pub struct Pages {
    linker: Linker,
    texts: Arc<Texts>,
    pictures: Pictures,
    policy: HeaderValue,
}

impl Pages {
    /// Answers a request for the path of these parts.
    pub(super) async fn answer(&self, parts: &[&str], request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let languages = head.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let locale = page::preferred(languages.unwrap_or_default());
        let query = pairs(head.uri.query().unwrap_or_default().as_bytes());
        let is_read = matches!(head.method, Method::GET | Method::HEAD);
        match parts {
            ["link", state] if is_read => self.link_page(state, locale).await,
            ["link", state] if head.method == Method::POST => {
                match Limited::new(body, BODY_MAX).collect().await {
                    Ok(body) => self.go_on(state, &pairs(&body.to_bytes()), locale).await,
                    Err(_) => {
                        self.show(StatusCode::PAYLOAD_TOO_LARGE, &Page::Trouble(Trouble::Unknown), locale)
                    }
                }
            }
            ["link", _] => self.not_allowed("GET, HEAD, POST", locale),
            path if path == CALLBACK && head.method == Method::GET => self.returned(&query, locale).await,
            path if path == CALLBACK => self.not_allowed("GET", locale),
            _ => self.show(StatusCode::NOT_FOUND, &Page::Trouble(Trouble::Nothing), locale),
        }
    }

    /// Pages that send people on to `x_web`. Pictures of Discord accounts are looked for at
    /// `pictures_at` instead of at Discord's own address, if it is given.
    #[must_use]
    pub fn new(linker: Linker, texts: Arc<Texts>, x_web: &Url, pictures_at: Option<Url>) -> Self {
        // A form's policy holds for where its answer leads as well.
        let policy = format!(
            "default-src 'none'; style-src '{}'; img-src data:; form-action 'self' {}; base-uri 'none'; \
             frame-ancestors 'none'",
            page::style_digest(),
            x_web.origin().ascii_serialization()
        );
        let policy = HeaderValue::from_str(&policy)
            .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
        Self { linker, texts, pictures: Pictures::new(pictures_at), policy }
    }

    async fn link_page(&self, state: &str, locale: Locale) -> Response<Full<Bytes>> {
        let opening = match self.linker.opening(state).await {
            Ok(opening) => opening,
            Err(error) => return self.failed(&error, locale),
        };
        match opening {
            Opening::Ask { face, locale: own } => {
                let picture = self.picture(&face).await;
                self.show(StatusCode::OK, &Page::Ask { face, picture }, known(&own, locale))
            }
            Opening::Used => self.show(StatusCode::GONE, &Page::Trouble(Trouble::Used), locale),
            Opening::TooOld => self.show(StatusCode::GONE, &Page::Trouble(Trouble::TooOld), locale),
            Opening::Unknown => self.show(StatusCode::NOT_FOUND, &Page::Trouble(Trouble::Unknown), locale),
        }
    }

    async fn go_on(&self, state: &str, form: &[(String, String)], locale: Locale) -> Response<Full<Bytes>> {
        let keeps = form.iter().any(|(name, _)| name == "samples");
        match self.linker.go_on(state, keeps).await {
            Ok(Some(url)) => {
                let mut answer = self.respond(StatusCode::SEE_OTHER, String::new());
                if let Ok(url) = HeaderValue::from_str(url.as_str()) {
                    answer.headers_mut().insert(LOCATION, url);
                }
                answer
            }
            // Its page says why.
            Ok(None) => self.link_page(state, locale).await,
            Err(error) => self.failed(&error, locale),
        }
    }

    async fn returned(&self, query: &[(String, String)], locale: Locale) -> Response<Full<Bytes>> {
        let get = |name: &str| {
            let found = query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            found.filter(|value| !value.is_empty() && value.len() <= PARAMETER_MAX)
        };
        let Some(state) = get("state") else {
            return self.show(StatusCode::BAD_REQUEST, &Page::Trouble(Trouble::NoState), locale);
        };
        let returned = match self.linker.returned(state, get("code")).await {
            Ok(returned) => returned,
            Err(error) => return self.failed(&error, locale),
        };
        let trouble = |status, trouble| self.show(status, &Page::Trouble(trouble), locale);
        match returned {
            Returned::Code { code, face, username, locale: own } => {
                let picture = self.picture(&face).await;
                let page = Page::Code { code, face, picture, username };
                self.show(StatusCode::OK, &page, known(&own, locale))
            }
            Returned::Denied(own) => {
                self.show(StatusCode::OK, &Page::Trouble(Trouble::Denied), known(&own, locale))
            }
            Returned::Refused => trouble(StatusCode::BAD_REQUEST, Trouble::Refused),
            Returned::Unavailable => trouble(StatusCode::BAD_GATEWAY, Trouble::Unavailable),
            Returned::Broken => trouble(StatusCode::BAD_GATEWAY, Trouble::Broken),
            Returned::Used => trouble(StatusCode::GONE, Trouble::Used),
            Returned::TooOld => trouble(StatusCode::GONE, Trouble::TooOld),
            Returned::Unknown => trouble(StatusCode::NOT_FOUND, Trouble::Unknown),
        }
    }

    async fn picture(&self, face: &Face) -> Option<String> {
        self.pictures.inlined(face.picture_url.as_deref()?).await
    }

    fn failed(&self, error: &StoreError, locale: Locale) -> Response<Full<Bytes>> {
        error!(error = error as &dyn std::error::Error, "the store failed a page");
        self.show(StatusCode::SERVICE_UNAVAILABLE, &Page::Trouble(Trouble::Store), locale)
    }

    fn not_allowed(&self, allowed: &'static str, locale: Locale) -> Response<Full<Bytes>> {
        let mut answer = self.show(StatusCode::METHOD_NOT_ALLOWED, &Page::Trouble(Trouble::Nothing), locale);
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        answer
    }

    fn show(&self, status: StatusCode, page: &Page, locale: Locale) -> Response<Full<Bytes>> {
        self.respond(status, page.html(&self.texts, locale))
    }

    fn respond(&self, status: StatusCode, html: String) -> Response<Full<Bytes>> {
        let mut answer = Response::new(Full::new(Bytes::from(html)));
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        answer
    }
}

/// What each answer says besides.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// The language that somebody reads in Discord, else the one that their browser asks for.
fn known(own: &str, asked: Locale) -> Locale {
    Locale::known(own).unwrap_or(asked)
}
