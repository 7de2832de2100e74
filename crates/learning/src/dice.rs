//! Chance that is the same every time: numbers from a seed.

/// A generator that begins with a seed.
///
/// # Source
/// Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014 (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Dice(u64);

/// The step of the generator. Source: as [`Dice`], the golden ratio's 64 bits.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Dice {
    /// A generator.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scramble(self.0)
    }

    /// A number from 0 up to 1.
    pub fn unit(&mut self) -> f64 {
        unit(self.bits())
    }

    /// A number from 0 up to `n`, which is more than 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A number of the normal distribution, by the sum of twelve.
    pub fn gauss(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// Puts things into an order of chance.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

/// 64 bits as a number from 0 up to 1.
pub fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// One number of two.
pub const fn mix(a: u64, b: u64) -> u64 {
    scramble(scramble(a.wrapping_add(STEP)) ^ b.wrapping_mul(STEP))
}

const fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // The first outputs of SplitMix64 for seed 1234567.
        let mut dice = Dice::new(1_234_567);
        let bits: Vec<u64> = (0..3).map(|_| dice.bits()).collect();
        assert_eq!(
            bits,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn numbers_below_and_units_stay_in_their_range() {
        let mut dice = Dice::new(1);
        assert!((0..1_000).all(|_| dice.below(7) < 7 && (0.0..1.0).contains(&dice.unit())));
    }
}
