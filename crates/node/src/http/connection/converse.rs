//! One connection: HTTP/1 or HTTP/2, told by its first bytes, until it ends, is too slow, or the server stops.

use super::Doors;
use super::crowd::Member;
use super::door::Door;
use super::peek::{First, look};
use super::watch::{Verdict, Watched};
use crate::limits::{
    CONNECTION_WINDOW_BYTES, HEAD_BYTES_MAX, RESET_STREAMS_MAX, STREAM_SEND_BYTES_MAX,
    STREAM_WINDOW_BYTES, STREAMS_MAX,
};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Time that a connection without a request gets to end politely.
const PARTING_TIME_MAX: Duration = Duration::from_millis(250);
/// Time between two pings of an HTTP/2 connection, and for an answer to one.
const PING_EVERY: Duration = Duration::from_secs(20);

/// How connections are spoken with.
#[derive(Debug)]
pub(super) struct Protocols {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
}

impl Protocols {
    /// Both, with their limits.
    pub(super) fn new() -> Self {
        let mut http1 = http1::Builder::new();
        // Heads have our own deadline (`watch`): hyper's takes an idle connection for a slow head.
        http1.timer(TokioTimer::new()).header_read_timeout(None).pipeline_flush(true);
        http1.max_header_size(HEAD_BYTES_MAX).max_buf_size(HEAD_BYTES_MAX * 4);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2.timer(TokioTimer::new());
        http2.keep_alive_interval(PING_EVERY).keep_alive_timeout(PING_EVERY);
        http2.max_concurrent_streams(STREAMS_MAX);
        http2.max_pending_accept_reset_streams(RESET_STREAMS_MAX);
        http2.max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX));
        http2.max_send_buf_size(STREAM_SEND_BYTES_MAX);
        http2.initial_stream_window_size(STREAM_WINDOW_BYTES);
        http2.initial_connection_window_size(CONNECTION_WINDOW_BYTES);
        Self { http1, http2 }
    }
}

/// A connection that came in.
pub(super) struct Visit {
    pub(super) stream: TcpStream,
    pub(super) peer: IpAddr,
    /// Whether it came where only emergencies are answered.
    pub(super) emergencies_only: bool,
}

/// Speaks with whoever came in; who calls for help on an ordinary address goes on with the emergency's thread.
pub(super) async fn converse(visit: Visit, member: Member, doors: Arc<Doors>) {
    let counted = &doors.app.metrics;
    if member.in_place_of_another {
        counted.lanes.connections_yielded.inc();
    }
    counted.connections.inc();
    if let Some(first) = first(&visit.stream, &member, &doors).await {
        let helped = first.is_emergency && !visit.emergencies_only;
        let reserved = if helped { doors.emergency.join(doors.app.clock.instant()) } else { None };
        match reserved {
            Some(reserved) => hand_over(visit, reserved, &doors),
            None => speak(visit, first.is_h2, member, &doors).await,
        }
    }
    counted.connections.dec();
}

/// What the first bytes say; `None` when none come in time.
async fn first(stream: &TcpStream, member: &Member, doors: &Doors) -> Option<First> {
    let mut stopping = doors.stopping.clone();
    tokio::select! {
        biased;
        first = look(stream, &doors.app.access, doors.app.clock.now()) => first.ok(),
        _closed = stopping.wait_for(|stop| *stop) => None,
        () = member.watch.told_to_go() => None,
        () = too_slow(member, doors) => None,
    }
}

/// Lets the emergency's thread go on with a connection.
fn hand_over(visit: Visit, member: Member, doors: &Arc<Doors>) {
    let Ok(stream) = visit.stream.into_std() else { return };
    let ours = Arc::clone(doors);
    doors.handle.spawn(async move {
        ours.app.metrics.connections.inc();
        // It was registered with another runtime's poll; here it is anew.
        if let Ok(stream) = TcpStream::from_std(stream) {
            speak(Visit { stream, ..visit }, false, member, &ours).await;
        }
        ours.app.metrics.connections.dec();
    });
}

/// Speaks HTTP until the connection ends.
async fn speak(visit: Visit, is_h2: bool, member: Member, doors: &Doors) {
    let Visit { stream, peer, emergencies_only } = visit;
    let _no_delay_is_only_faster = stream.set_nodelay(true);
    let door = Door {
        app: Arc::clone(&doors.app),
        routes: TowerToHyperService::new(doors.router.clone()),
        peer,
        watch: Arc::clone(&member.watch),
        emergencies_only,
    };
    let service = service_fn(move |request| door.answer(request));
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&member.watch)));
    if is_h2 {
        let connection = doors.protocols.http2.serve_connection(io, service);
        drive(connection, http2::Connection::graceful_shutdown, &member, doors).await;
    } else {
        let connection = doors.protocols.http1.serve_connection(io, service);
        drive(connection, http1::Connection::graceful_shutdown, &member, doors).await;
    }
}

/// Runs a connection until it ends, is too slow, has to go, or the server stops.
async fn drive<C: Future>(
    connection: C,
    part: impl Fn(Pin<&mut C>),
    member: &Member,
    doors: &Doors,
) {
    let mut connection = std::pin::pin!(connection);
    let (mut stopping, watch) = (doors.stopping.clone(), &member.watch);
    tokio::select! {
        biased;
        _ended = connection.as_mut() => return,
        _closed = stopping.wait_for(|stop| *stop) => {}
        () = watch.told_to_go() => {}
        () = too_slow(member, doors) => {}
    }
    part(connection.as_mut());
    if watch.is_busy() {
        connection.await;
    } else {
        drop(timeout(PARTING_TIME_MAX, connection).await);
    }
}

/// Waits until a head is late or the connection is idle for too long.
async fn too_slow(member: &Member, doors: &Doors) {
    let http = &doors.app.config.http;
    let (head_max, idle_max) = (http.head_time_max(), http.idle_time_max());
    loop {
        sleep(head_max.min(idle_max) / 2).await;
        let now = doors.app.clock.instant();
        if member.watch.verdict(now, head_max, idle_max) != Verdict::Fine {
            doors.app.metrics.lanes.connections_timed_out.inc();
            return;
        }
    }
}
