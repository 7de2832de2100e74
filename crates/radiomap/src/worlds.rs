//! Small worlds for the tests of this room.

use cairn_evidence::{Evidence, EvidenceId, Heard, Height, Voice};
use cairn_ground::{Bssid, CellId, CellRadio, Day, Floor, LatLng, TransmitterId};
use proptest::prelude::*;

/// The `n`th Wi-Fi transmitter.
pub(crate) fn wifi(n: u64) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + n))
}

/// One piece of evidence at (lat, lng) degrees, hearing (transmitter, dBm) pairs.
pub(crate) fn evidence(id: u64, voice: u64, at: (f64, f64), heard: &[(u64, i8)]) -> Evidence {
    let heard = heard.iter().map(|(n, dbm)| Heard {
        transmitter: wifi(*n),
        rssi_dbm: Some(*dbm),
        place: LatLng::new(at.0, at.1).unwrap(),
        repeated: false,
        sigma_m: 8.0,
        gap_ms: 0,
        frequency_mhz: Some(2_437),
        unit: None,
        timing_advance: None,
    });
    Evidence {
        id: EvidenceId(id),
        place: LatLng::new(at.0, at.1).unwrap(),
        fix_sigma_m: Some(8.0),
        floor: None,
        height: None,
        day: Day::new(18_000),
        voice: Voice(voice),
        surveyed: false,
        heard: heard.collect(),
    }
}

fn any_transmitter() -> impl Strategy<Value = TransmitterId> {
    let cell = |n| TransmitterId::Cell(CellId::new(CellRadio::Nr, 262, 1, 70_000, n).unwrap());
    let nameless = |n| CellId::of_unknown_network(CellRadio::Nr, 262, 70_000, n).unwrap();
    let nameless = move |n| TransmitterId::Cell(nameless(n));
    prop_oneof![
        8 => (0u64..4).prop_map(wifi),
        1 => (0u64..2).prop_map(|n| TransmitterId::Ble(Bssid::from_u48(n + 1))),
        1 => (1u64..3).prop_map(cell),
        1 => (1u64..3).prop_map(nameless),
    ]
}

fn any_place(north: u32, east: u32) -> LatLng {
    let (north, east) = (f64::from(north), f64::from(east));
    LatLng::new(north.mul_add(1e-5, 51.5), east.mul_add(1e-5, -0.25)).unwrap()
}

prop_compose! {
    fn any_heard()(
        transmitter in any_transmitter(),
        rssi_dbm in prop::option::of(-127i8..0),
        sigma_m in 1.0f32..90_000.0,
        gap_ms in 0u16..30_000,
        frequency_mhz in prop::option::of(0u16..7_000),
        unit in prop::option::of(0u16..1_008),
        timing_advance in prop::option::of(0u16..1_283),
        (north, east) in (0u32..50, 0u32..50),
        repeated in prop::bool::weighted(0.2),
    ) -> Heard {
        let place = any_place(north, east);
        Heard {
            transmitter,
            rssi_dbm,
            place,
            sigma_m,
            gap_ms,
            repeated,
            frequency_mhz,
            unit,
            timing_advance,
        }
    }
}

prop_compose! {
    /// Evidence that often shares transmitters, voices, identities and ranks with other evidence.
    pub(crate) fn any_evidence()(
        id in 0u64..200,
        voice in 0u64..40,
        (north, east) in (0u32..50, 0u32..50),
        fix_sigma_m in prop::option::of(1.0f32..60.0),
        floor in prop::option::of(-2i32..9),
        height in prop::option::of((-50.0f32..3_000.0, 1.0f32..60.0)),
        surveyed in any::<bool>(),
        mut heard in prop::collection::vec(any_heard(), 1..6),
    ) -> Evidence {
        heard.sort_by_key(|h| h.transmitter);
        heard.dedup_by_key(|h| h.transmitter);
        // A voice is of one day of receipt: its copies of one evidence are of one day.
        let day = u16::try_from((7 * id + 13 * voice) % 50).unwrap();
        Evidence {
            id: EvidenceId(id),
            place: any_place(north, east),
            fix_sigma_m,
            height: height.map(|(stated_m, sigma_m)| Height { stated_m, sigma_m }),
            floor: floor.map(|level| Floor::new(level).unwrap()),
            day: Day::new(18_000 + day),
            voice: Voice(voice),
            surveyed,
            heard,
        }
    }
}
