//! Tests of places: well-known towns, borders, islands and seas against the codes everybody knows.

use super::*;
use crate::country::segment::Side;

fn at(lat_deg: f64, lng_deg: f64) -> LatLng {
    LatLng::new(lat_deg, lng_deg).unwrap()
}

/// Latitude, longitude, code. Source: the places' own coordinates, as any gazetteer has them.
#[rustfmt::skip]
const TOWNS: &[(f64, f64, &str)] = &[
    // Towns of every continent, the evaluation sets' among them.
    (51.507, -0.128, "GB"), (48.857, 2.352, "FR"), (52.52, 13.405, "DE"), (45.42, -75.70, "CA"),
    (51.893, -8.492, "IE"), (30.27, 120.15, "CN"), (49.45, 11.08, "DE"), (32.10, 35.21, "XW"),
    (32.08, 34.78, "IL"), (36.00, -78.94, "US"), (40.71, -74.0, "US"), (-33.87, 151.2, "AU"),
    (-1.29, 36.82, "KE"), (-23.55, -46.63, "BR"), (35.68, 139.77, "JP"), (28.61, 77.21, "IN"),
    (55.76, 37.62, "RU"), (43.12, 131.89, "RU"), (25.04, 121.56, "TW"), (37.57, 126.98, "KR"),
    (39.03, 125.75, "KP"), (-12.05, -77.04, "PE"), (64.15, -21.94, "IS"), (64.18, -51.69, "GL"),
    (62.01, -6.77, "FO"), (26.16, -10.57, "EH"), (9.56, 44.06, "SO"), (4.85, 31.6, "SS"),
    // City states and enclaves.
    (36.14, -5.35, "GI"), (43.737, 7.423, "MC"), (41.903, 12.453, "VA"), (43.94, 12.45, "SM"),
    (42.507, 1.521, "AD"), (47.14, 9.52, "LI"), (49.61, 6.13, "LU"), (1.35, 103.82, "SG"),
    (22.32, 114.17, "HK"), (22.20, 113.545, "MO"), (-29.31, 27.48, "LS"), (-26.32, 31.14, "SZ"),
    (4.89, 114.94, "BN"), (26.22, 50.58, "BH"), (35.89, 14.51, "MT"), (-8.56, 125.57, "TL"),
    // Disputed, or with a code that ISO does not have.
    (31.90, 35.20, "XW"), (31.50, 34.46, "XW"), (42.66, 21.17, "XK"), (78.22, 15.65, "XR"),
    (60.10, 19.94, "FI"), (35.19, 33.36, "CY"), (35.34, 33.32, "CY"), (45.96, 63.31, "KZ"),
    // Borders: towns on both sides.
    (47.70, 9.17, "DE"), (47.641, 9.19, "CH"), (47.5, 9.74, "AT"), (48.58, 7.75, "FR"),
    (48.573, 7.84, "DE"), (47.557, 7.59, "CH"), (32.53, -117.03, "MX"), (32.56, -117.05, "US"),
    (42.31, -83.04, "CA"), (42.35, -83.05, "US"), (22.60, 114.06, "CN"), (52.35, 14.60, "PL"),
    (-4.32, 15.31, "CD"), (-4.25, 15.28, "CG"), (54.18, 7.89, "DE"), (55.0, -7.32, "GB"),
    // Islands and overseas departments.
    (49.19, -2.11, "JE"), (49.46, -2.57, "GG"), (54.15, -4.48, "IM"), (18.45, -66.1, "PR"),
    (13.45, 144.75, "GU"), (21.31, -157.86, "US"), (61.22, -149.9, "US"), (28.12, -15.43, "ES"),
    (37.74, -25.67, "PT"), (4.92, -52.31, "GF"), (16.05, -61.65, "GP"), (14.62, -61.03, "MQ"),
    (-21.0, 55.4, "RE"), (-12.8, 45.16, "YT"), (12.15, -68.27, "BQ"), (12.15, -68.9, "CW"),
    (18.08, -63.08, "MF"), (18.03, -63.05, "SX"), (-22.26, 166.46, "NC"), (-17.68, -149.4, "PF"),
    (-10.49, 105.63, "CX"), (-29.03, 167.95, "NF"), (32.3, -64.78, "BM"), (-51.69, -57.9, "FK"),
    // Where east meets west.
    (-18.12, 178.43, "FJ"), (-16.8, 179.97, "FJ"), (-16.85, -179.96, "FJ"), (66.0, 179.5, "RU"),
    (66.2, -179.0, "RU"), (66.0, 180.0, "RU"), (66.0, -180.0, "RU"), (64.5, -165.4, "US"),
    (-89.9, 12.0, "AQ"), (-77.50, 161.00, "AQ"), (-90.0, 180.0, "AQ"),
];

