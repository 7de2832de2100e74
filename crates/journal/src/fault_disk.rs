//! A disk in memory that fails on demand and can lose power: for tests of this room and of its users.
//!
//! Harsher than a real one: a failed write leaves half of its bytes, after a failed sync the bytes it
//! was to save are never saved by a later one, and at a power cut the caller decides for each 512-byte
//! sector, size change and directory entry that was not synced whether it survives.

use crate::disk::{Disk, DiskFile};
use crate::lock;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

/// What a power cut keeps or loses at once. Source: the sector size of disks that do not promise more.
const SECTOR_BYTES: usize = 512;

/// The system's error number for "input/output error".
pub const EIO: i32 = 5;
/// The system's error number for "no space left on device".
pub const ENOSPC: i32 = 28;
/// The system's error number for "interrupted system call".
pub const EINTR: i32 = 4;

/// A disk in memory; clones are handles to the same disk.
#[derive(Debug, Clone, Default)]
pub struct FaultDisk {
    image: Arc<Mutex<Image>>,
}

#[derive(Debug, Default)]
struct Image {
    inodes: Vec<Inode>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    name_changes: Vec<(String, Option<usize>)>,
    n_calls: u64,
    plan: Plan,
    /// Bytes that are said to be free; none: plenty.
    free_bytes: Option<u64>,
    /// Reads, writes and reservations made.
    n_transfers: u64,
    /// Of these, every one of that number is interrupted; 0: none.
    interrupt_each: u64,
    /// Of the reads and writes, every one of that number moves half; 0: none.
    halve_each: u64,
}

#[derive(Debug, Default, Clone)]
struct Inode {
    live: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    SetSize(usize),
}

#[derive(Debug, Default, Clone, Copy)]
enum Plan {
    #[default]
    Work,
    FailOnce {
        call: u64,
        os: i32,
    },
    FailFrom {
        call: u64,
        os: i32,
    },
    /// Full or read-only: what would change it fails, reading works.
    FailWrites {
        os: i32,
    },
    /// No power: everything fails and nothing changes.
    Off {
        call: u64,
    },
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

#[derive(Debug)]
struct FaultFile {
    image: Arc<Mutex<Image>>,
    inode: usize,
}

impl FaultDisk {
    /// An empty disk that works.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls made so far, failed ones included.
    pub fn n_calls(&self) -> u64 {
        lock(&self.image).n_calls
    }

    /// Lets the call of that number (from 0) fail, and only that one.
    pub fn fail_once(&self, call: u64, os: i32) {
        lock(&self.image).plan = Plan::FailOnce { call, os };
    }

    /// Lets every call from that number on fail, until [`FaultDisk::work`].
    pub fn fail_from(&self, call: u64, os: i32) {
        lock(&self.image).plan = Plan::FailFrom { call, os };
    }

    /// Lets every call that would change or sync something fail, until [`FaultDisk::work`].
    pub fn fail_writes(&self, os: i32) {
        lock(&self.image).plan = Plan::FailWrites { os };
    }

    /// Takes the power away before the call of that number.
    pub fn power_off_at(&self, call: u64) {
        lock(&self.image).plan = Plan::Off { call };
    }

    /// Says that so many bytes are free; nothing else changes.
    pub fn set_free_bytes(&self, n: u64) {
        lock(&self.image).free_bytes = Some(n);
    }

    /// Lets a signal come before every `nth` read, write or reservation (at least 2, or nothing is done).
    pub fn interrupt_each(&self, nth: u64) {
        lock(&self.image).interrupt_each = nth;
    }

    /// Lets every `nth` read or write move half of its bytes, at least one.
    pub fn halve_each(&self, nth: u64) {
        lock(&self.image).halve_each = nth;
    }

    /// Lets all calls work again.
    pub fn work(&self) {
        lock(&self.image).plan = Plan::Work;
    }

