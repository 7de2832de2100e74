//! Powers that are none: some phones and browsers name one for all they hear.

use crate::Heard;
use cairn_ground::TransmitterId;

/// Powers that differ at least among so many boxes, or they say nothing.
/// Source: choice; of five boxes whose powers spread over 40 dB one scan in four thousand has two alone.
const POWERS_MIN: usize = 3;
/// Boxes from which so few powers are no chance. Source: as [`POWERS_MIN`].
const BOXES_MIN: usize = 5;

/// Memory of a query, used again by the next one; what is in it decides nothing (A1).
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    heard: Vec<Heard>,
    boxes: Vec<u64>,
}

impl Scratch {
    /// What is heard, without the powers of Wi-Fi and Bluetooth where hardly any two boxes differ in theirs.
    pub(crate) fn believed<'a>(&'a mut self, heard: &'a [Heard]) -> &'a [Heard] {
        if !self.are_set(heard) {
            return heard;
        }
        self.heard.clear();
        self.heard.extend(heard.iter().map(|one| match one.transmitter {
            TransmitterId::Cell(_) => *one,
            TransmitterId::Wifi(_) | TransmitterId::Ble(_) => Heard { rssi_dbm: None, ..*one },
        }));
        &self.heard
    }

    fn are_set(&mut self, heard: &[Heard]) -> bool {
        let with_power = || {
            let near = heard.iter().filter(|one| !one.transmitter.kind().is_cell());
            near.filter_map(|one| Some((one.transmitter.box_number(), one.rssi_dbm?)))
        };
        let is_few = with_power().nth(BOXES_MIN - 1).is_none();
        if is_few || has_several(with_power().map(|(_, dbm)| dbm)) {
            return false;
        }
        self.boxes.clear();
        self.boxes.extend(with_power().map(|(number, _)| number));
        self.boxes.sort_unstable();
        self.boxes.dedup();
        self.boxes.len() >= BOXES_MIN
    }
}

/// True of powers that differ as they should.
fn has_several(powers_dbm: impl Iterator<Item = f32>) -> bool {
    let mut seen = [None; POWERS_MIN - 1];
    for dbm in powers_dbm {
        let is_like = |one: &&mut Option<u32>| one.is_none_or(|bits| bits == dbm.to_bits());
        match seen.iter_mut().find(is_like) {
            Some(place) => *place = Some(dbm.to_bits()),
            None => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::Bssid;

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
        Scratch::default().believed(heard).iter().filter(|one| one.rssi_dbm.is_some()).count()
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
