//! The ASCII worlds: what every method makes of each.

use crate::batches::Desk;
use crate::exam::{Exam, Question, score_into};
use crate::method::MethodName;
use crate::scores::Score;
use crate::table::{ANSWERS, Table};
use anyhow::Context as _;
use cairn_sim::world::World;
use std::fs;
use std::path::Path;

/// Where the worlds lie.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/worlds");

/// One row for each world and method, and one for all worlds together.
pub(super) fn tables(methods: &[MethodName]) -> anyhow::Result<Vec<Table>> {
    let mut table = Table::new("ASCII worlds", &ANSWERS);
    let mut all = vec![Vec::new(); methods.len()];
    for exam in exams(|_| true)? {
        let sheets = exam.hold(methods)?;
        score_into(&mut table, &exam.name, &sheets, |_| true);
        for (all, sheet) in all.iter_mut().zip(&sheets) {
            all.extend(sheet.marks.iter().copied());
        }
    }
    for (name, marks) in methods.iter().zip(&all) {
        table.score("all worlds", name.name(), &Score::of(marks));
    }
    Ok(vec![table])
}

/// The worlds wanted, in the order of their names.
fn exams(is_wanted: impl Fn(&str) -> bool) -> anyhow::Result<Vec<Exam>> {
    let entries = fs::read_dir(FOLDER).context("list tests/worlds")?;
    let mut files =
        entries.map(|entry| entry.map(|it| it.path())).collect::<Result<Vec<_>, _>>()?;
    let stem = |file: &Path| file.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
    files.retain(|file| {
        let is_world = file.extension().is_some_and(|ending| ending == "world");
        is_world && stem(file).is_some_and(|name| is_wanted(&name))
    });
    files.sort();
    files
        .iter()
        .map(|file| {
            let name = stem(file).unwrap_or_default();
            let world = World::parse(&fs::read_to_string(file)?)
                .map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
            exam(&name, &world)
        })
        .collect()
}

fn exam(name: &str, world: &World) -> anyhow::Result<Exam> {
    let mut desk = Desk::default();
    let lessons = world.reports().iter().filter_map(|sent| desk.contribution(sent)).collect();
    let questions = world.queries().into_iter().filter(|asked| !asked.observations.is_empty());
    let questions =
        questions.map(|asked| Question::of(&asked.observations, asked.truth, asked.floor));
    Ok(Exam {
        name: name.to_owned(),
        lessons,
        questions: questions.collect::<anyhow::Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::Mark;
    use MethodName::{Beacondb, Cairn, Ichnaea};

    /// Worlds under the sky where a phone stands among fixed transmitters, most of which speak the truth.
    const PLAIN: [&str; 3] = ["alien_boxes", "moved_transmitter", "street_side"];

    fn marks(name: MethodName, worlds: &[&str]) -> Vec<Option<Mark>> {
        let exams = exams(|world| worlds.contains(&world)).unwrap();
        exams.iter().flat_map(|exam| exam.hold(&[name]).unwrap().remove(0).marks).collect()
    }

    fn mean_m(name: MethodName, worlds: &[&str]) -> f64 {
        Score::of(&marks(name, worlds)).mean_m.unwrap()
    }

    #[test]
    fn ours_is_closer_than_both_peers_in_every_plain_world() {
        for world in PLAIN {
            let [cairn, ichnaea, beacondb] =
                [Cairn, Ichnaea, Beacondb].map(|name| mean_m(name, &[world]));
            assert!(cairn < ichnaea, "{world}: cairn {cairn:.1} m, ichnaea {ichnaea:.1} m");
            assert!(cairn < beacondb, "{world}: cairn {cairn:.1} m, beacondb {beacondb:.1} m");
        }
    }

    #[test]
    fn aliens_from_another_town_carry_the_peers_away_and_not_us() {
        assert!(mean_m(Cairn, &["alien_boxes"]) < 20.0);
        assert!(mean_m(Beacondb, &["alien_boxes"]) > 500.0, "a mean over both towns");
    }

    #[test]
    fn one_box_is_answered_by_nobody_and_two_networks_of_one_box_only_by_the_peers() {
        let n_answered = |name, world| Score::of(&marks(name, &[world])).n_answered;
        for name in [Cairn, Ichnaea, Beacondb] {
            assert_eq!(n_answered(name, "lone_box"), 0, "{}", name.name());
        }
        assert_eq!(n_answered(Cairn, "twin_box"), 0);
        assert!(n_answered(Ichnaea, "twin_box") > 0);
    }
}
