//! Serving: connections in, answers out, and an orderly end.
//!
//! At a shutdown no more connections are taken, open feeds end, requests under way are finished, and after a while
//! whatever is still open is cut off. Deliberately absent: TLS, which is the business of whatever stands in front.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use hyper::service::Service as _;

use crate::access::network_of;
use crate::app::App;
use crate::edge::Network;
use crate::meter;
use crate::routes::router;

/// Pause after the system refused to accept a connection, such as for want of file handles.
const REFUSED_PAUSE: Duration = Duration::from_millis(50);
/// How often counts are folded.
const FOLD_EVERY: Duration = Duration::from_secs(5);

/// Serves until `stop`, then ends in order. Who may record without a token depends on where `listener` listens.
pub async fn serve(listener: TcpListener, app: App, stop: CancellationToken) -> io::Result<()> {
    meter::start();
    let loopback = listener.local_addr()?.ip().is_loopback();
    let app = app.listening(loopback, stop.clone());
    let settings = app.settings().clone();
    let service = TowerToHyperService::new(router(app));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(settings.header_max).max_headers(64);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(settings.connections_max));
    let mut fold = tokio::time::interval(FOLD_EVERY);
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            _ = fold.tick() => {
                meter::fold();
                continue;
            }
            accepted = accept(&listener, &room) => accepted,
        };
        let (stream, network, place) = stream;
        let service = service.clone();
        let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(network.clone());
            service.call(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(settings.shutdown_max, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off at the shutdown");
    }
    Ok(())
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, Network, Option<tokio::sync::OwnedSemaphorePermit>) {
    let place = Arc::clone(room).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps its delay");
                }
                return (stream, Network(network_of(peer.ip())), place);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REFUSED_PAUSE).await;
            }
        }
    }
}
