//! The shared sets: four fifths of the groups teach, one fifth asks.

use super::alien::contaminated;
use crate::data::{SetName, exam};
use crate::exam::{Sheet, marks, score_into};
use crate::method::MethodName;
use crate::say;
use crate::scores::Score;
use crate::table::{ANSWERS, Table};
use std::collections::BTreeSet;
use std::path::Path;

/// The peers whose answers choose the questions of the second table.
const PEERS: [MethodName; 2] = [MethodName::Ichnaea, MethodName::Beacondb];
/// Shares of alien readings.
const ALIEN: [(f64, &str); 2] = [(0.1, "10 % alien"), (0.3, "30 % alien")];
/// Which readings are replaced by which.
const SEED: u64 = 4;

/// All questions; those that each peer answers; all with alien readings.
pub(super) fn tables(
    shared: &Path,
    sets: &[SetName],
    methods: &[MethodName],
) -> anyhow::Result<Vec<Table>> {
    let mut whole = Table::new("Shared sets, folds", &ANSWERS);
    let mut peers = Table::new("Shared sets, the questions each peer answers", &ANSWERS);
    let mut alien = Table::new("Shared sets, readings from elsewhere in the questions", &ANSWERS);
    for set in sets {
        say::progress(format_args!("{}: reading", set.name()));
        let exam = exam(*set, shared)?;
        let sheets = exam.hold(methods)?;
        score_into(&mut whole, set.name(), &sheets, |_| true);
        let slices: BTreeSet<&String> =
            exam.questions.iter().filter_map(|question| question.slice.as_ref()).collect();
        for slice in slices {
            let is_in = |number: usize| exam.questions[number].slice.as_ref() == Some(slice);
            score_into(&mut whole, &format!("{}, {slice}", set.name()), &sheets, is_in);
        }
        let answers = |sheet: &&Sheet| sheet.marks.iter().any(Option::is_some);
        let of_peers = sheets.iter().filter(|sheet| PEERS.contains(&sheet.name));
        for sheet in of_peers.filter(answers) {
            let words = format!("{}, {} answers", set.name(), sheet.name.name());
            score_into(&mut peers, &words, &sheets, |number| sheet.marks[number].is_some());
        }
        for (share, words) in ALIEN {
            let words = format!("{}, {words}", set.name());
            let questions = contaminated(&exam.questions, share, SEED);
            for Sheet { name, method, .. } in &sheets {
                alien.score(&words, name.name(), &Score::of(&marks(method.as_ref(), &questions)));
            }
        }
    }
    Ok(vec![whole, peers, alien])
}
