//! Rows of numbers, one row after the other.

/// Rows of `n_features` numbers each; NaN where a number is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    n_features: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// No rows yet.
    pub const fn new(n_features: usize) -> Self {
        Self { n_features, values: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When the row is not as wide as the others: a programming error of whoever builds rows.
    pub fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.n_features, "a row of another width");
        self.values.extend_from_slice(row);
    }

    /// Numbers in a row.
    pub const fn n_features(&self) -> usize {
        self.n_features
    }

    /// Rows.
    pub fn n_rows(&self) -> usize {
        self.values.len().checked_div(self.n_features).unwrap_or(0)
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.n_features..(index + 1) * self.n_features]
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.n_features.max(1))
    }

    /// Row after row.
    #[cfg(feature = "neural")]
    pub(crate) fn flat(&self) -> &[f32] {
        &self.values
    }

    /// The rows of these numbers, in their order.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        let mut picked = Self::new(self.n_features);
        for row in rows {
            picked.push(self.row(*row));
        }
        picked
    }

    /// One number of each row.
    pub fn column(&self, feature: usize) -> impl Iterator<Item = f32> {
        self.rows().map(move |row| row[feature])
    }

    /// Sets one number.
    pub fn set(&mut self, row: usize, feature: usize, value: f32) {
        self.values[row * self.n_features + feature] = value;
    }
}
