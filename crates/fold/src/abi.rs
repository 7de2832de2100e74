//! The C ABI: the same folds for other languages, over the Arrow C Data Interface.
//!
//! Each function takes a batch as a struct array and gives one back: 0 and the result written to the two
//! `out` structures, or 1 and a message of at most `error_bytes - 1` bytes and a NUL. In both cases the
//! batch given is used up (its `release` has been called). The result is the caller's to release.
//! A panic, which no input is known to cause, ends the process.
//!
//! # Source
//! Apache Arrow, *The Arrow C data interface*, "Structure definitions", "Release callback semantics".

#![expect(
    unsafe_code,
    reason = "pointers from another language can be believed only, by what the C Data Interface says"
)]

use crate::error::FoldError;
use crate::{chosen, fold, merge, merge_chosen};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::{Array as _, RecordBatch, StructArray};
use arrow_schema::ArrowError;
use std::ffi::c_char;
use std::slice;

/// A batch as the interface has it: an array and its schema, beside each other.
#[derive(Debug)]
#[repr(C)]
pub struct Batch {
    /// The struct array.
    pub array: FFI_ArrowArray,
    /// Its type.
    pub schema: FFI_ArrowSchema,
}

/// Folds readings into parts ([`fold`]).
///
/// # Safety
/// `given` is a batch of the C Data Interface; `out` may be written to (what is there is not released);
/// `error` may be written to for `error_bytes` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cairn_fold(
    given: *mut Batch,
    out: *mut Batch,
    error: *mut c_char,
    error_bytes: usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's.
    unsafe { door(given, out, error, error_bytes, fold) }
}

/// Merges parts, so that each transmitter of the batch has one ([`merge`]).
///
/// # Safety
/// As [`cairn_fold`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cairn_merge(
    given: *mut Batch,
    out: *mut Batch,
    error: *mut c_char,
    error_bytes: usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's.
    unsafe { door(given, out, error, error_bytes, merge) }
}

/// Chooses voices, `factor` times as many as the calibration sample keeps ([`chosen`]).
///
/// # Safety
/// As [`cairn_fold`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cairn_choose(
    given: *mut Batch,
    out: *mut Batch,
    error: *mut c_char,
    error_bytes: usize,
    factor: u16,
) -> i32 {
    // SAFETY: the caller's promise is this function's.
    unsafe { door(given, out, error, error_bytes, |rows| chosen(rows, factor)) }
}

/// Merges choices into one ([`merge_chosen`]).
///
/// # Safety
/// As [`cairn_fold`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cairn_merge_choices(
    given: *mut Batch,
    out: *mut Batch,
    error: *mut c_char,
    error_bytes: usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's.
    unsafe { door(given, out, error, error_bytes, merge_chosen) }
}

/// Takes a batch in, runs, and gives the result or the message back.
///
/// # Safety
/// As [`cairn_fold`].
unsafe fn door(
    given: *mut Batch,
    out: *mut Batch,
    error: *mut c_char,
    error_bytes: usize,
    run: impl FnOnce(&RecordBatch) -> Result<RecordBatch, FoldError>,
) -> i32 {
    // SAFETY: `given` is a batch, which is taken over here and left released.
    let taken = unsafe { take(given) };
    let result = taken.and_then(|batch| Ok(to_ffi(&StructArray::from(run(&batch)?).into_data())?));
    match result {
        Ok((array, schema)) => {
            // SAFETY: `out` may be written to.
            unsafe { out.write(Batch { array, schema }) };
            0
        }
        Err(refusal) => {
            // SAFETY: `error` may be written to for so many bytes.
            let room = unsafe { slice::from_raw_parts_mut(error.cast::<u8>(), error_bytes) };
            say(room, &refusal.to_string());
            1
        }
    }
}

