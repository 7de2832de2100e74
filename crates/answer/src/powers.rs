//! Powers that are none: some phones and browsers name one for all they hear.

use crate::Heard;
use std::borrow::Cow;

/// Powers that differ at least among so many boxes, or they say nothing.
/// Source: choice; of five boxes whose powers spread over 40 dB one scan in four thousand has two alone.
const POWERS_MIN: usize = 3;
/// Boxes from which so few powers are no chance. Source: as [`POWERS_MIN`].
const BOXES_MIN: usize = 5;

/// What is heard, without the powers of Wi-Fi and Bluetooth where hardly any two boxes differ in theirs.
pub(crate) fn believed(heard: &[Heard]) -> Cow<'_, [Heard]> {
    if !are_set(heard) {
        return Cow::Borrowed(heard);
    }
    let mut without = heard.to_vec();
    for one in without.iter_mut().filter(|one| !one.transmitter.kind().is_cell()) {
        one.rssi_dbm = None;
    }
    Cow::Owned(without)
}

fn are_set(heard: &[Heard]) -> bool {
    let near = || heard.iter().filter(|one| !one.transmitter.kind().is_cell());
    let mut powers: [Option<f32>; POWERS_MIN] = [None; POWERS_MIN];
    for dbm in near().filter_map(|one| one.rssi_dbm) {
        let is_seen = |one: &Option<f32>| one.is_none_or(|seen| seen.to_bits() == dbm.to_bits());
        match powers.iter_mut().find(|one| is_seen(one)) {
            Some(place) => *place = Some(dbm),
            None => return false,
        }
        if powers[POWERS_MIN - 1].is_some() {
            return false;
        }
    }
    let with_power = near().filter(|one| one.rssi_dbm.is_some());
    let mut boxes: Vec<u64> = with_power.map(|one| one.transmitter.box_number()).collect();
    boxes.sort_unstable();
    boxes.dedup();
    boxes.len() >= BOXES_MIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, TransmitterId};

    fn heard(n_boxes: u64, power_dbm: impl Fn(u64) -> Option<f32>) -> Vec<Heard> {
        let one = |n: u64| Heard {
            transmitter: TransmitterId::Wifi(Bssid::from_u48(0x1000 * n)),
            rssi_dbm: power_dbm(n),
            age_ms: 0,
            timing_advance: None,
        };
        (1..=n_boxes).map(one).collect()
    }

    fn n_believed(heard: &[Heard]) -> usize {
        believed(heard).iter().filter(|one| one.rssi_dbm.is_some()).count()
    }

    #[test]
    fn one_or_two_powers_for_all_boxes_are_none() {
        assert_eq!(n_believed(&heard(8, |_| Some(-60.0))), 0);
        assert_eq!(n_believed(&heard(8, |n| Some(if n == 3 { -55.0 } else { -60.0 }))), 0);
        assert_eq!(n_believed(&heard(8, |n| (n > 2).then_some(-60.0))), 0);
        assert_eq!(n_believed(&heard(4, |_| Some(-60.0))), 4, "of four boxes it may be chance");
        let three = |n: u64| Some([-60.0, -61.0, -62.0][usize::try_from(n % 3).unwrap()]);
        assert_eq!(n_believed(&heard(8, three)), 8);
        let networks = (0..9).map(|n| Heard {
            transmitter: TransmitterId::Wifi(Bssid::from_u48(0x1000 + n)),
            ..heard(1, |_| Some(-60.0))[0]
        });
        assert_eq!(n_believed(&networks.collect::<Vec<_>>()), 9, "one box has one power");
    }
}
