//! What happens in a world: phones teach it, other phones ask about it.

use super::{Habit, Kind, Spec, Square, World};
use crate::geometry::Vec2;
use crate::noise::shadow;
use crate::rng::{Rng, mix2};
use crate::traffic::Contribution;
use cairn_ground::{
    Bssid, CellId, Dbm, Enu, Floor, LatLng, LocalFrame, Meters, Timestamp, TransmitterId,
};
use cairn_report::{Fix, FixSource, Observation, Report, limits::REPORTS_PER_BATCH_MAX};

/// 2026-01-05T00:00:00Z: day 0 of every world.
const START_MS: i64 = 1_767_571_200_000;
/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;
/// Loss of one wall and of one storey, dB.
const LOSS_DB: (f64, f64) = (8.0, 15.0);
/// Height of a storey, metres.
const STOREY_M: f64 = 3.0;
/// Pitch of the shadowing, metres.
const SHADOW_PITCH_M: f64 = 15.0;
/// Radius of a circular normal with unit standard deviation per axis that holds 68 %.
const R68_OF_SIGMA: f64 = 1.509_592;

/// What one phone asks from a digit's square.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldQuery {
    /// The digit.
    pub digit: char,
    /// What the phone hears; may be empty.
    pub observations: Vec<Observation>,
    /// Where it is.
    pub truth: LatLng,
    /// The storey it is on, when the world has storeys.
    pub floor: Option<Floor>,
}

impl Square {
    /// True for ground where phones teach.
    pub(super) const fn is_taught(&self) -> bool {
        self.symbol == '~' || self.symbol.is_ascii_digit()
    }
}

/// A phone listening on a day.
struct Ear {
    at: Vec2,
    storey: usize,
    day: u16,
    bias_db: f64,
    /// How far east of the map it stands, kilometres: there only what comes from there is heard.
    km_east: f64,
    /// A question: what comes from elsewhere is heard here.
    asks: bool,
}

impl World {
    /// Where a letter's transmitter stands in the end, or a digit's square; `None` for other symbols.
    pub fn truth(&self, symbol: char) -> Option<LatLng> {
        let named = symbol.is_ascii_uppercase() || symbol.is_ascii_digit();
        let square = self.square(symbol).filter(|_| named)?;
        let stays =
            if square.symbol.is_ascii_digit() { None } else { self.place(symbol, u16::MAX) };
        Some(latlng(stays.map_or_else(|| self.middle(square), |(at, _)| at), 0.0))
    }

    /// The identity of a letter's transmitter.
    pub fn id(&self, letter: char) -> Option<TransmitterId> {
        self.square(letter).filter(|_| letter.is_ascii_uppercase())?;
        let number = u64::from(u32::from(letter) - u32::from('A'));
        let spec = self.spec(letter);
        let host = spec.habits.iter().find_map(|habit| match habit {
            Habit::SameBox { letter } => Some(u64::from(u32::from(*letter) - u32::from('A'))),
            _ => None,
        });
        // A box's base address ends in a zero nibble; a second network of it is counted up from there.
        let address = match host {
            Some(host) => 0x0e11_2200_0000_u64 | host << 4 | (1 + number % 15),
            None => 0x0c11_2200_0000 | number << 4,
        };
        Some(match spec.kind {
            Kind::Wifi => TransmitterId::Wifi(Bssid::from_u48(address)),
            Kind::Ble => TransmitterId::Ble(Bssid::from_u48(address)),
            Kind::Cell(radio) => {
                let cell = CellId::new(radio, crate::cells::MCC, 1, 100, 1 + number);
                TransmitterId::Cell(cell.ok()?)
            }
        })
    }

    /// What the phones teach: one contribution for each phone, and one more for each phone and each
    /// place elsewhere that transmitters come from.
    pub fn reports(&self) -> Vec<Contribution> {
        let mut elsewhere: Vec<f64> =
            self.letters().filter_map(|name| self.comes_from(name)).collect();
        elsewhere.sort_by(f64::total_cmp);
        elsewhere.dedup();
        let mut contributions = Vec::new();
        for phone in 0..self.weather.n_phones {
            for (index, km_east) in
                std::iter::once(0.0).chain(elsewhere.iter().copied()).enumerate()
            {
                let reports = self.taught(phone, index as u64, km_east);
                let nickname = format!("world-{phone}-{index}");
                contributions.extend(reports.chunks(REPORTS_PER_BATCH_MAX).map(|chunk| {
                    Contribution { nickname: nickname.clone(), reports: chunk.to_vec() }
                }));
            }
        }
        contributions
    }

