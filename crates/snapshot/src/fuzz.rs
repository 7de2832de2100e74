//! The body of the fuzz target: no bytes make the reader panic or serve what it should not.

use crate::{Snapshot, Verify};

/// Opens `bytes` both ways and reads everything; returns whether an eager reader accepts them.
pub fn fuzz_open(bytes: &[u8]) -> bool {
    if let Ok(snapshot) = Snapshot::from_bytes(bytes.to_vec(), Verify::Lazy) {
        read_all(&snapshot);
    }
    let opened = Snapshot::from_bytes(bytes.to_vec(), Verify::Eager);
    opened.as_ref().is_ok_and(|snapshot| {
        read_all(snapshot);
        snapshot.verify().is_ok()
    })
}

fn read_all(snapshot: &Snapshot) {
    let n_found = snapshot.iter().filter(|record| snapshot.get(record.key).is_some()).count();
    debug_assert!(n_found as u64 <= snapshot.len(), "more records than the header says");
    debug_assert!(snapshot.stats().n_readable <= snapshot.len(), "more readable than there");
    debug_assert!(snapshot.health().n_checked <= snapshot.health().n_blocks, "more checked");
}
