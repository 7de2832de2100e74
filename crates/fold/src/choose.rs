//! Which voices' evidence must be gathered whole, told from rows.

use crate::column::{CHOSEN, CHOSEN_BY, FIX_SIGMA_M, VOICE};
use crate::error::FoldError;
use crate::readings::{may, must, named};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float32Type, Int64Type};
use arrow_array::{
    Array as _, ArrayRef, BinaryArray, GenericBinaryArray, OffsetSizeTrait, RecordBatch,
};
use arrow_schema::{DataType, Field, Schema};
use cairn_evidence::Voice;
use cairn_radiomap::Candidates;
use std::sync::Arc;

/// Offers rows, given as the arrays of [`crate::column::CHOSEN_BY`].
///
/// # Errors
/// The first column or value that no reading has.
pub fn choose(
    candidates: &mut Candidates,
    [voice, fix_sigma_m]: [&ArrayRef; 2],
) -> Result<(), FoldError> {
    let wrong = |column| FoldError::Column { column };
    let voice = voice.as_primitive_opt::<Int64Type>().ok_or(wrong(VOICE))?;
    let sigma_m = fix_sigma_m.as_primitive_opt::<Float32Type>().ok_or(wrong(FIX_SIGMA_M))?;
    for row in 0..voice.len() {
        let voice = Voice(must(voice, row, VOICE)?.cast_unsigned());
        candidates.add(voice, may(sigma_m, row));
    }
    Ok(())
}

/// Offers what others chose.
///
/// # Errors
/// The first bytes that are no choice.
pub fn choose_again<O: OffsetSizeTrait>(
    candidates: &mut Candidates,
    chosen: &GenericBinaryArray<O>,
) -> Result<(), FoldError> {
    for row in (0..chosen.len()).filter(|row| !chosen.is_null(*row)) {
        let other = Candidates::from_bytes(chosen.value(row));
        candidates.merge(&other.ok_or(FoldError::Chosen { row })?);
    }
    Ok(())
}

/// The choice of a batch of rows, as a batch of one row; `factor` as `Candidates::new` takes it.
///
/// # Errors
/// The first column or value that no reading has.
pub fn chosen(rows: &RecordBatch, factor: u16) -> Result<RecordBatch, FoldError> {
    let mut candidates = Candidates::new(factor);
    choose(&mut candidates, named(rows, &CHOSEN_BY)?)?;
    batch_of(&candidates)
}

/// The choices of a batch merged into one row, with the factor of the first.
///
/// # Errors
/// The first column or bytes that are no choice.
pub fn merge_chosen(choices: &RecordBatch) -> Result<RecordBatch, FoldError> {
    let column = choices.column_by_name(CHOSEN).and_then(|array| array.as_binary_opt::<i32>());
    let column = column.ok_or(FoldError::Column { column: CHOSEN })?;
    let first = column.iter().flatten().next().and_then(Candidates::from_bytes);
    let mut candidates = first.ok_or(FoldError::Chosen { row: 0 })?;
    choose_again(&mut candidates, column)?;
    batch_of(&candidates)
}

fn batch_of(candidates: &Candidates) -> Result<RecordBatch, FoldError> {
    let schema = Schema::new(vec![Field::new(CHOSEN, DataType::Binary, false)]);
    let bytes = candidates.to_bytes();
    let column = BinaryArray::from_vec(vec![bytes.as_slice()]);
    Ok(RecordBatch::try_new(Arc::new(schema), vec![Arc::new(column)])?)
}
