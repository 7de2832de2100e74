//! Writes the fixture of a format version into the current folder: run once, when a version is born.
//!
//! `cargo run -p cairn-snapshot --example seal_compat`, then move the file to
//! `crates/snapshot/tests/compat/v1/small.snapshot`.

#[path = "../tests/compat/v1/records.rs"]
mod v1;

use cairn_snapshot::SnapshotWriter;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut writer = SnapshotWriter::new(v1::meta());
    v1::records()?.into_iter().for_each(|record| writer.push(record));
    writer.finish(Path::new("."))?;
    Ok(())
}
