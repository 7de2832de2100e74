//! One person under way: moves, listens, and reports or asks.

use crate::ether::{Ear, Heard};
use crate::geometry::Vec2;
use crate::motion::{self, Way};
use crate::phone::Phone;
use crate::radio::{Band, Motion};
use crate::raster::OUTDOORS;
use crate::receiver::{Claim, Receiver};
use crate::rng::{Rng, mix2};
use crate::town::Town;
use cairn_ground::{AgeMs, Dbm, Floor, LatLng, Meters, RttRange};
use cairn_report::{Fix, FixSource, Observation, Report};

/// A reading older than this leaves the phone's cache, milliseconds.
const CACHE_MS: f64 = 12_000.0;
/// Chance that a radio missed by this scan is still reported from the one before.
const CACHED_SHARE: f64 = 0.35;
/// Share of people who carry a hotspot.
const CARRIER_SHARE: f64 = 0.06;

/// How a person gets about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Walk,
    Drive,
    Bus,
    Indoors,
    Survey,
}

/// A person: phone, home, and perhaps a hotspot in the pocket.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) phone: Phone,
    pub(crate) home_corner: usize,
    pub(crate) home_house: usize,
    carried: Option<u32>,
}

impl Person {
    /// The person whose chances come from `rng`.
    pub(crate) fn of(town: &Town, mut rng: Rng) -> Self {
        let phone = Phone::of(town.config.seed, &mut rng);
        let home_house = rng.below(town.houses.len());
        let home_corner = town.plan.nearest_corner(town.houses[home_house].outline[0]);
        let is_carried =
            |radio: &u32| town.census.radios[*radio as usize].motion == Motion::Carried;
        let pool: Vec<u32> = (0..town.census.radios.len() as u32).filter(is_carried).collect();
        let carried = rng.chance(CARRIER_SHARE).then(|| rng.pick(&pool).copied()).flatten();
        Self { phone, home_corner, home_house, carried }
    }
}

enum Whereabouts {
    On(Way),
    Bus(usize),
}

/// One person under way.
pub(crate) struct Outing<'a> {
    town: &'a Town,
    person: Person,
    mode: Mode,
    whereabouts: Whereabouts,
    house: u32,
    floor: i8,
    second: f64,
    receiver: Receiver,
    heard: Vec<Heard>,
    before: Vec<Heard>,
    rng: Rng,
}

impl<'a> Outing<'a> {
    /// Sets a person under way at a second since the town's start; `house` is used indoors.
    pub(crate) fn begin(
        town: &'a Town,
        person: Person,
        (mode, house): (Mode, usize),
        second: f64,
        mut rng: Rng,
    ) -> Self {
        let near = rng.chance(0.5);
        let start = if near { person.home_corner } else { rng.below(town.plan.corners.len()) };
        let inside = &town.houses[house];
        let (lowest, highest) = inside.levels();
        let floor = lowest + rng.below((highest - lowest + 1) as usize) as i8;
        let buses: Vec<usize> = (0..town.census.loops.len())
            .filter(|way| town.census.loops[*way].is_bus)
            .filter(|way| motion::ride(&town.census.loops[*way], second).is_some())
            .collect();
        let (mode, whereabouts) = match mode {
            Mode::Walk => (mode, Way::walk(&town.plan, start, 2_500.0, &mut rng)),
            Mode::Drive => (mode, Way::drive(&town.plan, start, 9_000.0, &mut rng)),
            Mode::Indoors => (mode, Way::rooms(inside, &mut rng)),
            Mode::Survey => (mode, Way::survey(&inside.outline, &mut rng)),
            Mode::Bus => match rng.pick(&buses) {
                Some(bus) => return Self::on_bus(town, person, *bus, second, rng),
                None => (Mode::Drive, Way::drive(&town.plan, start, 9_000.0, &mut rng)),
            },
        };
        let indoors = matches!(mode, Mode::Indoors | Mode::Survey);
        let (house, floor) = if indoors { (house as u32, floor) } else { (OUTDOORS, 0) };
        let receiver = Receiver::switched_on(&person.phone, &mut rng);
        let whereabouts = Whereabouts::On(whereabouts);
        let (heard, before) = (Vec::new(), Vec::new());
        Self { town, person, mode, whereabouts, house, floor, second, receiver, heard, before, rng }
    }

    fn on_bus(town: &'a Town, person: Person, bus: usize, second: f64, mut rng: Rng) -> Self {
        let receiver = Receiver::switched_on(&person.phone, &mut rng);
        Self {
            town,
            person,
            mode: Mode::Bus,
            whereabouts: Whereabouts::Bus(bus),
            house: OUTDOORS,
            floor: 0,
            second,
            receiver,
            heard: Vec::new(),
            before: Vec::new(),
            rng,
        }
    }

    /// Lets time pass without listening.
    pub(crate) fn advance(&mut self, seconds: f64) {
        self.second += seconds;
        if let Whereabouts::On(way) = &mut self.whereabouts {
            way.advance(seconds, &mut self.rng);
        }
    }

    /// Where and how fast; `None` when the bus has gone to the depot.
    fn state(&self) -> Option<(Vec2, Vec2)> {
        match &self.whereabouts {
            Whereabouts::On(way) => Some(way.state()),
            Whereabouts::Bus(bus) => motion::ride(&self.town.census.loops[*bus], self.second),
        }
    }

