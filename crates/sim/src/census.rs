//! Who transmits in the town: boxes in flats and shops, their fates, and what moves.

use crate::blocks::{House, STOREY_M};
use crate::geometry::{Vec2, bounds, quad_point};
use crate::plan::{Plan, Use};
use crate::radio::{self, Addresses, Motion, Radio, Spot};
use crate::rng::Rng;
use cairn_ground::{Bssid, TransmitterId};

/// Share of boxes carried to another house half-way through.
const RELOCATED_SHARE: f64 = 0.008;
/// Share of boxes switched off for good at some time.
const DYING_SHARE: f64 = 0.012;
/// Share of boxes that appear at some time.
const NEW_SHARE: f64 = 0.02;
/// Moving hotspots for each fixed transmitter.
const MOVING_SHARE: f64 = 0.022;
/// Distance between the points of a loop, metres.
const LOOP_STEP_M: f64 = 5.0;

/// A closed way that a hotspot rides again and again, out and back.
#[derive(Debug)]
pub(crate) struct Loop {
    points: Vec<Vec2>,
    /// South-west and north-east corner of the box around it.
    bounds: (Vec2, Vec2),
    speed_m_s: f64,
    phase: f64,
    /// Hours of the day it is switched on, from..until.
    hours: (u32, u32),
    /// True for a bus: people ride along.
    pub(crate) is_bus: bool,
}

impl Loop {
    /// Where it turns round.
    pub(crate) fn first(&self) -> Vec2 {
        self.points.first().copied().unwrap_or_default()
    }

    /// True when it may come within `reach_m` of a place.
    pub(crate) fn nears(&self, at: Vec2, reach_m: f64) -> bool {
        let (low, high) = self.bounds;
        at.east_m > low.east_m - reach_m
            && at.north_m > low.north_m - reach_m
            && at.east_m < high.east_m + reach_m
            && at.north_m < high.north_m + reach_m
    }

    /// Where it is at a second since the town's start; `None` while it is off.
    pub(crate) fn at(&self, second: f64) -> Option<Vec2> {
        let hour = (second as u32 / 3_600) % 24;
        if hour < self.hours.0 || hour >= self.hours.1 {
            return None;
        }
        let n = self.points.len() as f64;
        let along = (self.phase * n + second * self.speed_m_s / LOOP_STEP_M) % (2.0 * n);
        let index = if along < n { along } else { 2.0 * n - along };
        self.points.get((index as usize).min(self.points.len() - 1)).copied()
    }
}

/// All radios of a town, the spots of the fixed ones and the ways of the moving ones.
#[derive(Debug, Default)]
pub(crate) struct Census {
    pub(crate) radios: Vec<Radio>,
    pub(crate) spots: Vec<Spot>,
    pub(crate) loops: Vec<Loop>,
}

impl Census {
    /// Adds a radio and returns its index.
    pub(crate) fn add(&mut self, radio: Radio) -> u32 {
        self.radios.push(radio);
        self.radios.len() as u32 - 1
    }
}

/// When a box stands where: one or two spots in time.
#[derive(Debug, Clone, Copy)]
struct Fate {
    from_s: u32,
    until_s: u32,
    moves_to: Option<usize>,
}

fn fate(days: u16, houses: &[House], rng: &mut Rng) -> Fate {
    let span_s = f64::from(days) * 86_400.0;
    let mut fate = Fate { from_s: 0, until_s: u32::MAX, moves_to: None };
    match rng.weighted(&[
        RELOCATED_SHARE,
        DYING_SHARE,
        NEW_SHARE,
        1.0 - RELOCATED_SHARE - DYING_SHARE - NEW_SHARE,
    ]) {
        0 => {
            fate.moves_to = Some(rng.below(houses.len()));
            fate.until_s = (span_s * rng.between(0.45, 0.55)) as u32;
        }
        1 => fate.until_s = (span_s * rng.between(0.2, 0.9)) as u32,
        2 => fate.from_s = (span_s * rng.between(0.1, 0.6)) as u32,
        _ => {}
    }
    fate
}

/// Moves people, with their boxes, into the dwelling houses.
#[derive(Debug)]
pub(crate) struct Settler<'a> {
    pub(crate) houses: &'a [House],
    pub(crate) days: u16,
    pub(crate) addresses: &'a mut Addresses,
    pub(crate) census: &'a mut Census,
    pub(crate) rng: &'a mut Rng,
}

impl Settler<'_> {
    /// Puts boxes into every dwelling house.
    pub(crate) fn settle(&mut self) {
        for (index, house) in self.houses.iter().enumerate() {
            if house.kind != Use::Houses {
                continue;
            }
            let (width_m, depth_m) = house.size_m();
            let n_flats = ((width_m * depth_m / 105.0).round() as usize).max(1);
            let (lowest, highest) = house.levels();
            for floor in lowest..=highest {
                let share = if floor < 0 { 0.15 } else { 0.46 + 0.12 * house.urban };
                for _ in 0..n_flats {
                    if self.rng.chance(share) {
                        self.home_box(index, floor);
                    }
                }
            }
        }
    }

    fn home_box(&mut self, house: usize, floor: i8) {
        let fate = fate(self.days, self.houses, self.rng);
        let mut stands = vec![Spot {
            from_s: fate.from_s,
            until_s: fate.until_s,
            ..stand(house, floor, self.houses, self.rng)
        }];
        if let Some(other) = fate.moves_to {
            let level = self.houses[other].levels().1.min(floor.max(0));
            let there = stand(other, level, self.houses, self.rng);
            stands.push(Spot { from_s: fate.until_s, until_s: u32::MAX, ..there });
        }
        let base = self.addresses.box_base(self.rng);
        let power_db = 3.5 * self.rng.gauss();
        for (number, frequency_mhz) in home_frequencies(self.rng).into_iter().enumerate() {
            let address = radio::virtual_address(base, number as u64);
            let radio = self.census.add(radio::wifi(address, frequency_mhz, power_db, self.rng));
            self.census.spots.extend(stands.iter().map(|spot| Spot { radio, ..spot.clone() }));
        }
        if self.rng.chance(0.03) {
            let address = Bssid::from_u48(self.addresses.box_base(self.rng));
            let radio = self.census.add(radio::ble(address, self.rng));
            let (from_s, until_s) = (fate.from_s, fate.until_s);
            let spot = stand(house, floor, self.houses, self.rng);
            self.census.spots.push(Spot { radio, from_s, until_s, ..spot });
        }
    }
}

