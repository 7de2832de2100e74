//! What is written of an answer: a head whenever map or model change, then a line a row.

use cairn_learning::feature::radius::{FEATURES, RadiusRow};
use cairn_learning::feature::{FeatureSet, catalog};
use cairn_learning::spec::Task;
use cairn_report::Observation;
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate::{Neighbor, encode_heard};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version that is written, and the only one that is read.
pub(crate) const SCHEMA: u32 = 1;

/// What the rows below it were made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// [`SCHEMA`].
    pub(crate) schema: u32,
    /// The hash of the whole catalog of features.
    pub(crate) features: String,
    /// The snapshots of each part of the world, newest first.
    pub(crate) map: Vec<Vec<String>>,
    /// The model whose radii were promised; none where the map's own were.
    pub(crate) model: Option<String>,
}

impl Head {
    /// Of what serves.
    pub(crate) fn of(set: &SnapshotSet, model: Option<&str>) -> Self {
        let parts = set.parts().into_iter();
        Self {
            schema: SCHEMA,
            features: features(),
            map: parts.map(|ids| ids.iter().map(ToString::to_string).collect()).collect(),
            model: model.map(str::to_owned),
        }
    }

    /// Its line.
    pub(crate) fn line(&self) -> Vec<u8> {
        line(self)
    }
}

/// The hash of the catalog that this program computes.
pub(crate) fn features() -> String {
    let names: Vec<String> = FEATURES.iter().map(|feature| feature.name.to_owned()).collect();
    debug_assert_eq!(names.len(), catalog(Task::Radius).len());
    FeatureSet::of(Task::Radius, &names).map(|set| set.hash().to_string()).unwrap_or_default()
}

/// An answer that is to be written.
#[derive(Debug)]
pub(crate) struct Noted {
    pub(crate) observations: Vec<Observation>,
    pub(crate) neighbors: Vec<Neighbor>,
    pub(crate) row: RadiusRow,
    pub(crate) radii_m: [f64; 4],
}

/// A row's line; what is no number is null.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// What was heard, in the form of `/v1/geolocate`.
    pub(crate) query: Box<RawValue>,
    /// What the model was told.
    pub(crate) row: Vec<Option<f32>>,
    /// R50, R68, R90 and R95 that were promised.
    pub(crate) radii_m: [f64; 4],
}

impl Noted {
    /// Its line; empty when what was heard cannot be written, which does not happen.
    pub(crate) fn line(&self) -> Vec<u8> {
        let query = encode_heard(&self.observations, &self.neighbors);
        let query = String::from_utf8(query).ok().and_then(|text| RawValue::from_string(text).ok());
        let row = self.row.iter().map(|number| (!number.is_nan()).then_some(*number)).collect();
        query.map_or_else(Vec::new, |query| line(&Line { query, row, radii_m: self.radii_m }))
    }
}

fn line(of: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(of).unwrap_or_default();
    line.push(b'\n');
    line
}
