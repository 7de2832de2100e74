//! Parts by group: what an engine that groups rows by itself fills, merges and takes out.

use crate::column;
use crate::error::FoldError;
use crate::readings::{Key, Readings, transmitter};
use arrow_array::builder::GenericBinaryBuilder;
use arrow_array::{Array as _, GenericBinaryArray, LargeBinaryArray, OffsetSizeTrait};
use cairn_radiomap::Part;
use std::borrow::Borrow;

/// Bytes counted for a group: its slot, its part, the first allocation.
const GROUP_BYTES: usize = 160;
/// Bytes counted for a change of a part: a vote, and room its vector grew by.
const CHANGE_BYTES: usize = 64;

/// One part a group, groups numbered from 0 as the engine numbers them.
#[derive(Debug, Default)]
pub struct Folding {
    parts: Vec<Option<Part>>,
    n_changes: usize,
}

impl Folding {
    /// Adds rows, `groups[row]` being the group of each; rows of one group name one transmitter.
    ///
    /// # Errors
    /// The first value that no reading has; what came before it is added.
    pub fn add(
        &mut self,
        readings: &Readings<'_>,
        groups: &[usize],
        n_groups: usize,
    ) -> Result<(), FoldError> {
        self.widen(n_groups);
        for (row, group) in groups.iter().enumerate().take(readings.len()) {
            let part = slot(&mut self.parts[*group], || readings.key(row), row)?;
            let (evidence, heard) = readings.row(row, part.id())?;
            self.n_changes += usize::from(part.add(&evidence, &heard));
        }
        Ok(())
    }

    /// Merges parts in, `groups[row]` being the group of each; no part merges nothing.
    ///
    /// # Errors
    /// The first bytes that are no part; what came before them is merged.
    pub fn merge<O: OffsetSizeTrait>(
        &mut self,
        parts: &GenericBinaryArray<O>,
        groups: &[usize],
        n_groups: usize,
    ) -> Result<(), FoldError> {
        self.widen(n_groups);
        for (row, group) in groups.iter().enumerate().take(parts.len()) {
            if parts.is_null(row) {
                continue;
            }
            let part = read_part(parts.value(row), row)?;
            self.n_changes += part.n_votes();
            match &mut self.parts[*group] {
                Some(mine) => _ = mine.merge(&part),
                none => *none = Some(part),
            }
        }
        Ok(())
    }

    /// Takes out the parts of the first `n` groups; those that follow move down by as many. A group
    /// whose rows never voted has none.
    pub fn take(&mut self, n: usize) -> LargeBinaryArray {
        let rest = self.parts.split_off(n.min(self.parts.len()));
        let taken = std::mem::replace(&mut self.parts, rest);
        // Engines that read sorted groups take all but the last again and again.
        self.n_changes = self.parts.iter().flatten().map(Part::n_votes).sum();
        array_of(taken.into_iter())
    }

    /// Number of groups.
    pub const fn len(&self) -> usize {
        self.parts.len()
    }

    /// True without groups.
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Bytes held, counted from above.
    pub const fn memory_bytes(&self) -> usize {
        self.parts.len() * GROUP_BYTES + self.n_changes * CHANGE_BYTES
    }

    fn widen(&mut self, n_groups: usize) {
        if self.parts.len() < n_groups {
            self.parts.resize_with(n_groups, || None);
        }
    }
}

/// Each row as a part of its own: what an engine that skips its first grouping passes on.
///
/// # Errors
/// The first value that no reading has.
pub fn each(readings: &Readings<'_>) -> Result<LargeBinaryArray, FoldError> {
    let groups: Vec<usize> = (0..readings.len()).collect();
    let mut folding = Folding::default();
    folding.add(readings, &groups, groups.len())?;
    Ok(folding.take(groups.len()))
}

/// The part of a group, made when its first row comes.
fn slot(
    slot: &mut Option<Part>,
    key: impl FnOnce() -> Result<Key, FoldError>,
    row: usize,
) -> Result<&mut Part, FoldError> {
    if slot.is_none() {
        let id = transmitter(key()?);
        let id = id.ok_or(FoldError::Value { column: column::TX_LO, row })?;
        *slot = Some(Part::empty(id));
    }
    slot.as_mut().ok_or(FoldError::Value { column: column::TX_LO, row })
}

pub(crate) fn read_part(bytes: &[u8], row: usize) -> Result<Part, FoldError> {
    Part::from_bytes(bytes).map_err(|source| FoldError::Part { row, source })
}

/// The bytes of parts; an empty part is none.
pub(crate) fn array_of<O: OffsetSizeTrait, P: Borrow<Part>>(
    parts: impl Iterator<Item = Option<P>>,
) -> GenericBinaryArray<O> {
    let mut builder = GenericBinaryBuilder::new();
    let mut bytes = Vec::new();
    for part in parts {
        match part.filter(|part| !part.borrow().is_empty()) {
            Some(part) => {
                bytes.clear();
                part.borrow().put_bytes(&mut bytes);
                builder.append_value(&bytes);
            }
            None => builder.append_null(),
        }
    }
    let mut array = builder.finish();
    // It grew by doubling: engines count what was allocated, and refuse more than they allow.
    array.shrink_to_fit();
    array
}
