//! Two experts made one: the net, and the prints that sound alike.
//!
//! How much the prints count is learned of each building from the voices left out: little where walks are
//! few and wide apart, most where many phones stood at the same spots (docs/measured/venues.md).

use super::domain::Look;
use super::model::UNIT_M;
use super::prints::Near;
use super::promise::{Doubt, SIGNS, Signs, Trial, regress};
use crate::robust::n_distinct;

/// How much the prints count, of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shares {
    /// In the place: the logarithm of how much farther they are off than the net, as the signs tell it.
    pub(super) lean: [f32; SIGNS],
    /// In the level.
    pub(super) level: f32,
}

/// A left-out scan as both experts see it.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    /// Where the net puts it, m.
    pub(super) net_m: [f64; 2],
    /// What the net says of levels.
    pub(super) levels: Vec<f32>,
    pub(super) near: Option<Near>,
    /// Where it was, m, and on which level.
    pub(super) at_m: [f64; 2],
    pub(super) level: usize,
    pub(super) signs: Signs,
    pub(super) look: Look,
    pub(super) voice: u64,
}

/// Untried prints count as little as they were worth in the malls. Source: measured, docs/measured/venues.md.
const UNTRIED: Shares = Shares { lean: [0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], level: 0.2 };
/// How an expert's say falls with how far it is expected to be off. Source: measured, docs/measured/venues.md.
const POWER: f64 = 8.0;
/// In the odds against prints: the net that serves learns nine times as long as those tried beside them.
/// Source: as [`POWER`].
const HANDICAP: f64 = 0.5;
/// Shares in the level that are tried. Source: choice.
const TRIED: [f32; 11] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
/// Least attempts that shares are learned from. Source: as a promise's.
const ATTEMPTS_MIN: usize = 60;
/// Least voices that decide how much the prints count in the level: a voice left out takes whole levels with it.
/// Source: the museum of eight voices, docs/measured/venues.md.
const VOICES_MIN: usize = 16;
/// Least a level gets from an expert who does not name it. Source: choice, one in a hundred is mistaken.
const LEVEL_MIN: f32 = 0.01;

impl Shares {
    /// Floats of shares. Source: the fields.
    pub(super) const FLOATS: usize = SIGNS + 1;

    /// Those with which left-out scans come off best.
    pub(super) fn fit(attempts: &[Attempt]) -> Self {
        if attempts.len() < ATTEMPTS_MIN {
            return UNTRIED;
        }
        let surprise = |share: f32| attempts.iter().map(|a| a.surprise(share)).sum::<f64>();
        let n_voices = n_distinct(attempts.iter().map(|attempt| attempt.voice));
        let level = if n_voices < VOICES_MIN { UNTRIED.level } else { least(surprise) };
        let both: Vec<&Attempt> = attempts.iter().filter(|one| one.near.is_some()).collect();
        let alone = |share: f32| both.iter().map(|one| one.trial_of(share)).collect::<Vec<_>>();
        let lean = regress(&alone(1.0)).zip(regress(&alone(0.0)));
        let lean = lean.map(|(near, net)| std::array::from_fn(|sign| near[sign] - net[sign]));
        Self { lean: lean.unwrap_or(UNTRIED.lean), level }
    }

    /// How much the prints count in the place of a scan.
    pub(super) fn place(&self, signs: &Signs) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        let share = (1.0 + POWER.mul_add(signs.times(&self.lean), HANDICAP).exp()).recip() as f32;
        share
    }

    pub(super) fn floats(&self) -> [f32; Self::FLOATS] {
        let mut floats = [self.level; Self::FLOATS];
        floats[..SIGNS].copy_from_slice(&self.lean);
        floats
    }

    /// Reads [`Shares::floats`]; `None` for numbers that are no shares.
    pub(super) fn read(bytes: &[[u8; 4]]) -> Option<Self> {
        let floats: Vec<f32> = bytes.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let (lean, level) = floats.split_first_chunk::<SIGNS>()?;
        let [level] = *level else { return None };
        let is_sound = lean.iter().all(|n| n.is_finite()) && (0.0..=1.0).contains(&level);
        is_sound.then_some(Self { lean: *lean, level })
    }
}

impl Attempt {
    fn error_m(&self, share: f32) -> f64 {
        let [east, north] = place_m(self.net_m, self.near.as_ref(), share);
        (east - self.at_m[0]).hypot(north - self.at_m[1])
    }

    fn surprise(&self, share: f32) -> f64 {
        let levels = levels(&self.levels, self.near.as_ref(), share);
        -f64::from(levels.get(self.level).map_or(LEVEL_MIN, |p| p.max(LEVEL_MIN * LEVEL_MIN))).ln()
    }

    /// How far off the two together are.
    pub(super) fn trial(&self, shares: Shares) -> Trial {
        self.trial_of(shares.place(&self.signs))
    }

    fn trial_of(&self, share: f32) -> Trial {
        Trial {
            signs: self.signs,
            look: self.look,
            error_m: self.error_m(share),
            voice: self.voice,
        }
    }
}

fn least(cost: impl Fn(f32) -> f64) -> f32 {
    let costs = TRIED.map(|share| (cost(share), share));
    costs.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0.0, |(_, share)| share)
}

