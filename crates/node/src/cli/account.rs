//! What became of imported rows: the closing table.

use super::table::{grouped, table};
use cairn_report::Reason;
use cairn_wire::import::Tally;
use std::collections::BTreeMap;

/// What became of all rows.
#[derive(Debug, Default)]
pub(super) struct Account {
    n_rows: u64,
    /// Rows that became part of a report.
    pub(super) n_kept: u64,
    n_reports: u64,
    /// Files of which nothing could be read.
    pub(super) n_unreadable: u64,
    /// By reason: how often, and the first line.
    refused: BTreeMap<Reason, (u64, u64)>,
}

impl Account {
    /// Counts one refusal.
    pub(super) fn refused(&mut self, reason: Reason, line: u64) {
        self.refused.entry(reason).or_insert((0, line)).0 += 1;
    }

    /// Counts one file.
    pub(super) fn add(&mut self, tally: Tally) {
        self.n_rows += tally.n_rows;
        self.n_kept += tally.n_rows_kept;
        self.n_reports += tally.n_reports;
    }

    /// The closing table.
    pub(super) fn to_text(&self) -> String {
        let cell = |text: &str| text.to_owned();
        let mut rows = vec![
            vec![cell("rows"), cell("count"), cell("first line")],
            vec![cell("read"), grouped(self.n_rows)],
            vec![cell("kept"), grouped(self.n_kept)],
            vec![cell("reports made"), grouped(self.n_reports)],
        ];
        if self.n_unreadable > 0 {
            rows.push(vec![cell("files not read"), grouped(self.n_unreadable)]);
        }
        for (reason, (n, line)) in &self.refused {
            rows.push(vec![reason.name().to_owned(), grouped(*n), grouped(*line)]);
        }
        table(&rows).trim_end().to_owned()
    }
}
