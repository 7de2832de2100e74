//! Tests of what the rules read.

use super::*;

const TEXT: &str =
    "//! Head.\nfn a() {}\n\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n    fn b() {}\n}\n";

#[test]
fn product_ends_where_inline_tests_begin() {
    let tree = Tree::of([("crates/signal/src/a.rs", TEXT)]);
    let file = tree.get("crates/signal/src/a.rs").unwrap();
    assert_eq!(file.n_product_lines(), 3);
    assert!(file.test_text().contains("fn b") && !file.product_text().contains("fn b"));
    assert_eq!(file.room(), Some("signal"));
}

#[test]
fn tests_in_a_file_of_their_own_do_not_end_the_product() {
    let text = "//! Head.\n#[cfg(test)]\n#[path = \"x_tests.rs\"]\nmod tests;\nfn a() {}\n";
    let tree = Tree::of([("crates/signal/src/a.rs", text)]);
    assert_eq!(tree.files().next().unwrap().n_product_lines(), 5);
}

#[test]
fn files_of_tests_are_known_by_name_and_folder() {
    let paths = ["crates/a/tests/b.rs", "crates/a/src/b_tests.rs", "crates/a/benches/c.rs"];
    let tree = Tree::of(paths.map(|path| (path, TEXT)));
    assert!(tree.files().all(File::is_test_file));
    assert_eq!(tree.product().count(), 0);
}

#[test]
fn modules_declared_for_tests_are_test_files() {
    let declared = "//! A.\nmod a;\n#[cfg(test)]\n#[expect(x)]\nmod worlds;\n";
    let names = ["lib.rs", "a.rs", "worlds.rs", "a/worlds.rs"];
    let texts = [declared, "", "", ""];
    let files = names.iter().zip(texts).map(|(name, text)| (format!("crates/b/src/{name}"), text));
    let tree = Tree::of(files);
    let tests: Vec<&str> =
        tree.files().filter(|file| file.is_test_file()).map(|file| file.path.as_str()).collect();
    assert_eq!(tests, ["crates/b/src/worlds.rs"]);
}

#[test]
fn files_and_folders_exist() {
    let tree = Tree::of([("docs/specs/wire.md", "")]);
    assert!(
        tree.exists("docs/specs/wire.md") && tree.exists("docs/specs") && !tree.exists("docs/spec")
    );
}

#[test]
fn a_word_ends_at_letters_digits_and_underscores() {
    assert!(has_word("see W1.", "W1") && has_word("W1", "W1"));
    assert!(!has_word("W10", "W1") && !has_word("aW1", "W1") && !has_word("W1_a", "W1"));
}

#[test]
fn this_checkout_is_read_without_its_build_folder() {
    let tree = Tree::load(&Repo::find().unwrap()).unwrap();
    assert!(tree.exists("xtask/src/tidy/tree_tests.rs"));
    assert!(!tree.exists("target"));
}
