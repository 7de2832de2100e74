//! The binary protocol, `proto/cairn/v1/cairn.proto`: queries, answers and submissions as protobuf messages.
//!
//! Read and written by hand, straight into what the JSON decoders fill, so that both have one set of rules
//! and a message of many tiny entries costs no more memory than what is kept of it (W1).
//! `docs/decisions/2026-11-26-binary-protocol.md` says why.

mod answer;
mod entries;
mod query;
pub(crate) mod reader;
mod submission;
mod writer;

pub use answer::{encode_answer, encode_ended, encode_not_taken, push_answer};
pub use query::{Query, decode_query, encode_query};
pub use submission::{decode_submission, encode_submission, encode_taken};

#[cfg(test)]
#[path = "../proto_tests.rs"]
mod tests;
