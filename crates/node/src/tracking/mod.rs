//! Tracks between the wire and the filter: scans are answered one by one, then all together.
//!
//! Reading order: here (one request), `sessions` (tracks that go on), `metrics`.

mod metrics;
mod sessions;

pub use metrics::TrackMetrics;
pub use sessions::Sessions;

use crate::locating;
use cairn_answer::{Answer, Found, height_at};
use cairn_ground::{Degrees, Radians, Timestamp};
use cairn_signal::track::{ImuSample, Moment, Sight, Stride, Tracked, Tracker};
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate::LocateAnswer;
use cairn_wire::track::{NoPlace, TrackImu, TrackPlace, TrackRequest, TrackScan, TrackStep};
use std::collections::BTreeMap;

/// Length of a step of which nobody says how long it is, m: the filter finds how much longer or shorter
/// this walker's are. Source: a brisk step of an adult.
const STEP_M: f64 = 0.7;
/// Time between a scan and a reading of the barometer that may speak for it, ms.
const PRESSURE_MS_MAX: i64 = 2_000;
/// Longest pause between two requests of a session over which steps are taken to be all told, ms.
const STEPS_PAUSE_MS_MAX: i64 = 60_000;

/// A track: what its filter knows, and where its numbers stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walk {
    tracker: Tracker,
    n_scans: u64,
    last_ms: Option<i64>,
    /// The phone counted a step once: from then on none told are none made.
    counts_steps: bool,
}

/// What one request is told.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Told {
    /// For each scan of the request, in its order.
    pub(crate) places: Vec<TrackPlace>,
    /// Scans told before that are still open, each by its number in the whole track.
    pub(crate) revised: Vec<(u64, TrackPlace)>,
}

/// How the scans of one request stand.
enum Stand {
    /// In the track by this number; without it, for this reason.
    In(u64, Timestamp, NoPlace),
    /// Not in the track.
    Out(Option<Timestamp>, NoPlace),
}

impl Walk {
    /// Takes the scans and sensors of a request and tells where its scans were.
    pub(crate) fn go_on(&mut self, set: &SnapshotSet, request: &TrackRequest) -> Told {
        let before = self.n_scans;
        self.take_sensors(request);
        let (mut moments, mut stands) = (Vec::new(), Vec::new());
        for scan in &request.scans {
            let stand = match scan {
                Ok(scan) if self.is_settled(scan) => Stand::Out(Some(scan.at), NoPlace::TooLate),
                Ok(scan) => {
                    let (moment, why) = self.moment(set, scan, request);
                    moments.push(moment);
                    Stand::In(self.n_scans, scan.at, why)
                }
                Err(refusal) => Stand::Out(None, (*refusal).into()),
            };
            self.n_scans += 1;
            stands.push(stand);
        }
        self.last_ms = moments.iter().map(|moment| moment.at_ms).max().max(self.last_ms);
        self.tracker.add_scans(moments);
        let wants = request.wants_uncertainty;
        let mut found: BTreeMap<u64, TrackPlace> =
            self.tracker.places().iter().map(|it| (it.id, place(set, it, wants))).collect();
        let new = found.split_off(&before);
        let places = stands.into_iter().map(|stand| match stand {
            Stand::In(id, at, why) => {
                new.get(&id).copied().unwrap_or(TrackPlace { at: Some(at), found: Err(why) })
            }
            Stand::Out(at, why) => TrackPlace { at, found: Err(why) },
        });
        Told { places: places.collect(), revised: found.into_iter().collect() }
    }

    /// Settles what is older than `lag_ms` before the newest scan, and the oldest of more than `n_max`.
    pub(crate) fn settle(&mut self, lag_ms: i64, n_max: usize) {
        if let Some(last_ms) = self.last_ms {
            self.tracker.settle_before(last_ms - lag_ms);
        }
        self.tracker.settle_to(n_max);
    }

    fn is_settled(&self, scan: &TrackScan) -> bool {
        self.tracker.settled_ms().is_some_and(|settled_ms| scan.at.ms() < settled_ms)
    }

