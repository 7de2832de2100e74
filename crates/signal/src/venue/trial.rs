//! Answers left-out lessons as a model would.

use super::domain::Look;
use super::features::{BASIS, basis_of, loudest_dbm, mass};
use super::fuse::{Attempt, doubt, net_m};
use super::levels::mixed;
use super::loss::shares;
use super::net::{Net, PLACE_OUTPUTS, Pass, WIDTH, add_rows};
use super::prints::Prints;
use super::promise::{Doubt, Signs};
use super::train::{Heard, Lesson};

/// As how loud nothing counts, dBm. Source: the least that eight bits hold.
const NOTHING_DBM: f32 = -127.0;

/// A net and prints that never saw the voices they are tried on.
pub(super) struct Trier<'a> {
    net: &'a Net,
    is_known: &'a [bool],
    prints: Prints<'a>,
    n_levels: usize,
    pass: Pass,
}

impl<'a> Trier<'a> {
    pub(super) fn new(
        net: &'a Net,
        is_known: &'a [bool],
        prints: Prints<'a>,
        n_levels: usize,
    ) -> Self {
        Self { net, is_known, prints, n_levels, pass: Pass::new(n_levels) }
    }

    /// What both say of a lesson; `None` when nothing in it is known.
    pub(super) fn attempt(&mut self, lesson: &Lesson, voice: u64) -> Option<Attempt> {
        let counts =
            |heard: &Heard| mass([basis_of(heard.rssi_dbm, heard.fresh)].into_iter()) - 1.0;
        let all: f32 = lesson.heard.iter().map(counts).sum::<f32>() + 1e-9;
        let known = lesson.heard.iter().filter(|heard| self.is_known[heard.transmitter]);
        let known: Vec<Heard> = known.copied().collect();
        let bases = bases(&known);
        let pass = &mut self.pass;
        let known_mass = run(self.net, pass, &bases);
        let strongest = bases.iter().map(|(_, basis)| basis[1]).fold(0.0, f32::max);
        let share_known = f64::from((known_mass - 1.0) / all);
        let near = self.prints.near(&known, self.n_levels);
        let net_m = net_m(&pass.out, near.as_ref());
        let alone = self.net.levels.of(&bases, known_mass);
        let doubt = doubt(net_m, near.as_ref());
        let look = look(&known, known_mass, &doubt);
        (!known.is_empty()).then(|| Attempt {
            net_m,
            levels: mixed(&alone, &shares(&pass.out[PLACE_OUTPUTS..])),
            near,
            at_m: lesson.at_m(),
            level: lesson.floor,
            signs: Signs::of(pass.out[2], strongest, known_mass, share_known, &doubt),
            look,
            voice,
        })
    }
}

/// What tells whether a model was tried on scans like one that hears these.
pub(super) fn look(heard: &[Heard], mass: f32, doubt: &Doubt) -> Look {
    let loudest = loudest_dbm(heard.iter().map(|one| (one.rssi_dbm, one.fresh)));
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    let distance = doubt.distance as f32;
    Look { loudest_dbm: loudest.unwrap_or(NOTHING_DBM), log_mass: mass.max(1.0).ln(), distance }
}

/// What each reading adds to the net's sum: the transmitter's number and its basis.
fn bases(heard: &[Heard]) -> Vec<(usize, [f32; BASIS])> {
    heard.iter().map(|one| (one.transmitter, basis_of(one.rssi_dbm, one.fresh))).collect()
}

/// Evaluates a net; the mass of the readings.
fn run(net: &Net, pass: &mut Pass, bases: &[(usize, [f32; BASIS])]) -> f32 {
    pass.sum = [0.0; WIDTH];
    for (transmitter, basis) in bases {
        add_rows(&mut pass.sum, basis, net.rows_of(*transmitter));
    }
    let mass = mass(bases.iter().map(|(_, basis)| *basis));
    pass.run(&net.layers, mass);
    mass
}

/// Where a net puts a lesson, m.
pub(super) fn lesson_m(net: &Net, pass: &mut Pass, lesson: &Lesson) -> [f64; 2] {
    run(net, pass, &bases(&lesson.heard));
    net_m(&pass.out, None)
}
