//! Inflation under a cap: the only door through which compressed bytes come in.
//!
//! Output grows block by block as bytes arrive; no size that the sender states is ever believed, so a
//! bomb costs its cap and one block, whatever its ratio (W1).

use crate::limits::{BLOCK_BYTES, ZSTD_FILE_WINDOW_LOG_MAX, ZSTD_WINDOW_LOG_MAX};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};
use zstd::stream::read::Decoder as ZstdDecoder;

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Not at all.
    Identity,
    /// gzip, one or several members.
    Gzip,
    /// zstd, one or several frames.
    Zstd,
}

/// Why a body was not inflated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InflateError {
    /// More bytes come out than allowed: answer 413.
    #[error("the body inflates to more than {cap} bytes: send fewer items")]
    Bomb {
        /// The cap, in bytes.
        cap: usize,
    },
    /// The stream is cut short, damaged, or of another coding: answer 400.
    #[error("the {coding:?} stream is broken after {n_good} good bytes: send it again, whole")]
    Corrupt {
        /// What it was read as.
        coding: Coding,
        /// Bytes that came out before the damage.
        n_good: usize,
        /// What the decompressor said.
        source: io::Error,
    },
}

impl Coding {
    /// The coding named by a `Content-Encoding` header; `None` for one we do not read.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The coding a file's first bytes show.
    pub fn of_magic(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::Identity,
        }
    }
}

/// Inflates a whole body to at most `cap` bytes. An empty body is empty under every coding.
///
/// # Errors
/// [`InflateError::Bomb`] as soon as one byte more than `cap` comes out; [`InflateError::Corrupt`] for
/// anything that is not one whole stream.
///
/// # Cost
/// Never holds more than `cap` + [`BLOCK_BYTES`] of output (and the decompressor's window).
pub fn inflate(bytes: &[u8], coding: Coding, cap: usize) -> Result<Vec<u8>, InflateError> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    match coding {
        Coding::Identity if bytes.len() > cap => Err(InflateError::Bomb { cap }),
        Coding::Identity => Ok(bytes.to_vec()),
        Coding::Gzip => drain(MultiGzDecoder::new(bytes), coding, cap),
        Coding::Zstd => {
            let corrupt = |source| InflateError::Corrupt { coding, n_good: 0, source };
            let mut decoder = ZstdDecoder::with_buffer(bytes).map_err(corrupt)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(corrupt)?;
            drain(decoder, coding, cap)
        }
    }
}

fn drain(mut from: impl Read, coding: Coding, cap: usize) -> Result<Vec<u8>, InflateError> {
    let mut out = Vec::new();
    let mut block = vec![0_u8; BLOCK_BYTES];
    loop {
        match from.read(&mut block) {
            Ok(0) => return Ok(out),
            Ok(n) if out.len() + n > cap => return Err(InflateError::Bomb { cap }),
            Ok(n) => {
                grow(&mut out, n, cap);
                out.extend_from_slice(&block[..n]);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(InflateError::Corrupt { coding, n_good: out.len(), source });
            }
        }
    }
}

/// Makes room for `n` more bytes: doubling, but never beyond the cap.
fn grow(out: &mut Vec<u8>, n: usize, cap: usize) {
    if out.capacity() - out.len() < n {
        let wanted = (out.capacity() * 2).max(out.len() + n).min(cap);
        out.reserve_exact(wanted - out.len());
    }
}

/// A file's plain text, streamed: gzip and zstd are told by their first bytes, the rest passes as is.
///
/// Memory does not depend on how much comes out; the reader of lines has the caps.
///
/// # Errors
/// What the reader answers to the first look, or a decompressor that cannot start.
pub fn decompressed<'a, R: Read + 'a>(file: R) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut file = BufReader::with_capacity(BLOCK_BYTES, file);
    Ok(match Coding::of_magic(file.fill_buf()?) {
        Coding::Identity => Box::new(file),
        Coding::Gzip => Box::new(BufReader::with_capacity(BLOCK_BYTES, MultiGzDecoder::new(file))),
        Coding::Zstd => {
            let mut decoder = ZstdDecoder::with_buffer(file)?;
            decoder.window_log_max(ZSTD_FILE_WINDOW_LOG_MAX)?;
            Box::new(BufReader::with_capacity(BLOCK_BYTES, decoder))
        }
    })
}

#[cfg(test)]
#[path = "capped_tests.rs"]
mod tests;
