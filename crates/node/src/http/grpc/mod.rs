//! gRPC: the service of `cairn.proto`, at the same address as everything else.
//!
//! Spoken by hand over HTTP/2 as hyper serves it: a call is a POST whose body is messages with five bytes
//! before each, and whose status follows the answer in trailers.
//!
//! # Source
//! grpc.io, *gRPC over HTTP2*. Compressed messages are refused with the status that says so.

mod call;
mod status;

pub(super) use call::call;
pub(super) use status::Status;

/// The paths of the service's methods.
pub(super) const PATHS: [&str; 4] = [
    "/cairn.v1.Location/Locate",
    "/cairn.v1.Location/LocateBatch",
    "/cairn.v1.Location/LocateStream",
    "/cairn.v1.Location/Submit",
];

#[cfg(test)]
#[path = "grpc_tests.rs"]
mod tests;
