//! Why something was not mirrored.

use std::io;
use thiserror::Error;

/// Why something was not mirrored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// Not the address of a server.
    #[error("{0:?} is no address: it begins with http:// or https:// and has no query")]
    Address(String),
    /// No connection, or no answer in time.
    #[error("not reached: {0}")]
    Unreachable(#[source] Box<ureq::Error>),
    /// The server says no.
    #[error("{path} answered {status} {code}: {message}")]
    Refused {
        /// Which call.
        path: String,
        /// The status.
        status: u16,
        /// MLflow's word for it; empty when the answer has none.
        code: String,
        /// Its explanation, cut.
        message: String,
    },
    /// What came back is not what MLflow answers.
    #[error("{path} answered what MLflow does not: {what}")]
    Nonsense {
        /// Which call.
        path: String,
        /// What is wrong with it.
        what: String,
    },
    /// Something of ours cannot be read or kept.
    #[error("{0}")]
    Ours(String),
    /// The disk refuses.
    #[error("the outbox: {0}")]
    Disk(#[from] io::Error),
}

impl MirrorError {
    /// True when it is about what was sent, so that sending something else may do better.
    pub(super) fn is_of_this(&self) -> bool {
        match self {
            Self::Refused { status, .. } => matches!(status, 400 | 409 | 413 | 422),
            Self::Ours(_) => true,
            _ => false,
        }
    }

    /// True when the server has no such thing.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, code, .. } if code == "RESOURCE_DOES_NOT_EXIST")
    }

    /// True when the server has it already.
    pub(super) fn is_there(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "RESOURCE_ALREADY_EXISTS")
    }
}
