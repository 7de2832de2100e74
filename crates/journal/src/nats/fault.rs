//! From the client's errors to ours.

use crate::{RemoteFault, RemoteKind};
use async_nats::jetstream::context::{
    CreateStreamErrorKind, GetStreamErrorKind, PublishError, PublishErrorKind,
};
use async_nats::jetstream::stream::{ConsumerErrorKind, DeleteMessageErrorKind, PurgeErrorKind};
use async_nats::jetstream::{self, ErrorCode};
use std::error::Error;
use std::fmt::{Debug, Display};

/// What the servers say when a limit of storage is reached. Source: nats-server 2.15, `errors.json`.
const OUT_OF_STORAGE: [ErrorCode; 4] = [
    ErrorCode::STREAM_STORE_FAILED,
    ErrorCode::INSUFFICIENT_RESOURCES,
    ErrorCode::STORAGE_RESOURCES_EXCEEDED,
    ErrorCode::ACCOUNT_RESOURCES_EXCEEDED,
];

/// Names what was tried.
pub(super) const fn fault(doing: &'static str, kind: RemoteKind) -> RemoteFault {
    RemoteFault { doing, kind }
}

/// The servers' own number in an error, wherever the client keeps it.
pub(super) fn server_code(error: &(dyn Error + 'static)) -> Option<ErrorCode> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(code) = own_code(error) {
            return Some(code);
        }
        next = error.source();
    }
    None
}

/// The same of one error, without what lies below it.
fn own_code(error: &(dyn Error + 'static)) -> Option<ErrorCode> {
    let found = if let Some(found) = error.downcast_ref::<jetstream::Error>() {
        found.clone()
    } else if let Some(GetStreamErrorKind::JetStream(found)) = kind::<GetStreamErrorKind>(error) {
        found
    } else if let Some(CreateStreamErrorKind::JetStream(found)) = kind(error) {
        found
    } else if let Some(ConsumerErrorKind::JetStream(found)) = kind(error) {
        found
    } else if let Some(PurgeErrorKind::JetStream(found)) = kind(error) {
        found
    } else if let Some(DeleteMessageErrorKind::JetStream(found)) = kind(error) {
        found
    } else if kind(error) == Some(CreateStreamErrorKind::NotFound) {
        return Some(ErrorCode::STREAM_NOT_FOUND);
    } else {
        return None;
    };
    Some(found.error_code())
}

/// The kind that one of the client's errors holds, when it is of this type.
fn kind<K>(error: &(dyn Error + 'static)) -> Option<K>
where
    K: Clone + Debug + Display + PartialEq + 'static,
{
    error.downcast_ref::<async_nats::error::Error<K>>().map(async_nats::error::Error::kind)
}

/// The kind of a failed request.
pub(super) fn kind_of(error: &(dyn Error + 'static)) -> RemoteKind {
    match server_code(error) {
        Some(ErrorCode::STREAM_NOT_FOUND) => RemoteKind::NoStream,
        Some(code) if OUT_OF_STORAGE.contains(&code) => RemoteKind::Full,
        Some(code) => RemoteKind::Refused(code.0),
        None => RemoteKind::TimedOut,
    }
}

/// The kind of a failed publication.
pub(super) fn kind_of_publish(error: &PublishError) -> RemoteKind {
    match error.kind() {
        PublishErrorKind::StreamNotFound => RemoteKind::NoStream,
        PublishErrorKind::BrokenPipe => RemoteKind::Closed,
        PublishErrorKind::MaxPayloadExceeded => RemoteKind::TooLarge,
        PublishErrorKind::Other => kind_of(error),
        _ => RemoteKind::TimedOut,
    }
}
