//! Instants, days and ages. No clock is read here: time is an argument.

use crate::error::{OutOfRange, within};

/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;

/// An instant: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// An instant from milliseconds since the Unix epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The UTC day, clamped to what [`Day`] can hold (1970-01-01 to 2149-06-06).
    pub fn day(self) -> Day {
        let days = self.0.div_euclid(DAY_MS).clamp(0, i64::from(u16::MAX));
        Day(u16::try_from(days).unwrap_or(u16::MAX))
    }
}

/// A UTC day: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Day(u16);

impl Day {
    /// The day `days` after 1970-01-01.
    pub const fn new(days: u16) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Whole days from `earlier` to `self`, 0 when `earlier` is later.
    pub const fn days_since(self, earlier: Self) -> u16 {
        self.0.saturating_sub(earlier.0)
    }

    /// The first instant of the day.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * DAY_MS)
    }

    /// Reads what [`std::fmt::Display`] prints: `2026-11-22`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let wanted = (i32::try_from(year).ok()?, month, day);
        // Days rise as dates do, so the date is found by halving.
        let (mut low, mut high) = (0_u32, u32::from(u16::MAX) + 1);
        while low < high {
            let middle = low.midpoint(high);
            let civil = Self(u16::try_from(middle).ok()?).civil();
            if civil < wanted { low = middle + 1 } else { high = middle }
        }
        u16::try_from(low).ok().map(Self).filter(|one| one.civil() == wanted)
    }

    /// The civil date `(year, month, day)`.
    ///
    /// # Source
    /// Howard Hinnant, *chrono-compatible low-level date algorithms*, `civil_from_days`.
    pub fn civil(self) -> (i32, u32, u32) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |n: i64| u32::try_from(n).unwrap_or(0);
        (i32::try_from(year).unwrap_or(0), small(month), small(day))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// How long before its report's instant a reading was taken, in milliseconds; may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct AgeMs(i32);

impl AgeMs {
    /// Taken at the report's instant.
    pub const ZERO: Self = Self(0);

    /// Accepts ±3,600,000 ms, the span Ichnaea keeps.
    ///
    /// # Errors
    /// [`OutOfRange`] beyond an hour either way.
    pub fn new(ms: i64) -> Result<Self, OutOfRange> {
        #[expect(clippy::cast_precision_loss, reason = "only compared with ±3.6e6")]
        within("age in ms", ms as f64, -3_600_000.0, 3_600_000.0)?;
        Ok(Self(i32::try_from(ms).unwrap_or(0)))
    }

    /// The age in milliseconds.
    pub const fn get(self) -> i32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_print_as_dates() {
        assert_eq!(Day::new(0).to_string(), "1970-01-01");
        assert_eq!(Day::new(18_321).to_string(), "2020-02-29");
        assert_eq!(Timestamp::from_ms(1_542_549_074_000).day().to_string(), "2018-11-18");
    }

    #[test]
    fn a_date_that_is_printed_is_read_back_and_no_other_text_is() {
        for days in (0..=u16::MAX).step_by(17).chain([u16::MAX]) {
            assert_eq!(Day::parse(&Day::new(days).to_string()), Some(Day::new(days)));
        }
        for text in ["", "2026-02-30", "1969-12-31", "2149-06-07", "2026-11", "2026-11-22-1", "x"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn instants_before_the_epoch_fall_on_the_first_day() {
        assert_eq!(Timestamp::from_ms(-1).day(), Day::new(0));
        assert!(AgeMs::new(3_600_001).is_err());
    }
}
