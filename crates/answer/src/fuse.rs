//! Which of several answers is given: each is weighed by the radius it claims and by what stands behind it.

use crate::outcome::{Found, Method};
use cairn_ground::{Geodesic, LatLng, Radii};

/// How many times tighter a stranger's answer must be to replace ours from cells.
/// Source: a factor of two in R95 is more than two vendors' ways of stating one radius differ (1.6 between
/// 68 % and 95 %), so that a stranger does not win by claiming less confidence.
const CLEARLY_TIGHTER: f64 = 2.0;

/// A place with its radii that is not from our own transmitters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// Where.
    pub place: LatLng,
    /// How sure.
    pub radii: Radii,
}

/// What another service told, which heard of the transmitters and not of the address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// Where and how sure, by its own claim.
    pub guess: Guess,
    /// Whether it says that it only knew the area of a cell.
    pub is_area: bool,
}

/// What there is to choose from. What a query forbids is not in here.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sources {
    /// From the transmitters heard.
    pub radio: Option<Found>,
    /// From the areas of the cells heard.
    pub area: Option<Guess>,
    /// From the asker's address.
    pub ip: Option<Guess>,
    /// From another service.
    pub external: Option<Told>,
}

/// The answer that is given, by what it is from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// From the transmitters heard.
    Radio(Found),
    /// From the areas of the cells heard.
    Area(Guess),
    /// From the asker's address.
    Ip(Guess),
    /// From another service.
    External(Told),
}

/// The answer to give; pure.
///
/// 1. Ours from Wi-Fi or Bluetooth stands, always.
/// 2. Ours from cells stands, unless another service agrees and is clearly tighter.
/// 3. The area of a cell stands, unless another service agrees and is tighter, or else the address
///    agrees and is tighter.
/// 4. Another service stands: it was told radio evidence.
/// 5. The address is what is left.
///
/// Two answers agree when their circles of 95 % meet. So an address that says another town never
/// overrules what a phone hears, however narrow it claims to be.
pub fn choose(from: &Sources) -> Option<Choice> {
    let external = from.external;
    if let Some(found) = from.radio {
        let ours = Guess { place: found.place, radii: found.radii };
        let may_yield = found.method == Method::Cell;
        let is_better = |told: &Told| may_yield && sharpens(&told.guess, &ours, CLEARLY_TIGHTER);
        return Some(external.filter(is_better).map_or(Choice::Radio(found), Choice::External));
    }
    if let Some(area) = from.area {
        let tighter = |other: &Guess| sharpens(other, &area, 1.0);
        let external = external.filter(|told| tighter(&told.guess)).map(Choice::External);
        let ip = || from.ip.filter(tighter).map(Choice::Ip);
        return external.or_else(ip).or(Some(Choice::Area(area)));
    }
    external.map(Choice::External).or_else(|| from.ip.map(Choice::Ip))
}

/// True when `other` agrees with `ours` and is more than `times` tighter.
fn sharpens(other: &Guess, ours: &Guess, times: f64) -> bool {
    let (theirs_m, ours_m) = (other.radii.r95_m(), ours.radii.r95_m());
    let apart_m = Geodesic.distance_m(other.place, ours.place);
    theirs_m * times < ours_m && apart_m <= theirs_m + ours_m
}

