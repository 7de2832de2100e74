//! What a phone hears at a place and instant: propagation, walls, fading, detection.
//!
//! Received power = reference − 10·n·log₁₀(d) − walls − houses in the way + shadowing(place) +
//! fading(scan) + the phone's bias; heard with a probability that falls smoothly at the threshold.
//!
//! # Cost
//! Each fixed radio is entered in every 25 m square it may reach, so one scan reads one list.

use crate::blocks::House;
use crate::cells::{Sector, lobe_loss_db};
use crate::census::Census;
use crate::geometry::Vec2;
use crate::limits::{CELLS_PER_SCAN_MAX, HEARD_PER_SCAN_MAX};
use crate::noise::shadow;
use crate::phone::Phone;
use crate::radio::{Band, Motion, Radio, Spot};
use crate::ranging::Ranging;
use crate::raster::{OUTDOORS, Raster};
use crate::rng::Rng;
use cairn_ground::{RttRange, TransmitterKind};

/// Side of a square of the index, metres.
const SQUARE_M: f64 = 25.0;
/// Beyond this no Wi-Fi or Bluetooth radio is looked for, metres.
const REACH_MAX_M: f64 = 250.0;
/// Beyond this no moving hotspot is looked for, metres.
const RIDER_REACH_M: f64 = 80.0;
/// How far above its mean a radio can come by luck, dB; bounds the index.
const LUCK_DB: f64 = 11.5;
/// Below the threshold by more than this, fading does not help any more, dB.
const HOPE_DB: f64 = 7.0;
/// Pitch of the shadowing, metres: streets and cells.
const SHADOW_PITCH_M: (f64, f64) = (15.0, 45.0);
/// Loss per storey within a house, dB. Source: ITU-R P.1238 table 3, 15 dB a floor at 2 to 5 GHz.
const FLOOR_DB: f64 = 15.0;
/// Loss per metre of other people's houses in the way and its most, dB.
const HOUSES_DB: (f64, f64) = (0.45, 22.0);
/// Loss per metre within one's own house and its most, dB.
const ROOMS_DB: (f64, f64) = (0.4, 18.0);
/// A Wi-Fi scan takes about this long to go through all channels, milliseconds.
const SCAN_MS: f64 = 1_800.0;

/// Where a phone listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ear<'a> {
    pub(crate) at: Vec2,
    pub(crate) velocity: Vec2,
    pub(crate) height_m: f64,
    pub(crate) house: u32,
    pub(crate) floor: i8,
    /// Seconds since the town's start.
    pub(crate) second: f64,
    pub(crate) phone: &'a Phone,
    /// In a vehicle: its body costs some dB.
    pub(crate) in_vehicle: bool,
}

/// One radio heard once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Heard {
    pub(crate) radio: u32,
    pub(crate) power_dbm: f64,
    pub(crate) age_ms: f64,
    /// What was measured to it.
    pub(crate) range: Option<RttRange>,
}

/// All radios in their places, ready to be heard.
#[derive(Debug)]
pub(crate) struct Ether {
    half_m: f64,
    n: usize,
    /// Where each square's list starts in `entries`.
    starts: Vec<u32>,
    entries: Vec<u32>,
    spots: Vec<Spot>,
    sectors: Vec<Sector>,
    /// Radios on loops.
    riders: Vec<(u32, usize)>,
    wall_db: Vec<f32>,
    ranging: Ranging,
}

/// Weakest power a band's receiver decodes half of the time, dBm.
const fn threshold_dbm(radio: &Radio) -> f64 {
    match radio.band {
        Band::Wifi24 | Band::Wifi5 => -92.5,
        Band::Ble => -95.0,
        Band::Cell => match radio.id.kind() {
            TransmitterKind::Gsm => -105.0,
            TransmitterKind::Wcdma => -110.0,
            TransmitterKind::Nr => -114.0,
            _ => -118.0,
        },
    }
}

/// How much more a band loses in walls than 2.4 GHz does.
const fn wall_factor(band: Band) -> f64 {
    match band {
        Band::Wifi5 => 1.3,
        Band::Wifi24 | Band::Ble => 1.0,
        Band::Cell => 0.9,
    }
}

