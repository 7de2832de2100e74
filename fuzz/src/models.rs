//! Files of models under fire: as they come, and under right checksums, which a forger computes too.

use cairn_ground::{Confidence, Radii};
use cairn_learning::boost::Forest;
use cairn_learning::feature::radius::FEATURES;
use cairn_learning::model::{Model, RadiusModel};
use cairn_learning::spec::Task;
use cairn_neural::Network;

/// A BLAKE3 digest.
const CHECKSUM_BYTES: usize = 32;
/// Magic, version, and the length of the head.
const MODEL_HEAD_AT: usize = 16;

/// A forest: refused, or exactly the bytes of the forest it gives, and a row of any numbers ends in a leaf.
pub(crate) fn forest(bytes: &[u8]) {
    for bytes in [bytes.to_vec(), sealed(bytes)] {
        let Ok(forest) = Forest::from_bytes(&bytes) else { continue };
        assert_eq!(forest.to_bytes(), bytes, "L2");
        for number in [0.0, f32::NAN, f32::MAX, f32::MIN] {
            let _score = forest.score(&vec![number; forest.n_features()]);
        }
    }
}

/// A network: refused, or exactly the bytes of the network it gives, and a row of any numbers is scored.
pub(crate) fn network(bytes: &[u8]) {
    for bytes in [bytes.to_vec(), sealed(bytes)] {
        let Ok(network) = Network::from_bytes(&bytes) else { continue };
        assert_eq!(network.to_bytes(), bytes, "L2");
        let mut scores = vec![0.0; network.n_scores()];
        for number in [0.0, 1.0, f32::NAN, f32::MAX, f32::MIN, f32::INFINITY] {
            network.score(|_feature| number, &mut scores);
        }
    }
}

/// A model: refused, or one that can be written and read again, and has a word that is a number or none.
pub(crate) fn model(bytes: &[u8]) {
    for bytes in [bytes.to_vec(), sealed(&with_sealed_blocks(bytes.to_vec()))] {
        let Ok(model) = Model::from_bytes(&bytes) else { continue };
        let again = model.to_bytes().and_then(|bytes| Model::from_bytes(&bytes));
        let same = again.map(|again| again.pedigree.spec_id == model.pedigree.spec_id);
        assert_eq!(same, Ok(true), "decode(encode(x)) is x");
        speak(&model);
    }
}

/// Asks a model of radius for its word on rows of any numbers.
fn speak(model: &Model) {
    if model.spec().task != Task::Radius {
        return;
    }
    let ready = RadiusModel::of(model);
    for number in [0.0, 1.0, 3.0, f32::NAN, f32::MAX, f32::MIN] {
        let row = [number; FEATURES.len()];
        let _word = model.word(&row);
        let radii = ready.as_ref().and_then(|ready| ready.radii(&row));
        let is_right = |radii: Radii| {
            let all = Confidence::ALL.map(|level| radii.at_m(level));
            all.is_sorted() && all.iter().all(|it| it.is_finite() && *it >= 0.0)
        };
        assert!(radii.is_none_or(is_right), "radii are numbers that rise");
    }
}

/// The bytes with the checksum of what precedes it at their end.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let Some((body, _)) = bytes.split_last_chunk::<CHECKSUM_BYTES>() else { return Vec::new() };
    [body, blake3::hash(body).as_bytes()].concat()
}

/// A model's bytes with each of its forests, or its network, sealed, as far as the lengths in it lead to one.
fn with_sealed_blocks(mut bytes: Vec<u8>) -> Vec<u8> {
    let word = |bytes: &[u8], at: usize| {
        let four = bytes.get(at..)?.first_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*four)).ok()
    };
    let Some(n_head) = word(&bytes, MODEL_HEAD_AT - 4) else { return bytes };
    // Past the head and the number of blocks.
    let mut at = MODEL_HEAD_AT.saturating_add(n_head).saturating_add(4);
    while let Some(n_bytes) = word(&bytes, at) {
        let from = at + 4;
        at = from.saturating_add(n_bytes);
        let Some(block) = bytes.get_mut(from..at) else { return bytes };
        let again = sealed(block);
        if again.len() == block.len() {
            block.copy_from_slice(&again);
        }
    }
    bytes
}
