//! The one source of chance: xoshiro256++, seeded through splitmix64.

/// A seeded generator; the same seed and stream give the same numbers for ever.
///
/// # Source
/// D. Blackman and S. Vigna, *Scrambled linear pseudorandom number generators*, 2021 (xoshiro256++);
/// G. Steele, D. Lea and C. Flood, *Fast splittable pseudorandom number generators*, 2014 (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Rng {
    state: [u64; 4],
    spare_gauss: Option<f64>,
}

/// The finalizer of splitmix64: an avalanche over 64 bits.
pub(crate) const fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// One number from two, order mattering.
pub(crate) const fn mix2(a: u64, b: u64) -> u64 {
    mix(mix(a.wrapping_add(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(b)
        .wrapping_mul(0xd6e8_feb8_6659_fd93))
}

impl Rng {
    /// The generator of one seed and one stream within it.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut x = mix2(seed, stream);
        let state = [(); 4].map(|()| {
            x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
            mix(x)
        });
        Self { state, spare_gauss: None }
    }

    /// 64 random bits.
    pub(crate) const fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..n; 0 when `n` is 0. The bias of the multiplication is below n / 2⁶⁴.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A standard normal number, by Marsaglia's polar method.
    pub(crate) fn gauss(&mut self) -> f64 {
        if let Some(spare) = self.spare_gauss.take() {
            return spare;
        }
        loop {
            let (u, v) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                let scale = (-2.0 * s.ln() / s).sqrt();
                self.spare_gauss = Some(v * scale);
                return u * scale;
            }
        }
    }

    /// exp(sigma · normal): a factor around 1.
    pub(crate) fn factor(&mut self, sigma: f64) -> f64 {
        (sigma * self.gauss()).exp()
    }

    /// One of the choices; `None` when there is none.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    /// The index of a weight, chosen in proportion to it.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Puts the items in random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_agree_and_streams_differ() {
        let draw = |seed, stream| Rng::new(seed, stream).bits();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 1));
    }

    #[test]
    fn gauss_has_mean_zero_and_variance_one() {
        let mut rng = Rng::new(7, 0);
        let n = 100_000;
        let draws: Vec<f64> = (0..n).map(|_| rng.gauss()).collect();
        let mean = draws.iter().sum::<f64>() / f64::from(n);
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
    }

    #[test]
    fn below_stays_below_and_weights_hold() {
        let mut rng = Rng::new(9, 0);
        assert!((0..1_000).all(|_| rng.below(7) < 7));
        let ones = (0..10_000).filter(|_| rng.weighted(&[1.0, 3.0]) == 1).count();
        assert!((7_200..7_800).contains(&ones), "{ones}");
    }
}
