//! One scan kept whole: all that was heard at one place inside a building, packed.

use crate::limits::{FINGERPRINT_FIX_SIGMA_MAX_M, FINGERPRINT_HEARD_MAX, FINGERPRINT_HEARD_MIN};
use crate::mix::fingerprint_rank;
use cairn_evidence::{Evidence, Heard};
use cairn_ground::{Day, Floor, LatLng};

/// A reading of a fingerprint: who (its key, exact for Wi-Fi and Bluetooth), dBm, age in units of 128 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reading {
    pub(crate) transmitter: u64,
    pub(crate) rssi_dbm: i8,
    pub(crate) age_128ms: u8,
}

/// A scan at a known place and level. Ordered by rank, then by all it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint {
    pub(crate) rank: u64,
    pub(crate) lat_e7: i32,
    pub(crate) lng_e7: i32,
    pub(crate) floor: i8,
    pub(crate) day: u16,
    pub(crate) readings: Vec<Reading>,
}

/// Bits an age in milliseconds is cut by.
const AGE_BITS: u32 = 7;

impl Fingerprint {
    /// What a piece of evidence teaches of a building: something, when it states a level, its place is
    /// sure, and it heard enough.
    pub(crate) fn of(evidence: &Evidence) -> Option<Self> {
        let floor = evidence.floor?;
        if evidence.fix_sigma_m.is_some_and(|sigma_m| sigma_m > FINGERPRINT_FIX_SIGMA_MAX_M) {
            return None;
        }
        let mut readings: Vec<Reading> = evidence.heard.iter().filter_map(reading).collect();
        readings
            .sort_unstable_by_key(|r| (r.age_128ms, std::cmp::Reverse(r.rssi_dbm), r.transmitter));
        readings.truncate(FINGERPRINT_HEARD_MAX);
        readings.sort_unstable();
        let (lat_e7, lng_e7) = evidence.place.to_e7();
        (readings.len() >= FINGERPRINT_HEARD_MIN).then(|| Self {
            rank: fingerprint_rank(evidence.id),
            lat_e7,
            lng_e7,
            floor: floor.get(),
            day: evidence.day.get(),
            readings,
        })
    }

    /// Where it was heard.
    pub(crate) fn place(&self) -> LatLng {
        LatLng::wrapped(f64::from(self.lat_e7) / 1e7, f64::from(self.lng_e7) / 1e7)
    }

    /// The day it was heard.
    pub(crate) const fn day(&self) -> Day {
        Day::new(self.day)
    }

    /// True when every number is one that [`Fingerprint::of`] can give.
    pub(crate) fn is_sound(&self) -> bool {
        LatLng::from_e7(self.lat_e7, self.lng_e7).is_ok()
            && Floor::new(i32::from(self.floor)).is_ok()
            && self.readings.is_sorted_by(|a, b| a.transmitter < b.transmitter)
    }
}

impl Reading {
    /// Seconds between the reading and the scan's place.
    pub(crate) fn age_s(self) -> f32 {
        f32::from(self.age_128ms) * 0.128
    }
}

/// A reading, when it is of a kind that buildings hold and states its power.
fn reading(heard: &Heard) -> Option<Reading> {
    let rssi_dbm = heard.rssi_dbm.filter(|_| !heard.transmitter.kind().is_cell())?;
    Some(Reading {
        transmitter: heard.transmitter.key().get(),
        rssi_dbm,
        age_128ms: u8::try_from(heard.gap_ms >> AGE_BITS).unwrap_or(u8::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::evidence;

    fn indoors() -> Evidence {
        let heard: Vec<_> = (0..6).map(|n| (n, -40 - i8::try_from(n).unwrap())).collect();
        let mut one = evidence(1, 2, (51.5, -0.25), &heard);
        one.floor = Some(Floor::new(3).unwrap());
        one.fix_sigma_m = Some(2.0);
        one
    }

    #[test]
    fn a_scan_without_a_level_or_a_sure_place_is_no_fingerprint() {
        let one = indoors();
        assert!(Fingerprint::of(&one).is_some());
        assert_eq!(Fingerprint::of(&Evidence { floor: None, ..one.clone() }), None);
        assert_eq!(Fingerprint::of(&Evidence { fix_sigma_m: Some(30.0), ..one.clone() }), None);
        let heard = one.heard[..FINGERPRINT_HEARD_MIN - 1].to_vec();
        assert_eq!(Fingerprint::of(&Evidence { heard, ..one }), None);
    }

    #[test]
    fn of_too_many_readings_the_freshest_stay() {
        let heard: Vec<_> = (0..400).map(|n| (n, -60)).collect();
        let mut one = evidence(1, 2, (51.5, -0.25), &heard);
        one.floor = Some(Floor::new(0).unwrap());
        one.fix_sigma_m = None;
        for (n, heard) in one.heard.iter_mut().enumerate() {
            heard.gap_ms = u16::try_from(n * 20).unwrap();
        }
        let kept = Fingerprint::of(&one).unwrap();
        assert_eq!(kept.readings.len(), FINGERPRINT_HEARD_MAX);
        assert!(kept.is_sound());
        let oldest = kept.readings.iter().map(|r| r.age_128ms).max().unwrap();
        assert_eq!(usize::from(oldest), (FINGERPRINT_HEARD_MAX - 1) * 20 / 128);
    }
}
