//! Which floor at each instant: what single scans say, held together by how seldom people change floors.

use super::{Moment, seconds};
use cairn_ground::Floor;

/// Mean time on one floor, s. Source: measured on folds of indoor-ms (a floor a walk) and ipin (stairs).
const STAY_S: f64 = 600.0;
/// Chance that a phone whose height changed has changed floors by this scan. Source: half of all heights that
/// change by [`STEADY_M`] go on to the next floor.
const CLIMBING: f64 = 0.3;
/// How much rarer changes are than [`STAY_S`] says while the height stays. Source: a barometer sees a floor
/// with near certainty (Muralidharan et al., *Barometric phone sensors*, 2014).
const STEADY: f64 = 0.002;
/// Change of height up to which somebody stays on a floor, m. Source: half the lowest floors, 3 m.
const STEADY_M: f64 = 1.5;
/// Change of height between two scans that no stairs or lift makes, m/s. Source: the fastest lifts, 20 m/s.
const CLIMB_M_S_MAX: f64 = 20.0;
/// Time over which a steady height is learned anew, s: weather and doors move it. Source: 1 hPa, 8 m, an hour
/// at worst moves it by 0.1 m.
const SETTLE_S: f64 = 60.0;
/// Least probability of any floor that a scan leaves. Source: the 1–2 % of single scans that are wrong where
/// the map is dense, and the 6 % that are over all.
const LEAST: f64 = 0.05;
/// Time over which scans are wrong about the floor together, s: the say of one is its share of it.
/// Source: as [`STAY_S`], flat between 10 and 40 s.
const ALIKE_S: f64 = 20.0;
/// Least share of a scan. Source: 0.4 s, as quick as phones scan.
const SHARE_MIN: f64 = 0.02;
/// Lapse of the standard atmosphere: height is 44,330 m × (1 − (p / 1013.25 hPa)^0.1903).
/// Source: ICAO Doc 7488, *Manual of the ICAO standard atmosphere*.
const ATMOSPHERE: (f64, f64, f64) = (44_330.0, 1_013.25, 0.190_3);

/// Probabilities of floors at one instant.
pub(super) type Chances = Vec<(Floor, f64)>;

/// What is known of floors before the first instant.
#[derive(Debug, Clone, Default)]
pub(super) struct Before {
    pub(super) at_ms: i64,
    pub(super) chances: Chances,
    pub(super) steady_m: Option<f64>,
}

/// Floors at each instant by all instants, and by those up to each.
#[derive(Debug, Clone, Default)]
pub(super) struct Levels {
    pub(super) all: Vec<Chances>,
    pub(super) forward: Vec<Before>,
}

/// Forward and back over the instants of a track.
///
/// # Source
/// Rabiner, *A tutorial on hidden Markov models*, Proc. IEEE 77 (1989), the forward-backward procedure.
pub(super) fn levels(before: &Before, moments: &[Moment]) -> Levels {
    let floors = floors(before, moments);
    if floors.is_empty() {
        let none = vec![Chances::new(); moments.len()];
        let forward = moments.iter().map(|m| Before { at_ms: m.at_ms, ..Before::default() });
        return Levels { all: none, forward: forward.collect() };
    }
    let says = says(before, moments, &floors);
    let (changes, steady_m) = changes(before, moments);
    let mut ahead: Vec<Vec<f64>> = Vec::with_capacity(moments.len());
    let mut belief = start(before, &floors);
    for (say, change) in says.iter().zip(&changes) {
        belief = change.apply(&belief, &floors, false);
        belief = scaled(belief.iter().zip(say).map(|(chance, say)| chance * say).collect());
        ahead.push(belief.clone());
    }
    let mut all = ahead.clone();
    let mut back = vec![1.0; floors.len()];
    for index in (0..moments.len()).rev() {
        all[index] = scaled(ahead[index].iter().zip(&back).map(|(a, b)| a * b).collect());
        let heard = back.iter().zip(&says[index]).map(|(b, say)| b * say).collect::<Vec<_>>();
        back = scaled(changes[index].apply(&heard, &floors, true));
    }
    let named = |chances: &Vec<f64>| floors.iter().copied().zip(chances.iter().copied()).collect();
    let forward = ahead.iter().zip(moments).zip(steady_m).map(|((chances, moment), steady_m)| {
        Before { at_ms: moment.at_ms, chances: named(chances), steady_m }
    });
    Levels { all: all.iter().map(named).collect(), forward: forward.collect() }
}

