//! Queries in volume: batches over HTTP, answered while they are read.
//!
//! A batch is never held whole. Its bytes are inflated, cut and answered in slices of about a millisecond on
//! the bulk lane, several at once where threads have nothing else to do, and what is answered waits for the client in a queue of one size: a client that does not
//! read is not read from either.
//!
//! Reading order: `form` (how queries are written), `answering` (one query), `slice` (some of them), `engine` (bytes in, slices out), `outgoing`
//! (answers that wait), `patience` (how long), `pump` (a request from its first byte to its last), `single` (one
//! message).

mod answering;
mod engine;
mod form;
mod outgoing;
mod patience;
mod pump;
mod single;
mod slice;

pub(super) use answering::Answering;
pub(super) use form::{Form, Said, message};
pub(super) use outgoing::{Receiving, Sending, queue};
pub(super) use patience::Patience;
pub(super) use pump::{ask, asker, whole};
pub(super) use single::{ask as ask_one, said, submit, take};

#[cfg(test)]
#[path = "bulk_tests.rs"]
mod tests;
