//! A model of `radius` made ready to serve: it reads the row of the whole catalog, and nothing is allocated.

use super::codec::Model;
use crate::boost::Forest;
use crate::calibrate::Radial;
use crate::feature::radius::{METHOD_AT, RadiusRow};
use crate::fit::{Scorer, raw_radii_m};
use crate::limits::RADIUS_M_MAX;
use crate::spec::Task;
use cairn_ground::{Confidence, Radii};
use cairn_neural::Network;

/// Scores of a model of sizes: one for the scale, or one for each promised level.
const SCORES_MAX: usize = 4;

/// A model of `radius` that serves.
#[derive(Debug, Clone, PartialEq)]
pub struct RadiusModel {
    ready: Ready,
    radial: Radial,
}

/// What gives scores of a row of the whole catalog.
#[derive(Debug, Clone, PartialEq)]
enum Ready {
    /// Their nodes ask for places in the whole row.
    Forests(Vec<Forest>),
    /// With the place of each of its features in the whole row.
    Network(Box<Network>, Vec<usize>),
}

impl RadiusModel {
    /// The model made ready; `None` for one of another task.
    pub fn of(model: &Model) -> Option<Self> {
        if model.spec.task != Task::Radius || model.scorer.n_scores() > SCORES_MAX {
            return None;
        }
        let places = model.set.places();
        let ready = match &model.scorer {
            Scorer::Forests(forests) => {
                let forests = forests.iter().map(|forest| forest.rewired(places));
                Ready::Forests(forests.collect::<Option<_>>()?)
            }
            Scorer::Network(network) => Ready::Network(Box::new(network.clone()), places.to_vec()),
        };
        Some(Self { ready, radial: model.terms.radial.clone() })
    }

    /// A model that says nothing of anything.
    pub fn silent() -> Self {
        Self { ready: Ready::Forests(Vec::new()), radial: Radial::default() }
    }

    /// What it promises of a row; `None` for an answer of a kind that it learned nothing of, or when what it says
    /// is no number: then the map's own promise stands.
    ///
    /// # Cost
    /// The steps of its forests, or the weights of its network; no allocation.
    pub fn radii(&self, row: &RadiusRow) -> Option<Radii> {
        let stratum = row[METHOD_AT] as u8;
        self.radial.strata.get(&stratum)?;
        let mut scores = [0.0; SCORES_MAX];
        let n_scores = match &self.ready {
            Ready::Forests(forests) => {
                for (score, forest) in scores.iter_mut().zip(forests) {
                    *score = forest.score(row);
                }
                forests.len()
            }
            Ready::Network(network, places) => {
                network.score(|feature| row[places[feature]], &mut scores);
                network.n_scores()
            }
        };
        let raw_m = raw_radii_m(&scores[..n_scores]);
        let radii = self.radial.radii(stratum, raw_m).within_m(RADIUS_M_MAX);
        Confidence::ALL.iter().all(|level| radii.at_m(*level).is_finite()).then_some(radii)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::radius::FEATURES;
    use crate::fit::Word;
    use crate::test_support::{ran, ran_given};

    /// Some row of a kind of answer.
    fn row(n: u16, method: u8) -> RadiusRow {
        let mut row: RadiusRow = [0.0; FEATURES.len()];
        for (at, slot) in (0_u16..).zip(&mut row) {
            *slot = f32::from(n.wrapping_mul(31).wrapping_add(at * 17) % 97) / 7.0;
        }
        row[METHOD_AT] = f32::from(method);
        row
    }

    #[test]
    fn what_serves_says_bit_for_bit_what_was_judged_and_nothing_of_kinds_it_never_saw() {
        let mut n_compared = 0;
        let forests =
            ["scale", "quantiles"].map(|heads| ran(&[&format!("training.heads={heads}")]));
        for model in forests.into_iter().chain([ran_given()]).map(|run| run.model) {
            let ready = RadiusModel::of(&model).unwrap();
            for (n, method) in (0..500).zip([0, 1, 2, 3, 200].into_iter().cycle()) {
                let row = row(n, method);
                let Word::Radii(judged_m) = model.word(&row) else { panic!("no radii") };
                let served = ready.radii(&row);
                assert_eq!(served.is_some(), model.terms.radial.strata.contains_key(&method));
                let Some(served) = served else { continue };
                let served_m = Confidence::ALL.map(|level| served.at_m(level));
                assert_eq!(served_m.map(f64::to_bits), judged_m.map(f64::to_bits));
                n_compared += 1;
            }
        }
        assert_eq!(n_compared, 600, "two kinds of five were taught");
    }
}
