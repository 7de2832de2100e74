//! Requests whose lists are used again: a query allocates nothing for its entries.

use crate::limits::{REUSED_ENTRIES_MAX, REUSED_REQUESTS_MAX};
use cairn_wire::geolocate::LocateRequest;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

thread_local! {
    static SPARE: RefCell<Vec<LocateRequest>> = const { RefCell::new(Vec::new()) };
}

/// A request that gives its memory back to the thread it ends on.
#[derive(Debug)]
pub(super) struct Reused(LocateRequest);

impl Reused {
    /// A request to read a query into: one that was answered, or a new one.
    pub(super) fn spare() -> Self {
        Self(SPARE.with_borrow_mut(Vec::pop).unwrap_or_default())
    }
}

impl From<LocateRequest> for Reused {
    fn from(request: LocateRequest) -> Self {
        Self(request)
    }
}

impl Deref for Reused {
    type Target = LocateRequest;

    fn deref(&self) -> &LocateRequest {
        &self.0
    }
}

impl DerefMut for Reused {
    fn deref_mut(&mut self) -> &mut LocateRequest {
        &mut self.0
    }
}

impl Drop for Reused {
    fn drop(&mut self) {
        let request = std::mem::take(&mut self.0);
        let is_usual = request.observations.capacity() <= REUSED_ENTRIES_MAX
            && request.areas.capacity() <= REUSED_ENTRIES_MAX
            && request.neighbors.capacity() <= REUSED_ENTRIES_MAX;
        // Of a thread that ends nothing is kept.
        let _kept = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if is_usual && spare.len() < REUSED_REQUESTS_MAX {
                spare.push(request);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_request_is_not_kept_and_no_more_than_a_few_are() {
        let spare = || SPARE.with_borrow(Vec::len);
        let mut large = Reused::spare();
        large.observations.reserve(REUSED_ENTRIES_MAX + 1);
        drop(large);
        assert_eq!(spare(), 0);
        drop((0..=REUSED_REQUESTS_MAX).map(|_| Reused::spare()).collect::<Vec<_>>());
        assert_eq!(spare(), REUSED_REQUESTS_MAX);
    }
}
