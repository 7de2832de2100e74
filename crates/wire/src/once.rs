//! Lists with a limit that counts distinct things: what is said again takes no place from what is new.
//!
//! Naive: one list, cut at its limit; then a network written a thousand times leaves no place for the fourteen
//! after it. Real: up to the limit entries are taken as they come, at no cost; from there on each thing is
//! held once, and found by its identity. So time is O(log limit) an entry, and memory the limit's, whatever
//! is sent.

use crate::entry::RawCell;
use crate::hint::Neighbor;
use cairn_ground::{AreaId, CellId, CellRadio, TransmitterId};
use cairn_report::limits::OBSERVATIONS_PER_REPORT_MAX;
use cairn_report::{Observation, Reason, is_preferred};
use std::collections::BTreeMap;

/// Something that may be said more than once.
pub(crate) trait Sayable: Copy {
    /// What it is said of.
    type Id: Ord;

    /// Its identity.
    fn id(&self) -> Self::Id;

    /// Whether it stays, where the same is said as `other` too.
    fn is_preferred_to(&self, other: &Self) -> bool;
}

/// At most `OBSERVATIONS_PER_REPORT_MAX` distinct things, in the order they were first said.
#[derive(Debug)]
pub(crate) struct Once<T: Sayable> {
    all: Vec<T>,
    /// Where each is, from when the list was full.
    places: Option<BTreeMap<T::Id, usize>>,
}

impl<T: Sayable> Default for Once<T> {
    fn default() -> Self {
        Self::within(Vec::new())
    }
}

impl<T: Sayable> Once<T> {
    /// An empty list in the memory of another.
    pub(crate) fn within(mut all: Vec<T>) -> Self {
        all.clear();
        Self { all, places: None }
    }

    /// Whether a thing can be kept: there is a place for it, or it has one.
    ///
    /// # Errors
    /// [`Reason::EntryOverLimit`] when there is none.
    #[inline]
    pub(crate) fn room(&mut self, id: &T::Id) -> Result<(), Reason> {
        if self.takes_all() { Ok(()) } else { self.room_when_full(id) }
    }

    #[inline]
    const fn takes_all(&self) -> bool {
        self.places.is_none() && self.all.len() < OBSERVATIONS_PER_REPORT_MAX
    }

    #[cold]
    fn room_when_full(&mut self, id: &T::Id) -> Result<(), Reason> {
        let is_full = self.all.len() >= OBSERVATIONS_PER_REPORT_MAX;
        if is_full && self.places.is_none() {
            self.hold_each_once();
        }
        let is_kept = || self.places.as_ref().is_some_and(|places| places.contains_key(id));
        let has_room = self.all.len() < OBSERVATIONS_PER_REPORT_MAX || is_kept();
        if has_room { Ok(()) } else { Err(Reason::EntryOverLimit) }
    }

    /// Keeps a thing, of two that are said of one the preferred.
    ///
    /// # Errors
    /// As [`Once::room`].
    #[inline]
    pub(crate) fn keep(&mut self, one: T) -> Result<(), Reason> {
        if self.takes_all() {
            self.all.push(one);
            return Ok(());
        }
        self.keep_when_full(one)
    }

    #[cold]
    fn keep_when_full(&mut self, one: T) -> Result<(), Reason> {
        let id = one.id();
        self.room(&id)?;
        match &mut self.places {
            None => self.all.push(one),
            Some(places) => merge(&mut self.all, places, one, id),
        }
        Ok(())
    }

    /// What was kept; things may be in it twice while it never was full.
    pub(crate) fn into_all(self) -> Vec<T> {
        self.all
    }

    fn hold_each_once(&mut self) {
        let (mut all, mut places) = (Vec::with_capacity(self.all.len()), BTreeMap::new());
        for one in self.all.drain(..) {
            merge(&mut all, &mut places, one, one.id());
        }
        (self.all, self.places) = (all, Some(places));
    }
}

/// Puts a thing where it is already, or behind all others.
fn merge<T: Sayable>(all: &mut Vec<T>, places: &mut BTreeMap<T::Id, usize>, one: T, id: T::Id) {
    let place = *places.entry(id).or_insert(all.len());
    match all.get_mut(place) {
        Some(there) if one.is_preferred_to(there) => *there = one,
        Some(_) => {}
        None => all.push(one),
    }
}

impl Sayable for Observation {
    type Id = TransmitterId;

    fn id(&self) -> TransmitterId {
        self.transmitter
    }

    fn is_preferred_to(&self, other: &Self) -> bool {
        is_preferred(self, other)
    }
}

impl Sayable for AreaId {
    type Id = Self;

    fn id(&self) -> Self {
        *self
    }

    fn is_preferred_to(&self, _same: &Self) -> bool {
        false
    }
}

impl Sayable for Neighbor {
    type Id = (CellRadio, u16);

    fn id(&self) -> (CellRadio, u16) {
        (self.radio, self.unit)
    }

    fn is_preferred_to(&self, other: &Self) -> bool {
        self.power > other.power
    }
}

impl Sayable for RawCell {
    /// What it would be under the radio with the largest numbers: without a radio it has no identity yet.
    type Id = (Option<CellId>, Option<AreaId>, Option<u64>);

    fn id(&self) -> Self::Id {
        let of = CellRadio::Nr;
        let unit = self.unit.value().filter(|_| self.is_neighbor()).map(f64::to_bits);
        (self.identity(of).ok(), self.area_identity(of).ok(), unit)
    }

    fn is_preferred_to(&self, other: &Self) -> bool {
        let power = |raw: &Self| raw.power_dbm.or(raw.asu).value();
        power(self) > power(other)
    }
}

#[cfg(test)]
#[path = "once_tests.rs"]
mod tests;
