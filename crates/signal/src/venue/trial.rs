//! Answers left-out lessons as a model would.

use super::features::{BASIS, basis_of, mass};
use super::fuse::{Attempt, doubt};
use super::levels::mixed;
use super::loss::shares;
use super::model::UNIT_M;
use super::net::{Net, PLACE_OUTPUTS, Pass, WIDTH, add_rows};
use super::prints::Prints;
use super::promise::Signs;
use super::train::{Heard, Lesson};

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
        let bases: Vec<(usize, [f32; BASIS])> =
            known.iter().map(|one| (one.transmitter, basis_of(one.rssi_dbm, one.fresh))).collect();
        let pass = &mut self.pass;
        pass.sum = [0.0; WIDTH];
        for (transmitter, basis) in &bases {
            add_rows(&mut pass.sum, basis, self.net.rows_of(*transmitter));
        }
        let known_mass = mass(bases.iter().map(|(_, basis)| *basis));
        pass.run(&self.net.layers, known_mass);
        let strongest = bases.iter().map(|(_, basis)| basis[1]).fold(0.0, f32::max);
        let share_known = f64::from((known_mass - 1.0) / all);
        let near = self.prints.near(&known, self.n_levels);
        let net_m = [0, 1].map(|axis: usize| f64::from(pass.out[axis]) * UNIT_M);
        let alone = self.net.levels.of(&bases, known_mass);
        let doubt = doubt(net_m, near.as_ref());
        (!known.is_empty()).then(|| Attempt {
            net_m,
            levels: mixed(&alone, &shares(&pass.out[PLACE_OUTPUTS..])),
            near,
            at_m: lesson.at_m(),
            level: lesson.floor,
            signs: Signs::of(pass.out[2], strongest, known_mass, share_known, &doubt),
            voice,
        })
    }
}
