//! Where phones are that hear a cell in one way: at this power, at this timing advance.
//!
//! A cell's phones stand in a sector of streets, not in a disc about a mast that hardly anybody has seen,
//! so the place of a phone is learned from where phones were that heard the cell alike.

use crate::area::AreaCell;
use crate::robust;
use crate::transmitter::VotePoint;
use cairn_ground::{Confidence, Covariance, Enu};

/// A vote for a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellVote {
    /// Where, how strong, in whose voice.
    pub point: VotePoint,
    /// Timing advance in the radio's steps, when stated.
    pub timing_advance: Option<f64>,
}

/// What a phone hears of a cell; what is `None` does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HeardAs {
    /// Received power, dBm.
    pub power_dbm: Option<f64>,
    /// Timing advance in the radio's steps.
    pub timing_advance: Option<f64>,
}

/// Where phones are that hear a cell so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// Their middle.
    pub at: Enu,
    /// How they scatter about it, m².
    pub covariance: Covariance,
}

/// Spread of the power that one place is heard at, dB.
/// Source: five folds of the Ottawa walks, median error 93 m with 4, 98 with 5, 100 with 6 dB; shadowing of
/// 4–8 dB (3GPP TR 38.901 table 7.4.1-1).
const POWER_SPREAD_DB: f64 = 4.0;
/// Spread of the timing advance at one place, in steps. Source: the same, 93 m with 0.5, 97 m with 0.6.
const ADVANCE_SPREAD: f64 = 0.5;
/// Likelihood of what a vote does not state. Source: between a vote that agrees and one that does not.
const UNSTATED: f64 = 0.3;
/// Share of its weight that a vote keeps however else it was heard: what shrinks a hearing with few
/// votes to the whole cell. Source: the same, 93 m with 0.01, 94 m with 0.02; 4 and 6 m more with 0.05 and 0.1.
const WHOLE_SHARE: f64 = 0.01;
/// How far apart phones stand that make one crowd, m: about it the place of a cell's phones is looked for.
/// Source: five folds of the Ottawa walks and the Cork drives, docs/measured/accuracy.md.
const CROWD_M: f64 = 100.0;
/// Scatter per axis of a cell's phones about a place that one voice knows, m, and the voices' worth of it.
/// Source: leave one session out on the Ottawa walks and the Cork drives: with both, error over σ has the
/// same quantiles for one voice as for eight, within a factor of two.
const SCATTER_M: f64 = 1_000.0;
const SCATTER_VOICES: f64 = 0.5;
/// Least scatter per axis, m. Source: a street's width and the fix's own error.
const SCATTER_MIN_M: f64 = 20.0;
/// Votes farther from the plain middle than this many times the distance of nineteen in twenty do not
/// count: who states a rare power from afar must not own it. Source: choice, as `REACH_SLACK` of answers.
const FAR_SLACK: f64 = 1.4;

/// Where phones are that hear an unreported cell, about the reported ones of its area with its unit, m per axis, beside
/// how far these are heard. Source: of such a cell they are a median 0.3 km off on the Ottawa walks, and 1.0 km at
/// most, of 165: 400 holds all inside r95, 350 of them 94.5 % (docs/measured/accuracy.md).
const SECTOR_SCATTER_M: f64 = 400.0;
/// How far from their middle cells of one unit in an area may be and still be one sector's, m.
/// Source: choice, a macro cell's reach; networks use a unit again some km off.
const SECTOR_WITHIN_M: f64 = 1_500.0;
/// Where phones are that hear an unreported cell of a site, about the middle of its reported ones, m per
/// axis: in a sector nobody has walked. Source: of such a cell they are a median 0.8 km off on the Ottawa
/// walks, 0.9 km (LTE) and 1.5 km (WCDMA) on the Cork drives; the R95 of 3.2 km and more holds all of the
/// first, nine tenths of the others.
const SITE_SCATTER_M: f64 = 1_300.0;

/// Where phones are that hear a cell of a site that nobody has reported, from the site's reported cells;
/// `None` without any.
///
/// # Shape
/// `cells`: in one frame, in a canonical order (the result depends on it in the last bits).
pub fn site(cells: &[AreaCell]) -> Option<Coverage> {
    let points: Vec<(Enu, f64)> = cells.iter().map(|cell| (cell.at, 1.0)).collect();
    let at = robust::mean(&points)?;
    let scatter_m2 = mean_square_m2(&points, at) / 2.0;
    Some(Coverage {
        at,
        covariance: Covariance::circular(SITE_SCATTER_M.mul_add(SITE_SCATTER_M, scatter_m2)),
    })
}

