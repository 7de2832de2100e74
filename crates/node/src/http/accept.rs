//! Connections: a bounded number, each with a bounded head, a deadline for it, and a graceful end.

use crate::config::HttpConfig;
use crate::limits::HEAD_BYTES_MAX;
use crate::metrics::Metrics;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Where a connection comes from; put into every request.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// What every connection needs.
#[derive(Clone)]
struct Shared {
    router: Router,
    metrics: Arc<Metrics>,
    stopping: watch::Receiver<bool>,
    head_time_max: Duration,
}

/// Serves connections until `stopping` turns true, then lets started requests finish.
///
/// Returns how many connections were cut because they did not finish in time.
pub(crate) async fn serve(
    listeners: Vec<TcpListener>,
    router: Router,
    metrics: Arc<Metrics>,
    config: HttpConfig,
    stopping: watch::Receiver<bool>,
) -> usize {
    let n_max = config.connections_max;
    let places = Arc::new(Semaphore::new(n_max));
    let head_time_max = config.head_time_max();
    let shared = Shared { router, metrics, stopping: stopping.clone(), head_time_max };
    let mut stopped = stopping;
    let mut accepting = tokio::task::JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept_forever(listener, Arc::clone(&places), shared.clone()));
    }
    drop(stopped.wait_for(|stop| *stop).await);
    accepting.shutdown().await;
    drop(shared);
    let all = u32::try_from(n_max).unwrap_or(u32::MAX);
    match tokio::time::timeout(config.shutdown_time_max(), places.acquire_many(all)).await {
        Ok(_everything_finished) => 0,
        Err(_deadline) => n_max - places.available_permits(),
    }
}

/// Accepts connections for ever, each when there is a place for it.
async fn accept_forever(listener: TcpListener, places: Arc<Semaphore>, shared: Shared) {
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, address)) => {
                tokio::spawn(converse(stream, address, place, shared.clone()));
            }
            Err(error) => {
                // Out of descriptors, or the client left already: neither may stop the server.
                tracing::debug!(kind = ?error.kind(), "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// Speaks HTTP/1 on one connection until it ends or the server stops.
async fn converse(
    stream: TcpStream,
    address: SocketAddr,
    place: OwnedSemaphorePermit,
    mut shared: Shared,
) {
    shared.metrics.connections.inc();
    let _no_delay_is_only_faster = stream.set_nodelay(true);
    let routes = TowerToHyperService::new(shared.router.clone());
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(address.ip()));
        routes.call(request)
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(shared.head_time_max);
    builder.max_header_size(HEAD_BYTES_MAX).max_buf_size(HEAD_BYTES_MAX * 4);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let stopping = tokio::select! {
        _ended = connection.as_mut() => false,
        _closed = shared.stopping.wait_for(|stop| *stop) => true,
    };
    if stopping {
        connection.as_mut().graceful_shutdown();
        let _ended = connection.await;
    }
    shared.metrics.connections.dec();
    drop(place);
}
