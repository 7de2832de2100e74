//! The rows of answers, watched for change: some of each second, by feature and coarse region.

use super::Note;
use super::metrics::RolloutMetrics;
use cairn_ground::Region;
use cairn_learning::drift::{DriftSettings, Monitor};
use cairn_learning::feature::radius::FEATURES;

/// The H3 resolution of a region.
///
/// # Source
/// H3 documentation, *Tables of Cell Statistics*: 12,000 km² on average, a city with what surrounds it.
const RESOLUTION: u8 = 3;
/// Rows of a second that are counted: a few thousandths of a core.
const ROWS_PER_SECOND: u32 = 1_000;
/// Milliseconds between two times that what was found is shown.
const SHOW_MS: i64 = 2_000;
/// Rows that are compared, and over what time.
///
/// # Source
/// Policy: of 2,000 against 500 rows from one distribution PSI is 0.02 on average, far below 0.25.
const SETTINGS: DriftSettings =
    DriftSettings { reference_rows: 2_000, recent_rows_min: 500, window_ms: 600_000 };

/// The rows of answers, watched.
#[derive(Debug)]
pub(super) struct Drifting {
    monitor: Monitor,
    second: i64,
    n_of_second: u32,
    shown_ms: i64,
}

impl Drifting {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        let monitor = Monitor::new(FEATURES.len(), SETTINGS);
        Self { monitor, second: 0, n_of_second: 0, shown_ms: 0 }
    }

    /// Counts an answer's row, if few enough of its second came before.
    pub(super) fn take(&mut self, note: &Note) {
        let Some(answer) = &note.answer else { return };
        let second = note.at_ms.div_euclid(1_000);
        if second != self.second {
            (self.second, self.n_of_second) = (second, 0);
        }
        self.n_of_second += 1;
        let region = Region::of(note.place, RESOLUTION);
        if let Some(region) = region.filter(|_| self.n_of_second <= ROWS_PER_SECOND) {
            self.monitor.add(region, &answer.row, note.at_ms);
        }
    }

    /// Shows what was found, now and then.
    pub(super) fn show(&mut self, metrics: &RolloutMetrics, now_ms: i64) {
        if now_ms - self.shown_ms < SHOW_MS {
            return;
        }
        self.shown_ms = now_ms;
        for shift in self.monitor.shifts() {
            metrics.shifted(shift.region, FEATURES[shift.feature].name, shift.psi);
        }
        for (region, quality) in self.monitor.qualities() {
            metrics.quality(region, &quality);
        }
    }
}
