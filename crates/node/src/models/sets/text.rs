//! Lines of plain, gzip and zstd files.

use crate::limits::SET_LINE_BYTES_MAX;
use anyhow::Context as _;
use flate2::read::MultiGzDecoder;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read, Take};
use std::path::{Path, PathBuf};

/// Lines of a file, without their ends.
#[expect(missing_debug_implementations, reason = "a reader behind a trait has none")]
pub struct Lines {
    inner: Take<BufReader<Box<dyn Read>>>,
}

/// Opens a file; its ending says how it is compressed.
///
/// # Errors
/// It cannot be opened; each line tells when it cannot be read.
pub fn lines(path: &Path) -> anyhow::Result<Lines> {
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let ending = path.extension().and_then(|ending| ending.to_str());
    let plain: Box<dyn Read> = match ending {
        Some("zst") => Box::new(zstd::stream::read::Decoder::new(file)?),
        Some("gz") => Box::new(MultiGzDecoder::new(file)),
        _ => Box::new(file),
    };
    Ok(Lines { inner: BufReader::new(plain).take(0) })
}

impl Iterator for Lines {
    type Item = anyhow::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = String::new();
        self.inner.set_limit(SET_LINE_BYTES_MAX);
        match self.inner.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => {
                line.truncate(line.trim_end_matches(['\n', '\r']).len());
                Some(Ok(line))
            }
            Err(error) => Some(Err(error.into())),
        }
    }
}

/// The files of a folder in the order of their names.
///
/// # Errors
/// It cannot be listed.
pub fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))?;
    let mut files =
        entries.map(|entry| entry.map(|it| it.path())).collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_file_reads_the_same_however_it_is_compressed() {
        let folder = tempfile::tempdir().unwrap();
        let text = b"one\ntwo\r\nthree";
        let [plain, gz, zst] = ["a.txt", "b.gz", "c.zst"].map(|name| folder.path().join(name));
        fs::write(&plain, text).unwrap();
        let mut gzip =
            flate2::write::GzEncoder::new(File::create(&gz).unwrap(), flate2::Compression::fast());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap();
        fs::write(&zst, zstd::stream::encode_all(&text[..], 1).unwrap()).unwrap();
        assert_eq!(files(folder.path()).unwrap(), [plain, gz, zst]);
        for file in files(folder.path()).unwrap() {
            let read: Vec<_> = lines(&file).unwrap().map(Result::unwrap).collect();
            assert_eq!(read, ["one", "two", "three"], "{}", file.display());
        }
    }
}
