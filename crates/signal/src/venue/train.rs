//! Learns a net from scans whose places are known; deterministic.

use super::adam::{self, Moments, Step};
use super::back::{back_layer, back_rows, turn};
use super::features::{BASIS, basis_of, mass};
use super::imprint::square_of;
use super::loss::errors;
use super::model::UNIT_M;
use super::net::{FIRST, Net, Pass, ROWS, SECOND, WIDTH, add_rows};
use super::rng::Rng;

/// A scan at a known place, in a model's own units.
#[derive(Debug, Clone)]
pub(super) struct Lesson {
    /// East and north, in units of the model's scale.
    pub(super) at: [f32; 2],
    /// Which of the model's levels.
    pub(super) floor: usize,
    /// How much it counts.
    pub(super) weight: f32,
    /// What was heard.
    pub(super) heard: Vec<Heard>,
    /// Lessons of other voices close by on the same level.
    pub(super) near: Vec<u32>,
}

impl Lesson {
    /// East and north, m.
    pub(super) fn at_m(&self) -> [f64; 2] {
        self.at.map(|at| f64::from(at) * UNIT_M)
    }
}

/// A reading of a lesson.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard {
    /// Its number.
    pub(super) transmitter: usize,
    pub(super) rssi_dbm: f32,
    pub(super) age_s: f32,
    /// What its age leaves of it.
    pub(super) fresh: f32,
}

/// Scans a step averages over. Source: measured, docs/measured/venues.md; so are all below.
const BATCH: usize = 96;
/// Rate of the first steps, falling to 0 as a cosine. Source: as [`BATCH`].
const RATE: f32 = 0.004;
/// Rate of the transmitters' rows over that of the layers. Source: as [`BATCH`].
const ROWS_RATE: f32 = 2.0;
/// How fast rows shrink. Source: as [`BATCH`].
const ROWS_DECAY: f32 = 0.5;
/// How fast what transmitters say of levels shrinks. Source: as [`BATCH`].
const LEVELS_DECAY: f32 = 0.1;
/// Steps over which the rate rises. Source: as [`BATCH`].
const WARM_UP: f32 = 50.0;
/// Largest share of a scan's readings that a lesson leaves out. Source: as [`BATCH`].
const LEFT_OUT_MAX: f32 = 0.8;
/// Standard deviation of what is added to all powers of a scan, and to each, dB. Source: as [`BATCH`].
const NOISE_DB: f32 = 2.0;
/// Share of lessons without their older readings. Source: as [`BATCH`].
const CUT_SHARE: f32 = 0.3;
/// Side of the squares that lessons of a batch are gone through by, m. Source: choice: who hears the same transmitters
/// finds their rows in the cache (docs/measured/venues.md).
const SIDE_M: f64 = 12.0;

/// Everything a run needs.
struct Trainer<'a> {
    net: Net,
    rows: Moments,
    levels: Moments,
    layers: [[Moments; 2]; 3],
    /// The layers' weights as of the last step, the other way around.
    turned: [Vec<f32>; 3],
    touched: Vec<usize>,
    is_touched: Vec<bool>,
    lessons: &'a [Lesson],
    rng: Rng,
    pass: Pass,
    heard: Vec<(usize, [f32; BASIS])>,
}

/// Trains on lessons for so many rounds.
pub(super) fn train(
    lessons: &[Lesson],
    n_transmitters: usize,
    n_floors: usize,
    n_rounds: usize,
    seed: u64,
) -> Net {
    let mut rng = Rng::new(seed);
    let net = Net::fresh(n_transmitters, n_floors, &mut rng);
    let mut trainer = Trainer {
        rows: Moments::new(net.rows.len(), WIDTH),
        levels: Moments::new(net.levels.rows.len(), n_floors),
        layers: [0, 1, 2].map(|n: usize| adam::of_layer(&net.layers[n])),
        turned: Default::default(),
        net,
        touched: Vec::new(),
        is_touched: vec![false; n_transmitters],
        lessons,
        rng,
        pass: Pass::new(n_floors),
        heard: Vec::new(),
    };
    let by_place = by_place(lessons);
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    let n_steps = n_rounds * lessons.len().div_ceil(BATCH);
    let mut step = 0;
    for _ in 0..n_rounds {
        trainer.rng.shuffle(&mut order);
        for batch in order.chunks_mut(BATCH) {
            step += 1;
            for (layer, turned) in trainer.net.layers.iter().zip(&mut trainer.turned) {
                turn(layer, turned);
            }
            batch.sort_unstable();
            for place in &*batch {
                trainer.learn(by_place[*place], batch.len());
            }
            trainer.step(step, rate(step, n_steps));
        }
    }
    trainer.net
}

/// The numbers of lessons such that neighbors follow each other.
fn by_place(lessons: &[Lesson]) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..lessons.len()).collect();
    numbers.sort_by_key(|number| {
        let lesson = &lessons[*number];
        (lesson.floor, square_of(lesson.at_m(), SIDE_M))
    });
    numbers
}

