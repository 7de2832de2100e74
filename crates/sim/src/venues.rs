//! The mall and the station: enterprise access points on ceilings, beacons in the mall.

use crate::blocks::{House, STOREY_M};
use crate::census::Census;
use crate::geometry::quad_point;
use crate::plan::Use;
use crate::radio::{self, Addresses, Spot};
use crate::rng::Rng;
use cairn_ground::Bssid;

/// Distance between access points on a ceiling, metres. Source: 15 to 25 m in vendors' design guides.
const CEILING_PITCH_M: f64 = 22.0;
/// Distance between beacons, metres. Source: 8 to 15 m in vendors' design guides.
const ADVERTISER_PITCH_M: f64 = 13.0;

/// Fills the large buildings.
pub(crate) fn fit_out(
    houses: &[House],
    addresses: &mut Addresses,
    census: &mut Census,
    rng: &mut Rng,
) {
    for (index, house) in houses.iter().enumerate() {
        if house.kind == Use::Houses {
            continue;
        }
        let (lowest, highest) = house.levels();
        for floor in lowest..=highest {
            for spot in ceiling(index, house, floor, CEILING_PITCH_M, rng) {
                access_point(&spot, addresses, census, rng);
            }
            if house.kind == Use::Mall {
                for spot in ceiling(index, house, floor, ADVERTISER_PITCH_M, rng) {
                    let address = Bssid::from_u48(addresses.box_base(rng));
                    let radio = census.add(radio::ble(address, rng));
                    census.spots.push(Spot { radio, ..spot });
                }
            }
        }
    }
}

/// Spots on a jittered grid under one ceiling.
fn ceiling(index: usize, house: &House, floor: i8, pitch_m: f64, rng: &mut Rng) -> Vec<Spot> {
    let (width_m, depth_m) = house.size_m();
    let n_of = |m: f64| ((m / pitch_m).round() as u32).max(1);
    let (columns, rows) = (n_of(width_m), n_of(depth_m));
    let mut spots = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let share =
                |n: u32, of: u32, jitter: f64| (f64::from(n) + 0.5 + jitter) / f64::from(of);
            let u = share(column, columns, rng.between(-0.25, 0.25));
            let v = share(row, rows, rng.between(-0.25, 0.25));
            let height_m = f64::from(floor) * STOREY_M + 2.6;
            let spot = Spot::outdoors(0, quad_point(&house.outline, u, v), height_m);
            spots.push(Spot { house: index as u32, floor, ..spot });
        }
    }
    spots
}

/// One enterprise access point: two bands, three to five networks, all of one box.
fn access_point(spot: &Spot, addresses: &mut Addresses, census: &mut Census, rng: &mut Rng) {
    let base = addresses.box_base(rng);
    let power_db = -2.0 + 1.5 * rng.gauss();
    let frequencies = [radio::frequency_24(rng), radio::frequency_5(rng)];
    for number in 0..3 + rng.below(3) {
        let address = radio::virtual_address(base, number as u64);
        let radio = census.add(radio::wifi(address, frequencies[number % 2], power_db, rng));
        census.spots.push(Spot { radio, ..spot.clone() });
    }
}
