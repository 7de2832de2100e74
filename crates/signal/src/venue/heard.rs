//! What a scan heard of each transmitter of a model: its networks together.

use super::features::Reading;
use cairn_ground::{DeviceKey, TransmitterKey};

/// Seconds by which a network was heard before the freshest of its transmitter so that it counts 1/e in their mean.
/// Source: choice, two sweeps of a phone.
const EARLIER_S: f32 = 3.0;

/// What a scan heard of one transmitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Together {
    /// Its number; `None` for a box that the model does not know.
    pub(super) transmitter: Option<usize>,
    /// Mean power of its networks, dBm.
    pub(super) rssi_dbm: f32,
    /// Age of the freshest, s.
    pub(super) age_s: f32,
    /// Networks heard.
    pub(super) n_networks: usize,
}

/// A network's transmitter or, where none is known, its box.
type Whose = (Option<usize>, u64);

/// The number of the box that a transmitter with this key's number sits in: its own where that says nothing.
///
/// Bluetooth beacons come in series with neighboring addresses that hang far apart: theirs are no boxes.
pub(super) fn box_of(key: u64) -> u64 {
    let device = TransmitterKey::from_number(key).and_then(TransmitterKey::wifi_device);
    device.map_or(key, DeviceKey::get)
}

/// What is heard of each transmitter, unknown boxes first, then rising by number; of the same readings in any order
/// the same.
pub(super) fn together(
    readings: &[Reading],
    transmitter_of: impl Fn(u64) -> Option<usize>,
) -> Vec<Together> {
    let whose = |key: u64| -> Whose {
        transmitter_of(key).map_or_else(|| (None, box_of(key)), |number| (Some(number), 0))
    };
    let mut sorted: Vec<(Whose, &Reading)> =
        readings.iter().map(|reading| (whose(reading.key), reading)).collect();
    sorted.sort_unstable_by(|(a_whose, a), (b_whose, b)| {
        let keys = (a_whose, a.key).cmp(&(b_whose, b.key));
        keys.then(a.rssi_dbm.total_cmp(&b.rssi_dbm)).then(a.age_s.total_cmp(&b.age_s))
    });
    sorted.chunk_by(|a, b| a.0 == b.0).map(mean).collect()
}

/// One transmitter from its networks, of which there is one at least.
fn mean(networks: &[(Whose, &Reading)]) -> Together {
    let ((transmitter, _), Reading { rssi_dbm, age_s, .. }) = networks[0];
    let one = Together { transmitter, rssi_dbm: *rssi_dbm, age_s: *age_s, n_networks: 1 };
    if networks.len() == 1 {
        return one;
    }
    let age_s = networks.iter().map(|(_, one)| one.age_s.abs()).fold(f32::MAX, f32::min);
    let (mut sum_dbm, mut weights) = (0.0, 0.0);
    for (_, one) in networks {
        let weight = ((age_s - one.age_s.abs()) / EARLIER_S).exp();
        sum_dbm += weight * one.rssi_dbm;
        weights += weight;
    }
    Together { rssi_dbm: sum_dbm / weights, age_s, n_networks: networks.len(), ..one }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, TransmitterId};

    fn wifi(address: &str) -> u64 {
        TransmitterId::Wifi(Bssid::parse(address).unwrap()).key().get()
    }

    fn ble(address: &str) -> u64 {
        TransmitterId::Ble(Bssid::parse(address).unwrap()).key().get()
    }

    fn heard(key: u64, rssi_dbm: f32, age_s: f32) -> Reading {
        Reading { key, rssi_dbm, age_s }
    }

    #[test]
    fn networks_of_one_access_point_share_a_box_and_beacons_in_series_do_not() {
        let (one, virtual_one) = (wifi("a8:20:11:22:33:40"), wifi("aa:20:11:22:33:4f"));
        assert_eq!(box_of(one), box_of(virtual_one));
        assert_ne!(box_of(one), box_of(wifi("a8:20:11:22:33:50")));
        assert_ne!(box_of(ble("a8:20:11:22:33:40")), box_of(ble("a8:20:11:22:33:41")));
        assert_ne!(box_of(one), box_of(ble("a8:20:11:22:33:40")));
    }

    #[test]
    fn a_transmitter_is_as_loud_as_its_networks_on_average_the_freshest_first() {
        let all = |_: u64| Some(7);
        let same = together(&[heard(1, -60.0, 1.0), heard(2, -70.0, 1.0)], all);
        let [Together { transmitter: Some(7), rssi_dbm, age_s, n_networks: 2 }] = same[..] else {
            panic!("{same:?}")
        };
        assert!((rssi_dbm + 65.0).abs() < 1e-4 && (age_s - 1.0).abs() < 1e-6);
        let stale = together(&[heard(1, -60.0, 31.0), heard(2, -70.0, 1.0)], all);
        assert!((stale[0].rssi_dbm + 70.0).abs() < 0.01, "{stale:?}");
    }

    #[test]
    fn the_order_of_readings_does_not_reach_what_is_heard() {
        let power = |n: u8| f32::from(n).mul_add(-3.3, -50.0);
        let mut readings: Vec<Reading> =
            (0..9_u8).map(|n| heard(u64::from(n % 3) << 4, power(n), f32::from(n))).collect();
        let known = |key: u64| (key == 16).then_some(5);
        let all = together(&readings, known);
        let numbers: Vec<Option<usize>> = all.iter().map(|one| one.transmitter).collect();
        assert_eq!(numbers, [None, None, Some(5)]);
        readings.reverse();
        assert_eq!(all, together(&readings, known));
    }
}
