//! Tests of inflation in pieces: the same as in one go, bounded, and every cut is noticed.

use super::*;
use crate::capped::inflate;
use flate2::Compression;
use flate2::write::GzEncoder;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Feeds `sent` in pieces of `n` bytes; the largest output of one step comes along.
fn in_pieces(coding: Coding, sent: &[u8], n: usize) -> Result<(Vec<u8>, usize), InflateError> {
    let mut inflating = Inflating::new(coding)?;
    let (mut out, mut largest) = (Vec::new(), 0);
    for mut piece in sent.chunks(n) {
        loop {
            let before = out.len();
            let step = inflating.step(piece, &mut out)?;
            largest = largest.max(out.len() - before);
            piece = &piece[step.n_taken..];
            if piece.is_empty() && !step.is_more {
                break;
            }
        }
    }
    inflating.finish(&mut out)?;
    Ok((out, largest))
}

fn text() -> Vec<u8> {
    (0..20_000)
        .flat_map(|n: u32| format!("{{\"n\":{}}}\n", n.wrapping_mul(2_654_435_761)).into_bytes())
        .collect()
}

#[test]
fn pieces_of_any_size_give_what_the_whole_gives() {
    let plain = text();
    let two = [gzip(&plain[..1_000]), gzip(&plain[1_000..])].concat();
    let frames =
        [zstd::encode_all(&plain[..9], 3).unwrap(), zstd::encode_all(&plain[9..], 3).unwrap()]
            .concat();
    for (coding, sent) in
        [(Coding::Identity, plain.clone()), (Coding::Gzip, two), (Coding::Zstd, frames)]
    {
        assert_eq!(inflate(&sent, coding, 1 << 24).unwrap(), plain);
        for n in [1, 7, 4_096, usize::MAX] {
            assert_eq!(in_pieces(coding, &sent, n).unwrap().0, plain, "{coding:?} by {n}");
        }
    }
}

#[test]
fn a_bomb_comes_out_block_by_block() {
    let zeros = vec![0; 64 << 20];
    let bombs =
        [(Coding::Gzip, gzip(&zeros)), (Coding::Zstd, zstd::encode_all(&zeros[..], 19).unwrap())];
    for (coding, bomb) in bombs {
        let (out, largest) = in_pieces(coding, &bomb, usize::MAX).unwrap();
        assert_eq!(out.len(), zeros.len());
        assert!(largest <= 4 * BLOCK_BYTES, "{coding:?}: {largest} bytes at once");
    }
}

#[test]
fn every_cut_and_what_is_no_stream_is_refused_and_nothing_sent_is_nothing() {
    let plain = &text()[..2_000];
    for (coding, sent) in
        [(Coding::Gzip, gzip(plain)), (Coding::Zstd, zstd::encode_all(plain, 3).unwrap())]
    {
        for n in 1..sent.len() {
            assert!(in_pieces(coding, &sent[..n], 64).is_err(), "{coding:?} cut after {n}");
        }
        assert!(in_pieces(coding, b"{\"wifiAccessPoints\":[]}", 64).is_err());
        assert_eq!(in_pieces(coding, b"", 64).unwrap().0, b"");
    }
}
