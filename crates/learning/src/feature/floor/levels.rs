//! What evidence says of transmitters on the levels of a building.

use std::collections::BTreeMap;

/// How a reading's weight grows with its power: tenfold in so many dB.
const WEIGHT_DB: f32 = 25.0;

/// What is known of a transmitter on a level.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Heard {
    pub(super) n: u32,
    pub(super) sum_dbm: f64,
    pub(super) loudest_dbm: f32,
}

/// What evidence says of transmitters on levels, and of the air there.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    pub(super) heard: BTreeMap<u64, BTreeMap<i16, Heard>>,
    /// Pressure by building and level: how many, their sum.
    air: BTreeMap<(u64, i16), (u32, f64)>,
    /// Scans by building and level: a level where few listened is not one where little is heard.
    scans: BTreeMap<(Option<u64>, i16), u32>,
}

/// One transmitter in a query or in a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Which.
    pub key: u64,
    /// True for Bluetooth.
    pub is_ble: bool,
    /// Its power.
    pub rssi_dbm: f32,
}

/// What a phone hears, with its barometer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked<'a> {
    /// Transmitters.
    pub heard: &'a [Reading],
    /// Which building, when it is known.
    pub building: Option<u64>,
    /// Air pressure, when measured.
    pub pressure_hpa: Option<f32>,
}

impl Heard {
    pub(super) fn mean_dbm(&self) -> f32 {
        (self.sum_dbm / f64::from(self.n)) as f32
    }
}

impl Levels {
    /// Adds what was heard on a level.
    pub fn learn(&mut self, level: i16, asked: &Asked<'_>) {
        *self.scans.entry((asked.building, level)).or_default() += 1;
        for reading in asked.heard {
            let of = self.heard.entry(reading.key).or_default();
            let heard =
                of.entry(level).or_insert(Heard { loudest_dbm: f32::MIN, ..Heard::default() });
            heard.n += 1;
            heard.sum_dbm += f64::from(reading.rssi_dbm);
            heard.loudest_dbm = heard.loudest_dbm.max(reading.rssi_dbm);
        }
        if let Some((building, hpa)) = asked.building.zip(asked.pressure_hpa) {
            let (n, sum) = self.air.entry((building, level)).or_default();
            *n += 1;
            *sum += f64::from(hpa);
        }
    }

    pub(super) fn n_scans(&self, building: Option<u64>, level: i16) -> u32 {
        self.scans.get(&(building, level)).copied().unwrap_or(0)
    }

    pub(super) fn air_hpa(&self, building: u64, level: i16) -> Option<f32> {
        self.air.get(&(building, level)).map(|(n, sum)| (sum / f64::from(*n)) as f32)
    }
}

/// A known transmitter of a query.
pub(super) struct Known<'a> {
    pub(super) reading: Reading,
    pub(super) levels: &'a BTreeMap<i16, Heard>,
    pub(super) n: u32,
}

impl Known<'_> {
    pub(super) fn share(&self, level: i16) -> f32 {
        self.levels.get(&level).map_or(0.0, |heard| heard.n as f32 / self.n as f32)
    }

    pub(super) fn weight(&self) -> f32 {
        10.0_f32.powf((self.reading.rssi_dbm + 100.0) / WEIGHT_DB)
    }

    /// The level it was heard on most; the lowest of equals.
    pub(super) fn main_level(&self) -> i16 {
        let most = self.levels.iter().max_by_key(|(level, heard)| (heard.n, -i32::from(**level)));
        most.map_or(0, |(level, _)| *level)
    }
}
