//! Exceptions to the rules: xtask/tidy.toml, each with its reason, none outlived.
//!
//! ```toml
//! [[allow]]
//! rule = "glossary"
//! path = "crates/node/src/metrics.rs"
//! text = "`upload`"
//! reason = "the metric's name is older than the glossary"
//! ```

use anyhow::{Context as _, Result};
use toml::{Table, Value};

use super::ALLOW_FILE;
use super::issue::Issue;

/// One exception.
#[derive(Debug)]
struct Allow {
    rule: String,
    path: String,
    text: String,
    reason: String,
}

impl Allow {
    fn read(entry: &Value) -> Self {
        let field =
            |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            rule: field("rule"),
            path: field("path"),
            text: field("text"),
            reason: field("reason"),
        }
    }

    fn covers(&self, issue: &Issue) -> bool {
        self.rule == issue.rule && self.path == issue.path && issue.what.contains(&self.text)
    }

    fn is_reasonable(&self) -> bool {
        !self.reason.trim().is_empty()
    }
}

/// The issues no exception covers, with one for each exception without a reason or a use.
///
/// # Errors
/// `text`, the exceptions, is not TOML.
pub(crate) fn apply(issues: Vec<Issue>, text: &str) -> Result<Vec<Issue>> {
    let table: Table = text.parse().with_context(|| format!("parse {ALLOW_FILE}"))?;
    let entries = table.get("allow").and_then(Value::as_array);
    let allows: Vec<Allow> = entries.into_iter().flatten().map(Allow::read).collect();
    let faults: Vec<Issue> = allows.iter().filter_map(|allow| fault(allow, &issues)).collect();
    let is_covered =
        |issue: &Issue| allows.iter().any(|allow| allow.is_reasonable() && allow.covers(issue));
    Ok(issues.into_iter().filter(|issue| !is_covered(issue)).chain(faults).collect())
}

fn fault(allow: &Allow, issues: &[Issue]) -> Option<Issue> {
    let Allow { rule, path, text, .. } = allow;
    let what = if !allow.is_reasonable() {
        format!("the exception from `{rule}` for {path} has no reason: give one")
    } else if !issues.iter().any(|issue| allow.covers(issue)) {
        format!("the exception from `{rule}` for {path} ({text}) covers nothing: delete it")
    } else {
        return None;
    };
    Some(Issue::new(ALLOW_FILE, 1, "allow", what))
}