    /// The disk as it is found after a power cut; `survives` is asked for each unsynced piece.
    #[must_use]
    pub fn after_power_cut(&self, survives: &mut dyn FnMut() -> bool) -> Self {
        let image = lock(&self.image);
        let mut names = image.durable_names.clone();
        for (name, inode) in &image.name_changes {
            match (survives(), inode) {
                (true, Some(inode)) => drop(names.insert(name.clone(), *inode)),
                (true, None) => drop(names.remove(name)),
                (false, _) => {}
            }
        }
        let inodes = image.inodes.iter().map(|inode| inode.after_power_cut(survives)).collect();
        let durable_names = names.clone();
        let image = Image { inodes, names, durable_names, ..Image::default() };
        Self { image: Arc::new(Mutex::new(image)) }
    }

    /// The bytes of a file; `None` when there is none.
    pub fn contents(&self, name: &str) -> Option<Vec<u8>> {
        let image = lock(&self.image);
        image.names.get(name).map(|inode| image.inodes[*inode].live.clone())
    }

    /// Puts a file of these bytes there, durably.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let mut image = lock(&self.image);
        let inode = image.inodes.len();
        image.inodes.push(Inode { live: bytes.to_vec(), durable: bytes.to_vec(), pending: vec![] });
        image.names.insert(name.to_owned(), inode);
        image.durable_names.insert(name.to_owned(), inode);
    }
}

impl Image {
    /// Counts a call and says whether it fails.
    fn call(&mut self, kind: Kind) -> io::Result<()> {
        let call = self.n_calls;
        self.n_calls += 1;
        match self.plan {
            Plan::FailOnce { call: at, os } if call == at => Err(io::Error::from_raw_os_error(os)),
            Plan::FailFrom { call: at, os } if call >= at => Err(io::Error::from_raw_os_error(os)),
            Plan::FailWrites { os } if kind == Kind::Write => Err(io::Error::from_raw_os_error(os)),
            Plan::Off { call: at } if call >= at => Err(io::Error::from_raw_os_error(EIO)),
            _ => Ok(()),
        }
    }

    /// Counts a call that moves `n` bytes; says how many it moves, or that a signal came first.
    fn transfer(&mut self, kind: Kind, n: usize) -> io::Result<usize> {
        self.call(kind)?;
        self.n_transfers += 1;
        let is_nth = |each: u64| each > 0 && self.n_transfers.is_multiple_of(each);
        if is_nth(self.interrupt_each) {
            return Err(io::Error::from_raw_os_error(EINTR));
        }
        Ok(if is_nth(self.halve_each) && n > 1 { n / 2 } else { n })
    }

    const fn is_off(&self) -> bool {
        matches!(self.plan, Plan::Off { call } if self.n_calls > call)
    }

    fn find(&self, name: &str) -> io::Result<usize> {
        self.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Inode {
    fn apply(&mut self, change: Change) {
        change.apply_to(&mut self.live);
        self.pending.push(change);
    }

    fn after_power_cut(&self, survives: &mut dyn FnMut() -> bool) -> Self {
        let mut durable = self.durable.clone();
        for change in &self.pending {
            match change {
                Change::SetSize(_) if survives() => change.apply_to(&mut durable),
                Change::SetSize(_) => {}
                Change::Write { offset, bytes } => {
                    for sector in sectors(*offset, bytes).filter(|_| survives()) {
                        sector.apply_to(&mut durable);
                    }
                }
            }
        }
        Self { live: durable.clone(), durable, pending: vec![] }
    }
}

impl Change {
    fn apply_to(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::SetSize(size) => bytes.resize(*size, 0),
            Self::Write { offset, bytes: new } => {
                let end = offset + new.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(new);
            }
        }
    }
}

/// The write cut at sector borders.
fn sectors(offset: usize, bytes: &[u8]) -> impl Iterator<Item = Change> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let room = SECTOR_BYTES - (offset + at) % SECTOR_BYTES;
        let end = (at + room).min(bytes.len());
        let piece = bytes.get(at..end).filter(|piece| !piece.is_empty())?;
        let change = Change::Write { offset: offset + at, bytes: piece.to_vec() };
        at = end;
        Some(change)
    })
}

