//! What jobs wrote: fresh folders, of which only those that a manifest names are read.

use crate::error::{BatchError, at};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Name of the file that says which outputs count.
const MANIFEST: &str = "manifest.txt";

/// The folder of one rebuild.
#[derive(Debug)]
pub(super) struct Outputs {
    folder: PathBuf,
    n_attempts: u32,
}

impl Outputs {
    /// A folder of its own below `folder`, which no other rebuild uses.
    pub(super) fn fresh(folder: &Path) -> Result<Self, BatchError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        for number in 0.. {
            let own = folder.join(format!("rebuild-{number:06}"));
            match fs::create_dir(&own) {
                Ok(()) => return Ok(Self { folder: own, n_attempts: 0 }),
                Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(at(&own)(error)),
            }
        }
        Err(at(folder)(io::ErrorKind::AlreadyExists.into()))
    }

    /// A folder for one attempt at a job; a job that was given up may go on writing into its own.
    pub(super) fn attempt(&mut self, job: &str) -> Result<PathBuf, BatchError> {
        self.n_attempts += 1;
        let folder = self.folder.join(format!("{job}-attempt-{:06}", self.n_attempts));
        fs::create_dir(&folder).map_err(at(&folder))?;
        Ok(folder)
    }

    /// Names the attempts that count: readers see all of them or none.
    pub(super) fn publish(&self, done: &[PathBuf]) -> Result<Vec<PathBuf>, BatchError> {
        let mut files = Vec::new();
        for folder in done {
            let inside = fs::read_dir(folder).map_err(at(folder))?;
            for entry in inside {
                files.push(entry.map_err(at(folder))?.path());
            }
        }
        files.sort_unstable();
        let temporary = self.folder.join("manifest.writing");
        let mut manifest = File::create(&temporary).map_err(at(&temporary))?;
        for file in &files {
            let hash = hash_of(file)?;
            let name = file.strip_prefix(&self.folder).unwrap_or(file).display();
            writeln!(manifest, "{hash} {name}").map_err(at(&temporary))?;
        }
        manifest.sync_all().map_err(at(&temporary))?;
        fs::rename(&temporary, self.folder.join(MANIFEST)).map_err(at(&temporary))?;
        Ok(files)
    }

    /// Where it lies.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The BLAKE3 hash of a file.
fn hash_of(path: &Path) -> Result<blake3::Hash, BatchError> {
    let mut file = File::open(path).map_err(at(path))?;
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut file, &mut hasher).map_err(at(path))?;
    Ok(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_attempts_that_are_done_are_named_and_each_rebuild_has_its_own_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Outputs::fresh(folder.path()).unwrap();
        let (given_up, done) = (first.attempt("parts").unwrap(), first.attempt("parts").unwrap());
        fs::write(given_up.join("half.parquet"), "half").unwrap();
        fs::write(done.join("b.parquet"), "b").unwrap();
        fs::write(done.join("a.parquet"), "a").unwrap();
        let files = first.publish(std::slice::from_ref(&done)).unwrap();
        assert_eq!(files, [done.join("a.parquet"), done.join("b.parquet")]);
        let manifest = fs::read_to_string(first.folder().join(MANIFEST)).unwrap();
        let hash = blake3::hash(b"a").to_hex();
        assert!(
            manifest.starts_with(&format!("{hash} parts-attempt-000002/a.parquet\n")),
            "{manifest}"
        );
        assert!(!manifest.contains("half") && manifest.lines().count() == 2);
        let second = Outputs::fresh(folder.path()).unwrap();
        assert_ne!(second.folder(), first.folder());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = Outputs::fresh(&file.path().join("below")).unwrap_err();
        assert!(refused.to_string().starts_with(&file.path().display().to_string()), "{refused}");
    }
}
