//! Before a snapshot serves: its bytes brought into memory, its blocks checked, itself asked.

use crate::error::Fault;
use crate::reader::check_id;
use crate::{Health, Snapshot, SnapshotSet};
use memmap2::Advice;
use std::io;

/// Records asked for by [`Snapshot::ask_itself`].
const ASKED: u32 = 1_024;

/// Bytes read between two questions whether to go on.
const PIECE_BYTES: usize = 64 << 20;

impl Snapshot {
    /// Asks the system to read the file ahead; returns at once. Nothing of a snapshot in memory.
    ///
    /// # Errors
    /// What the system said.
    pub fn read_ahead(&self) -> io::Result<()> {
        self.mapping().map_or(Ok(()), |map| map.advise(Advice::WillNeed))
    }

    /// Waits until every page is in memory and mapped, so that a first look-up meets no fault; stops
    /// early once `go_on` is false.
    ///
    /// # Errors
    /// What the system said, where it knows the request (Linux 5.14); elsewhere the file is read ahead.
    #[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "Linux alone can wait"))]
    pub fn populate(&self, go_on: &dyn Fn() -> bool) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if Advice::PopulateRead.is_supported()
            && let Some(map) = self.mapping()
        {
            for start in (0..map.len()).step_by(PIECE_BYTES).take_while(|_| go_on()) {
                let length = PIECE_BYTES.min(map.len() - start);
                map.advise_range(Advice::PopulateRead, start, length)?;
            }
            return Ok(());
        }
        self.read_ahead()
    }

    /// Checks every block that was not checked, then the id: afterwards no look-up has to. Stops early,
    /// without a verdict on the rest, once `go_on` is false.
    ///
    /// # Errors
    /// The first [`Fault`] found; what is damaged stays unserved.
    ///
    /// # Cost
    /// Reads the whole file once or twice: some seconds for 2 GB.
    pub fn check_all(&self, go_on: &dyn Fn() -> bool) -> Result<(), Fault> {
        let body = self.body();
        for block in 0..body.n_blocks() {
            if block % 256 == 0 && !go_on() {
                return Ok(());
            }
            self.blocks.check(block, body)?;
        }
        body.check_borders()?;
        if go_on() { check_id(self.all_bytes(), self.id()) } else { Ok(()) }
    }

    /// Looks up records from all over the file by their own keys: a check of the reader by itself.
    ///
    /// # Errors
    /// The [`Fault`] of a block that cannot be believed, or of a record that is not found.
    pub fn ask_itself(&self) -> Result<(), Fault> {
        let body = self.body();
        let n = body.n_records();
        for turn in 0..n.min(ASKED) {
            let record = turn * (n / n.min(ASKED));
            let (block, what) = (record / crate::limits::BLOCK_RECORDS, "a record is not found");
            self.blocks.check(block, body)?;
            let key = body.mix.undo(body.mixed(record));
            let found = key.and_then(|key| self.get(key));
            if found.is_none() || found != key.and_then(|key| body.decode(key, record)) {
                return Err(Fault::Block { block: u64::from(block), what });
            }
        }
        Ok(())
    }
}

impl SnapshotSet {
    /// What was checked and found in all of it.
    pub fn health(&self) -> Health {
        self.snapshots().fold(Health::default(), |sum, snapshot| sum.plus(snapshot.health()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{record, sealed};
    use crate::{SnapshotWriter, Verify};

    fn lazy(change: impl FnOnce(&mut Vec<u8>)) -> Snapshot {
        let mut bytes = sealed((0..5_000).map(|n| record(n, 0)));
        change(&mut bytes);
        Snapshot::from_bytes(bytes, Verify::Lazy).unwrap()
    }

    #[test]
    fn what_was_checked_ahead_is_not_checked_again_and_damage_is_named() {
        let snapshot = lazy(|_| ());
        assert!(!snapshot.blocks.are_all_whole());
        snapshot.check_all(&|| true).unwrap();
        assert!(snapshot.blocks.are_all_whole());
        assert_eq!(snapshot.health().n_checked, snapshot.health().n_blocks);
        let damaged = lazy(|bytes| bytes[60_000] ^= 4);
        let fault = damaged.check_all(&|| true).unwrap_err();
        assert!(matches!(fault, Fault::Block { .. }), "{fault}");
        assert!(damaged.ask_itself().is_err());
        assert!(!damaged.blocks.are_all_whole());
        let stopped = lazy(|_| ());
        stopped.check_all(&|| false).unwrap();
        assert_eq!(stopped.health().n_checked, 0);
    }

    #[test]
    fn a_snapshot_finds_its_own_records_mapped_or_in_memory() {
        lazy(|_| ()).ask_itself().unwrap();
        Snapshot::from_bytes(sealed([]), Verify::Eager).unwrap().ask_itself().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut writer = SnapshotWriter::new(crate::test_support::meta());
        (0..3_000).for_each(|n| writer.push(record(n, 0)));
        let id = writer.finish(folder.path()).unwrap();
        let snapshot =
            Snapshot::open_with(&folder.path().join(id.file_name()), Verify::Lazy).unwrap();
        snapshot.populate(&|| true).unwrap();
        snapshot.read_ahead().unwrap();
        snapshot.ask_itself().unwrap();
        assert!(snapshot.health().n_checked > 0);
    }
}
