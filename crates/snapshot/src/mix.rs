//! A keyed bijection of 56-bit keys: spreads vendors' address blocks, and can be undone for export.

use cairn_ground::TransmitterKey;

const MASK: u64 = (1 << TransmitterKey::BITS) - 1;

/// Source: the multipliers of Appleby's `MurmurHash3` 64-bit finalizer, modulo 2^56 (odd, so
/// invertible).
const FACTOR_1: u64 = 0x51_afd7_ed55_8ccd;
const FACTOR_2: u64 = 0xce_b9fe_1a85_ec53;
const INVERSE_1: u64 = inverse(FACTOR_1);
const INVERSE_2: u64 = inverse(FACTOR_2);

/// The bijection under one mix key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mix {
    pub(crate) key: u64,
}

impl Mix {
    /// The mixed key, below 2^56.
    #[inline]
    pub(crate) const fn apply(self, key: TransmitterKey) -> u64 {
        let mut x = (key.get() ^ self.key) & MASK;
        x ^= x >> 28;
        x = x.wrapping_mul(FACTOR_1).wrapping_add(self.key >> 8) & MASK;
        x ^= x >> 28;
        x = x.wrapping_mul(FACTOR_2) & MASK;
        x ^ x >> 28
    }

    /// The key that was mixed; `None` when no transmitter has it.
    pub(crate) const fn undo(self, mixed: u64) -> Option<TransmitterKey> {
        let mut x = mixed ^ mixed >> 28;
        x = x.wrapping_mul(INVERSE_2) & MASK;
        x ^= x >> 28;
        x = x.wrapping_sub(self.key >> 8).wrapping_mul(INVERSE_1) & MASK;
        x ^= x >> 28;
        TransmitterKey::from_number((x ^ self.key) & MASK)
    }
}

/// The inverse of an odd factor modulo 2^64, by Newton's iteration (each round doubles the bits).
const fn inverse(factor: u64) -> u64 {
    let mut x = factor;
    let mut round = 0;
    while round < 6 {
        x = x.wrapping_mul(2_u64.wrapping_sub(factor.wrapping_mul(x)));
        round += 1;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, TransmitterId};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn mixing_can_be_undone(n in 0_u64..1 << 48, tag in 0_u64..3, key in any::<u64>()) {
            let original = TransmitterKey::from_number(tag << 54 | n).unwrap();
            let mixed = Mix { key }.apply(original);
            prop_assert!(mixed <= MASK);
            prop_assert_eq!(Mix { key }.undo(mixed), Some(original));
        }
    }

    #[test]
    fn one_vendor_block_fills_the_buckets_evenly() {
        let mix = Mix { key: 0x0123_4567_89ab_cdef };
        let mut n_in = [0_u32; 256];
        for low in 0..256 * 64 {
            let id = TransmitterId::Wifi(Bssid::from_u48(0xa820_6600_0000 | low << 4));
            n_in[usize::try_from(mix.apply(id.key()) >> 48).unwrap()] += 1;
        }
        // 64 expected in each, standard deviation 8.
        assert!(n_in.iter().all(|n| (24..=110).contains(n)), "{n_in:?}");
    }
}
