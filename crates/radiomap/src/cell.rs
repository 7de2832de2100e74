//! What the map believes about the phones that hear a cell in one way, and about the cells of one site.
//!
//! A hearing's belief is where phones were that heard the cell at such a power and timing advance; it is a
//! function of the cell's votes. A site stands in for a cell of it that nobody has reported.

use crate::belief::{self, Belief};
use crate::count::{self, Counted};
use crate::estimator;
use crate::limits::HEARINGS_PER_CELL_MAX;
use crate::map::RadioMap;
use crate::poll::Poll;
use crate::settings::Settings;
use cairn_evidence::Voice;
use cairn_ground::{CellHearing, CellId, Confidence, LocalFrame, Mobility, SiteId, TransmitterId};
use cairn_signal::area::AreaCell;
use cairn_signal::cell::{CellVote, Coverage, HeardAs, coverage, site};
use std::collections::BTreeMap;

/// What is believed about the phones that hear a cell in one way: the cell's belief, but for the place,
/// its covariance and the reach, which are those of the phones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeardBelief {
    /// How the cell is heard.
    pub hearing: CellHearing,
    /// What is believed then.
    pub belief: Belief,
}

impl RadioMap {
    /// The beliefs about all ways a cell was heard in, in the order of the ways; none of a moving cell.
    ///
    /// # Cost
    /// A pass over the votes for each of at most [`HEARINGS_PER_CELL_MAX`].
    pub fn hearings(&self, cell: CellId) -> Vec<HeardBelief> {
        let id = TransmitterId::Cell(cell);
        self.poll(id).map_or_else(Vec::new, |poll| hearings(id, &poll, self.settings))
    }

    /// What is believed about a cell heard so, had `voice` never spoken: of the ways it was heard in, the
    /// most exact that fits, else the cell itself; `None` as for [`RadioMap::belief_without`].
    pub fn heard_without(&self, cell: CellId, as_now: CellHearing, voice: Voice) -> Option<Belief> {
        let id = TransmitterId::Cell(cell);
        let poll = self.poll(id)?;
        let plain = belief::of(id, &poll, self.settings, Some(voice))?;
        if plain.mobility == Mobility::Moving {
            return Some(plain);
        }
        let tally = count::tally(id.kind(), &poll, Some(voice));
        let known = chosen(&tally.counted);
        let fits = as_now.and_wider().find(|hearing| known.binary_search(hearing).is_ok());
        let heard = fits.and_then(|hearing| Votes::of(&tally.counted)?.belief(&plain, hearing));
        Some(heard.unwrap_or(plain))
    }

    /// What is believed about the site a cell stands at; `None` when no cell of it serves.
    pub fn site(&self, id: SiteId) -> Option<Belief> {
        let range =
            TransmitterId::Cell(*id.cells().start())..=TransmitterId::Cell(*id.cells().end());
        let mut cells: Vec<Belief> = self
            .shards
            .iter()
            .flat_map(|shard| shard.polls.range(range.clone()))
            .filter_map(|(id, _)| self.belief(*id))
            .collect();
        cells.sort_unstable_by_key(|cell| cell.id);
        of_site(&cells)
    }
}

/// The sites of all cells among `beliefs`, which must be in the order of their transmitters, as
/// [`RadioMap::beliefs`] gives them; in the order of the sites. Equal to [`RadioMap::site`] of each.
pub fn sites_of(beliefs: &[Belief]) -> Vec<(SiteId, Belief)> {
    let cells: Vec<Belief> =
        beliefs.iter().copied().filter(|belief| site_id(belief).is_some()).collect();
    cells
        .chunk_by(|a, b| site_id(a) == site_id(b))
        .filter_map(|chunk| Some((site_id(&chunk[0])?, of_site(chunk)?)))
        .collect()
}

fn site_id(belief: &Belief) -> Option<SiteId> {
    match belief.id {
        TransmitterId::Cell(cell) => Some(SiteId::of(cell)),
        TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
    }
}

/// The site of these cells, as a belief in the name of its first.
fn of_site(cells: &[Belief]) -> Option<Belief> {
    together(cells, site)
}

