//! One vote: where a transmitter was heard, packed into 32 bytes.

use crate::mix::vote_rank;
use crate::sigma::SigmaCode;
use cairn_evidence::{Evidence, Heard};
use cairn_ground::{Day, Floor, LatLng, RttRange, TransmitterKind};

/// The number that means "not stated", in the two fields of one byte.
const ABSENT: i8 = i8::MIN;
/// The same for a unit and a timing advance.
pub(crate) const HINT_ABSENT: u16 = u16::MAX;
/// The same for a height.
pub(crate) const HEIGHT_ABSENT: i16 = i16::MIN;

/// One place that heard a transmitter. Votes are ordered by rank, then by all they say: the order is
/// total and knows nothing of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Vote {
    rank: u64,
    lat_e7: i32,
    lng_e7: i32,
    sigma: SigmaCode,
    day: u16,
    unit: u16,
    timing_advance: u16,
    height_m: i16,
    rssi_dbm: i8,
    floor: i8,
    flags: u8,
}

/// Bytes of a vote in a checkpoint.
pub(crate) const VOTE_BYTES: usize = 29;

/// The flag of a surveyed place.
const SURVEYED: u8 = 0b100;
/// The flags that have a meaning.
const FLAGS: u8 = 0b111;

impl Vote {
    /// The vote of one reading.
    pub(crate) fn of(evidence: &Evidence, heard: &Heard) -> Self {
        let (lat_e7, lng_e7) = heard.place.to_e7();
        Self {
            rank: vote_rank(evidence.id, heard.transmitter)
                >> halvings(heard.transmitter.kind(), heard.rssi_dbm),
            lat_e7,
            lng_e7,
            sigma: SigmaCode::from_m(heard.sigma_m),
            day: evidence.day.get(),
            unit: heard.unit.unwrap_or(HINT_ABSENT),
            timing_advance: heard.timing_advance.unwrap_or(HINT_ABSENT),
            height_m: evidence.height.map_or(HEIGHT_ABSENT, |height| whole_m(height.stated_m)),
            rssi_dbm: heard.rssi_dbm.map_or(ABSENT, |dbm| dbm.max(ABSENT + 1)),
            floor: evidence.floor.map_or(ABSENT, Floor::get),
            flags: band(heard.frequency_mhz) | if evidence.surveyed { SURVEYED } else { 0 },
        }
    }

    /// True for the vote that stays of two with one rank: one report, cut into submissions in two ways,
    /// is smoothed in two ways, and a program may state more of it than another. The surer stays, then the one that states
    /// more, then the smaller: whichever came first.
    pub(crate) fn is_better_than(&self, other: &Self) -> bool {
        (self.sigma, other.n_stated(), self) < (other.sigma, self.n_stated(), other)
    }

    /// How much it states of what one report may state in one copy and not in another: what its identity does not hold.
    fn n_stated(&self) -> usize {
        let stated = [
            self.unit().is_some(),
            self.timing_advance().is_some(),
            self.height_m().is_some(),
            self.floor().is_some(),
        ];
        stated.iter().filter(|is_stated| **is_stated).count()
    }

    /// The rank: one per evidence and transmitter, smaller for the loud.
    pub(crate) const fn rank(&self) -> u64 {
        self.rank
    }

    /// Latitude and longitude in 1e-7 degrees.
    pub(crate) const fn e7(&self) -> (i32, i32) {
        (self.lat_e7, self.lng_e7)
    }

    /// Where it was heard.
    pub(crate) fn place(&self) -> LatLng {
        LatLng::wrapped(f64::from(self.lat_e7) / 1e7, f64::from(self.lng_e7) / 1e7)
    }

    /// Standard deviation per axis of the place, m.
    pub(crate) fn sigma_m(&self) -> f64 {
        self.sigma.m()
    }

    /// Received power, dBm, when stated.
    pub(crate) const fn rssi_dbm(&self) -> Option<i8> {
        if self.rssi_dbm == ABSENT { None } else { Some(self.rssi_dbm) }
    }

    /// Level of the building, when stated.
    pub(crate) fn floor(&self) -> Option<Floor> {
        if self.floor == ABSENT { None } else { Floor::new(i32::from(self.floor)).ok() }
    }

    /// A cell's unit within its channel, when stated.
    pub(crate) const fn unit(&self) -> Option<u16> {
        if self.unit == HINT_ABSENT { None } else { Some(self.unit) }
    }

    /// Timing advance in the radio's steps, when stated; of Wi-Fi and Bluetooth the code of an RTT range.
    pub(crate) const fn timing_advance(&self) -> Option<u16> {
        if self.timing_advance == HINT_ABSENT { None } else { Some(self.timing_advance) }
    }

