//! The public table of cells, row by row, as Mozilla and `OpenCelliD` published it.
//!
//! Which cells may be published, and when the files are made, is `node`'s; the importer reads the rows back.

use crate::geolocate::degrees;
use cairn_ground::{CellId, CellRadio, LatLng, Timestamp};
use std::fmt::Write as _;

/// The first line.
pub const HEADER: &str = "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal\r\n";
/// The greatest range written, in metres. Source: Ichnaea's importer cuts there (peers.md A2).
pub const RANGE_M_MAX: f64 = 100_000.0;

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellRow {
    /// Which.
    pub id: CellId,
    /// PSC or PCI, when known.
    pub unit: Option<u16>,
    /// Where it is heard.
    pub place: LatLng,
    /// Radius in metres; 0 when unknown.
    pub range_m: f64,
    /// How often it was heard.
    pub n_samples: u64,
    /// When it was first heard.
    pub created: Timestamp,
    /// When it was heard last.
    pub updated: Timestamp,
}

impl CellRow {
    /// Appends the row, or nothing for a cell of an unknown network: the table has no word for that, and
    /// its readers take an empty or made-up network for one. The row comes with its line end: longitude before latitude, at most 7 decimals; whole metres;
    /// seconds since the epoch; `changeable` 1, for it is computed; no `averageSignal`, as Mozilla.
    ///
    /// # Example
    /// ```
    /// use cairn_ground::{CellId, CellRadio, LatLng, Timestamp};
    /// use cairn_wire::cells_csv::CellRow;
    /// let row = CellRow {
    ///     id: CellId::new(CellRadio::Wcdma, 234, 30, 1001, 21)?,
    ///     unit: None,
    ///     place: LatLng::new(51.5, -0.1)?,
    ///     range_m: 1_200.4,
    ///     n_samples: 5,
    ///     created: Timestamp::from_ms(1_459_692_342_000),
    ///     updated: Timestamp::from_ms(1_488_347_104_000),
    /// };
    /// let mut text = String::new();
    /// row.write(&mut text);
    /// assert_eq!(text, "UMTS,234,30,1001,21,,-0.1,51.5,1200,5,1,1459692342,1488347104,\r\n");
    /// # Ok::<(), cairn_ground::OutOfRange>(())
    /// ```
    pub fn write(&self, out: &mut String) {
        let Self { id, place, n_samples, .. } = *self;
        let Some(net) = id.mnc() else { return };
        let unit = self.unit.map(|unit| unit.to_string()).unwrap_or_default();
        let (lng, lat) = (degrees(place.lng_deg()), degrees(place.lat_deg()));
        let range =
            if self.range_m.is_finite() { self.range_m.clamp(0.0, RANGE_M_MAX) } else { 0.0 };
        let seconds = |at: Timestamp| at.ms().div_euclid(1_000);
        let (created, updated) = (seconds(self.created), seconds(self.updated));
        let (radio, mcc, area, cell) = (word(id.radio()), id.mcc(), id.area(), id.cell());
        // Writing to a string cannot fail.
        let _always_ok = write!(
            out,
            "{radio},{mcc},{net},{area},{cell},{unit},{lng},{lat},{range:.0},{n_samples},1,{created},{updated},\r\n"
        );
    }
}

/// The table's word for a radio.
const fn word(radio: CellRadio) -> &'static str {
    match radio {
        CellRadio::Gsm => "GSM",
        CellRadio::Wcdma => "UMTS",
        CellRadio::Lte => "LTE",
        CellRadio::Nr => "NR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Format, read_text};
    use cairn_ground::TransmitterId;
    use proptest::prelude::*;

    #[test]
    fn a_cell_of_an_unknown_network_has_no_row() {
        let id = CellId::of_unknown_network(CellRadio::Lte, 272, 40_122, 7).unwrap();
        let at = Timestamp::from_ms(1_600_000_000_000);
        let place = LatLng::new(51.9, -8.4).unwrap();
        let row = CellRow {
            id,
            unit: None,
            place,
            range_m: 900.0,
            n_samples: 3,
            created: at,
            updated: at,
        };
        let mut text = String::new();
        row.write(&mut text);
        assert!(text.is_empty(), "{text}");
    }

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn row() -> impl Strategy<Value = CellRow> {
        let radio = prop_oneof![
            Just(CellRadio::Gsm),
            Just(CellRadio::Wcdma),
            Just(CellRadio::Lte),
            Just(CellRadio::Nr)
        ];
        let id = (
            radio,
            prop_oneof![Just(202_u32), Just(310), Just(234), Just(901)],
            0_u32..=999,
            1_u32..=65_533,
            1_u64..=0xffff,
        );
        let place = (-90.0_f64..=90.0, -180.0_f64..=180.0);
        let times = (1_000_000_001_i64..9_999_999_999, 1_000_000_001_i64..9_999_999_999);
        (id, proptest::option::of(0_u16..=1007), place, 0.0_f64..2e5, any::<u64>(), times).prop_map(
            |((radio, mcc, mnc, area, cell), unit, (lat, lng), range_m, n_samples, (from, to))| {
                CellRow {
                    id: CellId::new(radio, mcc, mnc, area, cell).unwrap(),
                    unit,
                    place: LatLng::new(lat, lng).unwrap(),
                    range_m,
                    n_samples,
                    created: Timestamp::from_ms(from * 1_000),
                    updated: Timestamp::from_ms(to * 1_000),
                }
            },
        )
    }

    proptest! {
        #[test]
        fn our_own_importer_reads_the_table_back(rows in proptest::collection::vec(row(), 0..9)) {
            let mut text = HEADER.to_owned();
            for row in &rows {
                row.write(&mut text);
            }
            let mut got = Vec::new();
            let mut sink = |_, what: Result<_, _>| got.push(what.unwrap());
            read_text(Format::CellsCsv, &mut text.as_bytes(), NOW, &mut sink).unwrap();
            prop_assert_eq!(got.len(), rows.len());
            for (report, row) in got.iter().zip(&rows) {
                let report: &cairn_report::Report = report;
                let (fix, back) = (report.fix(), report.observations()[0]);
                prop_assert_eq!(back.transmitter, TransmitterId::Cell(row.id));
                prop_assert_eq!((back.power, report.timestamp()), (None, row.updated));
                prop_assert!((fix.place.lat_deg() - row.place.lat_deg()).abs() <= 0.51e-7);
                prop_assert!((fix.place.lng_deg() - row.place.lng_deg()).abs() <= 0.51e-7);
                let range_m = row.range_m.min(RANGE_M_MAX);
                let r68_m = fix.r68.map_or(0.0, cairn_ground::Meters::get);
                prop_assert!((r68_m - range_m).abs() <= 0.5, "{} {}", r68_m, range_m);
            }
        }
    }

    #[test]
    fn a_range_that_is_no_number_is_unknown() {
        let row = CellRow {
            id: CellId::new(CellRadio::Nr, 234, 30, 70_000, 68_719_476_735).unwrap(),
            unit: Some(512),
            place: LatLng::new(-51.123_456_78, 0.0).unwrap(),
            range_m: f64::NAN,
            n_samples: 1,
            created: NOW,
            updated: NOW,
        };
        let mut text = String::new();
        row.write(&mut text);
        let want =
            "NR,234,30,70000,68719476735,512,0.0,-51.1234568,0,1,1,1700000000,1700000000,\r\n";
        assert_eq!(text, want);
    }
}
