//! Evidence of every shape, for the tests of this room.

use crate::{Occurrence, Tag};
use cairn_evidence::{Evidence, EvidenceId, Heard, Height, Voice};
use cairn_ground::{Bssid, CellId, CellRadio, Day, Floor, LatLng, TransmitterId};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Any transmitter; few addresses, so that some meet.
pub(crate) fn transmitters() -> impl Strategy<Value = TransmitterId> {
    let address =
        prop_oneof![0_u64..20, any::<u64>()].prop_map(|n| Bssid::from_u48(n >> 16 | n & 31));
    let cell =
        (0_usize..4, 200_u32..=999, prop::option::of(0_u32..=999), 1_u32..60_000, 1_u64..65_536)
            .prop_map(|(radio, mcc, network, area, cell)| {
                let radio =
                    [CellRadio::Gsm, CellRadio::Wcdma, CellRadio::Lte, CellRadio::Nr][radio];
                match network {
                    Some(network) => CellId::new(radio, mcc, network, area, cell),
                    None => CellId::of_unknown_network(radio, mcc, area, cell),
                }
                .unwrap()
            });
    prop_oneof![
        address.clone().prop_map(TransmitterId::Wifi),
        address.prop_map(TransmitterId::Ble),
        cell.prop_map(TransmitterId::Cell),
    ]
}

fn places() -> impl Strategy<Value = LatLng> {
    (-900_000_000_i32..=900_000_000, -1_800_000_000_i32..=1_800_000_000)
        .prop_map(|(lat, lng)| LatLng::from_e7(lat, lng).unwrap())
}

fn heards() -> impl Strategy<Value = Heard> {
    let hint = || prop::option::of(any::<u16>());
    (
        (transmitters(), prop::option::of(any::<i8>()), places(), 0.0_f32..1e6, any::<u16>()),
        (any::<bool>(), hint(), hint(), hint()),
    )
        .prop_map(|((transmitter, rssi_dbm, place, sigma_m, gap_ms), more)| {
            let (repeated, frequency_mhz, unit, timing_advance) = more;
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
        })
}

fn evidences() -> impl Strategy<Value = Evidence> {
    let sigma = || prop::option::of(0.0_f32..1e5);
    let height = prop::option::of((-500.0_f32..9e3, 0.0_f32..1e3))
        .prop_map(|it| it.map(|(stated_m, sigma_m)| Height { stated_m, sigma_m }));
    let floor = prop::option::of((-20_i32..=120).prop_map(|level| Floor::new(level).unwrap()));
    (
        (any::<u64>(), places(), sigma(), floor, height),
        (any::<u16>(), any::<u64>(), any::<bool>(), prop::collection::vec(heards(), 1..12)),
    )
        .prop_map(
            |((id, place, fix_sigma_m, floor, height), (day, voice, surveyed, heard))| {
                let each: BTreeMap<_, _> =
                    heard.into_iter().map(|it| (it.transmitter, it)).collect();
                let heard = each.into_values().collect();
                let (id, day, voice) = (EvidenceId(id), Day::new(day), Voice(voice));
                Evidence { id, place, fix_sigma_m, floor, height, day, voice, surveyed, heard }
            },
        )
}

/// What some submissions taught, by submission and report.
pub(crate) fn occurrences() -> impl Strategy<Value = Vec<Occurrence>> {
    let one =
        (any::<u64>(), prop::option::of(any::<u64>()), prop::collection::vec(evidences(), 1..6));
    prop::collection::btree_map(any::<u64>(), one, 1..5).prop_map(|submissions| {
        let each = submissions.into_iter().flat_map(|(id, (_, app, evidence))| {
            Occurrence::all_of(Tag(id), app.map(Tag), evidence).collect::<Vec<_>>()
        });
        each.collect()
    })
}

/// A small occurrence at a place on a day, of a voice and a submission, that heard `n` networks.
pub(crate) fn heard_by(voice: u64, submission: u64, day: u16, n: u64) -> Occurrence {
    let place = LatLng::from_e7(515_000_000, -1_200_000).unwrap();
    let heard = (0..n).map(|n| Heard {
        transmitter: TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + n)),
        rssi_dbm: Some(-60),
        place,
        sigma_m: 8.0,
        gap_ms: 0,
        repeated: false,
        frequency_mhz: None,
        unit: None,
        timing_advance: None,
    });
    let evidence = Evidence {
        id: EvidenceId(voice.wrapping_mul(31).wrapping_add(submission)),
        place,
        fix_sigma_m: Some(5.0),
        floor: None,
        height: None,
        day: Day::new(day),
        voice: Voice(voice),
        surveyed: false,
        heard: heard.collect(),
    };
    Occurrence { submission: Tag(submission), report: 0, app: None, evidence }
}
