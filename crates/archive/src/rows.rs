//! From occurrences to rows, in the order files are sorted by.

use crate::occurrence::Occurrence;
use crate::schema::readings;
use crate::transmitter::key_of;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Int8Type, Int32Type, Int64Type,
};
use arrow_array::{ArrayRef, BooleanArray, PrimitiveArray, RecordBatch};
use arrow_schema::ArrowError;
use cairn_evidence::Heard;
use cairn_ground::Floor;
use std::sync::Arc;

/// One reading with the occurrence it belongs to.
type Reading<'a> = (&'a Occurrence, &'a Heard);

/// What rows are sorted by.
pub(crate) type RowKey = ((i8, i64, i64), i64, i64, u32);

fn key(one: &Occurrence, heard: &Heard) -> RowKey {
    let (evidence, submission) = (one.evidence.id.0, one.submission.0);
    (key_of(heard.transmitter), evidence.cast_signed(), submission.cast_signed(), one.report)
}

/// The key of an occurrence that is one row.
pub(crate) fn key_of_row(row: &Occurrence) -> RowKey {
    row.evidence.heard.first().map_or_else(Default::default, |heard| key(row, heard))
}

/// The rows of all readings, sorted by transmitter, evidence, submission and report.
///
/// # Errors
/// Arrow's, should the columns not make the table: a defect of this crate.
///
/// # Cost
/// Sorts the readings; about 110 bytes a row.
pub fn rows_of(occurrences: &[Occurrence]) -> Result<RecordBatch, ArrowError> {
    let mut readings = readings_of(occurrences);
    readings.sort_unstable_by_key(|(one, heard)| key(one, heard));
    table_of(&readings)
}

/// The rows of readings that are in their order already.
pub(crate) fn rows_in_order(occurrences: &[Occurrence]) -> Result<RecordBatch, ArrowError> {
    table_of(&readings_of(occurrences))
}

fn readings_of(occurrences: &[Occurrence]) -> Vec<Reading<'_>> {
    occurrences.iter().flat_map(|one| one.evidence.heard.iter().map(move |it| (one, it))).collect()
}

/// The rows of readings in the order given.
fn table_of(readings_: &[Reading<'_>]) -> Result<RecordBatch, ArrowError> {
    let mut columns = whose(readings_);
    columns.extend(evidence(readings_));
    columns.extend(heard(readings_));
    RecordBatch::try_new(readings(), columns)
}

/// `kind` to `app`.
fn whose(r: &[Reading<'_>]) -> Vec<ArrayRef> {
    vec![
        all::<Int8Type>(r, |(_, heard)| key_of(heard.transmitter).0),
        all::<Int64Type>(r, |(_, heard)| key_of(heard.transmitter).1),
        all::<Int64Type>(r, |(_, heard)| key_of(heard.transmitter).2),
        all::<Int64Type>(r, |(one, _)| one.evidence.id.0.cast_signed()),
        all::<Int64Type>(r, |(one, _)| one.evidence.voice.0.cast_signed()),
        all::<Date32Type>(r, |(one, _)| i32::from(one.evidence.day.get())),
        all::<Int64Type>(r, |(one, _)| one.submission.0.cast_signed()),
        all::<Int32Type>(r, |(one, _)| one.report.cast_signed()),
        some::<Int64Type>(r, |(one, _)| one.app.map(|app| app.0.cast_signed())),
    ]
}

/// `lat_e7` to `surveyed`.
fn evidence(r: &[Reading<'_>]) -> Vec<ArrayRef> {
    vec![
        all::<Int32Type>(r, |(one, _)| one.evidence.place.to_e7().0),
        all::<Int32Type>(r, |(one, _)| one.evidence.place.to_e7().1),
        some::<Float32Type>(r, |(one, _)| one.evidence.fix_sigma_m),
        some::<Int8Type>(r, |(one, _)| one.evidence.floor.map(Floor::get)),
        some::<Float32Type>(r, |(one, _)| one.evidence.height.map(|height| height.stated_m)),
        some::<Float32Type>(r, |(one, _)| one.evidence.height.map(|height| height.sigma_m)),
        flags(r, |(one, _)| one.evidence.surveyed),
    ]
}

/// `heard_lat_e7` to `timing_advance`.
fn heard(r: &[Reading<'_>]) -> Vec<ArrayRef> {
    vec![
        all::<Int32Type>(r, |(_, heard)| heard.place.to_e7().0),
        all::<Int32Type>(r, |(_, heard)| heard.place.to_e7().1),
        all::<Float32Type>(r, |(_, heard)| heard.sigma_m),
        some::<Int8Type>(r, |(_, heard)| heard.rssi_dbm),
        all::<Int32Type>(r, |(_, heard)| i32::from(heard.gap_ms)),
        flags(r, |(_, heard)| heard.repeated),
        some::<Int32Type>(r, |(_, heard)| heard.frequency_mhz.map(i32::from)),
        some::<Int32Type>(r, |(_, heard)| heard.unit.map(i32::from)),
        some::<Int32Type>(r, |(_, heard)| heard.timing_advance.map(i32::from)),
    ]
}

fn all<T: ArrowPrimitiveType>(
    r: &[Reading<'_>],
    of: impl Fn(Reading<'_>) -> T::Native,
) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::from_iter_values(r.iter().map(|one| of(*one))))
}

fn some<T: ArrowPrimitiveType>(
    r: &[Reading<'_>],
    of: impl Fn(Reading<'_>) -> Option<T::Native>,
) -> ArrayRef {
    let mut column = PrimitiveArray::<T>::builder(r.len());
    for one in r {
        column.append_option(of(*one));
    }
    Arc::new(column.finish())
}

fn flags(r: &[Reading<'_>], of: impl Fn(Reading<'_>) -> bool) -> ArrayRef {
    Arc::new(r.iter().map(|one| Some(of(*one))).collect::<BooleanArray>())
}
