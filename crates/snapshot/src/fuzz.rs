//! The bodies of the fuzz targets: no bytes make the reader panic or serve what it should not.

use crate::{Snapshot, SnapshotWriter, Verify, reseal};

/// Opens `bytes` both ways and reads everything; returns whether an eager reader accepts them.
///
/// # Panics
/// When what was read breaks a law (S2): that is a finding.
pub fn fuzz_open(bytes: &[u8]) -> bool {
    let lazy = Snapshot::from_bytes(bytes.to_vec(), Verify::Lazy);
    if let Ok(snapshot) = &lazy {
        read_all(snapshot);
    }
    let opened = Snapshot::from_bytes(bytes.to_vec(), Verify::Eager);
    opened.as_ref().is_ok_and(|snapshot| {
        read_all(snapshot);
        let is_same = lazy.is_ok_and(|lazy| lazy.iter().eq(snapshot.iter()));
        assert!(is_same, "a lazy reader says something else");
        snapshot.verify().is_ok()
    })
}

/// The same for `bytes` put under right lengths and checksums, as they are and with an index that rises,
/// so that changes reach what is checked behind the checksums; returns how many of these are accepted.
///
/// # Panics
/// When what was read breaks a law (S1, S2): that is a finding.
pub fn fuzz_open_resealed(bytes: &[u8]) -> usize {
    let forgeries = [false, true].map(|index_rises| reseal::resealed(bytes, index_rises));
    let accepted = forgeries.iter().flatten().filter(|forged| fuzz_open(forged));
    accepted.inspect(|forged| assert_canonical(forged)).count()
}

/// S1: what a reader accepts of the version written is what the writer writes of the same records.
fn assert_canonical(bytes: &[u8]) {
    let Ok(snapshot) = Snapshot::from_bytes(bytes.to_vec(), Verify::Lazy) else { return };
    if !reseal::is_written_so(bytes, snapshot.meta()) {
        return;
    }
    let mut writer = SnapshotWriter::new(snapshot.meta().clone());
    snapshot.iter().for_each(|record| writer.push(record));
    snapshot.venues_owned().into_iter().for_each(|venue| writer.push_venue(venue));
    snapshot.heights().for_each(|height| writer.push_height(height));
    assert!(writer.into_bytes().is_ok_and(|again| again == bytes), "not what a writer writes");
}

fn read_all(snapshot: &Snapshot) {
    let keys: Vec<_> = snapshot.iter().map(|record| record.key).collect();
    let mut many = vec![None; keys.len()];
    snapshot.get_many(&keys, &mut many);
    // Of a bucket that reaches into a damaged block nothing is said.
    let may_miss = snapshot.health().n_damaged > 0;
    for (record, found) in snapshot.iter().zip(&many) {
        let is_found = *found == Some(record) || (may_miss && found.is_none());
        assert!(is_found, "a record is not found under its key");
        assert_eq!(snapshot.get(record.key), *found, "one by one another record is found");
    }
    assert!(keys.len() as u64 <= snapshot.len(), "more records than the header says");
    assert!(snapshot.stats().n_readable <= snapshot.len(), "more readable than there");
    assert!(snapshot.health().n_checked <= snapshot.health().n_blocks, "more checked");
    let n_bytes: usize = snapshot.venues().map(<[u8]>::len).sum();
    assert!(n_bytes as u64 <= snapshot.file_bytes(), "more of venues than the file holds");
    for venue in snapshot.venues_owned() {
        let is_found = |block: &_| snapshot.venue_at(*block) == Some(venue.bytes.as_slice());
        assert!(venue.blocks.iter().all(is_found), "a venue is not found in its block");
    }
}
