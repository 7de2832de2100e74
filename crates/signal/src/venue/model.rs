//! A learned model read where it lies, and what it says of a scan.
//!
//! The bytes are `encode`'s.

use super::encode::{HEAD_BYTES, KEY_BYTES, MAGIC, MAGIC_4, MAGIC_5, NUMBER_BYTES};
use super::features::{BASIS, Reading, basis_of, freshness, mass};
use super::fuse::{self, Shares};
use super::heard::{Together, together};
use super::layer::{Layer, ROW_BYTES, add_row_bytes};
use super::learn::Effort;
use super::levels::{add_levels, mixed, probabilities};
use super::loss::shares;
use super::net::{FIRST, PLACE_OUTPUTS, Pass, SECOND, WIDTH};
use super::prints::{Prints, word};
use super::promise::{Promise, Signs};
use super::train::Heard;
use super::trial::look;
use cairn_ground::{Enu, Floor, LatLng, LocalFrame, Radii};

/// Metres of one unit of a model's outputs. Source: choice, half the span of a mall.
pub(super) const UNIT_M: f64 = 50.0;

/// What a model says of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Inside {
    /// Where it was heard.
    pub place: LatLng,
    /// Radii claimed to hold the truth with 50, 68, 90 and 95 %.
    pub radii: Radii,
    /// Levels with their probabilities, the most probable first.
    pub floors: Vec<(Floor, f64)>,
    /// Readings of transmitters the model knows.
    pub n_known: usize,
    /// Their share in the mass of all readings.
    pub share_known: f64,
    /// Whether the model was tried on no such scans.
    pub extrapolated: bool,
    /// Whether it was tried on none as faint.
    pub is_fainter: bool,
}

/// A model, read where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    effort: Effort,
    origin: LatLng,
    promise: Promise,
    shares: Shares,
    prints: Prints<'a>,
    levels: &'a [u8],
    keys: &'a [[u8; KEY_BYTES]],
    /// Each key's transmitter.
    transmitters: &'a [[u8; NUMBER_BYTES]],
    rows: &'a [[u8; ROW_BYTES]],
    layers: [Layer<'a>; 3],
    /// For each transmitter a scale and [`BASIS`] numbers a level.
    level_rows: &'a [u8],
}

