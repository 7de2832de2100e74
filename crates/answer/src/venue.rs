//! The answer of a building's model, where the scan is inside one.

use crate::Heard;
use crate::floors::Floors;
use crate::outcome::{Found, Method};
use cairn_ground::{Block, Confidence, Mobility, Radii, TransmitterId};
use cairn_signal::locate::{DEVICES_MIN, Known, WALK_M_S};
use cairn_signal::venue::{Model, Reading};
use cairn_snapshot::SnapshotSet;
use std::collections::BTreeSet;

/// Known transmitters, the strongest, whose buildings are considered. Source: choice; foreign ones in a
/// scan must not name the only candidate.
const ASKED_MAX: usize = 32;
/// Buildings considered. Source: choice, bounds the work.
const CANDIDATES_MAX: usize = 3;
/// Share of what the best one knows from which a building is its rival. Source: of a scan three tenths of which are from
/// elsewhere, half of these from one building, that one knows a fifth as much as the right one (docs/measured/venues.md).
const RIVAL_SHARE: f32 = 0.33;
/// Readings of transmitters a model must know before it answers. Source: as many as a fingerprint has.
const KNOWN_MIN: usize = 4;
/// Share of what is heard, by strength and freshness, that a model must know.
/// Source: half of a scan may be foreign before its building is in doubt (evaluation study §1.3).
const SHARE_MIN: f64 = 0.4;
/// Age of the freshest reading of a scan that is not late, s. Source: a scan of all channels takes 2 to 4 s on phones.
const SCAN_S: f32 = 2.0;

/// What a building's model says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Indoors {
    pub(crate) found: Found,
    /// Whether the scan is fainter than all that the model was tried on: it may be from outside of the walls.
    pub(crate) is_fainter: bool,
}

/// Locates inside the building that knows most of what is heard; `None` outside.
///
/// Two boxes at least that the model knows are heard (A3).
pub(crate) fn locate(map: &SnapshotSet, heard: &[Heard], known: &[Known]) -> Option<Indoors> {
    if !map.has_venues() {
        return None;
    }
    let mut readings: Vec<(TransmitterId, Reading)> = heard.iter().filter_map(reading).collect();
    let late_s = late_s(&mut readings);
    let model = building(map, known, &readings)?;
    let boxes: BTreeSet<u64> = readings
        .iter()
        .filter(|(_, reading)| model.knows(reading.key))
        .map(|(transmitter, _)| transmitter.box_number())
        .collect();
    if boxes.len() < DEVICES_MIN {
        return None;
    }
    let readings: Vec<Reading> = readings.into_iter().map(|(_, reading)| reading).collect();
    let inside = model.locate(&readings)?;
    let is_inside = inside.n_known >= KNOWN_MIN && inside.share_known >= SHARE_MIN;
    let found = || Found {
        place: inside.place,
        radii: walked(&inside.radii, late_s),
        extrapolated: inside.extrapolated,
        floors: Floors::of(inside.floors),
        height: None,
        method: Method::Venue,
        n_known: u16::try_from(known.len()).unwrap_or(u16::MAX),
        n_used: u16::try_from(inside.n_known).unwrap_or(u16::MAX),
    };
    is_inside.then(|| Indoors { found: found(), is_fainter: inside.is_fainter })
}

/// How late a whole scan comes, s, beyond what a scan takes; its readings are taken for so much younger: they are of one
/// place, but of the one where the phone was then.
fn late_s(readings: &mut [(TransmitterId, Reading)]) -> f32 {
    let ages = readings.iter().map(|(_, reading)| reading.age_s.abs());
    let late_s = ages.fold(f32::MAX, f32::min) - SCAN_S;
    if readings.is_empty() || late_s <= 0.0 {
        return 0.0;
    }
    for (_, reading) in &mut *readings {
        reading.age_s = reading.age_s.abs() - late_s;
    }
    late_s
}

/// Radii of a phone that may have walked on for so long.
fn walked(radii: &Radii, late_s: f32) -> Radii {
    let moved_m = WALK_M_S * f64::from(late_s);
    Radii::rising(Confidence::ALL.map(|level| radii.at_m(level).hypot(moved_m)))
}

/// The building that knows most of a scan, among those the strongest known transmitters stand in; of rivals the one whose
/// radius, for what it knows, is smaller: what is heard there is heard at one place of it, what is foreign all over it.
fn building<'a>(
    map: &'a SnapshotSet,
    known: &[Known],
    readings: &[(TransmitterId, Reading)],
) -> Option<Model<'a>> {
    let fixed = known.iter().filter(|k| !k.kind.is_cell() && k.mobility != Mobility::Moving);
    let mut models: Vec<&[u8]> = Vec::new();
    for model in fixed.take(ASKED_MAX).filter_map(|k| map.venue_at(Block::of(k.place))) {
        let is_new = models.iter().all(|seen| seen.as_ptr() != model.as_ptr());
        if is_new && models.len() < CANDIDATES_MAX {
            models.push(model);
        }
    }
    if let [only] = models[..] {
        return Model::read(only);
    }
    let readings: Vec<Reading> = readings.iter().map(|(_, reading)| *reading).collect();
    let models = models.into_iter().filter_map(Model::read);
    let mut rivals: Vec<(f32, Model<'a>)> =
        models.map(|model| (model.share_known(&readings), model)).collect();
    let most = rivals.iter().map(|(share, _)| *share).fold(0.0, f32::max);
    rivals.retain(|(share, _)| *share >= RIVAL_SHARE * most);
    if let [(_, only)] = rivals[..] {
        return Some(only);
    }
    let sure = |(share, model): (f32, Model<'a>)| {
        let r68_m = model.locate(&readings)?.radii.at_m(Confidence::P68);
        Some((f64::from(share) / r68_m, model))
    };
    let surest = rivals.into_iter().filter_map(sure).max_by(|a, b| a.0.total_cmp(&b.0));
    surest.map(|(_, model)| model)
}

/// A reading as a model takes it.
fn reading(heard: &Heard) -> Option<(TransmitterId, Reading)> {
    let rssi_dbm = heard.rssi_dbm.filter(|_| !heard.transmitter.kind().is_cell())?;
    #[expect(clippy::cast_precision_loss, reason = "ages of seconds")]
    let age_s = heard.age_ms as f32 / 1_000.0;
    let key = heard.transmitter.key().get();
    Some((heard.transmitter, Reading { key, rssi_dbm, age_s }))
}

#[cfg(test)]
#[path = "venue_tests.rs"]
mod tests;