    /// What other phones ask from the digits' squares, in the digits' order, a day after the last.
    pub fn queries(&self) -> Vec<WorldQuery> {
        ('0'..='9')
            .filter_map(|digit| self.square(digit))
            .map(|square| {
                let mut rng =
                    Rng::new(self.weather.seed, mix2(0x61_736b, u64::from(square.symbol)));
                let at = self.middle(square);
                let bias_db = rng.between(-4.0, 4.0);
                let (storey, day) = (square.storey, self.weather.days + 1);
                let ear = Ear { at, storey, day, bias_db, km_east: 0.0, asks: true };
                WorldQuery {
                    digit: square.symbol,
                    observations: self.hear(&ear, &mut rng),
                    truth: latlng(at, 0.0),
                    floor: self.storeys[square.storey].level,
                }
            })
            .collect()
    }

    fn taught(&self, phone: u32, elsewhere: u64, km_east: f64) -> Vec<Report> {
        let weather = &self.weather;
        let mut rng = Rng::new(weather.seed, mix2(u64::from(phone), elsewhere));
        let bias_db = rng.between(-4.0, 4.0);
        let day = (phone * u32::from(weather.days) / weather.n_phones) as u16;
        let hour_ms = 3_600_000 * (8 + 4 * i64::try_from(elsewhere % 3).unwrap_or(0));
        let squares = self.squares.iter().filter(|square| square.is_taught());
        let mut reports = Vec::new();
        for (number, square) in squares.enumerate() {
            let jitter =
                Vec2::new(rng.between(-0.4, 0.4), rng.between(-0.4, 0.4)).times(self.cell_m);
            let at = self.middle(square).plus(jitter);
            let ear = Ear { at, storey: square.storey, day, bias_db, km_east, asks: false };
            let observations = self.hear(&ear, &mut rng);
            let ms = START_MS + i64::from(day) * DAY_MS + hour_ms + number as i64 * 20_000;
            let fix = self.fix(&ear, &mut rng);
            reports.extend(Report::new(Timestamp::from_ms(ms), fix, observations));
        }
        reports
    }

    fn fix(&self, ear: &Ear, rng: &mut Rng) -> Fix {
        let weather = &self.weather;
        let error = Vec2::new(rng.gauss(), rng.gauss()).times(weather.fix_r68_m / R68_OF_SIGMA);
        let claim_m = (weather.fix_r68_m * rng.factor(0.15) * 10.0).round() / 10.0;
        let surveyed = weather.surveyed;
        Fix {
            r68: Meters::new(claim_m).ok(),
            floor: self.storeys[ear.storey].level.filter(|_| surveyed),
            source: if surveyed { FixSource::Survey } else { FixSource::Gnss },
            ..Fix::at(latlng(ear.at.plus(error), ear.km_east))
        }
    }

    fn hear(&self, ear: &Ear, rng: &mut Rng) -> Vec<Observation> {
        let mut heard = Vec::new();
        for letter in self.letters() {
            let spec = self.spec(letter);
            // Drawn for every letter, so that one letter's absence does not change another's fading.
            let fading_db = self.weather.fading_db * rng.gauss();
            let Some(power_dbm) = self.power_dbm(letter, &spec, ear) else { continue };
            let power_dbm = power_dbm + fading_db + ear.bias_db;
            let Some(transmitter) = self.id(letter).filter(|_| power_dbm >= spec.threshold_dbm())
            else {
                continue;
            };
            heard.push(Observation {
                power: Dbm::new(power_dbm.round().clamp(-140.0, -10.0) as f32).ok(),
                frequency_mhz: (spec.kind == Kind::Wifi).then_some(2_437),
                ..Observation::of(transmitter)
            });
        }
        heard
    }

