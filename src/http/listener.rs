//! Listening at `HTTP_ADDR`: connections, each with its bounds, on which requests are handed to the site.
//!
//! An address that is taken is told and tried again, since ringing matters more than linking.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

use super::Site;

/// The pause before an address that is taken is tried again.
const BIND_PAUSE: Duration = Duration::from_secs(10);
/// The pause after a connection couldn't be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The longest that a request's head may take to come.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest that a connection may last: X may be asked meanwhile.
const CONNECTION_TIMEOUT: Duration = Duration::from_mins(1);
/// Connections at once.
const CONNECTIONS_AT_MOST: usize = 256;

/// Answers at `addr` until `stop`.
pub async fn run(addr: SocketAddr, site: Site, stop: CancellationToken) {
    let work = async {
        let listener = bind(addr).await;
        let site = Arc::new(site);
        let room = Arc::new(Semaphore::new(CONNECTIONS_AT_MOST));
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let serving = stop.clone().run_until_cancelled_owned(serve(stream, Arc::clone(&site)));
                    tokio::spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    debug!(%error, "a connection to HTTP_ADDR couldn't be taken");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    stop.run_until_cancelled(work).await;
}

/// Listens at `addr`, as soon as it is free.
async fn bind(addr: SocketAddr) -> TcpListener {
    let mut told = false;
    loop {
        match TcpListener::bind(addr).await {
            Ok(listener) => {
                info!("HTTP_ADDR: the bot's pages are answered at {addr}");
                return listener;
            }
            Err(error) => {
                if !std::mem::replace(&mut told, true) {
                    error!(
                        %error,
                        "HTTP_ADDR can't be listened at: {addr} is taken or not this machine's. Nobody can link an \
                         account meanwhile; it is tried again every {} s. Give it another address",
                        BIND_PAUSE.as_secs()
                    );
                }
                tokio::time::sleep(BIND_PAUSE).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, site: Arc<Site>) {
    let service = service_fn(|request| async { Ok::<_, Infallible>(site.answer(request).await) });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // One request each: so nobody holds a place that others wait for.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    if let Ok(Err(error)) = tokio::time::timeout(CONNECTION_TIMEOUT, connection).await {
        debug!(%error, "a connection to HTTP_ADDR broke");
    }
}
