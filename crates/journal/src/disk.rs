//! The port to storage: what the journal asks of a folder and its files, and the real one.
//!
//! A port, so that tests can fail each call and cut the power at each (`fault_disk`).

use crate::error::OpenError;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A folder of files.
pub trait Disk: Send + Sync + std::fmt::Debug {
    /// The names of all files, in any order.
    ///
    /// # Errors
    /// What the system says.
    fn list(&self) -> io::Result<Vec<String>>;
    /// A new empty file for writing; one of that name is emptied.
    ///
    /// # Errors
    /// What the system says.
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// An existing file for reading.
    ///
    /// # Errors
    /// What the system says.
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// An existing file for writing, kept as it is.
    ///
    /// # Errors
    /// What the system says.
    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// Removes a file.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes creations and removals durable.
    ///
    /// # Errors
    /// What the system says.
    fn sync_dir(&self) -> io::Result<()>;
    /// Bytes that may still be written on the file system below.
    ///
    /// # Errors
    /// What the system says.
    fn free_bytes(&self) -> io::Result<u64>;
}

/// One file.
pub trait DiskFile: Send + std::fmt::Debug {
    /// Its size in bytes.
    ///
    /// # Errors
    /// What the system says.
    fn size(&self) -> io::Result<u64>;
    /// Reads at an offset; fewer bytes than asked for at the end, or by chance.
    ///
    /// # Errors
    /// What the system says.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes at an offset; returns how many bytes, by chance fewer than given.
    ///
    /// # Errors
    /// What the system says, also that a signal came first (`Interrupted`).
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<usize>;
    /// Reserves real, zeroed space so that the file is at least `size` bytes.
    ///
    /// # Errors
    /// What the system says, also `Interrupted`; a file system that cannot reserve says nothing, and the
    /// file grows later.
    fn allocate(&self, size: u64) -> io::Result<()>;
    /// Cuts or extends the file.
    ///
    /// # Errors
    /// What the system says.
    fn set_size(&self, size: u64) -> io::Result<()>;
    /// Makes the data, and what is needed to read it, durable.
    ///
    /// # Errors
    /// What the system says; afterwards nothing written since the last sync may be believed.
    fn sync_data(&self) -> io::Result<()>;
    /// Makes data and size durable.
    ///
    /// # Errors
    /// As [`DiskFile::sync_data`].
    fn sync_all(&self) -> io::Result<()>;
}

/// Writes all bytes at an offset; an interrupted call is made again, a short one goes on.
pub(crate) fn write_all(file: &dyn DiskFile, offset: u64, bytes: &[u8]) -> io::Result<()> {
    let mut n = 0;
    while n < bytes.len() {
        match file.write_at(offset + n as u64, &bytes[n..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads until the buffer is full or the file ends; an interrupted call is made again.
pub(crate) fn read_full(file: &dyn DiskFile, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match file.read_at(offset + n as u64, &mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

/// Reserves space; an interrupted call is made again.
pub(crate) fn allocate(file: &dyn DiskFile, size: u64) -> io::Result<()> {
    loop {
        match file.allocate(size) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            allocated => return allocated,
        }
    }
}

/// A real folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, which must exist.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    fn file(&self, name: &str, options: &OpenOptions) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(options.open(self.path.join(name))?))
    }
}

impl Disk for Folder {
    fn list(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.path)?.map(|entry| Ok(entry?.file_name()));
        let names = names.collect::<io::Result<Vec<_>>>()?;
        Ok(names.into_iter().filter_map(|name| name.into_string().ok()).collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.file(name, OpenOptions::new().read(true).write(true).create(true).truncate(true))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.file(name, OpenOptions::new().read(true))
    }

    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.file(name, OpenOptions::new().read(true).write(true))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync_dir(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let found = rustix::fs::statvfs(&self.path)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }
}

impl DiskFile for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::write_at(self, bytes, offset)
    }

    fn allocate(&self, size: u64) -> io::Result<()> {
        match rustix::fs::fallocate(self, rustix::fs::FallocateFlags::empty(), 0, size) {
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) | Ok(()) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    fn set_size(&self, size: u64) -> io::Result<()> {
        self.set_len(size)
    }

    fn sync_data(&self) -> io::Result<()> {
        Self::sync_data(self)
    }

    fn sync_all(&self) -> io::Result<()> {
        Self::sync_all(self)
    }
}

/// Makes the folder (durably) and takes its lock; the lock lasts as long as the file returned.
pub(crate) fn claim(dir: &Path) -> Result<File, OpenError> {
    let io_error = |doing, path: &Path| {
        let name = path.display().to_string();
        move |source| OpenError::Io { doing, name, source }
    };
    if !dir.is_dir() {
        fs::create_dir_all(dir).map_err(io_error("create folder", dir))?;
        let parent = dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let synced = File::open(parent).and_then(|parent| parent.sync_all());
        synced.map_err(io_error("sync folder", parent))?;
    }
    let path = dir.join("lock");
    let mut options = OpenOptions::new();
    let opened = options.write(true).create(true).truncate(false).open(&path);
    let file = opened.map_err(io_error("open lock", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(OpenError::Locked { dir: dir.display().to_string() })
        }
        Err(fs::TryLockError::Error(source)) => Err(io_error("lock", &path)(source)),
    }
}
