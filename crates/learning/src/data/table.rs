//! Rows in columns: what training and evaluation read.

use super::as_of::check_row;
use super::dimension::Dimension;
use super::error::TableError;
use super::identity::{DataId, Source, identify};
use super::row::Row;
use crate::boost::Matrix;
use crate::feature::{FeatureSet, catalog};
use crate::limits::ROWS_MAX;
use crate::spec::{Task, TaskSpec};
use cairn_ground::LatLng;
use std::collections::BTreeMap;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Rows below which nothing is learned.
const ROWS_MIN: usize = 20;

/// The rows of a task with all that is known about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    task: Task,
    sources: Vec<Source>,
    /// The whole catalog, whatever a spec uses.
    features: Matrix,
    labels: Vec<f32>,
    promised_m: Vec<Option<[f32; 4]>>,
    at_ms: Vec<i64>,
    contributors: Vec<u64>,
    sequences: Vec<u32>,
    places: Vec<Option<LatLng>>,
    dimensions: Vec<Dimension>,
}

impl Table {
    /// A table of rows, those of the spec's window.
    ///
    /// # Errors
    /// A row that leaks, or does not fit the task.
    pub fn of(
        spec: &TaskSpec,
        mut sources: Vec<Source>,
        rows: Vec<Row>,
    ) -> Result<Self, TableError> {
        if rows.len() > ROWS_MAX {
            return Err(TableError::TooMany(rows.len()));
        }
        let newest_ms = rows.iter().map(|row| row.at_ms).max().unwrap_or(0);
        let since_ms = newest_ms - i64::from(spec.window.days) * DAY_MS;
        sources.sort();
        let mut table = Self {
            task: spec.task,
            sources,
            features: Matrix::new(catalog(spec.task).len()),
            labels: Vec::new(),
            promised_m: Vec::new(),
            at_ms: Vec::new(),
            contributors: Vec::new(),
            sequences: Vec::new(),
            places: Vec::new(),
            dimensions: (spec.slices.mandatory.iter())
                .map(|name| Dimension { name: name.clone(), values: Vec::new(), of: Vec::new() })
                .collect(),
        };
        for (number, row) in rows.into_iter().enumerate() {
            check_row(number, &row)?;
            if row.at_ms >= since_ms {
                table.push(number, &row)?;
            }
        }
        if table.n_rows() < ROWS_MIN {
            return Err(TableError::TooFew(table.n_rows()));
        }
        Ok(table)
    }

    fn push(&mut self, number: usize, row: &Row) -> Result<(), TableError> {
        let expected = self.features.n_features();
        if row.features.len() != expected {
            let (found, task) = (row.features.len(), self.task.name());
            return Err(TableError::Width { row: number, found, expected, task });
        }
        if !row.label.is_finite() || row.label < 0.0 {
            return Err(TableError::Label { row: number, label: row.label });
        }
        for dimension in &mut self.dimensions {
            let slice = row.slices.get(dimension.name.as_str()).ok_or_else(|| {
                TableError::Slice { row: number, dimension: dimension.name.clone() }
            })?;
            let at = dimension.number(slice);
            dimension.of.push(at);
        }
        self.features.push(&row.features);
        self.labels.push(row.label);
        self.promised_m.push(row.promised_m);
        self.at_ms.push(row.at_ms);
        self.contributors.push(row.contributor);
        self.sequences.push(row.sequence);
        self.places.push(row.place);
        Ok(())
    }

    /// The task.
    pub const fn task(&self) -> Task {
        self.task
    }

    /// Rows.
    pub const fn n_rows(&self) -> usize {
        self.labels.len()
    }

    /// The rows of a feature set.
    pub fn rows_of(&self, set: &FeatureSet) -> Matrix {
        set.pick_all(&self.features)
    }

    /// A row of the whole catalog.
    pub fn row(&self, row: usize) -> &[f32] {
        self.features.row(row)
    }

    /// The labels.
    pub fn labels(&self) -> &[f32] {
        &self.labels
    }

    /// What the map promised of a row.
    pub fn promised_m(&self, row: usize) -> Option<[f32; 4]> {
        self.promised_m[row]
    }

    /// A row's instant.
    pub fn at_ms(&self, row: usize) -> i64 {
        self.at_ms[row]
    }

    /// A row's contributor.
    pub fn contributor(&self, row: usize) -> u64 {
        self.contributors[row]
    }

    /// A row's question or sequence.
    pub fn sequence(&self, row: usize) -> u32 {
        self.sequences[row]
    }

    /// Where a row's truth lies, where it has a place: for the report's map, and for nothing else.
    pub fn place(&self, row: usize) -> Option<LatLng> {
        self.places[row]
    }

    /// What a row is judged with: its question where rows are candidates, else the row itself.
    pub fn unit_of(&self, row: usize) -> usize {
        if self.task == Task::Floor { self.sequences[row] as usize } else { row }
    }

    /// What it was made from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The data set's name.
    pub fn id(&self) -> DataId {
        identify(&self.sources, |hasher| {
            for row in 0..self.n_rows() {
                for number in self.row(row) {
                    hasher.update(&number.to_bits().to_le_bytes());
                }
                hasher.update(&self.labels[row].to_bits().to_le_bytes());
                hasher.update(&self.at_ms[row].to_le_bytes());
                hasher.update(&self.contributors[row].to_le_bytes());
                hasher.update(&self.sequences[row].to_le_bytes());
            }
        })
    }

    /// Whether it is the data set of that name.
    ///
    /// # Errors
    /// When it is another.
    pub fn expect(&self, expected: DataId) -> Result<(), TableError> {
        let found = self.id();
        if found == expected { Ok(()) } else { Err(TableError::Identity { found, expected }) }
    }

    /// The slices of each dimension with their rows, in their order.
    pub fn slices(&self) -> Vec<(&str, &str, Vec<usize>)> {
        let mut slices = Vec::new();
        for dimension in &self.dimensions {
            let mut by_value: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (row, value) in dimension.of.iter().enumerate() {
                by_value.entry(&dimension.values[usize::from(*value)]).or_default().push(row);
            }
            let name = dimension.name.as_str();
            slices.extend(by_value.into_iter().map(|(value, rows)| (name, value, rows)));
        }
        slices
    }

    /// The same rows with labels of others.
    #[must_use]
    pub fn with_labels(&self, labels: Vec<f32>) -> Self {
        Self { labels, ..self.clone() }
    }

    /// How many contributors some rows have.
    pub fn n_contributors(&self, rows: &[usize]) -> usize {
        let mut all: Vec<u64> = rows.iter().map(|row| self.contributors[*row]).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