    /// A scan as the filter takes it, and why it has no place by itself, if it has none.
    fn moment(
        &self,
        set: &SnapshotSet,
        scan: &TrackScan,
        request: &TrackRequest,
    ) -> (Moment, NoPlace) {
        let (sight, why) = match locating::locate_all(set, &scan.observations) {
            Answer::Found(found) => (Some(sight(&found)), NoPlace::TooLate),
            Answer::Refused(refusal) => (None, NoPlace::Unheard(refusal.name())),
        };
        let pressure_hpa = scan.pressure_hpa.or_else(|| pressure_at(request, scan.at));
        (Moment { id: self.n_scans, at_ms: scan.at.ms(), sight, pressure_hpa }, why)
    }

    /// Takes steps where the phone tells them, else what its motion sensors say.
    fn take_sensors(&mut self, request: &TrackRequest) {
        self.counts_steps |= request.steps.as_ref().is_some_and(|steps| !steps.is_empty());
        let Some(steps) = request.steps.as_ref().filter(|_| self.counts_steps) else {
            let samples: Vec<ImuSample> = request.imu.iter().map(sample).collect();
            self.tracker.add_imu(&samples);
            return;
        };
        let scans = request.scans.iter().flatten().map(|scan| scan.at.ms());
        let times = || steps.iter().map(|step| step.at.ms()).chain(scans.clone());
        let (Some(first_ms), Some(last_ms)) = (times().min(), times().max()) else { return };
        let gone_on = self.last_ms.filter(|before_ms| {
            (0..=STEPS_PAUSE_MS_MAX).contains(&first_ms.saturating_sub(*before_ms))
        });
        let strides: Vec<Stride> = steps.iter().map(stride).collect();
        self.tracker.add_strides(&strides, gone_on.unwrap_or(first_ms), last_ms);
    }
}

fn sight(found: &Found) -> Sight {
    let floors = found.floors.iter().map(|(floor, share)| (floor, f64::from(share)));
    let (place, radii, extrapolated) = (found.place, found.radii, found.extrapolated);
    Sight { place, radii, extrapolated, floors: floors.collect() }
}

fn place(set: &SnapshotSet, tracked: &Tracked, with_uncertainty: bool) -> TrackPlace {
    #[expect(clippy::cast_possible_truncation, reason = "a probability")]
    let floor = tracked.floor.map(|(floor, chance)| (floor, chance as f32));
    let level = floor.map(|(floor, _)| floor);
    let height = height_at(set, tracked.place, &tracked.radii, level).map(locating::wire_height);
    let answer = LocateAnswer::at(tracked.place, tracked.radii);
    let extrapolated = tracked.extrapolated;
    let found = Ok(LocateAnswer { floor, height, with_uncertainty, extrapolated, ..answer });
    TrackPlace { at: Some(Timestamp::from_ms(tracked.at_ms)), found }
}

/// What the barometer said around an instant, on average: a single reading is off by a metre of height.
fn pressure_at(request: &TrackRequest, at: Timestamp) -> Option<f64> {
    let first = request.pressures.partition_point(|it| it.at.ms() < at.ms() - PRESSURE_MS_MAX);
    let is_near = |ms: i64| ms <= at.ms() + PRESSURE_MS_MAX;
    let near = request.pressures[first..].iter().take_while(|it| is_near(it.at.ms()));
    let (n, sum) = near.fold((0_u32, 0.0), |(n, sum), it| (n + 1, sum + it.hpa));
    (n > 0).then(|| sum / f64::from(n))
}

fn sample(imu: &TrackImu) -> ImuSample {
    let TrackImu { at, acceleration_m_s2, rotation } = *imu;
    ImuSample { at_ms: at.ms(), acceleration_m_s2, rotation }
}

fn stride(step: &TrackStep) -> Stride {
    let way = step.heading_deg.map(|degrees| {
        let Radians(heading) = Degrees(degrees).to_radians();
        [heading.sin(), heading.cos()]
    });
    Stride { at_ms: step.at.ms(), length_m: step.length_m.unwrap_or(STEP_M), way }
}

#[cfg(test)]
#[path = "tracking_tests.rs"]
mod tests;
