//! Which country am I in: what the radio says, what the cells' codes say, what the address says.

use cairn_ground::{Country, LatLng, countries_of_mcc, country_at};

/// What a cell counts for: shared among the countries of its code, of which there are at most six.
///
/// # Source
/// Ichnaea gives 1/n to each of n countries (peers.md §3.3); 60 keeps the shares whole numbers.
const CELL_SCORE: usize = 60;

/// What the country of an address counts for.
///
/// # Source
/// Ichnaea's score of a position by address, 0.9 of a cell's (peers.md §3.3): it outvotes a code that
/// countries share, and no code that is one country's.
const ADDRESS_SCORE: usize = 54;

/// A country, and what spoke for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryFound {
    /// The country.
    pub country: Country,
    /// Whether only the asker's address spoke for it: what the peers call a fallback.
    pub by_address: bool,
}

/// The country a query comes from; `None` when nothing says.
///
/// A `place` found by Wi-Fi or Bluetooth decides alone, unless it is at sea. Else each cell's code gives
/// 1/n to each of its n countries, the country of the asker's `address` gets 0.9, and the most wins; of
/// equals the one named first, and a code names first whom it is assigned to.
///
/// # Example
/// ```
/// use cairn_answer::country;
/// use cairn_ground::Country;
/// let found = country(&[310], None, Some(Country::GB)).unwrap();
/// assert_eq!((found.country, found.by_address), (Country::GB, true));
/// let found = country(&[235], None, Some(Country::FR)).unwrap();
/// assert_eq!((found.country, found.by_address), (Country::GB, false));
/// ```
pub fn country(
    mccs: &[u16],
    place: Option<LatLng>,
    address: Option<Country>,
) -> Option<CountryFound> {
    let heard = |country| CountryFound { country, by_address: false };
    place.and_then(country_at).map(heard).or_else(|| most_named(mccs, address))
}

fn most_named(mccs: &[u16], address: Option<Country>) -> Option<CountryFound> {
    let mut scores = Scores::default();
    for countries in mccs.iter().map(|mcc| countries_of_mcc(*mcc)) {
        for country in countries {
            scores.add(*country, CELL_SCORE / countries.len());
        }
    }
    let n_by_cells = scores.0.len();
    if let Some(country) = address {
        scores.add(country, ADDRESS_SCORE);
    }
    let (index, country) = scores.first_of_most()?;
    Some(CountryFound { country, by_address: index >= n_by_cells })
}

/// Countries in the order they were named, with what speaks for each.
#[derive(Debug, Default)]
struct Scores(Vec<(Country, usize)>);

impl Scores {
    fn add(&mut self, country: Country, score: usize) {
        match self.0.iter_mut().find(|(named, _)| *named == country) {
            Some((_, sum)) => *sum += score,
            None => self.0.push((country, score)),
        }
    }

    fn first_of_most(&self) -> Option<(usize, Country)> {
        // Of equals `max_by_key` takes the last, which from behind is the first.
        let most = self.0.iter().enumerate().rev().max_by_key(|(_, (_, score))| *score);
        most.map(|(index, (country, _))| (index, *country))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(mccs: &[u16], address: Option<&str>) -> Option<(&'static str, bool)> {
        let found = country(mccs, None, address.and_then(Country::from_code))?;
        Some((found.country.code(), found.by_address))
    }

    #[test]
    fn an_address_alone_answers_and_nothing_at_all_does_not() {
        assert_eq!(found(&[], Some("GB")), Some(("GB", true)));
        assert_eq!(found(&[], None), None);
        assert_eq!(found(&[901, 800], None), None, "codes that are no country's");
        assert_eq!(found(&[901], Some("GB")), Some(("GB", true)));
    }

    #[test]
    fn a_code_of_one_country_decides_against_any_address() {
        assert_eq!(found(&[235], None), Some(("GB", false)));
        assert_eq!(found(&[235], Some("FR")), Some(("GB", false)));
    }

    #[test]
    fn an_address_beats_a_shared_code_that_does_not_name_its_country() {
        assert_eq!(found(&[310], Some("GB")), Some(("GB", true)));
        assert_eq!(found(&[310], Some("PR")), Some(("PR", false)), "it picks one of those named");
        assert_eq!(found(&[234], Some("JE")), Some(("JE", false)));
        assert_eq!(found(&[425], Some("PS")), Some(("XW", false)));
    }

    #[test]
    fn a_shared_code_alone_is_the_country_it_is_assigned_to() {
        assert_eq!(found(&[310], None), Some(("US", false)));
        assert_eq!(found(&[234, 234], None), Some(("GB", false)));
        assert_eq!(found(&[234, 262, 262], None), Some(("DE", false)), "the most cells");
    }

    #[test]
    fn a_place_by_radio_beats_cells_and_address_unless_it_is_at_sea() {
        let at = |lat, lng| LatLng::new(lat, lng).ok();
        let by = |place| country(&[262], place, Some(Country::FR)).map(|one| one.country.code());
        assert_eq!(by(at(52.11, -1.6)), Some("GB"));
        assert_eq!(by(at(0.0, -30.0)), Some("DE"));
    }

    #[test]
    fn no_code_has_more_countries_than_shares_are_whole_for() {
        for n in (0..1_000).map(|mcc| countries_of_mcc(mcc).len()).filter(|n| *n > 0) {
            assert_eq!(CELL_SCORE % n, 0, "{n}");
        }
    }
}
