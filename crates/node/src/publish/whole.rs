//! Files that are there whole or not at all, written as they are made.

use crate::store::sync_folder;
use flate2::{Compression, GzBuilder, write::GzEncoder};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A gzip file under a temporary name until it is finished; dropped before, it is gone.
#[derive(Debug)]
pub(super) struct WholeGzip {
    out: Option<GzEncoder<BufWriter<File>>>,
    temporary: PathBuf,
    path: PathBuf,
}

impl WholeGzip {
    /// Begins the file that will lie at `path`.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let temporary = path.with_extension("writing");
        let file = BufWriter::with_capacity(1 << 17, File::create(&temporary)?);
        // No time and no name in the head: equal content is equal bytes.
        let out = Some(GzBuilder::new().write(file, Compression::default()));
        Ok(Self { out, temporary, path: path.to_path_buf() })
    }

    /// Makes the file durable and gives it its name.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let Some(out) = self.out.take() else { return Ok(()) };
        let file = out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        sync_folder(&self.path)
    }
}

impl Write for WholeGzip {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(out) = &mut self.out {
            out.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for WholeGzip {
    fn drop(&mut self) {
        if self.out.take().is_some() {
            let _gone_or_never_there = fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn equal_content_is_equal_bytes_and_an_unfinished_file_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["one.gz", "two.gz"] {
            let mut file = WholeGzip::create(&at(name)).unwrap();
            file.write_all(b"radio,mcc\r\n").unwrap();
            file.finish().unwrap();
        }
        let bytes = fs::read(at("one.gz")).unwrap();
        assert_eq!(bytes, fs::read(at("two.gz")).unwrap());
        assert_eq!(bytes[4..8], [0; 4], "no time in the head");
        let mut text = String::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "radio,mcc\r\n");
        let mut broken = WholeGzip::create(&at("three.gz")).unwrap();
        broken.write_all(b"half").unwrap();
        drop(broken);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
