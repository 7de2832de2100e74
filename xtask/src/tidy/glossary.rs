//! The glossary's "avoid" words do not occur in public names; `wire` speaks other people's words.

use super::issue::Issue;
use super::tree::Tree;

/// Words that never help, and what to say instead. Words with honest other uses are not listed.
const AVOID: [(&str, &str); 13] = [
    ("accuracy", "`r95` or `r68`: a radius says its confidence; an error in evaluation is `hpe`"),
    ("altitude", "`hae` or `msl`: a height says what it is above"),
    ("elevation", "`hae` or `msl`: a height says what it is above"),
    ("beacon", "`transmitter`"),
    ("station", "`transmitter`, or `cell_id`"),
    ("emitter", "`transmitter`"),
    ("tower", "`transmitter`, or `cell_id`"),
    ("hwaddr", "`bssid`"),
    ("mac", "`bssid`"),
    ("sighting", "`observation`"),
    ("sweep", "`scan`"),
    ("trajectory", "`trace`"),
    ("upload", "`submission`, or `report`"),
];

/// Keywords that may stand between `pub` and a name.
const KEYWORDS: [&str; 12] = [
    "const", "async", "unsafe", "extern", "fn", "struct", "enum", "trait", "type", "static", "mod",
    "union",
];

/// Checks the public names of every room but `wire`.
pub(crate) fn check(tree: &Tree) -> Vec<Issue> {
    let mut issues = Vec::new();
    for file in tree.product().filter(|file| file.room().is_some_and(|room| room != "wire")) {
        for (number, line) in file.product_code() {
            let Some(name) = public_name(line) else { continue };
            let words = words(name);
            for (word, better) in
                AVOID.iter().filter(|(word, _)| words.iter().any(|found| found == word))
            {
                let what = format!("`{name}` says `{word}`: the glossary says {better}");
                issues.push(Issue::new(&file.path, number, "glossary", what));
            }
        }
    }
    issues
}

/// The name a line makes public: an item's or a field's.
fn public_name(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let mut tokens = rest.split([' ', '(', '<', ';', '{', '=']).filter(|token| !token.is_empty());
    let first = tokens.next()?;
    if let Some(field) = first.strip_suffix(':') {
        return Some(field);
    }
    if !KEYWORDS.contains(&first) {
        return None;
    }
    tokens.find(|token| !KEYWORDS.contains(token)).map(|name| name.trim_end_matches(':'))
}

/// The words of a name: `EvalAccuracy` and `eval_accuracy` are both `eval`, `accuracy`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c != '_', words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_behind_their_keywords() {
        assert_eq!(public_name("    pub const fn get(self) -> f64 {"), Some("get"));
        assert_eq!(public_name("pub struct Fix<T> {"), Some("Fix"));
        assert_eq!(public_name("    pub altitude: f64,"), Some("altitude"));
        assert_eq!(public_name("pub static LIMIT: u8 = 3;"), Some("LIMIT"));
        assert_eq!(public_name("pub use a::beacon;"), None);
        assert_eq!(public_name("pub(crate) fn beacon() {"), None);
    }

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("BaseStation"), ["base", "station"]);
        assert_eq!(words("ACCURACY_MAX"), ["accuracy", "max"]);
        assert_eq!(words("machine"), ["machine"]);
    }
}
