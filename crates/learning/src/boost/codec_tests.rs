//! Bytes that are not exactly a forest's are refused, wherever they differ.

use super::super::{Loss, Matrix, Settings, train};
use super::*;

fn forest() -> Forest {
    let mut rows = Matrix::new(2);
    let mut labels = Vec::new();
    for n in 0..200_u16 {
        let x = f32::from(n % 20);
        rows.push(&[x, f32::from(n / 20)]);
        labels.push(x * x);
    }
    let settings =
        Settings { rounds: 3, leaves_max: 4, rows_per_leaf_min: 5, ..Settings::default() };
    train(&rows, &labels, Loss::Squares, &settings, 1, 1).forest
}

/// A forest with its checksum made right again.
fn sealed(forest: &Forest) -> Vec<u8> {
    forest.to_bytes()
}

#[test]
fn a_forest_comes_back_from_its_bytes() {
    let forest = forest();
    let read = Forest::from_bytes(&forest.to_bytes()).unwrap();
    assert_eq!(read, forest);
    assert_eq!(read.to_bytes(), forest.to_bytes());
    let empty = Forest::constant(3, 1.5);
    assert_eq!(Forest::from_bytes(&empty.to_bytes()).unwrap().score(&[0.0; 3]), 1.5);
}

#[test]
fn a_spare_byte_that_says_something_is_refused_under_a_right_checksum() {
    // invariant: L2
    let mut bytes = forest().to_bytes();
    let end = bytes.len() - CHECKSUM_BYTES;
    bytes[15] = 34;
    let checksum = *blake3::hash(&bytes[..end]).as_bytes();
    bytes[end..].copy_from_slice(&checksum);
    assert_eq!(Forest::from_bytes(&bytes), Err(ForestError::Spare(34)));
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    // invariant: L2
    let bytes = forest().to_bytes();
    for end in 0..bytes.len() {
        assert!(Forest::from_bytes(&bytes[..end]).is_err(), "cut at {end}");
    }
    for bit in 0..8 * bytes.len() {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Forest::from_bytes(&changed).is_err(), "bit {bit}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(Forest::from_bytes(&longer).is_err());
}

#[test]
fn a_forest_whose_walks_do_not_end_is_refused_though_its_checksum_is_right() {
    let good = forest();
    let refused = |change: fn(&mut Forest)| {
        let mut bad = good.clone();
        change(&mut bad);
        Forest::from_bytes(&sealed(&bad)).unwrap_err().to_string()
    };
    for (change, said) in [
        ((|f| f.nodes[0].children[1] = 0) as fn(&mut Forest), "leads back"),
        (|f| f.nodes[0].children[0] = f.roots[1], "leads back or out"),
        (|f| f.nodes[0].children[0] = f.nodes[0].children[1], "reached twice"),
        (|f| f.nodes[0].feature = 2, "a feature that no row has"),
        (|f| f.nodes[0].threshold = f32::NAN, "splits where it may not"),
        (|f| f.values[1] = f32::INFINITY, "no number"),
        (|f| f.base = f32::NAN, "no number"),
        (|f| f.roots[1] += 1, "is never reached"),
        (|f| f.roots[0] = 1, "no tree's first"),
        (|f| f.roots.truncate(f.roots.len() - 1), "is never reached"),
        (|f| f.depth = 1, "splits where it may not"),
        (|f| f.depth = 200, "over the limit"),
    ] {
        assert!(refused(change).contains(said), "{said}: {}", refused(change));
    }
}
