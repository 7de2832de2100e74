//! What is due: decided from what was published, what is sealed, and the hour.

use super::names::Hour;
use super::state::State;
use crate::config::PublishConfig;

/// What is to be written now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each file is due or not, whatever the others are"
)]
pub(super) struct Due {
    /// The day's table of all cells.
    pub(super) full: bool,
    /// The hour's table of changes.
    pub(super) diff: bool,
    /// The coverage layer.
    pub(super) coverage: bool,
    /// The numbers by month.
    pub(super) months: bool,
}

/// Which files are there already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct There {
    /// Today's table of all cells.
    pub(super) full: bool,
    /// A coverage layer.
    pub(super) coverage: bool,
    /// Numbers by month.
    pub(super) months: bool,
}

impl Due {
    /// What is due at `hour`, when the sealed checkpoint has this digest.
    pub(super) fn at(
        hour: Hour,
        checkpoint: [u8; 32],
        config: &PublishConfig,
        last: Option<&State>,
        there: There,
    ) -> Self {
        let has_changed = last.is_none_or(|it| it.checkpoint != checkpoint);
        let is_anew = has_changed && last.is_some_and(|it| it.is_first && it.hour == hour);
        let is_news = has_changed && (is_anew || last.is_none_or(|it| it.hour < hour));
        let has_rows = last.is_some_and(|it| it.rows.is_some());
        Self {
            full: config.cells && (is_anew || !there.full),
            diff: config.cells && has_rows && is_news && !is_anew,
            coverage: config.coverage && (is_news || !there.coverage),
            months: is_news || !there.months,
        }
    }

    /// True when there is something to do.
    pub(super) fn any(self) -> bool {
        self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: [u8; 32] = [2; 32];
    const THERE: There = There { full: true, coverage: true, months: true };

    fn all() -> PublishConfig {
        PublishConfig { cells: true, coverage: true, ..PublishConfig::default() }
    }

    fn last(hour: u64, checkpoint: u8) -> State {
        State {
            hour: Hour(hour),
            checkpoint: [checkpoint; 32],
            is_first: false,
            rows: Some(Vec::new()),
        }
    }

    #[test]
    fn at_first_all_is_due_but_changes() {
        let due = Due::at(Hour(9), NEW, &all(), None, There::default());
        assert_eq!(due, Due { full: true, diff: false, coverage: true, months: true });
    }

    #[test]
    fn changes_wait_for_their_hour_and_nothing_new_is_nothing_due() {
        let due = |hour, state: &State| Due::at(Hour(hour), NEW, &all(), Some(state), THERE);
        assert!(!due(9, &last(9, 1)).any(), "the same hour");
        assert!(!due(10, &last(9, 2)).any(), "the same map");
        let changed = due(10, &last(9, 1));
        assert_eq!(changed, Due { full: false, diff: true, coverage: true, months: true });
    }

    #[test]
    fn in_its_first_hour_a_service_publishes_the_whole_again_when_the_map_changed() {
        let first = State { is_first: true, ..last(9, 1) };
        let due = |hour| Due::at(Hour(hour), NEW, &all(), Some(&first), THERE);
        assert_eq!(due(9), Due { full: true, diff: false, coverage: true, months: true });
        assert_eq!(due(10), Due { full: false, diff: true, coverage: true, months: true });
        let same = State { checkpoint: NEW, ..first.clone() };
        assert!(!Due::at(Hour(9), NEW, &all(), Some(&same), THERE).any());
    }

    #[test]
    fn a_new_day_has_a_table_though_nothing_changed_and_a_closed_service_has_none() {
        let there = There { full: false, ..THERE };
        let due = Due::at(Hour(24), NEW, &all(), Some(&last(9, 2)), there);
        assert_eq!(due, Due { full: true, ..Due::default() });
        let closed = Due::at(Hour(9), NEW, &PublishConfig::default(), None, There::default());
        assert_eq!(closed, Due { months: true, ..Due::default() });
    }
}