impl Choice {
    /// The word for it in metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Radio(found) => found.method.name(),
            Self::Area(_) => "area",
            Self::Ip(_) => "ip",
            Self::External(_) => "external",
        }
    }

    /// True where no measure stands behind its radii, and the answer is ours.
    pub const fn is_extrapolated(&self) -> bool {
        matches!(self, Self::Radio(found) if found.extrapolated)
    }

    /// Where and how sure.
    pub const fn guess(&self) -> Guess {
        match self {
            Self::Radio(found) => Guess { place: found.place, radii: found.radii },
            Self::Area(guess) | Self::Ip(guess) => *guess,
            Self::External(told) => told.guess,
        }
    }

    /// The wire's word for what was fallen back to.
    ///
    /// An address is no fallback for a query that had nothing else to go by: `asked_by_radio` says
    /// whether it held a cell, or two networks of one kind.
    pub const fn fallback(&self, asked_by_radio: bool) -> Option<&'static str> {
        match self {
            Self::Area(_) | Self::External(Told { is_area: true, .. }) => Some("lacf"),
            Self::Ip(_) if asked_by_radio => Some("ipf"),
            Self::Radio(_) | Self::Ip(_) | Self::External(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floors::Floors;

    fn place(lat_deg: f64) -> LatLng {
        LatLng::new(lat_deg, -1.465).unwrap()
    }

    /// A guess `r95_m` wide; a degree of latitude is 111 km.
    fn guess(lat_deg: f64, r95_m: f64) -> Guess {
        Guess {
            place: place(lat_deg),
            radii: Radii::rising([r95_m / 2.0, r95_m / 1.6, r95_m, r95_m]),
        }
    }

    fn told(lat_deg: f64, r95_m: f64) -> Told {
        Told { guess: guess(lat_deg, r95_m), is_area: false }
    }

    fn found(method: Method, lat_deg: f64, r95_m: f64) -> Found {
        let Guess { place, radii } = guess(lat_deg, r95_m);
        let (floors, height) = (Floors::NONE, None);
        Found { place, radii, extrapolated: true, floors, height, method, n_known: 2, n_used: 2 }
    }

    #[test]
    fn fresh_radio_evidence_is_never_overruled_by_a_far_address() {
        let far = Some(guess(51.5142, 5_000.0));
        for method in Method::ALL {
            let ours = found(method, 51.6, 9_000.0);
            let choice = choose(&Sources { radio: Some(ours), ip: far, ..Sources::default() });
            assert_eq!(choice, Some(Choice::Radio(ours)));
            assert_eq!(choice.unwrap().fallback(true), None);
        }
    }

    #[test]
    fn another_service_replaces_cells_only_when_it_agrees_and_is_twice_as_tight() {
        let choice = |method, external| {
            let radio = Some(found(method, 51.6, 3_000.0));
            choose(&Sources { radio, external: Some(external), ..Sources::default() })
                .unwrap()
                .name()
        };
        assert_eq!(choice(Method::Cell, told(51.61, 100.0)), "external");
        assert_eq!(choice(Method::Cell, told(51.61, 1_600.0)), "cell", "not twice as tight");
        assert_eq!(choice(Method::Cell, told(51.7, 100.0)), "cell", "11 km off");
        assert_eq!(choice(Method::Wifi, told(51.6, 10.0)), "wifi");
        let ours = Choice::Radio(found(Method::Wifi, 51.6, 20.0));
        assert!(ours.is_extrapolated() && !Choice::External(told(51.6, 10.0)).is_extrapolated());
    }

    #[test]
    fn of_an_area_and_an_address_that_agree_the_tighter_is_kept() {
        let choice = |ip| {
            let area = Some(guess(51.6, 20_000.0));
            choose(&Sources { area, ip: Some(ip), ..Sources::default() }).unwrap()
        };
        assert_eq!(choice(guess(51.7, 10_000.0)).fallback(true), Some("ipf"));
        assert_eq!(choice(guess(51.7, 50_000.0)).fallback(true), Some("lacf"));
        assert_eq!(choice(guess(53.0, 5_000.0)).fallback(true), Some("lacf"), "they contradict");
    }

    #[test]
    fn another_service_beats_the_address_but_not_an_area_it_contradicts() {
        let external = Some(told(51.6, 300.0));
        let ip = Some(guess(53.0, 50.0));
        let none = Sources::default();
        assert_eq!(choose(&Sources { ip, external, ..none }).unwrap().name(), "external");
        let area = Some(guess(55.0, 20_000.0));
        assert_eq!(choose(&Sources { area, external, ..none }).unwrap().name(), "area");
        let area = Some(guess(51.7, 20_000.0));
        let all = Sources { radio: None, area, ip, external };
        let choice = choose(&all).unwrap();
        assert_eq!((choice.name(), choice.fallback(true)), ("external", None));
        let area = external.map(|told| Told { is_area: true, ..told });
        let choice = choose(&Sources { external: area, ..all }).unwrap();
        assert_eq!(choice.fallback(true), Some("lacf"));
    }

    #[test]
    fn an_address_is_no_fallback_when_nothing_else_was_asked_by() {
        let ip = guess(51.5142, 50_000.0);
        let choice = choose(&Sources { ip: Some(ip), ..Sources::default() }).unwrap();
        assert_eq!((choice.fallback(true), choice.fallback(false)), (Some("ipf"), None));
        assert_eq!(choice.guess(), ip);
        assert_eq!(choose(&Sources::default()), None);
    }
}
