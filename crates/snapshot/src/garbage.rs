//! Snapshot files that nothing needs any more.

use crate::Manifest;
use crate::file::TEMPORARY;
use crate::manifest_text::is_snapshot_name;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Snapshot files in `folder`, and abandoned temporary ones, that none of `manifests` names and that
/// are older than every file they name; sorted by name. Nothing is removed here.
///
/// A file younger than the oldest named one may be a seal not yet in a manifest, so it stays until a
/// newer base is named. Without a named file nothing is garbage. Pass the former manifest too
/// ([`Manifest::former`]), or falling back to it will fail.
///
/// # Errors
/// What the system said of the folder or a file in it.
pub fn garbage(folder: &Path, manifests: &[Manifest]) -> io::Result<Vec<PathBuf>> {
    let is_named =
        |name: &str| manifests.iter().any(|manifest| manifest.files().any(|file| file == name));
    let (named, unnamed): (Vec<_>, Vec<_>) =
        snapshot_files(folder)?.into_iter().partition(|(name, _)| is_named(name));
    let Some(oldest) = named.iter().map(|(_, changed)| *changed).min() else {
        return Ok(Vec::new());
    };
    let mut old: Vec<_> = unnamed
        .into_iter()
        .filter(|(_, changed)| *changed < oldest)
        .map(|(name, _)| folder.join(name))
        .collect();
    old.sort_unstable();
    Ok(old)
}

/// Names and last changes of snapshot files, whole and temporary.
fn snapshot_files(folder: &Path) -> io::Result<Vec<(String, SystemTime)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if is_snapshot_name(name.strip_suffix(TEMPORARY).unwrap_or(&name)) {
            files.push((name, entry.metadata()?.modified()?));
        }
    }
    Ok(files)
}
