//! What the rules read: every file of the checkout that git tracks or would track.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::lexer::{Split, split};
use crate::process::output;
use crate::repo::Repo;

/// Larger files are not house style's business.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// The checkout's files, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// Reads the files of the checkout.
    ///
    /// # Errors
    /// The folder is no git checkout.
    pub(crate) fn load(repo: &Repo) -> Result<Self> {
        let mut git = repo.command("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
        let list = output(&mut git)?;
        let names = list.split('\0').filter(|name| !name.is_empty());
        Ok(Self::of(names.filter_map(|name| Some((name, read(&repo.path(name))?)))))
    }

    /// A tree of these paths and texts.
    pub(crate) fn of(
        files: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let files = files.into_iter().map(|(path, text)| File::new(path.into(), text.into()));
        let mut files: Vec<File> = files.collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let test_modules: BTreeSet<String> = files.iter().flat_map(File::test_modules).collect();
        for file in &mut files {
            file.is_test_module = test_modules.contains(&file.path);
        }
        Self { files }
    }

    /// All files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files().filter(|file| file.is_rust())
    }

    /// The Rust files that are not only tests or benches.
    pub(crate) fn product(&self) -> impl Iterator<Item = &File> {
        self.rust().filter(|file| !file.is_test_file())
    }

    /// The file at this path.
    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files().find(|file| file.path == path)
    }

    /// Whether there is a file or a folder at this path.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.files().any(|file| file.path == path || file.path.starts_with(&folder))
    }
}

/// One file and its readings.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    split: Split,
    n_product_lines: usize,
    is_test_module: bool,
}

impl File {
    fn new(path: String, text: String) -> Self {
        let n_product_lines = count_product_lines(&text);
        let mut file =
            Self { path, text, split: Split::default(), n_product_lines, is_test_module: false };
        if file.is_rust() {
            file.split = split(&file.text);
        }
        file
    }

    /// Whether it is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.has_extension(&["rs"])
    }

    /// Whether its name ends in one of these.
    pub(crate) fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = Path::new(&self.path).extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| extensions.contains(&extension))
    }

    /// The room it is a source of: `crates/<room>/src/…`.
    pub(crate) fn room(&self) -> Option<&str> {
        let (room, below) = self.path.strip_prefix("crates/")?.split_once('/')?;
        below.starts_with("src/").then_some(room)
    }

    /// Whether all of it is tests or benches.
    pub(crate) fn is_test_file(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let folders = ["tests", "benches", "examples"];
        self.is_test_module
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
            || self.path.split('/').any(|part| folders.contains(&part))
    }

    /// The files it declares as tests: `#[cfg(test)]` above `mod name;`.
    fn test_modules(&self) -> Vec<String> {
        let stem = self.path.strip_suffix(".rs").unwrap_or_default();
        let is_root = |name: &str| matches!(name, "lib" | "main" | "mod");
        let folder = stem
            .rsplit_once('/')
            .filter(|(_, name)| is_root(name))
            .map_or(stem, |(folder, _)| folder);
        let lines: Vec<&str> = self.code().map(|(_, line)| line.trim()).collect();
        let declared = (0..lines.len()).filter_map(|index| {
            let (_, name) = below_cfg_test(&lines, index)?.strip_suffix(';')?.split_once("mod ")?;
            Some([format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")])
        });
        declared.flatten().collect()
    }

    /// How many of its lines come before an inline `mod tests {`; none in a test file.
    pub(crate) fn n_product_lines(&self) -> usize {
        if self.is_test_file() { 0 } else { self.n_product_lines }
    }

    /// Lines of the text with their numbers from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.text)
    }

    /// Lines of the code alone.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.split.code)
    }

    /// Lines of the code that is not tests.
    pub(crate) fn product_code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code().take(self.n_product_lines())
    }

    /// Lines of the comments alone.
    pub(crate) fn comments(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.split.comments)
    }

    /// The text without its tests.
    pub(crate) fn product_text(&self) -> String {
        self.lines()
            .take(self.n_product_lines())
            .map(|(_, line)| line)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The text of its tests alone.
    pub(crate) fn test_text(&self) -> String {
        self.lines()
            .skip(self.n_product_lines())
            .map(|(_, line)| line)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// The lines before `#[cfg(test)] mod … {`; attributes may stand between the two.
fn count_product_lines(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let opens_tests = |index: &usize| {
        below_cfg_test(&lines, *index)
            .is_some_and(|line| line.contains("mod ") && line.ends_with('{'))
    };
    (0..lines.len()).find(opens_tests).unwrap_or(lines.len())
}

/// What `#[cfg(test)]` at this line stands above, other attributes skipped.
fn below_cfg_test<'a>(lines: &[&'a str], index: usize) -> Option<&'a str> {
    let mut below = lines[index + 1..].iter().skip_while(|line| line.starts_with("#["));
    (lines[index] == "#[cfg(test)]").then(|| below.next().copied()).flatten()
}

/// A file's text; `None` for what is gone, a link, or too large.
fn read(path: &Path) -> Option<String> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let is_read = metadata.is_file() && metadata.len() <= FILE_BYTES_MAX;
    is_read
        .then(|| fs::read(path).ok())
        .flatten()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether `text` holds `word` with no letter, digit or underscore on either side.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, found)| {
        let (before, after) = (text.split_at(at).0, text.split_at(at + found.len()).1);
        is_edge(before.chars().next_back()) && is_edge(after.chars().next())
    })
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
