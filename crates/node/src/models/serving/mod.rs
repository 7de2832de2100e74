//! Models in the answers: the champion's radii replace the map's own, others are scored beside it, unheard.
//!
//! Not here: what a model is and who may become champion (`cairn-learning`), and what becomes of a place.
//! A query without a model pays one look at a flag.
//!
//! Reading order: `standing` (which models serve now), `watch` (how they come to), here (the answer's path),
//! `beside` (models that are not heard), `metrics`.

mod beside;
mod metrics;
mod standing;
mod watch;

pub(crate) use metrics::ModelMetrics;
pub(crate) use standing::{Ready, Standing, TASK, champion, registry};

use super::asked::RowDesk;
use super::rollout::{Rollout, RolloutMetrics};
use super::served::ServedRows;
use crate::clock::Clock;
use crate::config::{CanaryConfig, ModelsConfig};
use crate::stop::Stop;
use crate::threads;
use anyhow::Context as _;
use arc_swap::ArcSwap;
use beside::Beside;
use cairn_answer::Found;
use cairn_learning::feature::radius::RadiusRow;
use cairn_report::Report;
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate::LocateRequest;
use std::cell::RefCell;
use std::sync::Arc;
use watch::Watch;

thread_local! {
    static DESK: RefCell<RowDesk> = RefCell::default();
}

/// The models of a running service.
#[derive(Debug)]
pub(crate) struct ServingModels {
    /// Whether a folder of models, or of rows, was named at all.
    is_on: bool,
    standing: Arc<ArcSwap<Standing>>,
    beside: Option<Beside>,
    rows: Option<ServedRows>,
    rollout: Option<Rollout>,
    metrics: ModelMetrics,
    stop: Stop,
}

impl ServingModels {
    /// The models of a folder, those that are there now and those that come; it ends when this is dropped.
    ///
    /// # Errors
    /// When a thread cannot be started. A model that cannot be believed is told, and looked for again.
    pub(crate) fn start(
        (config, canary): (&ModelsConfig, &CanaryConfig),
        clock: &Clock,
        (metrics, counted): (&ModelMetrics, &RolloutMetrics),
    ) -> anyhow::Result<Self> {
        let mut models = Self::none(metrics);
        models.rows = ServedRows::start(config, clock, metrics, &models.stop)?;
        models.is_on = models.rows.is_some();
        let Some(folder) = config.folder() else { return Ok(models) };
        if !folder.is_dir() {
            tracing::warn!(folder = %folder.display(),
                "the folder of models is not there: no model serves until it is; check --models");
        }
        let stop = models.stop.clone();
        let standing = Arc::clone(&models.standing);
        let mut watch = Watch::new(registry(folder), standing, metrics.clone(), clock.clone());
        watch.look();
        let look = config.look();
        let work = move || {
            while !stop.wait(look) {
                watch.look();
            }
        };
        threads::start("models", work).context("start the thread that looks for models")?;
        models.beside = Some(Beside::start(config, &models.standing, metrics, &models.stop)?);
        let (standing, parts) = (&models.standing, (clock, counted, &models.stop));
        models.rollout = Some(Rollout::start((canary, folder), registry(folder), standing, parts)?);
        models.is_on = true;
        Ok(models)
    }

    /// No models, and none to come.
    pub(crate) fn none(metrics: &ModelMetrics) -> Self {
        Self {
            is_on: false,
            standing: Arc::default(),
            beside: None,
            rows: None,
            rollout: None,
            metrics: metrics.clone(),
            stop: Stop::default(),
        }
    }

    /// Gives a place the radii of the model that serves, where one does and speaks of such an answer.
    pub(crate) fn promise(
        &self,
        set: &SnapshotSet,
        asked: &LocateRequest,
        radio: &mut Option<Found>,
    ) {
        if !self.is_on {
            return;
        }
        let Some(found) = radio else { return };
        let standing = self.standing.load();
        let rows = self.rows.as_ref().filter(|rows| rows.is_next());
        if standing.is_nobody() && rows.is_none() {
            return;
        }
        let row = row(asked, found);
        let mut by_model = None;
        if let Some(rollout) = &self.rollout {
            let said = rollout.promise(&standing, &asked.observations, (&row, found));
            if standing.champion.is_some() || said.is_some() {
                self.metrics.said(said.is_some());
            }
            if let Some((radii, model)) = said {
                // It says for itself which answers it learned.
                (found.radii, found.extrapolated, by_model) = (radii, false, Some(model));
            }
        }
        if let Some(beside) = &self.beside {
            beside.note(&standing, &row, found.radii);
        }
        if let Some(rows) = rows {
            rows.note((set, asked), &row, (by_model, &found.radii));
        }
    }

    /// Lets the fixes of reports tell how far off earlier answers were.
    pub(crate) fn fixes(&self, reports: &[Report]) {
        if let Some(rollout) = self.rollout.as_ref().filter(|_| !self.standing.load().is_nobody()) {
            rollout.fixes(reports);
        }
    }
}

impl Drop for ServingModels {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// What a model is told of a query and its answer, made in the memory of this thread.
pub(crate) fn row(asked: &LocateRequest, found: &Found) -> RadiusRow {
    DESK.with_borrow_mut(|desk| desk.row(&asked.observations, found))
}

/// The same answer with the radii of a model that stands for itself, as in `cairn locate FILE`.
pub(crate) fn promised_by(ready: Option<&Ready>, asked: &LocateRequest, radio: &mut Option<Found>) {
    if let (Some(ready), Some(found)) = (ready, radio)
        && let Some(radii) = ready.model.radii(&row(asked, found))
    {
        (found.radii, found.extrapolated) = (radii, false);
    }
}
