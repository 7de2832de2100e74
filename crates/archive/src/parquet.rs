//! One file: sorted rows as Parquet, with statistics and bloom filters.

use crate::error::FileError;
use crate::limits::{BATCH_ROWS_MAX, BLOOM_FALSE_SHARE, ROW_GROUP_ROWS_MAX};
use crate::schema::{SORTED_BY, TX_LO, name_of, readings};
use arrow_array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

/// The bytes of a file of these rows, which must be sorted as [`crate::rows_of`] sorts them.
///
/// The same rows make the same bytes, so that a file can be named by its content.
///
/// # Errors
/// Parquet's: rows of another table, or a defect.
pub fn encode(rows: &[RecordBatch]) -> Result<Bytes, FileError> {
    let mut writer = Writer::new(rows.iter().map(RecordBatch::num_rows).sum())?;
    rows.iter().try_for_each(|batch| writer.write(batch))?;
    writer.finish()
}

/// A file being written.
pub(crate) struct Writer(ArrowWriter<Vec<u8>>);

impl Writer {
    /// Begins a file of at most `n_rows`.
    pub(crate) fn new(n_rows: usize) -> Result<Self, FileError> {
        let properties = properties(n_rows.min(ROW_GROUP_ROWS_MAX));
        Ok(Self(ArrowWriter::try_new(Vec::new(), readings(), Some(properties))?))
    }

    /// Adds rows, which must come after those before them.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), FileError> {
        Ok(self.0.write(batch)?)
    }

    /// The bytes.
    pub(crate) fn finish(self) -> Result<Bytes, FileError> {
        Ok(Bytes::from(self.0.into_inner()?))
    }
}

/// `n_rows` of the largest row group: no more transmitters are in it.
fn properties(n_rows: usize) -> WriterProperties {
    let sorting = SORTED_BY.map(|column| SortingColumn {
        column_idx: i32::try_from(column).unwrap_or(0),
        descending: false,
        nulls_first: false,
    });
    let low = ColumnPath::from(name_of(TX_LO));
    WriterProperties::builder()
        .set_created_by("cairn archive 1".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS_MAX))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_sorting_columns(Some(sorting.to_vec()))
        .set_column_bloom_filter_enabled(low.clone(), true)
        .set_column_bloom_filter_fpp(low.clone(), BLOOM_FALSE_SHARE)
        .set_column_bloom_filter_max_ndv(low, n_rows.max(1) as u64)
        .build()
}

/// The rows of a file, batch by batch.
#[derive(Debug)]
pub struct Batches(ParquetRecordBatchReader);

/// Opens a file's bytes.
///
/// # Errors
/// Parquet's, for what is no whole Parquet file.
pub fn decode(file: Bytes) -> Result<Batches, FileError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    Ok(Batches(builder.with_batch_size(BATCH_ROWS_MAX).build()?))
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|batch| batch.map_err(FileError::from))
    }
}

#[cfg(test)]
#[path = "parquet_tests.rs"]
mod tests;
