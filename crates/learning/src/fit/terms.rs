//! What raw words are worth: factors for radii, a temperature for odds, what follows what in a sequence.

use super::heads::raw_radii_m;
use crate::boost::Matrix;
use crate::calibrate::{LEVELS, Radial, Scored, temperature};
use crate::data::Table;
use crate::feature::radius::METHOD_AT;
use crate::spec::{LabelKind, TaskSpec};
use cairn_ground::Confidence;
use serde::{Deserialize, Serialize};

/// Least probability that is ever given.
const ODDS_MIN: f64 = 1e-4;
/// Rows of each class that a sequence is believed to have held before any was seen.
const PRIOR_ROWS: f64 = 1.0;

/// What a model says of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// R50, R68, R90 and R95, m.
    Radii([f64; 4]),
    /// A probability for each class.
    Odds(Vec<f64>),
    /// The probability that a candidate is the right one.
    Chosen(f64),
}

/// What turns raw words into words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// For sizes.
    pub radial: Radial,
    /// For classes and choices; in a sequence for what a row says beyond how often each class is.
    pub temperature: f64,
    /// In a sequence for what is believed in the end, which holds more certainty than its parts.
    #[serde(default = "as_it_is")]
    pub belief_temperature: f64,
    /// For sequences: from each class to each.
    pub follows: Vec<Vec<f64>>,
    /// How often each class is.
    pub share: Vec<f64>,
}

impl Terms {
    /// Measures them on raw words of rows that the forests never saw.
    pub fn fit(spec: &TaskSpec, table: &Table, raw: &Matrix, rows: &[usize]) -> Self {
        let mut terms = Self {
            radial: Radial::default(),
            temperature: 1.0,
            belief_temperature: 1.0,
            follows: Vec::new(),
            share: Vec::new(),
        };
        if spec.label.kind == LabelKind::Size {
            let scored: Vec<Scored> = rows.iter().map(|row| scored(table, raw, *row)).collect();
            terms.radial = Radial::fit(&scored).map(short);
            return terms;
        }
        if spec.training.sequence {
            (terms.follows, terms.share) = follows(spec, table, rows);
        }
        let surprise_of = |tried: &Self| {
            let words = tried.words(spec, table, raw, rows);
            let losses = rows.iter().zip(&words).map(|(row, word)| surprise(table, *row, word));
            losses.sum::<f64>()
        };
        let parts = |temperature| surprise_of(&Self { temperature, ..terms.clone() });
        terms.temperature = short(temperature(parts));
        if spec.training.sequence {
            let whole =
                |belief_temperature| surprise_of(&Self { belief_temperature, ..terms.clone() });
            terms.belief_temperature = short(temperature(whole));
        }
        terms
    }

    /// The words of rows, in their order. Rows of one question or sequence stand together.
    pub fn words(&self, spec: &TaskSpec, table: &Table, raw: &Matrix, rows: &[usize]) -> Vec<Word> {
        let same = |a: &usize, b: &usize| table.sequence(*a) == table.sequence(*b);
        match spec.label.kind {
            LabelKind::Size => {
                rows.iter().map(|row| self.radii(stratum(table.row(*row)), raw.row(*row))).collect()
            }
            LabelKind::Choice => {
                let questions = rows.chunk_by(same);
                questions.flat_map(|rows| self.choice(raw, rows)).collect()
            }
            LabelKind::Class if spec.training.sequence => {
                rows.chunk_by(same).flat_map(|rows| self.sequence(raw, rows)).collect()
            }
            LabelKind::Class => {
                rows.iter().map(|row| Word::Odds(self.odds(raw.row(*row)))).collect()
            }
        }
    }

    /// Whether they are numbers, and of the spec's classes.
    pub(crate) fn fits(&self, spec: &TaskSpec) -> bool {
        let is_share = |it: &f64| it.is_finite() && *it > 0.0;
        let is_square = |n: usize| {
            self.share.len() == n
                && self.follows.len() == n
                && self.follows.iter().all(|row| row.len() == n && row.iter().all(is_share))
                && self.share.iter().all(is_share)
        };
        let n_classes = if spec.training.sequence { spec.label.classes.len() } else { 0 };
        let factors = self.radial.strata.values().flatten().chain(&self.radial.pooled);
        let needs_factors = spec.label.kind == LabelKind::Size;
        is_square(n_classes)
            && is_share(&self.temperature)
            && is_share(&self.belief_temperature)
            && (!needs_factors || factors.into_iter().all(is_share))
    }

    /// The radii of a row's scores.
    pub fn radii(&self, stratum: u8, scores: &[f32]) -> Word {
        let radii = self.radial.radii(stratum, raw_radii_m(scores));
        Word::Radii(Confidence::ALL.map(|level| radii.at_m(level)))
    }

