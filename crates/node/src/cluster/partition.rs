//! Which part of the world a place belongs to.

use crate::limits::PARTITIONS_MAX;
use crate::mix::mixed;
use cairn_ground::LatLng;
use cairn_report::Batch;
use h3o::Resolution;
use std::fmt;
use std::str::FromStr;

/// The H3 resolution of the cells that are dealt out.
///
/// # Source
/// H3 documentation, *Tables of Cell Statistics*: at resolution 3 a cell is 12,393 km² on average, so that a city
/// is in one or two, and few transmitters stand on a border; 41,162 cells spread over any number of parts.
const RESOLUTION: Resolution = Resolution::Three;

/// Part `k` of `n`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partition {
    k: u32,
    n: u32,
}

/// Why a text names no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartitionError {
    /// Not two numbers with a slash between them.
    #[error("not of the form K/N, for example 0/4")]
    Form,
    /// The first number must be below the second.
    #[error("part {k} of {n}: parts are counted from 0 and are at most {PARTITIONS_MAX}")]
    Range {
        /// The part.
        k: u32,
        /// The number of parts.
        n: u32,
    },
}

impl Partition {
    /// Part `k` of `n`.
    ///
    /// # Errors
    /// [`PartitionError::Range`] unless `k < n` and `n` is within the limit.
    pub const fn new(k: u32, n: u32) -> Result<Self, PartitionError> {
        if k < n && n <= PARTITIONS_MAX {
            Ok(Self { k, n })
        } else {
            Err(PartitionError::Range { k, n })
        }
    }

    /// Which part it is.
    pub const fn k(self) -> u32 {
        self.k
    }

    /// How many parts there are.
    pub const fn n(self) -> u32 {
        self.n
    }

    /// Whether a place lies in it.
    pub fn contains(self, place: LatLng) -> bool {
        // Both numbers are finite and in range (G1), the only thing the library refuses.
        let place = h3o::LatLng::new(place.lat_deg(), place.lng_deg()).unwrap_or_default();
        let cell: u64 = place.to_cell(RESOLUTION).into();
        mixed(cell) % u64::from(self.n) == u64::from(self.k)
    }

    /// Whether a report of the batch lies in it: then it learns from the batch, which goes there whole, as
    /// what is believed of one report depends on the others.
    pub fn touches(self, batch: &Batch) -> bool {
        self.n == 1 || batch.reports.iter().any(|report| self.contains(report.fix().place))
    }

    /// Its folder's name among the maps.
    pub fn folder_name(self) -> String {
        format!("{}-of-{}", self.k, self.n)
    }

    /// The part whose folder has this name.
    pub fn of_folder_name(name: &str) -> Option<Self> {
        let (k, n) = name.split_once("-of-")?;
        Self::new(k.parse().ok()?, n.parse().ok()?).ok()
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.k, self.n)
    }
}

impl FromStr for Partition {
    type Err = PartitionError;

    fn from_str(text: &str) -> Result<Self, PartitionError> {
        let (k, n) = text.split_once('/').ok_or(PartitionError::Form)?;
        match (k.parse(), n.parse()) {
            (Ok(k), Ok(n)) => Self::new(k, n),
            _ => Err(PartitionError::Form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_in_one_part_and_the_parts_are_about_equal() {
        for n in [1, 2, 5, 16] {
            let parts: Vec<Partition> = (0..n).map(|k| Partition::new(k, n).unwrap()).collect();
            let mut counts = vec![0_u32; parts.len()];
            for step in 0..2_000 {
                let turn = f64::from(step);
                let place =
                    LatLng::new(80.0 * (turn * 0.618).sin(), (turn * 7.31) % 180.0).unwrap();
                let within: Vec<usize> =
                    (0..parts.len()).filter(|k| parts[*k].contains(place)).collect();
                assert_eq!(within.len(), 1, "{place:?}");
                counts[within[0]] += 1;
            }
            assert!(counts.iter().all(|it| *it > 2_000 / n / 2), "{counts:?}");
        }
    }

    #[test]
    fn parts_are_named_from_0_and_other_texts_are_refused() {
        let part: Partition = "3/4".parse().unwrap();
        assert_eq!((part.k(), part.n(), part.to_string()), (3, 4, "3/4".to_owned()));
        assert_eq!(Partition::of_folder_name(&part.folder_name()), Some(part));
        assert_eq!("4/4".parse::<Partition>(), Err(PartitionError::Range { k: 4, n: 4 }));
        assert_eq!("1".parse::<Partition>(), Err(PartitionError::Form));
        assert_eq!("a/b".parse::<Partition>(), Err(PartitionError::Form));
        assert!(Partition::new(0, PARTITIONS_MAX + 1).is_err() && Partition::new(0, 0).is_err());
        assert_eq!(Partition::of_folder_name("journal"), None);
    }
}
