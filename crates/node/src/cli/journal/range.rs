//! A stretch of the journal, by positions or by days.

use cairn_ground::Day;
use cairn_journal::{Position, ReadOnlyJournal};
use clap::Args;

/// Which records.
#[derive(Debug, Args)]
pub(super) struct Range {
    /// First: a position, or a day (2026-11-20) on which they were received
    #[arg(long, value_name = "POSITION|DAY", value_parser = parse)]
    from: Option<Bound>,
    /// Last: the position where they end, or their last day
    #[arg(long, value_name = "POSITION|DAY", value_parser = parse)]
    to: Option<Bound>,
}

/// One end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    At(Position),
    On(Day),
}

fn parse(text: &str) -> Result<Bound, String> {
    let position = text.parse().ok().map(|bytes| Bound::At(Position::new(bytes)));
    let bound = position.or_else(|| Day::parse(text).map(Bound::On));
    bound.ok_or_else(|| format!("{text} is neither a position nor a day such as 2026-11-20"))
}

impl Range {
    /// Where to begin to read.
    ///
    /// # Errors
    /// When the position asked for is not kept.
    pub(super) fn start(&self, journal: &ReadOnlyJournal) -> anyhow::Result<Position> {
        let (start, end) = (journal.start(), journal.committed());
        match self.from {
            Some(Bound::At(from)) if !(start..=end).contains(&from) => {
                anyhow::bail!("position {from} is outside {start} to {end}")
            }
            Some(Bound::At(from)) => Ok(from),
            Some(Bound::On(_)) | None => Ok(start),
        }
    }

    /// True when a record that ends at `end` and was received on `day` is within.
    pub(super) fn holds(&self, end: Position, day: Day) -> bool {
        let after = !matches!(self.from, Some(Bound::On(from)) if day < from);
        after && !self.is_past(end) && !matches!(self.to, Some(Bound::On(to)) if day > to)
    }

    /// True when nothing at or after a record's end is within.
    pub(super) fn is_past(&self, end: Position) -> bool {
        matches!(self.to, Some(Bound::At(to)) if end > to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_end_where_they_say_and_days_are_whole() {
        let range = |from: &str, to: &str| Range {
            from: (!from.is_empty()).then(|| parse(from).unwrap()),
            to: (!to.is_empty()).then(|| parse(to).unwrap()),
        };
        let (day, next) = (Day::parse("2026-11-20").unwrap(), Day::parse("2026-11-21").unwrap());
        let at = Position::new;
        assert!(range("", "").holds(at(9), day));
        assert!(range("0", "9").holds(at(9), day) && !range("0", "8").holds(at(9), day));
        assert!(range("0", "8").is_past(at(9)) && !range("", "2026-11-20").is_past(at(9)));
        let days = range("2026-11-20", "2026-11-20");
        assert!(days.holds(at(9), day) && !days.holds(at(9), next));
        assert!(!range("2026-11-21", "").holds(at(9), day));
        assert!(parse("yesterday").is_err() && parse("-1").is_err());
    }
}