/// Where the net puts a scan, m: as its outputs say, and as far on as it is off where prints sound like the scan.
pub(super) fn net_m(out: &[f32], near: Option<&Near>) -> [f64; 2] {
    let off_m = near.map_or([0.0; 2], |near| near.off_m);
    [0, 1].map(|axis: usize| f64::from(out[axis]) * UNIT_M + off_m[axis])
}

/// The place between the two.
pub(super) fn place_m(net_m: [f64; 2], near: Option<&Near>, share: f32) -> [f64; 2] {
    let near_m = near.map_or(net_m, |near| near.at_m);
    [0, 1].map(|axis: usize| f64::from(share).mul_add(near_m[axis] - net_m[axis], net_m[axis]))
}

/// Levels as both together see them: the product of their probabilities, each to the power of its share.
pub(super) fn levels(net: &[f32], near: Option<&Near>, share: f32) -> Vec<f32> {
    let Some(near) = near.filter(|_| share > 0.0) else { return net.to_vec() };
    let both = net.iter().zip(&near.levels).map(|(net, near)| {
        net.max(LEVEL_MIN * LEVEL_MIN).powf(1.0 - share) * near.max(LEVEL_MIN).powf(share)
    });
    let both: Vec<f32> = both.collect();
    let total: f32 = both.iter().sum();
    both.into_iter().map(|odds| odds / total).collect()
}

/// How much the two disagree; prints that say nothing leave all in doubt.
pub(super) fn doubt(net_m: [f64; 2], near: Option<&Near>) -> Doubt {
    near.map_or(Doubt { apart_m: 0.0, spread_m: 0.0, distance: 1.0 }, |near| Doubt {
        apart_m: (near.at_m[0] - net_m[0]).hypot(near.at_m[1] - net_m[1]),
        spread_m: near.spread_m,
        distance: near.distance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scan at the origin that both put east of it: the net by `net_m`, prints at this distance by `near_m`.
    fn attempt(net_m: f64, near_m: f64, distance: f64) -> Attempt {
        let levels = vec![0.0, 1.0];
        let near = Near { at_m: [near_m, 0.0], levels, spread_m: 4.0, distance, off_m: [0.0; 2] };
        let doubt = doubt([net_m, 0.0], Some(&near));
        Attempt {
            net_m: [net_m, 0.0],
            levels: vec![0.6, 0.4],
            near: Some(near),
            at_m: [0.0; 2],
            level: 1,
            signs: Signs::of(0.0, 1.0, 20.0, 1.0, &doubt),
            look: Look { loudest_dbm: -60.0, log_mass: 3.0, distance: 0.4 },
            voice: 1,
        }
    }

    #[test]
    fn prints_count_where_they_were_nearer_on_scans_left_out() {
        let alike = || (0..100).map(|n| attempt(8.0 + f64::from(n % 5), 2.0, 0.2));
        let unlike = || (0..100).map(|n| attempt(3.0 + f64::from(n % 5), 30.0, 0.7));
        let voices = |n_voices: u64| {
            let all = alike().chain(unlike()).zip(0..);
            all.map(|(one, n)| Attempt { voice: n % n_voices, ..one }).collect::<Vec<_>>()
        };
        let shares = Shares::fit(&voices(20));
        let share = |one: Attempt| shares.place(&one.signs);
        assert!(share(attempt(9.0, 2.0, 0.2)) > 0.8, "{shares:?}");
        assert!(share(attempt(4.0, 30.0, 0.7)) < 0.2, "{shares:?}");
        assert!(shares.level > 0.9, "the prints named the level: {shares:?}");
        let few = Shares::fit(&voices(8));
        assert_eq!(
            (few.lean, few.level),
            (shares.lean, UNTRIED.level),
            "few voices decide no level"
        );
        let bytes: Vec<[u8; 4]> = shares.floats().map(f32::to_le_bytes).to_vec();
        assert_eq!(Shares::read(&bytes), Some(shares));
        let mut broken = bytes.clone();
        broken[SIGNS] = 1.5_f32.to_le_bytes();
        assert_eq!(Shares::read(&broken), None);
        assert_eq!(Shares::read(&bytes[1..]), None);
    }

    #[test]
    fn a_net_is_put_right_as_far_as_it_was_off_where_it_sounds_alike() {
        let off = Near { off_m: [2.0, -1.0], ..attempt(1.0, 1.0, 0.2).near.unwrap() };
        let [east_m, north_m] = net_m(&[0.1, 0.2, 0.0], Some(&off));
        assert!((east_m - 7.0).abs() < 1e-6 && (north_m - 9.0).abs() < 1e-6, "{east_m} {north_m}");
        let [east_m, north_m] = net_m(&[0.1, 0.2, 0.0], None);
        assert!((east_m - 5.0).abs() < 1e-6 && (north_m - 10.0).abs() < 1e-6);
    }

    #[test]
    fn levels_together_are_probabilities_and_without_prints_the_net_s() {
        let one = attempt(1.0, 1.0, 0.2);
        let both = levels(&one.levels, one.near.as_ref(), 0.5);
        assert!((both.iter().sum::<f32>() - 1.0).abs() < 1e-6 && both[1] > 0.8, "{both:?}");
        assert_eq!(levels(&one.levels, None, 0.5), one.levels);
        assert_eq!(levels(&one.levels, one.near.as_ref(), 0.0), one.levels);
    }
}
