//! Small matrices of a fixed size: what a Kalman filter and kriging need, and no more.

use std::array::from_fn;

/// A column of `N` numbers.
pub(crate) type Vector<const N: usize> = [f64; N];

/// An `N` × `N` matrix, row by row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Matrix<const N: usize>(pub(crate) [[f64; N]; N]);

impl<const N: usize> Matrix<N> {
    /// A matrix from a rule of row and column.
    pub(crate) fn of(rule: impl Fn(usize, usize) -> f64) -> Self {
        Self(from_fn(|row| from_fn(|column| rule(row, column))))
    }

    /// These numbers on the diagonal, 0 elsewhere.
    pub(crate) fn diagonal(numbers: Vector<N>) -> Self {
        Self::of(|row, column| if row == column { numbers[row] } else { 0.0 })
    }

    /// 1 on the diagonal, 0 elsewhere.
    pub(crate) fn identity() -> Self {
        Self::diagonal([1.0; N])
    }

    /// Rows and columns exchanged.
    pub(crate) fn transposed(&self) -> Self {
        Self::of(|row, column| self.0[column][row])
    }

    /// The sum of both.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self::of(|row, column| self.0[row][column] + other.0[row][column])
    }

    /// This less `other`.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        Self::of(|row, column| self.0[row][column] - other.0[row][column])
    }

    /// The product, this one on the left.
    pub(crate) fn times(&self, other: &Self) -> Self {
        Self::of(|row, column| {
            (0..N).fold(0.0, |sum, at| self.0[row][at].mul_add(other.0[at][column], sum))
        })
    }

    /// The product with a column.
    pub(crate) fn times_column(&self, column: &Vector<N>) -> Vector<N> {
        from_fn(|row| (0..N).fold(0.0, |sum, at| self.0[row][at].mul_add(column[at], sum)))
    }

    /// `self · other · selfᵀ`, exactly symmetric.
    pub(crate) fn carry(&self, other: &Self) -> Self {
        self.times(other).times(&self.transposed()).symmetric()
    }

    /// The mean of itself and its transpose.
    pub(crate) fn symmetric(&self) -> Self {
        Self::of(|row, column| f64::midpoint(self.0[row][column], self.0[column][row]))
    }

    /// The inverse of a symmetric positive definite matrix; `None` for any other.
    ///
    /// # Source
    /// Cholesky: Golub, Van Loan, *Matrix Computations*, 4th ed. 2013, algorithm 4.2.1.
    pub(crate) fn inverse(&self) -> Option<Self> {
        let lower = self.cholesky()?;
        let mut inverse = Self::diagonal([0.0; N]);
        for column in 0..N {
            let unit = from_fn(|row| if row == column { 1.0 } else { 0.0 });
            let solved = solve(&lower, unit);
            for (row, value) in solved.into_iter().enumerate() {
                inverse.0[row][column] = value;
            }
        }
        Some(inverse.symmetric())
    }

    /// What times this symmetric positive definite matrix is `right`; `None` for any other matrix.
    ///
    /// # Source
    /// As [`Self::inverse`].
    pub(crate) fn solved(&self, right: Vector<N>) -> Option<Vector<N>> {
        Some(solve(&self.cholesky()?, right))
    }

    fn cholesky(&self) -> Option<[[f64; N]; N]> {
        let mut lower = [[0.0; N]; N];
        for row in 0..N {
            for column in 0..=row {
                let inner = (0..column)
                    .fold(0.0, |sum, at| f64::mul_add(lower[row][at], lower[column][at], sum));
                let left = self.0[row][column] - inner;
                if row == column {
                    if !(left > 0.0 && left.is_finite()) {
                        return None;
                    }
                    lower[row][row] = left.sqrt();
                } else {
                    lower[row][column] = left / lower[column][column];
                }
            }
        }
        Some(lower)
    }
}

/// Solves `lower · lowerᵀ · x = right`.
fn solve<const N: usize>(lower: &[[f64; N]; N], right: Vector<N>) -> Vector<N> {
    let mut half = [0.0; N];
    for row in 0..N {
        let inner = (0..row).fold(0.0, |sum, at| f64::mul_add(lower[row][at], half[at], sum));
        half[row] = (right[row] - inner) / lower[row][row];
    }
    let mut whole = [0.0; N];
    for row in (0..N).rev() {
        let inner = (row + 1..N).fold(0.0, |sum, at| f64::mul_add(lower[at][row], whole[at], sum));
        whole[row] = (half[row] - inner) / lower[row][row];
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_the_identity() {
        let numbers = [[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]];
        let skew = Matrix(numbers);
        let product = skew.times(&skew.inverse().unwrap());
        let off = product.minus(&Matrix::identity());
        assert!(off.0.iter().flatten().all(|value| value.abs() < 1e-12), "{product:?}");
        let solved = skew.times_column(&skew.solved([1.0, 2.0, 3.0]).unwrap());
        assert!(solved.iter().zip([1.0, 2.0, 3.0]).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn what_is_not_positive_definite_has_no_inverse() {
        assert_eq!(Matrix::diagonal([1.0, 0.0]).inverse(), None);
        assert_eq!(Matrix::diagonal([1.0, f64::NAN]).inverse(), None);
    }
}
