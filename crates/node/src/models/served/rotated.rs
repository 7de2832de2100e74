//! Files that take turns: few, of bounded size, and none older than it may be.

use super::line::Head;
use crate::clock::Clock;
use crate::config::ModelsConfig;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// What a file's name begins and ends with; its number is between.
const NAME: (&str, &str) = ("rows-", ".jsonl");
/// Time between two looks for files that are too old.
const LOOK: Duration = Duration::from_mins(1);

/// The files of a folder.
#[derive(Debug)]
pub(super) struct Rotated {
    folder: PathBuf,
    clock: Clock,
    bytes_max: u64,
    files_max: usize,
    age_max: Duration,
    current: Option<Current>,
    looked_ms: i64,
}

/// The file that is written to.
#[derive(Debug)]
struct Current {
    file: BufWriter<File>,
    head: Head,
    n_bytes: u64,
    since_ms: i64,
}

impl Rotated {
    /// The files of a folder, made when it is not there; what is written goes to a new one.
    pub(super) fn open(folder: &Path, config: &ModelsConfig, clock: Clock) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let age_max = Duration::from_secs(config.rows_hours_max * 3_600);
        let mut files = Self {
            folder: folder.to_owned(),
            clock,
            bytes_max: config.rows_bytes_max,
            files_max: config.rows_files_max,
            age_max,
            current: None,
            looked_ms: i64::MIN,
        };
        files.settle()?;
        Ok(files)
    }

    /// Writes a row, after its head where that is another than the last one's.
    pub(super) fn write(&mut self, head: &Head, line: &[u8]) -> io::Result<()> {
        let written = self.put(head, line);
        if written.is_err() {
            // Half a line may be there: nothing goes after it.
            self.current = None;
        }
        written
    }

    fn put(&mut self, head: &Head, line: &[u8]) -> io::Result<()> {
        let is_full = |current: &Current| current.n_bytes + line.len() as u64 > self.bytes_max;
        if self.current.as_ref().is_some_and(is_full) {
            self.finish()?;
        }
        let mut current = match self.current.take() {
            Some(current) if current.head == *head => current,
            Some(current) => current.with(head)?,
            None => self.next(head)?,
        };
        current.file.write_all(line)?;
        current.n_bytes += line.len() as u64;
        self.current = Some(current);
        Ok(())
    }

    /// Brings what was written to its file, and removes what is too old.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        if let Some(current) = &mut self.current {
            current.file.flush()?;
        }
        let now_ms = self.clock.now().ms();
        let is_due = now_ms.saturating_sub(self.looked_ms) >= ms(LOOK);
        if !is_due {
            return Ok(());
        }
        self.looked_ms = now_ms;
        if self.current.as_ref().is_some_and(|it| now_ms - it.since_ms >= ms(self.age_max)) {
            self.finish()?;
        }
        let oldest_ms = now_ms.saturating_sub(ms(self.age_max));
        let newest =
            self.current.as_ref().map(|_| self.numbers().last().copied()).unwrap_or_default();
        for number in self.numbers() {
            let path = self.path(number);
            if Some(number) != newest && changed_ms(&path)? < oldest_ms {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.current.take().map_or(Ok(()), |mut current| current.file.flush())
    }

    /// Opens the next file, and removes the oldest when there are too many.
    fn next(&self, head: &Head) -> io::Result<Current> {
        let mut numbers = self.numbers();
        let number = numbers.last().map_or(1, |last| last + 1);
        numbers.push(number);
        for old in numbers.iter().rev().skip(self.files_max) {
            fs::remove_file(self.path(*old))?;
        }
        let file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.path(number))?;
        let since_ms = self.clock.now().ms();
        Current { file: BufWriter::new(file), head: head.clone(), n_bytes: 0, since_ms }.with(head)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{}{number:08}{}", NAME.0, NAME.1))
    }

    /// The numbers of the files that are there, rising.
    fn numbers(&self) -> Vec<u64> {
        let number = |name: &str| name.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?.parse().ok();
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut numbers: Vec<u64> =
            entries.filter_map(|entry| number(entry.file_name().to_str()?)).collect();
        numbers.sort_unstable();
        numbers
    }
}

impl Current {
    /// The same under another head.
    fn with(mut self, head: &Head) -> io::Result<Self> {
        let line = head.line();
        self.file.write_all(&line)?;
        self.n_bytes += line.len() as u64;
        self.head = head.clone();
        Ok(self)
    }
}

fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn changed_ms(path: &Path) -> io::Result<i64> {
    let changed = fs::metadata(path)?.modified()?;
    Ok(changed.duration_since(UNIX_EPOCH).map_or(0, ms))
}

#[cfg(test)]
#[path = "rotated_tests.rs"]
mod tests;
