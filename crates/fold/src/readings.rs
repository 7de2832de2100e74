//! A batch's rows as readings.

use crate::column;
use crate::error::FoldError;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Int8Type, Int32Type, Int64Type,
};
use arrow_array::{Array as _, ArrayRef, BooleanArray, PrimitiveArray, RecordBatch};
use cairn_evidence::{Evidence, EvidenceId, Heard, Height, Voice};
use cairn_ground::{Bssid, CellId, CellRadio, Day, Floor, LatLng, TransmitterId, TransmitterKind};

/// A transmitter as rows name it: kind, high half, low half.
pub(crate) type Key = (i8, i64, i64);

/// The columns of a batch that a fold reads, typed.
#[derive(Debug)]
pub struct Readings<'a> {
    kind: &'a PrimitiveArray<Int8Type>,
    tx_hi: &'a PrimitiveArray<Int64Type>,
    tx_lo: &'a PrimitiveArray<Int64Type>,
    evidence: &'a PrimitiveArray<Int64Type>,
    voice: &'a PrimitiveArray<Int64Type>,
    day: &'a PrimitiveArray<Date32Type>,
    floor: &'a PrimitiveArray<Int8Type>,
    height_m: &'a PrimitiveArray<Float32Type>,
    surveyed: &'a BooleanArray,
    heard_lat_e7: &'a PrimitiveArray<Int32Type>,
    heard_lng_e7: &'a PrimitiveArray<Int32Type>,
    sigma_m: &'a PrimitiveArray<Float32Type>,
    rssi_dbm: &'a PrimitiveArray<Int8Type>,
    repeated: &'a BooleanArray,
    frequency_mhz: &'a PrimitiveArray<Int32Type>,
    unit: &'a PrimitiveArray<Int32Type>,
    timing_advance: &'a PrimitiveArray<Int32Type>,
}

/// A column of the name `column`, of this type.
fn typed<'a, T: ArrowPrimitiveType>(
    array: &'a ArrayRef,
    column: &'static str,
) -> Result<&'a PrimitiveArray<T>, FoldError> {
    array.as_primitive_opt().ok_or(FoldError::Column { column })
}

fn flags<'a>(array: &'a ArrayRef, column: &'static str) -> Result<&'a BooleanArray, FoldError> {
    array.as_boolean_opt().ok_or(FoldError::Column { column })
}

