//! What is found when a journal is opened: segments, their headers and sizes, where the last one ends.
//!
//! Reads only; the writer acts on it.

use crate::disk::Disk;
use crate::error::OpenError;
use crate::frame::{self, HEADER_BYTES, HeaderState, check_header, segment_base, segment_name};
use crate::limits::DAMAGE_NAMED_MAX;
use crate::scan::{TailScan, scan_tail};
use crate::window::Window;
use std::io;

/// A byte of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's name.
    pub segment: String,
    /// Byte offset in it.
    pub offset: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.segment, self.offset)
    }
}

/// What opening a journal found and did. Worth a log line when `at` or `damaged` says something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repair {
    /// Segment files found.
    pub segments: usize,
    /// Good records in the last segment; older ones are not read.
    pub records: u64,
    /// Bytes of a torn, never acknowledged tail that were cut off.
    pub truncated_bytes: u64,
    /// Where they were cut.
    pub at: Option<Place>,
    /// Damage to what was once durable, at most [`DAMAGE_NAMED_MAX`] places. It stays as it is;
    /// readers name it again and go on behind it.
    pub damaged: Vec<Place>,
}

/// How the log goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// The last segment is sound: cut it at the end and go on in it.
    Continue,
    /// The last segment is damaged: close it as it stands and begin the next.
    Close,
    /// There is no segment, or the last one was never finished being created: begin it.
    Begin,
}

/// A journal as found.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The first position of each segment with content to read, rising.
    pub(crate) bases: Vec<u64>,
    /// The end of what is durable.
    pub(crate) end: u64,
    pub(crate) tail: Tail,
    pub(crate) repair: Repair,
}

/// Looks at all segments of a folder.
pub(crate) fn survey(disk: &dyn Disk) -> Result<Survey, OpenError> {
    let failed = |source| OpenError::Io { doing: "list", name: "segments".to_owned(), source };
    let names = disk.list().map_err(failed)?;
    let mut bases: Vec<u64> = names.iter().filter_map(|name| segment_base(name)).collect();
    bases.sort_unstable();
    let mut repair = Repair { segments: bases.len(), ..Repair::default() };
    let Some((last, sealed)) = bases.split_last() else {
        return Ok(Survey { bases, end: 0, tail: Tail::Begin, repair });
    };
    for (index, base) in sealed.iter().enumerate() {
        check_sealed(disk, *base, bases[index + 1], &mut repair)?;
    }
    let (last, mut kept) = (*last, sealed.to_vec());
    let (end, tail) = check_last(disk, last, &mut repair)?;
    if tail != Tail::Begin {
        kept.push(last);
    }
    repair.damaged.truncate(DAMAGE_NAMED_MAX);
    Ok(Survey { bases: kept, end, tail, repair })
}

/// Opens a segment and judges its header.
fn open_segment(disk: &dyn Disk, base: u64) -> Result<(Window, HeaderState), OpenError> {
    let judge = || -> io::Result<(Window, HeaderState)> {
        let window = Window::new(disk.open(&segment_name(base))?, base);
        let state = check_header(&window.header()?, base);
        Ok((window, state))
    };
    let (window, state) = judge().map_err(|source| read_failed(base, source))?;
    if let HeaderState::Version(found) = state {
        let segment = segment_name(base);
        return Err(OpenError::Version { segment, found, known: frame::VERSION });
    }
    Ok((window, state))
}

fn read_failed(base: u64, source: io::Error) -> OpenError {
    OpenError::Io { doing: "read", name: segment_name(base), source }
}

/// A closed segment has a good header and ends exactly where the next begins.
fn check_sealed(
    disk: &dyn Disk,
    base: u64,
    next_base: u64,
    repair: &mut Repair,
) -> Result<(), OpenError> {
    let (window, header) = open_segment(disk, base)?;
    let end = window.file_end().map_err(|source| read_failed(base, source))?;
    if header != HeaderState::Good {
        repair.damaged.push(Place { segment: segment_name(base), offset: 0 });
    }
    if end != next_base {
        repair.damaged.push(place(base, end.min(next_base)));
    }
    Ok(())
}

/// The byte of a segment's file at a position.
pub(crate) fn place(base: u64, position: u64) -> Place {
    let offset = HEADER_BYTES as u64 + position.saturating_sub(base);
    Place { segment: segment_name(base), offset }
}

fn check_last(disk: &dyn Disk, base: u64, repair: &mut Repair) -> Result<(u64, Tail), OpenError> {
    let (mut window, header) = open_segment(disk, base)?;
    let header_is_good = header == HeaderState::Good;
    let scan = scan_tail(&mut window, header_is_good);
    let TailScan { end, n_records, damage, torn_bytes } =
        scan.map_err(|source| read_failed(base, source))?;
    repair.records = n_records;
    if !header_is_good && n_records == 0 && damage.is_empty() {
        return Ok((base, Tail::Begin));
    }
    if !header_is_good {
        repair.damaged.push(Place { segment: segment_name(base), offset: 0 });
    }
    repair.damaged.extend(damage.iter().map(|position| place(base, *position)));
    repair.truncated_bytes = torn_bytes;
    repair.at = (torn_bytes > 0).then(|| place(base, end));
    let is_sound = header_is_good && damage.is_empty();
    Ok((end, if is_sound { Tail::Continue } else { Tail::Close }))
}
