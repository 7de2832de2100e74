//! One row: made again from its query, and held to what was served.

use super::super::line::Line;
use crate::locating;
use crate::models::radius_row;
use crate::models::serving::Ready;
use cairn_ground::Confidence;
use cairn_learning::feature::radius::{FEATURES, RadiusRow};
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate;
use std::sync::Arc;

/// What came of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Compared {
    /// Equal in every bit.
    Equal,
    /// Another, and in what.
    Other(String),
    /// No row, and why.
    Unreadable(String),
}

/// Who promised the radii.
#[derive(Debug, Default)]
pub(super) enum By {
    /// A model that is not at hand: they cannot be made again.
    #[default]
    Unknown,
    /// The map.
    Map,
    /// This model.
    Model(Arc<Ready>),
}

/// Makes a row again, and its radii where it can.
pub(super) fn compared(set: &SnapshotSet, by: &By, line: &[u8]) -> Compared {
    let line: Line = match serde_json::from_slice(line) {
        Ok(line) => line,
        Err(error) => return Compared::Unreadable(error.to_string()),
    };
    let query = match geolocate::decode(line.query.get().as_bytes()) {
        Ok(query) => query,
        Err(error) => return Compared::Unreadable(error.to_string()),
    };
    let Some(mut found) = locating::sources(set, &query).0.radio else {
        return Compared::Other("no place by radio".to_owned());
    };
    let row = radius_row(&query.observations, &found);
    if let Some(what) = other_feature(&row, &line.row) {
        return Compared::Other(what);
    }
    match by {
        By::Unknown => return Compared::Equal,
        By::Map => {}
        By::Model(ready) => found.radii = ready.model.radii(&row).unwrap_or(found.radii),
    }
    let radii_m = Confidence::ALL.map(|level| found.radii.at_m(level));
    if radii_m.map(f64::to_bits) == line.radii_m.map(f64::to_bits) {
        Compared::Equal
    } else {
        Compared::Other(format!("radii served {:?}, made again {radii_m:?}", line.radii_m))
    }
}

/// The first feature that is not equal in every bit; what is no number equals another that is none.
fn other_feature(row: &RadiusRow, served: &[Option<f32>]) -> Option<String> {
    if served.len() != row.len() {
        return Some(format!("{} features served, not {}", served.len(), row.len()));
    }
    let pairs = FEATURES.iter().zip(row.iter().zip(served));
    pairs.into_iter().find_map(|(feature, (again, served))| {
        let again = (!again.is_nan()).then_some(*again);
        let is_same = again.map(f32::to_bits) == served.map(f32::to_bits);
        let name = feature.name;
        (!is_same).then(|| format!("{name} served {served:?}, made again {again:?}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_of_one_feature_is_another_row() {
        let mut row: RadiusRow = [1.5; FEATURES.len()];
        row[3] = f32::NAN;
        let mut served: Vec<_> = row.iter().map(|it| (!it.is_nan()).then_some(*it)).collect();
        assert_eq!(other_feature(&row, &served), None);
        served[7] = Some(f32::from_bits(1.5_f32.to_bits() + 1));
        assert!(other_feature(&row, &served).unwrap().starts_with("n_used served"));
        served[7] = Some(1.5);
        served[3] = Some(0.0);
        assert!(other_feature(&row, &served).unwrap().starts_with("log_r95 served"));
        assert!(other_feature(&row, &served[1..]).is_some());
    }
}
