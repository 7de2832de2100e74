//! A calibration as numbered rows of four numbers, as a snapshot keeps it.

use crate::calibration::{Calibration, Class, Domain};
use crate::scale::Scale;

/// One row: of a class' factors, of what they hold, of what they speak for, or of the scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kept {
    /// Says what the numbers are: docs/specs/snapshot.md §3.
    pub number: u8,
    /// Samples behind factors; voices behind what they hold and speak for.
    pub n: u32,
    /// Four numbers.
    pub values: [f64; 4],
}

/// Added to a class' number: the shares inside its radii. Source: choice, beyond all classes.
const INSIDE_ROW: u8 = 64;
/// Added to a class' number: its domain. Source: choice, beyond those.
const DOMAIN_ROW: u8 = 96;
/// The number of the row that holds a scale's coefficients. Source: choice, beyond all classes.
const SCALE_ROW: u8 = 128;

impl Calibration {
    /// As numbered rows, to be kept: the classes' factors, what they hold, what they speak for, and last the scale,
    /// whose coefficients stand in place of factors.
    pub fn to_rows(&self) -> Vec<Kept> {
        let [constant, sigma, residual] = self.scale.coefficients;
        let all = || Class::ALL.iter().zip(&self.rows).map(|(class, row)| (*class as u8, row));
        let factors =
            all().map(|(number, row)| Kept { number, n: row.n_samples, values: row.multipliers });
        let inside = all().filter_map(|(number, row)| {
            Some(Kept { number: INSIDE_ROW + number, n: row.n_voices, values: row.inside? })
        });
        let domains = all().filter_map(|(number, row)| {
            let Domain { sigma_m: [from_m, to_m], residual_db: [from_db, to_db] } = row.domain?;
            let values = [from_m, to_m, from_db, to_db];
            Some(Kept { number: DOMAIN_ROW + number, n: row.n_voices, values })
        });
        let scale = Kept { number: SCALE_ROW, n: 0, values: [constant, sigma, residual, 0.0] };
        factors.chain(inside).chain(domains).chain([scale]).collect()
    }

    /// From rows that were kept; what they do not name is as without evidence.
    pub fn from_rows(rows: impl Iterator<Item = Kept>) -> Self {
        let mut calibration = Self::default();
        for row in rows {
            calibration.take(row);
        }
        calibration
    }

    /// Takes one row; nothing of one with a number it does not know.
    fn take(&mut self, Kept { number, n, values }: Kept) {
        let [first, second, third, fourth] = values;
        if number == SCALE_ROW {
            self.scale = Scale { coefficients: [first, second, third] };
            return;
        }
        let class = |from: u8| number.checked_sub(from).and_then(Class::from_number);
        if let Some(class) = Class::from_number(number) {
            let row = &mut self.rows[class as usize];
            (row.n_samples, row.multipliers) = (n, values);
        } else if let Some(class) = class(INSIDE_ROW) {
            let row = &mut self.rows[class as usize];
            (row.n_voices, row.inside) = (n, Some(values));
        } else if let Some(class) = class(DOMAIN_ROW) {
            let row = &mut self.rows[class as usize];
            row.n_voices = n;
            row.domain = Some(Domain { sigma_m: [first, second], residual_db: [third, fourth] });
        }
    }
}
