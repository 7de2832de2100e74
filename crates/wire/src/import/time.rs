//! Instants as files write them.

use crate::field::Field;

/// Milliseconds since the epoch of `YYYY-MM-DD HH:MM:SS`, UTC; `T` may stand for the blank, and a
/// fraction and a `Z` may follow. Also plain digits, which are milliseconds already.
///
/// # Source
/// Days: Howard Hinnant, *chrono-compatible low-level date algorithms*, `days_from_civil`.
pub(super) fn ms_from_text(text: &str) -> Field<f64> {
    let text = text.trim();
    if text.is_empty() {
        return Field::Missing;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map_or(Field::Wrong, Field::Value);
    }
    parse(text.as_bytes()).map_or(Field::Wrong, Field::Value)
}

fn parse(text: &[u8]) -> Option<f64> {
    let number = |at: usize, n: usize| -> Option<i64> {
        let digits = text.get(at..at + n)?;
        digits
            .iter()
            .try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    };
    let marks = [(4, b"--"), (7, b"--"), (10, b" T"), (13, b"::"), (16, b"::")];
    if !marks.iter().all(|(at, any)| text.get(*at).is_some_and(|b| any.contains(b))) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let in_range = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61;
    let ms = match text.get(19) {
        Some(b'.') => number(20, 3).unwrap_or(0),
        _ => 0,
    };
    let seconds = ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    #[expect(clippy::cast_precision_loss, reason = "15 digits")]
    in_range.then_some((seconds * 1_000 + ms) as f64)
}

const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_utc() {
        let want = Field::Value(1_582_934_400_000.0);
        assert_eq!(ms_from_text("2020-02-29 00:00:00"), want);
        assert_eq!(ms_from_text("2020-02-29T00:00:00Z"), want);
        assert_eq!(ms_from_text("1582934400000"), want);
        assert_eq!(ms_from_text("2020-02-29T00:00:01.250Z"), Field::Value(1_582_934_401_250.0));
        assert_eq!(ms_from_text("1970-01-01 00:00:00"), Field::Value(0.0));
    }

    #[test]
    fn what_is_no_date_is_wrong() {
        for text in ["yesterday", "2020-13-01 00:00:00", "2020-02-29", "2020-02-29 24:00:00", "é"]
        {
            assert_eq!(ms_from_text(text), Field::Wrong, "{text}");
        }
        assert_eq!(ms_from_text(""), Field::Missing);
    }
}
