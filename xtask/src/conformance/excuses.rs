//! The cases that may fail: those that docs/specs/wire.md lists with the reason, and no others.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::repo::Repo;

/// Where the list stands.
const PAGE: &str = "docs/specs/wire.md";

/// The head of its table.
const HEAD: &str = "| quirk case |";

/// The cases that may fail.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Excuses(BTreeSet<String>);

impl Excuses {
    /// Reads the list, and holds it against the cases: it may name quirks only.
    ///
    /// # Errors
    /// There is no list, or it names what is no quirk case.
    pub(crate) fn read(repo: &Repo) -> Result<Self> {
        let page = fs::read_to_string(repo.path(PAGE)).with_context(|| format!("read {PAGE}"))?;
        let excuses = Self::of_page(&page);
        ensure!(!excuses.0.is_empty(), "{PAGE} has no table that starts with `{HEAD}`");
        let cases = repo.shared("conformance/cases.json").context("no cases")?;
        let cases: Value =
            serde_json::from_str(&fs::read_to_string(cases)?).context("read cases")?;
        let quirks = quirks(&cases);
        let wrong: Vec<&String> = excuses.0.iter().filter(|case| !quirks.contains(*case)).collect();
        ensure!(wrong.is_empty(), "{PAGE} excuses what is no quirk case: {wrong:?}");
        Ok(excuses)
    }

    /// The names in the first column of the table.
    pub(crate) fn of_page(page: &str) -> Self {
        let table = page.lines().skip_while(|line| !line.starts_with(HEAD)).skip(2);
        let rows = table.take_while(|line| line.starts_with('|'));
        let cells = rows.filter_map(|row| row.split('|').nth(1));
        let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        Self(names.map(str::to_owned).collect())
    }

    /// Whether the case may fail.
    pub(crate) fn covers(&self, case: &str) -> bool {
        self.0.contains(case)
    }
}

/// The names of the quirk cases.
fn quirks(cases: &Value) -> BTreeSet<String> {
    let all = cases.as_array().into_iter().flatten();
    let quirks = all.filter(|case| case["level"] == "quirk");
    quirks.filter_map(|case| case["id"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_first_column_are_excused_and_no_others() {
        let page = "x\n| quirk case | we |\n|---|---|\n| `a-1`, `b` | skip `c` |\n\n| `d` |\n";
        let excuses = Excuses::of_page(page);
        assert_eq!(
            ["a-1", "b", "c", "d"].map(|case| excuses.covers(case)),
            [true, true, false, false]
        );
        assert_eq!(Excuses::of_page("no table"), Excuses::default());
    }

    #[test]
    fn the_page_lists_only_quirks_of_the_cases() {
        let repo = Repo::find().unwrap();
        if repo.shared("conformance/cases.json").is_none() {
            println!("skipped: no ../shared");
            return;
        }
        assert!(Excuses::read(&repo).unwrap().covers("body-mac-number-400"));
    }

    #[test]
    fn only_quirks_are_quirks() {
        let cases = serde_json::json!([
            {"id": "q", "level": "quirk"}, {"id": "c", "level": "contract"},
        ]);
        assert_eq!(quirks(&cases), BTreeSet::from(["q".to_owned()]));
    }
}