#[expect(clippy::cast_precision_loss, reason = "some thousand steps")]
fn rate(step: usize, n_steps: usize) -> f32 {
    let (step, n_steps) = (step as f32, n_steps as f32);
    let cosine = (std::f32::consts::PI * step / n_steps).cos();
    RATE * 0.5 * (1.0 + cosine) * (step / WARM_UP).min(1.0)
}

impl Trainer<'_> {
    /// Adds one lesson's gradients.
    fn learn(&mut self, index: usize, n_batch: usize) {
        let at = self.draw(index);
        let bases = self.heard.iter().map(|(_, basis)| *basis);
        let mass = mass(bases);
        self.pass.sum = [0.0; WIDTH];
        for (transmitter, basis) in &self.heard {
            add_rows(&mut self.pass.sum, basis, self.net.rows_of(*transmitter));
        }
        self.pass.run(&self.net.layers, mass);
        let lesson = &self.lessons[index];
        #[expect(clippy::cast_precision_loss, reason = "a batch's size")]
        let weight = lesson.weight / n_batch as f32;
        let errors = errors(&self.pass.out, at, lesson.floor, weight);
        self.back(&errors);
        let mut levels = self.net.levels.of(&self.heard, mass);
        levels[lesson.floor] -= 1.0;
        for error in &mut levels {
            *error *= weight;
        }
        self.net.levels.back(&mut self.levels, &self.heard, mass, &levels);
    }

    /// Draws what a lesson shows this time into `heard`; where it then stands.
    fn draw(&mut self, index: usize) -> [f32; 2] {
        let rng = &mut self.rng;
        let lesson = &self.lessons[index];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "16 bits")]
        let left_out = (LEFT_OUT_MAX * rng.uniform() * 65_536.0) as u64;
        let shift_db = NOISE_DB * rng.normal();
        let age_max_s =
            if rng.uniform() < CUT_SHARE { 15.0_f32.mul_add(rng.uniform(), 1.5) } else { f32::MAX };
        self.heard.clear();
        let mut show = |lesson: &Lesson, share: f32, rng: &mut Rng| {
            for heard in &lesson.heard {
                let Some(noise) = rng.keep_and_normal(left_out) else { continue };
                if heard.age_s <= age_max_s {
                    let rssi_dbm = heard.rssi_dbm + shift_db + NOISE_DB * noise;
                    self.heard.push((heard.transmitter, basis_of(rssi_dbm, share * heard.fresh)));
                }
            }
        };
        if lesson.near.is_empty() {
            show(lesson, 1.0, rng);
            return lesson.at;
        }
        let share = 0.5_f32.mul_add(rng.uniform(), 0.5);
        let other = &self.lessons[lesson.near[rng.below(lesson.near.len())] as usize];
        show(lesson, share, rng);
        show(other, 1.0 - share, rng);
        [0, 1].map(|axis: usize| share * lesson.at[axis] + (1.0 - share) * other.at[axis])
    }

    /// Passes the outputs' gradients back to all that made them.
    fn back(&mut self, errors: &[f32]) {
        let pass = &self.pass;
        let mut to_second = [0.0; SECOND];
        let [first, second, third] = &mut self.layers;
        let turned = &self.turned;
        back_layer(&turned[2], third, &pass.second, errors, &mut to_second);
        let mut to_first = [0.0; FIRST];
        back_layer(&turned[1], second, &pass.first, &to_second, &mut to_first);
        let mut to_sum = [0.0; WIDTH];
        back_layer(&turned[0], first, &pass.sum, &to_first, &mut to_sum);
        for value in &mut to_sum {
            *value *= pass.norm;
        }
        for (transmitter, basis) in &self.heard {
            if !self.is_touched[*transmitter] {
                self.is_touched[*transmitter] = true;
                self.touched.push(*transmitter);
            }
            let span = transmitter * ROWS..(transmitter + 1) * ROWS;
            back_rows(&mut self.rows.gradient[span], basis, &to_sum);
        }
    }

    /// Moves everything that has a gradient.
    fn step(&mut self, n: usize, rate: f32) {
        let step = Step::new(rate, n);
        for (layer, [weights, biases]) in self.net.layers.iter_mut().zip(&mut self.layers) {
            weights.step_each(&mut layer.weights, step);
            biases.step_each(&mut layer.biases, step);
        }
        let step = Step::new(rate * ROWS_RATE, n);
        self.touched.sort_unstable();
        for transmitter in self.touched.drain(..) {
            self.is_touched[transmitter] = false;
            let span = transmitter * ROWS..(transmitter + 1) * ROWS;
            self.rows.step_rows(&mut self.net.rows, span, step, ROWS_DECAY);
            self.net.levels.step(&mut self.levels, transmitter, step, LEVELS_DECAY);
        }
    }
}
