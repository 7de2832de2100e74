//! Levels of a building, with what speaks for each.

use cairn_ground::Floor;

/// Levels that are told, the likeliest. Source: choice; of the nine of a mall in the evaluation data the other three have
/// .002 together on average.
const TOLD_MAX: usize = 6;

/// Levels that a phone may be on, the likeliest first, with the share of the evidence that speaks for each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Floors {
    floors: [Option<Floor>; TOLD_MAX],
    /// The share of each; 0 of none.
    shares: [f32; TOLD_MAX],
}

impl Floors {
    /// Nothing speaks of a level.
    pub const NONE: Self = Self { floors: [None; TOLD_MAX], shares: [0.0; TOLD_MAX] };

    /// Levels with their shares, the likeliest first; the least likely of too many are left out.
    #[expect(clippy::cast_possible_truncation, reason = "shares between 0 and 1")]
    pub fn of(falling: impl IntoIterator<Item = (Floor, f64)>) -> Self {
        let mut told = Self::NONE;
        let told_of = told.floors.iter_mut().zip(&mut told.shares);
        for ((its_floor, its_share), (floor, share)) in told_of.zip(falling) {
            (*its_floor, *its_share) = (Some(floor), share as f32);
        }
        told
    }

    /// The likeliest one.
    pub fn likeliest(&self) -> Option<(Floor, f32)> {
        self.iter().next()
    }

    /// All that are told.
    pub fn iter(&self) -> impl Iterator<Item = (Floor, f32)> {
        self.floors.iter().zip(self.shares).filter_map(|(floor, share)| Some(((*floor)?, share)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_come_first_and_too_many_are_not_told() {
        let floors = (0..9).map(|level| (Floor::new(level).unwrap(), 0.5_f64.powi(level + 1)));
        let told = Floors::of(floors);
        let levels: Vec<i8> = told.iter().map(|(floor, _)| floor.get()).collect();
        assert_eq!(levels, [0, 1, 2, 3, 4, 5]);
        assert_eq!(told.likeliest(), Some((Floor::new(0).unwrap(), 0.5)));
        assert_eq!((Floors::NONE.likeliest(), Floors::NONE.iter().count()), (None, 0));
    }
}
