//! Reproducible randomness for training: a function of its seed.

/// A stream of numbers.
///
/// # Source
/// Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (2014).
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(super) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "24 bits are a float's")]
        let bits = (self.bits() >> 40) as f32;
        bits / 16_777_216.0
    }

    /// Nearly normal: the sum of four uniform numbers, with mean 0 and standard deviation 1.
    pub(super) fn normal(&mut self) -> f32 {
        nearly_normal(self.bits())
    }

    /// One draw: nothing with the probability `left_out_of_65536`, else a nearly normal number.
    pub(super) fn keep_and_normal(&mut self, left_out_of_65536: u64) -> Option<f32> {
        let bits = self.bits();
        (bits >> 48 >= left_out_of_65536).then(|| nearly_normal(bits))
    }

    /// Below `n`, which is above 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.bits()) * n as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Puts values into a random order.
    pub(super) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let other = self.below(last + 1);
            values.swap(last, other);
        }
    }
}

/// The sum of four 12-bit uniform numbers in the low 48 bits.
fn nearly_normal(bits: u64) -> f32 {
    let part = |shift: u32| bits >> shift & 0xfff;
    let sum = part(0) + part(12) + part(24) + part(36);
    #[expect(clippy::cast_precision_loss, reason = "14 bits")]
    let centered = sum as f32 - 8_190.0;
    // Four uniform numbers over 4,096 have together a standard deviation of 4,096/√3.
    centered * (1.732_050_8 / 4_096.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_moments_they_claim_and_repeat() {
        let mut rng = Rng::new(7);
        let drawn: Vec<f32> = (0..20_000).map(|_| rng.normal()).collect();
        let mean = drawn.iter().sum::<f32>() / 20_000.0;
        let square = drawn.iter().map(|x| x * x).sum::<f32>() / 20_000.0;
        assert!(mean.abs() < 0.02 && (square - 1.0).abs() < 0.03, "{mean} {square}");
        assert_eq!(Rng::new(7).bits(), Rng::new(7).bits());
        let mut order: Vec<usize> = (0..50).collect();
        Rng::new(1).shuffle(&mut order);
        assert_ne!(order, (0..50).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }
}
