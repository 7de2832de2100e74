//! What operators install: the configuration of the package is one that the program takes.

use crate::support::{Data, cairn, said};

/// A file of `packaging/`.
fn packaged(below: &str) -> String {
    format!("{}/../../packaging/{below}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_packaged_settings_are_taken() {
    let file = packaged("debian/cairn.toml");
    let told = said(&cairn(&["serve", "--config", &file, "--print-config"]));
    assert!(told.contains("listen = [\"127.0.0.1:8080\"]"), "{told}");
}

#[test]
fn the_settings_of_the_container_are_taken() {
    let file = packaged("docker/cairn.toml");
    let told = said(&cairn(&["serve", "--config", &file, "--print-config"]));
    assert!(told.contains("172.30.0.3/32"), "{told}");
}

#[test]
fn every_setting_the_guide_shows_is_taken() {
    let guide = packaged("../docs/guides/self-hosting.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let blocks: Vec<&str> =
        guide.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
    assert!(blocks.len() >= 3, "keys, proxies, addresses");
    let data = Data::new();
    let file = data.path().join("cairn.toml");
    // What is shown as a choice is a setting too.
    let lines = blocks.iter().flat_map(|block| block.lines());
    let text: Vec<&str> = lines.map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    std::fs::write(&file, text.join("\n")).unwrap();
    said(&cairn(&["serve", "--config", file.to_str().unwrap(), "--print-config"]));
}
