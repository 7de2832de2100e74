//! Batches in, batches out: for engines that hand over rows as they come.

use crate::column::{self, KEY, PART};
use crate::error::FoldError;
use crate::folding::{array_of, read_part};
use crate::readings::{Key, Readings, named, transmitter};
use arrow_array::cast::AsArray as _;
use arrow_array::{
    Array as _, ArrayRef, BinaryArray, GenericBinaryArray, Int8Array, Int64Array, OffsetSizeTrait,
    RecordBatch,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use cairn_radiomap::Part;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Parts by transmitter, as rows name it.
type Parts = BTreeMap<Key, Part>;

/// A table of parts: whose, and its bytes.
pub fn part_schema() -> SchemaRef {
    let key = KEY.map(|(name, of)| Field::new(name, of, false));
    let part = Field::new(PART, DataType::Binary, false);
    Arc::new(Schema::new(key.into_iter().chain([part]).collect::<Vec<_>>()))
}

/// Folds rows of readings into parts, one a transmitter, in the order of their names.
///
/// Parts of one transmitter from several batches are to be merged, here or when the map is put together.
///
/// # Errors
/// The first column or value that no reading has.
pub fn fold(rows: &RecordBatch) -> Result<RecordBatch, FoldError> {
    let readings = Readings::of_batch(rows)?;
    let mut parts = Parts::new();
    for row in 0..readings.len() {
        let key = readings.key(row)?;
        let id = transmitter(key).ok_or(FoldError::Value { column: column::TX_LO, row })?;
        let (evidence, heard) = readings.row(row, id)?;
        parts.entry(key).or_insert_with(|| Part::empty(id)).add(&evidence, &heard);
    }
    batch_of(&parts)
}

/// Merges the parts of a batch, so that each transmitter has one, in the order of their names.
///
/// # Errors
/// The first column that is missing, or bytes that are no part.
pub fn merge(parts: &RecordBatch) -> Result<RecordBatch, FoldError> {
    let bytes = parts.column_by_name(PART).ok_or(FoldError::Column { column: PART })?;
    let merged = match (bytes.as_binary_opt::<i32>(), bytes.as_binary_opt::<i64>()) {
        (Some(bytes), _) => merged(parts, bytes)?,
        (_, Some(bytes)) => merged(parts, bytes)?,
        (None, None) => return Err(FoldError::Column { column: PART }),
    };
    batch_of(&merged)
}

fn merged<O: OffsetSizeTrait>(
    parts: &RecordBatch,
    bytes: &GenericBinaryArray<O>,
) -> Result<Parts, FoldError> {
    let [kind, hi, lo] = named(parts, &KEY)?;
    let wrong = |column| FoldError::Column { column };
    let kind = kind.as_primitive_opt().ok_or(wrong(column::KIND))?;
    let hi = hi.as_primitive_opt().ok_or(wrong(column::TX_HI))?;
    let lo = lo.as_primitive_opt().ok_or(wrong(column::TX_LO))?;
    let (kind, hi, lo): (&Int8Array, &Int64Array, &Int64Array) = (kind, hi, lo);
    let mut merged = Parts::new();
    for row in (0..parts.num_rows()).filter(|row| !bytes.is_null(*row)) {
        let part = read_part(bytes.value(row), row)?;
        let key = (kind.value(row), hi.value(row), lo.value(row));
        if transmitter(key) != Some(part.id()) {
            return Err(FoldError::Value { column: column::TX_LO, row });
        }
        merged.entry(key).or_insert_with(|| Part::empty(part.id())).merge(&part);
    }
    Ok(merged)
}

/// Parts as a batch; empty ones are left out.
fn batch_of(parts: &Parts) -> Result<RecordBatch, FoldError> {
    let kept = || parts.iter().filter(|(_, part)| !part.is_empty());
    let kind: Int8Array = kept().map(|((kind, _, _), _)| *kind).collect::<Vec<_>>().into();
    let hi: Int64Array = kept().map(|((_, hi, _), _)| *hi).collect::<Vec<_>>().into();
    let lo: Int64Array = kept().map(|((_, _, lo), _)| *lo).collect::<Vec<_>>().into();
    let bytes: BinaryArray = array_of(kept().map(|(_, part)| Some(part)));
    let columns: Vec<ArrayRef> = vec![Arc::new(kind), Arc::new(hi), Arc::new(lo), Arc::new(bytes)];
    Ok(RecordBatch::try_new(part_schema(), columns)?)
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
