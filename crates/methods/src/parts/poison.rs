//! How far liars move honest transmitters: what is believed with them against what is believed without.

use super::hostile::{Attack, HEARD, Plot, lone_report, moved};
use super::town;
use crate::batches::Desk;
use crate::exam::learned;
use crate::method::{Method, MethodName};
use crate::say;
use crate::scores::{quantile, sorted};
use crate::table::{Table, meters};
use cairn_ground::{Day, Geodesic, TransmitterId};
use cairn_report::Batch;
use cairn_sim::{Contribution, Town};
use std::collections::{BTreeMap, BTreeSet};

/// Of so many contributors one is hostile.
const HOSTILE_EVERY: usize = 5;
/// How far from the town everything is gathered, m.
const FAR_M: f64 = 3_000.0;
/// Moves that are too far: of a fifth of the contributors, and of one report, m.
const LIMITS_M: (f64, f64) = (20.0, 1.0);
/// How far off single hostile reports hear their victims, m.
const SINGLE_M: [f64; 4] = [30.0, 100.0, 500.0, 5_000.0];

const HEAD: [&str; 8] = [
    "attack",
    "method",
    "transmitters",
    "out of use",
    "p50 move",
    "p99 move",
    "largest",
    "too far",
];

/// Whose voices spoke of a transmitter.
type Voices = BTreeMap<TransmitterId, BTreeSet<(String, Day)>>;

/// The town's contributions, split.
struct Crowd {
    honest: Vec<Contribution>,
    hostile: Vec<Contribution>,
    /// Transmitters that stay where they are and that honest people hear.
    victims: Vec<TransmitterId>,
    voices: Voices,
}

/// One table for the crowd, one for single reports.
pub(super) fn tables(methods: &[MethodName]) -> Vec<Table> {
    say::progress("poison: making the town");
    let town = town::town();
    let crowd = Crowd::of(&town);
    let plot = Plot { victims: crowd.victims.clone(), far: moved(town.config.center, FAR_M) };
    let mut many = Table::new("Poisoning: a fifth of the contributors are hostile", &HEAD);
    let mut single = Table::new("Poisoning: one hostile report for each transmitter", &HEAD);
    for name in methods {
        let before = learned(*name, &lessons(&crowd.honest));
        for attack in Attack::ALL {
            say::progress(format_args!("poison: {}, {}", name.name(), attack.name()));
            let lies = crowd.lies(&plot, attack);
            let mut all = crowd.honest.clone();
            all.extend(lies.iter().cloned());
            let after = learned(*name, &lessons(&all));
            let moves = Moves { before: before.as_ref(), after: after.as_ref() };
            for (words, ids) in crowd.named(&voices(&plot.told_falsely(attack, &lies))) {
                let words = format!("{}{words}", attack.name());
                many.push(moves.row(&words, *name, &ids, LIMITS_M.0));
            }
        }
        for far_m in SINGLE_M {
            let mut lessons = lessons(&crowd.honest);
            lessons.extend(crowd.single_reports(before.as_ref(), far_m));
            let after = learned(*name, &lessons);
            let moves = Moves { before: before.as_ref(), after: after.as_ref() };
            for (words, ids) in crowd.known() {
                single.push(moves.row(&format!("{far_m} m off{words}"), *name, &ids, LIMITS_M.1));
            }
        }
    }
    vec![many, single]
}

impl Crowd {
    fn of(town: &Town) -> Self {
        let sent: Vec<Contribution> = town.contributions(&town::traffic()).collect();
        let people: BTreeSet<&str> = sent.iter().map(|it| it.nickname.as_str()).collect();
        let liars: BTreeSet<String> =
            people.into_iter().step_by(HOSTILE_EVERY).map(str::to_owned).collect();
        let (hostile, honest): (Vec<_>, Vec<_>) =
            sent.into_iter().partition(|it| liars.contains(&it.nickname));
        let voices = voices(&honest);
        let stays = town.transmitters.iter().filter(|it| !it.moving && it.earlier.is_none());
        let mut victims: Vec<TransmitterId> =
            stays.map(|it| it.id).filter(|id| voices.contains_key(id)).collect();
        victims.sort_by_key(|id| (!is_box(id), std::cmp::Reverse(count(&voices, id)), *id));
        Self { honest, hostile, victims, voices }
    }

