//! A look at a connection's first bytes before anything is read: which protocol, and whether it calls for help.

use crate::access::Access;
use crate::http::admit::query_key;
use crate::lanes::Lane;
use cairn_ground::Timestamp;
use std::io;
use tokio::net::TcpStream;

/// Bytes that are looked at: a first line, for any path and key there is.
const LOOK_BYTES: usize = 256;
/// How a connection of HTTP/2 begins, and none of HTTP/1 that we know a method of. Source: RFC 9113 §3.4.
const PREFACE: &[u8] = b"PRI";

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct First {
    /// Speaks HTTP/2.
    pub(super) is_h2: bool,
    /// Its first request carries a key of the emergency lane.
    pub(super) is_emergency: bool,
}

/// Waits for the first bytes and looks at them; nothing is taken from the stream.
pub(super) async fn look(stream: &TcpStream, access: &Access, now: Timestamp) -> io::Result<First> {
    let mut bytes = [0; LOOK_BYTES];
    let n_bytes = stream.peek(&mut bytes).await?;
    let bytes = &bytes[..n_bytes];
    let is_emergency =
        access.knows_emergencies() && access.lane_of(key_of(bytes), now) == Some(Lane::Emergency);
    Ok(First { is_h2: bytes.starts_with(PREFACE), is_emergency })
}

/// The key in the first line of a request; empty when there is none, or no whole line.
fn key_of(bytes: &[u8]) -> &str {
    let line = bytes.split(|byte| *byte == b'\r').next().filter(|line| line.len() < bytes.len());
    let target = line.and_then(|line| line.split(|byte| *byte == b' ').nth(1));
    let target = target.and_then(|target| str::from_utf8(target).ok());
    target.and_then(|target| target.split_once('?')).map_or("", |(_, query)| query_key(query))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_read_from_a_whole_first_line_only() {
        assert_eq!(key_of(b"POST /v1/geolocate?key=abc HTTP/1.1\r\nHost: x\r\n"), "abc");
        assert_eq!(key_of(b"POST /v1/geolocate?a=1&key=abc HTTP/1.1\r\n"), "abc");
        assert_eq!(key_of(b"POST /v1/geolocate?key=abc HTTP/1.1"), "", "cut");
        assert_eq!(key_of(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "");
        assert_eq!(key_of(b"\r\n\xff \xff?key=a\r\n"), "");
        assert_eq!(key_of(b""), "");
    }
}
