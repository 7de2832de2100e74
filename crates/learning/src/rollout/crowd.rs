//! What a query heard, as numbers that name no transmitter: which arm it takes, which fix may follow it.

use crate::dice::mix;

/// Numbers kept of what was heard.
///
/// # Source
/// Broder, *On the resemblance and containment of documents* (1997): the smallest hashes of two sets tell how
/// much they share. With 8, half is told from a fifth in about 19 of 20 cases.
const KEPT: usize = 8;
/// Slots that all queries fall into, a hundredth of a percent each.
pub(super) const SLOTS: u64 = 10_000;
/// What the hash of arms begins with: the same on every machine and after every start.
const ARM_SEED: u64 = 0x6361_6972_6e61_726d;

/// All transmitters of one query in one number: which arm it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole(u64);

impl Whole {
    /// Of transmitters by their keys, in any order.
    ///
    /// # Cost
    /// A few nanoseconds a transmitter, no allocation.
    pub fn of(keys: impl IntoIterator<Item = u64>) -> Self {
        let add = |whole: u64, key| whole.wrapping_add(mix(ARM_SEED, key));
        Self(keys.into_iter().fold(0, add))
    }

    /// Which of [`SLOTS`] it falls into for a model: another model tries other queries first.
    pub(super) const fn slot(self, model: u64) -> u64 {
        ((mix(model, self.0) as u128 * SLOTS as u128) >> 64) as u64
    }
}

/// The transmitters of one query or report: which fix may follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// The smallest salted hashes, ascending.
    least: [u32; KEPT],
    n: u8,
}

impl Crowd {
    /// Of transmitters by their keys, in any order. The salt is this process's own secret, so that what is kept for
    /// labels means nothing anywhere else.
    ///
    /// # Cost
    /// Some ten nanoseconds a transmitter, no allocation.
    pub fn of(keys: impl IntoIterator<Item = u64>, salt: u64) -> Self {
        let mut crowd = Self { least: [u32::MAX; KEPT], n: 0 };
        for key in keys {
            crowd.keep((mix(salt, key) >> 32) as u32);
        }
        crowd
    }

    /// The smallest hash, when anything was heard.
    pub(super) fn first(&self) -> Option<u32> {
        (self.n > 0).then_some(self.least[0])
    }

    /// The share of what either heard that both heard, as far as the smallest hashes tell.
    pub fn overlap(&self, other: &Self) -> f64 {
        let (ours, theirs) = (self.kept(), other.kept());
        let (mut a, mut b, mut n_both, mut n_either) = (0, 0, 0_u32, 0_u32);
        while n_either < KEPT as u32 && (a < ours.len() || b < theirs.len()) {
            let at = |kept: &[u32], at: usize| kept.get(at).map_or(u64::MAX, |it| u64::from(*it));
            let (one, two) = (at(ours, a), at(theirs, b));
            n_both += u32::from(one == two);
            n_either += 1;
            a += usize::from(one <= two);
            b += usize::from(two <= one);
        }
        if n_either == 0 { 0.0 } else { f64::from(n_both) / f64::from(n_either) }
    }

    fn kept(&self) -> &[u32] {
        &self.least[..usize::from(self.n)]
    }

    /// Keeps a hash when it is among the smallest and not there yet.
    fn keep(&mut self, hash: u32) {
        let at = self.kept().partition_point(|it| *it < hash);
        if at == KEPT || self.kept().get(at) == Some(&hash) {
            return;
        }
        let n = usize::from(self.n).min(KEPT - 1);
        self.least.copy_within(at..n, at + 1);
        self.least[at] = hash;
        self.n = n as u8 + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_shared_is_told_from_little_shared() {
        let n_alike = |shift: u64| {
            let alike = |salt: u64| {
                Crowd::of(0..20, salt).overlap(&Crowd::of(shift..shift + 20, salt)) >= 0.5
            };
            (0..1_000).filter(|salt| alike(*salt)).count()
        };
        assert_eq!((n_alike(0), n_alike(20)), (1_000, 0));
        assert!(n_alike(3) > 900, "34 of 46: {}", n_alike(3));
        assert!(n_alike(14) < 60, "6 of 34: {}", n_alike(14));
    }

    #[test]
    fn who_heard_nothing_is_like_nobody() {
        let nobody = Crowd::of([], 1);
        assert_eq!((nobody.first(), nobody.overlap(&nobody)), (None, 0.0));
    }

    proptest! {
        #[test]
        fn order_does_not_matter(
            mut keys in prop::collection::vec(any::<u64>(), 0..40), salt: u64, model: u64,
        ) {
            let both = |keys: &[u64]| {
                (Whole::of(keys.iter().copied()), Crowd::of(keys.iter().copied(), salt))
            };
            let (whole, crowd) = both(&keys);
            keys.reverse();
            prop_assert_eq!((whole, crowd), both(&keys));
            prop_assert!(whole.slot(model) < SLOTS);
            prop_assert!(keys.is_empty() || (crowd.overlap(&crowd) - 1.0).abs() < 1e-9);
        }
    }
}
