//! What a model sees of a reading.

/// One transmitter heard inside a building.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Who: the number of a `TransmitterKey`.
    pub key: u64,
    /// Received power, dBm.
    pub rssi_dbm: f32,
    /// How long before the scan it was heard, s.
    pub age_s: f32,
}

/// Numbers a reading is seen as. Source: the three of [`basis_of`].
pub(super) const BASIS: usize = 3;
/// Seconds after which a reading counts 1/e.
/// Source: measured on the indoor set, 3 to 8 s make no difference (docs/measured/venues.md).
const FRESH_S: f32 = 6.0;
/// Power that counts nothing, dBm. Source: the weakest a phone reports, about −95 dBm.
const FLOOR_DBM: f32 = -95.0;
/// Power above [`FLOOR_DBM`] that counts one, dB. Source: −50 dBm, a transmitter in the same room.
const SPAN_DB: f32 = 45.0;
/// Most a reading counts. Source: choice, −32 dBm.
const STRENGTH_MAX: f32 = 1.4;
/// What being heard at all counts. Source: measured as [`FRESH_S`].
const PRESENCE: f32 = 0.3;
/// Readings that count less than this are not looked at. Source: 18 s at [`FRESH_S`]; older ones cost time and say little.
const COUNT_MIN: f32 = 0.015;

/// What is left of a reading's weight after its age; `None` for one too old to count.
pub(super) fn freshness(age_s: f32) -> Option<f32> {
    let fresh = (-age_s.abs() / FRESH_S).exp();
    (PRESENCE * fresh >= COUNT_MIN).then_some(fresh)
}

/// How much a reading of this freshness counts as heard, as strong, and as very strong.
pub(super) fn basis_of(rssi_dbm: f32, fresh: f32) -> [f32; BASIS] {
    let strength = ((rssi_dbm - FLOOR_DBM) / SPAN_DB).clamp(0.0, STRENGTH_MAX);
    [PRESENCE * fresh, fresh * strength, fresh * strength * strength * strength]
}

/// Loudest readings whose mean tells how loud a phone hears. Source: measured, docs/measured/venues.md.
const LOUDEST: usize = 8;
/// That mean for a phone that hears as it should, dBm. Source: choice, the middle of the evaluation sets.
const LOUDEST_DBM: f32 = -60.0;
/// Share of the difference that is taken for the phone's own; the rest is the place's.
/// Source: measured, docs/measured/venues.md.
const OWN_SHARE: f32 = 0.7;
/// Freshness below which a reading does not tell how loud a phone hears. Source: choice, 7 s.
const LOUDEST_FRESH_MIN: f32 = 0.3;

/// The mean of a scan's loudest readings, (dBm, freshness) each; `None` when nothing fresh was heard.
pub(super) fn loudest_dbm(readings: impl Iterator<Item = (f32, f32)>) -> Option<f32> {
    let mut loudest = [f32::MIN; LOUDEST];
    let mut n = 0;
    for (rssi_dbm, _) in readings.filter(|(_, fresh)| *fresh > LOUDEST_FRESH_MIN) {
        if let Some(at) = loudest.iter().position(|kept| rssi_dbm > *kept) {
            loudest[at..].rotate_right(1);
            loudest[at] = rssi_dbm;
            n = LOUDEST.min(n + 1);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "eight at most")]
    let mean_dbm = loudest[..n].iter().sum::<f32>() / n.max(1) as f32;
    (n > 0).then_some(mean_dbm)
}

/// What to take off a scan's powers, (dBm, freshness) each, so that phones that hear louder sound alike, dB.
pub(super) fn reference_db(readings: impl Iterator<Item = (f32, f32)>) -> f32 {
    loudest_dbm(readings).map_or(0.0, |mean_dbm| OWN_SHARE * (mean_dbm - LOUDEST_DBM))
}

/// How much all readings together count: what their sum is divided by the root of.
pub(super) fn mass(bases: impl Iterator<Item = [f32; BASIS]>) -> f32 {
    1.0 + bases.map(|basis| PRESENCE.mul_add(basis[0], basis[1])).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(rssi_dbm: f32, age_s: f32) -> Option<[f32; BASIS]> {
        freshness(age_s).map(|fresh| basis_of(rssi_dbm, fresh))
    }

    #[test]
    fn most_of_what_a_phone_hears_louder_is_taken_off_by_its_eight_loudest() {
        let heard = |shift_db: f32| {
            let loud = [-90.0, -50.0, -60.0, -55.0, -65.0, -70.0, -62.0, -58.0, -60.0, -85.0];
            reference_db(loud.into_iter().map(move |dbm| (dbm + shift_db, 1.0)))
        };
        assert!(heard(0.0).abs() < 1e-4, "their mean is as it should be: {}", heard(0.0));
        assert!((heard(6.0) - 4.2).abs() < 1e-4);
        let with_old = [(-60.0, 1.0), (-20.0, 0.1)];
        assert!(reference_db(with_old.into_iter()).abs() < 1e-4, "old readings do not tell");
        assert!(reference_db(std::iter::empty()).abs() < 1e-9);
    }

    #[test]
    fn strong_and_fresh_readings_count_more() {
        let near = basis(-50.0, 0.0).unwrap();
        let far = basis(-80.0, 0.0).unwrap();
        let old = basis(-50.0, 6.0).unwrap();
        assert!(near[1] > far[1] && near[2] > far[2]);
        assert!((old[1] / near[1] - (-1.0_f32).exp()).abs() < 1e-3);
        assert_eq!(basis(-50.0, 19.0), None);
        assert_eq!(basis(0.0, 0.0), basis(-20.0, 0.0), "no power counts without limit");
    }
}
