//! The table, and what it must say.

use std::fmt::Write as _;
use std::time::Duration;

use super::trial::{Trial, per_second};

/// How much later help may come than with nobody beside, at the ninety-ninth hundredth. Source: issue 6.
const RATIO_MAX: f64 = 2.0;
/// How much memory may grow from a third of a flood to its end.
/// Source: the journal's queue and group and the learner's window are full by then (docs/specs/journal.md §5).
const GROWTH_MAX: f64 = 1.25;

/// The figures in Markdown.
pub(super) fn table(trials: &[Trial], factor: f64, seconds: u64) -> String {
    let mut text = format!("\n{factor} times the capacity for {seconds} s\n\n");
    text.push_str(
        "| flood | capacity/s | asked/s | answered/s | put off/s | lost | help p50, p99 calm ms | \
         p50, p99 flooded ms | ratio of p99 | help put off, other, lost | back after s | MiB before, third, end |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let time = Duration::from_secs(seconds);
    for it in trials {
        let [before, third, end] = it.resident_mib;
        let back = it.recovered_s.map_or("never".to_owned(), |s| format!("{s:.0}"));
        // Writing to a string cannot fail.
        writeln!(
            text,
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} | {} | {:.2}, {:.2} | {:.2}, {:.2} | {:.2} | {}, {}, {} | {back} | {before:.0}, {third:.0}, {end:.0} |",
            it.mix.name(),
            it.capacity_per_s,
            it.capacity_per_s * factor,
            per_second(it.flood.found, time),
            per_second(it.flood.put_off, time),
            it.flood.lost,
            it.calm.p50_ms,
            it.calm.p99_ms,
            it.help.p50_ms,
            it.help.p99_ms,
            ratio(it),
            it.help.put_off,
            it.help.other,
            it.help.lost,
        )
        .unwrap_or_default();
    }
    text
}

/// What is beyond its bound.
pub(super) fn broken(trials: &[Trial]) -> Vec<String> {
    let mut broken = Vec::new();
    for it in trials {
        let name = it.mix.name();
        if ratio(it) > RATIO_MAX {
            broken.push(format!("{name}: help came {:.2} times as late", ratio(it)));
        }
        if not_answered(it) > 0 {
            broken.push(format!("{name}: {} calls for help were not answered", not_answered(it)));
        }
        if it.recovered_s.is_none() {
            broken.push(format!("{name}: not as quick as before within ten seconds"));
        }
        let [_, third, end] = it.resident_mib;
        if end > third * GROWTH_MAX {
            broken.push(format!("{name}: memory grew from {third:.0} to {end:.0} MiB"));
        }
    }
    broken
}

/// How much later help came.
fn ratio(it: &Trial) -> f64 {
    it.help.p99_ms / it.calm.p99_ms.max(1e-3)
}

/// Calls for help that got no answer, or another one.
const fn not_answered(it: &Trial) -> u64 {
    it.help.put_off + it.help.other + it.help.lost
}

#[cfg(test)]
mod tests {
    use super::super::load::Seen;
    use super::super::trial::Mix;
    use super::*;

    fn trial(p99_ms: f64, lost: u64, recovered_s: Option<f64>, end_mib: f64) -> Trial {
        let calm = Seen { found: 100, put_off: 0, other: 0, lost: 0, p50_ms: 0.2, p99_ms: 1.0 };
        Trial {
            mix: Mix::Reports,
            capacity_per_s: 1_000.0,
            flood: calm,
            calm,
            help: Seen { lost, p99_ms, ..calm },
            recovered_s,
            resident_mib: [50.0, 100.0, end_mib],
        }
    }

    #[test]
    fn each_bound_is_told_by_name_when_it_is_passed() {
        assert!(broken(&[trial(1.9, 0, Some(0.0), 110.0)]).is_empty());
        for (it, word) in [
            (trial(2.1, 0, Some(0.0), 100.0), "2.10 times"),
            (trial(1.0, 3, Some(0.0), 100.0), "3 calls"),
            (trial(1.0, 0, None, 100.0), "ten seconds"),
            (trial(1.0, 0, Some(0.0), 200.0), "200 MiB"),
        ] {
            let told = broken(&[it]);
            assert!(told.len() == 1 && told[0].contains(word), "{told:?}");
        }
        assert!(table(&[trial(1.0, 0, None, 1.0)], 10.0, 60).contains("| never |"));
    }
}
