//! A challenger in the answers: its share of them, what both arms said, late labels, and who takes it away.
//!
//! Not here: what is judged (`cairn_learning::rollout`), and how the registry's changes come to serve (`serving`).
//! The thread of a request scores both arms and, of some of them, puts a note into a queue that drops when it is full; everything
//! else is another thread's, which looks into the queue now and then.
//!
//! What is kept of a query is in memory alone, for minutes: salted hashes of what was heard, a place, two promises.
//! No identity, no address, no name of a transmitter; the salt is random and goes with the process.
//!
//! Reading order: `live` (the canary that answers now), here (the answer's path), `watched` (what was seen),
//! `keeper` (the thread that judges), `drifting`, `metrics`.

mod drifting;
mod keeper;
mod live;
mod metrics;
mod watched;

pub(crate) use live::Live;
pub(crate) use metrics::RolloutMetrics;

use super::serving::Standing;
use crate::clock::Clock;
use crate::config::CanaryConfig;
use crate::limits::ROLLOUT_NOTES_MAX;
use crate::stop::Stop;
use crate::threads;
use anyhow::Context as _;
use arc_swap::ArcSwap;
use cairn_answer::Found;
use cairn_ground::{Confidence, LatLng, Radii};
use cairn_learning::feature::radius::RadiusRow;
use cairn_learning::registry::Registry;
use cairn_learning::rollout::{Arm, Crowd, Said, Whole};
use cairn_report::{FixSource, Observation, Report};
use drifting::Drifting;
use keeper::Keeper;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// The 68 % radius of a fix that tells how far off an answer was, at most, m.
///
/// # Source
/// Policy: a phone under the sky states 3 to 20 m; beyond this its own error is as large as an answer's.
const FIX_R68_M_MAX: f64 = 30.0;

/// Answers noted between two looks of the keeper, beside those of a challenger: 5,000 a second.
///
/// # Source
/// Policy: a verdict needs hundreds, and a note costs a microsecond of a request's time.
const NOTES_PER_LOOK: u32 = 50;

/// What the keeper is told.
#[derive(Debug)]
struct Note {
    at_ms: i64,
    crowd: Crowd,
    place: LatLng,
    /// What was answered; a fix without.
    answer: Option<Answer>,
}

/// What was answered to a query.
#[derive(Debug)]
struct Answer {
    row: RadiusRow,
    said: Said,
    /// Of which canary, by whom, how long it took and whether it had a word; without a canary none.
    tried: Option<Tried>,
}

/// An answer while a canary is on.
#[derive(Debug)]
struct Tried {
    entry: u64,
    arm: Arm,
    took_us: f64,
    is_error: bool,
}

/// The way of answers and fixes to the keeper.
#[derive(Debug)]
pub(crate) struct Rollout {
    queue: SyncSender<Note>,
    salt: u64,
    clock: Clock,
    metrics: RolloutMetrics,
    /// Notes that may still be made until the keeper looks next.
    room: Arc<AtomicU32>,
    keeper: Option<JoinHandle<Option<()>>>,
}

impl Rollout {
    /// Starts the keeper; it ends with the wish, which is made before this is dropped.
    ///
    /// # Errors
    /// When its thread cannot be started, or the system has no random bytes.
    pub(crate) fn start(
        (config, folder): (&CanaryConfig, &Path),
        registry: Registry,
        standing: &Arc<ArcSwap<Standing>>,
        (clock, metrics, stop): (&Clock, &RolloutMetrics, &Stop),
    ) -> anyhow::Result<Self> {
        let salt = getrandom::u64().context("ask the system for random bytes")?;
        let (queue, waiting) = sync_channel(ROLLOUT_NOTES_MAX);
        let parts = (registry, Arc::clone(standing), clock.clone(), metrics.clone());
        let room = Arc::new(AtomicU32::new(NOTES_PER_LOOK));
        let keeper = Keeper::new(
            (waiting, Arc::clone(&room)),
            (config.pace(), Drifting::new(folder)),
            parts,
        );
        let wish = stop.clone();
        let keeper = threads::start("rollout", move || keeper.run(&wish));
        let keeper = Some(keeper.context("start the thread that keeps canaries")?);
        Ok(Self { queue, salt, clock: clock.clone(), metrics: metrics.clone(), room, keeper })
    }

