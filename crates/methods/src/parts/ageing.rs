//! Buildings that change while they are learned: a library over two years, and malls whose boxes are made to.

use crate::data::{SetName, exam, library};
use crate::dice::Dice;
use crate::exam::{Exam, score_into};
use crate::method::MethodName;
use crate::plane::distance_m;
use crate::table::{ANSWERS, Table};
use cairn_ground::{Bssid, LatLng, Timestamp, TransmitterId};
use cairn_report::{Observation, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Months of the library that teach, and the last that asks. Source: choice; more than half of its networks go in month 12.
const MONTHS: [(u8, u8); 5] = [(3, 6), (6, 9), (12, 15), (15, 18), (24, 25)];
/// Share of the malls' boxes that change. Source: choice.
const CHANGED: f64 = 1.0 / 3.0;
/// Which walks are later.
const LATER_SEED: u64 = 5;
/// How much later, ms. Source: choice, three months.
const LATER_MS: i64 = 90 * 86_400_000;
/// What an address differs by from the one that replaces it: another box, the same number in it.
const NEW: u64 = 0xa5_a5a5_a5a0;
/// Which boxes change.
const SEED: u64 = 11;
/// Distance at least that a carried box goes, m. Source: choice, another wing.
const CARRIED_M: f64 = 40.0;
/// Distance from which boxes are in different buildings, m. Source: choice; the malls lie kilometres apart.
const BUILDING_M: f64 = 400.0;

/// What happens to boxes between the earlier and the later walks.
#[derive(Debug, Clone, Copy)]
enum Change {
    Nothing,
    Off,
    Exchanged,
    Carried,
}

/// One row for each stretch of months and each change.
pub(super) fn tables(shared: &Path, methods: &[MethodName]) -> anyhow::Result<Vec<Table>> {
    let mut table = Table::new("Buildings that change", &ANSWERS);
    let visits = library::read(shared)?;
    for (months, last) in MONTHS {
        let exam = library::exam(&visits, months, months + 1..=last)?;
        score_into(&mut table, &exam.name, &exam.hold(methods)?, |_| true);
    }
    for change in Change::ALL {
        let mut exam = changed(exam(SetName::IndoorMs, shared)?, change);
        exam.name = format!("malls, boxes {}", change.words());
        score_into(&mut table, &exam.name, &exam.hold(methods)?, |_| true);
    }
    Ok(vec![table])
}

impl Change {
    const ALL: [Self; 4] = [Self::Nothing, Self::Off, Self::Exchanged, Self::Carried];

    const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "unchanged",
            Self::Off => "off",
            Self::Exchanged => "exchanged",
            Self::Carried => "carried",
        }
    }
}

/// Where each address of a changed box has gone: nowhere, or to another address.
type Moves = BTreeMap<u64, Option<u64>>;

/// A Wi-Fi box: its addresses, rising, and where it is heard loudest.
#[derive(Debug, Clone)]
struct Hung {
    addresses: BTreeSet<u64>,
    dbm: f32,
    place: LatLng,
}

/// The exam with half of its walks later, and a third of its boxes changed by then and in all questions.
fn changed(mut exam: Exam, change: Change) -> Exam {
    let moves = moves(&exam, change);
    let mut dice = Dice::new(LATER_SEED);
    let mut later: BTreeMap<_, bool> = BTreeMap::new();
    for batch in &mut exam.lessons {
        let is_later = *later.entry(batch.contributor).or_insert_with(|| dice.chance(0.5));
        for report in batch.reports.iter_mut().filter(|_| is_later) {
            let heard = report.observations().iter().filter_map(|one| moved(&moves, one)).collect();
            let timestamp = Timestamp::from_ms(report.timestamp().ms() + LATER_MS);
            if let Some(late) = Report::new(timestamp, *report.fix(), heard) {
                *report = late;
            }
        }
    }
    for question in &mut exam.questions {
        let heard = &mut question.query.observations;
        *heard = heard.iter().filter_map(|one| moved(&moves, one)).collect();
        // Each network once: the wire's own rule needs an order by identity.
        heard.sort_by_key(|one| one.transmitter);
        heard.dedup_by_key(|one| one.transmitter);
    }
    exam
}

fn address(one: &Observation) -> Option<u64> {
    let TransmitterId::Wifi(address) = one.transmitter else { return None };
    Some(address.to_u48())
}

/// A reading after the change.
fn moved(moves: &Moves, one: &Observation) -> Option<Observation> {
    let Some(to) = address(one).and_then(|address| moves.get(&address)) else { return Some(*one) };
    let transmitter = TransmitterId::Wifi(Bssid::from_u48((*to)?));
    Some(Observation { transmitter, ..*one })
}

/// What becomes of the addresses of a third of the boxes.
fn moves(exam: &Exam, change: Change) -> Moves {
    let mut dice = Dice::new(SEED);
    let boxes = boxes(exam);
    let chosen: Vec<&Hung> = boxes.values().filter(|_| dice.chance(CHANGED)).collect();
    let addresses = || chosen.iter().flat_map(|one| &one.addresses);
    match change {
        Change::Nothing => Moves::new(),
        Change::Off => addresses().map(|address| (*address, None)).collect(),
        Change::Exchanged => addresses().map(|address| (*address, Some(address ^ NEW))).collect(),
        Change::Carried => swapped(chosen, &mut dice),
    }
}

/// Boxes of one building change places, two and two.
fn swapped(mut left: Vec<&Hung>, dice: &mut Dice) -> Moves {
    let mut moves = Moves::new();
    while let Some(one) = left.pop() {
        let apart_m = |other: &Hung| distance_m(other.place, one.place);
        let fits = |n: &usize| (CARRIED_M..BUILDING_M).contains(&apart_m(left[*n]));
        let fits: Vec<usize> = (0..left.len()).filter(fits).collect();
        if fits.is_empty() {
            continue;
        }
        let other = left.swap_remove(fits[dice.below(fits.len())]);
        for (from, to) in [(one, other), (other, one)] {
            let to = to.addresses.iter().cycle();
            moves.extend(from.addresses.iter().zip(to).map(|(from, to)| (*from, Some(*to))));
        }
    }
    moves
}

/// The Wi-Fi boxes that lessons hear.
fn boxes(exam: &Exam) -> BTreeMap<u64, Hung> {
    let mut boxes: BTreeMap<u64, Hung> = BTreeMap::new();
    for report in exam.lessons.iter().flat_map(|batch| &batch.reports) {
        let place = report.fix().place;
        for one in report.observations() {
            let (Some(address), Some(power)) = (address(one), one.power) else { continue };
            let hung = boxes.entry(one.transmitter.box_number()).or_insert_with(|| Hung {
                addresses: BTreeSet::new(),
                dbm: f32::MIN,
                place,
            });
            hung.addresses.insert(address);
            if power.get() > hung.dbm {
                (hung.dbm, hung.place) = (power.get(), place);
            }
        }
    }
    boxes
}
