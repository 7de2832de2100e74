//! Queries in which some readings are replaced by readings from elsewhere: moved, spoofed or stale networks.

use crate::dice::Dice;
use crate::exam::Question;
use crate::plane::distance_m;
use cairn_report::Observation;

/// Distance from which a place is elsewhere, m.
const ELSEWHERE_M: f64 = 50.0;
/// Tries to find a reading from elsewhere.
const TRIES_MAX: usize = 50;

/// The questions, with about this share of the readings of each from another.
pub(super) fn contaminated(questions: &[Question], share: f64, seed: u64) -> Vec<Question> {
    let mut dice = Dice::new(seed);
    let mut next = |question: &Question| {
        let mut changed = question.clone();
        for observation in &mut changed.query.observations {
            if dice.chance(share) {
                *observation = alien(questions, question, &mut dice).unwrap_or(*observation);
            }
        }
        // Each network once, the first of each: the wire's own rule needs an order by identity.
        changed.query.observations.sort_by_key(|observation| observation.transmitter);
        changed.query.observations.dedup_by_key(|observation| observation.transmitter);
        changed
    };
    questions.iter().map(&mut next).collect()
}

/// A reading of a phone elsewhere.
fn alien(questions: &[Question], here: &Question, dice: &mut Dice) -> Option<Observation> {
    let is_elsewhere = |other: &&Question| {
        let is_far = distance_m(other.truth, here.truth) >= ELSEWHERE_M;
        is_far && !other.query.observations.is_empty()
    };
    let mut drawn = (0..TRIES_MAX).map(|_| &questions[dice.below(questions.len())]);
    let heard = &drawn.find(is_elsewhere)?.query.observations;
    heard.get(dice.below(heard.len())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::{at, query};

    fn questions() -> Vec<Question> {
        let one = |east_m, n: u64| {
            let heard: Vec<(u64, i16)> = (0..100).map(|k| (1_000 * n + k, -60)).collect();
            Question { query: query(&heard), truth: at(east_m, 0.0), floor: None, slice: None }
        };
        vec![one(0.0, 1), one(20.0, 2), one(500.0, 3)]
    }

    #[test]
    fn about_the_share_asked_for_comes_from_elsewhere_and_the_same_each_time() {
        let before = questions();
        let after = contaminated(&before, 0.3, 5);
        assert_eq!(after[0].query, contaminated(&before, 0.3, 5)[0].query);
        let own = |after: &Question, before: &Question| {
            let is_own = |o: &&Observation| before.query.observations.contains(o);
            after.query.observations.iter().filter(is_own).count()
        };
        assert!((60..80).contains(&own(&after[0], &before[0])), "{}", own(&after[0], &before[0]));
        assert_eq!(own(&after[0], &before[1]), 0, "20 m off is not elsewhere");
        assert!(own(&after[0], &before[2]) > 0);
        assert_eq!(contaminated(&before, 0.0, 5)[1].query, before[1].query);
    }
}
