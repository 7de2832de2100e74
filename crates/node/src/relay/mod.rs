//! Accepted reports go on to further servers: one thread a server, with the journal as its queue.
//!
//! Each thread reads the journal from a position that it keeps on disk and moves only when the server has
//! acknowledged what lies before it: a crash sends some reports twice and none never. What goes on is what
//! a phone would send: no contributor token, no key, no address, nothing of the request it came in.
//!
//! Reading order: `thread` (the loop), `pack` and `seen` (what goes on), `send` (one request and its verdict),
//! `pause` (when to try again), `mark` (the position on disk).

mod mark;
mod metrics;
mod pack;
mod pause;
mod seen;
mod send;
mod thread;

pub use mark::positions;
pub(crate) use mark::slowest;
pub use metrics::RelayMetrics;
pub(crate) use pause::Pause;
pub use thread::{Relays, Source};
