//! What servers that keep a log together may refuse, and why.

/// What the servers refused, or did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{doing}: {kind}")]
pub struct RemoteFault {
    /// What was tried.
    pub doing: &'static str,
    /// What came of it.
    pub kind: RemoteKind,
}

/// What came of a request to the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteKind {
    /// Nobody can be reached: look at the address and the servers.
    #[error("no server can be reached")]
    Unreachable,
    /// Nobody answered in time: a leader is being elected, or too few servers are up.
    #[error("no answer in time")]
    TimedOut,
    /// There is no such stream.
    #[error("there is no such stream")]
    NoStream,
    /// The stream is full: let it be read and trimmed, or give it more room.
    #[error("the stream is full")]
    Full,
    /// The servers take no message of this size: raise `max_payload` in their configuration.
    #[error("the servers take no message that large")]
    TooLarge,
    /// The servers are of a version that acknowledges what is not on disk.
    #[error("the servers are older than 2.15")]
    TooOld,
    /// The servers said no, with this number of theirs.
    #[error("the servers refused with error {0}")]
    Refused(u64),
    /// The connection ended.
    #[error("the connection ended")]
    Closed,
}

impl RemoteKind {
    /// True when the same may work later without anybody doing anything.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Unreachable | Self::TimedOut | Self::NoStream | Self::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_was_tried_and_what_passes_by_itself_is_told_apart() {
        let fault = RemoteFault { doing: "publish", kind: RemoteKind::Full };
        assert_eq!(fault.to_string(), "publish: the stream is full");
        assert!(!fault.kind.is_passing() && RemoteKind::TimedOut.is_passing());
    }
}
