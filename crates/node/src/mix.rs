//! Spreads the bits of a number, so that neighbors land far apart; no secret is kept by it.

/// Bits without a pattern; a bijection.
///
/// # Source
/// Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (2014): the finalizer of
/// `SplitMix64`.
pub(crate) const fn mixed(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_the_published_generator_comes_out() {
        // SplitMix64 from seed 0 begins with e220a8397b1dcdaf.
        assert_eq!(mixed(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }
}
