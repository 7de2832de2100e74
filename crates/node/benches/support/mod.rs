//! A client for benches: one keep-alive connection, no more work than a request needs.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A keep-alive connection.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    seen: Vec<u8>,
}

impl Client {
    /// Connects.
    pub(crate) fn to(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, seen: Vec::new() })
    }

    /// Posts and reads a whole answer, which must be a success.
    pub(crate) fn ask(&mut self, path: &str, body: &[u8]) -> anyhow::Result<()> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.stream.write_all(&[head.as_bytes(), body].concat())?;
        self.seen.clear();
        let mut block = [0; 8_192];
        loop {
            let n = self.stream.read(&mut block)?;
            anyhow::ensure!(n > 0, "the server closed the connection");
            self.seen.extend_from_slice(&block[..n]);
            if let Some(total) = answer_bytes(&self.seen)
                && self.seen.len() >= total
            {
                break;
            }
        }
        anyhow::ensure!(
            self.seen.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&self.seen)
        );
        Ok(())
    }
}

/// Length of the answer that begins here, once its head is there.
fn answer_bytes(seen: &[u8]) -> Option<usize> {
    let head_end = seen.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&seen[..head_end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    Some(head_end + length.trim().parse::<usize>().ok()?)
}
