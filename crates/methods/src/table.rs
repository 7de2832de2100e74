//! Tables, all in one form: Markdown, metres, shares without a leading zero.

use crate::scores::Score;

/// The head of the table of answers.
pub(crate) const ANSWERS: [&str; 13] = [
    "questions",
    "method",
    "asked",
    "answered",
    "mean",
    "p50",
    "p68",
    "p90",
    "p95",
    "in r68",
    "in r95",
    "median r95",
    "floor",
];

/// A table being filled.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table; the first two columns are words, the others numbers.
    pub(crate) fn new(title: impl Into<String>, head: &[&str]) -> Self {
        let head = head.iter().map(|&word| word.to_owned()).collect();
        Self { title: title.into(), head, rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Adds a method's score.
    pub(crate) fn score(&mut self, questions: &str, method: &str, score: &Score) {
        let answered = score.n_answered as f64 / score.n_asked.max(1) as f64;
        let [p50, p68, p90, p95] = score.quantiles_m.map(meters);
        let [in_r68, in_r95] = score.inside.map(part);
        self.push(vec![
            questions.to_owned(),
            method.to_owned(),
            score.n_asked.to_string(),
            part(Some(answered)),
            meters(score.mean_m),
            p50,
            p68,
            p90,
            p95,
            in_r68,
            in_r95,
            meters(score.median_r95_m),
            part(score.floor_right),
        ]);
    }

    /// The table as Markdown under its title.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rules: String =
            (0..self.head.len()).map(|column| if column < 2 { "---|" } else { "--:|" }).collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        format!("### {}\n\n{}|{rules}\n{rows}", self.title, line(&self.head))
    }
}

/// Metres with as many digits as mean something.
pub(crate) fn meters(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(m) if m < 9.995 => format!("{m:.2}"),
        Some(m) if m < 99.95 => format!("{m:.1}"),
        Some(m) => format!("{m:.0}"),
    }
}

/// A share with three digits.
pub(crate) fn part(value: Option<f64>) -> String {
    let digits = |share: f64| format!("{share:.3}").trim_start_matches('0').to_owned();
    value.map_or_else(
        || "–".to_owned(),
        |share| if share < 0.0005 { "0".to_owned() } else { digits(share) },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_are_sure() {
        assert_eq!(
            [Some(3.456), Some(34.56), Some(345.6), None].map(meters),
            ["3.46", "34.6", "346", "–"]
        );
        assert_eq!([Some(0.5), Some(1.0), Some(0.0), None].map(part), [".500", "1.000", "0", "–"]);
    }

    #[test]
    fn every_row_has_a_cell_for_each_column() {
        let mut table = Table::new("answers", &ANSWERS);
        table.score("kitchen", "cairn", &Score::of(&[None]));
        let text = table.markdown();
        let n_bars: Vec<_> = text.lines().skip(2).map(|line| line.matches('|').count()).collect();
        assert_eq!(n_bars, [14, 14, 14], "{text}");
    }
}
