//! Rows as they were served: a sample of queries with what the model was told of them, to be made again offline.
//!
//! Off unless a folder is named. A row holds what was heard, as the wire has it, and nothing else of a query: no
//! instant, no address, no key, no network name, no name of the query. Its privacy class is `transient`: files are
//! the owner's alone, few, of bounded size, and go after a time.
//!
//! Reading order: `line` (what is written), here (from the answer's path to the writer), `rotated` (files), `rebuilt`
//! (the same rows again from query and map, compared bit for bit).

pub(crate) mod line;
pub(crate) mod rebuilt;
mod rotated;

use super::serving::ModelMetrics;
use crate::clock::Clock;
use crate::config::ModelsConfig;
use crate::serving::shadow::Share;
use crate::stop::Stop;
use crate::threads;
use anyhow::Context as _;
use cairn_ground::{Confidence, Radii};
use cairn_learning::feature::radius::RadiusRow;
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate::LocateRequest;
use line::{Head, Noted};
use rotated::Rotated;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Time between two looks into the queue, so that no request wakes the writer.
const REST: Duration = Duration::from_millis(10);

/// The way of rows to their files.
#[derive(Debug)]
pub(crate) struct ServedRows {
    queue: SyncSender<(Head, Noted)>,
    share: Share,
    metrics: ModelMetrics,
}

impl ServedRows {
    /// Starts the writer, where a folder is named; it writes what waits and ends with the wish.
    ///
    /// # Errors
    /// When the folder cannot be made, or the thread not be started.
    pub(crate) fn start(
        config: &ModelsConfig,
        clock: &Clock,
        metrics: &ModelMetrics,
        stop: &Stop,
    ) -> anyhow::Result<Option<Self>> {
        let Some(folder) = config.rows_folder() else { return Ok(None) };
        let files = Rotated::open(folder, config, clock.clone());
        let files = files.with_context(|| format!("open {} for rows", folder.display()))?;
        let (queue, waiting) = sync_channel(config.rows_queue_max);
        let mut writer = Writer { files, metrics: metrics.clone(), is_failing: false };
        let wish = stop.clone();
        let work = move || {
            while !wish.wait(REST) {
                writer.write_all(&waiting);
            }
            writer.write_all(&waiting);
        };
        threads::start("rows", work).context("start the thread that writes rows")?;
        let share = Share::of_percent(config.rows_percent);
        Ok(Some(Self { queue, share, metrics: metrics.clone() }))
    }

    /// Whether the next answer is of the share.
    pub(crate) fn is_next(&self) -> bool {
        self.share.is_next()
    }

    /// Keeps a row as it was served; never waits.
    pub(crate) fn note(
        &self,
        (set, asked): (&SnapshotSet, &LocateRequest),
        row: &RadiusRow,
        (model, said): (Option<&str>, &Radii),
    ) {
        let head = Head::of(set, model);
        let noted = Noted {
            observations: asked.observations.clone(),
            neighbors: asked.neighbors.clone(),
            row: *row,
            radii_m: Confidence::ALL.map(|level| said.at_m(level)),
        };
        if self.queue.try_send((head, noted)).is_err() {
            self.metrics.row("dropped");
        }
    }
}

/// What the thread works with.
#[derive(Debug)]
struct Writer {
    files: Rotated,
    metrics: ModelMetrics,
    is_failing: bool,
}

impl Writer {
    fn write_all(&mut self, waiting: &Receiver<(Head, Noted)>) {
        for (head, noted) in waiting.try_iter() {
            let written = self.files.write(&head, &noted.line());
            self.told("kept", written);
        }
        if let Err(error) = self.files.settle() {
            self.told("kept", Err(error));
        }
    }

    /// Counts what came of a row; a disk that refuses is told once.
    fn told(&mut self, outcome: &'static str, written: std::io::Result<()>) {
        match written {
            Ok(()) => {
                self.is_failing = false;
                self.metrics.row(outcome);
            }
            Err(error) => {
                if !self.is_failing {
                    tracing::error!(kind = ?error.kind(), "rows as served cannot be written");
                }
                self.is_failing = true;
                self.metrics.row("failed");
            }
        }
    }
}