#[test]
fn well_known_places_are_in_their_countries() {
    let wrong: Vec<_> = TOWNS
        .iter()
        .map(|(lat, lng, code)| (*lat, *lng, *code, country_at(at(*lat, *lng)).map(Country::code)))
        .filter(|(.., code, found)| *found != Some(code))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_open_sea_is_nobodys_and_no_land_is_near() {
    let seas = [
        (0.0, 0.0),
        (0.0, -30.0),
        (40.0, -40.0),
        (-40.0, 90.0),
        (30.0, -150.0),
        (-20.0, 180.0),
        (-50.0, -120.0),
        (89.9, 0.0),
        (90.0, 0.0),
        (90.0, -180.0),
        (12.0, 65.0),
        (56.5, 3.5),
    ];
    for (lat, lng) in seas {
        assert_eq!(country_at(at(lat, lng)), None, "{lat} {lng}");
        assert!(!is_near_land(at(lat, lng)), "{lat} {lng}");
    }
}

#[test]
fn a_boat_off_a_coast_is_near_land_until_thirty_kilometres() {
    // Due west of the straight coast of the Landes; a degree of longitude is 79.7 km there.
    let coast = (0..2_000).map(|n| f64::from(n).mul_add(-0.001, -1.0));
    let coast = coast.map(|lng| at(44.3, lng)).find(|place| inside(*place).is_none()).unwrap();
    let off = |km: f64| at(44.3, coast.lng_deg() - km / 79.7);
    assert!(is_near_land(off(0.5)) && is_near_land(off(25.0)));
    assert!(!is_near_land(off(32.0)));
    assert_eq!(country_at(off(4.0)), Some(Country::FR), "a harbour");
    assert_eq!(country_at(off(6.0)), None);
}

#[test]
fn the_nearest_land_names_a_place_at_sea_between_two_countries() {
    assert_eq!(country_at(at(51.12, 1.36)), Some(Country::GB), "off Dover");
    assert_eq!(country_at(at(50.97, 1.80)), Some(Country::FR), "off Calais");
    assert_eq!(country_at(at(-16.9, 180.0)), Some(Country::FJ));
}

#[test]
fn a_network_is_heard_at_home_and_a_hundred_kilometres_beyond() {
    assert!(could_be_heard_in(234, at(52.0, -1.6)) && could_be_heard_in(235, at(52.0, -1.6)));
    assert!(!could_be_heard_in(262, at(52.02, -1.555)), "a German code in Oxfordshire");
    assert!(could_be_heard_in(262, at(48.58, 7.75)), "from Kehl over the Rhine");
    assert!(could_be_heard_in(234, at(50.95, 1.85)), "from Dover over the Channel");
    assert!(!could_be_heard_in(234, at(48.86, 2.35)), "a British code in Paris");
    assert!(could_be_heard_in(310, at(13.45, 144.75)), "Guam shares the code");
    assert!(!could_be_heard_in(310, at(51.5, -0.1)));
    assert!(could_be_heard_in(208, at(56.5, 3.5)) == could_be_heard_in(302, at(56.5, 3.5)));
}

#[test]
fn codes_that_are_nobodys_and_places_that_are_everybodys_pass() {
    for mcc in [901, 0, 299, 999] {
        assert!(could_be_heard_in(mcc, at(52.0, -1.6)) && could_be_heard_in(mcc, at(0.0, -30.0)));
    }
    assert!(could_be_heard_in(730, at(-77.85, 166.67)), "a base of any country");
    assert!(could_be_heard_in(250, at(44.95, 34.1)) && could_be_heard_in(255, at(44.95, 34.1)));
    assert!(could_be_heard_in(286, at(35.34, 33.32)) && could_be_heard_in(280, at(35.34, 33.32)));
}

#[test]
fn every_country_of_a_network_code_has_an_outline() {
    let mut missing = Vec::new();
    let drawn: std::collections::BTreeSet<Side> = (-90..90)
        .flat_map(|row| (-180..180).map(move |column| Square { row, column }))
        .flat_map(|square| match square.drawn() {
            Drawn::Whole(side) => vec![side],
            Drawn::Pieces(pieces) => pieces.flat_map(|segment| segment.sides).collect(),
        })
        .collect();
    let drawn: Vec<Country> = drawn.into_iter().filter_map(Side::country).collect();
    for country in (0..1_000).flat_map(countries_of_mcc) {
        if !drawn.contains(country) {
            missing.push(country.code());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}
