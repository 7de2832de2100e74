//! What operators install: the configuration of the package is one that the program takes.

use crate::support::{cairn, said};

/// A file of `packaging/`.
fn packaged(below: &str) -> String {
    format!("{}/../../packaging/{below}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_packaged_settings_are_taken() {
    let file = packaged("debian/cairn.toml");
    let told = said(&cairn(&["serve", "--config", &file, "--print-config"]));
    assert!(told.contains("listen = \"127.0.0.1:8080\""), "{told}");
}