    /// The transmitters that lies name, in groups: all; boxes (Wi-Fi and Bluetooth) where the honest have the
    /// majority; boxes and cells where they have it as in the whole town, four of five or more.
    fn named(&self, lies: &Voices) -> [(&'static str, Vec<TransmitterId>); 4] {
        let named = |times: usize, is_kind: fn(&TransmitterId) -> bool| -> Vec<TransmitterId> {
            let stands = |id: &&TransmitterId| {
                let n_lies = count(lies, id);
                let is_majority = times == 0 || count(&self.voices, id) >= times * n_lies;
                n_lies > 0 && is_majority && is_kind(id)
            };
            self.victims.iter().filter(stands).copied().collect()
        };
        [
            ("", named(0, |_| true)),
            (", boxes, honest voices half or more", named(1, is_box)),
            (", boxes, honest voices 4 of 5 or more", named(4, is_box)),
            (", cells, honest voices 4 of 5 or more", named(4, |id| !is_box(id))),
        ]
    }

    /// The transmitters that single reports name, in groups.
    fn known(&self) -> [(&'static str, Vec<TransmitterId>); 4] {
        let known = |n_voices: usize, is_kind: fn(&TransmitterId) -> bool| {
            let is_known = |id: &&TransmitterId| count(&self.voices, id) >= n_voices && is_kind(id);
            self.victims.iter().filter(is_known).copied().collect()
        };
        [
            ("", known(1, |_| true)),
            (", boxes, 3 or more honest voices", known(3, is_box)),
            (", boxes, 5 or more honest voices", known(5, is_box)),
            (", cells, 5 or more honest voices", known(5, |id| !is_box(id))),
        ]
    }

    /// What the hostile send.
    fn lies(&self, plot: &Plot, attack: Attack) -> Vec<Contribution> {
        let mut turn = 0;
        let mut lies = Vec::with_capacity(self.hostile.len());
        for truth in &self.hostile {
            lies.push(plot.lie(attack, truth, turn));
            turn += truth.reports.len();
        }
        lies
    }

    /// One report about each transmitter, of somebody who sends no other: neighbours in one report, heard
    /// this far east of where the first of them is believed.
    fn single_reports(&self, before: &dyn Method, far_m: f64) -> Vec<Batch> {
        let mut placed: Vec<_> = (self.victims.iter())
            .filter_map(|id| Some((*id, before.transmitter(*id)?.place)))
            .collect();
        placed.sort_by_key(|(id, place)| (place.to_e7().0 / 10_000, place.to_e7().1, *id));
        let model = self.hostile.last().and_then(|it| it.reports.last());
        let mut desk = Desk::default();
        let reports = placed.chunks(HEARD).zip(0..).filter_map(|(neighbours, number)| {
            let ids: Vec<_> = neighbours.iter().map(|(id, _)| *id).collect();
            let report = lone_report(model?, moved(neighbours[0].1, far_m), &ids)?;
            let nickname = format!("liar-{number}");
            desk.contribution(&Contribution { nickname, reports: vec![report] })
        });
        reports.collect()
    }
}

fn lessons(sent: &[Contribution]) -> Vec<Batch> {
    let mut desk = Desk::default();
    sent.iter().filter_map(|it| desk.contribution(it)).collect()
}

fn voices(sent: &[Contribution]) -> Voices {
    let mut voices = Voices::new();
    for contribution in sent {
        for report in &contribution.reports {
            for heard in report.observations() {
                let voice = (contribution.nickname.clone(), report.timestamp().day());
                voices.entry(heard.transmitter).or_default().insert(voice);
            }
        }
    }
    voices
}

const fn is_box(id: &TransmitterId) -> bool {
    !id.kind().is_cell()
}

fn count(voices: &Voices, id: &TransmitterId) -> usize {
    voices.get(id).map_or(0, BTreeSet::len)
}

/// What a method believes without the liars and with them.
struct Moves<'a> {
    before: &'a dyn Method,
    after: &'a dyn Method,
}

impl Moves<'_> {
    fn row(
        &self,
        attack: &str,
        name: MethodName,
        ids: &[TransmitterId],
        limit_m: f64,
    ) -> Vec<String> {
        let known: Vec<_> =
            ids.iter().filter_map(|id| Some((*id, self.before.transmitter(*id)?))).collect();
        let moves_m = sorted(known.iter().filter_map(|(id, before)| {
            let after = self.after.transmitter(*id)?;
            Some(Geodesic.distance_m(before.place, after.place))
        }));
        let n_too_far = moves_m.iter().filter(|moved_m| **moved_m > limit_m).count();
        vec![
            attack.to_owned(),
            name.name().to_owned(),
            known.len().to_string(),
            (known.len() - moves_m.len()).to_string(),
            meters(quantile(&moves_m, 0.5)),
            meters(quantile(&moves_m, 0.99)),
            meters(moves_m.last().copied()),
            n_too_far.to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::{at, batch, wifi};

    #[test]
    fn a_row_counts_what_moved_what_went_and_how_far() {
        let method = |east_m: f64| {
            let mut method = MethodName::Beacondb.build();
            let here: &[(u64, i16)] = &[(1, -40), (2, -40)];
            method.teach(&batch(&[(at(0.0, 0.0), here), (at(east_m, 0.0), &[(1, -40)])]));
            method
        };
        let row = |east_m| {
            let (before, after) = (method(0.0), method(east_m));
            let moves = Moves { before: before.as_ref(), after: after.as_ref() };
            moves.row("test", MethodName::Beacondb, &[wifi(1), wifi(2), wifi(3)], 20.0)
        };
        // A box's middle moves half as far as its far corner; one wider than 1 km is out of use.
        assert_eq!(row(100.0)[2..], ["2", "0", "25.0", "49.5", "50.0", "1"]);
        assert_eq!(row(2_000.0)[2..], ["2", "1", "0.00", "0.00", "0.00", "0"]);
    }
}
