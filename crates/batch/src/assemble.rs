//! The map put together from what an engine gave: parts in any order, whole evidence report by report.

use crate::error::{BatchError, at};
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type};
use cairn_archive::Gathered;
use cairn_archive::schema::{REPORT, SUBMISSION};
use cairn_fold::FoldError;
use cairn_fold::column::PART;
use cairn_radiomap::{Candidates, Part, RadioMap, Settings};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Adds the parts of a batch to a map.
///
/// # Errors
/// The first bytes that are no part; what came before them is added.
pub fn add_parts(map: &mut RadioMap, batch: &RecordBatch) -> Result<(), BatchError> {
    let column = batch.column_by_name(PART).ok_or(FoldError::Column { column: PART })?;
    if let Some(parts) = column.as_binary_opt::<i64>() {
        return add_each(map, parts.iter().flatten());
    }
    if let Some(parts) = column.as_binary_opt::<i32>() {
        return add_each(map, parts.iter().flatten());
    }
    let parts = column.as_binary_view_opt().ok_or(FoldError::Column { column: PART })?;
    add_each(map, parts.iter().flatten())
}

fn add_each<'a>(
    map: &mut RadioMap,
    parts: impl Iterator<Item = &'a [u8]>,
) -> Result<(), BatchError> {
    for (row, bytes) in parts.enumerate() {
        let part = Part::from_bytes(bytes).map_err(|source| FoldError::Part { row, source })?;
        map.add_part(part);
    }
    Ok(())
}

/// Rows sorted by submission and report on their way to whole evidence.
///
/// # Cost
/// Holds the rows of one batch and of the report its end cuts: about 200 bytes a row.
#[derive(Debug, Default)]
pub struct Whole {
    held: Gathered,
}

impl Whole {
    /// Takes in the next rows, and offers what they complete to the map.
    ///
    /// # Errors
    /// The first row that no evidence makes.
    pub fn take(&mut self, map: &mut RadioMap, batch: &RecordBatch) -> Result<(), BatchError> {
        let cut = first_of_last_report(batch)?;
        if cut > 0 {
            self.held.take(&batch.slice(0, cut))?;
            self.finish(map)?;
        }
        self.held.take(&batch.slice(cut, batch.num_rows() - cut))?;
        Ok(())
    }

    /// Offers what is still held; what comes next is another file's.
    ///
    /// # Errors
    /// [`BatchError::Row`] when rows of one report disagree.
    pub fn finish(&mut self, map: &mut RadioMap) -> Result<(), BatchError> {
        for one in std::mem::take(&mut self.held).finish()? {
            map.add_whole(&one.evidence);
        }
        Ok(())
    }
}

/// The first row of the report that the last row belongs to.
fn first_of_last_report(batch: &RecordBatch) -> Result<usize, BatchError> {
    let submission = batch.column(SUBMISSION).as_primitive_opt::<Int64Type>();
    let submission = submission.ok_or(FoldError::Column { column: "submission" })?;
    let report = batch.column(REPORT).as_primitive_opt::<Int32Type>();
    let report = report.ok_or(FoldError::Column { column: "report" })?;
    let named = |row: usize| (submission.value(row), report.value(row));
    let Some(last) = submission.len().checked_sub(1) else { return Ok(0) };
    let same = (0..last).rev().take_while(|row| named(*row) == named(last)).count();
    Ok(last - same)
}

/// Adds the parts in a Parquet file to a map.
///
/// # Errors
/// [`BatchError`]; what came before is added.
pub fn add_parts_of(map: &mut RadioMap, path: &Path) -> Result<(), BatchError> {
    let file = File::open(path).map_err(at(path))?;
    for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
        add_parts(map, &batch?)?;
    }
    Ok(())
}

/// Offers the whole evidence in a Parquet file to a map.
///
/// # Errors
/// [`BatchError`]; what came before is offered.
pub fn add_whole_of(map: &mut RadioMap, path: &Path) -> Result<(), BatchError> {
    let file = File::open(path).map_err(at(path))?;
    let mut whole = Whole::default();
    for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
        whole.take(map, &batch?)?;
    }
    whole.finish(map)
}

/// The map of what another engine wrote: `parts/` and `whole/` with Parquet files, and `chosen`.
///
/// # Errors
/// [`BatchError::Unsettled`] when more voices must be chosen.
pub fn assemble(folder: &Path, settings: Settings) -> Result<RadioMap, BatchError> {
    let mut map = RadioMap::new(settings);
    for file in parquet_files(&folder.join("parts"))? {
        add_parts_of(&mut map, &file)?;
    }
    for file in parquet_files(&folder.join("whole"))? {
        add_whole_of(&mut map, &file)?;
    }
    let path = folder.join("chosen");
    let chosen = Candidates::from_bytes(&fs::read(&path).map_err(at(&path))?);
    let chosen = chosen.ok_or(FoldError::Chosen { row: 0 })?;
    if map.is_settled(&chosen) {
        Ok(map)
    } else {
        Err(BatchError::Unsettled { factor: chosen.factor() })
    }
}

/// The Parquet files in a folder, in the order of their names; engines put others beside them.
fn parquet_files(folder: &Path) -> Result<Vec<PathBuf>, BatchError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|ending| ending == "parquet") {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}
