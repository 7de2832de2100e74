//! The features of a spec, and the hash by which a model knows them.

use super::catalog::catalog;
use crate::boost::Matrix;
use crate::spec::Task;
use std::fmt;

/// Grows when a feature's code changes without a new version of the feature, as in what they share.
const CODE_VERSION: u32 = 1;

/// What a model was trained on: names, units, types and versions, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureHash(pub [u8; 32]);

impl fmt::Display for FeatureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// Some features of a task in an order of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureSet {
    task: Task,
    /// Where each stands in the catalog.
    at: Vec<usize>,
}

impl FeatureSet {
    /// The features of these names; `None` when the task has not all of them.
    pub fn of(task: Task, names: &[String]) -> Option<Self> {
        let find = |name: &String| catalog(task).iter().position(|feature| feature.name == name);
        Some(Self { task, at: names.iter().map(find).collect::<Option<_>>()? })
    }

    /// The task's whole catalog.
    pub fn all(task: Task) -> Self {
        Self { task, at: (0..catalog(task).len()).collect() }
    }

    /// Their names.
    pub fn names(&self) -> Vec<&'static str> {
        self.at.iter().map(|at| catalog(self.task)[*at].name).collect()
    }

    /// Where each stands in the catalog.
    pub(crate) fn places(&self) -> &[usize] {
        &self.at
    }

    /// Their hash.
    pub fn hash(&self) -> FeatureHash {
        let mut hasher = blake3::Hasher::new_derive_key("cairn feature set v1");
        hasher.update(&CODE_VERSION.to_le_bytes());
        hasher.update(self.task.name().as_bytes());
        for at in &self.at {
            let feature = &catalog(self.task)[*at];
            for word in [feature.name, feature.unit, feature.kind.name()] {
                hasher.update(&(word.len() as u32).to_le_bytes());
                hasher.update(word.as_bytes());
            }
            hasher.update(&feature.version.to_le_bytes());
        }
        FeatureHash(*hasher.finalize().as_bytes())
    }

    /// Of a row of the whole catalog, these.
    pub fn pick(&self, row: &[f32]) -> Vec<f32> {
        self.at.iter().map(|at| row[*at]).collect()
    }

    /// The same of all rows.
    pub fn pick_all(&self, rows: &Matrix) -> Matrix {
        let mut picked = Matrix::new(self.at.len());
        rows.rows().for_each(|row| picked.push(&self.pick(row)));
        picked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> FeatureSet {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        FeatureSet::of(Task::Radius, &names).unwrap()
    }

    #[test]
    fn the_hash_knows_the_features_and_their_order() {
        let [ab, ba, a] =
            [set(&["n_heard", "n_known"]), set(&["n_known", "n_heard"]), set(&["n_heard"])];
        assert_ne!(ab.hash(), ba.hash());
        assert_ne!(ab.hash(), a.hash());
        assert_eq!(ab.hash(), set(&["n_heard", "n_known"]).hash());
        assert!(FeatureSet::of(Task::Radius, &["step_hz".to_owned()]).is_none());
    }

    #[test]
    fn names_are_unique_and_hold_their_unit_in_every_catalog() {
        for task in Task::ALL {
            let mut names: Vec<_> = catalog(task).iter().map(|feature| feature.name).collect();
            names.sort_unstable();
            let n_names = names.len();
            names.dedup();
            assert_eq!(names.len(), n_names, "{task:?}");
            for feature in catalog(task).iter().filter(|it| ["m", "hz", "dbm"].contains(&it.unit)) {
                assert!(feature.name.ends_with(&format!("_{}", feature.unit)), "{}", feature.name);
            }
        }
    }
}
