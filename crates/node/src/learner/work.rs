//! The learner's thread: learn a little, look at the plan, publish or seal, rest when there is nothing.

use super::base::{self, SealedBase, Sealing};
use super::calibrate::Calibrated;
use super::intake::Intake;
use super::layers::{Layer, Layers};
use super::parked::Parked;
use super::plan::{Step, View, plan};
use super::recover::Recovered;
use super::renew::{Renewal, within_the_journal};
use super::repeats::Repeats;
use super::seal;
use super::status::Status;
use super::thread::{Pace, Parts};
use super::venues::{self, Models};
use crate::limits::LEARN_BATCHES_PER_TURN;
use crate::metrics::gauge;
use anyhow::Context as _;
use cairn_ground::TransmitterId;
use cairn_journal::Position;
use cairn_radiomap::RadioMap;
use cairn_signal::venue::Effort;
use cairn_snapshot::Snapshot;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Longest rest between two looks at the plan.
const REST: Duration = Duration::from_millis(50);
/// What a failed seal counts as having cost, so that the next attempt waits.
const FAILED_SEAL_COST: Duration = Duration::from_secs(2);
/// The words for what is sealed, in the log and in metrics.
const OVERLAY: &str = "overlay";
const BASE: &str = "base";

/// When things last happened and what they cost.
#[derive(Debug)]
struct Times {
    data: Instant,
    publish: Instant,
    overlay_cost: Duration,
    n_last_overlay: u64,
    base: Instant,
    base_cost: Duration,
}

/// The thread's state.
pub(super) struct Work {
    pub(super) parts: Parts,
    stop: Arc<AtomicBool>,
    pub(super) status: Arc<Status>,
    pub(super) intake: Intake,
    pub(super) map: RadioMap,
    pub(super) position: Position,
    /// The journal's end when this run started: until then, found overlays are fresher than the map.
    pub(super) caught_up_at: Position,
    pub(super) layers: Layers,
    calibrated: Calibrated,
    /// Changed since the last publication.
    pub(super) unpublished: BTreeSet<TransmitterId>,
    /// Changed since the base that is being sealed was copied.
    since_copy: BTreeSet<TransmitterId>,
    pub(super) sealing: Option<Sealing>,
    pub(super) must_seal: bool,
    /// The base serves drafts of buildings: a whole one is due.
    has_draft: bool,
    pub(super) models: Models,
    pub(super) renewal: Renewal,
    times: Times,
    /// Overlays that fail, and bases: the one may fit on a disk where the other does not.
    overlay_troubles: Repeats,
    base_troubles: Repeats,
}

impl Work {
    /// The state at start; what was recovered is served from here on.
    pub(super) fn new(
        parts: Parts,
        recovered: Recovered,
        stop: Arc<AtomicBool>,
        status: Arc<Status>,
    ) -> anyhow::Result<Self> {
        let recovered = match parts.journal.own() {
            Some(journal) => within_the_journal(&parts, journal, recovered)?,
            // Whoever opened it saw to that.
            None => recovered,
        };
        let Recovered { mut map, position, layers, is_whole, lacks_archived } = recovered;
        let reader = parts.journal.read_from(position).context("read the journal")?;
        let parked = Parked::at(&parts.store.parked());
        let mut intake = Intake::new(&parts.journal, reader, parked, &parts.metrics);
        let without = parts.exclusions.now();
        intake.leave_out(&without);
        let has_more = intake.retry(&mut map);
        let base = layers.base.as_ref().map(|layer| Arc::clone(&layer.snapshot));
        let calibrated = base.as_ref().map_or_else(Calibrated::default, |it| {
            Calibrated::read(it.meta().calibration.clone(), &map)
        });
        let has_draft = base.as_ref().is_some_and(|it| venues::has_draft(it));
        let settings_changed =
            base.is_some_and(|it| it.meta().settings_digest != map.settings().digest());
        let now = parts.clock.instant();
        let times = Times {
            data: now,
            publish: now,
            overlay_cost: Duration::ZERO,
            n_last_overlay: 0,
            base: now,
            base_cost: Duration::ZERO,
        };
        status.set_position(position.get());
        let is_whole = is_whole && layers.warm(parts.warm_up, &parts.metrics);
        drop(parts.serving.publish(layers.set(), layers.generation));
        if is_whole {
            parts.serving.set_ready();
        }
        let caught_up_at = parts.journal.committed();
        let must_seal = settings_changed || !is_whole || has_more;
        let (unpublished, since_copy) = (BTreeSet::new(), BTreeSet::new());
        let renewal = Renewal::new(without, lacks_archived, now);
        let work = Self {
            parts,
            stop,
            status,
            intake,
            map,
            position,
            caught_up_at,
            layers,
            calibrated,
            unpublished,
            since_copy,
            sealing: None,
            must_seal,
            has_draft,
            models: Models::default(),
            renewal,
            times,
            overlay_troubles: Repeats::default(),
            base_troubles: Repeats::default(),
        };
        work.show_drafts();
        work.show();
        Ok(work)
    }

