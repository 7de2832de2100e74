//! What rows were like at first, kept over a restart: counts by feature and region, nothing of any one row.

use super::sketch::Sketch;
use crate::feature::FeatureHash;
use crate::limits::DRIFT_BYTES_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file.
const VERSION: u32 = 1;

/// What later rows are held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Since when its rows are: the model that began to serve; empty for none.
    pub since: String,
    /// By feature.
    pub(super) everywhere: Vec<Sketch>,
    /// By region and feature.
    pub(super) regions: BTreeMap<String, Vec<Sketch>>,
}

/// A file of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    features: String,
    kept: Kept,
}

impl Kept {
    /// The file's bytes, for rows of these features.
    pub fn to_bytes(&self, features: FeatureHash) -> Vec<u8> {
        let (version, features, kept) = (VERSION, features.to_string(), self.clone());
        // Every key is a text or a number and every value a count, which is all that JSON asks.
        serde_json::to_vec(&File { version, features, kept }).unwrap_or_default()
    }

    /// Reads a file; in words why it cannot be.
    ///
    /// # Errors
    /// It is too long, no such file, of another version, or of rows of other features.
    pub fn parse(bytes: &[u8], features: FeatureHash) -> Result<Self, String> {
        if bytes.len() > DRIFT_BYTES_MAX {
            return Err(format!("{} bytes, at most {DRIFT_BYTES_MAX}", bytes.len()));
        }
        let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if file.version != VERSION {
            return Err(format!("version {}, not {VERSION}", file.version));
        }
        if file.features != features.to_string() {
            return Err("it is of rows of other features".to_owned());
        }
        Ok(file.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DriftSettings, Monitor};
    use super::*;
    use crate::feature::FeatureSet;
    use crate::feature::radius::FEATURES;
    use crate::spec::Task;
    use cairn_ground::{LatLng, Region};

    const SETTINGS: DriftSettings =
        DriftSettings { reference_rows: 100, recent_rows_min: 50, window_ms: 1_000 };

    fn hash() -> FeatureHash {
        FeatureSet::all(Task::Radius).hash()
    }

    fn fed(monitor: &mut Monitor, n: u16, value: f32, at_ms: i64) {
        let region = Region::of(LatLng::new(46.0, 7.0).unwrap(), 3).unwrap();
        for number in 0..n {
            let row = vec![value + f32::from(number % 10); FEATURES.len()];
            monitor.add(region, &row, at_ms + i64::from(number));
        }
    }

    #[test]
    fn what_was_kept_says_the_same_of_later_rows_as_if_nobody_had_stopped() {
        let mut monitor = Monitor::new(FEATURES.len(), SETTINGS);
        fed(&mut monitor, 100, 10.0, 0);
        let bytes = monitor.kept("3f2a").to_bytes(hash());
        let kept = Kept::parse(&bytes, hash()).unwrap();
        let mut resumed = Monitor::resumed(FEATURES.len(), SETTINGS, &kept).unwrap();
        assert_eq!((kept.since.as_str(), resumed.n_reference()), ("3f2a", 200));
        fed(&mut monitor, 80, 40.0, 5_000);
        fed(&mut resumed, 80, 40.0, 5_000);
        assert_eq!(monitor.shifts(), resumed.shifts());
        assert!(resumed.shifts().iter().all(|shift| shift.psi > 0.25));
    }

    #[test]
    fn what_is_broken_or_of_other_rows_is_not_taken_up() {
        let mut monitor = Monitor::new(FEATURES.len(), SETTINGS);
        fed(&mut monitor, 30, 10.0, 0);
        let kept = monitor.kept("");
        let bytes = kept.to_bytes(hash());
        assert!(Kept::parse(&bytes[..bytes.len() - 1], hash()).is_err());
        assert!(
            Kept::parse(&vec![b' '; DRIFT_BYTES_MAX + 1], hash()).unwrap_err().contains("most")
        );
        let text = String::from_utf8(bytes).unwrap();
        let newer = text.replace("\"version\":1", "\"version\":2");
        assert!(Kept::parse(newer.as_bytes(), hash()).unwrap_err().contains("version 2"));
        let other = text.replace(&hash().to_string(), "00");
        assert!(Kept::parse(other.as_bytes(), hash()).unwrap_err().contains("other features"));
        assert!(Monitor::resumed(FEATURES.len() + 1, SETTINGS, &kept).is_none());
        let more = text.replace("\"n\":30", "\"n\":31");
        let more = Kept::parse(more.as_bytes(), hash()).unwrap();
        assert!(Monitor::resumed(FEATURES.len(), SETTINGS, &more).is_none());
    }
}
