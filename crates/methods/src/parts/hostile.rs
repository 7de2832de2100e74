//! What hostile contributors send instead of what they heard.

use cairn_ground::{Dbm, Enu, LatLng, LocalFrame, Meters, TransmitterId};
use cairn_report::{Fix, Observation, Report};
use cairn_sim::Contribution;

/// What a lie claims of the place it was told at: the most a report can, m.
const CLAIMED_R68_M: f64 = 3.0;
/// How loudly a lie hears its victims, dBm: as loudly as from a metre or two.
const LOUD_DBM: f32 = -38.0;
/// Networks of one lie.
pub(super) const HEARD: usize = 60;

/// A way to lie, the same for all hostile contributors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attack {
    /// All they hear is claimed 500 m east of where they heard it, precisely and loudly.
    Shifted,
    /// The same, 100 m east: what a bad fix may be off by.
    Nudged,
    /// They tell where they are, and replace every other network by one of the 60 boxes most people hear.
    Planted,
    /// All they hear is told at one far place.
    Gathered,
    /// At one far place they tell the town's networks in turn, 60 a report: each liar names all of them.
    Everything,
}

impl Attack {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Shifted, Self::Nudged, Self::Planted, Self::Gathered, Self::Everything];

    /// The words for it in tables.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Shifted => "shifted by 500 m",
            Self::Nudged => "shifted by 100 m",
            Self::Planted => "60 planted elsewhere",
            Self::Gathered => "gathered 3 km away",
            Self::Everything => "the whole town gathered 3 km away",
        }
    }
}

/// What liars know: whom to name, and the far place.
#[derive(Debug)]
pub(super) struct Plot {
    /// The transmitters named: boxes (Wi-Fi and Bluetooth), then cells, those the most people hear first.
    pub(super) victims: Vec<TransmitterId>,
    /// Where everything is claimed to be.
    pub(super) far: LatLng,
}

impl Plot {
    /// A hostile contributor's contribution, with `turn` reports told by all of them before.
    pub(super) fn lie(&self, attack: Attack, truth: &Contribution, turn: usize) -> Contribution {
        let told = truth.reports.iter().zip(turn..);
        let reports = told.filter_map(|(report, number)| self.told(attack, report, number));
        Contribution { nickname: truth.nickname.clone(), reports: reports.collect() }
    }

    /// The contributions with nothing in them but what is a lie.
    pub(super) fn told_falsely(&self, attack: Attack, lies: &[Contribution]) -> Vec<Contribution> {
        let planted = &self.victims[..HEARD.min(self.victims.len())];
        let is_lie = |o: &&Observation| {
            attack != Attack::Planted || (planted.contains(&o.transmitter) && is_loud(o))
        };
        let only_lies = |report: &Report| {
            let heard: Vec<_> = report.observations().iter().filter(is_lie).copied().collect();
            Report::new(report.timestamp(), *report.fix(), heard)
        };
        let stripped = lies.iter().map(|lie| Contribution {
            nickname: lie.nickname.clone(),
            reports: lie.reports.iter().filter_map(only_lies).collect(),
        });
        stripped.collect()
    }

    fn told(&self, attack: Attack, report: &Report, number: usize) -> Option<Report> {
        let heard = report.observations();
        let (place, heard) = match attack {
            Attack::Shifted => (moved(report.fix().place, 500.0), all_loud(heard)),
            Attack::Nudged => (moved(report.fix().place, 100.0), all_loud(heard)),
            Attack::Planted => {
                let mut planted = self.victims.iter().take(HEARD).cycle().skip(number);
                let named = heard.iter().enumerate().map(|(index, o)| match index % 2 {
                    0 => Some(*o),
                    _ => planted.next().map(|id| loud_one(*id)),
                });
                (report.fix().place, named.flatten().collect())
            }
            Attack::Gathered => (self.far, all_loud(heard)),
            Attack::Everything => {
                let n = self.victims.len().max(1);
                let from = number.wrapping_mul(HEARD);
                let named = (0..HEARD.min(n)).map(|index| self.victims[(from + index) % n]);
                (self.far, loud(named))
            }
        };
        Report::new(report.timestamp(), claimed(place, report.fix()), heard)
    }
}

/// A report of its own that hears these loudly at a place.
pub(super) fn lone_report(model: &Report, place: LatLng, ids: &[TransmitterId]) -> Option<Report> {
    Report::new(model.timestamp(), claimed(place, model.fix()), loud(ids.iter().copied()))
}

/// A place so many metres farther east.
pub(super) fn moved(place: LatLng, east_m: f64) -> LatLng {
    LocalFrame::at(place).latlng_from_enu(Enu { east_m, north_m: 0.0 })
}

/// The fix a liar claims.
fn claimed(place: LatLng, like: &Fix) -> Fix {
    Fix { place, r68: Meters::new(CLAIMED_R68_M).ok(), speed_m_s: Some(0.0), ..*like }
}

fn all_loud(heard: &[Observation]) -> Vec<Observation> {
    loud(heard.iter().map(|o| o.transmitter))
}

fn loud(ids: impl Iterator<Item = TransmitterId>) -> Vec<Observation> {
    ids.map(loud_one).collect()
}

fn is_loud(observation: &Observation) -> bool {
    observation.power == Dbm::new(LOUD_DBM).ok()
}

fn loud_one(id: TransmitterId) -> Observation {
    Observation { power: Dbm::new(LOUD_DBM).ok(), ..Observation::of(id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::{at, batch, wifi};
    use crate::plane::distance_m;

    #[test]
    fn each_lie_says_what_its_name_says() {
        let reports = batch(&[(at(0.0, 0.0), &[(1, -80), (2, -80)])]).reports;
        let truth = Contribution { nickname: "liar".to_owned(), reports };
        let plot = Plot { victims: vec![wifi(7), wifi(8)], far: at(9_000.0, 0.0) };
        let told = |attack| plot.lie(attack, &truth, 0).reports.remove(0);
        let ids = |report: &Report| -> Vec<_> {
            report.observations().iter().map(|o| o.transmitter).collect()
        };
        let shifted = told(Attack::Shifted);
        assert!((distance_m(shifted.fix().place, at(500.0, 0.0))) < 0.1);
        assert_eq!(ids(&shifted), [wifi(1), wifi(2)]);
        let planted = told(Attack::Planted);
        assert_eq!(planted.fix().place, truth.reports[0].fix().place);
        assert_eq!(ids(&planted), [wifi(1), wifi(7)]);
        let lie = plot.lie(Attack::Planted, &truth, 0);
        let only_lies = plot.told_falsely(Attack::Planted, &[lie]);
        assert_eq!(ids(&only_lies[0].reports[0]), [wifi(7)]);
        let gathered = told(Attack::Gathered);
        assert_eq!((gathered.fix().place, ids(&gathered)), (plot.far, vec![wifi(1), wifi(2)]));
        let everything = told(Attack::Everything);
        assert_eq!((everything.fix().place, ids(&everything)), (plot.far, vec![wifi(7), wifi(8)]));
    }
}
