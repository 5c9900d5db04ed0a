//! The page's server: on loopback alone, for its own page alone.
//!
//! Owns the listener and what every request must pass: a Host that is this server (a name that somebody points
//! at 127.0.0.1 isn't), and, where the browser names one, an Origin that is this page.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;

use super::{Demo, api, page};

/// The largest request that the page sends.
const BODY_MAX_BYTES: usize = 64 * 1024;
/// The largest file that a reader may choose: a little more than Discord takes.
const UPLOAD_MAX_BYTES: usize = 11 * 1024 * 1024;
/// Nothing comes from elsewhere, and nobody may frame the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Takes a port of loopback: this one, or a free one if it is taken.
pub(super) async fn listen(port: u16) -> io::Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
        }
        bound => bound,
    }
}

/// Serves the page until the process is asked to stop, having said where; `wanted` is the port that was asked
/// for.
pub(super) async fn serve(listener: TcpListener, wanted: u16, demo: &Arc<Demo>) -> io::Result<()> {
    let port = listener.local_addr()?.port();
    if port != wanted && wanted != 0 {
        println!("Port {wanted} is taken, so this is another one:");
    }
    println!("Open http://127.0.0.1:{port} in a browser. Ctrl-C ends everything.");
    axum::serve(listener, routes(port, demo)).await
}

fn routes(port: u16, demo: &Arc<Demo>) -> Router {
    let here: Arc<[String]> = Arc::new([format!("127.0.0.1:{port}"), format!("localhost:{port}")]);
    let pages = page::FILES.iter().fold(Router::new(), |router, file| {
        router.route(file.path, get(move || async move { ([(header::CONTENT_TYPE, file.kind)], file.text) }))
    });
    pages
        .route("/api/events", get(api::events))
        .route("/api/discord", post(api::discord))
        .route("/api/x", post(api::x))
        .route("/api/account", post(api::account))
        .route("/api/upload", post(api::upload).layer(DefaultBodyLimit::max(UPLOAD_MAX_BYTES)))
        .route("/api/trouble", post(api::trouble))
        .route("/api/bot", post(api::bot))
        .route("/api/push", post(api::push))
        .route("/files/{channel}/{message}/{file}", get(api::file))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(middleware::from_fn_with_state(here, only_here))
        .with_state(Arc::clone(demo))
}

async fn only_here(State(here): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    if !is_from_here(request.headers(), &here) {
        let why = "This is the demo of Spacebell. It answers its own page on this machine alone.\n";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_from_here(headers: &HeaderMap, here: &[String]) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default());
    let host = text(header::HOST).is_some_and(|host| here.iter().any(|known| known == host));
    let origin = text(header::ORIGIN).is_none_or(|origin| {
        origin.strip_prefix("http://").is_some_and(|origin| here.iter().any(|known| known == origin))
    });
    host && origin
}
