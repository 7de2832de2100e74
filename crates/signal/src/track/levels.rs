//! Which floor at each instant: what single scans say, held together by how seldom people change floors.

use super::heights::{Change, changes};
use super::{Moment, seconds};
use cairn_ground::Floor;

/// Height of a floor, m, and how far that and a barometer are off, with what is added for each metre climbed.
/// Source: 2.5 to 3.3 m a floor in ipin's museum, 4 to 6 m in malls.
const FLOOR_M: (f64, f64, f64) = (crate::physics::FLOOR_M, 0.8, 0.2);
/// Least probability of any floor that a scan leaves. Source: the 1–2 % of single scans that are wrong where
/// the map is dense, and the 6 % that are over all.
const LEAST: f64 = 0.05;
/// Time over which scans are wrong about the floor together, s: the say of one is its share of it.
/// Source: measured on folds of indoor-ms and ipin, flat between 10 and 40 s.
const ALIKE_S: f64 = 20.0;
/// Least share of a scan. Source: 0.4 s, as quick as phones scan.
const SHARE_MIN: f64 = 0.02;
/// Floors that are looked at between two named ones. Source: the tallest lifts without a stop pass fewer.
const BETWEEN_MAX: usize = 40;

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
    let last_ms = (!before.chances.is_empty()).then_some(before.at_ms);
    let (changes, steady_m) = changes(last_ms, before.steady_m, moments);
    let mut ahead: Vec<Vec<f64>> = Vec::with_capacity(moments.len());
    let mut belief = start(before, &floors);
    for (say, change) in says.iter().zip(&changes) {
        belief = carried(change, &belief, &floors, false);
        belief = scaled(belief.iter().zip(say).map(|(chance, say)| chance * say).collect());
        ahead.push(belief.clone());
    }
    let mut all = ahead.clone();
    let mut back = vec![1.0; floors.len()];
    for index in (0..moments.len()).rev() {
        all[index] = scaled(ahead[index].iter().zip(&back).map(|(a, b)| a * b).collect());
        let heard = back.iter().zip(&says[index]).map(|(b, say)| b * say).collect::<Vec<_>>();
        back = scaled(carried(&changes[index], &heard, &floors, true));
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

/// Every floor that anybody named, and those between them where a barometer may tell of them.
fn floors(before: &Before, moments: &[Moment]) -> Vec<Floor> {
    let named = moments.iter().flat_map(heard);
    let mut floors: Vec<Floor> =
        before.chances.iter().chain(named).map(|(floor, _)| *floor).collect();
    let ends = (floors.iter().min().copied(), floors.iter().max().copied());
    if let (Some(low), Some(high)) = ends
        && moments.iter().any(|moment| moment.pressure_hpa.is_some())
    {
        let between = i32::from(low.get())..=i32::from(high.get());
        floors.extend(between.take(BETWEEN_MAX).filter_map(|level| Floor::new(level).ok()));
    }
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

/// How well each floor explains what each scan says of floors, with the say that its neighbours leave it. The one scan's
/// say that a track without a past begins with is all scans' together: none is more than another for coming first.
fn says(before: &Before, moments: &[Moment], floors: &[Floor]) -> Vec<Vec<f64>> {
    let mut last_ms = (!before.chances.is_empty()).then_some(before.at_ms);
    let n_heard = moments.iter().filter(|moment| !heard(moment).is_empty()).count();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand scans")]
    let each = if last_ms.is_none() { 1.0 / n_heard.max(1) as f64 } else { 0.0 };
    let say = |moment: &Moment| {
        if heard(moment).is_empty() {
            return vec![1.0; floors.len()];
        }
        let span_s = last_ms.replace(moment.at_ms).map_or(0.0, |ms| seconds(moment.at_ms - ms));
        let share = (span_s / ALIKE_S).clamp(SHARE_MIN, 1.0) + each;
        said(heard(moment), floors).into_iter().map(|chance| chance.powf(share)).collect()
    };
    moments.iter().map(say).collect()
}

/// What a scan says of floors by itself.
fn heard(moment: &Moment) -> &[(Floor, f64)] {
    moment.sight.as_ref().map_or(&[], |sight| &sight.floors)
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

/// Carries chances over a change to the next instant, or (`back`) what is known later to the one before.
///
/// # Cost
/// O(floors²) sums, and one weight for each number of floors between two of them.
fn carried(change: &Change, chances: &[f64], floors: &[Floor], back: bool) -> Vec<f64> {
    let weights = Weights::of(change, floors);
    let wholes: Vec<f64> = floors
        .iter()
        .map(|from| floors.iter().map(|to| weights.between(*from, *to)).sum::<f64>())
        .collect();
    let go = |from: usize, to: usize| match wholes[from] {
        sum if sum <= f64::MIN_POSITIVE => f64::from(u8::from(from == to)),
        _ if from == to => 1.0 - change.chance,
        sum => change.chance * weights.between(floors[from], floors[to]) / sum,
    };
    let at = |here: usize| {
        chances.iter().enumerate().fold(0.0, |sum, (there, chance)| {
            let go = if back { go(here, there) } else { go(there, here) };
            go.mul_add(*chance, sum)
        })
    };
    (0..floors.len()).map(at).collect()
}

/// How likely a change leads so many floors up or down, in proportion.
struct Weights {
    /// From as far down as up; 0 in the middle.
    by_floors: Vec<f64>,
    /// Floors between the lowest and the highest.
    most: usize,
}

impl Weights {
    /// For all pairs of `floors`, which rise.
    fn of(change: &Change, floors: &[Floor]) -> Self {
        let ends = floors.first().zip(floors.last());
        let most = ends.map_or(0, |(low, high)| high.get().abs_diff(low.get()));
        let most = i32::from(most);
        Self {
            by_floors: (-most..=most).map(|up| weight(change, f64::from(up))).collect(),
            most: usize::try_from(most).unwrap_or(0),
        }
    }

    fn between(&self, from: Floor, to: Floor) -> f64 {
        let apart = usize::from(to.get().abs_diff(from.get()));
        self.by_floors[if to < from { self.most - apart } else { self.most + apart }]
    }
}

/// How well so many floors up explain a change, in proportion; staying is none.
fn weight(change: &Change, up: f64) -> f64 {
    match change.climbed_m {
        _ if up == 0.0 => 0.0,
        Some(climbed_m) if climbed_m * up < 0.0 => 0.0,
        Some(climbed_m) => {
            let (floor_m, own_m, each) = FLOOR_M;
            let off = up.mul_add(-floor_m, climbed_m) / climbed_m.abs().mul_add(each, own_m);
            (-0.5 * off * off).exp()
        }
        None => up.abs().recip(),
    }
}

/// Numbers in proportion, summing to 1.
fn scaled(numbers: Vec<f64>) -> Vec<f64> {
    let sum: f64 = numbers.iter().sum();
    if sum > 0.0 { numbers.into_iter().map(|number| number / sum).collect() } else { numbers }
}

#[cfg(test)]
#[path = "levels_tests.rs"]
mod tests;
