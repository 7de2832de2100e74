//! The noun below the privacy wall: what was heard at a place on a day, in one voice.

use cairn_ground::{Day, Floor, LatLng, TransmitterId};

/// One contributor's voice for one day; two days of one contributor are two voices.
///
/// Only its equality means anything: it says which evidence shares one vote, and nothing of who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Voice(pub u64);

/// A keyless hash of a report's content: equal content, equal id (E3).
///
/// Neither the contributor, nor the submission, nor the day of receipt feeds it, so a report sent
/// twice, in whatever batches, is one piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct EvidenceId(pub u64);

/// One transmitter heard once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    /// Who was heard.
    pub transmitter: TransmitterId,
    /// Received power in whole dBm, when stated; a stated level below −127 dBm reads −127.
    pub rssi_dbm: Option<i8>,
    /// Where the phone was when it heard this, to 1e-7 degrees: on its way between two fixes when the
    /// submission tells, else at the evidence's place.
    pub place: LatLng,
    /// Standard deviation per axis of that place, in metres.
    pub sigma_m: f32,
    /// Time between this reading and the evidence's fix, in ms, at most 65,535: the age a query would
    /// state.
    pub gap_ms: u16,
    /// True for a reading that another report of the submission lists younger: heard once, it votes once.
    pub repeated: bool,
    /// Centre frequency in MHz, when stated.
    pub frequency_mhz: Option<u16>,
    /// A cell's unit within its channel (PSC or PCI), when stated.
    pub unit: Option<u16>,
    /// Timing advance towards a cell, in its radio's steps, when stated; of Wi-Fi and Bluetooth the code of an RTT range.
    pub timing_advance: Option<u16>,
}

/// A height as phones state one: above the WGS 84 ellipsoid.
///
/// Geosubmit says "above the sea", but what clients send is what Android gives them. Of who may count
/// from the sea nothing is kept; the two differ by up to 106 m (EGM96).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Height {
    /// Metres above the ellipsoid.
    pub stated_m: f32,
    /// Standard deviation in metres, claimed or assumed.
    pub sigma_m: f32,
}

/// What was heard at one place, without who, and without when beyond the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The content's hash.
    pub id: EvidenceId,
    /// Where the phone says it was, to 1e-7 degrees.
    pub place: LatLng,
    /// Claimed standard deviation of the fix per axis, in metres; `None` when the phone claimed none
    /// (the readings' `sigma_m` then build on an assumed one).
    pub fix_sigma_m: Option<f32>,
    /// Level of the building, when stated.
    pub floor: Option<Floor>,
    /// Height of the phone, when stated.
    pub height: Option<Height>,
    /// The day it was taken; never later than the day after it was received.
    pub day: Day,
    /// Whose vote it shares.
    pub voice: Voice,
    /// True when the place was surveyed, not measured by the phone.
    pub surveyed: bool,
    /// What was heard, at least one, each transmitter once, in the order of their identities.
    pub heard: Vec<Heard>,
}

#[cfg(test)]
mod tests {
    #[test]
    fn evidence_names_no_type_of_a_report_and_no_instant() {
        // invariant: E1
        let code = include_str!("evidence.rs");
        let (code, _) = code.split_once("#[cfg(test)]").unwrap();
        for absent in ["cairn_report", "Timestamp", "AgeMs", "ContributorToken", "SubmissionId"] {
            assert!(!code.contains(absent), "{absent} below the privacy wall");
        }
    }
}