/// Frequencies of the networks of one home box: both bands mostly, and up to three guest networks.
fn home_frequencies(rng: &mut Rng) -> Vec<u16> {
    let (two, five) = (radio::frequency_24(rng), radio::frequency_5(rng));
    let has_five = rng.chance(0.78);
    let n_guest = rng.weighted(&[0.62, 0.22, 0.10, 0.06]);
    let mut frequencies = if has_five { vec![two, five] } else { vec![two] };
    frequencies.extend((0..n_guest).map(|n| if has_five && n % 2 == 1 { five } else { two }));
    frequencies
}

/// A place for a box on a floor of a house: anywhere, most often near the walls.
fn stand(house: usize, floor: i8, houses: &[House], rng: &mut Rng) -> Spot {
    let at = quad_point(&houses[house].outline, rng.between(0.06, 0.94), rng.between(0.06, 0.94));
    let height_m = f64::from(floor) * STOREY_M + 1.2;
    Spot { house: house as u32, floor, ..Spot::outdoors(0, at, height_m) }
}

/// Access points on lamp posts and café fronts: few, strong, under the sky.
pub(crate) fn street_boxes(
    plan: &Plan,
    addresses: &mut Addresses,
    census: &mut Census,
    rng: &mut Rng,
) {
    for edge in &plan.edges {
        if !rng.chance(0.06) {
            continue;
        }
        let [a, b] = edge.ends.map(|end| plan.corners[end]);
        let side = b.minus(a).direction().left().times(edge.half_width_m + 2.0);
        let at = a.toward(b, rng.between(0.1, 0.9)).plus(side);
        let base = addresses.box_base(rng);
        for (number, frequency_mhz) in
            [radio::frequency_24(rng), radio::frequency_5(rng)].into_iter().enumerate()
        {
            let address = radio::virtual_address(base, number as u64);
            let index = census.add(radio::wifi(address, frequency_mhz, rng.gauss(), rng));
            census.spots.push(Spot::outdoors(index, at, 4.0));
        }
    }
}

/// Hotspots that move: buses on lines, cars and walkers on rounds, and what people carry.
pub(crate) fn movers(plan: &Plan, census: &mut Census, rng: &mut Rng) {
    let n_fixed = census.spots.len();
    let n = ((n_fixed as f64 * MOVING_SHARE) as usize).max(8);
    for number in 0..n {
        let motion = match number % 8 {
            0 => ride(plan, census, (6, 22), 4_500.0, 7.0, rng),
            1..=3 => {
                let from = 7 + rng.below(13) as u32;
                ride(plan, census, (from, from + 2), 3_000.0, 8.5, rng)
            }
            4 | 5 => {
                let from = 8 + rng.below(12) as u32;
                ride(plan, census, (from, from + 2), 1_200.0, 1.3, rng)
            }
            _ => Motion::Carried,
        };
        let octets = rng.bits() & 0xffff_ffff_ffff;
        let address = Bssid::from_u48(octets & !0x0300_0000_0000 | 0x0200_0000_0000);
        let frequency = radio::frequency_24(rng);
        let mut hotspot = radio::wifi(address, frequency, -4.0 + 2.0 * rng.gauss(), rng);
        let is_bus = matches!(motion, Motion::Loop(way) if census.loops[way].is_bus);
        if is_bus && rng.chance(0.3) {
            hotspot.id = TransmitterId::Wifi(Bssid::from_u48(octets & !0x0300_0000_0000));
        }
        hotspot.motion = motion;
        census.add(hotspot);
    }
}

fn ride(
    plan: &Plan,
    census: &mut Census,
    hours: (u32, u32),
    length_m: f64,
    speed_m_s: f64,
    rng: &mut Rng,
) -> Motion {
    let on_foot = speed_m_s < 3.0;
    let pieces = plan.wander(rng.below(plan.corners.len()), on_foot, length_m, rng);
    let mut points = Vec::new();
    for (_, from, to) in pieces {
        let (a, b) = (plan.corners[from], plan.corners[to]);
        let n_steps = (a.distance_m(b) / LOOP_STEP_M).ceil();
        points.extend((0..n_steps as u32).map(|step| a.toward(b, f64::from(step) / n_steps)));
    }
    if points.is_empty() {
        points.push(plan.corners[0]);
    }
    let (phase, speed_m_s) = (rng.unit(), speed_m_s * rng.between(0.8, 1.2));
    let (bounds, is_bus) = (bounds(&points), length_m > 4_000.0);
    census.loops.push(Loop { points, bounds, speed_m_s, phase, hours, is_bus });
    Motion::Loop(census.loops.len() - 1)
}
