//! Minute by minute: what is offered to each region, what it takes, and what waits, also with one region lost.

use super::figures::{LOST, LOST_MIN, REGIONS, RETRY_PER_MIN};
use super::people::{ByClock, Cell, DAY_MIN, Day, QUARTERS};

/// Number of regions.
pub(super) const N: usize = REGIONS.len();
/// Seconds of a minute.
const MINUTE_S: f64 = 60.0;
/// Days simulated: the second drains what the first left.
const DAYS: usize = 2;

/// Reports a second by region and minute of UTC's day.
#[derive(Debug)]
pub(super) struct Demand {
    by_minute: Vec<[f64; N]>,
}

impl Demand {
    pub(super) fn of(cells: &[Cell]) -> Self {
        let mut people: [ByClock; N] = [[0.0; QUARTERS]; N];
        for cell in cells {
            people[cell.region][cell.ahead] += cell.mean_per_s;
        }
        let day = Day::new();
        let of_minute = |minute| people.each_ref().map(|all| day.per_s(all, minute));
        Self { by_minute: (0..DAY_MIN).map(of_minute).collect() }
    }

    /// The mean of a region's day, reports/s.
    pub(super) fn mean_per_s(&self, region: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "1,440")]
        let n = DAY_MIN as f64;
        self.by_minute.iter().map(|all| all[region]).sum::<f64>() / n
    }

    /// A region's busiest minute and the reports/s in it.
    pub(super) fn peak(&self, region: usize) -> (usize, f64) {
        let minutes = self.by_minute.iter().enumerate().map(|(minute, all)| (minute, all[region]));
        minutes.fold((0, 0.0), |best, one| if one.1 > best.1 { one } else { best })
    }

    /// The busiest minute of the whole world, reports/s.
    pub(super) fn world_peak_per_s(&self) -> f64 {
        self.by_minute.iter().map(|all| all.iter().sum::<f64>()).fold(0.0, f64::max)
    }
}

/// What the loss of a region does to those that take over.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loss {
    /// Largest share of a minute's offers refused anywhere (429, the phone keeps them).
    pub(super) refused_max: f64,
    /// Most reports that waited on phones at once.
    pub(super) waiting_max: f64,
    /// Minutes after the region's return until nobody waits.
    pub(super) drained_after_min: usize,
    /// Most minutes that acknowledged reports waited for a learner.
    pub(super) lag_max_min: f64,
}

/// Loses the largest region at its peak; every region takes `ingest` times and learns `learn` times its own peak.
pub(super) fn lose(demand: &Demand, ingest: f64, learn: f64) -> Loss {
    let peaks: Vec<f64> = (0..N).map(|region| demand.peak(region).1).collect();
    let from = demand.peak(LOST).0;
    let mut world = World { loss: Loss::default(), phones: [0.0; N], streams: [0.0; N] };
    let until = from + LOST_MIN;
    for minute in from..from + DAYS * DAY_MIN {
        let offered = offered(&demand.by_minute[minute % DAY_MIN], minute < until);
        for region in 0..N {
            let takes = if region == LOST && minute < until { 0.0 } else { peaks[region] };
            world.step(region, offered[region], (takes * ingest, takes * learn));
        }
        let n_waiting: f64 = world.phones.iter().sum();
        world.loss.waiting_max = world.loss.waiting_max.max(n_waiting);
        if minute >= until && n_waiting > 1.0 {
            world.loss.drained_after_min = minute + 1 - until;
        }
    }
    world.loss
}

/// Where a minute's reports go.
fn offered(own: &[f64; N], is_lost: bool) -> [f64; N] {
    let mut offered = *own;
    if is_lost {
        offered[LOST] = 0.0;
        for heir in REGIONS[LOST].heirs {
            offered[heir] += own[LOST] / 2.0;
        }
    }
    offered
}

/// What waits where, in reports.
struct World {
    loss: Loss,
    phones: [f64; N],
    streams: [f64; N],
}

impl World {
    /// One minute of one region that takes in and learns so many reports a second.
    fn step(&mut self, region: usize, offered_per_s: f64, (takes, learns): (f64, f64)) {
        let again = self.phones[region] * RETRY_PER_MIN;
        let comes = offered_per_s.mul_add(MINUTE_S, again);
        let taken = comes.min(takes * MINUTE_S);
        self.phones[region] += comes - taken - again;
        if comes > 0.0 {
            self.loss.refused_max = self.loss.refused_max.max(1.0 - taken / comes);
        }
        self.streams[region] = learns.mul_add(-MINUTE_S, self.streams[region] + taken).max(0.0);
        if learns > 0.0 {
            let lag_min = self.streams[region] / (learns * MINUTE_S);
            self.loss.lag_max_min = self.loss.lag_max_min.max(lag_min);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::people::cells;

    #[test]
    fn with_room_for_all_nobody_waits_and_without_room_all_are_taken_in_the_end() {
        let demand = Demand::of(&cells(1));
        let roomy = lose(&demand, 3.0, 3.0);
        assert!(roomy.waiting_max < 1.0 && roomy.refused_max < 1e-9, "{roomy:?}");
        let tight = lose(&demand, 1.0, 1.0);
        assert!(tight.waiting_max > 1e6, "{tight:?}");
        assert!((1..DAYS * DAY_MIN).contains(&tight.drained_after_min), "{tight:?}");
        assert!(lose(&demand, 1.5, 1.5).waiting_max < tight.waiting_max);
    }

    #[test]
    fn a_lost_region_s_reports_go_to_its_heirs() {
        let own = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let whole = |is_lost| offered(&own, is_lost).map(|per_s| format!("{per_s}"));
        assert_eq!(whole(false), ["1", "2", "3", "4", "5", "6"]);
        assert_eq!(whole(true), ["4", "2", "3", "4", "8", "0"]);
    }
}