impl Ether {
    /// Indexes a census.
    pub(crate) fn new(
        half_side_m: f64,
        houses: &[House],
        census: &Census,
        sectors: Vec<Sector>,
    ) -> Self {
        let half_m = half_side_m + 100.0;
        let n = (2.0 * half_m / SQUARE_M).ceil() as usize;
        let wall_db: Vec<f32> = houses.iter().map(|house| house.wall_db).collect();
        let riders = (census.radios.iter().enumerate())
            .filter_map(|(index, radio)| match radio.motion {
                Motion::Loop(way) => Some((index as u32, way)),
                Motion::Fixed | Motion::Carried => None,
            })
            .collect();
        let spots = census.spots.clone();
        let (starts, entries) = (Vec::new(), Vec::new());
        let ranging = Ranging::default();
        let mut ether =
            Self { half_m, n, starts, entries, spots, sectors, riders, wall_db, ranging };
        ether.index(&census.radios);
        ether
    }

    /// The same with boxes that answer ranging.
    pub(crate) fn with_ranging(self, ranging: Ranging) -> Self {
        Self { ranging, ..self }
    }

    /// Every spot where a fixed radio stands or stood, cells included, in time's order per radio.
    pub(crate) fn all_spots(&self) -> impl Iterator<Item = &Spot> {
        self.spots.iter().chain(self.sectors.iter().map(|sector| &sector.spot))
    }

