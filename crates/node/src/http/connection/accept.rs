//! Who comes in: listeners, ordinary ones and those for emergencies, until the server stops.

use super::converse::{Protocols, Visit, converse};
use super::crowd::Crowd;
use super::{Doors, Listeners};
use crate::limits::ANTEROOM_MAX;
use crate::server::App;
use axum::Router;
use cairn_wire::errors::PublicError;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Pause after a connection could not be taken (out of descriptors, mostly), and between two looks for a place.
const PAUSE: Duration = Duration::from_millis(20);
/// Seconds after which a connection for which there is no place should come back.
const RETRY_S: u32 = 2;

/// Serves connections until `stopping` turns true, then lets started requests finish.
///
/// Returns how many connections were cut because they did not finish in time.
pub(crate) async fn serve(
    listeners: Listeners,
    router: Router,
    app: Arc<App>,
    handle: Handle,
    stopping: watch::Receiver<bool>,
) -> usize {
    let (http, lanes, clock) = (&app.config.http, &app.config.lanes, &app.clock);
    let ordinary = Crowd::new(http.connections_max, clock.clone());
    let emergency = Crowd::new(lanes.emergency_connections, clock.clone());
    let patience = http.shutdown_time_max();
    let mut stopped = stopping.clone();
    let emergency_too = Arc::clone(&emergency);
    let doors = Arc::new(Doors {
        app,
        router,
        protocols: Protocols::new(),
        no_place: no_place(),
        anteroom: Arc::new(Semaphore::new(ANTEROOM_MAX)),
        emergency,
        handle,
        stopping,
    });
    let mut accepting = JoinSet::new();
    for listener in listeners.ordinary {
        accepting.spawn(accept(listener, Arc::clone(&ordinary), Arc::clone(&doors), false));
    }
    for listener in listeners.emergency {
        let crowd = Arc::clone(&emergency_too);
        accepting.spawn_on(accept(listener, crowd, Arc::clone(&doors), true), &doors.handle);
    }
    drop(stopped.wait_for(|stop| *stop).await);
    accepting.shutdown().await;
    drop(doors);
    let (here, there) = tokio::join!(ordinary.all_gone(patience), emergency_too.all_gone(patience));
    here + there
}

/// Accepts connections for ever.
async fn accept(
    listener: TcpListener,
    crowd: Arc<Crowd>,
    doors: Arc<Doors>,
    emergencies_only: bool,
) {
    loop {
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, or the client left already: neither may stop the server.
                tracing::debug!(kind = ?error.kind(), "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let visit = Visit { stream, peer: address.ip(), emergencies_only };
        match crowd.join(doors.app.clock.instant()) {
            Some(member) => drop(tokio::spawn(converse(visit, member, Arc::clone(&doors)))),
            None => wait_outside(visit, &crowd, &doors),
        }
    }
}

/// Lets a connection wait a moment for a place, when few others do.
fn wait_outside(visit: Visit, crowd: &Arc<Crowd>, doors: &Arc<Doors>) {
    let Ok(seat) = Arc::clone(&doors.anteroom).try_acquire_owned() else {
        return turn_away(visit.stream, doors);
    };
    let (crowd, doors) = (Arc::clone(crowd), Arc::clone(doors));
    tokio::spawn(async move {
        let until = doors.app.clock.instant() + doors.app.config.lanes.wait_max();
        let member = loop {
            tokio::time::sleep(PAUSE).await;
            let now = doors.app.clock.instant();
            let joined = crowd.join(now);
            if joined.is_some() || now >= until {
                break joined;
            }
        };
        drop(seat);
        match member {
            Some(member) => converse(visit, member, doors).await,
            None => turn_away(visit.stream, &doors),
        }
    });
}

/// What a connection is told for which there is no place.
fn no_place() -> Vec<u8> {
    let body = PublicError::ServiceUnavailable { retry_after_s: RETRY_S }.body();
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
         retry-after: {RETRY_S}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// Tells a connection that there is no place; what does not fit into its buffer is not sent.
fn turn_away(stream: TcpStream, doors: &Doors) {
    doors.app.metrics.lanes.connections_refused.inc();
    let Ok(mut stream) = stream.into_std() else { return };
    // What it sent already is taken out, so that it gets to read why.
    let _nothing_may_be_there = stream.read(&mut [0; 4_096]);
    let _it_may_be_gone = stream.write_all(&doors.no_place);
}