/// What cells say together, as a belief in the name of the first that counts: of those that stay, the confirmed ones.
pub(crate) fn together(
    cells: &[Belief],
    covered: impl Fn(&[AreaCell]) -> Option<Coverage>,
) -> Option<Belief> {
    let serving = cells.iter().filter(|cell| cell.mobility != Mobility::Moving).collect();
    let serving: Vec<&Belief> = belief::confirmed(serving);
    let first = serving.first()?;
    let frame = LocalFrame::at(first.place);
    let points: Vec<AreaCell> = serving
        .iter()
        .map(|cell| AreaCell {
            at: frame.enu_from_latlng(cell.place),
            sigma_m: cell.covariance.sigma_m(),
            reach_m: cell.reach_m,
        })
        .collect();
    let found = with(first, &frame, covered(&points)?);
    let is_sure = serving.iter().any(|cell| cell.mobility == Mobility::Fixed);
    Some(Belief {
        first_day: serving.iter().map(|cell| cell.first_day).min()?,
        last_day: serving.iter().map(|cell| cell.last_day).max()?,
        voices: serving.iter().map(|cell| cell.voices).max()?,
        observations: serving.iter().fold(0, |sum, cell| sum.saturating_add(cell.observations)),
        mobility: if is_sure { Mobility::Fixed } else { Mobility::Unsure },
        floor: None,
        ..found
    })
}

/// A belief whose place is that of phones.
fn with(of: &Belief, frame: &LocalFrame, coverage: Coverage) -> Belief {
    Belief {
        place: frame.latlng_from_enu(coverage.at),
        covariance: coverage.covariance,
        reach_m: coverage.covariance.sigma_m() * Confidence::P95.rayleigh(),
        reference_dbm: None,
        ..*of
    }
}

/// All hearings of a poll.
pub(crate) fn hearings(id: TransmitterId, poll: &Poll, settings: Settings) -> Vec<HeardBelief> {
    if !id.kind().is_cell() {
        return Vec::new();
    }
    let Some(plain) = belief::of(id, poll, settings, None) else { return Vec::new() };
    if plain.mobility == Mobility::Moving {
        return Vec::new();
    }
    let tally = count::tally(id.kind(), poll, None);
    let Some(votes) = Votes::of(&tally.counted) else { return Vec::new() };
    let believed =
        |hearing| votes.belief(&plain, hearing).map(|belief| HeardBelief { hearing, belief });
    chosen(&tally.counted).into_iter().filter_map(believed).collect()
}

/// The hearings kept of these votes, rising: those of most votes.
fn chosen(counted: &[Counted]) -> Vec<CellHearing> {
    let mut n_votes: BTreeMap<CellHearing, u32> = BTreeMap::new();
    for one in counted {
        let power_dbm = one.vote.rssi_dbm().map(f64::from);
        for hearing in CellHearing::of(power_dbm, one.vote.timing_advance()).and_wider() {
            *n_votes.entry(hearing).or_default() += 1;
        }
    }
    let mut ranked: Vec<_> = n_votes.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(HEARINGS_PER_CELL_MAX);
    let mut chosen: Vec<_> = ranked.into_iter().map(|(hearing, _)| hearing).collect();
    chosen.sort_unstable();
    chosen
}

/// A cell's votes in one frame.
struct Votes {
    frame: LocalFrame,
    votes: Vec<CellVote>,
}

impl Votes {
    fn of(counted: &[Counted]) -> Option<Self> {
        let (frame, points) = estimator::points(counted)?;
        let advance = |one: &Counted| one.vote.timing_advance().map(f64::from);
        let votes = points.into_iter().zip(counted);
        let votes =
            votes.map(|(point, one)| CellVote { point, timing_advance: advance(one) }).collect();
        Some(Self { frame, votes })
    }

    fn belief(&self, plain: &Belief, hearing: CellHearing) -> Option<Belief> {
        let heard = HeardAs {
            power_dbm: hearing.power_dbm(),
            timing_advance: hearing.timing_advance().map(f64::from),
        };
        Some(with(plain, &self.frame, coverage(&self.votes, heard)?))
    }
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod tests;
