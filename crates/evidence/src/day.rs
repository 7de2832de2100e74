//! Which day evidence counts for: a phone's clock is believed as far as the day of receipt allows.

use crate::limits::{DAY_MIN, DAYS_AHEAD_MAX};
use cairn_ground::{Day, Timestamp};

/// The day of `taken`, or the day of receipt where the phone's clock cannot be right.
///
/// A clock ahead must not make its data the newest of the place; one that lost its time (1970) must
/// not make it the oldest. Old data sent late keeps its day.
pub(crate) fn believed(taken: Timestamp, received: Day) -> Day {
    let stated = taken.day();
    let lost = stated.get() < DAY_MIN;
    let ahead = stated.days_since(received) > DAYS_AHEAD_MAX;
    if lost || ahead { received } else { stated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lying_clock_counts_for_the_day_of_receipt() {
        let received = Day::new(18_000);
        let on = |days: u16| believed(Day::new(days).start(), received).get();
        assert_eq!(on(0), 18_000, "1970");
        assert_eq!(on(DAY_MIN - 1), 18_000, "before 2000");
        assert_eq!(on(DAY_MIN), DAY_MIN, "old data keeps its day");
        assert_eq!(on(18_001), 18_001, "a zone ahead of UTC");
        assert_eq!(on(18_002), 18_000, "a clock ahead");
        assert_eq!(believed(Timestamp::from_ms(-5), received), received);
        assert_eq!(believed(Timestamp::from_ms(i64::MAX), received), received);
    }
}
