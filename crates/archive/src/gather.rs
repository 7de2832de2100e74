//! From rows back to occurrences, whatever files and batches they are spread over.

use crate::error::RowError;
use crate::occurrence::{Occurrence, Tag};
use crate::schema as column;
use crate::transmitter::transmitter_of;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Int8Type, Int32Type, Int64Type,
};
use arrow_array::{Array as _, RecordBatch};
use cairn_evidence::{Evidence, EvidenceId, Heard, Height, Voice};
use cairn_ground::{Day, Floor, LatLng, TransmitterId};

/// Rows on their way back to occurrences.
///
/// # Cost
/// About 150 bytes a row until [`Gathered::finish`].
#[derive(Debug, Default)]
pub struct Gathered {
    rows: Vec<Occurrence>,
}

impl Gathered {
    /// Takes in rows, of which an occurrence's others may be in other batches.
    ///
    /// # Errors
    /// The first column or value that no reading has; what came before it is taken in.
    pub fn take(&mut self, batch: &RecordBatch) -> Result<(), RowError> {
        self.take_some(batch, |_| true)
    }

    /// The same of the rows that are wanted.
    pub(crate) fn take_some(
        &mut self,
        batch: &RecordBatch,
        is_wanted: impl Fn(&Occurrence) -> bool,
    ) -> Result<(), RowError> {
        for row in 0..batch.num_rows() {
            let row = alone(batch, row)?;
            if is_wanted(&row) {
                self.rows.push(row);
            }
        }
        Ok(())
    }

    /// Number of rows taken in.
    pub const fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The occurrences by submission and report, their readings in the order of the transmitters.
    ///
    /// # Errors
    /// [`RowError::Torn`] when rows of one occurrence disagree; the same row twice is one row.
    pub fn finish(mut self) -> Result<Vec<Occurrence>, RowError> {
        self.rows.sort_unstable_by_key(|row| (row.submission, row.report, first_of(row)));
        let mut whole: Vec<Occurrence> = Vec::new();
        for row in self.rows {
            match whole.last_mut().filter(|last| named(last) == named(&row)) {
                Some(last) => joined(last, row)?,
                None => whole.push(row),
            }
        }
        Ok(whole)
    }
}

fn named(one: &Occurrence) -> (Tag, u32) {
    (one.submission, one.report)
}

fn first_of(row: &Occurrence) -> Option<TransmitterId> {
    row.evidence.heard.first().map(|heard| heard.transmitter)
}

/// Adds a row's reading to its occurrence.
fn joined(last: &mut Occurrence, row: Occurrence) -> Result<(), RowError> {
    let newest = last.evidence.heard.last();
    let is_again = newest == row.evidence.heard.first();
    let is_other = newest.map(|heard| heard.transmitter) != first_of(&row);
    if last.without_readings() != row.without_readings() || !(is_again || is_other) {
        return Err(RowError::Torn { submission: row.submission.0, report: row.report });
    }
    if is_other {
        last.evidence.heard.extend(row.evidence.heard);
    }
    Ok(())
}

/// A row as an occurrence with one reading.
pub(crate) fn alone(batch: &RecordBatch, row: usize) -> Result<Occurrence, RowError> {
    At { batch, row }.alone()
}

/// One row of a batch.
#[derive(Clone, Copy)]
struct At<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