    /// The classes' probabilities by a row's scores.
    pub fn odds(&self, scores: &[f32]) -> Vec<f64> {
        soft(scores.iter().map(|score| f64::from(*score) / self.temperature).collect())
    }

    fn choice(&self, raw: &Matrix, rows: &[usize]) -> Vec<Word> {
        let scores = rows.iter().map(|row| f64::from(raw.row(*row)[0]) / self.temperature);
        soft(scores.collect()).into_iter().map(Word::Chosen).collect()
    }

    /// Forward through a sequence: what was believed a moment ago, then what the row says.
    ///
    /// Rows that follow each other err alike, so the temperature is that of what each adds to the classes' shares.
    fn sequence(&self, raw: &Matrix, rows: &[usize]) -> Vec<Word> {
        let mut belief = self.share.clone();
        let step = |row: &usize| {
            let says = soft(raw.row(*row).iter().map(|score| f64::from(*score)).collect());
            let n = belief.len();
            let next = (0..n).map(|to| {
                let came: f64 = (0..n).map(|from| belief[from] * self.follows[from][to]).sum();
                came * (says[to] / self.share[to]).powf(self.temperature.recip())
            });
            belief = normal(next.collect());
            let told = belief.iter().map(|it| it.powf(self.belief_temperature.recip()));
            Word::Odds(normal(told.collect()))
        };
        rows.iter().map(step).collect()
    }
}

/// A temperature that changes nothing.
const fn as_it_is() -> f64 {
    1.0
}

fn scored(table: &Table, raw: &Matrix, row: usize) -> Scored {
    Scored {
        stratum: stratum(table.row(row)),
        raw_m: raw_radii_m(raw.row(row)),
        error_m: f64::from(table.labels()[row]),
        contributor: table.contributor(row),
    }
}

/// A number in so few digits that a file gives it back exactly; what is no number becomes a large one, which no
/// gate passes.
pub(crate) fn short(value: f64) -> f64 {
    if value.is_finite() { (value * 1e6).round() / 1e6 } else { 1e9 }
}

/// Which factors a row of `radius` takes: those of what it was found by.
pub(crate) fn stratum(row: &[f32]) -> u8 {
    row.get(METHOD_AT).map_or(u8::MAX, |method| *method as u8)
}

/// Minus the logarithm of what was given to what was so; the pinball loss over the levels for sizes.
pub(crate) fn surprise(table: &Table, row: usize, word: &Word) -> f64 {
    let label = table.labels()[row];
    match word {
        Word::Radii(radii_m) => {
            let error_m = f64::from(label);
            let losses = LEVELS.iter().zip(radii_m).map(|(level, radius_m)| {
                (level * (error_m - radius_m)).max((level - 1.0) * (error_m - radius_m))
            });
            losses.sum::<f64>() / LEVELS.len() as f64
        }
        Word::Odds(odds) => -odds.get(label as usize).copied().unwrap_or(ODDS_MIN).ln(),
        Word::Chosen(p) if label > 0.5 => -p.max(ODDS_MIN).ln(),
        Word::Chosen(_) => 0.0,
    }
}

/// What follows what, and how often each class is, among rows of sequences.
fn follows(spec: &TaskSpec, table: &Table, rows: &[usize]) -> (Vec<Vec<f64>>, Vec<f64>) {
    let n = spec.label.classes.len();
    let (mut follows, mut share) = (vec![vec![PRIOR_ROWS; n]; n], vec![PRIOR_ROWS; n]);
    let class = |row: usize| (table.labels()[row] as usize).min(n - 1);
    for row in rows {
        share[class(*row)] += 1.0;
    }
    for pair in rows.windows(2).filter(|it| table.sequence(it[0]) == table.sequence(it[1])) {
        follows[class(pair[0])][class(pair[1])] += 1.0;
    }
    let rounded = |parts: Vec<f64>| normal(parts).into_iter().map(short).collect::<Vec<f64>>();
    (follows.into_iter().map(rounded).collect(), rounded(share))
}

/// Probabilities of log odds, none below the least.
fn soft(scores: Vec<f64>) -> Vec<f64> {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    normal(scores.into_iter().map(|score| (score - most).exp()).collect())
}

fn normal(mut parts: Vec<f64>) -> Vec<f64> {
    let total: f64 = parts.iter().sum();
    for part in &mut parts {
        *part = (*part / total).max(ODDS_MIN);
    }
    let total: f64 = parts.iter().sum();
    for part in &mut parts {
        *part /= total;
    }
    parts
}
