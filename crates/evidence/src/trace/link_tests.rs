//! Stops are dealt as a look at all chains deals them, and few are looked at.

use super::*;
use crate::rules::worlds::stop;
use proptest::prelude::*;

/// All chains put in order for each stop, of which the newest are asked.
fn by_all(stops: &[Stop], step_ms: i64) -> Vec<Vec<usize>> {
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for (number, stop) in stops.iter().enumerate() {
        let mut open: Vec<usize> = (0..chains.len()).collect();
        open.sort_by_key(|chain| std::cmp::Reverse(chains[*chain].last().copied()));
        open.truncate(CHAINS_OPEN_MAX);
        let leads = |chain: usize| {
            let from = chains[chain].last().map(|last| &stops[*last])?;
            let does = is_kin(from, stop) && could_go(from, stop, step_ms);
            does.then(|| distance_m(from, stop))
        };
        let ways = open.into_iter().filter_map(|chain| Some((chain, leads(chain)?)));
        match ways.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0))) {
            Some((chain, _)) => chains[chain].push(number),
            None => chains.push(vec![number]),
        }
    }
    chains
}

proptest! {
    #[test]
    fn chains_are_those_that_a_look_at_all_of_them_gives(
        at in prop::collection::vec((0..4_u32, 0..14_u32, any::<bool>()), 0..60),
    ) {
        let mut second = 0;
        let stops: Vec<Stop> = at
            .into_iter()
            .map(|(pause, town, is_set)| {
                second += pause;
                Stop { is_set, ..stop(second, f64::from(town) * 3_000.0) }
            })
            .collect();
        prop_assert_eq!(chains(&stops, 1_000), by_all(&stops, 1_000));
    }
}

#[test]
fn of_a_thousand_phones_a_stop_is_compared_with_eight() {
    let mut open = Open::default();
    for chain in 0..1_000 {
        open.goes_on(chain);
        assert!(open.0.len() <= CHAINS_OPEN_MAX);
    }
    open.goes_on(996);
    assert_eq!(open.0, [996, 999, 998, 997, 995, 994, 993, 992]);
}
