//! On which level a transmitter is heard best.

use crate::count::Counted;
use cairn_ground::Floor;
use std::collections::BTreeMap;

/// Powers beyond which strength says no more about the level, dBm: RSSI must not buy weight without
/// limit. Source: choice, a decade of amplitude and a half about the −65 dBm of a room next door.
const STRENGTH_DBM: std::ops::RangeInclusive<f64> = -80.0..=-50.0;

/// The level with the greatest weight of votes; a vote counts by its amplitude, 10^(dBm/20), since a
/// ceiling costs 10 to 20 dB. `None` when no vote states a level. Of equal levels the lowest.
pub(crate) fn of(counted: &[Counted]) -> Option<Floor> {
    let mut weights: BTreeMap<Floor, f64> = BTreeMap::new();
    for one in counted {
        if let Some(floor) = one.vote.floor() {
            *weights.entry(floor).or_default() += one.weight * strength(one);
        }
    }
    let heaviest = weights.iter().fold(None, |best: Option<(Floor, f64)>, (floor, weight)| {
        if best.is_some_and(|(_, most)| most >= *weight) { best } else { Some((*floor, *weight)) }
    });
    heaviest.map(|(floor, _)| floor)
}

fn strength(one: &Counted) -> f64 {
    let (weakest, strongest) = (*STRENGTH_DBM.start(), *STRENGTH_DBM.end());
    let dbm = one.vote.rssi_dbm().map_or(weakest, f64::from).clamp(weakest, strongest);
    10f64.powf((dbm - strongest) / 20.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vote::Vote;
    use crate::worlds::evidence;

    fn heard(id: u64, floor: Option<i32>, dbm: i8) -> Counted {
        let mut one = evidence(id, id, (51.5, -0.25), &[(3, dbm)]);
        one.floor = floor.map(|level| Floor::new(level).unwrap());
        Counted { vote: Vote::of(&one, &one.heard[0]), ballot: 0, weight: 1.0 }
    }

    fn level(votes: &[Counted]) -> Option<i8> {
        of(votes).map(Floor::get)
    }

    #[test]
    fn the_level_where_it_is_loud_wins_over_the_level_where_most_walked() {
        let faint = [heard(1, Some(1), -80), heard(2, Some(1), -78), heard(3, Some(1), -82)];
        assert_eq!(level(&faint), Some(1));
        let both = [faint[0], faint[1], faint[2], heard(4, Some(2), -55)];
        assert_eq!(level(&both), Some(2));
    }

    #[test]
    fn an_impossible_power_buys_no_more_than_a_strong_one() {
        let honest = [heard(1, Some(1), -50), heard(2, Some(1), -50), heard(3, Some(5), 20)];
        assert_eq!(level(&honest), Some(1));
    }

    #[test]
    fn no_level_is_believed_when_none_is_stated() {
        assert_eq!(level(&[heard(1, None, -50)]), None);
        assert_eq!(level(&[heard(1, Some(3), -50), heard(2, Some(-1), -50)]), Some(-1));
    }
}
