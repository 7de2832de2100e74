//! Contributions: what people send in over the town's days, track by track.

use crate::outing::{Mode, Outing, Person};
use crate::rng::Rng;
use crate::town::Town;
use cairn_ground::LatLng;
use cairn_report::Report;

/// Reports per contributor over all days, on average.
const REPORTS_PER_PERSON: usize = 350;

/// How much is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficConfig {
    /// The seed of people and tracks; another seed gives other people in the same town.
    pub seed: u64,
    /// Reports in all, exactly.
    pub n_reports: usize,
    /// Days over which they are spread, from the town's start.
    pub days: u16,
}

impl TrafficConfig {
    /// The demo's traffic: 100,000 reports over 30 days.
    pub const fn demo() -> Self {
        Self { seed: 2, n_reports: 100_000, days: 30 }
    }
}

/// One track's reports as one person sends them: one HTTP request.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Who sends it; the same person keeps the same nickname.
    pub nickname: String,
    /// The reports, in the order of their time, at most
    /// [`cairn_report::limits::REPORTS_PER_BATCH_MAX`].
    pub reports: Vec<Report>,
}

/// The stream of contributions, in the order of their days; made as it is read.
pub struct Contributions<'a> {
    town: &'a Town,
    config: TrafficConfig,
    n_people: usize,
    n_sent: usize,
    outing_number: u64,
}

impl std::fmt::Debug for Contributions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { config, n_sent, .. } = self;
        f.debug_struct("Contributions").field("config", config).field("n_sent", n_sent).finish()
    }
}

impl Town {
    /// What people send in: exactly `n_reports` reports, in contributions of one track each.
    ///
    /// # Cost
    /// About 40 µs a report.
    pub const fn contributions(&self, config: &TrafficConfig) -> Contributions<'_> {
        let few = config.n_reports / REPORTS_PER_PERSON;
        let n_people = if few < 5 { 5 } else { few };
        Contributions { town: self, config: *config, n_people, n_sent: 0, outing_number: 0 }
    }
}

/// One kind of track: how many of a hundred, how many reports, how far apart in seconds.
struct Habit {
    mode: Mode,
    weight: f64,
    n_reports: (usize, usize),
    every_s: (f64, f64),
}

const HABITS: [Habit; 5] = [
    Habit { mode: Mode::Walk, weight: 52.0, n_reports: (80, 240), every_s: (3.0, 8.0) },
    Habit { mode: Mode::Drive, weight: 17.0, n_reports: (80, 240), every_s: (2.0, 4.0) },
    Habit { mode: Mode::Bus, weight: 6.0, n_reports: (60, 160), every_s: (3.0, 6.0) },
    Habit { mode: Mode::Indoors, weight: 21.0, n_reports: (40, 140), every_s: (5.0, 15.0) },
    Habit { mode: Mode::Survey, weight: 4.0, n_reports: (150, 300), every_s: (2.0, 3.0) },
];

impl Contributions<'_> {
    /// The next track with the truth of each report's fix; empty when nothing was heard on it.
    pub(crate) fn next_outing(&mut self) -> (String, Vec<(Report, LatLng)>) {
        self.outing_number += 1;
        let mut rng = Rng::new(self.config.seed, self.outing_number);
        let person_number = rng.below(self.n_people);
        let person = Person::of(self.town, Rng::new(!self.config.seed, person_number as u64));
        let habit = &HABITS[rng.weighted(&HABITS.each_ref().map(|habit| habit.weight))];
        let progress = self.n_sent as f64 / self.config.n_reports as f64;
        let day = (progress * f64::from(self.config.days)).floor();
        let second = day * 86_400.0 + rng.between(7.0, 21.0) * 3_600.0;
        let house = self.house_for(habit.mode, person.home_house, &mut rng);
        let (least, most) = habit.n_reports;
        let n_wanted = (least + rng.below(most - least)).min(self.config.n_reports - self.n_sent);
        let every_s = rng.between(habit.every_s.0, habit.every_s.1);
        let mut outing = Outing::begin(self.town, person, (habit.mode, house), second, rng);
        let mut reports = Vec::with_capacity(n_wanted);
        for _ in 0..2 * n_wanted {
            if reports.len() == n_wanted || !outing.listen(every_s) {
                break;
            }
            reports.extend(outing.report(every_s));
        }
        (format!("sim-{person_number:05}"), reports)
    }

    fn house_for(&self, mode: Mode, home: usize, rng: &mut Rng) -> usize {
        let venue = rng.pick(&self.town.venues).copied().unwrap_or(home);
        let anywhere = rng.below(self.town.houses.len());
        match (mode, rng.weighted(&[5.0, 2.0, 3.0])) {
            (Mode::Survey, _) | (_, 1) => venue,
            (_, 0) => home,
            _ => anywhere,
        }
    }
}

impl Iterator for Contributions<'_> {
    type Item = Contribution;

    fn next(&mut self) -> Option<Contribution> {
        // A track on which nothing is heard is rare; so many in a row are not possible in a town
        // with cells, and end the stream rather than hang it.
        for _ in 0..1_000 {
            if self.n_sent >= self.config.n_reports {
                return None;
            }
            let (nickname, reports) = self.next_outing();
            if reports.is_empty() {
                continue;
            }
            self.n_sent += reports.len();
            let reports = reports.into_iter().map(|(report, _)| report).collect();
            return Some(Contribution { nickname, reports });
        }
        None
    }
}

#[cfg(test)]
#[path = "traffic_tests.rs"]
mod tests;
