//! A learned model as bytes, and what it says of a scan.
//!
//! Little-endian: `VEN1`; origin lat i32, lng i32 (1e-7°); number of transmitters u32; number of levels u8,
//! 1 for a draft u8, two bytes of 0; [`Promise::FLOATS`] f32 of the promise; the levels, i8 each, rising; the keys, u64
//! each, rising; for each a scale f32 and `net::ROWS` i8 of its rows; for each a scale f32 and `BASIS` i8 a level,
//! what it says of levels by itself; then of each layer the biases and the weights, f32. Nothing else, nothing
//! less.

use super::features::{BASIS, Reading, basis, mass};
use super::layer::{Layer, ROW_BYTES, add_row_bytes};
use super::learn::Effort;
use super::levels::{add_levels, probabilities};
use super::loss::shares;
use super::net::{FIRST, Net, PLACE_OUTPUTS, Pass, SECOND, WIDTH};
use super::promise::{Promise, Signs};
use cairn_ground::{Enu, Floor, LatLng, LocalFrame, Radii};

/// Metres of one unit of a model's outputs. Source: choice, half the span of a mall.
pub(super) const UNIT_M: f64 = 50.0;
const MAGIC: [u8; 4] = *b"VEN1";
const HEAD_BYTES: usize = 20;
/// Share of what transmitters say each by itself in a level's probability; the rest is the net's.
/// Source: measured, docs/measured/venues.md.
const WIDE: f32 = 0.8;
const KEY_BYTES: usize = 8;

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
}

/// A model, read where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    effort: Effort,
    origin: LatLng,
    promise: Promise,
    levels: &'a [u8],
    keys: &'a [[u8; KEY_BYTES]],
    rows: &'a [[u8; ROW_BYTES]],
    layers: [Layer<'a>; 3],
    /// For each transmitter a scale and [`BASIS`] numbers a level.
    level_rows: &'a [u8],
}

/// The bytes of a net that knows these keys, rising, and these levels, rising.
pub(super) fn encode(
    net: &Net,
    origin: LatLng,
    keys: &[u64],
    levels: &[i8],
    promise: &Promise,
    effort: Effort,
) -> Vec<u8> {
    let (lat_e7, lng_e7) = origin.to_e7();
    let mut bytes = Vec::with_capacity(HEAD_BYTES + keys.len() * (KEY_BYTES + ROW_BYTES));
    bytes.extend(MAGIC);
    bytes.extend(lat_e7.to_le_bytes());
    bytes.extend(lng_e7.to_le_bytes());
    bytes.extend(u32::try_from(keys.len()).unwrap_or(0).to_le_bytes());
    bytes.extend([
        u8::try_from(levels.len()).unwrap_or(0),
        u8::from(effort == Effort::Draft),
        0,
        0,
    ]);
    bytes.extend(promise.floats().into_iter().flat_map(f32::to_le_bytes));
    bytes.extend(levels.iter().map(|level| level.cast_unsigned()));
    bytes.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
    for transmitter in 0..keys.len() {
        put_rows(&mut bytes, net.rows_of(transmitter));
    }
    for transmitter in 0..keys.len() {
        put_rows(&mut bytes, net.levels.rows_of(transmitter));
    }
    for layer in &net.layers {
        bytes.extend(layer.biases.iter().chain(&layer.weights).flat_map(|n| n.to_le_bytes()));
    }
    bytes
}

/// Writes rows in steps of a 127th of the largest.
fn put_rows(bytes: &mut Vec<u8>, rows: &[f32]) {
    let largest = rows.iter().map(|value| value.abs()).fold(1e-9, f32::max);
    let scale = largest / 127.0;
    bytes.extend(scale.to_le_bytes());
    #[expect(clippy::cast_possible_truncation, reason = "at most ±127")]
    let steps = rows.iter().map(|value| ((value / scale).round() as i8).cast_unsigned());
    bytes.extend(steps);
}