    /// Mean power of a letter at an ear with its shadow; `None` when it is not there that day.
    fn power_dbm(&self, letter: char, spec: &Spec, ear: &Ear) -> Option<f64> {
        let from = self.comes_from(letter).unwrap_or(0.0);
        if !ear.asks && (from - ear.km_east).abs() > 1e-9 {
            return None;
        }
        let (at, storey) = if spec.habits.contains(&Habit::RidesAlong) {
            (ear.at.plus(Vec2::new(1.5, 1.0)), ear.storey)
        } else {
            self.place(letter, ear.day)?
        };
        let n_storeys = self.levels_between(storey, ear.storey);
        let flat_m = at.distance_m(ear.at);
        let distance_m = flat_m.hypot(n_storeys * STOREY_M).max(1.0);
        let seed = mix2(self.weather.seed, u64::from(letter));
        let lost_db = self.walls_between(at, ear.at, ear.storey) as f64 * LOSS_DB.0
            + n_storeys * LOSS_DB.1
            - self.weather.shadowing_db * shadow(seed, ear.at, SHADOW_PITCH_M);
        Some(spec.reference_dbm - 10.0 * spec.exponent * distance_m.log10() - lost_db)
    }

    /// Where a letter stands on a day, and its storey.
    fn place(&self, letter: char, day: u16) -> Option<(Vec2, usize)> {
        let mut square = self.square(letter)?;
        for habit in &self.spec(letter).habits {
            match *habit {
                Habit::Appears { day: first } if day < first => return None,
                Habit::Dies { day: last } if day >= last && day < u16::MAX => return None,
                Habit::MovesTo { letter, day: moved } if day >= moved => {
                    square = self.square(letter)?;
                }
                _ => {}
            }
        }
        Some((self.middle(square), square.storey))
    }

    fn comes_from(&self, letter: char) -> Option<f64> {
        self.spec(letter).habits.iter().find_map(|habit| match habit {
            Habit::ComesFrom { km_east } => Some(*km_east),
            _ => None,
        })
    }

    fn levels_between(&self, a: usize, b: usize) -> f64 {
        let level = |storey: usize| self.storeys[storey].level.map_or(0, Floor::get);
        f64::from((level(a) - level(b)).unsigned_abs())
    }

    /// Walls of the ear's storey that a ray enters; squares side by side are one wall.
    fn walls_between(&self, a: Vec2, b: Vec2, storey: usize) -> usize {
        let walls: Vec<Vec2> = (self.squares.iter())
            .filter(|square| square.symbol == '#' && square.storey == storey)
            .map(|square| self.middle(square))
            .collect();
        let inside = |at: Vec2| {
            let off = |wall: &Vec2| at.minus(*wall);
            let within = |off: Vec2| off.east_m.abs().max(off.north_m.abs()) <= 0.5 * self.cell_m;
            walls.iter().map(off).any(within)
        };
        let n_steps = (a.distance_m(b) / (0.25 * self.cell_m)).ceil().max(1.0);
        let mut n_walls = 0;
        let mut was_inside = false;
        for step in 0..=n_steps as u32 {
            let is_inside = inside(a.toward(b, f64::from(step) / n_steps));
            n_walls += usize::from(is_inside && !was_inside);
            was_inside = is_inside;
        }
        n_walls
    }

    /// The middle of a square, metres east and south of the first one.
    pub(super) fn middle(&self, square: &Square) -> Vec2 {
        Vec2::new(square.column as f64, -(square.row as f64)).times(self.cell_m)
    }
}

/// The map lies at 47.5° N 9.5° E, its first square there.
pub(super) fn latlng(at: Vec2, km_east: f64) -> LatLng {
    let frame = LocalFrame::at(LatLng::wrapped(47.5, 9.5));
    let east_m = at.east_m + 1_000.0 * km_east;
    frame.latlng_from_enu(Enu { east_m, north_m: at.north_m })
}

impl Spec {
    /// Weakest power heard, dBm.
    const fn threshold_dbm(&self) -> f64 {
        match self.kind {
            Kind::Wifi => -93.0,
            Kind::Ble => -96.0,
            Kind::Cell(_) => -120.0,
        }
    }
}
