//! The thread that publishes: looks once a second, does what is due.

use super::cells::Tables;
use super::coverage::Coverage;
use super::due::{Due, There};
use super::months::Months;
use super::names::{self, COVERAGE_CSV, COVERAGE_GEOJSON, Hour, Kind, WANTED_CSV, WANTED_GEOJSON};
use super::shelf::Shelf;
use super::state::State;
use super::walk::{Pass, calibration, sealed};
use super::wanted::{Wanted, by_class};
use super::whole::WholeGzip;
use crate::clock::Clock;
use crate::config::PublishConfig;
use crate::limits::{DIFF_EXPORTS_MAX, FULL_EXPORTS_MAX};
use crate::metrics::{Metrics, gauge};
use crate::stop::Stop;
use crate::store::Store;
use anyhow::Context as _;
use cairn_snapshot::Checkpoint;
use std::sync::Arc;
use std::time::Duration;

/// Time between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// Time after a failure until the next attempt.
const AFTER_FAILURE: Duration = Duration::from_mins(1);

/// What publishes.
#[derive(Debug)]
pub struct Publisher {
    store: Store,
    shelf: Arc<Shelf>,
    metrics: Arc<Metrics>,
    clock: Clock,
    config: PublishConfig,
    /// Contributor-days that the learner asks for.
    voices_min: u32,
    last: Option<State>,
    /// The checkpoint's digest and the hour of the last look that found nothing left to do.
    settled: Option<([u8; 32], Hour)>,
}

impl Publisher {
    /// A publisher that goes on from what was published before.
    pub fn new(
        store: &Store,
        shelf: Arc<Shelf>,
        metrics: Arc<Metrics>,
        clock: Clock,
        config: &crate::config::Config,
    ) -> Self {
        Self {
            store: store.clone(),
            shelf,
            metrics,
            clock,
            config: config.publish.clone(),
            voices_min: config.learner.voices_min,
            last: State::load(&store.publish_state()),
            settled: None,
        }
    }

    /// Publishes until told to stop.
    pub fn run(mut self, stop: &Stop) {
        let mut pause = LOOK;
        while !stop.wait(pause) {
            pause = match self.look() {
                Ok(()) => LOOK,
                Err(error) => {
                    self.metrics.publish.failures.inc();
                    tracing::error!(error = %format!("{error:#}"),
                        "what is due cannot be published: look at the disk; trying again");
                    AFTER_FAILURE
                }
            };
        }
    }

    /// Does what is due now.
    ///
    /// # Errors
    /// When something cannot be read or written; what was published before stays.
    pub fn look(&mut self) -> anyhow::Result<()> {
        let hour = Hour::of(self.clock.now());
        let Some(checkpoint) = sealed(&self.store)? else { return Ok(()) };
        if self.settled == Some((checkpoint.digest, hour)) {
            return Ok(());
        }
        let there = There {
            full: self.shelf.path(&names::full(hour)).exists(),
            coverage: [COVERAGE_CSV, WANTED_CSV].iter().all(|it| self.shelf.path(it).exists()),
            months: self.shelf.has_months(),
        };
        let due = Due::at(hour, checkpoint.digest, &self.config, self.last.as_ref(), there);
        if due.any() {
            self.publish(due, hour, &checkpoint)?;
        }
        self.settled = Some((checkpoint.digest, hour));
        Ok(())
    }

    /// Publishes what is due from one pass over the checkpoint.
    fn publish(&mut self, due: Due, hour: Hour, checkpoint: &Checkpoint) -> anyhow::Result<()> {
        let mut pass = Pass {
            tables: self.tables(due, hour).context("begin the tables of cells")?,
            coverage: due.coverage.then(|| {
                Coverage::new(self.config.coverage_resolution, self.config.coverage_voices_min)
            }),
            wanted: if due.coverage { Some(self.wanted()?) } else { None },
            months: Months::default(),
        };
        pass.run(&self.store, checkpoint, self.voices_min)?;
        let Pass { tables, coverage, wanted, months } = pass;
        let rows = tables.map(Tables::finish).transpose().context("finish the tables of cells")?;
        if let Some(coverage) = coverage {
            self.write_coverage(&coverage).context("write the coverage layer")?;
        }
        if let Some(wanted) = wanted {
            self.write_wanted(&wanted).context("write where to measure next")?;
        }
        self.shelf.set_months(months).context("keep the numbers by month")?;
        if let Some(rows) = &rows {
            self.metrics.publish.cells.set(gauge(rows.len() as u64));
        }
        let is_first = self.last.as_ref().is_none_or(|last| last.is_first && last.hour == hour);
        self.note(due, State { hour, checkpoint: checkpoint.digest, is_first, rows })?;
        self.metrics.publish.runs.inc();
        tracing::info!(?due, "published");
        Ok(())
    }

    /// Begins the layer of where to measure next.
    fn wanted(&self) -> anyhow::Result<Wanted> {
        let PublishConfig { coverage_resolution, coverage_voices_min, .. } = self.config;
        let worth = calibration(&self.store)?;
        Ok(Wanted::new(coverage_resolution, coverage_voices_min, &worth))
    }

    /// Begins the tables that are due.
    fn tables(&self, due: Due, hour: Hour) -> std::io::Result<Option<Tables>> {
        if !due.full && !due.diff {
            return Ok(None);
        }
        let full = due.full.then(|| self.shelf.path(&names::full(hour)));
        let diff = due.diff.then(|| self.shelf.path(&names::diff(hour)));
        let before = self.last.as_ref().and_then(|last| last.rows.clone()).unwrap_or_default();
        let voices_min = self.config.voices_min;
        Tables::create(full.as_deref(), diff.as_deref(), voices_min, before).map(Some)
    }

    fn write_coverage(&self, layer: &Coverage) -> std::io::Result<()> {
        if layer.n_left_out() > 0 {
            tracing::warn!(
                left_out = layer.n_left_out(),
                "the coverage layer is full: choose a coarser publish.coverage_resolution"
            );
        }
        let mut table = WholeGzip::create(&self.shelf.path(COVERAGE_CSV))?;
        layer.write_csv(&mut table)?;
        table.finish()?;
        let mut map = WholeGzip::create(&self.shelf.path(COVERAGE_GEOJSON))?;
        layer.write_geojson(&mut map)?;
        map.finish()
    }

    fn write_wanted(&self, layer: &Wanted) -> std::io::Result<()> {
        let wants = layer.wants();
        self.metrics.publish.set_wanted(by_class(&wants));
        let mut table = WholeGzip::create(&self.shelf.path(WANTED_CSV))?;
        Wanted::write_csv(&wants, &mut table)?;
        table.finish()?;
        let mut map = WholeGzip::create(&self.shelf.path(WANTED_GEOJSON))?;
        Wanted::write_geojson(&wants, &mut map)?;
        map.finish()
    }

    /// Notes what was published, and lets old tables go.
    fn note(&mut self, due: Due, now: State) -> anyhow::Result<()> {
        let had_rows = self.last.as_ref().is_some_and(|last| last.rows.is_some());
        // Rows that no table of changes held yet must stay new until the next one.
        if due.diff || now.is_first || !had_rows {
            now.store(&self.store.publish_state()).context("note what was published")?;
            self.last = Some(now);
        }
        self.shelf.keep_newest(Kind::Full, FULL_EXPORTS_MAX).context("remove old tables")?;
        self.shelf.keep_newest(Kind::Diff, DIFF_EXPORTS_MAX).context("remove old tables")
    }
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
