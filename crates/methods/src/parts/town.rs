//! A simulated town: held-out queries of other people, and every transmitter against its true place.

use crate::batches::Desk;
use crate::exam::{Exam, Question, Sheet, score_into};
use crate::method::{Method, MethodName, Standing};
use crate::say;
use crate::scores::{quantile, share, sorted};
use crate::table::{ANSWERS, Table, meters, part};
use cairn_ground::{Confidence, Geodesic, LatLng, LocalFrame, TransmitterKind};
use cairn_sim::{HeldOutConfig, Slice, Town, TownConfig, TrafficConfig, TrueTransmitter};

/// Transmitters, reports and queries: two fifths of the demo's.
const N_TRANSMITTERS: usize = 8_000;
/// See [`N_TRANSMITTERS`].
const N_REPORTS: usize = 40_000;
/// See [`N_TRANSMITTERS`].
const N_QUERIES: usize = 1_500;

/// The head of the table of transmitters.
pub(super) const TRANSMITTERS: [&str; 9] =
    ["transmitters", "method", "there", "placed", "p50", "p90", "in 68 %", "in 95 %", "floor"];

/// Whether a transmitter belongs to a row of the table.
type IsIn = fn(&TrueTransmitter) -> bool;

/// The rows of that table.
const SLICES: [(&str, IsIn); 4] = [
    ("Wi-Fi", |it| stays(it) && it.id.kind() == TransmitterKind::Wifi),
    ("Bluetooth", |it| stays(it) && it.id.kind() == TransmitterKind::Ble),
    ("cells", |it| stays(it) && it.id.kind().is_cell()),
    ("moved once", |it| it.earlier.is_some()),
];

pub(super) const fn stays(it: &TrueTransmitter) -> bool {
    !it.moving && it.earlier.is_none()
}

/// The town of every part.
pub(super) fn town() -> Town {
    Town::generate(&town_config())
}

/// What that is made from.
pub(super) fn town_config() -> TownConfig {
    TownConfig { n_transmitters_min: N_TRANSMITTERS, ..TownConfig::demo() }
}

/// What its people send.
pub(super) fn traffic() -> TrafficConfig {
    TrafficConfig { n_reports: N_REPORTS, ..TrafficConfig::demo() }
}

/// Answers by slice, transmitters by kind.
pub(super) fn tables(methods: &[MethodName]) -> anyhow::Result<Vec<Table>> {
    say::progress("town: making it");
    let town = town();
    let mut desk = Desk::default();
    let lessons = town.contributions(&traffic()).filter_map(|sent| desk.contribution(&sent));
    let asked = town.held_out(&HeldOutConfig { n_queries: N_QUERIES, ..HeldOutConfig::demo() });
    let questions = asked.iter().map(|it| Question::of(&it.observations, it.truth, it.floor));
    let exam = Exam {
        name: "town".to_owned(),
        lessons: lessons.collect(),
        questions: questions.collect::<anyhow::Result<_>>()?,
    };
    let sheets = exam.hold(methods)?;
    let mut answers = Table::new("Simulated town, held-out queries", &ANSWERS);
    score_into(&mut answers, "all", &sheets, |_| true);
    for slice in Slice::ALL {
        score_into(&mut answers, slice.name(), &sheets, |number| asked[number].slice == slice);
    }
    Ok(vec![answers, transmitters(&town, &sheets)])
}

fn transmitters(town: &Town, sheets: &[Sheet]) -> Table {
    let mut table = Table::new("Simulated town, transmitters", &TRANSMITTERS);
    let with_transmitters =
        || sheets.iter().filter(|it| MethodName::WITH_TRANSMITTERS.contains(&it.name));
    for (name, is_in) in SLICES {
        for sheet in with_transmitters() {
            let truths: Vec<_> = town.transmitters.iter().filter(|it| is_in(it)).collect();
            table.push(row(name, sheet.name, sheet.method.as_ref(), &truths));
        }
    }
    table
}

pub(super) fn row(
    slice: &str,
    name: MethodName,
    method: &dyn Method,
    truths: &[&TrueTransmitter],
) -> Vec<String> {
    let placed: Vec<(Standing, &TrueTransmitter)> =
        (truths.iter()).filter_map(|truth| Some((method.transmitter(truth.id)?, *truth))).collect();
    let errors_m =
        sorted(placed.iter().map(|(it, truth)| Geodesic.distance_m(it.place, truth.place)));
    let inside = |level: Confidence| {
        share(placed.iter().filter_map(|(it, truth)| is_inside(it, truth.place, level)))
    };
    let floors = placed.iter().filter_map(|(it, truth)| it.floor.zip(truth.floor));
    vec![
        slice.to_owned(),
        name.name().to_owned(),
        truths.len().to_string(),
        placed.len().to_string(),
        meters(quantile(&errors_m, 0.5)),
        meters(quantile(&errors_m, 0.9)),
        part(inside(Confidence::P68)),
        part(inside(Confidence::P95)),
        part(share(floors.map(|(said, truth)| said == truth))),
    ]
}

/// Whether the ellipse that holds this share of a normal holds the truth; `None` without a covariance.
fn is_inside(standing: &Standing, truth: LatLng, level: Confidence) -> Option<bool> {
    let covariance = standing.covariance?;
    let off = LocalFrame::at(standing.place).enu_from_latlng(truth);
    let (ee, en, nn) = (covariance.ee_m2, covariance.en_m2, covariance.nn_m2);
    let determinant = ee * nn - en * en;
    let squared = (nn * off.east_m.powi(2) - 2.0 * en * off.east_m * off.north_m
        + ee * off.north_m.powi(2))
        / determinant;
    Some(determinant > 0.0 && squared <= level.rayleigh().powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::at;
    use cairn_ground::Covariance;

    #[test]
    fn a_long_ellipse_holds_what_lies_along_it_and_not_what_lies_across() {
        let covariance = Some(Covariance { ee_m2: 100.0, en_m2: 0.0, nn_m2: 1.0 });
        let standing = Standing { place: at(0.0, 0.0), covariance, floor: None };
        // √(−2 ln 0.05) = 2.45 standard deviations.
        let holds = |east_m, north_m| is_inside(&standing, at(east_m, north_m), Confidence::P95);
        assert_eq!(holds(24.0, 0.0), Some(true));
        assert_eq!(holds(25.0, 0.0), Some(false));
        assert_eq!(holds(0.0, 2.4), Some(true));
        assert_eq!(holds(0.0, 2.5), Some(false));
        let unsure = Standing { covariance: None, ..standing };
        assert_eq!(is_inside(&unsure, at(0.0, 0.0), Confidence::P95), None);
    }
}
