//! Rows that were made before, so that a change of settings does not make them again.

use cairn_ground::LatLng;
use cairn_learning::data::{Row, Sees};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A row as it is kept; numbers by their bits, so that they come back exactly.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    at_ms: i64,
    contributor: u64,
    block: u64,
    sequence: u32,
    /// Before when, ms; others only; itself.
    before_ms: Option<i64>,
    others: bool,
    features: Vec<u32>,
    label: u32,
    promised: Option<[u32; 4]>,
    place: Option<(f64, f64)>,
    slices: BTreeMap<String, String>,
}

/// The dimensions of all tasks.
const DIMENSIONS: [&str; 6] = ["set", "method", "known", "votes", "levels", "class"];

/// Rows as bytes.
pub(super) fn write(rows: &[Row]) -> anyhow::Result<Vec<u8>> {
    let kept: Vec<Kept> = rows.iter().map(keep).collect();
    Ok(zstd::bulk::compress(&serde_json::to_vec(&kept)?, 3)?)
}

/// The rows of bytes that this version wrote.
pub(super) fn read(bytes: &[u8]) -> anyhow::Result<Vec<Row>> {
    let kept: Vec<Kept> = serde_json::from_reader(zstd::stream::read::Decoder::new(bytes)?)?;
    kept.into_iter().map(row).collect()
}

fn keep(row: &Row) -> Kept {
    Kept {
        at_ms: row.at_ms,
        contributor: row.contributor,
        block: row.block,
        sequence: row.sequence,
        before_ms: if let Sees::Before(ms) = row.sees { Some(ms) } else { None },
        others: row.sees == Sees::OthersOnly,
        features: row.features.iter().map(|it| it.to_bits()).collect(),
        label: row.label.to_bits(),
        promised: row.promised_m.map(|it| it.map(f32::to_bits)),
        place: row.place.map(|it| (it.lat_deg(), it.lng_deg())),
        slices: row.slices.iter().map(|(name, it)| ((*name).to_owned(), it.clone())).collect(),
    }
}

fn row(kept: Kept) -> anyhow::Result<Row> {
    let sees = match (kept.before_ms, kept.others) {
        (Some(ms), _) => Sees::Before(ms),
        (None, true) => Sees::OthersOnly,
        (None, false) => Sees::Itself,
    };
    let mut slices = BTreeMap::new();
    for (name, value) in kept.slices {
        let name = DIMENSIONS.into_iter().find(|it| *it == name);
        slices.insert(name.ok_or_else(|| anyhow::anyhow!("a slice of no dimension"))?, value);
    }
    Ok(Row {
        at_ms: kept.at_ms,
        contributor: kept.contributor,
        block: kept.block,
        sequence: kept.sequence,
        sees,
        saw_own: false,
        features: kept.features.into_iter().map(f32::from_bits).collect(),
        label: f32::from_bits(kept.label),
        promised_m: kept.promised.map(|it| it.map(f32::from_bits)),
        place: kept.place.map(|(lat, lng)| LatLng::new(lat, lng)).transpose()?,
        slices,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_to_the_bit() {
        let row = Row {
            at_ms: 5,
            contributor: u64::MAX,
            block: 7,
            sequence: 3,
            sees: Sees::Before(4),
            saw_own: false,
            features: vec![0.1, f32::INFINITY, -0.0],
            label: 1.0 / 3.0,
            promised_m: Some([1.0, 2.0, 3.0, 4.0]),
            place: LatLng::new(47.123_456_7, 8.1).ok(),
            slices: [("set", "a".to_owned())].into(),
        };
        let rows = vec![row.clone(), Row { sees: Sees::Itself, place: None, ..row }];
        assert_eq!(read(&write(&rows).unwrap()).unwrap(), rows);
        assert!(read(b"no rows").is_err());
    }
}