impl<'a> Model<'a> {
    /// Reads a model; `None` for bytes that are no model.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD_BYTES>()?;
        let four = |at: usize| [head[at], head[at + 1], head[at + 2], head[at + 3]];
        let origin =
            LatLng::from_e7(i32::from_le_bytes(four(4)), i32::from_le_bytes(four(8))).ok()?;
        let n_keys = word(&four(12))?;
        let n_levels = usize::from(head[16]);
        let (n_promise, has_offs) = match [head[0], head[1], head[2], head[3]] {
            MAGIC => (Promise::FLOATS, true),
            MAGIC_5 => (Promise::FLOATS_5, true),
            MAGIC_4 => (Promise::FLOATS_5, false),
            _ => return None,
        };
        let is_head = head[17] <= 1 && head[18..] == [0, 0] && n_levels > 0;
        let (own, rest) = rest.split_at_checked(NUMBER_BYTES)?;
        let n_transmitters = word(own)?;
        let (promise, rest) = rest.split_at_checked(4 * n_promise)?;
        let promise = Promise::read(promise.as_chunks().0)?;
        let (shares, rest) = rest.split_at_checked(4 * Shares::FLOATS)?;
        let shares = Shares::read(shares.as_chunks().0)?;
        let (levels, rest) = rest.split_at_checked(n_levels)?;
        let (keys, rest) = rest.split_at_checked(n_keys.checked_mul(KEY_BYTES)?)?;
        let (transmitters, rest) = rest.split_at_checked(n_keys.checked_mul(NUMBER_BYTES)?)?;
        let (rows, rest) = rest.split_at_checked(n_transmitters.checked_mul(ROW_BYTES)?)?;
        let level_row = 4 + BASIS * n_levels;
        let (level_rows, rest) = rest.split_at_checked(n_transmitters.checked_mul(level_row)?)?;
        let (first, rest) = Layer::split(rest, WIDTH, FIRST)?;
        let (second, rest) = Layer::split(rest, FIRST, SECOND)?;
        let (third, rest) = Layer::split(rest, SECOND, PLACE_OUTPUTS + n_levels)?;
        let layers = [first, second, third];
        let prints = Prints::read(rest, n_transmitters, has_offs)?;
        let (keys, rows) = (keys.as_chunks().0, rows.as_chunks().0);
        let transmitters = transmitters.as_chunks().0;
        let effort = if head[17] == 1 { Effort::Draft } else { Effort::Whole };
        let model = Self {
            effort,
            origin,
            promise,
            shares,
            prints,
            levels,
            keys,
            transmitters,
            rows,
            layers,
            level_rows,
        };
        (is_head && model.is_sound()).then_some(model)
    }

    /// True when keys and levels rise and levels exist.
    fn is_sound(&self) -> bool {
        let levels = || self.levels.iter().map(|level| level.cast_signed());
        let exist = levels().all(|level| Floor::new(i32::from(level)).is_ok());
        exist
            && levels().is_sorted_by(|a, b| a < b)
            && self.keys.is_sorted_by(|a, b| u64::from_le_bytes(*a) < u64::from_le_bytes(*b))
    }

    /// How much work went into it.
    pub const fn effort(&self) -> Effort {
        self.effort
    }

    /// True when it knows a network.
    pub fn knows(&self, key: u64) -> bool {
        self.find(key).is_some()
    }

    /// The transmitter that sends a network.
    fn find(&self, key: u64) -> Option<usize> {
        let at = self.keys.binary_search_by_key(&key, |bytes| u64::from_le_bytes(*bytes)).ok()?;
        word(self.transmitters.get(at)?).filter(|at| *at < self.rows.len())
    }

    /// The share of what a scan hears, by strength and freshness, that the model knows: every network counts
    /// by itself, so that models with few and with many networks a transmitter are judged alike.
    pub fn share_known(&self, readings: &[Reading]) -> f32 {
        let (mut known, mut all) = (0.0, 1e-9);
        for reading in readings {
            let Some(fresh) = freshness(reading.age_s) else { continue };
            let basis = basis_of(reading.rssi_dbm, fresh);
            let counts = mass([basis].into_iter()) - 1.0;
            all += counts;
            known += if self.knows(reading.key) { counts } else { 0.0 };
        }
        known / all
    }

    /// Where a scan was heard; `None` when no reading counts or a number in the model is none.
    ///
    /// # Cost
    /// About 100 multiplications a reading and 13,000 for the layers, an addition for each print that heard a
    /// transmitter of the scan; a few small allocations.
    pub fn locate(&self, readings: &[Reading]) -> Option<Inside> {
        let mut pass = Pass::new(self.levels.len());
        let (mut known, mut bases, mut all, mut n_known) = (Vec::new(), Vec::new(), 0.0, 0);
        let mut alone = vec![0.0; self.levels.len()];
        for one in together(readings, |key| self.find(key)) {
            let Together { rssi_dbm, age_s, .. } = one;
            let Some(fresh) = freshness(age_s) else { continue };
            let basis = basis_of(rssi_dbm, fresh);
            all += mass([basis].into_iter()) - 1.0;
            if let Some(transmitter) = one.transmitter {
                n_known += one.n_networks;
                known.push(Heard { transmitter, rssi_dbm, age_s, fresh });
                bases.push(basis);
                add_row_bytes(&mut pass.sum, &basis, &self.rows[transmitter]);
                self.add_level_bytes(&mut alone, &basis, transmitter);
            }
        }
        if known.is_empty() {
            return None;
        }
        let known_mass = mass(bases.iter().copied());
        pass.run(&self.layers.map(Layer::dense), known_mass);
        let share_known = f64::from((known_mass - 1.0) / all.max(1e-9));
        let strongest = bases.iter().map(|basis| basis[1]).fold(0.0, f32::max);
        let near = self.prints.near(&known, self.levels.len());
        let net_m = fuse::net_m(&pass.out, near.as_ref());
        let doubt = fuse::doubt(net_m, near.as_ref());
        let look = look(&known, known_mass, &doubt);
        let signs = Signs::of(pass.out[2], strongest, known_mass, share_known, &doubt);
        let alone = probabilities(&alone, known_mass);
        let levels = mixed(&alone, &shares(&pass.out[PLACE_OUTPUTS..]));
        let levels = fuse::levels(&levels, near.as_ref(), self.shares.level);
        let [east_m, north_m] = fuse::place_m(net_m, near.as_ref(), self.shares.place(&signs));
        let is_finite = pass.out.iter().chain(&levels).all(|value| value.is_finite());
        is_finite.then(|| Inside {
            place: LocalFrame::at(self.origin).latlng_from_enu(Enu { east_m, north_m }),
            radii: self.promise.radii(&signs, &look),
            floors: self.floors(&levels),
            n_known,
            share_known,
            extrapolated: self.promise.is_extrapolated(&look),
            is_fainter: self.promise.is_fainter(&look),
        })
    }

    /// The levels with these probabilities, the most probable first.
    fn floors(&self, levels: &[f32]) -> Vec<(Floor, f64)> {
        let levels = self.levels.iter().zip(levels);
        let floors = levels.filter_map(|(level, share)| {
            Some((Floor::new(i32::from(level.cast_signed())).ok()?, f64::from(*share)))
        });
        let mut floors: Vec<(Floor, f64)> = floors.collect();
        floors.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        floors
    }
}

impl Model<'_> {
    /// Adds what one transmitter says of levels.
    fn add_level_bytes(&self, levels: &mut [f32], basis: &[f32; BASIS], index: usize) {
        let row = 4 + BASIS * levels.len();
        let (scale, steps) = self.level_rows[index * row..(index + 1) * row].split_at(4);
        let scale = scale.first_chunk().map_or(0.0, |bytes| f32::from_le_bytes(*bytes));
        let values: Vec<f32> =
            steps.iter().map(|step| scale * f32::from(step.cast_signed())).collect();
        add_levels(levels, basis, &values);
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