/// The likeliest of some floors.
pub(super) fn likeliest(chances: &Chances) -> Option<(Floor, f64)> {
    chances.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Every floor that anybody named.
fn floors(before: &Before, moments: &[Moment]) -> Vec<Floor> {
    let heard = moments.iter().filter_map(|moment| moment.sight.as_ref());
    let named = heard.flat_map(|sight| sight.floors.iter());
    let mut floors: Vec<Floor> =
        before.chances.iter().chain(named).map(|(floor, _)| *floor).collect();
    floors.sort_unstable();
    floors.dedup();
    floors
}

fn start(before: &Before, floors: &[Floor]) -> Vec<f64> {
    let chance = |floor: &Floor| {
        let known = before.chances.iter().find(|(known, _)| known == floor);
        known.map_or(LEAST, |(_, chance)| chance.max(LEAST * LEAST))
    };
    scaled(floors.iter().map(chance).collect())
}

/// How well each floor explains what each scan says of floors, with the say that its neighbours leave it.
fn says(before: &Before, moments: &[Moment], floors: &[Floor]) -> Vec<Vec<f64>> {
    let mut last_ms = (!before.chances.is_empty()).then_some(before.at_ms);
    let say = |moment: &Moment| {
        let heard = moment.sight.as_ref().map_or(&[][..], |sight| sight.floors.as_slice());
        if heard.is_empty() {
            return vec![1.0; floors.len()];
        }
        let span_s = last_ms.replace(moment.at_ms).map_or(ALIKE_S, |ms| seconds(moment.at_ms - ms));
        let share = (span_s / ALIKE_S).clamp(SHARE_MIN, 1.0);
        said(heard, floors).into_iter().map(|chance| chance.powf(share)).collect()
    };
    moments.iter().map(say).collect()
}

/// The probability of each floor by what one scan says.
fn said(heard: &[(Floor, f64)], floors: &[Floor]) -> Vec<f64> {
    let of = |floor: &Floor| heard.iter().find(|(named, _)| named == floor).map(|it| it.1);
    let n_unnamed = floors.iter().filter(|floor| of(floor).is_none()).count().max(1);
    let named: f64 = heard.iter().map(|(_, chance)| chance).sum();
    #[expect(clippy::cast_precision_loss, reason = "fewer than 141 floors")]
    let rest = (1.0 - named).max(0.0) / n_unnamed as f64;
    floors.iter().map(|floor| of(floor).unwrap_or(rest).mul_add(1.0 - LEAST, LEAST)).collect()
}

/// How likely a floor was left since the instant before.
#[derive(Debug, Clone, Copy)]
struct Change {
    chance: f64,
    /// Up, down, or either.
    sign: Option<bool>,
}

impl Change {
    /// Carries chances one instant on, or (`back`) what is known later one instant back.
    fn apply(&self, chances: &[f64], floors: &[Floor], back: bool) -> Vec<f64> {
        let weight = |from: usize, to: usize| {
            let up = floors[to] > floors[from];
            if from == to || self.sign.is_some_and(|sign| sign != up) {
                return 0.0;
            }
            1.0 / f64::from(floors[to].get().abs_diff(floors[from].get()))
        };
        let whole = |from: usize| (0..floors.len()).map(|to| weight(from, to)).sum::<f64>();
        let go = |from: usize, to: usize| match whole(from) {
            sum if sum <= 0.0 => f64::from(u8::from(from == to)),
            _ if from == to => 1.0 - self.chance,
            sum => self.chance * weight(from, to) / sum,
        };
        let at = |here: usize| {
            chances.iter().enumerate().fold(0.0, |sum, (there, chance)| {
                let go = if back { go(here, there) } else { go(there, here) };
                go.mul_add(*chance, sum)
            })
        };
        (0..floors.len()).map(at).collect()
    }
}

/// The change before each instant, and the steady height after it.
fn changes(before: &Before, moments: &[Moment]) -> (Vec<Change>, Vec<Option<f64>>) {
    let (mut at_ms, mut steady_m) = (before.at_ms, before.steady_m);
    if before.chances.is_empty() {
        at_ms = moments.first().map_or(0, |moment| moment.at_ms);
    }
    let mut change_at = |moment: &Moment| {
        let span_s = seconds(moment.at_ms - at_ms).max(0.0);
        at_ms = moment.at_ms;
        let usual = 1.0 - (-span_s / STAY_S).exp();
        let either = Change { chance: usual, sign: None };
        let Some(height_m) = moment.pressure_hpa.map(height_m) else { return (either, steady_m) };
        let Some(old_m) = steady_m.replace(height_m) else { return (either, steady_m) };
        let climbed_m = height_m - old_m;
        if climbed_m.abs() > STEADY_M.max(CLIMB_M_S_MAX * span_s) {
            return (either, steady_m);
        }
        if climbed_m.abs() > STEADY_M {
            let chance = CLIMBING.max(usual);
            return (Change { chance, sign: Some(climbed_m > 0.0) }, steady_m);
        }
        let settled = 1.0 - (-span_s / SETTLE_S).exp();
        steady_m = Some(settled.mul_add(climbed_m, old_m));
        (Change { chance: usual * STEADY, sign: None }, steady_m)
    };
    moments.iter().map(&mut change_at).unzip()
}

fn height_m(pressure_hpa: f64) -> f64 {
    let (scale_m, sea_hpa, power) = ATMOSPHERE;
    scale_m * (1.0 - (pressure_hpa / sea_hpa).powf(power))
}

/// Numbers in proportion, summing to 1.
fn scaled(numbers: Vec<f64>) -> Vec<f64> {
    let sum: f64 = numbers.iter().sum();
    if sum > 0.0 { numbers.into_iter().map(|number| number / sum).collect() } else { numbers }
}
