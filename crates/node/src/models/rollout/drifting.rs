//! The rows of answers, watched for change: some of each second, by feature and coarse region.
//!
//! What they are held against is of the first rows since the champion began, and outlives the process: counts in
//! a file beside the registry, of no one row.

use super::super::serving::TASK;
use super::Note;
use super::metrics::RolloutMetrics;
use crate::store::write_whole;
use cairn_ground::Region;
use cairn_learning::drift::{DriftSettings, Kept, Monitor};
use cairn_learning::feature::FeatureSet;
use cairn_learning::feature::radius::FEATURES;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The H3 resolution of a region.
///
/// # Source
/// H3 documentation, *Tables of Cell Statistics*: 12,000 km² on average, a city with what surrounds it.
const RESOLUTION: u8 = 3;
/// Rows of a second that are counted: a few thousandths of a core.
const ROWS_PER_SECOND: u32 = 1_000;
/// Milliseconds between two times that what was found is shown.
const SHOW_MS: i64 = 2_000;
/// Rows that the reference grows by before it is kept again: what a crash costs.
const KEEP_EVERY_ROWS: u64 = 500;
/// Rows that are compared, and over what time.
///
/// # Source
/// Policy: of 2,000 against 500 rows from one distribution PSI is 0.02 on average, far below 0.25.
const SETTINGS: DriftSettings =
    DriftSettings { reference_rows: 2_000, recent_rows_min: 500, window_ms: 600_000 };

/// The rows of answers, watched.
#[derive(Debug)]
pub(super) struct Drifting {
    path: PathBuf,
    /// The champion that the first rows are of; `None` before anybody was seen.
    since: Option<String>,
    monitor: Monitor,
    /// Rows of the reference that the file has.
    n_kept: u64,
    second: i64,
    n_of_second: u32,
    shown_ms: i64,
}

impl Drifting {
    /// Nothing yet, in a folder of models.
    pub(super) fn new(folder: &Path) -> Self {
        let path = folder.join("drift").join(format!("{}.json", TASK.name()));
        let monitor = Monitor::new(FEATURES.len(), SETTINGS);
        Self { path, since: None, monitor, n_kept: 0, second: 0, n_of_second: 0, shown_ms: 0 }
    }

    /// Goes on under this champion, with what an earlier process kept of it, or begins anew.
    pub(super) fn follow(&mut self, champion: &str) {
        if self.since.as_deref() == Some(champion) {
            return;
        }
        self.since = Some(champion.to_owned());
        let resumed = match read(&self.path) {
            Ok(kept) => kept.filter(|kept| kept.since == champion).map(|kept| {
                let resumed = Monitor::resumed(FEATURES.len(), SETTINGS, &kept);
                resumed.ok_or_else(|| "its counts do not add up".to_owned())
            }),
            Err(error) => Some(Err(error)),
        };
        self.monitor = resumed
            .and_then(|it| it.inspect_err(|error| self.warn(error, "begins anew")).ok())
            .unwrap_or_else(|| Monitor::new(FEATURES.len(), SETTINGS));
        self.n_kept = self.monitor.n_reference();
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
        if self.monitor.n_reference() >= self.n_kept + KEEP_EVERY_ROWS {
            self.keep();
        }
    }

    /// Keeps what later rows are held against, if there is more of it than the file has.
    pub(super) fn keep(&mut self) {
        let n = self.monitor.n_reference();
        if n == self.n_kept {
            return;
        }
        self.n_kept = n;
        let kept = self.monitor.kept(self.since.as_deref().unwrap_or_default());
        let bytes = kept.to_bytes(FeatureSet::all(TASK).hash());
        let folder = self.path.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(error) = folder.and_then(|()| write_whole(&self.path, &bytes, 0o644)) {
            self.warn(&error.to_string(), "begins anew after a restart");
        }
    }

    fn warn(&self, error: &str, what: &str) {
        let file = self.path.display().to_string();
        tracing::warn!(file, error, "what drift is held against is of no use: it {what}");
    }
}

/// What an earlier process kept, if there was one.
fn read(path: &Path) -> Result<Option<Kept>, String> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    Kept::parse(&bytes, FeatureSet::all(TASK).hash()).map(Some)
}
