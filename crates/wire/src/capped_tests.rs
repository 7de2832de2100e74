//! What comes out of `capped` is whole, or refused before it is large.

use super::*;
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 9).unwrap()
}

#[test]
fn what_was_compressed_comes_back() {
    let text = b"{\"items\": []}".repeat(1_000);
    for (bytes, coding) in
        [(text.clone(), Coding::Identity), (gzip(&text), Coding::Gzip), (zstd(&text), Coding::Zstd)]
    {
        assert_eq!(inflate(&bytes, coding, text.len()).unwrap(), text, "{coding:?}");
        assert_eq!(Coding::of_magic(&bytes), coding);
    }
}

#[test]
fn one_byte_past_the_cap_is_a_bomb() {
    let text = vec![b' '; 100_000];
    for (bytes, coding) in
        [(text.clone(), Coding::Identity), (gzip(&text), Coding::Gzip), (zstd(&text), Coding::Zstd)]
    {
        let refused = inflate(&bytes, coding, text.len() - 1);
        assert!(matches!(refused, Err(InflateError::Bomb { cap: 99_999 })), "{coding:?}");
    }
}

#[test]
fn a_bomb_of_any_ratio_costs_its_cap_and_no_more() {
    // invariant: W1. 64 MiB of zeros are 65 kB of gzip; a hundred such members are 6.4 GiB.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..64 {
        encoder.write_all(&zeros).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 100_000);
    let cap = 1 << 20;
    let refused = inflate(&bomb.repeat(100), Coding::Gzip, cap);
    assert!(matches!(refused, Err(InflateError::Bomb { .. })));
    let refused = inflate(&zstd(&vec![0_u8; 64 << 20]), Coding::Zstd, cap);
    assert!(matches!(refused, Err(InflateError::Bomb { .. })));
}

#[test]
fn the_buffer_never_grows_past_the_cap() {
    // invariant: W1
    let (mut out, cap) = (Vec::new(), 100_000);
    while out.len() + 999 <= cap {
        grow(&mut out, 999, cap);
        out.extend_from_slice(&[0; 999]);
        assert!(out.capacity() <= cap, "{}", out.capacity());
    }
}

#[test]
fn a_cut_or_foreign_stream_is_corrupt() {
    let text = b"the quick brown fox".repeat(50);
    for (bytes, coding) in [(gzip(&text), Coding::Gzip), (zstd(&text), Coding::Zstd)] {
        for cut in 1..bytes.len() {
            let refused = inflate(&bytes[..cut], coding, 1 << 20);
            assert!(matches!(refused, Err(InflateError::Corrupt { .. })), "{coding:?} {cut}");
        }
        assert!(matches!(inflate(b"{}", coding, 99), Err(InflateError::Corrupt { .. })));
        assert!(inflate(b"", coding, 0).unwrap().is_empty());
    }
}

#[test]
fn a_zstd_frame_that_asks_for_a_huge_window_is_refused() {
    // Frame header: magic, descriptor 0 (window byte follows), window byte for 2^31.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00];
    assert!(matches!(inflate(&frame, Coding::Zstd, 1 << 20), Err(InflateError::Corrupt { .. })));
}

#[test]
fn members_one_after_the_other_are_one_body() {
    let two = [gzip(b"{\"items\""), gzip(b":[]}")].concat();
    assert_eq!(inflate(&two, Coding::Gzip, 99).unwrap(), b"{\"items\":[]}");
    let two = [zstd(b"{\"items\""), zstd(b":[]}")].concat();
    assert_eq!(inflate(&two, Coding::Zstd, 99).unwrap(), b"{\"items\":[]}");
}

#[test]
fn a_file_is_streamed_whatever_its_compression() {
    let text = b"one\ntwo\n".to_vec();
    for bytes in [text.clone(), gzip(&text), zstd(&text)] {
        let mut out = Vec::new();
        decompressed(&bytes[..]).unwrap().read_to_end(&mut out).unwrap();
        assert_eq!(out, text);
    }
}
