//! Ridge regression of a few numbers.

/// A sample: its signs, what they are to tell, and how much it counts.
pub(crate) type Row<const N: usize> = ([f64; N], f64, f64);

/// The coefficients that tell the targets best; all but the first are pulled to 0 by this many samples.
///
/// `None` when the samples leave one open.
pub(crate) fn ridge<const N: usize>(
    rows: impl Iterator<Item = Row<N>>,
    pull: f64,
) -> Option<[f64; N]> {
    let mut square = [[0.0; N]; N];
    let mut right = [0.0; N];
    for (signs, target, weight) in rows {
        for row in 0..N {
            right[row] += weight * signs[row] * target;
            for column in 0..N {
                square[row][column] += weight * signs[row] * signs[column];
            }
        }
    }
    for (index, row) in square.iter_mut().enumerate().skip(1) {
        row[index] += pull;
    }
    solve(square, right)
}

/// Solves a positive definite system by elimination; `None` when it is not.
fn solve<const N: usize>(mut square: [[f64; N]; N], mut right: [f64; N]) -> Option<[f64; N]> {
    for pivot in 0..N {
        if square[pivot][pivot] <= 1e-12 {
            return None;
        }
        for row in pivot + 1..N {
            let factor = square[row][pivot] / square[pivot][pivot];
            let above = square[pivot];
            for (value, above) in square[row].iter_mut().zip(above).skip(pivot) {
                *value -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..N).rev() {
        for column in row + 1..N {
            right[row] -= square[row][column] * right[column];
        }
        right[row] /= square[row][row];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_and_few_samples_say_little() {
        let rows = |n: u32| {
            (0..n).map(|n| {
                let sign = f64::from(n % 7) - 3.0;
                ([1.0, sign], 2.0 - sign / 2.0, 1.0)
            })
        };
        let [constant, slope] = ridge(rows(7_000), 20.0).unwrap();
        assert!((constant - 2.0).abs() < 0.01 && (slope + 0.5).abs() < 0.01);
        let [_, shy] = ridge(rows(7), 280.0).unwrap();
        assert!(shy > -0.1, "{shy}");
        assert_eq!(ridge(rows(0), 20.0), None);
    }
}
