//! Every rule is red on a planted violation, and green on what comes close.

use serde_json::json;

use super::*;

/// What a rule says about a tree of these files, each as `path:line`.
fn places(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
    let issues = rule(&Tree::of(files.iter().copied()));
    issues.iter().map(|issue| format!("{}:{}", issue.path, issue.line)).collect()
}

/// What a rule says about one file of `signal`, as line numbers.
fn lines(rule: Rule, text: &str) -> Vec<usize> {
    let issues = rule(&Tree::of([("crates/signal/src/a.rs", text)]));
    issues.iter().map(|issue| issue.line).collect()
}

#[test]
fn a_file_without_a_head_is_red() {
    assert_eq!(lines(text_rules::heads, "// A.\nfn a() {}\n"), [1]);
    assert_eq!(lines(text_rules::heads, "\n//! A.\n").len(), 0);
}

#[test]
fn a_file_over_the_limit_is_red_but_its_tests_are_free() {
    let long = "//! A.\n".to_owned() + &"fn a() {}\n".repeat(500);
    assert_eq!(lines(text_rules::sizes, &long), [501]);
    let tested = "#[cfg(test)]\nmod tests {\n".to_owned() + &long + "}\n";
    assert_eq!(lines(text_rules::sizes, &tested).len(), 0);
}

#[test]
fn an_unwrap_is_red_in_code_and_free_in_tests_comments_and_text() {
    assert_eq!(lines(text_rules::unwraps, "//! A.\nlet a = b.unwrap();\n"), [2]);
    let free = "// a.unwrap()\nlet a = \".unwrap()\";\n#[cfg(test)]\nmod tests {\n a.unwrap()\n}\n";
    assert_eq!(lines(text_rules::unwraps, free).len(), 0);
    assert_eq!(places(text_rules::unwraps, &[("crates/a/tests/b.rs", "b.unwrap();")]).len(), 0);
}

#[test]
fn unfinished_work_is_red_in_comments_and_in_the_page() {
    let marker = concat!("TO", "DO");
    assert_eq!(lines(text_rules::markers, &format!("//! A.\n// {marker}: b\n")), [2]);
    assert_eq!(
        lines(text_rules::markers, &format!("let a = \"{marker}\"; // {marker}S\n")).len(),
        0
    );
    let page = format!("/* {marker} */");
    let files = [("web/src/a.ts", page.as_str()), ("web/dist/a.js", &page), ("README.md", &page)];
    assert_eq!(places(text_rules::markers, &files), ["web/src/a.ts:1"]);
}

#[test]
fn a_path_of_one_machine_is_red_anywhere() {
    let folder = concat!("/wo", "rk/");
    let red = format!("see `{folder}x`\n");
    assert_eq!(places(text_rules::forbidden, &[("docs/a.md", &red)]), ["docs/a.md:1"]);
    let registry = concat!("https://registry", ".npmjs.org/x");
    assert_eq!(places(text_rules::forbidden, &[("web/a.json", registry)]), ["web/a.json:1"]);
    let free = format!("docs{folder}x ..{folder}x https://a.b{folder}\n");
    assert_eq!(places(text_rules::forbidden, &[("docs/a.md", &free)]).len(), 0);
}

#[test]
fn an_avoided_word_is_red_in_a_public_name_outside_wire() {
    let text = "//! A.\npub struct A {\n    pub accuracy_m: f64,\n}\npub fn base_station() {}\n";
    assert_eq!(lines(glossary::check, text), [3, 5]);
    assert_eq!(places(glossary::check, &[("crates/wire/src/a.rs", text)]).len(), 0);
    assert_eq!(
        lines(glossary::check, "fn accuracy() {}\n/// accuracy\npub fn r95() {}\n").len(),
        0
    );
}

#[test]
fn a_path_that_does_not_exist_is_red_in_a_document() {
    let text = "see `docs/specs/wire.md`\nand `docs/specs/none.md`\n```\n`docs/c.md`\n```\n";
    let files = [
        ("docs/a.md", text),
        ("docs/specs/wire.md", ""),
        ("docs/decisions/b.md", text),
        ("CHANGELOG.md", text),
    ];
    assert_eq!(places(docs::check, &files), ["docs/a.md:2"]);
}

#[test]
fn an_invariant_without_code_or_test_is_red() {
    let document = "# A\n## Invariants\n| id | what |\n|---|---|\n| **W1** | a |\n| **E2** | b |\n## Next\n| **N9** | c |\n";
    let code = "//! Invariants: W1.\n#[cfg(test)]\nmod tests {\n    // invariant: E2\n}\n";
    let files = [("ARCHITECTURE.md", document), ("crates/wire/src/a.rs", code)];
    // W1 has no test, E2 no source.
    assert_eq!(places(invariants::check, &files), ["ARCHITECTURE.md:5", "ARCHITECTURE.md:6"]);
    let both = "//! Invariants: W1, E2.\n#[cfg(test)]\nmod tests {\n    fn w1_no_bytes_panic() {}\n    /// E2\n    fn a() {}\n}\n";
    assert_eq!(
        places(invariants::check, &[("ARCHITECTURE.md", document), ("crates/wire/src/a.rs", both)])
            .len(),
        0
    );
}

#[test]
fn a_number_without_a_source_is_red() {
    let text = "//! A.\n\n/// Why.\nconst A: f64 = 2.0;\n\n/// Source: a book.\nconst B: u32 = 3;\nconst C: u32 = 4;\n";
    assert_eq!(lines(constants::check, text), [4]);
    assert_eq!(places(constants::check, &[("crates/node/src/a.rs", text)]).len(), 0);
}

