//! The thread that keeps a canary: it counts, judges, and writes into the registry's log what comes of it.

use super::super::serving::{Standing, TASK};
use super::drifting::Drifting;
use super::live::Live;
use super::metrics::RolloutMetrics;
use super::watched::Watched;
use super::{Arm, NOTES_PER_LOOK, Note};
use crate::clock::Clock;
use crate::limits::ROLLOUT_NOTES_MAX;
use crate::stop::Stop;
use arc_swap::ArcSwap;
use cairn_learning::registry::{Change, Registry, RegistryError};
use cairn_learning::rollout::{Breach, Pace, Tally, Verdict, judge};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// Time between two looks into the queue. Source: as that of models that are not heard.
const REST: Duration = Duration::from_millis(10);
/// Looks between two verdicts: a quarter of a second, so that a bad model is stopped before anybody is called.
const LOOKS_PER_VERDICT: u64 = 25;
/// Who the log says did it.
const WHO: &str = "cairn serve";

/// The keeper.
pub(super) struct Keeper {
    waiting: Receiver<Note>,
    room: Arc<AtomicU32>,
    pace: Pace,
    registry: Registry,
    standing: Arc<ArcSwap<Standing>>,
    clock: Clock,
    metrics: RolloutMetrics,
    watched: Watched,
    drifting: Drifting,
    /// Why the canary that is on was stopped; the log may not say so yet.
    breach: Option<Breach>,
    /// Whether the log says what became of the present stage.
    is_settled: bool,
    /// What the log last could not be told, told once.
    trouble: Option<String>,
}

impl Keeper {
    pub(super) fn new(
        (waiting, room): (Receiver<Note>, Arc<AtomicU32>),
        (pace, drifting): (Pace, Drifting),
        (registry, standing, clock, metrics): (
            Registry,
            Arc<ArcSwap<Standing>>,
            Clock,
            RolloutMetrics,
        ),
    ) -> Self {
        let watched = Watched::new(&clock);
        let (breach, trouble) = (None, None);
        Self {
            waiting,
            room,
            pace,
            registry,
            standing,
            clock,
            metrics,
            watched,
            drifting,
            breach,
            is_settled: false,
            trouble,
        }
    }

    /// Until the wish.
    pub(super) fn run(mut self, stop: &Stop) {
        let mut n_looks = 0_u64;
        while !stop.wait(REST) {
            let standing = self.standing.load_full();
            if self.watched.follow(&standing, &self.clock) {
                (self.breach, self.is_settled) = (None, false);
            }
            self.drifting.follow(standing.champion.as_ref().map_or("", |ready| &ready.id));
            for note in self.waiting.try_iter().take(ROLLOUT_NOTES_MAX) {
                self.watched.take(&note, &self.metrics);
                self.drifting.take(&note);
            }
            self.room.store(NOTES_PER_LOOK, Ordering::Relaxed);
            n_looks += 1;
            if n_looks.is_multiple_of(LOOKS_PER_VERDICT) {
                self.settle(standing.live.as_deref());
                let n_waiting = self.watched.n_waiting();
                self.metrics.show(standing.live.as_deref(), self.watched.tally(), n_waiting);
                self.drifting.show(&self.metrics, self.clock.now().ms());
            }
        }
        self.drifting.keep();
    }

    /// Judges the canary, and writes what comes of it.
    fn settle(&mut self, live: Option<&Live>) {
        let Some(live) = live.filter(|_| !self.is_settled) else { return };
        let held_ms = self.watched.held_ms(&self.clock);
        if self.breach.is_none() {
            match judge(self.watched.tally(), held_ms, &self.pace) {
                Verdict::Hold => return,
                Verdict::Advance => return self.advance(live),
                Verdict::RollBack(breach) => self.stop(live, breach),
            }
        }
        self.withdraw(live);
    }

    /// From the next answer on the champion answers all, whatever becomes of the log.
    fn stop(&mut self, live: &Live, breach: Breach) {
        live.stop();
        self.metrics.rolled_back(breach.guard);
        tracing::warn!(task = TASK.name(), model = live.ready.id, stage = %live.canary.stage,
            guard = breach.guard.name(), %breach, figures = figures(self.watched.tally()),
            "a canary is rolled back: the champion answers all queries again");
        self.breach = Some(breach);
    }

    fn withdraw(&mut self, live: &Live) {
        let Some(breach) = &self.breach else { return };
        let change = self.change(format!("guard {}: {breach}", breach.guard.name()));
        let figures = figures(self.watched.tally());
        let done = self.registry.withdraw_canary(TASK, &live.canary, &change, &figures);
        self.told(done.map(drop));
    }

    fn advance(&mut self, live: &Live) {
        let stage = live.canary.stage;
        let change = self.change(format!("held {stage} of the answers"));
        let figures = figures(self.watched.tally());
        let done = self.registry.advance_canary(TASK, &live.canary, &change, &figures);
        if done.is_ok() {
            let to = stage.next().map_or_else(|| "champion".to_owned(), |it| it.to_string());
            tracing::info!(
                task = TASK.name(),
                model = live.ready.id,
                to,
                figures,
                "a canary goes on"
            );
            self.metrics.advanced(stage.next().is_none());
        }
        self.told(done.map(drop));
    }

    /// Whether the log was told; it is tried again where not, and said once.
    fn told(&mut self, done: Result<(), RegistryError>) {
        match done {
            Ok(()) => (self.is_settled, self.trouble) = (true, None),
            // Another process that serves from the same registry was first.
            Err(RegistryError::NoCanary { .. }) => self.is_settled = true,
            Err(error) => {
                let error = error.to_string();
                if self.trouble.as_ref() != Some(&error) {
                    tracing::error!(
                        task = TASK.name(),
                        error,
                        "the registry cannot be told what became of a canary: it is tried again"
                    );
                }
                self.trouble = Some(error);
            }
        }
    }

    fn change(&self, why: String) -> Change {
        Change { who: WHO.to_owned(), why, at_ms: self.clock.now().ms(), is_forced: false }
    }
}

/// What was seen, for the log.
fn figures(tally: &Tally) -> String {
    let [champion, challenger] = Arm::ALL.map(|arm| tally.side(arm));
    let p99_us = [champion, challenger].map(|side| side.took_us.quantile(0.99).unwrap_or(0.0));
    let of = &tally.labelled;
    let (loss, _) = of.loss();
    format!(
        "{} answers beside {} of the champion's, {} errors; R95 {:.4} of the champion's on {} rows; p99 {:.1} and {:.1} µs; \
         {} labels, inside R95 {} and {}, loss {loss:.4} of the champion's",
        challenger.n_answers,
        champion.n_answers,
        challenger.n_errors,
        tally.ratio(),
        tally.n_paired,
        p99_us[0],
        p99_us[1],
        of.n,
        of.n_inside_champion,
        of.n_inside_challenger,
    )
}
