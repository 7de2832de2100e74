//! Dead reckoning: how far somebody came between two instants by their own steps.

use cairn_ground::Enu;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stride {
    /// When, ms since the epoch.
    pub at_ms: i64,
    /// How long, m.
    pub length_m: f64,
    /// Which way, east and north of a unit length; `None` when nobody knows.
    pub way: Option<[f64; 2]>,
}

/// Longest time that a step takes, ms. Source: the slowest walk, 1.2 steps a second.
const STEP_MS_MAX: i64 = 800;

/// Steps that a track remembers: of more, the oldest are forgotten. Source: half an hour of running, 3.3 a
/// second, and a quarter more.
const MARKS_MAX: usize = 8_192;
/// Spans of known time that a track remembers. Source: a request a second over two minutes, the longest lag.
const SPANS_MAX: usize = 128;

/// The way that steps lead, and for which times they are known.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// In time order, the first of them the base that sums count from.
    marks: Vec<Mark>,
    /// Spans of time in which every step is known, ms; apart and in order.
    known_ms: Vec<(i64, i64)>,
}

/// Where all steps up to an instant lead, and how long those took that have no direction.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at_ms: i64,
    lead: Enu,
    undirected_ms: i64,
}

impl Default for Path {
    fn default() -> Self {
        let base = Mark { at_ms: i64::MIN, lead: Enu::ZERO, undirected_ms: 0 };
        Self { marks: vec![base], known_ms: Vec::new() }
    }
}

/// What steps say about the time between two instants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Walked {
    /// Where steps with a direction lead, m.
    pub(super) lead: Enu,
    /// Time in which nothing is known of steps, or of their direction, ms.
    pub(super) unknown_ms: i64,
}

impl Path {
    /// Adds steps later than those known; others are left out.
    pub(super) fn add(&mut self, strides: &[Stride]) {
        for stride in strides {
            let Some(mut mark) = self.marks.last().copied() else { return };
            if stride.at_ms <= mark.at_ms {
                continue;
            }
            let took_ms = stride.at_ms.saturating_sub(mark.at_ms).min(STEP_MS_MAX);
            mark.at_ms = stride.at_ms;
            match stride.way {
                Some([east, north]) => {
                    mark.lead.east_m = stride.length_m.mul_add(east, mark.lead.east_m);
                    mark.lead.north_m = stride.length_m.mul_add(north, mark.lead.north_m);
                }
                None => mark.undirected_ms += took_ms,
            }
            self.marks.push(mark);
        }
        let n_over = self.marks.len().saturating_sub(MARKS_MAX);
        self.marks.drain(..n_over);
    }

    /// Says that every step between two instants is known.
    pub(super) fn know(&mut self, from_ms: i64, to_ms: i64) {
        if from_ms < to_ms {
            self.known_ms.push((from_ms, to_ms));
        }
        self.known_ms.sort_unstable();
        let mut apart: Vec<(i64, i64)> = Vec::new();
        for (from, to) in self.known_ms.drain(..) {
            match apart.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => apart.push((from, to)),
            }
        }
        apart.drain(..apart.len().saturating_sub(SPANS_MAX));
        self.known_ms = apart;
    }

    /// Forgets steps before an instant but the last.
    pub(super) fn forget_before(&mut self, at_ms: i64) {
        let n_old = self.marks.partition_point(|mark| mark.at_ms < at_ms);
        self.marks.drain(..n_old.saturating_sub(1));
        self.known_ms.retain(|(_, to_ms)| *to_ms > at_ms);
    }

    /// What is known of the time between two instants.
    pub(super) fn between(&self, from_ms: i64, to_ms: i64) -> Walked {
        let ((from, before_ms), (to, after_ms)) = (self.at(from_ms), self.at(to_ms));
        let overlap = |(a, b): &(i64, i64)| ((*b).min(to_ms) - (*a).max(from_ms)).max(0);
        let known_ms: i64 = self.known_ms.iter().map(overlap).sum();
        let span_ms = (to_ms - from_ms).max(0);
        Walked {
            lead: Enu { east_m: to.east_m - from.east_m, north_m: to.north_m - from.north_m },
            unknown_ms: (span_ms - known_ms + after_ms - before_ms).clamp(0, span_ms),
        }
    }

    /// Where steps lead up to an instant, and how long they were without a direction; a step is walked
    /// evenly over the time it takes.
    fn at(&self, at_ms: i64) -> (Enu, i64) {
        let next = self.marks.partition_point(|mark| mark.at_ms <= at_ms).max(1);
        let before = self.marks[next - 1];
        let Some(after) = self.marks.get(next) else { return (before.lead, before.undirected_ms) };
        let began_ms = before.at_ms.max(after.at_ms.saturating_sub(STEP_MS_MAX));
        let (gone_ms, whole_ms) = ((at_ms - began_ms).max(0), after.at_ms - began_ms);
        #[expect(clippy::cast_precision_loss, reason = "less than a second")]
        let share = gone_ms as f64 / whole_ms as f64;
        let mix = |from: f64, to: f64| share.mul_add(to - from, from);
        let lead = Enu {
            east_m: mix(before.lead.east_m, after.lead.east_m),
            north_m: mix(before.lead.north_m, after.lead.north_m),
        };
        let lost_ms = after.undirected_ms - before.undirected_ms;
        (lead, before.undirected_ms + lost_ms.min(gone_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn east(at_ms: i64) -> Stride {
        Stride { at_ms, length_m: 0.7, way: Some([1.0, 0.0]) }
    }

    #[test]
    fn steps_add_up_and_one_is_walked_evenly() {
        let mut path = Path::default();
        path.add(&[east(1_000), east(1_600), Stride { way: None, ..east(2_200) }, east(1_700)]);
        path.know(0, 3_000);
        let whole = path.between(0, 3_000);
        assert!((whole.lead.east_m - 1.4).abs() < 1e-9);
        assert_eq!(whole.unknown_ms, 600, "the step whose direction nobody knows");
        assert!((path.between(1_000, 1_300).lead.east_m - 0.35).abs() < 1e-9);
        assert!(path.between(0, 200).lead.east_m.abs() < 1e-9, "the step began later");
    }

    #[test]
    fn time_without_steps_is_told_from_time_nobody_knows_of() {
        let mut path = Path::default();
        path.know(5_000, 6_000);
        path.know(0, 1_000);
        path.know(500, 2_000);
        assert_eq!(path.between(0, 6_000).unknown_ms, 3_000);
        assert_eq!(path.between(500, 1_500).unknown_ms, 0);
    }

    #[test]
    fn a_track_remembers_so_many_steps_and_spans_and_no_more() {
        let mut path = Path::default();
        for i in 0..i64::try_from(2 * MARKS_MAX).unwrap() {
            path.add(&[east(i * 600)]);
        }
        for i in 0..1_000 {
            path.know(i * 1_000, i * 1_000 + 500);
        }
        assert_eq!((path.marks.len(), path.known_ms.len()), (MARKS_MAX, SPANS_MAX));
    }

    #[test]
    fn what_is_forgotten_changes_nothing_later() {
        let mut path = Path::default();
        path.add(&(1..20).map(|i| east(i * 600)).collect::<Vec<_>>());
        path.know(0, 12_000);
        let before = path.between(6_300, 9_000);
        path.forget_before(6_000);
        let after = path.between(6_300, 9_000);
        assert!((before.lead.east_m - after.lead.east_m).abs() < 1e-9);
        assert_eq!(before.unknown_ms, after.unknown_ms);
        assert!(path.marks.len() < 15);
    }
}