impl<'a> Model<'a> {
    /// Reads a model; `None` for bytes that [`encode`] would not write.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD_BYTES>()?;
        let word = |at: usize| [head[at], head[at + 1], head[at + 2], head[at + 3]];
        let origin =
            LatLng::from_e7(i32::from_le_bytes(word(4)), i32::from_le_bytes(word(8))).ok()?;
        let n_keys = usize::try_from(u32::from_le_bytes(word(12))).ok()?;
        let n_levels = usize::from(head[16]);
        let is_head = head[..4] == MAGIC && head[17] <= 1 && head[18..] == [0, 0] && n_levels > 0;
        let (promise, rest) = rest.split_at_checked(4 * Promise::FLOATS)?;
        let promise = Promise::read(promise.as_chunks().0)?;
        let (levels, rest) = rest.split_at_checked(n_levels)?;
        let (keys, rest) = rest.split_at_checked(n_keys.checked_mul(KEY_BYTES)?)?;
        let (rows, rest) = rest.split_at_checked(n_keys.checked_mul(ROW_BYTES)?)?;
        let level_row = 4 + BASIS * n_levels;
        let (level_rows, rest) = rest.split_at_checked(n_keys.checked_mul(level_row)?)?;
        let (first, rest) = Layer::split(rest, WIDTH, FIRST)?;
        let (second, rest) = Layer::split(rest, FIRST, SECOND)?;
        let (third, rest) = Layer::split(rest, SECOND, PLACE_OUTPUTS + n_levels)?;
        let layers = [first, second, third];
        let is_whole = is_head && rest.is_empty();
        let (keys, rows) = (keys.as_chunks().0, rows.as_chunks().0);
        let effort = if head[17] == 1 { Effort::Draft } else { Effort::Whole };
        let model = Self { effort, origin, promise, levels, keys, rows, layers, level_rows };
        (is_whole && model.is_sound()).then_some(model)
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

    /// True when it knows a transmitter.
    pub fn knows(&self, key: u64) -> bool {
        self.find(key).is_some()
    }

    fn find(&self, key: u64) -> Option<usize> {
        self.keys.binary_search_by_key(&key, |bytes| u64::from_le_bytes(*bytes)).ok()
    }

    /// The share of what a scan hears, by strength and freshness, that the model knows.
    pub fn share_known(&self, readings: &[Reading]) -> f32 {
        let (mut known, mut all) = (0.0, 1e-9);
        for reading in readings {
            let Some(basis) = basis(reading.rssi_dbm, reading.age_s) else { continue };
            let counts = mass([basis].into_iter()) - 1.0;
            all += counts;
            known += if self.knows(reading.key) { counts } else { 0.0 };
        }
        known / all
    }

    /// Where a scan was heard; `None` when no reading counts or a number in the model is none.
    ///
    /// # Cost
    /// About 100 multiplications a reading and 13,000 for the layers; a few small allocations.
    pub fn locate(&self, readings: &[Reading]) -> Option<Inside> {
        let mut pass = Pass::new(self.levels.len());
        let (mut n_known, mut known, mut all) = (0, Vec::new(), 0.0);
        let mut levels = vec![0.0; self.levels.len()];
        for reading in readings {
            let Some(basis) = basis(reading.rssi_dbm, reading.age_s) else { continue };
            all += mass([basis].into_iter()) - 1.0;
            if let Some(index) = self.find(reading.key) {
                n_known += 1;
                known.push(basis);
                add_row_bytes(&mut pass.sum, &basis, &self.rows[index]);
                self.add_level_bytes(&mut levels, &basis, index);
            }
        }
        if known.is_empty() {
            return None;
        }
        let known_mass = mass(known.iter().copied());
        pass.run(&self.layers.map(Layer::dense), known_mass);
        let share_known = f64::from((known_mass - 1.0) / all.max(1e-9));
        let strongest = known.iter().map(|basis| basis[1]).fold(0.0, f32::max);
        let signs = Signs::of(pass.out[2], strongest, known_mass, share_known);
        let levels = probabilities(&levels, known_mass);
        self.inside(&pass, signs, levels, (n_known, share_known))
    }

    fn inside(
        &self,
        pass: &Pass,
        signs: Signs,
        levels: Vec<f32>,
        (n_known, share_known): (usize, f64),
    ) -> Option<Inside> {
        let (east, north) = (f64::from(pass.out[0]), f64::from(pass.out[1]));
        let at = Enu { east_m: east * UNIT_M, north_m: north * UNIT_M };
        let mut floors: Vec<(Floor, f64)> = self
            .levels
            .iter()
            .zip(levels.into_iter().zip(shares(&pass.out[PLACE_OUTPUTS..])))
            .map(|(level, (alone, together))| (level, WIDE.mul_add(alone - together, together)))
            .filter_map(|(level, share)| {
                let floor = Floor::new(i32::from(level.cast_signed())).ok()?;
                Some((floor, f64::from(share)))
            })
            .collect();
        floors.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let is_finite = pass.out.iter().all(|value| value.is_finite());
        let frame = LocalFrame::at(self.origin);
        is_finite.then(|| Inside {
            place: frame.latlng_from_enu(at),
            radii: self.promise.radii(&signs),
            floors,
            n_known,
            share_known,
        })
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