/// The batch at `given`, which is left released.
///
/// # Safety
/// `given` is a batch of the C Data Interface.
unsafe fn take(given: *mut Batch) -> Result<RecordBatch, FoldError> {
    // SAFETY: `given` points to a batch that is the callee's from here on.
    let given = unsafe { &mut *given };
    // SAFETY: a pointer to a field of a batch; what is left there is released.
    let array = unsafe { FFI_ArrowArray::from_raw(&raw mut given.array) };
    // SAFETY: as above.
    let schema = unsafe { FFI_ArrowSchema::from_raw(&raw mut given.schema) };
    // SAFETY: the caller says that these are an array and its schema.
    let data = unsafe { from_ffi(array, &schema) }?;
    if data.null_count() > 0 || !matches!(data.data_type(), arrow_schema::DataType::Struct(_)) {
        return Err(
            ArrowError::CDataInterface("a batch is a struct without nulls".to_owned()).into()
        );
    }
    Ok(RecordBatch::from(StructArray::from(data)))
}

/// Writes as much of a message as there is room for, and a NUL.
fn say(room: &mut [u8], message: &str) {
    let n = message.len().min(room.len().saturating_sub(1));
    for (to, from) in room.iter_mut().zip(message.bytes().take(n).chain([0])) {
        *to = from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::{any_evidence, drawn, rows};
    use proptest::prelude::prop;

    fn given(batch: &RecordBatch) -> Batch {
        let (array, schema) = to_ffi(&StructArray::from(batch.clone()).into_data()).unwrap();
        Batch { array, schema }
    }

    /// One of the doors.
    type Door = unsafe extern "C" fn(*mut Batch, *mut Batch, *mut c_char, usize) -> i32;

    /// Chooses with a factor of three.
    unsafe extern "C" fn choose_three(
        given: *mut Batch,
        out: *mut Batch,
        error: *mut c_char,
        error_bytes: usize,
    ) -> i32 {
        // SAFETY: the caller's promise is this function's.
        unsafe { cairn_choose(given, out, error, error_bytes, 3) }
    }

    /// What a door wrote; of one that refused, its message.
    fn through(door: Door, batch: &RecordBatch) -> (Option<RecordBatch>, String) {
        let (mut given, mut error) = (given(batch), [1u8; 40]);
        let mut out = Batch { array: FFI_ArrowArray::empty(), schema: FFI_ArrowSchema::empty() };
        // SAFETY: two batches of the interface and a buffer of the length said.
        let code = unsafe { door(&raw mut given, &raw mut out, error.as_mut_ptr().cast(), 40) };
        assert!(given.array.is_released(), "used up either way");
        if code == 0 {
            // SAFETY: a batch that a door wrote.
            return (Some(unsafe { take(&raw mut out) }.unwrap()), String::new());
        }
        let end = error.iter().position(|byte| *byte == 0).unwrap();
        (None, String::from_utf8_lossy(&error[..end]).into_owned())
    }

    #[test]
    fn every_door_gives_what_its_function_gives() {
        let all = rows(&drawn(prop::collection::vec(any_evidence(), 200..201)));
        let parts = fold(&all).unwrap();
        let written = |door, batch| through(door, batch).0.unwrap();
        assert_eq!(written(cairn_fold, &all), parts);
        assert_eq!(written(cairn_merge, &parts), parts);
        let choice = chosen(&all, 3).unwrap();
        assert_eq!(written(choose_three, &all), choice);
        assert_eq!(written(cairn_merge_choices, &choice), choice);
    }

    #[test]
    fn what_cannot_be_folded_is_a_message_cut_to_its_room() {
        let all = rows(&drawn(prop::collection::vec(any_evidence(), 1..2)));
        let cut = all.project(&[0, 1, 2]).unwrap();
        assert_eq!(
            through(cairn_fold, &cut),
            (None, "column evidence is missing or of anothe".to_owned())
        );
        assert_eq!(through(cairn_merge_choices, &all).0, None);
    }
}
