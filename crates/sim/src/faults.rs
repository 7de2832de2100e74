//! What goes wrong on the way: other orders, repeats, other batches, lies, moved transmitters.
//!
//! Orders and repeats must never change a learned map (M1, M2), other batches no more than readings between
//! two fixes allow; lies and moves must change it as the world changed, or not at all.

use crate::limits::HEARD_PER_SCAN_MAX;
use crate::rng::Rng;
use crate::traffic::Contribution;
use cairn_ground::{Dbm, Enu, LatLng, LocalFrame, Meters, Timestamp, TransmitterId};
use cairn_report::{Fix, Observation, Report, limits::REPORTS_PER_BATCH_MAX};

/// How far a transmitter that [`relocate`] moved is heard, metres.
const RELOCATED_REACH_M: f64 = 45.0;

/// Puts contributions, and the reports in each, in a random order.
pub fn shuffle(contributions: &mut [Contribution], seed: u64) {
    let mut rng = Rng::new(seed, 0x7368);
    for contribution in &mut *contributions {
        rng.shuffle(&mut contribution.reports);
    }
    rng.shuffle(contributions);
}

/// The contributions, with about `share` of them sent again somewhere later.
pub fn duplicate(contributions: &[Contribution], share: f64, seed: u64) -> Vec<Contribution> {
    let mut rng = Rng::new(seed, 0x6475);
    let mut sent: Vec<Contribution> = contributions.to_vec();
    for (index, contribution) in contributions.iter().enumerate() {
        if rng.chance(share) {
            let place = index + 1 + rng.below(sent.len() - index);
            sent.insert(place.min(sent.len()), contribution.clone());
        }
    }
    sent
}

/// The same reports of the same people on the same days, cut into batches of other sizes (1 to
/// `n_reports_max`).
pub fn rebatch(
    contributions: &[Contribution],
    n_reports_max: usize,
    seed: u64,
) -> Vec<Contribution> {
    let mut rng = Rng::new(seed, 0x7265);
    let most = n_reports_max.clamp(1, REPORTS_PER_BATCH_MAX);
    let mut sorted: Vec<&Contribution> = contributions.iter().collect();
    let day = |c: &Contribution| c.reports.first().map(|report| report.timestamp().day());
    sorted.sort_by(|a, b| (&a.nickname, day(a)).cmp(&(&b.nickname, day(b))));
    let same = |a: &&Contribution, b: &&Contribution| a.nickname == b.nickname && day(a) == day(b);
    let mut batches = Vec::new();
    for person_day in sorted.chunk_by(same) {
        let mut left: Vec<Report> = person_day.iter().flat_map(|c| c.reports.clone()).collect();
        while !left.is_empty() {
            let rest = left.split_off((1 + rng.below(most)).min(left.len()));
            let nickname = person_day[0].nickname.clone();
            batches.push(Contribution { nickname, reports: std::mem::replace(&mut left, rest) });
        }
    }
    batches
}

/// A campaign of lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Poison {
    /// Decides the lies' details.
    pub seed: u64,
    /// Where the liars claim to hear their victims.
    pub place: LatLng,
    /// How many liars, each with a nickname of its own.
    pub n_liars: u32,
    /// Reports of each, at most a batch.
    pub n_reports: usize,
    /// When the first is sent; the others follow by the second.
    pub start: Timestamp,
}

/// Contributions that claim, precisely and loudly, to hear the victims at a place of the liars'
/// choice.
pub fn poison(victims: &[TransmitterId], lies: &Poison) -> Vec<Contribution> {
    let frame = LocalFrame::at(lies.place);
    let liar = |number: u32| {
        let mut rng = Rng::new(lies.seed, u64::from(number));
        let n_reports = lies.n_reports.min(REPORTS_PER_BATCH_MAX);
        let reports = (0..n_reports).filter_map(|second| {
            let east_m = 20.0 * rng.gauss();
            let place = frame.latlng_from_enu(Enu { east_m, north_m: 20.0 * rng.gauss() });
            let fix = Fix { r68: Meters::new(3.0).ok(), ..Fix::at(place) };
            let mut heard: Vec<Observation> =
                victims.iter().map(|id| Observation::of(*id)).collect();
            rng.shuffle(&mut heard);
            heard.truncate(HEARD_PER_SCAN_MAX);
            for observation in &mut heard {
                observation.power = Dbm::new(rng.between(-70.0, -35.0).round() as f32).ok();
            }
            let ms = lies.start.ms() + 1_000 * second as i64;
            Report::new(Timestamp::from_ms(ms), fix, heard)
        });
        Contribution { nickname: format!("liar-{number:04}"), reports: reports.collect() }
    };
    (0..lies.n_liars).map(liar).filter(|c| !c.reports.is_empty()).collect()
}

/// The contributions as they would be had a transmitter been carried `to` another place at an
/// instant: later reports lose it, and those claimed near its new place hear it there.
pub fn relocate(
    contributions: &[Contribution],
    id: TransmitterId,
    at: Timestamp,
    to: LatLng,
    seed: u64,
) -> Vec<Contribution> {
    let mut rng = Rng::new(seed, 0x6d76);
    let frame = LocalFrame::at(to);
    let mut changed = |report: &Report| {
        if report.timestamp() < at {
            return Some(report.clone());
        }
        let mut heard = report.observations().to_vec();
        heard.retain(|observation| observation.transmitter != id);
        let distance_m = frame.enu_from_latlng(report.fix().place).distance_m(Enu::ZERO).max(1.0);
        if distance_m < RELOCATED_REACH_M {
            let dbm = -45.0 - 26.0 * distance_m.log10() + 4.0 * rng.gauss();
            let power = Dbm::new(dbm.round() as f32).ok();
            heard.push(Observation { power, ..Observation::of(id) });
        }
        Report::new(report.timestamp(), *report.fix(), heard)
    };
    (contributions.iter())
        .map(|contribution| Contribution {
            nickname: contribution.nickname.clone(),
            reports: contribution.reports.iter().filter_map(&mut changed).collect(),
        })
        .filter(|contribution| !contribution.reports.is_empty())
        .collect()
}

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;
