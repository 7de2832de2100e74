//! The names of published files: made here, recognized here, and nothing else is ever served.

use cairn_ground::Day;

/// What a published file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// All cells.
    Full,
    /// Cells that are new or changed since the file before.
    Diff,
    /// H3 cells with counts.
    Coverage,
    /// H3 cells with what one more contribution there is worth.
    Wanted,
}

/// The coverage layer as a table.
pub(super) const COVERAGE_CSV: &str = "coverage.csv.gz";
/// The coverage layer as a map.
pub(super) const COVERAGE_GEOJSON: &str = "coverage.geojson.gz";

/// Where to measure next, as a table.
pub(super) const WANTED_CSV: &str = "wanted.csv.gz";
/// The same as a map.
pub(super) const WANTED_GEOJSON: &str = "wanted.geojson.gz";

/// Beginnings and endings of the tables' names. Source: peers.md A2.
const FULL: (&str, &str) = ("MLS-full-cell-export-", "T000000.csv.gz");
/// The same for changes; the two digits before the ending are the hour.
const DIFF: (&str, &str) = ("MLS-diff-cell-export-", "0000.csv.gz");

/// Hours since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hour(pub(super) u64);

impl Hour {
    /// The hour of an instant; before 1970 is the first.
    pub(super) fn of(now: cairn_ground::Timestamp) -> Self {
        Self(u64::try_from(now.ms() / 3_600_000).unwrap_or(0))
    }

    fn day(self) -> Day {
        Day::new(u16::try_from(self.0 / 24).unwrap_or(u16::MAX))
    }
}

/// The name of the table of all cells of a day.
pub(super) fn full(hour: Hour) -> String {
    format!("{}{}{}", FULL.0, hour.day(), FULL.1)
}

/// The name of the table of changes of an hour.
pub(super) fn diff(hour: Hour) -> String {
    format!("{}{}T{:02}{}", DIFF.0, hour.day(), hour.0 % 24, DIFF.1)
}

/// What a file is, told by its name; `None` for one that is not published.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    let middle =
        |ends: (&str, &str)| name.strip_prefix(ends.0).and_then(|rest| rest.strip_suffix(ends.1));
    if name == COVERAGE_CSV || name == COVERAGE_GEOJSON {
        Some(Kind::Coverage)
    } else if name == WANTED_CSV || name == WANTED_GEOJSON {
        Some(Kind::Wanted)
    } else if middle(FULL).is_some_and(|date| has_shape(date, "0000-00-00")) {
        Some(Kind::Full)
    } else if middle(DIFF).is_some_and(|hour| has_shape(hour, "0000-00-00T00")) {
        Some(Kind::Diff)
    } else {
        None
    }
}

/// True when `text` is `shape` with any digit where that has a 0.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits =
        |(have, want): (u8, u8)| if want == b'0' { have.is_ascii_digit() } else { have == want };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::Timestamp;

    #[test]
    fn names_are_those_the_peers_gave_and_are_recognized() {
        let hour = Hour::of(Timestamp::from_ms(1_542_549_074_000));
        assert_eq!(full(hour), "MLS-full-cell-export-2018-11-18T000000.csv.gz");
        assert_eq!(diff(hour), "MLS-diff-cell-export-2018-11-18T130000.csv.gz");
        assert_eq!(kind_of(&full(hour)), Some(Kind::Full));
        assert_eq!(kind_of(&diff(hour)), Some(Kind::Diff));
        assert_eq!(kind_of(COVERAGE_CSV), Some(Kind::Coverage));
        assert_eq!(kind_of(WANTED_GEOJSON), Some(Kind::Wanted));
    }

    #[test]
    fn no_other_file_has_a_kind() {
        for name in [
            "",
            "stats.json",
            "../import.key",
            "MLS-full-cell-export-../../../x.csv.gz",
            "MLS-full-cell-export-2018-11-18T130000.csv.gz",
            "MLS-diff-cell-export-2018-11-18T1x0000.csv.gz",
            "coverage.csv.writing",
        ] {
            assert_eq!(kind_of(name), None, "{name}");
        }
    }
}
