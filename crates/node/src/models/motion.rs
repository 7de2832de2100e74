//! Rows of `motion`: intervals of motion sensors along walks whose points were surveyed, and simulated ones.

use super::deal::number;
use super::origin::Making;
use super::sets::SetName;
use super::sets::traces::{Kind, Point, Walk, visit, way};
use crate::limits::INTERVALS_PER_WALK_MAX;
use cairn_ground::{Block, Geodesic};
use cairn_learning::data::{Row, Sees};
use cairn_learning::dice::mix;
use cairn_learning::feature::motion::{Interval, SAMPLES, Sample, row};
use cairn_sim::sensors::{self, Manner};
use std::path::Path;

/// Longest time between two surveyed points that tells how somebody moved, ms.
const LEG_MAX_MS: i64 = 60_000;
/// Slower than this somebody stood, faster they walked, m/s; between the two a leg says nothing.
const STILL_M_S: f64 = 0.1;
/// See [`STILL_M_S`].
const WALK_M_S: f64 = 0.5;
/// Time around an interval whose pressure belongs to it, ms.
const PRESSURE_MS: i64 = 5_000;
/// Simulated sequences, each of its own phone.
const SIMULATED: u64 = 200;

/// Rows of an indoor set.
pub(super) fn of_set(making: &Making<'_>, set: SetName, data: &Path) -> anyhow::Result<Vec<Row>> {
    let kind = if set == SetName::Ipin { Kind::Ipin } else { Kind::IndoorMs };
    let (mut rows, mut sequence) = (Vec::new(), 0);
    visit(&set.folder(data), &["G", "I", "R"], |walk| {
        sequence += 1;
        if rows.len() < making.n_rows_max {
            rows.extend(of_walk(&walk, kind, set.name(), sequence)?);
        }
        Ok(())
    })?;
    Ok(rows)
}

fn of_walk(walk: &Walk, kind: Kind, set: &str, sequence: u32) -> anyhow::Result<Vec<Row>> {
    let way = way(walk, kind)?;
    let group = walk.head.get(if kind == Kind::Ipin { 2 } else { 1 }).cloned().unwrap_or_default();
    let sensed: Vec<(i64, Sample)> =
        walk.events.iter().filter(|event| event[0] == "I").filter_map(|it| sample(it)).collect();
    let pressure: Vec<(i64, f32)> = (walk.events.iter())
        .filter(|event| event[0] == "R")
        .filter_map(|it| Some((it.get(1)?.parse().ok()?, it.get(2)?.parse().ok()?)))
        .collect();
    let mut rows = Vec::new();
    for part in sensed.chunks_exact(SAMPLES).take(INTERVALS_PER_WALK_MAX) {
        let at_ms = i64::midpoint(part[0].0, part[SAMPLES - 1].0);
        let Some((manner, leg)) = manner(&way, at_ms) else { continue };
        let samples: Vec<Sample> = part.iter().map(|(_, sample)| *sample).collect();
        let around = pressure.iter().filter(|(ms, _)| (ms - at_ms).abs() <= PRESSURE_MS);
        let around: Vec<(f32, f32)> =
            around.map(|(ms, hpa)| ((ms - at_ms) as f32 / 1_000.0, *hpa)).collect();
        let interval = Interval { samples: &samples, pressure: &around };
        let whose = mix(number(set), number(&group));
        let made = made(&interval, manner, (set, whose, sequence), at_ms);
        rows.push(Row { block: Block::of(leg.place()).number(), place: Some(leg.place()), ..made });
    }
    Ok(rows)
}

/// How somebody moved between the two surveyed points around an instant, when that is clear.
fn manner(way: &[Point], at_ms: i64) -> Option<(Manner, Point)> {
    let leg = way.windows(2).find(|leg| (leg[0].at_ms..leg[1].at_ms).contains(&at_ms))?;
    let ms = leg[1].at_ms - leg[0].at_ms;
    let (from, to) = (leg[0].floor()?.get(), leg[1].floor()?.get());
    let m_s = Geodesic.distance_m(leg[0].place(), leg[1].place()) / (ms as f64 / 1_000.0);
    let manner = match (to - from).signum() {
        1 => Manner::Up,
        -1 => Manner::Down,
        _ if m_s >= WALK_M_S => Manner::Walk,
        _ if m_s <= STILL_M_S => Manner::Still,
        _ => return None,
    };
    (ms <= LEG_MAX_MS).then_some((manner, leg[0]))
}

/// `I dt ax ay az gx gy gz …`: 0.01 m/s², 0.001 rad/s.
fn sample(event: &[String]) -> Option<(i64, Sample)> {
    let at = |index: usize| event.get(index)?.parse::<f32>().ok();
    let three = |first: usize, unit: f32| {
        Some([at(first)? * unit, at(first + 1)? * unit, at(first + 2)? * unit])
    };
    let sample = Sample { push_ms2: three(2, 0.01)?, turn_rad_s: three(5, 0.001)? };
    Some((event.get(1)?.parse().ok()?, sample))
}

/// Rows of simulated sensors: the only rides there are.
pub(super) fn simulated(making: &Making<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for phone in 0..SIMULATED {
        let sequence = u32::try_from(phone).unwrap_or(0);
        for (step, felt) in (0_i64..).zip(sensors::sequence(phone, SAMPLES)) {
            let sample =
                |it: &sensors::Felt| Sample { push_ms2: it.push_ms2, turn_rad_s: it.turn_rad_s };
            let samples: Vec<Sample> = felt.felt.iter().map(sample).collect();
            let interval = Interval { samples: &samples, pressure: &felt.pressure };
            let whose = ("simulated", mix(number("simulated"), phone), sequence);
            rows.push(made(&interval, felt.manner, whose, 2_560 * step));
        }
    }
    rows.truncate(making.n_rows_max.max(1_000));
    rows
}

fn made(
    interval: &Interval<'_>,
    manner: Manner,
    (set, contributor, sequence): (&str, u64, u32),
    at_ms: i64,
) -> Row {
    Row {
        at_ms,
        contributor,
        block: 0,
        sequence,
        sees: Sees::Itself,
        saw_own: false,
        features: row(interval).to_vec(),
        label: f32::from(manner as u8),
        promised_m: None,
        place: None,
        slices: [("set", set.to_owned()), ("class", manner.name().to_owned())].into(),
    }
}