    /// The RTT range to a transmitter of this kind, when one was measured.
    pub(crate) fn range(&self, kind: TransmitterKind) -> Option<RttRange> {
        RttRange::instead_of_advance(kind, self.timing_advance())
    }

    /// Height of the phone in whole metres, as it stated it.
    pub(crate) const fn height_m(&self) -> Option<i16> {
        if self.height_m == HEIGHT_ABSENT { None } else { Some(self.height_m) }
    }

    /// The day it was heard.
    pub(crate) const fn day(&self) -> Day {
        Day::new(self.day)
    }

    /// True when the place was surveyed.
    pub(crate) const fn is_surveyed(&self) -> bool {
        self.flags & SURVEYED != 0
    }

    /// The checkpoint form, little-endian, in the order of the fields.
    pub(crate) fn to_bytes(self) -> [u8; VOTE_BYTES] {
        let mut bytes = [0; VOTE_BYTES];
        bytes[..8].copy_from_slice(&self.rank.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.lat_e7.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.lng_e7.to_le_bytes());
        bytes[16..18].copy_from_slice(&self.sigma.number().to_le_bytes());
        bytes[18..20].copy_from_slice(&self.day.to_le_bytes());
        bytes[20..22].copy_from_slice(&[self.rssi_dbm.cast_unsigned(), self.floor.cast_unsigned()]);
        bytes[22] = self.flags;
        bytes[23..25].copy_from_slice(&self.unit.to_le_bytes());
        bytes[25..27].copy_from_slice(&self.timing_advance.to_le_bytes());
        bytes[27..29].copy_from_slice(&self.height_m.to_le_bytes());
        bytes
    }

    /// Reads the checkpoint form; `None` for what no vote says.
    pub(crate) fn from_bytes(b: [u8; VOTE_BYTES]) -> Option<Self> {
        let vote = Self {
            rank: u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
            lat_e7: i32::from_le_bytes([b[8], b[9], b[10], b[11]]),
            lng_e7: i32::from_le_bytes([b[12], b[13], b[14], b[15]]),
            sigma: SigmaCode::from_number(u16::from_le_bytes([b[16], b[17]]))?,
            day: u16::from_le_bytes([b[18], b[19]]),
            rssi_dbm: b[20].cast_signed(),
            floor: b[21].cast_signed(),
            flags: b[22],
            unit: u16::from_le_bytes([b[23], b[24]]),
            timing_advance: u16::from_le_bytes([b[25], b[26]]),
            height_m: i16::from_le_bytes([b[27], b[28]]),
        };
        let on_globe = LatLng::from_e7(vote.lat_e7, vote.lng_e7).is_ok();
        let floor_known = vote.floor == ABSENT || vote.floor().is_some();
        (on_globe && floor_known && vote.flags & !FLAGS == 0).then_some(vote)
    }
}

/// A height in whole metres; what 16 bits do not hold reads as the nearest that they do.
#[expect(clippy::cast_possible_truncation, reason = "clamped to i16 on the same line")]
pub(crate) fn whole_m(height_m: f32) -> i16 {
    height_m.round().clamp(-32_767.0, 32_767.0) as i16
}

/// How often the rank of a vote is halved: the louder, the likelier it is kept of a voice that has more
/// than fit, since the loudest say where a transmitter stands. Cells are kept evenly: their sectors are
/// wide, and no voice stands near them.
///
/// Steps of 6 dB, a doubling of the amplitude, from what is hardly heard on.
pub(crate) fn halvings(kind: TransmitterKind, rssi_dbm: Option<i8>) -> u32 {
    const FAINT_DBM: i32 = -96;
    let above_db = i32::from(rssi_dbm.unwrap_or(ABSENT)) - FAINT_DBM;
    if kind.is_cell() { 0 } else { above_db.clamp(0, 72).unsigned_abs() / 6 }
}

/// The frequency band in two bits: 0 unknown or other, 1 for 2.4 GHz, 2 for 5 GHz, 3 for 6 GHz.
///
/// # Source
/// IEEE 802.11-2020 annex E: channels 1–14 (2,412–2,484 MHz), 5 GHz up to channel 177 (5,885 MHz),
/// 6 GHz from channel 1 (5,955 MHz).
const fn band(frequency_mhz: Option<u16>) -> u8 {
    match frequency_mhz {
        Some(2_400..=2_500) => 1,
        Some(4_900..=5_924) => 2,
        Some(5_925..=7_125) => 3,
        _ => 0,
    }
}

#[cfg(test)]
#[path = "vote_tests.rs"]
mod tests;