fn ratchet_of(text: &str, ratchet: &str) -> (Vec<Issue>, Vec<String>) {
    let measured = ratchet::measure(&Tree::of([("crates/signal/src/a.rs", text)]));
    ratchet::compare(&measured, ratchet).unwrap()
}

#[test]
fn a_number_that_rose_is_red_and_lists_the_places() {
    let long = "//! A.\n/// B.\npub fn b() {\n".to_owned()
        + &"    c();\n".repeat(70)
        + "}\n\npub fn d() {}\n";
    let (issues, _) = ratchet_of(&long, "");
    let rules: Vec<_> = issues.iter().map(|issue| (issue.rule, issue.line)).collect();
    assert_eq!(rules, [("function-size", 3), ("ratchet", 1), ("undocumented", 76), ("ratchet", 1)]);
    let (issues, notes) =
        ratchet_of(&long, "functions_over_70 = 1\nundocumented_public_functions = 2\n");
    assert_eq!((issues.len(), notes.len()), (0, 1));
}

#[test]
fn blessing_lowers_numbers_and_raises_them_only_when_told() {
    let measured = ratchet::measure(&Tree::of([("crates/signal/src/a.rs", "pub fn d() {}\n")]));
    let old = "functions_over_70 = 3\nundocumented_public_functions = 0\n";
    let (text, notes) = ratchet::blessed(&measured, old, false).unwrap();
    assert!(
        text.contains("functions_over_70 = 0")
            && text.contains("undocumented_public_functions = 0")
    );
    assert_eq!(notes.len(), 1);
    let (text, notes) = ratchet::blessed(&measured, old, true).unwrap();
    assert!(text.contains("undocumented_public_functions = 1") && notes.is_empty());
}

#[test]
fn an_exception_needs_a_reason_and_a_use() {
    let issue = || vec![Issue::new("a.rs", 3, "glossary", "`mac` is avoided")];
    let entry = |path: &str, reason: &str| {
        format!(
            "[[allow]]\nrule = \"glossary\"\npath = \"{path}\"\ntext = \"mac\"\nreason = \"{reason}\"\n"
        )
    };
    assert_eq!(allow::apply(issue(), &entry("a.rs", "a keyed hash")).unwrap().len(), 0);
    assert_eq!(allow::apply(issue(), &entry("a.rs", "")).unwrap().len(), 2);
    assert_eq!(allow::apply(issue(), &entry("b.rs", "a keyed hash")).unwrap().len(), 2);
}

fn dependency(name: &str) -> serde_json::Value {
    let path = name.strip_prefix("cairn-").map(|room| format!("x/crates/{room}"));
    json!({ "name": name, "kind": null, "path": path })
}

fn wall_issues(document: Option<&str>, room: &str, dependencies: &[&str]) -> Vec<String> {
    let dependencies: Vec<_> = dependencies.iter().map(|name| dependency(name)).collect();
    let manifest = format!("x/crates/{room}/Cargo.toml");
    let package = json!({ "manifest_path": manifest, "dependencies": dependencies });
    let graph = walls::Graph::of(&json!({ "packages": [package] }));
    let tree = Tree::of(document.map(|text| ("ARCHITECTURE.md", text)));
    walls::check(&tree, &graph).into_iter().map(|issue| issue.what).collect()
}

#[test]
fn a_broken_wall_is_red_with_and_without_the_document() {
    assert_eq!(wall_issues(None, "signal", &["cairn-ground"]).len(), 0);
    assert!(wall_issues(None, "signal", &["cairn-report"])[0].contains("`signal` knows `report`"));
    let document = "| crate | may know | why |\n|---|---|---|\n| `signal` (dev) | report | x |\n";
    assert_eq!(wall_issues(Some(document), "signal", &["cairn-report"]).len(), 0);
    assert_eq!(wall_issues(Some(document), "signal", &["cairn-report", "cairn-ground"]).len(), 1);
}

#[test]
fn the_wall_table_is_as_true_as_the_graph() {
    let document = "| crate | may know |\n|---|---|\n| `signal` | ground |\n| `gone` | – |\n| `batch` (planned) | all |\n";
    let issues = wall_issues(Some(document), "signal", &[]);
    assert_eq!(issues.len(), 2, "{issues:?}");
    assert!(issues[0].contains("does not know ground") && issues[1].contains("no `gone`"));
    assert!(wall_issues(Some(document), "wire", &[])[0].contains("not in the wall table"));
    assert!(wall_issues(Some("# A\n"), "wire", &[])[0].contains("no table"));
}

#[test]
fn a_banned_dependency_is_red() {
    assert!(
        wall_issues(None, "ground", &["serde_json"])[0].contains("must not depend on `serde_json`")
    );
    assert_eq!(wall_issues(None, "answer", &["tokio"]).len(), 1);
    // Both the wall and the ban say no.
    assert_eq!(wall_issues(None, "radiomap", &["cairn-report"]).len(), 2);
}

#[test]
fn unsafe_is_red_outside_its_places() {
    let text = "#![deny(unsafe_code)] // unsafe\nunsafe { a() }\n";
    let paths = ["crates/node/src/a.rs", "crates/snapshot/src/a.rs", "crates/fold/src/abi.rs"];
    let tree = Tree::of(paths.map(|path| (path, text)));
    let issues = walls::check(&tree, &walls::Graph::default());
    assert_eq!(
        issues.iter().map(|issue| (issue.path.as_str(), issue.line)).collect::<Vec<_>>(),
        [("crates/node/src/a.rs", 2)]
    );
}