    /// The radii of the model whose turn it is by what was heard, and its id; `None` where it says nothing.
    pub(crate) fn promise<'a>(
        &self,
        standing: &'a Standing,
        heard: &[Observation],
        (row, found): (&RadiusRow, &Found),
    ) -> Option<(Radii, &'a str)> {
        let own = found.radii;
        let of_champion = || standing.champion.as_ref().and_then(|ready| ready.model.radii(row));
        let live = standing.live.as_deref().filter(|live| !live.is_stopped());
        let champion_id = standing.champion.as_ref().map_or("", |ready| &ready.id);
        let (radii, said, tried, id) = match live {
            None => {
                let radii = of_champion();
                let said_m = meters(radii.unwrap_or(own));
                (radii, Said { champion_m: said_m, challenger_m: said_m }, None, champion_id)
            }
            Some(live) => {
                let started = self.clock.instant();
                let champion = of_champion();
                let between = self.clock.instant();
                let challenger = live.ready.model.radii(row);
                let ended = self.clock.instant();
                let arm = live.share.arm(Whole::of(heard.iter().map(key)));
                let said = Said {
                    champion_m: meters(champion.unwrap_or(own)),
                    challenger_m: meters(challenger.unwrap_or(own)),
                };
                let (radii, took, id) = match arm {
                    Arm::Champion => (champion, between.duration_since(started), champion_id),
                    Arm::Challenger => (challenger, ended.duration_since(between), &*live.ready.id),
                };
                let is_error = radii.is_none() && champion.is_some();
                let took_us = 1e6 * took.as_secs_f64();
                self.metrics.answered(arm);
                let tried = Tried { entry: live.canary.entry, arm, took_us, is_error };
                (radii, said, Some(tried), id)
            }
        };
        let is_tried = tried.as_ref().is_some_and(|tried| tried.arm == Arm::Challenger);
        if is_tried || self.has_room() {
            let answer = Some(Answer { row: *row, said, tried });
            let (at_ms, crowd) = (self.clock.now().ms(), self.crowd(heard));
            self.note(Note { at_ms, crowd, place: found.place, answer });
        }
        radii.map(|radii| (radii, id))
    }

    /// Lets fixes tell how far off answers were. Reports are of anybody; nothing of who sent them comes here.
    pub(crate) fn fixes(&self, reports: &[Report]) {
        for report in reports {
            let fix = report.fix();
            let is_sure = fix.r68.is_none_or(|r68| r68.get() <= FIX_R68_M_MAX);
            if fix.source == FixSource::Gnss && is_sure {
                let crowd = self.crowd(report.observations());
                let at_ms = report.timestamp().ms();
                self.note(Note { at_ms, crowd, place: fix.place, answer: None });
            }
        }
    }

    fn crowd(&self, heard: &[Observation]) -> Crowd {
        Crowd::of(heard.iter().map(key), self.salt)
    }

    /// Whether one more answer is noted: some of each moment are enough to judge by, whatever is asked.
    fn has_room(&self) -> bool {
        self.room.load(Ordering::Relaxed) > 0 && {
            let less = |room: u32| room.checked_sub(1);
            self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
        }
    }

    /// Never waits.
    fn note(&self, note: Note) {
        if self.queue.try_send(note).is_err() {
            self.metrics.dropped.inc();
        }
    }
}

impl Drop for Rollout {
    /// Whoever drops it has made the wish: what the keeper still has to keep is on disk when this returns.
    fn drop(&mut self) {
        if self.keeper.take().is_some_and(|keeper| keeper.join().is_err()) {
            tracing::error!("the thread that keeps canaries ended by a fault");
        }
    }
}

fn key(heard: &Observation) -> u64 {
    heard.transmitter.key().get()
}

/// R50, R68, R90 and R95, m.
fn meters(radii: Radii) -> [f64; 4] {
    Confidence::ALL.map(|level| radii.at_m(level))
}