    fn index(&mut self, radios: &[Radio]) {
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); self.n * self.n];
        for (index, spot) in self.spots.iter().enumerate() {
            let radio = &radios[spot.radio as usize];
            let reach_m = self.reach_m(spot, radio);
            let line = |m: f64| (((m + self.half_m) / SQUARE_M).max(0.0) as usize).min(self.n - 1);
            for row in line(spot.at.north_m - reach_m)..=line(spot.at.north_m + reach_m) {
                for column in line(spot.at.east_m - reach_m)..=line(spot.at.east_m + reach_m) {
                    let middle = Vec2::new(column as f64 + 0.5, row as f64 + 0.5)
                        .times(SQUARE_M)
                        .minus(Vec2::new(self.half_m, self.half_m));
                    if middle.distance_m(spot.at) < reach_m + 0.71 * SQUARE_M {
                        lists[row * self.n + column].push(index as u32);
                    }
                }
            }
        }
        self.starts.push(0);
        for list in lists {
            self.entries.extend(list);
            self.starts.push(self.entries.len() as u32);
        }
    }

    /// Distance at which even luck does not help any more.
    fn reach_m(&self, spot: &Spot, radio: &Radio) -> f64 {
        let wall_db = f64::from(self.wall(spot.house)) * wall_factor(radio.band);
        let spare_db = f64::from(radio.reference_dbm) - wall_db + LUCK_DB - threshold_dbm(radio);
        10_f64.powf(spare_db / (10.0 * f64::from(radio.exponent))).clamp(15.0, REACH_MAX_M)
    }

    fn wall(&self, house: u32) -> f32 {
        self.wall_db.get(house as usize).copied().unwrap_or(0.0)
    }

    /// Listens once. `heard` is emptied first; at most [`HEARD_PER_SCAN_MAX`] short-range radios,
    /// strongest first, then the cells of the phone's operator.
    pub(crate) fn hear(
        &self,
        (census, raster): (&Census, &Raster),
        ear: &Ear<'_>,
        rng: &mut Rng,
        heard: &mut Vec<Heard>,
    ) {
        heard.clear();
        let x = (ear.at.east_m + self.half_m) / SQUARE_M;
        let y = (ear.at.north_m + self.half_m) / SQUARE_M;
        if x >= 0.0 && y >= 0.0 && x < self.n as f64 && y < self.n as f64 {
            let square = y as usize * self.n + x as usize;
            let list = self.starts[square] as usize..self.starts[square + 1] as usize;
            for index in &self.entries[list] {
                let spot = &self.spots[*index as usize];
                heard.extend(self.hear_spot(&census.radios, raster, spot, ear, rng));
            }
        }
        for (radio, way) in &self.riders {
            let way = &census.loops[*way];
            if !way.nears(ear.at, RIDER_REACH_M) {
                continue;
            }
            let Some(at) = way.at(ear.second) else { continue };
            if at.distance_m(ear.at) < RIDER_REACH_M {
                let spot = Spot::outdoors(*radio, at, 1.5);
                heard.extend(self.hear_spot(&census.radios, raster, &spot, ear, rng));
            }
        }
        strongest(heard, HEARD_PER_SCAN_MAX);
        self.hear_cells(census, ear, rng, heard);
    }

    fn hear_spot(
        &self,
        radios: &[Radio],
        raster: &Raster,
        spot: &Spot,
        ear: &Ear<'_>,
        rng: &mut Rng,
    ) -> Option<Heard> {
        let second = ear.second as u32;
        let radio = &radios[spot.radio as usize];
        if second < spot.from_s || second >= spot.until_s {
            return None;
        }
        if radio.band == Band::Ble && !ear.phone.hears_ble {
            return None;
        }
        let age_ms = radio.frequency_mhz.map_or(rng.between(0.0, 900.0), |mhz| {
            (f64::from(mhz) * 0.618_034).fract() * SCAN_MS + ear.phone.scan_delay_ms
        });
        let at = ear.at.minus(ear.velocity.times(age_ms / 1_000.0));
        let apart = at.minus(spot.at);
        let flat_m2 = apart.dot(apart);
        let flat_m = flat_m2.sqrt();
        let distance_m2 = (flat_m2 + (spot.height_m - ear.height_m).powi(2)).max(1.0);
        let mean_dbm = f64::from(radio.reference_dbm) + ear.phone.bias_db
            - 5.0 * f64::from(radio.exponent) * distance_m2.log10()
            - self.walls_db(radio.band, spot, ear, flat_m);
        let threshold = threshold_dbm(radio) + ear.phone.deafness_db;
        if mean_dbm < threshold - LUCK_DB {
            return None;
        }
        let indoors = spot.house != OUTDOORS && ear.house != OUTDOORS;
        let sigma_db = f64::from(radio.shadow_db) * if indoors { 1.2 } else { 1.0 };
        let dbm = mean_dbm + sigma_db * shadow(radio.shadow_seed, at, SHADOW_PITCH_M.0);
        if dbm < threshold - HOPE_DB {
            return None;
        }
        let most_db = HOUSES_DB.1.min(dbm - threshold + HOPE_DB);
        let factor = HOUSES_DB.0 * wall_factor(radio.band);
        let ends = ((spot.at, spot.height_m, spot.house), (at, ear.height_m, ear.house));
        let same_house = spot.house == ear.house && spot.house != OUTDOORS;
        let in_houses_m =
            if same_house { 0.0 } else { raster.through_m(ends.0, ends.1, most_db / factor) };
        let loss_db = (factor * in_houses_m).min(HOUSES_DB.1);
        let power_dbm = dbm - loss_db + ear.phone.fading_db * rng.gauss();
        detected(power_dbm, threshold, rng).then(|| {
            let ends = [spot.house, ear.house].into_iter().filter(|house| *house != OUTDOORS);
            let n_walls = if spot.house == ear.house { 0 } else { ends.count() as u32 };
            let true_m = (distance_m2.sqrt(), n_walls);
            let range = self.ranging.measure(radio, (ear.phone, ear.second), true_m);
            Heard { radio: spot.radio, power_dbm, age_ms, range }
        })
    }

    /// Outer walls, storeys and rooms between a radio and an ear, dB.
    fn walls_db(&self, band: Band, spot: &Spot, ear: &Ear<'_>, flat_m: f64) -> f64 {
        let vehicle_db = if ear.in_vehicle { 5.0 } else { 0.0 };
        if spot.house == ear.house && spot.house != OUTDOORS {
            let n_floors = f64::from((spot.floor - ear.floor).unsigned_abs());
            return (FLOOR_DB * n_floors).min(48.0) + (ROOMS_DB.0 * flat_m).min(ROOMS_DB.1);
        }
        let walls_db = f64::from(self.wall(spot.house)) + f64::from(self.wall(ear.house));
        let buried_db = if spot.floor < 0 || ear.floor < 0 { 12.0 } else { 0.0 };
        let storeys_db = 1.2 * f64::from((spot.floor - ear.floor).unsigned_abs());
        walls_db * wall_factor(band) + buried_db + storeys_db + vehicle_db
    }

    fn hear_cells(&self, census: &Census, ear: &Ear<'_>, rng: &mut Rng, heard: &mut Vec<Heard>) {
        let mut cells: Vec<Heard> = Vec::new();
        let walls_db = f64::from(self.wall(ear.house)) * wall_factor(Band::Cell)
            + if ear.floor < 0 { 15.0 } else { 0.0 }
            + if ear.in_vehicle { 5.0 } else { 0.0 };
        for sector in &self.sectors {
            if sector.mnc != ear.phone.mnc {
                continue;
            }
            let radio = &census.radios[sector.spot.radio as usize];
            let there = ear.at.minus(sector.spot.at);
            let distance_m2 = (there.dot(there) + sector.spot.height_m.powi(2)).max(100.0);
            let mean_dbm = f64::from(radio.reference_dbm) + ear.phone.bias_db
                - 5.0 * f64::from(radio.exponent) * distance_m2.log10()
                - lobe_loss_db(sector.boresight, there)
                - walls_db;
            let threshold = threshold_dbm(radio);
            if mean_dbm < threshold - LUCK_DB {
                continue;
            }
            let sigma_db = f64::from(radio.shadow_db);
            let shadowed = sigma_db * shadow(radio.shadow_seed, ear.at, SHADOW_PITCH_M.1);
            let power_dbm = mean_dbm + shadowed + 2.0 * rng.gauss();
            if detected(power_dbm, threshold, rng) {
                let age_ms = rng.between(0.0, 1_500.0);
                cells.push(Heard { radio: sector.spot.radio, power_dbm, age_ms, range: None });
            }
        }
        strongest(&mut cells, CELLS_PER_SCAN_MAX);
        // Neighbours are reported now and then; the serving cell always is.
        let serving = cells.first().copied();
        heard.extend(serving);
        heard.extend(cells.into_iter().skip(1).filter(|_| rng.chance(0.45)));
    }
}