/// Where phones are that hear a cell which nobody has reported, from the reported cells of its area that have its
/// unit: other carriers of its sector. `None` without any, and where they are too far apart to be one sector's.
///
/// # Shape
/// `cells`: in one frame, in a canonical order (the result depends on it in the last bits).
pub fn sector(cells: &[AreaCell]) -> Option<Coverage> {
    let points: Vec<(Enu, f64)> = cells.iter().map(|cell| (cell.at, 1.0)).collect();
    let at = robust::mean(&points)?;
    #[expect(clippy::cast_precision_loss, reason = "a few cells")]
    let reach2_m2 = cells.iter().map(|cell| cell.reach_m.powi(2)).sum::<f64>() / cells.len() as f64;
    let phones_m2 = reach2_m2 / Confidence::P95.rayleigh().powi(2);
    let covariance = Covariance::circular(SECTOR_SCATTER_M.mul_add(SECTOR_SCATTER_M, phones_m2));
    is_one_sector(&points, at).then_some(Coverage { at, covariance })
}

/// Where phones are that hear one of these cells, as far as anybody can tell carriers of one sector; `None` without
/// any, and where they are too far apart to be one sector's.
///
/// # Shape
/// `cells`: in one frame, in a canonical order (the result depends on it in the last bits).
pub fn carriers(cells: &[AreaCell]) -> Option<Coverage> {
    let points: Vec<(Enu, f64)> = cells.iter().map(|cell| (cell.at, 1.0)).collect();
    let at = robust::mean(&points)?;
    #[expect(clippy::cast_precision_loss, reason = "a few cells")]
    let own_m2 = cells.iter().map(|cell| cell.sigma_m.powi(2)).sum::<f64>() / cells.len() as f64;
    let covariance = Covariance::circular(own_m2 + mean_square_m2(&points, at) / 2.0);
    is_one_sector(&points, at).then_some(Coverage { at, covariance })
}

fn is_one_sector(cells: &[(Enu, f64)], middle: Enu) -> bool {
    cells.iter().all(|(cell, _)| cell.distance_m(middle) <= SECTOR_WITHIN_M)
}

/// Where phones are that hear a cell as `heard`; `None` without any positive weight.
///
/// # Source
/// Kernel regression (Nadaraya 1964, Watson 1964) with the geometric median for the mean.
///
/// # Shape
/// `votes`: in one frame, in a canonical order (the result depends on it in the last bits).
pub fn coverage(votes: &[CellVote], heard: HeardAs) -> Option<Coverage> {
    let near = near(votes)?;
    let points: Vec<(Enu, f64)> = near
        .iter()
        .map(|vote| (vote.point.at, vote.point.weight * (likelihood(vote, heard) + WHOLE_SHARE)))
        .collect();
    let at = robust::densest(&points, CROWD_M)?;
    let weights: Vec<(u32, f64)> =
        near.iter().zip(&points).map(|(vote, (_, weight))| (vote.point.voice, *weight)).collect();
    let n_voices = voices(&weights);
    let square_m2 = mean_square_m2(&points, at);
    let shrunk_m2 = SCATTER_VOICES.mul_add(SCATTER_M.powi(2), n_voices * square_m2 / 2.0)
        / (n_voices + SCATTER_VOICES);
    Some(Coverage {
        at,
        covariance: Covariance::circular(SCATTER_MIN_M.mul_add(SCATTER_MIN_M, shrunk_m2)),
    })
}

/// The votes that are not far from most.
fn near(votes: &[CellVote]) -> Option<Vec<CellVote>> {
    let points: Vec<_> = votes.iter().map(|v| (v.point.at, v.point.weight)).collect();
    let middle = robust::geometric_median(&points)?;
    let mut distances: Vec<_> = points.iter().map(|(at, w)| (at.distance_m(middle), *w)).collect();
    let far_m = FAR_SLACK * robust::quantile(&mut distances, 0.95)?;
    Some(votes.iter().copied().filter(|v| v.point.at.distance_m(middle) <= far_m).collect())
}

/// How likely a vote would be where a phone hears the cell so, as a share of the likeliest.
fn likelihood(vote: &CellVote, heard: HeardAs) -> f64 {
    let one = |said: Option<f64>, asked: Option<f64>, spread: f64| match (said, asked) {
        (_, None) => 1.0,
        (None, Some(_)) => UNSTATED,
        (Some(said), Some(asked)) => (-0.5 * ((said - asked) / spread).powi(2)).exp(),
    };
    one(vote.point.rssi_dbm, heard.power_dbm, POWER_SPREAD_DB)
        * one(vote.timing_advance, heard.timing_advance, ADVANCE_SPREAD)
}

/// Effective number of voices behind the weights: (Σw)²/Σw² over voices (Kish 1965).
fn voices(weights: &[(u32, f64)]) -> f64 {
    let mut ordered = weights.to_vec();
    ordered.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut total, mut square) = (0.0, 0.0);
    for voice in ordered.chunk_by(|a, b| a.0 == b.0) {
        let weight: f64 = voice.iter().map(|(_, weight)| weight).sum();
        total += weight;
        square = weight.mul_add(weight, square);
    }
    if square > 0.0 { total * total / square } else { 0.0 }
}

fn mean_square_m2(points: &[(Enu, f64)], at: Enu) -> f64 {
    let (mut total, mut sum) = (0.0, 0.0);
    for (point, weight) in points {
        total += weight;
        sum = weight.mul_add(point.distance_m(at).powi(2), sum);
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod tests;