/// The columns of these names, in their order.
pub(crate) fn named<'a, const N: usize>(
    batch: &'a RecordBatch,
    columns: &[(&'static str, arrow_schema::DataType); N],
) -> Result<[&'a ArrayRef; N], FoldError> {
    let mut found = Vec::with_capacity(N);
    for (column, _) in columns {
        found.push(batch.column_by_name(column).ok_or(FoldError::Column { column })?);
    }
    found.try_into().map_err(|_other_length| FoldError::Column { column: columns[0].0 })
}

impl<'a> Readings<'a> {
    /// The readings of a batch, its columns found by name; others are not looked at.
    ///
    /// # Errors
    /// The first column that is missing or of another type.
    pub fn of_batch(batch: &'a RecordBatch) -> Result<Self, FoldError> {
        Self::of(named(batch, &column::FOLDED)?)
    }

    /// The readings of arrays in the order of [`column::FOLDED`], as engines pass them.
    ///
    /// # Errors
    /// The first column of another type.
    pub fn of(columns: [&'a ArrayRef; column::FOLDED.len()]) -> Result<Self, FoldError> {
        let [kind, hi, lo, evidence, voice, day, floor, height, surveyed, .., advance] = columns;
        let [_, _, _, _, _, _, _, _, _, lat, lng, sigma, rssi, repeated, mhz, unit, _] = columns;
        Ok(Self {
            kind: typed(kind, column::KIND)?,
            tx_hi: typed(hi, column::TX_HI)?,
            tx_lo: typed(lo, column::TX_LO)?,
            evidence: typed(evidence, column::EVIDENCE)?,
            voice: typed(voice, column::VOICE)?,
            day: typed(day, column::DAY)?,
            floor: typed(floor, column::FLOOR)?,
            height_m: typed(height, column::HEIGHT_M)?,
            surveyed: flags(surveyed, column::SURVEYED)?,
            heard_lat_e7: typed(lat, column::HEARD_LAT_E7)?,
            heard_lng_e7: typed(lng, column::HEARD_LNG_E7)?,
            sigma_m: typed(sigma, column::SIGMA_M)?,
            rssi_dbm: typed(rssi, column::RSSI_DBM)?,
            repeated: flags(repeated, column::REPEATED)?,
            frequency_mhz: typed(mhz, column::FREQUENCY_MHZ)?,
            unit: typed(unit, column::UNIT)?,
            timing_advance: typed(advance, column::TIMING_ADVANCE)?,
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }

    /// Who was heard in a row, as its columns name it.
    pub(crate) fn key(&self, row: usize) -> Result<Key, FoldError> {
        Ok((
            must(self.kind, row, column::KIND)?,
            must(self.tx_hi, row, column::TX_HI)?,
            must(self.tx_lo, row, column::TX_LO)?,
        ))
    }

    /// A row's reading of `transmitter`, with its evidence as far as a vote needs it: without its other
    /// readings, and without what only whole evidence is asked for.
    pub(crate) fn row(
        &self,
        row: usize,
        transmitter: TransmitterId,
    ) -> Result<(Evidence, Heard), FoldError> {
        let lat_e7 = must(self.heard_lat_e7, row, column::HEARD_LAT_E7)?;
        let lng_e7 = must(self.heard_lng_e7, row, column::HEARD_LNG_E7)?;
        let place = LatLng::from_e7(lat_e7, lng_e7)
            .map_err(|_off_the_globe| wrong(row, column::HEARD_LAT_E7))?;
        let heard = Heard {
            transmitter,
            rssi_dbm: may(self.rssi_dbm, row),
            place,
            sigma_m: must(self.sigma_m, row, column::SIGMA_M)?,
            gap_ms: 0,
            repeated: flag(self.repeated, row, column::REPEATED)?,
            frequency_mhz: hint(self.frequency_mhz, row, column::FREQUENCY_MHZ)?,
            unit: hint(self.unit, row, column::UNIT)?,
            timing_advance: hint(self.timing_advance, row, column::TIMING_ADVANCE)?,
        };
        Ok((self.evidence(row, place)?, heard))
    }

    fn evidence(&self, row: usize, place: LatLng) -> Result<Evidence, FoldError> {
        let floor = may(self.floor, row).map(|level| Floor::new(level.into())).transpose();
        let day = u16::try_from(must(self.day, row, column::DAY)?);
        Ok(Evidence {
            id: EvidenceId(must(self.evidence, row, column::EVIDENCE)?.cast_unsigned()),
            place,
            fix_sigma_m: None,
            floor: floor.map_err(|_range| wrong(row, column::FLOOR))?,
            height: may(self.height_m, row).map(|stated_m| Height { stated_m, sigma_m: 0.0 }),
            day: Day::new(day.map_err(|_range| wrong(row, column::DAY))?),
            voice: Voice(must(self.voice, row, column::VOICE)?.cast_unsigned()),
            surveyed: flag(self.surveyed, row, column::SURVEYED)?,
            heard: Vec::new(),
        })
    }
}

const fn wrong(row: usize, column: &'static str) -> FoldError {
    FoldError::Value { column, row }
}

pub(crate) fn may<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    row: usize,
) -> Option<T::Native> {
    (!array.is_null(row)).then(|| array.value(row))
}

pub(crate) fn must<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    row: usize,
    column: &'static str,
) -> Result<T::Native, FoldError> {
    may(array, row).ok_or(wrong(row, column))
}

fn flag(array: &BooleanArray, row: usize, column: &'static str) -> Result<bool, FoldError> {
    if array.is_null(row) { Err(wrong(row, column)) } else { Ok(array.value(row)) }
}

fn hint(
    array: &PrimitiveArray<Int32Type>,
    row: usize,
    column: &'static str,
) -> Result<Option<u16>, FoldError> {
    let number = may(array, row).map(u16::try_from).transpose();
    number.map_err(|_range| wrong(row, column))
}

/// The transmitter that rows name so: an address in the low half; or country, network (65,535 unknown)
/// and area in the high half, the cell's number in the low one. `None` for what none is named.
pub(crate) fn transmitter((kind, hi, lo): Key) -> Option<TransmitterId> {
    let (high, low) = (hi.cast_unsigned(), lo.cast_unsigned());
    let address = || (high == 0 && low >> 48 == 0).then(|| Bssid::from_u48(low));
    let radio = match TransmitterKind::from_number(u8::try_from(kind).ok()?)? {
        TransmitterKind::Wifi => return address().map(TransmitterId::Wifi),
        TransmitterKind::Ble => return address().map(TransmitterId::Ble),
        TransmitterKind::Gsm => CellRadio::Gsm,
        TransmitterKind::Wcdma => CellRadio::Wcdma,
        TransmitterKind::Lte => CellRadio::Lte,
        TransmitterKind::Nr => CellRadio::Nr,
    };
    let [m1, m0, n1, n0, area @ ..] = high.to_be_bytes();
    let (mcc, area) = (u16::from_be_bytes([m1, m0]).into(), u32::from_be_bytes(area));
    let cell = match u16::from_be_bytes([n1, n0]) {
        u16::MAX => CellId::of_unknown_network(radio, mcc, area, low),
        mnc => CellId::new(radio, mcc, mnc.into(), area, low),
    };
    cell.ok().filter(|cell| cell.radio() == radio).map(TransmitterId::Cell)
}
