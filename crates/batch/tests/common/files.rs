//! Evidence as archive files.

use cairn_archive::{Occurrence, encode, rows_of};
use std::fs;
use std::path::Path;

/// Writes occurrences into `n_files` files, submissions dealt in turn; returns the files' URLs.
pub(crate) fn archive(all: &[Occurrence], n_files: u64, folder: &Path) -> Vec<String> {
    let write = |number: u64| {
        let mine: Vec<_> =
            all.iter().filter(|one| one.submission.0 % n_files == number).cloned().collect();
        let bytes = encode(&[rows_of(&mine).unwrap()]).unwrap();
        let path = folder.join(format!("{number}.parquet"));
        fs::write(&path, bytes).unwrap();
        format!("file://{}", path.display())
    };
    (0..n_files).map(write).collect()
}
