//! Models that are asked beside the one that is heard: how what they say differs is counted.
//!
//! The thread of a request puts the row into a queue that drops when it is full; the scoring is another thread's,
//! which looks into the queue now and then, so that no request wakes it.

use super::metrics::ModelMetrics;
use super::standing::Standing;
use crate::config::ModelsConfig;
use crate::limits::MODEL_ROWS_WAITING_MAX;
use crate::serving::shadow::Share;
use crate::stop::Stop;
use crate::threads;
use anyhow::Context as _;
use arc_swap::ArcSwap;
use cairn_ground::Radii;
use cairn_learning::feature::radius::RadiusRow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Time between two looks into the queue. Source: a queue of 8,192 holds 800,000 answers a second for so long.
const REST: Duration = Duration::from_millis(10);

/// An answer's row, and the radii that were promised.
#[derive(Debug)]
struct Answered {
    row: RadiusRow,
    said: Radii,
}

/// The way of answers to the models beside.
#[derive(Debug)]
pub(super) struct Beside {
    queue: SyncSender<Answered>,
    share: Share,
    metrics: ModelMetrics,
}

impl Beside {
    /// Starts the thread that asks them; it ends with the wish.
    pub(super) fn start(
        config: &ModelsConfig,
        standing: &Arc<ArcSwap<Standing>>,
        metrics: &ModelMetrics,
        stop: &Stop,
    ) -> anyhow::Result<Self> {
        let (queue, waiting) = sync_channel(MODEL_ROWS_WAITING_MAX);
        let (standing, wish, counted) = (Arc::clone(standing), stop.clone(), metrics.clone());
        let work = move || {
            while !wish.wait(REST) {
                score_all(&waiting, &standing.load(), &counted);
            }
        };
        threads::start("models-beside", work)
            .context("start the thread of models that are not heard")?;
        let share = Share::of_percent(config.shadow_percent);
        Ok(Self { queue, share, metrics: metrics.clone() })
    }

    /// Lets the models beside score an answer too, if it is of their share; never waits.
    pub(super) fn note(&self, standing: &Standing, row: &RadiusRow, said: Radii) {
        if standing.beside().next().is_none() || !self.share.is_next() {
            return;
        }
        if self.queue.try_send(Answered { row: *row, said }).is_err() {
            self.metrics.beside_dropped.inc();
        }
    }
}

/// Scores what waits.
fn score_all(waiting: &Receiver<Answered>, standing: &Standing, metrics: &ModelMetrics) {
    for Answered { row, said } in waiting.try_iter() {
        for (alias, ready) in standing.beside() {
            let theirs = ready.model.radii(&row);
            metrics.compared(alias, theirs.map(|theirs| theirs.r95_m() / said.r95_m()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_learning::feature::radius::FEATURES;

    #[test]
    fn a_full_queue_drops_and_counts_and_nobody_beside_takes_nothing() {
        let (queue, waiting) = sync_channel(2);
        let metrics = ModelMetrics::default();
        let beside = Beside { queue, share: Share::of_percent(100.0), metrics: metrics.clone() };
        let note = |standing: &Standing| {
            (0..5).for_each(|_| {
                beside.note(standing, &[0.0; FEATURES.len()], Radii::rising([1.0; 4]));
            });
        };
        note(&Standing::default());
        assert_eq!((waiting.try_iter().count(), metrics.beside_dropped.get()), (0, 0));
        note(&super::super::standing::tests::with_a_shadow());
        assert_eq!(metrics.beside_dropped.get(), 3);
        assert_eq!(waiting.try_iter().count(), 2);
    }
}
