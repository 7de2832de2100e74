//! The metrics of a task on some rows.

use crate::calibrate::LEVELS;
use crate::data::Table;
use crate::fit::{Word, short, surprise};
use crate::spec::Task;
use std::collections::BTreeMap;

/// Metrics of sizes.
const OF_SIZES: [&str; 10] = [
    "pinball_m",
    "inside_r50",
    "inside_r68",
    "inside_r90",
    "inside_r95",
    "r68_median_m",
    "r95_median_m",
    "error_p50_m",
    "error_p68_m",
    "error_p95_m",
];
/// Metrics of classes.
const OF_CLASSES: [&str; 4] = ["log_loss", "right_share", "recall_least", "overconfidence"];
/// Metrics of choices.
const OF_CHOICES: [&str; 3] = ["log_loss", "right_share", "overconfidence"];

/// What is measured of a task.
pub const fn metrics_of(task: Task) -> &'static [&'static str] {
    match task {
        Task::Radius => &OF_SIZES,
        Task::Mobility | Task::Motion => &OF_CLASSES,
        Task::Floor => &OF_CHOICES,
    }
}

/// Metrics by name.
pub type Scores = BTreeMap<String, f64>;

/// The metrics of some rows' words.
pub(super) fn score(table: &Table, words: &[Word], rows: &[usize]) -> Scores {
    match words.first() {
        Some(Word::Radii(_)) => of_sizes(table, words, rows),
        Some(Word::Odds(_)) => of_classes(table, words, rows),
        Some(Word::Chosen(_)) => of_choices(table, words, rows),
        None => Scores::new(),
    }
}

fn named(pairs: impl IntoIterator<Item = (&'static str, f64)>) -> Scores {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), short(value))).collect()
}

fn of_sizes(table: &Table, words: &[Word], rows: &[usize]) -> Scores {
    let mut errors: Vec<f64> = rows.iter().map(|row| f64::from(table.labels()[*row])).collect();
    let mut radii: [Vec<f64>; 4] = Default::default();
    let mut inside = [0.0; 4];
    let mut loss = 0.0;
    for (row, error_m) in rows.iter().zip(&errors) {
        let Word::Radii(radii_m) = &words[*row] else { continue };
        loss += surprise(table, *row, &words[*row]);
        for level in 0..LEVELS.len() {
            radii[level].push(radii_m[level]);
            inside[level] += f64::from(u8::from(*error_m <= radii_m[level]));
        }
    }
    let n = rows.len().max(1) as f64;
    let inside = inside.map(|n_inside| n_inside / n);
    named(OF_SIZES.into_iter().zip([
        loss / n,
        inside[0],
        inside[1],
        inside[2],
        inside[3],
        median(&mut radii[1], 0.5),
        median(&mut radii[3], 0.5),
        median(&mut errors.clone(), 0.5),
        median(&mut errors.clone(), 0.68),
        median(&mut errors, 0.95),
    ]))
}

fn median(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let at = (share * values.len().saturating_sub(1) as f64).round() as usize;
    values.get(at).copied().unwrap_or(0.0)
}

fn of_classes(table: &Table, words: &[Word], rows: &[usize]) -> Scores {
    let (mut loss, mut sure, mut right) = (0.0, 0.0, 0.0);
    let mut by_class: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for row in rows {
        let Word::Odds(odds) = &words[*row] else { continue };
        let told = likeliest(odds);
        let truth = table.labels()[*row] as usize;
        let is_right = f64::from(u8::from(told == truth));
        loss += surprise(table, *row, &words[*row]);
        sure += odds.get(told).copied().unwrap_or(0.0);
        right += is_right;
        let of = by_class.entry(truth).or_default();
        *of = (of.0 + is_right, of.1 + 1.0);
    }
    let n = rows.len().max(1) as f64;
    let least = by_class.values().map(|(right, n)| right / n).fold(1.0, f64::min);
    named(OF_CLASSES.into_iter().zip([loss / n, right / n, least, (sure - right) / n]))
}

fn likeliest(odds: &[f64]) -> usize {
    (0..odds.len()).rev().max_by(|a, b| odds[*a].total_cmp(&odds[*b])).unwrap_or(0)
}

fn of_choices(table: &Table, words: &[Word], rows: &[usize]) -> Scores {
    let (mut loss, mut sure, mut right, mut n) = (0.0, 0.0, 0.0, 0.0);
    for of in rows.chunk_by(|a, b| table.sequence(*a) == table.sequence(*b)) {
        let odds: Vec<f64> = of.iter().map(|row| chosen(&words[*row])).collect();
        let told = likeliest(&odds);
        loss += of.iter().map(|row| surprise(table, *row, &words[*row])).sum::<f64>();
        sure += odds[told];
        right += f64::from(u8::from(table.labels()[of[told]] > 0.5));
        n += 1.0;
    }
    let n = f64::max(n, 1.0);
    named(OF_CHOICES.into_iter().zip([loss / n, right / n, (sure - right) / n]))
}

const fn chosen(word: &Word) -> f64 {
    match word {
        Word::Chosen(p) => *p,
        Word::Odds(_) | Word::Radii(_) => 0.0,
    }
}
