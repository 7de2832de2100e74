//! Groups dealt to parts, each of which asks once what the others taught.

use cairn_learning::dice::mix;

/// A number for a text, or for other bytes.
pub(super) fn number(bytes: impl AsRef<[u8]>) -> u64 {
    let digest = blake3::hash(bytes.as_ref());
    u64::from_le_bytes(digest.as_bytes().first_chunk().copied().unwrap_or_default())
}

/// Which of `n` parts a group is dealt to.
pub(super) fn part(group: &str, n: u8) -> u8 {
    (mix(number(group), 0x6465_616c) % u64::from(n.max(1))) as u8
}

/// Of many things at most so many, spread evenly.
pub(super) fn thin<T>(things: Vec<T>, most: usize) -> Vec<T> {
    let step = things.len().div_ceil(most.max(1)).max(1);
    things.into_iter().step_by(step).collect()
}

/// The words for how many of something there are.
pub(super) const fn how_many(n: usize) -> &'static str {
    match n {
        0..=2 => "2 or fewer",
        3..=5 => "3 to 5",
        6..=20 => "6 to 20",
        _ => "more than 20",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_dealt_alike_every_time_and_to_all_parts() {
        let deal = || (0..100).map(|n| part(&format!("walk-{n}"), 5));
        let (dealt, again): (Vec<u8>, Vec<u8>) = (deal().collect(), deal().collect());
        assert_eq!(dealt, again);
        assert!((0..5).all(|part| deal().filter(|it| *it == part).count() > 8));
    }

    #[test]
    fn of_few_things_all_stay_and_of_many_no_more_than_asked_for() {
        assert_eq!(thin(vec![1, 2, 3], 10), [1, 2, 3]);
        assert_eq!(thin((0..100).collect(), 30).len(), 25);
    }
}
