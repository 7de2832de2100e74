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

/// Functions and words of the rules' language; everything else that looks like one is a metric.
const WORDS: [&str; 11] = [
    "absent",
    "and",
    "deriv",
    "increase",
    "max",
    "or",
    "predict_linear",
    "rate",
    "status",
    "sum",
    "by",
];

/// The names in an expression, without what is between brackets, braces and quotes.
fn names(expression: &str) -> Vec<String> {
    let mut depth = 0;
    let plain = expression.chars().map(|one| {
        depth += i32::from("[{".contains(one)) - i32::from("]}".contains(one));
        if depth > 0 || !(one.is_ascii_alphanumeric() || one == '_') { ' ' } else { one }
    });
    let plain: String = plain.collect();
    let is_name = |word: &&str| word.starts_with(|first: char| first.is_ascii_alphabetic());
    plain
        .split(' ')
        .filter(is_name)
        .filter(|word| !WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_metric_that_an_alert_names_exists_and_every_alert_says_what_to_do() {
    let rules = std::fs::read_to_string(packaged("alerts.yml")).unwrap();
    let spec = std::fs::read_to_string(packaged("../docs/specs/metrics.md")).unwrap();
    let fields = |name: &str| -> Vec<String> {
        let lines = rules.lines().filter_map(|line| line.trim().strip_prefix(name));
        lines.map(|rest| rest.trim().to_owned()).collect()
    };
    let expressions = fields("expr:");
    let named: Vec<String> = expressions.iter().flat_map(|it| names(it)).collect();
    assert!(named.len() >= expressions.len());
    for name in named {
        assert!(spec.contains(&format!("| `{name}` |")), "{name} is not in docs/specs/metrics.md");
    }
    let n_alerts = fields("- alert:").len();
    assert!(n_alerts >= 10);
    for field in ["expr:", "severity:", "summary:", "action:"] {
        assert_eq!(fields(field).len(), n_alerts, "{field}");
    }
}