    /// Lets time pass and listens; `false` when the ride is over.
    pub(crate) fn listen(&mut self, elapsed_s: f64) -> bool {
        self.advance(elapsed_s);
        let Some((at, velocity)) = self.state() else { return false };
        std::mem::swap(&mut self.heard, &mut self.before);
        let ear = Ear {
            at,
            velocity,
            height_m: f64::from(self.floor) * crate::blocks::STOREY_M + 1.4,
            house: self.house,
            floor: self.floor,
            second: self.second,
            phone: &self.person.phone,
            in_vehicle: matches!(self.mode, Mode::Drive | Mode::Bus),
        };
        let town = self.town;
        town.ether.hear((&town.census, &town.raster), &ear, &mut self.rng, &mut self.heard);
        self.hear_pocket();
        self.hear_cache(elapsed_s * 1_000.0);
        true
    }

    /// The hotspot one carries is a step away.
    fn hear_pocket(&mut self) {
        let Some(radio) = self.person.carried else { return };
        let reference_dbm = f64::from(self.town.census.radios[radio as usize].reference_dbm);
        let power_dbm = reference_dbm - 5.0 + self.person.phone.bias_db + 3.0 * self.rng.gauss();
        let age_ms = self.person.phone.scan_delay_ms;
        self.heard.push(Heard { radio, power_dbm, age_ms, range: None });
    }

    /// What the last scan heard and this one missed may still be in the cache, grown older.
    fn hear_cache(&mut self, elapsed_ms: f64) {
        let n_fresh = self.heard.len();
        for old in &self.before {
            let age_ms = old.age_ms + elapsed_ms;
            let band = self.town.census.radios[old.radio as usize].band;
            if age_ms > CACHE_MS || band == Band::Cell || !self.rng.chance(CACHED_SHARE) {
                continue;
            }
            if self.heard[..n_fresh].iter().all(|fresh| fresh.radio != old.radio) {
                self.heard.push(Heard { age_ms, range: None, ..*old });
            }
        }
    }

    /// What was heard, as the phone writes it down: whole dBm, whole milliseconds.
    pub(crate) fn observations(&self) -> Vec<Observation> {
        let observation = |heard: &Heard| {
            let radio = &self.town.census.radios[heard.radio as usize];
            Observation {
                power: Dbm::new(heard.power_dbm.round().clamp(-140.0, -10.0) as f32).ok(),
                age: AgeMs::new(heard.age_ms as i64).unwrap_or(AgeMs::ZERO),
                frequency_mhz: radio.frequency_mhz,
                timing_advance: heard.range.map(RttRange::code),
                ..Observation::of(radio.id)
            }
        };
        self.heard.iter().map(observation).collect()
    }

    /// Where the person really is, and on which storey when indoors.
    pub(crate) fn truth(&self) -> Option<(LatLng, Option<Floor>)> {
        let (at, _) = self.state()?;
        Some((self.town.latlng(at), self.storey()))
    }

    fn storey(&self) -> Option<Floor> {
        (self.house != OUTDOORS).then(|| Floor::new(i32::from(self.floor)).ok()).flatten()
    }

    /// A report of what was heard last, with the phone's claim of where that was; `None` when
    /// nothing was heard. The second value is the truth, for measuring the claims.
    pub(crate) fn report(&mut self, elapsed_s: f64) -> Option<(Report, LatLng)> {
        let (now, velocity) = self.state()?;
        let age_s = if self.mode == Mode::Survey { 0.0 } else { self.rng.between(0.0, 0.9) };
        let truth = now.minus(velocity.times(age_s));
        let (claim, source) = self.claim(truth, elapsed_s);
        let moving = matches!(self.mode, Mode::Walk | Mode::Drive | Mode::Bus);
        let speed = (velocity.length_m() + 0.2 * self.rng.gauss()).max(0.0);
        let fix = Fix {
            r68: Meters::new((claim.r68_m * 10.0).round() / 10.0).ok(),
            age: AgeMs::new((age_s * 1_000.0) as i64).unwrap_or(AgeMs::ZERO),
            speed_m_s: moving.then_some(speed as f32),
            floor: if source == FixSource::Survey { self.storey() } else { None },
            source,
            ..Fix::at(self.town.latlng(claim.place))
        };
        let timestamp = self.town.timestamp(self.second);
        let report = Report::new(timestamp, fix, self.observations())?;
        Some((report, self.town.latlng(truth)))
    }

    fn claim(&mut self, truth: Vec2, elapsed_s: f64) -> (Claim, FixSource) {
        let source = if self.person.phone.is_fused { FixSource::Fused } else { FixSource::Gnss };
        let (true_r68_m, source) = match self.mode {
            Mode::Survey => {
                let error = Vec2::new(self.rng.gauss(), self.rng.gauss()).times(0.8);
                return (Claim { place: truth.plus(error), r68_m: 1.5 }, FixSource::Survey);
            }
            Mode::Indoors => {
                let house = mix2(u64::from(self.house), self.town.config.seed) >> 11;
                let share = house as f64 / (1_u64 << 53) as f64;
                let gnss_m = 20.0 + 20.0 * share;
                if self.person.phone.is_fused { (0.55 * gnss_m, source) } else { (gnss_m, source) }
            }
            Mode::Walk | Mode::Drive | Mode::Bus => (self.town.raster.gnss_r68_m(truth), source),
        };
        (self.receiver.claim(truth, true_r68_m, elapsed_s, &mut self.rng), source)
    }
}
