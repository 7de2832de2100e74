//! Files that are not exactly a model's are refused, and models of other features too.

use super::*;
use crate::test_support::{assert_damage_is_refused, ran};

#[test]
fn a_model_comes_back_from_its_file_and_says_the_same() {
    let run = ran(&[]);
    let read = Model::from_bytes(&run.bytes).unwrap();
    assert_eq!(read, run.model);
    assert_eq!(read.to_bytes().unwrap(), run.bytes);
    let row = [0.5; crate::feature::radius::FEATURES.len()];
    assert_eq!(read.word(&row), run.model.word(&row));
}

#[test]
fn every_truncation_and_many_flipped_bits_are_refused() {
    // invariant: L2
    let bytes = ran(&["training.booster.rounds=2"]).bytes;
    assert_damage_is_refused(&bytes);
    let longer = [bytes.as_slice(), b"x"].concat();
    assert!(Model::from_bytes(&longer).is_err());
}

#[test]
fn a_model_of_another_feature_set_spec_or_shape_is_refused_though_its_checksum_is_right() {
    let model = ran(&["training.booster.rounds=2"]).model;
    let said = |change: fn(&mut Model)| {
        let mut bad = model.clone();
        change(&mut bad);
        Model::from_bytes(&bad.to_bytes().unwrap()).unwrap_err().to_string()
    };
    let other = said(|model| model.pedigree.feature_hash = "00".to_owned());
    assert!(other.contains("trained on feature set 00, this program computes"), "{other}");
    assert!(said(|model| model.pedigree.spec_id.clear()).contains("the model's spec is"));
    assert!(said(|model| model.pedigree.spec.push_str("\nx=1")).contains("unknown field"));
    assert!(
        said(|model| model.scorer = Scorer::Forests(Vec::new()))
            .contains("another number of forests")
    );
    assert!(said(|model| model.terms.radial.pooled[0] = -1.0).contains("terms"));
}
