//! How sure we are of where the phone was when it heard something.

use crate::Height;
use crate::limits::{
    FIX_SIGMA_ASSUMED_M, FIX_SIGMA_MIN_M, HEIGHT_SIGMA_ASSUMED_M, HEIGHT_SIGMA_MIN_M,
    SPEED_ASSUMED_M_S, TABLE_R68_ASSUMED_M,
};
use cairn_ground::Confidence;
use cairn_report::{Fix, FixSource, Observation};

/// Milliseconds between a reading and its fix, whichever came first; at most what 16 bits hold.
pub(crate) fn gap_ms(fix: &Fix, observation: &Observation) -> u16 {
    u16::try_from(observation.age.get().abs_diff(fix.age.get())).unwrap_or(u16::MAX)
}

/// Seconds between a reading and its fix, whichever came first.
pub(crate) fn gap_s(fix: &Fix, observation: &Observation) -> f64 {
    f64::from(observation.age.get().abs_diff(fix.age.get())) / 1_000.0
}

/// Metres the phone may have gone between a reading and its fix.
pub(crate) fn gap_m(fix: &Fix, observation: &Observation) -> f64 {
    f64::from(fix.speed_m_s.unwrap_or(SPEED_ASSUMED_M_S)) * gap_s(fix, observation)
}

/// Standard deviation per axis the fix claims, in metres; `None` when it claims none.
pub(crate) fn claimed_sigma_m(fix: &Fix) -> Option<f32> {
    fix.r68.map(|r68| narrow(sigma_from_r68_m(r68.get())))
}

/// The height stated, with the σ claimed for it (68 % of a normal lie within one) or the assumed one.
pub(crate) fn height(fix: &Fix) -> Option<Height> {
    let sigma_m = fix.height_r68_m.map_or(HEIGHT_SIGMA_ASSUMED_M, |m| m.max(HEIGHT_SIGMA_MIN_M));
    fix.height_hae_m.map(|stated_m| Height { stated_m, sigma_m })
}

/// Standard deviation per axis of a fix: claimed, or assumed of its source.
pub(crate) fn fix_sigma_m(fix: &Fix) -> f64 {
    match (fix.r68, fix.source) {
        (Some(r68), _) => sigma_from_r68_m(r68.get()),
        (None, FixSource::Survey) => FIX_SIGMA_MIN_M,
        (None, FixSource::Table) => sigma_from_r68_m(TABLE_R68_ASSUMED_M),
        (None, _) => FIX_SIGMA_ASSUMED_M,
    }
}

/// Per-axis σ of a circular normal whose 68 % radius is `r68_m`: R68 = 1.51 σ (Rayleigh).
fn sigma_from_r68_m(r68_m: f64) -> f64 {
    (r68_m / Confidence::P68.rayleigh()).max(FIX_SIGMA_MIN_M)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "metres below 10⁶ keep a millimetre to a metre"
)]
pub(crate) const fn narrow(sigma_m: f64) -> f32 {
    sigma_m as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Whereabouts;
    use cairn_ground::{AgeMs, Bssid, LatLng, Meters, TransmitterId};

    fn fix(r68_m: Option<f64>, source: FixSource) -> Fix {
        let r68 = r68_m.map(|m| Meters::new(m).unwrap());
        Fix { r68, source, ..Fix::at(LatLng::new(1.0, 2.0).unwrap()) }
    }

    fn heard(age_ms: i64) -> Observation {
        let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0001));
        Observation { age: AgeMs::new(age_ms).unwrap(), ..Observation::of(id) }
    }

    fn reading_sigma_m(fix: &Fix, observation: &Observation) -> f32 {
        narrow(Whereabouts::about(fix, observation).sigma_m)
    }

    #[test]
    fn a_claim_is_a_68_percent_radius_and_no_claim_stays_unclaimed() {
        let claimed = claimed_sigma_m(&fix(Some(15.1), FixSource::Gnss)).unwrap();
        assert!((claimed - 10.0).abs() < 0.01, "{claimed}");
        assert_eq!(claimed_sigma_m(&fix(None, FixSource::Gnss)), None);
        let near = |source, want: f32| {
            let got = reading_sigma_m(&fix(None, source), &heard(0));
            assert!((got - want).abs() < 0.5, "{source:?}: {got}");
        };
        near(FixSource::Gnss, 10.0);
        near(FixSource::Survey, 1.0);
        near(FixSource::Table, 662.4);
        let zero = reading_sigma_m(&fix(Some(0.0), FixSource::Gnss), &heard(0));
        assert!((zero - 1.0).abs() < 1e-6, "nobody is surer than a survey");
    }

    #[test]
    fn a_height_comes_with_its_claim_or_an_assumed_one() {
        let mut one = fix(Some(5.0), FixSource::Gnss);
        assert_eq!(height(&one), None);
        one.height_hae_m = Some(44.5);
        let assumed = Height { stated_m: 44.5, sigma_m: HEIGHT_SIGMA_ASSUMED_M };
        assert_eq!(height(&one), Some(assumed));
        one.height_r68_m = Some(3.5);
        assert_eq!(height(&one), Some(Height { sigma_m: 3.5, ..assumed }));
        one.height_r68_m = Some(0.1);
        assert_eq!(height(&one), Some(Height { sigma_m: HEIGHT_SIGMA_MIN_M, ..assumed }));
    }

    #[test]
    fn a_gap_widens_by_the_way_the_phone_may_have_gone() {
        let mut moving = fix(Some(15.1), FixSource::Gnss);
        assert!((reading_sigma_m(&moving, &heard(10_000)) - 17.2).abs() < 0.05, "walking 14 m");
        moving.speed_m_s = Some(5.0);
        assert!((reading_sigma_m(&moving, &heard(-10_000)) - 50.99).abs() < 0.05, "riding 50 m");
        moving.age = AgeMs::new(-10_000).unwrap();
        assert!((reading_sigma_m(&moving, &heard(-10_000)) - 10.0).abs() < 0.05, "no gap");
    }
}
