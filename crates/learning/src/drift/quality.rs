//! What is wrong with rows that are answered all the same: counted, never kept.

/// Rows of a region, and what they lacked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quality {
    /// Rows.
    pub n_rows: u64,
    /// Without any power.
    pub n_powerless: u64,
    /// Of which nothing is fresh.
    pub n_stale: u64,
    /// Of which the map knows less than half.
    pub n_unknown: u64,
    /// With a number that is impossible: a power outside −150 to 0 dBm, or an infinity.
    pub n_impossible: u64,
}

impl Quality {
    /// The defects by name, in the order of [`Quality::counts`].
    pub const NAMES: [&'static str; 4] = ["powerless", "stale", "unknown", "impossible"];

    /// Counts a row of `radius` by its catalog.
    pub fn add(&mut self, row: &[f32]) {
        let of = |name: &str| {
            let at = crate::feature::radius::FEATURES.iter().position(|it| it.name == name);
            at.and_then(|at| row.get(at)).copied().unwrap_or(f32::NAN)
        };
        let power = of("strongest_dbm");
        self.n_rows += 1;
        self.n_powerless += u64::from(power.is_nan());
        self.n_stale += u64::from(of("fresh_share") <= 0.0);
        self.n_unknown += u64::from(of("known_share") < 0.5);
        let is_impossible = !power.is_nan() && !(-150.0..=0.0).contains(&power);
        self.n_impossible += u64::from(is_impossible || row.iter().any(|it| it.is_infinite()));
    }

    /// Counts all that another counted.
    pub const fn merge(&mut self, other: &Self) {
        self.n_rows += other.n_rows;
        self.n_powerless += other.n_powerless;
        self.n_stale += other.n_stale;
        self.n_unknown += other.n_unknown;
        self.n_impossible += other.n_impossible;
    }

    /// How many rows had each defect.
    pub const fn counts(&self) -> [u64; 4] {
        [self.n_powerless, self.n_stale, self.n_unknown, self.n_impossible]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::radius::FEATURES;

    fn row(changes: &[(&str, f32)]) -> Vec<f32> {
        let usual = [("strongest_dbm", -60.0), ("fresh_share", 1.0), ("known_share", 0.9)];
        let value = |name: &str| {
            let found = changes.iter().chain(&usual).find(|it| it.0 == name);
            found.map_or(1.0, |it| it.1)
        };
        FEATURES.iter().map(|feature| value(feature.name)).collect()
    }

    #[test]
    fn each_defect_is_counted_by_itself_and_parts_merge() {
        let mut all = Quality::default();
        let mut parts = Quality::default();
        for changes in [
            &[][..],
            &[("strongest_dbm", f32::NAN)],
            &[("fresh_share", 0.0)],
            &[("known_share", 0.2)],
            &[("strongest_dbm", 12.0)],
            &[("log_r95", f32::INFINITY)],
        ] {
            let mut one = Quality::default();
            one.add(&row(changes));
            all.add(&row(changes));
            parts.merge(&one);
        }
        assert_eq!(all, parts);
        assert_eq!((all.n_rows, all.counts()), (6, [1, 1, 1, 2]));
    }
}