/// A soft threshold, and one reading in fourteen lost to collisions whatever its power.
fn detected(power_dbm: f64, threshold_dbm: f64, rng: &mut Rng) -> bool {
    let share = 0.93 / (1.0 + (-(power_dbm - threshold_dbm) / 1.5).exp());
    rng.chance(share)
}

fn strongest(heard: &mut Vec<Heard>, n_max: usize) {
    heard.sort_by(|a, b| b.power_dbm.total_cmp(&a.power_dbm).then(a.radio.cmp(&b.radio)));
    heard.truncate(n_max);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Use;
    use crate::{Town, TownConfig};
    use cairn_ground::TransmitterKind;
    use std::collections::BTreeMap;

    #[test]
    fn a_box_is_loudest_on_its_own_storey_and_weaker_outside_its_wall() {
        let town = Town::generate(&TownConfig { n_transmitters_min: 2_000, ..TownConfig::demo() });
        let phone = Phone::of(1, &mut Rng::new(1, 1));
        let mut rng = Rng::new(2, 2);
        let (mut heard, mut sums) = (Vec::new(), BTreeMap::<u8, (f64, f64)>::new());
        for spot in town.ether.spots.iter().filter(|spot| spot.floor == 1) {
            let house = &town.houses[spot.house as usize];
            let kind = town.census.radios[spot.radio as usize].id.kind();
            if house.kind != Use::Houses || kind != TransmitterKind::Wifi || spot.from_s > 0 {
                continue;
            }
            let beside = house.outline[0].toward(house.outline[1], 0.5);
            let out = beside.minus(house.outline[3].minus(house.outline[0]).direction().times(4.0));
            let indoors = (spot.at, spot.house);
            for (floor, (at, house)) in [(1, indoors), (0, indoors), (2, (out, OUTDOORS))] {
                let velocity = Vec2::default();
                let level = if house == OUTDOORS { 0 } else { floor };
                let ear = Ear {
                    at,
                    velocity,
                    height_m: f64::from(level) * 3.0 + 1.4,
                    house,
                    floor: level,
                    second: 10.0,
                    phone: &phone,
                    in_vehicle: false,
                };
                town.ether.hear((&town.census, &town.raster), &ear, &mut rng, &mut heard);
                if let Some(found) = heard.iter().find(|h| h.radio == spot.radio) {
                    let sum = sums.entry(floor as u8).or_default();
                    *sum = (sum.0 + found.power_dbm, sum.1 + 1.0);
                }
            }
        }
        let mean = |floor: u8| sums[&floor].0 / sums[&floor].1;
        let (own, below, street) = (mean(1), mean(0), mean(2));
        assert!((own - below - 25.0).abs() < 7.0, "{own} {below}");
        assert!(street < own - 25.0, "{own} {street}");
    }
}
