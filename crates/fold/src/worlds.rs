//! Small tables of readings for the tests of this room.

use crate::column::{self, FOLDED};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float32Array, Int8Array, Int32Array, Int64Array,
    RecordBatch,
};
use arrow_schema::{Field, Schema};
use cairn_evidence::{Evidence, EvidenceId, Heard, Height, Voice};
use cairn_ground::{Bssid, CellId, CellRadio, Day, Floor, LatLng, TransmitterId};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::sync::Arc;

/// A transmitter as the archive's rows name it.
pub(crate) fn key_of(id: TransmitterId) -> (i8, i64, i64) {
    let kind = i8::try_from(id.kind() as u8).unwrap();
    match id {
        TransmitterId::Wifi(address) | TransmitterId::Ble(address) => {
            (kind, 0, address.to_u48().cast_signed())
        }
        TransmitterId::Cell(cell) => {
            let (mcc, mnc) = (u64::from(cell.mcc()), u64::from(cell.mnc().unwrap_or(u16::MAX)));
            let high = mcc << 48 | mnc << 32 | u64::from(cell.area());
            (kind, high.cast_signed(), cell.cell().cast_signed())
        }
    }
}

/// All readings of these pieces of evidence, a row each.
pub(crate) fn rows(all: &[Evidence]) -> RecordBatch {
    let each: Vec<(&Evidence, &Heard)> =
        all.iter().flat_map(|one| one.heard.iter().map(move |heard| (one, heard))).collect();
    let i8s = |of: &dyn Fn(&Evidence, &Heard) -> Option<i8>| -> ArrayRef {
        Arc::new(each.iter().map(|(e, h)| of(e, h)).collect::<Int8Array>())
    };
    let i32s = |of: &dyn Fn(&Evidence, &Heard) -> Option<i32>| -> ArrayRef {
        Arc::new(each.iter().map(|(e, h)| of(e, h)).collect::<Int32Array>())
    };
    let i64s = |of: &dyn Fn(&Evidence, &Heard) -> i64| -> ArrayRef {
        Arc::new(each.iter().map(|(e, h)| Some(of(e, h))).collect::<Int64Array>())
    };
    let f32s = |of: &dyn Fn(&Evidence, &Heard) -> Option<f32>| -> ArrayRef {
        Arc::new(each.iter().map(|(e, h)| of(e, h)).collect::<Float32Array>())
    };
    let bools = |of: &dyn Fn(&Evidence, &Heard) -> bool| -> ArrayRef {
        Arc::new(each.iter().map(|(e, h)| Some(of(e, h))).collect::<BooleanArray>())
    };
    let day = each.iter().map(|(e, _)| Some(i32::from(e.day.get()))).collect::<Date32Array>();
    let mut columns: Vec<ArrayRef> = vec![
        i8s(&|_, h| Some(key_of(h.transmitter).0)),
        i64s(&|_, h| key_of(h.transmitter).1),
        i64s(&|_, h| key_of(h.transmitter).2),
        i64s(&|e, _| e.id.0.cast_signed()),
        i64s(&|e, _| e.voice.0.cast_signed()),
        Arc::new(day),
        i8s(&|e, _| e.floor.map(Floor::get)),
        f32s(&|e, _| e.height.map(|height| height.stated_m)),
        bools(&|e, _| e.surveyed),
        i32s(&|_, h| Some(h.place.to_e7().0)),
        i32s(&|_, h| Some(h.place.to_e7().1)),
        f32s(&|_, h| Some(h.sigma_m)),
        i8s(&|_, h| h.rssi_dbm),
        bools(&|_, h| h.repeated),
        i32s(&|_, h| h.frequency_mhz.map(i32::from)),
        i32s(&|_, h| h.unit.map(i32::from)),
        i32s(&|_, h| h.timing_advance.map(i32::from)),
    ];
    columns.push(f32s(&|e, _| e.fix_sigma_m));
    let sigma = [(column::FIX_SIGMA_M, arrow_schema::DataType::Float32)];
    let fields = FOLDED.into_iter().chain(sigma).map(|(name, of)| Field::new(name, of, true));
    RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<_>>())), columns).unwrap()
}

/// One value of a strategy, always the same.
pub(crate) fn drawn<S: Strategy>(strategy: S) -> S::Value {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    strategy.new_tree(&mut runner).unwrap().current()
}

fn any_transmitter() -> impl Strategy<Value = TransmitterId> {
    let cell = |n| TransmitterId::Cell(CellId::new(CellRadio::Nr, 262, 1, 70_000, n).unwrap());
    let nameless = |n| CellId::of_unknown_network(CellRadio::Lte, 262, 7_000, n).unwrap();
    prop_oneof![
        6 => (0u64..4).prop_map(|n| TransmitterId::Wifi(Bssid::from_u48(0xf0_0000_0000_0000 >> 8 | n))),
        1 => (0u64..2).prop_map(|n| TransmitterId::Ble(Bssid::from_u48(n + 1))),
        1 => (1u64..3).prop_map(cell),
        1 => (1u64..3).prop_map(move |n| TransmitterId::Cell(nameless(n))),
    ]
}

prop_compose! {
    fn any_heard()(
        transmitter in any_transmitter(),
        rssi_dbm in prop::option::of(-127i8..0),
        sigma_m in 1.0f32..90_000.0,
        frequency_mhz in prop::option::of(0u16..7_000),
        (unit, timing_advance) in (prop::option::of(0u16..1_008), prop::option::of(0u16..1_283)),
        (north, east) in (-50i32..50, 0i32..50),
        repeated in prop::bool::weighted(0.2),
    ) -> Heard {
        let place = LatLng::from_e7(515_000_000 + north, -2_500_000 + east).unwrap();
        Heard {
            transmitter, rssi_dbm, place, sigma_m, gap_ms: 0, repeated, frequency_mhz, unit,
            timing_advance,
        }
    }
}

prop_compose! {
    /// Evidence that often shares transmitters, voices and identities with other evidence.
    pub(crate) fn any_evidence()(
        (id, voice) in (0u64..200, 0u64..40),
        fix_sigma_m in prop::option::of(1.0f32..60.0),
        floor in prop::option::of(-2i32..9),
        height_m in prop::option::of(-50.0f32..3_000.0),
        day in 18_000u16..18_010,
        surveyed in any::<bool>(),
        mut heard in prop::collection::vec(any_heard(), 1..6),
    ) -> Evidence {
        heard.sort_by_key(|h| h.transmitter);
        heard.dedup_by_key(|h| h.transmitter);
        Evidence {
            id: EvidenceId(id | id << 63),
            place: LatLng::from_e7(515_000_000, -2_500_000).unwrap(),
            fix_sigma_m,
            height: height_m.map(|stated_m| Height { stated_m, sigma_m: 3.0 }),
            floor: floor.map(|level| Floor::new(level).unwrap()),
            day: Day::new(day),
            voice: Voice(voice | voice << 60),
            surveyed,
            heard,
        }
    }
}