    /// Learns until asked to stop, then learns what is left and seals it.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        if self.parts.pace == Pace::Fresh {
            // For overlays, as the base did that is served; a checkpoint does not say whom.
            self.map.judge_voices(self.parts.config.threads);
            self.show();
        }
        loop {
            let asked = self.stop.load(Ordering::Acquire);
            self.renew();
            let n_learned = self.learn_some();
            self.take_sealed(false);
            self.follow_plan();
            if asked && self.parts.journal.own().is_none() {
                // Others go on writing to it: there is no end to wait for.
                break;
            }
            if n_learned == 0 {
                if asked && self.may_end() {
                    break;
                }
                self.parts.journal.wait_past(self.position, REST);
            }
        }
        self.take_sealed(true);
        if !self.base_behind() || self.renewal.is_blank {
            return Ok(());
        }
        self.start_sealing().context("seal the last base")?;
        let sealed = self.sealing.take().context("no base is being sealed")?;
        self.adopt(sealed).context("seal the last base")
    }

    /// True when nothing is left to learn. A service does not wait for a map that is being learned anew: the
    /// next start learns it.
    fn may_end(&self) -> bool {
        let is_learned = self.position >= self.parts.journal.committed() && !self.renewal.is_blank;
        match self.parts.pace {
            Pace::Fresh => is_learned || self.renewal.is_blank,
            Pace::Bulk => is_learned && !self.renewal.is_underway(),
        }
    }

    /// Learns a few records; returns how many.
    fn learn_some(&mut self) -> usize {
        if self.renewal.is_blank {
            return 0;
        }
        let mut n_learned = 0;
        while n_learned < LEARN_BATCHES_PER_TURN {
            match self.intake.step(&mut self.map) {
                Ok(Some((position, learned))) => {
                    self.parts.metrics.evidence.inc_by(learned.n_evidence);
                    self.parts.metrics.refused_by_cleaning(&learned.refusals);
                    self.position = position;
                    n_learned += 1;
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::error!(%error, "the journal cannot be read: trying again");
                    self.parts.clock.sleep(Duration::from_secs(1));
                    break;
                }
            }
        }
        if n_learned > 0 {
            self.note_learned();
        }
        n_learned
    }

    /// Notes what the last turn changed.
    fn note_learned(&mut self) {
        self.times.data = self.parts.clock.instant();
        // In this order, so that no bytes are learned of which nobody says that they wait.
        self.status.set_waiting_since(Some(self.times.data));
        self.show_drafts();
        self.status.set_position(self.position.get());
        let dirty = self.map.take_dirty();
        if self.sealing.is_some() {
            self.since_copy.extend(&dirty);
        }
        self.unpublished.extend(dirty);
    }

    /// Does what the plan says; failures are logged here, and tried again later.
    fn follow_plan(&mut self) {
        let step = self.next_step();
        let done = match step {
            Step::Rest => return,
            Step::Overlay => self.publish_overlay(false),
            Step::Fold => self.publish_overlay(true),
            Step::Base => self.start_sealing(),
        };
        if let Err(error) = done {
            self.note_failure(step, &error);
        }
        self.show();
    }

    /// Looks at the plan, except while it does not matter.
    fn next_step(&self) -> Step {
        let recovering = self.position < self.caught_up_at && self.layers.n_found > 0;
        if self.parts.pace == Pace::Bulk || recovering || self.renewal.is_blank {
            return Step::Rest;
        }
        match plan(&self.view(), &self.parts.config) {
            Step::Base if self.renewal.is_underway() => Step::Rest,
            step => step,
        }
    }

    /// True while a base that failed should not be tried again yet.
    fn has_just_failed(&self) -> bool {
        self.base_troubles.is_fresh(self.parts.clock.instant())
    }

    /// What the plan looks at.
    fn view(&self) -> View {
        let now = self.parts.clock.instant();
        let since = |then: Instant| now.saturating_duration_since(then);
        View {
            n_fresh: self.unpublished.len() as u64,
            base_behind: self.base_behind(),
            has_draft: self.has_draft,
            no_base: self.sealing.is_some() || self.has_just_failed(),
            n_overlays: self.layers.overlays.len(),
            n_overlay_records: self.layers.n_overlay_records(),
            n_base_records: self.layers.n_base_records(),
            since_data: since(self.times.data),
            since_publish: since(self.times.publish),
            overlay_cost: self.times.overlay_cost,
            n_last_overlay: self.times.n_last_overlay,
            since_base: since(self.times.base),
            base_cost: self.times.base_cost,
        }
    }

    /// True when a base sealed now would hold more than the current one.
    fn base_behind(&self) -> bool {
        self.must_seal || self.position.get() > self.layers.journal_position
    }

    /// Notes whether buildings are served as they are known by now.
    fn show_drafts(&self) {
        let behind = self.map.has_places() && self.base_behind();
        self.status.set_draft(self.has_draft || behind);
    }

    /// Publishes what is fresh, folding older overlays in when asked.
    fn publish_overlay(&mut self, fold: bool) -> anyhow::Result<()> {
        let started = self.parts.clock.instant();
        let mut ids = self.unpublished.clone();
        if fold {
            let older = self.layers.overlays.iter().flat_map(|layer| &layer.ids);
            ids.extend(older.copied());
        }
        self.times.n_last_overlay = ids.len() as u64;
        let overlay = self.seal_overlay(ids)?;
        self.publish(self.layers.with_overlay(overlay, fold))?;
        note_over(&mut self.overlay_troubles, OVERLAY);
        self.unpublished.clear();
        self.status.set_waiting_since(None);
        self.times.publish = self.parts.clock.instant();
        self.times.overlay_cost = self.times.publish.duration_since(started);
        self.parts.metrics.learner.sealed(OVERLAY, self.times.overlay_cost);
        Ok(())
    }

    /// Seals what the map believes about some transmitters.
    fn seal_overlay(&mut self, ids: BTreeSet<TransmitterId>) -> anyhow::Result<Layer> {
        if self.calibrated.is_outgrown(&self.map) {
            self.calibrated = Calibrated::on(&self.map, self.parts.config.threads);
        }
        let folder = self.parts.store.map();
        let path = seal::overlay(&self.map, ids.iter(), self.calibrated.rows.clone(), &folder)?;
        open_layer(&path, ids)
    }

    /// Starts to seal a base from a copy of the map.
    fn start_sealing(&mut self) -> anyhow::Result<()> {
        self.since_copy.clear();
        let is_current = self.position.get() == self.layers.journal_position && !self.must_seal;
        let effort = if self.parts.pace == Pace::Bulk || (self.has_draft && is_current) {
            Effort::Whole
        } else {
            Effort::Draft
        };
        let work = base::Work {
            map: self.map.clone(),
            position: self.position,
            models: self.models.clone(),
            effort,
            n_threads: self.parts.config.threads,
            folder: self.parts.store.map(),
        };
        self.sealing = Some(Sealing::start(work, self.parts.clock.instant())?);
        self.status.set_sealing(true);
        Ok(())
    }

    /// Adopts a base that is sealed; waits for one that is being sealed when asked to.
    fn take_sealed(&mut self, wait: bool) {
        if let Some(sealing) = self.sealing.take_if(|sealing| wait || sealing.is_done()) {
            if let Err(error) = self.adopt(sealing) {
                self.note_failure(Step::Base, &error);
            }
            self.show();
        }
    }

    /// Serves a sealed base, with what changed meanwhile as its one overlay.
    fn adopt(&mut self, sealing: Sealing) -> anyhow::Result<()> {
        let started = sealing.started;
        let sealed = sealing.finish();
        self.status.set_sealing(false);
        let SealedBase { path, checkpoint, position, calibrated, discredited, is_draft, models } =
            sealed?;
        let base = open_layer(&path, BTreeSet::new())?;
        self.calibrated = calibrated;
        self.map.discredit(discredited);
        let changed = std::mem::take(&mut self.since_copy);
        let overlays =
            if changed.is_empty() { Vec::new() } else { vec![self.seal_overlay(changed)?] };
        self.publish(Layers {
            base: Some(base),
            overlays,
            n_found: 0,
            checkpoint: Some(checkpoint),
            journal_position: position.get(),
            exclusions: self.renewal.without.digest(),
            generation: self.layers.generation,
        })?;
        self.unpublished.clear();
        self.must_seal = false;
        (self.has_draft, self.models) = (is_draft, models);
        self.show_drafts();
        self.status.set_waiting_since(None);
        self.parts.serving.set_ready();
        self.intake.sealed(position);
        self.collect_garbage();
        self.note_base(started);
        Ok(())
    }

    /// Notes what a base cost.
    fn note_base(&mut self, started: Instant) {
        self.times.base = self.parts.clock.instant();
        self.times.publish = self.times.base;
        self.times.base_cost = self.times.base.duration_since(started);
        self.parts.metrics.learner.sealed(BASE, self.times.base_cost);
        note_over(&mut self.base_troubles, BASE);
        self.status.set_bases_failed(0);
        // It holds what no overlay did.
        note_over(&mut self.overlay_troubles, OVERLAY);
        self.status.set_base_records(self.layers.n_base_records());
        tracing::info!(
            transmitters = self.layers.n_base_records(),
            generation = self.layers.generation,
            journal_position = self.layers.journal_position,
            discredited_voices = self.map.discredited().len(),
            took_ms = u64::try_from(self.times.base_cost.as_millis()).unwrap_or(u64::MAX),
            "base sealed"
        );
    }

    /// Names new layers in the manifest and serves them; after an error the old ones stand.
    fn publish(&mut self, mut layers: Layers) -> anyhow::Result<()> {
        let expected = self.layers.generation;
        layers.generation = expected + 1;
        let manifest = layers.manifest();
        manifest.store(&self.parts.store.map(), expected).context("store the manifest")?;
        self.layers = layers;
        drop(self.parts.serving.publish(self.layers.set(), self.layers.generation));
        Ok(())
    }

    /// Removes sealed files that no manifest names.
    fn collect_garbage(&self) {
        if let Err(error) = self.parts.store.collect_garbage(&self.layers.manifest()) {
            tracing::info!(kind = ?error.kind(), "superseded files could not be removed yet");
        }
    }

    /// Logs a failed publication and makes the next attempt wait.
    fn note_failure(&mut self, step: Step, error: &anyhow::Error) {
        self.parts.metrics.learner.seals_failed.inc();
        let now = self.parts.clock.instant();
        let (layer, troubles) = if step == Step::Base {
            (self.times.base, self.times.base_cost) = (now, FAILED_SEAL_COST);
            (BASE, &mut self.base_troubles)
        } else {
            (self.times.publish, self.times.overlay_cost) = (now, FAILED_SEAL_COST);
            (OVERLAY, &mut self.overlay_troubles)
        };
        let told = troubles.came(now);
        self.status.set_bases_failed(self.base_troubles.n_in_a_row());
        if let Some(times) = told {
            tracing::error!(layer, error = %format!("{error:#}"), times,
                "learned data could not be sealed: the snapshot before keeps serving");
        }
    }

    /// Shows the state in the metrics.
    fn show(&self) {
        let metrics = &self.parts.metrics.learner;
        let n_records = self.layers.n_base_records() + self.layers.n_overlay_records();
        metrics.transmitters.set(gauge(self.map.len() as u64));
        metrics.discredited.set(gauge(self.map.discredited().len() as u64));
        metrics.sealed_position.set(gauge(self.layers.journal_position));
        metrics.generation.set(gauge(self.layers.generation));
        metrics.overlays.set(gauge(self.layers.overlays.len() as u64));
        metrics.records.set(gauge(n_records));
    }
}

/// Logs that what failed before works again.
fn note_over(troubles: &mut Repeats, layer: &'static str) {
    if troubles.is_over() {
        tracing::info!(layer, "learned data is sealed again");
    }
}

/// Opens a file just sealed.
fn open_layer(path: &Path, ids: BTreeSet<TransmitterId>) -> anyhow::Result<Layer> {
    let snapshot = Snapshot::open(path).context("open what was just sealed")?;
    let name = path.file_name().and_then(|name| name.to_str()).context("name of a sealed file")?;
    Ok(Layer { name: name.to_owned(), snapshot: Arc::new(snapshot), ids })
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
