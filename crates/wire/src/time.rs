//! Instants as files write them.

use crate::field::Field;

/// Milliseconds since the epoch of an ISO 8601 date, or date and time: `YYYY-MM-DD[ HH:MM[:SS[.fff]]]`.
///
/// `T` may stand for the blank; a zone may follow (`Z`, `+HH:MM`, `+HHMM`, `+HH`), else it is UTC. Also
/// plain digits, which are milliseconds already.
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
    let (date, rest) = text.split_at_checked(10)?;
    let days = days(date)?;
    let ms = match rest.split_first() {
        None => 0,
        Some((b' ' | b'T' | b't', time)) => ms_of_day(time)?,
        Some(_) => return None,
    };
    #[expect(clippy::cast_precision_loss, reason = "15 digits")]
    Some((days * DAY_MS + ms) as f64)
}

const DAY_MS: i64 = 86_400_000;

/// A number written with exactly these digits.
fn number(digits: &[u8]) -> Option<i64> {
    let digit = |sum, b: &u8| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0'));
    digits.iter().try_fold(0, digit)
}

fn days(date: &[u8]) -> Option<i64> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = date else { return None };
    let (year, month, day) = (number(&[y0, y1, y2, y3])?, number(&[m0, m1])?, number(&[d0, d1])?);
    let is_possible = (1..=12).contains(&month) && (1..=31).contains(&day);
    is_possible.then(|| days_from_civil(year, month, day))
}

/// A time of day with the zone that may follow it; less than 0 or more than a day where the zone says so.
fn ms_of_day(time: &[u8]) -> Option<i64> {
    let n = time.iter().take_while(|b| matches!(b, b'0'..=b'9' | b':' | b'.' | b',')).count();
    let (clock, zone) = time.split_at_checked(n)?;
    let mut parts = clock.split(|b| matches!(b, b'.' | b','));
    let (ms, fraction) = (clock_ms(parts.next()?)?, parts.next().unwrap_or_default());
    if parts.next().is_some() {
        return None;
    }
    let thousandths = fraction.iter().chain(b"000").copied().take(3).collect::<Vec<_>>();
    Some(ms + number(&thousandths)? - zone_ms(zone)?)
}

/// `HH:MM` or `HH:MM:SS`; a minute may have a leap second.
fn clock_ms(clock: &[u8]) -> Option<i64> {
    let mut parts = clock.split(|b| *b == b':').map(|part| (part.len() == 2).then_some(part));
    let mut two = || parts.next().map(|part| number(part?));
    let (hour, minute, second) = (two()??, two()??, two().unwrap_or(Some(0))?);
    let is_possible = hour < 24 && minute < 60 && second < 61 && two().is_none();
    is_possible.then_some(((hour * 60 + minute) * 60 + second) * 1_000)
}

/// `Z`, `+HH:MM`, `+HHMM`, `+HH`, or nothing.
fn zone_ms(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match zone {
        [] | [b'Z' | b'z'] => return Some(0),
        [sign, hours @ ..] if hours.len() == 2 => (sign, hours, &b"00"[..]),
        [sign, h0, h1, minutes @ ..] if minutes.len() == 2 => (sign, &[*h0, *h1][..], minutes),
        [sign, h0, h1, b':', minutes @ ..] if minutes.len() == 2 => {
            (sign, &[*h0, *h1][..], minutes)
        }
        _ => return None,
    };
    let ms = (number(hours)? * 60 + number(minutes)?) * 60_000;
    match sign {
        b'+' => Some(ms),
        b'-' => Some(-ms),
        _ => None,
    }
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
        for same in ["2020-02-29", "2020-02-29T00:00", "2020-02-29 01:30:00+01:30"] {
            assert_eq!(ms_from_text(same), want, "{same}");
        }
        for same in ["2020-02-28T19:00:00.000000-0500", "2020-02-29T02:00+02", "2020-02-29 00:00Z"]
        {
            assert_eq!(ms_from_text(same), want, "{same}");
        }
    }

    #[test]
    fn what_is_no_date_is_wrong() {
        for text in [
            "yesterday",
            "2020-13-01 00:00:00",
            "2020-02-29 24:00:00",
            "2020-02-29x",
            "2020-02-29T",
            "2020-02-29T1:2",
            "2020-02-29T01:02:03.4.5",
            "2020-02-29T01:02:03:04",
            "2020-02-29T01:02*01",
            "2020-02-29é",
            "é",
        ] {
            assert_eq!(ms_from_text(text), Field::Wrong, "{text}");
        }
        assert_eq!(ms_from_text(""), Field::Missing);
    }
}
