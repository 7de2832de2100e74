//! gRPC: the service of `cairn.proto`, at the same address as everything else.
//!
//! tonic reads and writes the frames, statuses and compression; messages pass through it as bytes, because `wire`
//! reads them with the code that judges JSON, and limits, lanes and keys are those of the other routes.
//!
//! Reading order: `call` (from its head to its status), `stream` (as many queries as there are), `codec`, `status`.

mod call;
mod codec;
mod status;
mod stream;

pub(super) use call::call;

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
