//! The map put together from what Apache Spark folded is the map that learned, byte for byte.
//!
//! `cargo xtask spark` installs Spark, builds the library and runs this.
#![cfg(test)]
#![cfg(feature = "spark")]

mod common;

use cairn_archive::{Archive, Manifest, Patience, Store, files_of};
use cairn_batch::assemble::assemble;
use cairn_radiomap::Settings;
use common::{learned, town};
use std::path::Path;
use std::process::Command;

#[test]
fn spark_makes_the_map_that_learned() {
    // invariant: M1, M2
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().unwrap();
    let all = town(6_000);
    let archive = folder.path().join("archive");
    let files = files_of(all.clone(), 4).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::in_folder(&archive, Patience::STANDARD).unwrap();
        Archive::new(store).publish(Manifest::default(), files).await.unwrap();
    });
    let out = folder.path().join("out");
    let status = Command::new("python3")
        .arg(root.join("tests/spark/rebuild.py"))
        .args([&archive, &out, &root.join("target/spark/libcairn_fold.so")])
        .env("SPARK_LOCAL_IP", "127.0.0.1")
        .env("PYTHONPATH", root.join("target/spark/packages"))
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(status.success());
    let map = assemble(&out, Settings::standard()).unwrap();
    assert_eq!(map.digest(), learned(all.iter().map(|one| &one.evidence)).digest());
}
