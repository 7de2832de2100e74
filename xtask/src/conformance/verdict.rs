//! What a run of the cases comes to: passed, excused, failed.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

use super::excuses::Excuses;
use crate::say;
use crate::tally::Tally;

/// The result of each case, in the runner's words: `pass`, `skipped`, or `FAIL` and why.
#[derive(Debug)]
pub(crate) struct Verdict(BTreeMap<String, String>);

/// The same, judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    n_passed: u64,
    n_skipped: u64,
    /// Failed, and may.
    excused: Vec<String>,
    /// May fail, and passed.
    needless: Vec<String>,
    /// Failed, and may not; with the reason.
    failed: Vec<String>,
}

impl Verdict {
    /// Reads what the runner wrote.
    ///
    /// # Errors
    /// It is no result of the runner, or holds no case that passed.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let results: BTreeMap<String, String> =
            serde_json::from_str(text).context("parse the results")?;
        ensure!(results.values().any(|result| result == "pass"), "no case passed");
        Ok(Self(results))
    }

    /// Holds the results against what is excused.
    pub(crate) fn judge(self, excuses: &Excuses) -> Judged {
        let mut judged = Judged::default();
        for (case, result) in self.0 {
            match (result.as_str(), excuses.covers(&case)) {
                ("skipped", _) => judged.n_skipped += 1,
                ("pass", is_excused) => {
                    judged.n_passed += 1;
                    judged.needless.extend(is_excused.then_some(case));
                }
                (_, true) => judged.excused.push(case),
                (why, false) => judged.failed.push(format!("{case}: {why}")),
            }
        }
        judged
    }
}

impl Judged {
    /// The counts; a failure that is excused is neither passed nor failed.
    pub(crate) fn tally(&self) -> Tally {
        let failed = u64::try_from(self.failed.len()).unwrap_or(u64::MAX);
        Tally { passed: self.n_passed, failed, skipped: self.n_skipped }
    }

    /// Prints what a reader may want to act on.
    pub(crate) fn tell(&self) {
        let n = self.excused.len();
        say::line(format_args!("{n} quirks not kept, as docs/specs/wire.md says"));
        for case in &self.needless {
            say::line(format_args!("passed although docs/specs/wire.md lists it: {case}"));
        }
        for case in &self.failed {
            say::line(format_args!("FAILED {case}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_that_is_listed_is_excused_and_another_fails() {
        let excuses = Excuses::of_page("| quirk case |\n|-|\n| `q` |\n| `r` |\n");
        let text =
            r#"{"a": "pass", "b": "skipped", "c": "FAIL status 500", "q": "FAIL x", "r": "pass"}"#;
        let judged = Verdict::read(text).unwrap().judge(&excuses);
        assert_eq!(judged.tally(), Tally { passed: 2, failed: 1, skipped: 1 });
        assert_eq!(judged.failed, ["c: FAIL status 500"]);
        assert_eq!((judged.excused, judged.needless), (vec!["q".to_owned()], vec!["r".to_owned()]));
    }

    #[test]
    fn a_run_in_which_nothing_passed_proves_nothing() {
        assert!(Verdict::read(r#"{"a": "skipped"}"#).is_err());
        assert!(Verdict::read("{}").is_err());
    }
}
