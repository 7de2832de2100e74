//! How a call ended, as gRPC says it.

use cairn_wire::errors::PublicError;
use tonic::{Code, Status};

/// The public error's status.
pub(super) fn status_of(error: &PublicError) -> Status {
    let code = match error {
        PublicError::ParseError { .. } => Code::InvalidArgument,
        PublicError::TimedOut => Code::DeadlineExceeded,
        PublicError::NotFound { .. } => Code::NotFound,
        PublicError::DailyLimitExceeded
        | PublicError::TooLarge { .. }
        | PublicError::TooMany { .. }
        | PublicError::TooManyRequests { .. } => Code::ResourceExhausted,
        PublicError::ServiceUnavailable { .. } => Code::Unavailable,
        PublicError::KeyInvalid => Code::Unauthenticated,
        _ => Code::Unknown,
    };
    Status::new(code, error.told())
}
