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
    /// They tell where they are, and replace every other network by one of 60 from elsewhere.
    Planted,
    /// All they tell is told at one far place, where they hear 60 of the town's networks in turn.
    Gathered,
}

impl Attack {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Shifted, Self::Planted, Self::Gathered];

    /// The words for it in tables.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Shifted => "shifted by 500 m",
            Self::Planted => "60 planted elsewhere",
            Self::Gathered => "all gathered at one place",
        }
    }
}

/// What liars know: whom to name, and the far place.
#[derive(Debug)]
pub(super) struct Plot {
    /// The networks named, those the most people hear first.
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

    fn told(&self, attack: Attack, report: &Report, number: usize) -> Option<Report> {
        let heard = report.observations();
        let (place, heard) = match attack {
            Attack::Shifted => {
                (moved(report.fix().place, 500.0), loud(heard.iter().map(|o| o.transmitter)))
            }
            Attack::Planted => {
                let mut planted = self.victims.iter().take(HEARD).cycle().skip(number);
                let named = heard.iter().enumerate().map(|(index, o)| match index % 2 {
                    0 => Some(*o),
                    _ => planted.next().map(|id| loud_one(*id)),
                });
                (report.fix().place, named.flatten().collect())
            }
            Attack::Gathered => {
                let from = number.wrapping_mul(HEARD);
                let n = self.victims.len().max(1);
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

fn loud(ids: impl Iterator<Item = TransmitterId>) -> Vec<Observation> {
    ids.map(loud_one).collect()
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
        let gathered = told(Attack::Gathered);
        assert_eq!((gathered.fix().place, ids(&gathered)), (plot.far, vec![wifi(7), wifi(8)]));
    }
}
