//! Steps from a phone's motion sensors: when one was made, how long it was, and which way.
//!
//! The length and the direction are right up to a factor and an angle that hardly change during a walk (how
//! this person walks, how the phone is held); the filter finds both.

use super::stride::Stride;
use std::ops::Range;

/// One reading of the motion sensors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImuSample {
    /// When, ms since the epoch.
    pub at_ms: i64,
    /// Acceleration with gravity, m/s², in the phone's axes.
    pub acceleration_m_s2: [f64; 3],
    /// How the phone lies in the world: the unit quaternion (x, y, z, w) that turns the phone's axes into
    /// east, north and up.
    pub rotation: Option<[f64; 4]>,
}

/// Half a window over which the swing of a step is smoothed, s. Source: a third of a step's rise, 0.12 s in
/// all, at 1.7 steps a second.
const SMOOTH_HALF_S: f64 = 0.06;
/// Half a window over which gravity is what does not swing, s. Source: two steps at 1.7 a second.
const GRAVITY_HALF_S: f64 = 0.5;
/// Least swing above gravity that is a step, m/s². Source: measured on 742 walks of indoor-ms, where it and
/// [`BETWEEN_S`] give 1.59–1.80 steps a second (quartiles), the cadence of walking.
const SWING_MIN_M_S2: f64 = 0.8;
/// Least time between two steps, s. Source: as [`SWING_MIN_M_S2`]; nobody walks above 3.3 steps a second.
const BETWEEN_S: f64 = 0.3;
/// Length of a step whose swing is 1 m/s², m: L = k·swing^¼. Source: the form is Weinberg, *Using the
/// ADXL202 in pedometer and personal navigation applications*, 2002; k from the surveyed legs of indoor-ms,
/// of which half then come out between 0.93 and 1.09 times their length.
const LENGTH_M: f64 = 0.405;
/// Half a window over which the direction of a step is taken, s. Source: one step at 1.7 a second.
const HEADING_HALF_S: f64 = 0.25;
/// How long before the newest sample readings are kept to go on from, ms: what a window and a step need.
/// Source: twice the window of gravity, a step and its least spacing.
const TAIL_MS: i64 = 2_500;
/// Readings kept to go on from, whatever their rate. Source: [`TAIL_MS`] at 200 Hz, the fastest a phone offers.
const TAIL_MAX: usize = 512;
/// A pause between samples after which nothing is known of the time between, ms. Source: a fifth of the
/// slowest rate that shows steps, 5 Hz.
pub(super) const PAUSE_MS: i64 = 1_000;

/// Detects steps in a stream of samples, wherever it is cut.
#[derive(Debug, Clone, Default)]
pub(super) struct Pedometer {
    samples: Vec<ImuSample>,
    /// The last step told.
    pub(super) told_ms: Option<i64>,
}

impl Pedometer {
    /// Takes further samples, in time order, and tells the steps that they complete.
    pub(super) fn add(&mut self, samples: &[ImuSample]) -> Vec<Stride> {
        let newest = self.samples.last().map_or(i64::MIN, |last| last.at_ms);
        self.samples.extend(samples.iter().filter(|sample| sample.at_ms > newest));
        let mut strides = Vec::new();
        let is_pause = |a: &ImuSample, b: &ImuSample| b.at_ms - a.at_ms <= PAUSE_MS;
        for run in self.samples.chunk_by(is_pause) {
            strides.extend(steps(run, self.told_ms));
            self.told_ms = strides.last().map(|last: &Stride| last.at_ms).or(self.told_ms);
        }
        let keep_from = self.samples.last().map_or(0, |last| last.at_ms - TAIL_MS);
        self.samples.retain(|sample| sample.at_ms >= keep_from);
        self.samples.drain(..self.samples.len().saturating_sub(TAIL_MAX));
        strides
    }
}

/// The steps of an unbroken run of samples later than `told_ms`.
fn steps(run: &[ImuSample], told_ms: Option<i64>) -> Vec<Stride> {
    let [first, .., last] = run else { return Vec::new() };
    let at_s: Vec<f64> = run.iter().map(|sample| seconds(sample.at_ms - first.at_ms)).collect();
    let magnitudes: Vec<f64> = run.iter().map(|sample| norm(sample.acceleration_m_s2)).collect();
    let smooth = means(&at_s, &magnitudes, SMOOTH_HALF_S);
    let gravity = means(&at_s, &magnitudes, GRAVITY_HALF_S);
    let whole_s = GRAVITY_HALF_S..=seconds(last.at_ms - first.at_ms) - GRAVITY_HALF_S;
    let swings: Vec<f64> = (0..run.len())
        .map(|at| if whole_s.contains(&at_s[at]) { smooth[at] - gravity[at] } else { 0.0 })
        .collect();
    let mut last_s = told_ms.map_or(f64::MIN, |ms| seconds(ms - first.at_ms));
    let mut strides = Vec::new();
    for peak in peaks(&swings) {
        if at_s[peak.at] - last_s > BETWEEN_S {
            last_s = at_s[peak.at];
            strides.push(stride(run, &at_s, &peak));
        }
    }
    strides
}

/// One swing up, after one down.
struct Peak {
    at: usize,
    /// From the lowest before to the highest.
    swing_m_s2: f64,
}

/// The highest point of every swing above gravity that is a step's.
fn peaks(swings: &[f64]) -> Vec<Peak> {
    let (mut found, mut low, mut high) = (Vec::new(), 0.0_f64, None::<usize>);
    for (at, swing) in swings.iter().enumerate() {
        if *swing > 0.0 {
            if high.is_none_or(|top| swings[top] < *swing) {
                high = Some(at);
            }
            continue;
        }
        if let Some(top) = high.take() {
            if swings[top] > SWING_MIN_M_S2 {
                found.push(Peak { at: top, swing_m_s2: swings[top] - low });
            }
            low = 0.0;
        }
        low = low.min(*swing);
    }
    found
}

