//! Counts tests from what the runners print: cargo-nextest, libtest, `node --test`, or our own line,
//! maybe after a name.

use std::fmt;
use std::ops::AddAssign;

/// How many tests ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed, timed out or could not be run.
    pub(crate) failed: u64,
    /// Tests that were left out.
    pub(crate) skipped: u64,
}

impl Tally {
    /// Adds what one line of a runner's output says; most lines say nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let plain = without_colors(line);
        let line = plain.trim();
        if let Some(rest) = line.strip_prefix("Summary [") {
            self.read_parts(rest.split_once("run:").map_or("", |(_, parts)| parts), ',');
        } else if let Some(rest) = line.strip_prefix("test result: ") {
            self.read_parts(rest.split_once(". ").map_or("", |(_, parts)| parts), ';');
        } else if let Some(rest) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            let turned = rest.split_once(' ').map(|(word, count)| format!("{count} {word}"));
            self.read_parts(&turned.unwrap_or_default(), ',');
        } else if is_closing_line(without_name(line)) {
            self.read_parts(without_name(line), ',');
        }
    }

    fn read_parts(&mut self, parts: &str, separator: char) {
        for part in without_parentheses(parts).split(separator) {
            let Some((count, word)) = part.trim().split_once(' ') else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match word.trim() {
                "passed" | "pass" => self.passed += count,
                "failed" | "fail" | "timed out" | "exec failed" => self.failed += count,
                "skipped" | "ignored" => self.skipped += count,
                _ => {}
            }
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// Whether the whole line is `N passed, N failed`, maybe with `, N skipped`.
fn is_closing_line(line: &str) -> bool {
    let shape: Vec<&str> = line.split(", ").filter_map(|part| part.split(' ').nth(1)).collect();
    matches!(shape.as_slice(), ["passed", "failed"] | ["passed", "failed", "skipped"])
}

/// The line without the one word and the colon before it, as in `geoclue: 3 passed, 0 failed`.
fn without_name(line: &str) -> &str {
    line.split_once(": ").filter(|(name, _)| !name.contains(' ')).map_or(line, |(_, rest)| rest)
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// The text without terminal color codes.
fn without_colors(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, after)| after));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally_of(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        tally
    }

    #[test]
    fn a_nextest_summary_is_counted_once() {
        let line = "     Summary [   1.2s] 7 tests run: 4 passed (1 slow, 1 flaky), 2 failed, 1 timed out, 3 skipped";
        assert_eq!(tally_of(&[line]), Tally { passed: 4, failed: 3, skipped: 3 });
    }

    #[test]
    fn libtest_results_add_up() {
        let ok = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.00s";
        let bad = "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(tally_of(&[ok, bad]), Tally { passed: 6, failed: 2, skipped: 1 });
    }

    #[test]
    fn node_reports_are_counted_in_both_styles() {
        let lines = ["# pass 3", "# fail 1", "ℹ pass 2", "ℹ skipped 1", "ℹ duration_ms 12"];
        assert_eq!(tally_of(&lines), Tally { passed: 5, failed: 1, skipped: 1 });
    }

    #[test]
    fn our_own_closing_line_is_read_back() {
        let tally = Tally { passed: 12, failed: 0, skipped: 2 };
        assert_eq!(tally_of(&[&tally.to_string()]), tally);
    }

    #[test]
    fn a_closing_line_may_carry_the_name_of_what_was_tested() {
        let tally = Tally { passed: 6, failed: 1, skipped: 0 };
        assert_eq!(tally_of(&["geoclue: 6 passed, 1 failed"]), tally);
        assert_eq!(tally_of(&["so it is: 6 passed, 1 failed"]), Tally::default());
    }

    #[test]
    fn colors_and_other_lines_do_not_count() {
        let colored = "\u{1b}[32m     Summary\u{1b}[0m [ 0.1s] 1 test run: \u{1b}[1m1\u{1b}[0m passed, 0 skipped";
        let lines = [colored, "test foo ... ok", "# Subtest: 3 passed", "I passed, 2 failed by"];
        assert_eq!(tally_of(&lines), Tally { passed: 1, failed: 0, skipped: 0 });
    }
}
