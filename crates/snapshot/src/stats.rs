//! What a snapshot holds, in numbers.

use crate::Snapshot;
use cairn_ground::{Day, Mobility, TransmitterKind};

/// Counts over all readable records, for people who inspect a snapshot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SnapshotStats {
    /// Records in the file.
    pub n_records: u64,
    /// Records read: fewer only when blocks are damaged.
    pub n_readable: u64,
    /// Readable records of each kind, in the order of [`TransmitterKind::ALL`].
    pub n_by_kind: [u64; 6],
    /// Readable records of each [`Mobility`], by its number.
    pub n_by_mobility: [u64; 3],
    /// Records that name a floor.
    pub n_with_floor: u64,
    /// Records that know a reference power.
    pub n_with_reference: u64,
    /// Oldest of the records' last days.
    pub oldest_day: Option<Day>,
    /// Newest of the records' last days.
    pub newest_day: Option<Day>,
    /// Length of the file.
    pub file_bytes: u64,
}

impl SnapshotStats {
    /// Bytes of the file for each record; 0 without records.
    pub fn bytes_per_transmitter(&self) -> f64 {
        if self.n_records == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a ratio for people to read")]
        let ratio = self.file_bytes as f64 / self.n_records as f64;
        ratio
    }

    /// Readable records of one kind.
    pub const fn n_of_kind(&self, kind: TransmitterKind) -> u64 {
        self.n_by_kind[kind as usize]
    }

    /// Readable records of one mobility.
    pub const fn n_of_mobility(&self, mobility: Mobility) -> u64 {
        self.n_by_mobility[mobility as usize]
    }

    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut stats = Self {
            n_records: snapshot.len(),
            n_readable: 0,
            n_by_kind: [0; 6],
            n_by_mobility: [0; 3],
            n_with_floor: 0,
            n_with_reference: 0,
            oldest_day: None,
            newest_day: None,
            file_bytes: snapshot.file_bytes(),
        };
        for record in snapshot {
            stats.n_readable += 1;
            stats.n_by_kind[record.kind as usize] += 1;
            stats.n_by_mobility[record.mobility as usize] += 1;
            stats.n_with_floor += u64::from(record.floor.is_some());
            stats.n_with_reference += u64::from(record.reference_dbm.is_some());
            let day = record.last_day;
            stats.oldest_day = Some(stats.oldest_day.map_or(day, |oldest| oldest.min(day)));
            stats.newest_day = stats.newest_day.max(Some(day));
        }
        stats
    }
}
