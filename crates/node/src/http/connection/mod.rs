//! Connections: a bounded number, each with bounded buffers, deadlines, and a graceful end.
//!
//! HTTP/1.1 with keep-alive and pipelining, and HTTP/2 with prior knowledge, on the same address. Emergencies have
//! a thread and places of their own: a connection on `listen_emergency`, or one whose first request carries a key
//! of that lane.
//!
//! Reading order: `accept` (who comes in), `crowd` (how many), `watch` (who is idle, who is slow), `converse` (one
//! connection), `door` (one request: its lane, and whether it would be sent away).

mod accept;
mod converse;
mod crowd;
mod door;
mod peek;
mod watch;

pub(crate) use accept::serve;
pub(super) use door::{Peer, lane};

use crate::server::App;
use axum::Router;
use crowd::Crowd;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Where connections come in.
#[derive(Debug)]
pub(crate) struct Listeners {
    /// For everybody.
    pub(crate) ordinary: Vec<TcpListener>,
    /// For emergencies alone; registered with their thread's runtime.
    pub(crate) emergency: Vec<TcpListener>,
}

/// What every connection needs.
struct Doors {
    app: Arc<App>,
    router: Router,
    protocols: converse::Protocols,
    /// Seats for connections that wait a moment for a place.
    anteroom: Arc<Semaphore>,
    /// What a connection is told for which there is no place.
    no_place: Vec<u8>,
    /// Those who call for help.
    emergency: Arc<Crowd>,
    /// Their thread.
    handle: Handle,
    stopping: tokio::sync::watch::Receiver<bool>,
}
