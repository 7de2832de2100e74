//! Times on the command line.

use cairn_ground::Day;
use std::time::Duration;

/// Reads `2026-11-22`.
pub(super) fn day(text: &str) -> Result<Day, &'static str> {
    Day::parse(text).ok_or("a day is written 2026-11-22")
}

/// Reads `90s`, `15m`, `36h` or `7d`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no time: write a number and s, m, h or d, such as 7d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let n: u32 = text.strip_suffix(unit).unwrap_or("").parse().map_err(|_not_a_number| wrong())?;
    Ok(Duration::from_secs(u64::from(n) * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_and_its_unit() {
        let seconds = |text| duration(text).unwrap().as_secs();
        assert_eq!(["90s", "15m", "36h", "7d", "0s"].map(seconds), [90, 900, 129_600, 604_800, 0]);
        for wrong in ["", "7", "d", "-1d", "7dd", "1.5h", "7 d", "7w", "99999999999s"] {
            assert!(duration(wrong).unwrap_err().contains("such as 7d"), "{wrong}");
        }
    }
}
