//! An HTTP client on plain sockets: sends exactly the bytes a test wants to send.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// An answer, taken apart as far as tests need.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

/// The body of an answer that was sent in chunks; panics when its end is missing.
pub(crate) fn dechunked(answer: &Answer) -> Vec<u8> {
    assert_eq!(answer.header("transfer-encoding").as_deref(), Some("chunked"), "{}", answer.head);
    let (mut body, mut rest) = (Vec::new(), &answer.body[..]);
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").expect("a chunk's size");
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        rest = &rest[end + 2..];
        body.extend_from_slice(&rest[..size]);
        rest = &rest[size + 2..];
        if size == 0 {
            return body;
        }
    }
}

/// `GET`, one connection.
pub(crate) fn get(address: &str, path: &str) -> Answer {
    request(address, "GET", path, &[], &[]).unwrap()
}

/// `POST` of JSON, one connection.
pub(crate) fn post(address: &str, path: &str, body: &[u8]) -> Answer {
    request(address, "POST", path, &[("Content-Type", "application/json")], body).unwrap()
}

/// Any request with a length, one connection.
pub(crate) fn request(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let mut stream = connect(address)?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.extend(["Content-Length: ", &body.len().to_string(), "\r\n\r\n"]);
    stream.write_all(head.as_bytes())?;
    // A server may refuse a large body before it has read it all.
    let _refused_early = stream.write_all(body);
    read_answer(stream)
}

/// A connection with a time limit.
pub(crate) fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads an answer up to the end of the connection.
pub(crate) fn read_answer(mut stream: TcpStream) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or_else(|| io::Error::other("no whole head"))?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no status"))?;
    let body = bytes[end + 4..].to_vec();
    Ok(Answer { status, head, body })
}