fn stride(run: &[ImuSample], at_s: &[f64], peak: &Peak) -> Stride {
    let near = within(at_s, at_s[peak.at], HEADING_HALF_S);
    let headings = run[near].iter().filter_map(|sample| sample.rotation).map(heading);
    let [east, north] = headings.fold([0.0, 0.0], |sum, it| [sum[0] + it[0], sum[1] + it[1]]);
    let length_m = LENGTH_M * peak.swing_m_s2.max(0.1).sqrt().sqrt();
    let reach = east.hypot(north);
    let way = (reach > 1e-9).then(|| [east / reach, north / reach]);
    Stride { at_ms: run[peak.at].at_ms, length_m, way }
}

/// The instants at most `half_s` away from one, among those of a run, which rise; found by halving.
fn within(at_s: &[f64], now_s: f64, half_s: f64) -> Range<usize> {
    let from = at_s.partition_point(|at_s| now_s - at_s > half_s);
    from..at_s.partition_point(|at_s| at_s - now_s <= half_s)
}

/// Where the phone's upper edge points, over ground; of a phone held upright, where its back looks.
///
/// # Source
/// Rows of the rotation matrix of a unit quaternion, as Android's `getOrientation` reads them.
fn heading([x, y, z, w]: [f64; 4]) -> [f64; 2] {
    let edge = [2.0 * x.mul_add(y, -(w * z)), 2.0f64.mul_add(-x.mul_add(x, z * z), 1.0)];
    let back = [-2.0 * x.mul_add(z, w * y), -2.0 * y.mul_add(z, -(w * x))];
    if edge[0].hypot(edge[1]) >= back[0].hypot(back[1]) { edge } else { back }
}

/// The mean of `values` over all instants at most `half_s` away from each.
fn means(at_s: &[f64], values: &[f64], half_s: f64) -> Vec<f64> {
    let (mut from, mut to, mut sum) = (0, 0, 0.0);
    at_s.iter()
        .map(|now_s| {
            while to < at_s.len() && at_s[to] <= now_s + half_s {
                sum += values[to];
                to += 1;
            }
            while at_s[from] < now_s - half_s {
                sum -= values[from];
                from += 1;
            }
            #[expect(clippy::cast_precision_loss, reason = "a few samples")]
            let n = (to - from) as f64;
            sum / n
        })
        .collect()
}

fn norm([x, y, z]: [f64; 3]) -> f64 {
    x.hypot(y).hypot(z)
}

#[expect(clippy::cast_precision_loss, reason = "differences of instants of one walk")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `n` samples at 25 Hz of somebody who makes two steps a second, the phone's upper edge to the east.
    fn walking(n: i64) -> Vec<ImuSample> {
        let half = std::f64::consts::FRAC_1_SQRT_2;
        (0..n)
            .map(|i| {
                let turn = std::f64::consts::TAU * 2.0 * seconds(i * 40);
                ImuSample {
                    at_ms: 1_000 + i * 40,
                    acceleration_m_s2: [0.0, 0.0, 2.0f64.mul_add(turn.sin(), 9.81)],
                    rotation: Some([0.0, 0.0, -half, half]),
                }
            })
            .collect()
    }

    #[test]
    fn two_steps_a_second_are_counted_and_point_where_the_phone_does() {
        let strides = Pedometer::default().add(&walking(500));
        assert!((36..=40).contains(&strides.len()), "{}", strides.len());
        for stride in &strides {
            let [east, north] = stride.way.unwrap();
            assert!(east > 0.99 && north.abs() < 0.01, "{stride:?}");
            assert!((0.4..0.8).contains(&stride.length_m), "{stride:?}");
        }
    }

    #[test]
    fn a_stream_cut_anywhere_has_the_same_steps() {
        let samples = walking(500);
        let whole = Pedometer::default().add(&samples);
        for cut in [1, 120, 333] {
            let mut pedometer = Pedometer::default();
            let mut parts = pedometer.add(&samples[..cut]);
            parts.extend(pedometer.add(&samples[cut..]));
            let times = |strides: &[Stride]| strides.iter().map(|s| s.at_ms).collect::<Vec<_>>();
            assert_eq!(times(&parts), times(&whole), "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn the_instants_near_one_are_those_that_a_look_at_each_finds(
            steps_ms in prop::collection::vec(1_i64..400, 1..60),
            of in any::<prop::sample::Index>(),
            half_s in prop_oneof![Just(HEADING_HALF_S), 0.0..1.0_f64],
        ) {
            let mut at_ms = 0;
            let rising = steps_ms.iter().map(|step_ms| {
                at_ms += step_ms;
                seconds(at_ms)
            });
            let at_s: Vec<f64> = rising.collect();
            let now_s = at_s[of.index(at_s.len())];
            let near = |at: &usize| (at_s[*at] - now_s).abs() <= half_s;
            let each: Vec<usize> = (0..at_s.len()).filter(near).collect();
            prop_assert_eq!(within(&at_s, now_s, half_s).collect::<Vec<_>>(), each);
        }
    }

    #[test]
    fn a_phone_that_lies_still_makes_no_step() {
        let mut still = walking(500);
        for sample in &mut still {
            sample.acceleration_m_s2 = [0.0, 0.0, 9.81];
        }
        assert!(Pedometer::default().add(&still).is_empty());
    }
}
