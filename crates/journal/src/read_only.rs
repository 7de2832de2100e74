//! A journal as it was when opened, beside the process that writes it.

use crate::disk::Disk;
use crate::error::{OpenError, ReadError};
use crate::journal::{read_from, sizes};
use crate::log::{Log, Segment};
use crate::reader::Reader;
use crate::survey::{Place, Repair, Survey, survey};
use crate::{Position, Stats};
use std::io;
use std::sync::Arc;

/// Looks at a folder while its writer trims it, before giving up.
const LOOKS_MAX: usize = 8;

/// A journal as it was when opened, for rebuilding and inspecting.
#[derive(Debug)]
pub struct ReadOnlyJournal {
    log: Arc<Log>,
    findings: Repair,
}

impl ReadOnlyJournal {
    /// The same on any [`Disk`].
    ///
    /// # Errors
    /// As [`crate::Journal::open_read_only`].
    pub fn open_on(disk: Arc<dyn Disk>) -> Result<Self, OpenError> {
        let survey = survey_what_may_shrink(&*disk)?;
        let log = Arc::new(Log::following(disk, survey.bases, survey.end));
        Ok(Self { log, findings: survey.repair })
    }

    /// What opening it for writing would report.
    pub const fn findings(&self) -> &Repair {
        &self.findings
    }

    /// The first position kept: 0, or where the log was trimmed.
    pub fn start(&self) -> Position {
        Position::new(self.log.span().0)
    }

    /// The end of the last good record.
    pub fn committed(&self) -> Position {
        Position::new(self.log.span().1)
    }

    /// The segment files, oldest first.
    pub fn segments(&self) -> Vec<Segment> {
        self.log.segments()
    }

    /// Bytes free on its disk; `None` when the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        self.log.disk.free_bytes().ok()
    }

    /// The byte of a segment's file where a position is; `None` for one that is not kept.
    pub fn place_of(&self, position: Position) -> Option<Place> {
        self.log.place_of(position.get())
    }

    /// As [`crate::Journal::read_from`].
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] for a position the log does not reach.
    pub fn read_from(&self, position: Position) -> Result<Reader, ReadError> {
        read_from(&self.log, position)
    }

    /// Sizes; the counts are 0.
    pub fn stats(&self) -> Stats {
        sizes(&self.log)
    }
}

/// Looks again when a segment was trimmed between being listed and being opened.
fn survey_what_may_shrink(disk: &dyn Disk) -> Result<Survey, OpenError> {
    let is_gone = |error: &OpenError| matches!(error, OpenError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound);
    let mut looked = survey(disk);
    for _ in 1..LOOKS_MAX {
        if !looked.as_ref().is_err_and(is_gone) {
            break;
        }
        looked = survey(disk);
    }
    looked
}
