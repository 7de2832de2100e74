//! How wide radii must be: measured on the map's own evidence, each piece located as if its voice had
//! never spoken.
//!
//! The look-ups follow `answer`'s (an unknown Wi-Fi network is stood in for by its siblings, a cell by how it
//! is heard), the rules are `signal`'s; the result is a function of the map alone.

use cairn_evidence::{Evidence, Heard, Voice};
use cairn_ground::{CellHearing, Geodesic, Region, TransmitterId};
use cairn_radiomap::{Belief, RadioMap};
use cairn_signal::calibration::{Calibration, Sample};
use cairn_signal::locate::{Known, locate};
use cairn_snapshot::CalibrationRow;
use std::thread;

/// Growth of the sample, in percent, from which a calibration is measured anew before the next base.
/// Source: choice; a young map's radii are soon its own, a full sample never grows again.
const GROWTH_PERCENT: usize = 25;

/// The H3 resolution of a spot: evidence within is from one place.
/// Source: H3 documentation, *Tables of Cell Statistics*: an edge is 29 m, some fixes' errors.
const SPOT_RESOLUTION: u8 = 11;

/// What is known of how wide radii must be, and on how much evidence that was measured.
#[derive(Debug, Clone, Default)]
pub(super) struct Calibrated {
    /// What the meta of a snapshot says of it.
    pub(super) rows: Vec<CalibrationRow>,
    n_samples: usize,
}

impl Calibrated {
    /// Measured on the map's sample as it is.
    pub(super) fn on(map: &RadioMap, n_threads: usize) -> Self {
        Self { rows: calibration(map, n_threads), n_samples: map.n_calibration_samples() }
    }

    /// As read from a base of this map.
    pub(super) fn read(rows: Vec<CalibrationRow>, map: &RadioMap) -> Self {
        Self { rows, n_samples: map.n_calibration_samples() }
    }

    /// True when the map's sample has grown much since.
    pub(super) fn is_outgrown(&self, map: &RadioMap) -> bool {
        100 * map.n_calibration_samples() > (100 + GROWTH_PERCENT) * self.n_samples
    }
}

/// The factors of every class of answers.
fn calibration(map: &RadioMap, n_threads: usize) -> Vec<CalibrationRow> {
    let fitted = Calibration::fit(&samples(map, n_threads));
    let rows = fitted.to_rows().into_iter();
    rows.map(|row| CalibrationRow {
        class: row.number,
        n_samples: row.n,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "numbers of one to four digits, to seven"
        )]
        multipliers: row.values.map(|value| value as f32),
    })
    .collect()
}

/// Held-out answers in the map's own order, whatever the number of threads.
fn samples(map: &RadioMap, n_threads: usize) -> Vec<Sample> {
    let evidence: Vec<&Evidence> = map.calibration_samples().collect();
    let per_thread = evidence.len().div_ceil(n_threads.max(1)).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = evidence
            .chunks(per_thread)
            .map(|part| {
                let measure = move || part.iter().filter_map(|it| sample(map, it)).collect();
                scope.spawn(measure)
            })
            .collect();
        let joined = parts.into_iter().map(|part| -> Vec<Sample> {
            part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.flatten().collect()
    })
}

/// One piece of evidence located without its voice; `None` when that gives no answer.
fn sample(map: &RadioMap, evidence: &Evidence) -> Option<Sample> {
    let known: Vec<Known> =
        evidence.heard.iter().flat_map(|heard| known(map, heard, evidence.voice)).collect();
    let located = locate(&known).ok()?;
    Some(Sample {
        class: located.class,
        error_m: Geodesic.distance_m(located.place, evidence.place),
        sigma_m: located.covariance.sigma_m(),
        residual_db: located.residual_db,
        fix_sigma_m: f64::from(evidence.fix_sigma_m.unwrap_or(0.0)),
        voice: evidence.voice.0,
        spot: Region::of(evidence.place, SPOT_RESOLUTION).map_or(0, Region::number),
    })
}

/// What the map would know of one transmitter heard, had `voice` never spoken.
fn known(map: &RadioMap, heard: &Heard, voice: Voice) -> Vec<Known> {
    let of = |id: TransmitterId| map.belief_without(id, voice).map(|it| join(heard, &it));
    if let TransmitterId::Cell(cell) = heard.transmitter {
        let hearing = CellHearing::of(heard.rssi_dbm.map(f64::from), heard.timing_advance);
        let belief = map.heard_without(cell, hearing, voice);
        return belief.map(|it| join(heard, &it)).into_iter().collect();
    }
    match (of(heard.transmitter), heard.transmitter) {
        (Some(known), _) => vec![known],
        (None, TransmitterId::Wifi(bssid)) => {
            bssid.siblings().filter_map(|sibling| of(TransmitterId::Wifi(sibling))).collect()
        }
        (None, _) => Vec::new(),
    }
}

/// What is heard, with what is believed of it.
fn join(heard: &Heard, belief: &Belief) -> Known {
    Known {
        kind: belief.id.kind(),
        device: heard.transmitter.box_number(),
        place: belief.place,
        covariance: belief.covariance,
        reach_m: belief.reach_m,
        reference_dbm: belief.reference_dbm.map(f64::from),
        mobility: belief.mobility,
        last_day: belief.last_day,
        floor: belief.floor,
        rssi_dbm: heard.rssi_dbm.map(f64::from),
        age_ms: i32::from(heard.gap_ms),
        range: None,
    }
}

#[cfg(test)]
#[path = "calibrate_tests.rs"]
mod tests;
