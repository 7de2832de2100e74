//! What the map believes about one transmitter.

use crate::count::{self, Counted, Tally};
use crate::poll::Poll;
use crate::settings::Settings;
use crate::{estimator, floor};
use cairn_evidence::Voice;
use cairn_ground::{Covariance, Day, Floor, LatLng, Mobility, TransmitterId};
use std::borrow::{Borrow, Cow};

/// The belief about one transmitter: where it stands, how far it is heard, and on what that rests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    /// Who.
    pub id: TransmitterId,
    /// Where it is believed to stand.
    pub place: LatLng,
    /// How sure that is, m², axes east and north.
    pub covariance: Covariance,
    /// Distance within which it is heard, m.
    pub reach_m: f64,
    /// Power received at 1 m, dBm, when votes state a power.
    pub reference_dbm: Option<f32>,
    /// Whether it stays where it is.
    pub mobility: Mobility,
    /// First day it was heard.
    pub first_day: Day,
    /// Last day it was heard.
    pub last_day: Day,
    /// Distinct voices that heard it; an estimate (±21 %) from [`crate::limits::voices_max`] on.
    pub voices: u32,
    /// Distinct observations of it; an estimate once a voice or the poll is full.
    pub observations: u32,
    /// The level it is heard best on, when votes state levels.
    pub floor: Option<Floor>,
}

/// The belief a poll supports, with one voice left out when asked to; `None` when too few voices
/// remain or the votes give no estimate.
pub(crate) fn of(
    id: TransmitterId,
    poll: &Poll,
    settings: Settings,
    without: Option<Voice>,
) -> Option<Belief> {
    let tally = count::tally(id.kind(), poll, without);
    if tally.voices < settings.voices_min {
        return None;
    }
    let (frame, estimate) = estimator::of(id.kind(), &tally)?;
    #[expect(clippy::cast_possible_truncation, reason = "a power in dBm, to a thousandth")]
    let reference_dbm = estimate.reference_dbm.map(|dbm| dbm as f32);
    Some(Belief {
        id,
        place: frame.latlng_from_enu(estimate.at),
        covariance: estimate.covariance,
        reach_m: estimate.reach_m,
        reference_dbm,
        mobility: estimate.mobility,
        first_day: poll.first_day,
        last_day: poll.last_day,
        voices: tally.voices,
        observations: tally.observations,
        floor: floor::of(&spoken(&tally, estimate.since)),
    })
}

/// The votes of where it stands now: all that count, or those since it was moved there.
fn spoken(tally: &Tally, since: Option<Day>) -> Cow<'_, [Counted]> {
    let Some(since) = since else { return Cow::Borrowed(&tally.counted) };
    let votes = tally.counted.iter().chain(&tally.late);
    Cow::Owned(votes.filter(|one| one.vote.day() >= since).copied().collect())
}

/// Voices that make a cell known well enough that one voice's word on others of its kind is not asked beside it.
/// Source: choice, as `VOICES_TO_CONFIRM` of `signal::mobility`: a second person or a second day.
pub(crate) const VOICES_CONFIRMED: u32 = 2;

/// Of cells that speak for a site, a sector, an area or a unit: those that several voices named, else all. Anybody can
/// invent a cell, and nothing else would tell it from the others.
pub(crate) fn confirmed<B: Borrow<Belief>>(mut cells: Vec<B>) -> Vec<B> {
    let is_confirmed = |cell: &B| cell.borrow().voices >= VOICES_CONFIRMED;
    if cells.iter().any(is_confirmed) {
        cells.retain(is_confirmed);
    }
    cells
}
