//! The table of cells: which are published, and as what rows.

use super::whole::WholeGzip;
use cairn_ground::{Mobility, TransmitterId};
use cairn_radiomap::Belief;
use cairn_wire::cells_csv::{CellRow, HEADER};
use std::io::{self, Write as _};
use std::path::Path;

/// The row of a belief and of the unit most voices state; `None` for what is no cell or one of an unknown network, moves, or was heard by fewer voices than
/// `voices_min`: a cell that one phone heard on one day tells of that phone.
pub(super) fn row(belief: &Belief, unit: Option<u16>, voices_min: u32) -> Option<CellRow> {
    let TransmitterId::Cell(cell) = belief.id else { return None };
    let is_public = belief.mobility != Mobility::Moving && belief.voices >= voices_min;
    cell.mnc()?;
    is_public.then_some(CellRow {
        id: cell,
        unit,
        place: belief.place,
        range_m: belief.reach_m,
        n_samples: u64::from(belief.observations),
        created: belief.first_day.start(),
        updated: belief.last_day.start(),
    })
}

/// The tables being written.
#[derive(Debug)]
pub(super) struct Tables {
    full: Option<WholeGzip>,
    diff: Option<WholeGzip>,
    voices_min: u32,
    /// Hashes of the rows published before, rising.
    before: Vec<u64>,
    /// Hashes of the rows seen now.
    rows: Vec<u64>,
    line: String,
}

impl Tables {
    /// Begins the tables whose paths are given; `before` is what was published, rising.
    pub(super) fn create(
        full: Option<&Path>,
        diff: Option<&Path>,
        voices_min: u32,
        before: Vec<u64>,
    ) -> io::Result<Self> {
        let begin = |path: &Path| {
            let mut file = WholeGzip::create(path)?;
            file.write_all(HEADER.as_bytes()).map(|()| file)
        };
        Ok(Self {
            full: full.map(begin).transpose()?,
            diff: diff.map(begin).transpose()?,
            voices_min,
            before,
            rows: Vec::new(),
            line: String::new(),
        })
    }

    /// Adds what is believed about one transmitter, and its unit.
    pub(super) fn add(&mut self, belief: &Belief, unit: Option<u16>) -> io::Result<()> {
        let Some(row) = row(belief, unit, self.voices_min) else { return Ok(()) };
        self.line.clear();
        row.write(&mut self.line);
        let hash = hash(&self.line);
        self.rows.push(hash);
        if let Some(full) = &mut self.full {
            full.write_all(self.line.as_bytes())?;
        }
        if let Some(diff) = &mut self.diff
            && self.before.binary_search(&hash).is_err()
        {
            diff.write_all(self.line.as_bytes())?;
        }
        Ok(())
    }

    /// Makes the tables durable; returns the hashes of all rows, rising.
    pub(super) fn finish(mut self) -> io::Result<Vec<u64>> {
        for table in [self.full, self.diff].into_iter().flatten() {
            table.finish()?;
        }
        self.rows.sort_unstable();
        Ok(self.rows)
    }
}

/// A row's hash: 64 bits, so that of 10⁸ rows a changed one is missed with a chance of 10⁻¹¹.
fn hash(line: &str) -> u64 {
    let digest = blake3::hash(line.as_bytes());
    digest.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, CellId, CellRadio, Covariance, Day, LatLng};
    use std::io::Read as _;

    fn belief(cell: u64, voices: u32, mobility: Mobility) -> Belief {
        Belief {
            id: TransmitterId::Cell(CellId::new(CellRadio::Lte, 262, 1, 42, cell).unwrap()),
            place: LatLng::new(51.5, -0.12).unwrap(),
            covariance: Covariance::circular(100.0),
            reach_m: 900.0,
            reference_dbm: None,
            mobility,
            first_day: Day::new(18_000),
            last_day: Day::new(18_001),
            voices,
            observations: 7,
            floor: None,
        }
    }

    fn text(path: &Path) -> String {
        let mut text = String::new();
        let file = std::fs::File::open(path).unwrap();
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn only_cells_that_stay_and_that_enough_voices_heard_are_published() {
        assert!(row(&belief(1, 2, Mobility::Unsure), None, 2).is_some());
        assert!(row(&belief(1, 1, Mobility::Fixed), None, 2).is_none());
        assert!(row(&belief(1, 9, Mobility::Moving), None, 2).is_none());
        let nameless = CellId::of_unknown_network(CellRadio::Lte, 262, 42, 1).unwrap();
        let nameless = TransmitterId::Cell(nameless);
        assert!(row(&Belief { id: nameless, ..belief(1, 9, Mobility::Fixed) }, None, 2).is_none());
        let wifi = TransmitterId::Wifi(Bssid::from_u48(1));
        assert!(row(&Belief { id: wifi, ..belief(1, 9, Mobility::Fixed) }, None, 2).is_none());
    }

    #[test]
    fn the_table_of_changes_holds_new_and_changed_rows_only() {
        let folder = tempfile::tempdir().unwrap();
        let (full, diff) = (folder.path().join("full.gz"), folder.path().join("diff.gz"));
        let mut first = Tables::create(Some(&full), None, 2, Vec::new()).unwrap();
        for cell in [1, 2] {
            first.add(&belief(cell, 2, Mobility::Fixed), None).unwrap();
        }
        let before = first.finish().unwrap();
        assert_eq!(text(&full).lines().count(), 3);
        let mut second = Tables::create(None, Some(&diff), 2, before).unwrap();
        second.add(&belief(1, 2, Mobility::Fixed), None).unwrap();
        second.add(&Belief { observations: 8, ..belief(2, 2, Mobility::Fixed) }, None).unwrap();
        second.add(&belief(3, 2, Mobility::Fixed), Some(77)).unwrap();
        assert_eq!(second.finish().unwrap().len(), 3);
        let cells: Vec<String> =
            text(&diff).lines().map(|row| row.split(',').nth(4).unwrap().to_owned()).collect();
        assert_eq!(cells, ["cell", "2", "3"]);
        assert!(text(&diff).contains(",3,77,"), "the unit stands behind the cell");
    }
}