impl At<'_> {
    /// The row as an occurrence with one reading.
    fn alone(self) -> Result<Occurrence, RowError> {
        let report = self.small(column::REPORT)?;
        Ok(Occurrence {
            submission: Tag(self.must::<Int64Type>(column::SUBMISSION)?.cast_unsigned()),
            report,
            app: self.may::<Int64Type>(column::APP)?.map(|app| Tag(app.cast_unsigned())),
            evidence: self.evidence()?,
        })
    }

    fn evidence(self) -> Result<Evidence, RowError> {
        Ok(Evidence {
            id: EvidenceId(self.must::<Int64Type>(column::EVIDENCE)?.cast_unsigned()),
            place: self.place(column::LAT_E7, column::LNG_E7)?,
            fix_sigma_m: self.may::<Float32Type>(column::FIX_SIGMA_M)?,
            floor: self.floor()?,
            height: self.height()?,
            day: Day::new(self.in_range(column::DAY, self.must::<Date32Type>(column::DAY)?)?),
            voice: Voice(self.must::<Int64Type>(column::VOICE)?.cast_unsigned()),
            surveyed: self.flag(column::SURVEYED)?,
            heard: vec![self.heard()?],
        })
    }

    fn heard(self) -> Result<Heard, RowError> {
        let key = (
            self.must::<Int8Type>(column::KIND)?,
            self.must::<Int64Type>(column::TX_HI)?,
            self.must::<Int64Type>(column::TX_LO)?,
        );
        Ok(Heard {
            transmitter: transmitter_of(key).ok_or_else(|| self.wrong(column::TX_LO))?,
            rssi_dbm: self.may::<Int8Type>(column::RSSI_DBM)?,
            place: self.place(column::HEARD_LAT_E7, column::HEARD_LNG_E7)?,
            sigma_m: self.must::<Float32Type>(column::SIGMA_M)?,
            gap_ms: self.small(column::GAP_MS)?,
            repeated: self.flag(column::REPEATED)?,
            frequency_mhz: self.hint(column::FREQUENCY_MHZ)?,
            unit: self.hint(column::UNIT)?,
            timing_advance: self.hint(column::TIMING_ADVANCE)?,
        })
    }

    fn place(self, lat: usize, lng: usize) -> Result<LatLng, RowError> {
        let (lat_e7, lng_e7) = (self.must::<Int32Type>(lat)?, self.must::<Int32Type>(lng)?);
        LatLng::from_e7(lat_e7, lng_e7).map_err(|_off_the_globe| self.wrong(lat))
    }

    fn floor(self) -> Result<Option<Floor>, RowError> {
        let Some(level) = self.may::<Int8Type>(column::FLOOR)? else { return Ok(None) };
        Floor::new(level.into()).map(Some).map_err(|_range| self.wrong(column::FLOOR))
    }

    fn height(self) -> Result<Option<Height>, RowError> {
        let stated_m = self.may::<Float32Type>(column::HEIGHT_M)?;
        let sigma_m = self.may::<Float32Type>(column::HEIGHT_SIGMA_M)?;
        match (stated_m, sigma_m) {
            (None, None) => Ok(None),
            (Some(stated_m), Some(sigma_m)) => Ok(Some(Height { stated_m, sigma_m })),
            _ => Err(self.wrong(column::HEIGHT_SIGMA_M)),
        }
    }

    fn hint(self, column: usize) -> Result<Option<u16>, RowError> {
        self.may::<Int32Type>(column)?.map(|n| self.in_range(column, n)).transpose()
    }

    fn small<N: TryFrom<i32>>(self, column: usize) -> Result<N, RowError> {
        self.in_range(column, self.must::<Int32Type>(column)?)
    }

    fn in_range<N: TryFrom<i32>>(self, column: usize, n: i32) -> Result<N, RowError> {
        N::try_from(n).map_err(|_range| self.wrong(column))
    }

    fn flag(self, column: usize) -> Result<bool, RowError> {
        let array = self.batch.columns().get(column).and_then(|array| array.as_boolean_opt());
        let array = array.ok_or(RowError::Column { column: column::name_of(column) })?;
        if array.is_null(self.row) { Err(self.wrong(column)) } else { Ok(array.value(self.row)) }
    }

    fn must<T: ArrowPrimitiveType>(self, column: usize) -> Result<T::Native, RowError> {
        self.may::<T>(column)?.ok_or_else(|| self.wrong(column))
    }

    fn may<T: ArrowPrimitiveType>(self, column: usize) -> Result<Option<T::Native>, RowError> {
        let array =
            self.batch.columns().get(column).and_then(|array| array.as_primitive_opt::<T>());
        let array = array.ok_or(RowError::Column { column: column::name_of(column) })?;
        Ok((!array.is_null(self.row)).then(|| array.value(self.row)))
    }

    fn wrong(self, column: usize) -> RowError {
        RowError::Value { column: column::name_of(column), row: self.row }
    }
}

#[cfg(test)]
#[path = "gather_tests.rs"]
mod tests;