fn narrow(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl FaultDisk {
    fn file(&self, inode: usize) -> Box<dyn DiskFile> {
        Box::new(FaultFile { image: Arc::clone(&self.image), inode })
    }
}

impl Disk for FaultDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut image = lock(&self.image);
        image.call(Kind::Read)?;
        Ok(image.names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut image = lock(&self.image);
        image.call(Kind::Write)?;
        let inode = if let Some(inode) = image.names.get(name).copied() {
            image.inodes[inode].apply(Change::SetSize(0));
            inode
        } else {
            let inode = image.inodes.len();
            image.inodes.push(Inode::default());
            image.names.insert(name.to_owned(), inode);
            image.name_changes.push((name.to_owned(), Some(inode)));
            inode
        };
        drop(image);
        Ok(self.file(inode))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut image = lock(&self.image);
        image.call(Kind::Read)?;
        let inode = image.find(name)?;
        drop(image);
        Ok(self.file(inode))
    }

    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.open(name)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut image = lock(&self.image);
        image.call(Kind::Write)?;
        image.find(name)?;
        image.names.remove(name);
        image.name_changes.push((name.to_owned(), None));
        Ok(())
    }

    fn sync_dir(&self) -> io::Result<()> {
        let mut image = lock(&self.image);
        image.call(Kind::Write)?;
        image.durable_names = image.names.clone();
        image.name_changes.clear();
        Ok(())
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let mut image = lock(&self.image);
        image.call(Kind::Read)?;
        Ok(image.free_bytes.unwrap_or(u64::MAX))
    }
}

impl DiskFile for FaultFile {
    fn size(&self) -> io::Result<u64> {
        let mut image = lock(&self.image);
        image.call(Kind::Read)?;
        Ok(image.inodes[self.inode].live.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut image = lock(&self.image);
        let n = image.transfer(Kind::Read, buffer.len())?;
        let live = &image.inodes[self.inode].live;
        let rest = live.get(narrow(offset)..).unwrap_or_default();
        let n = rest.len().min(n);
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let mut image = lock(&self.image);
        let (offset, moved) = (narrow(offset), image.transfer(Kind::Write, bytes.len()));
        // A failing call leaves half of its bytes, an interrupted one or one without power nothing.
        let n = match &moved {
            Ok(n) => *n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted || image.is_off() => 0,
            Err(_) => bytes.len() / 2,
        };
        if let Some(bytes) = bytes.get(..n).filter(|bytes| !bytes.is_empty()) {
            image.inodes[self.inode].apply(Change::Write { offset, bytes: bytes.to_vec() });
        }
        moved
    }

    fn allocate(&self, size: u64) -> io::Result<()> {
        let mut image = lock(&self.image);
        image.transfer(Kind::Write, 0)?;
        let live = image.inodes[self.inode].live.len();
        image.inodes[self.inode].apply(Change::SetSize(live.max(narrow(size))));
        Ok(())
    }

    fn set_size(&self, size: u64) -> io::Result<()> {
        let mut image = lock(&self.image);
        image.call(Kind::Write)?;
        image.inodes[self.inode].apply(Change::SetSize(narrow(size)));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut image = lock(&self.image);
        let outcome = image.call(Kind::Write);
        let off = image.is_off();
        let inode = &mut image.inodes[self.inode];
        if outcome.is_ok() {
            let mut pending = std::mem::take(&mut inode.pending);
            pending.drain(..).for_each(|change| change.apply_to(&mut inode.durable));
        } else if !off {
            inode.pending.clear();
        }
        outcome
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync_data()
    }
}
