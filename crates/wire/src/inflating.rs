//! Inflation of a body that arrives in pieces: little comes out at once, whatever goes in.
//!
//! Beside `capped`, which inflates what is there as a whole. Whoever feeds it counts what came out.

use crate::capped::{Coding, InflateError};
use crate::limits::{BLOCK_BYTES, ZSTD_WINDOW_LOG_MAX};
use flate2::write::MultiGzDecoder;
use std::fmt;
use std::io::{self, Write as _};
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation as _, OutBuffer};

/// A stream that is being inflated.
pub struct Inflating {
    how: How,
    n_out: usize,
}

enum How {
    Identity,
    Gzip { decoder: Box<MultiGzDecoder<Vec<u8>>>, is_fed: bool },
    Zstd { decoder: Decoder<'static>, block: Vec<u8>, is_inside: bool },
}

impl fmt::Debug for Inflating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflating").field("coding", &self.coding()).finish_non_exhaustive()
    }
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Bytes of the input that were taken.
    pub n_taken: usize,
    /// Whether more may come out without more going in.
    pub is_more: bool,
}

impl Inflating {
    /// The start of a stream.
    ///
    /// # Errors
    /// [`InflateError::Corrupt`] when the decompressor cannot be made.
    pub fn new(coding: Coding) -> Result<Self, InflateError> {
        let corrupt = |source| InflateError::Corrupt { coding, n_good: 0, source };
        let how = match coding {
            Coding::Identity => How::Identity,
            Coding::Gzip => {
                How::Gzip { decoder: Box::new(MultiGzDecoder::new(Vec::new())), is_fed: false }
            }
            Coding::Zstd => {
                let mut decoder = Decoder::new().map_err(corrupt)?;
                let window = DParameter::WindowLogMax(ZSTD_WINDOW_LOG_MAX);
                decoder.set_parameter(window).map_err(corrupt)?;
                How::Zstd { decoder, block: vec![0; BLOCK_BYTES], is_inside: false }
            }
        };
        Ok(Self { how, n_out: 0 })
    }

    /// Takes some of `input` and appends what comes of it to `out`, a few blocks at most.
    ///
    /// # Errors
    /// [`InflateError::Corrupt`]: nothing that follows can be read.
    pub fn step(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Step, InflateError> {
        let before = out.len();
        let done = match &mut self.how {
            How::Identity => {
                let n_taken = input.len().min(BLOCK_BYTES);
                out.extend_from_slice(&input[..n_taken]);
                Ok(Step { n_taken, is_more: false })
            }
            How::Gzip { decoder, is_fed } => {
                *is_fed |= !input.is_empty();
                gzip_step(decoder, input, out)
            }
            How::Zstd { decoder, block, is_inside } => {
                zstd_step(decoder, block, is_inside, input, out)
            }
        };
        let done = done.map_err(|source| self.corrupt(source))?;
        self.n_out += out.len() - before;
        Ok(done)
    }

    /// The end of the input: what is still inside comes out.
    ///
    /// # Errors
    /// [`InflateError::Corrupt`] when the stream was cut short.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), InflateError> {
        let done = match &mut self.how {
            How::Gzip { decoder, is_fed: true } => {
                decoder.try_finish().map(|()| out.append(decoder.get_mut()))
            }
            How::Zstd { is_inside: true, .. } => Err(io::ErrorKind::UnexpectedEof.into()),
            How::Identity | How::Gzip { .. } | How::Zstd { .. } => Ok(()),
        };
        done.map_err(|source| self.corrupt(source))
    }

    const fn coding(&self) -> Coding {
        match self.how {
            How::Identity => Coding::Identity,
            How::Gzip { .. } => Coding::Gzip,
            How::Zstd { .. } => Coding::Zstd,
        }
    }

    const fn corrupt(&self, source: io::Error) -> InflateError {
        InflateError::Corrupt { coding: self.coding(), n_good: self.n_out, source }
    }
}

fn gzip_step(
    decoder: &mut MultiGzDecoder<Vec<u8>>,
    input: &[u8],
    out: &mut Vec<u8>,
) -> io::Result<Step> {
    #[expect(clippy::disallowed_methods, reason = "a short write is what bounds the output")]
    let n_taken = decoder.write(input)?;
    if n_taken == input.len() {
        decoder.flush()?;
    }
    let is_stuck = n_taken == 0 && !input.is_empty() && decoder.get_ref().is_empty();
    out.append(decoder.get_mut());
    if is_stuck {
        Err(io::ErrorKind::InvalidData.into())
    } else {
        Ok(Step { n_taken, is_more: false })
    }
}

fn zstd_step(
    decoder: &mut Decoder<'static>,
    block: &mut [u8],
    is_inside: &mut bool,
    input: &[u8],
    out: &mut Vec<u8>,
) -> io::Result<Step> {
    let mut taken = InBuffer::around(input);
    let mut made = OutBuffer::around(block);
    let hint = decoder.run(&mut taken, &mut made)?;
    let (n_taken, n_made) = (taken.pos(), made.pos());
    if n_taken > 0 || n_made > 0 {
        // 0 is the end of a frame; another may follow.
        *is_inside = hint != 0;
    }
    out.extend_from_slice(&block[..n_made]);
    Ok(Step { n_taken, is_more: n_made == block.len() })
}

#[cfg(test)]
#[path = "inflating_tests.rs"]
mod tests;
