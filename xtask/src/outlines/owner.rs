//! Whose each polygon is: the source's countries as GENC's.

use anyhow::{Context as _, Result, ensure};
use cairn_ground::Country;
use serde_json::Value;

use super::topology::{Point, Polygon, Topology};

/// What lies on the two sides of an arc: a country's number, or 0 for the sea. The smaller comes first.
pub(super) type Sides = [u8; 2];

/// ISO numbers and what they are here: the source has no two-letter codes.
const NUMBERS: &str = include_str!("numbers.json");

/// Areas without an ISO number, and who is counted to govern them.
const UNNUMBERED: [(&str, Option<&str>); 16] = [
    ("Dhekelia", Some("CY")),
    ("Akrotiri", Some("CY")),
    ("N. Cyprus", Some("CY")),
    ("Cyprus U.N. Buffer Zone", Some("CY")),
    ("Somaliland", Some("SO")),
    ("Kosovo", Some("XK")),
    ("USNB Guantanamo Bay", Some("CU")),
    ("Siachen Glacier", Some("IN")),
    ("Baikonur", Some("KZ")),
    ("Indian Ocean Ter.", Some("CX")),
    ("Coral Sea Is.", Some("AU")),
    ("Spratly Is.", Some("XS")),
    ("Clipperton I.", Some("FR")),
    ("Bajo Nuevo Bank", Some("CO")),
    ("Serranilla Bank", Some("CO")),
    ("Scarborough Reef", None),
];

/// Parts of a country that have a code of their own: whole, part, west, south, east, north in degrees.
#[rustfmt::skip]
const PARTS: [(&str, &str, [f64; 4]); 11] = [
    ("FR", "GF", [-56.0, 1.0, -50.0, 7.0]),
    ("FR", "GP", [-62.0, 15.7, -60.9, 16.6]),
    ("FR", "MQ", [-61.4, 14.2, -60.6, 15.0]),
    ("FR", "RE", [55.0, -22.0, 56.0, -20.5]),
    ("FR", "YT", [44.8, -13.2, 45.5, -12.4]),
    ("NO", "XR", [8.0, 74.0, 36.0, 81.5]),
    ("NO", "XR", [-10.0, 70.5, -7.0, 71.5]),
    ("NO", "BV", [3.0, -55.0, 4.0, -54.0]),
    ("NL", "BQ", [-69.0, 11.5, -62.5, 18.0]),
    ("NZ", "TK", [-173.0, -10.0, -171.0, -8.0]),
    ("CX", "CC", [96.0, -13.0, 98.0, -11.0]),
];

/// Redrawn by hand, to some 200 m: the source's whole numbers leave nothing of it.
const VATICAN: [Point; 7] = [
    (12.4457, 41.9015),
    (12.4480, 41.9045),
    (12.4535, 41.9073),
    (12.4575, 41.9045),
    (12.4583, 41.9012),
    (12.4515, 41.9003),
    (12.4457, 41.9015),
];

/// Gives the Vatican, which is one arc, its form back.
///
/// # Errors
/// The source has it no longer as one arc: then it may not need this.
pub(super) fn redraw_vatican(topology: &mut Topology) -> Result<()> {
    let polygon = topology.polygons.iter().find(|polygon| polygon.name == "Vatican");
    let arcs = &polygon.context("no Vatican")?.arcs;
    ensure!(arcs.len() == 1, "the Vatican has {} arcs", arcs.len());
    let arc = topology.arcs.get_mut(arcs[0]).context("an arc out of range")?;
    ensure!(arc.len() < VATICAN.len(), "the Vatican has a form of its own");
    *arc = VATICAN.to_vec();
    Ok(())
}

/// The sides of each arc; `None` for those inside one country, or no country's.
///
/// # Errors
/// The source has an area these tables do not know, or three countries share an arc.
pub(super) fn sides(topology: &Topology) -> Result<Vec<Option<Sides>>> {
    let numbers: Value = serde_json::from_str(NUMBERS).context("parse numbers.json")?;
    let mut sides: Vec<Vec<u8>> = vec![Vec::new(); topology.arcs.len()];
    for polygon in &topology.polygons {
        let Some(side) = side_of(polygon, &numbers)? else { continue };
        for arc in &polygon.arcs {
            let used = sides.get_mut(*arc).context("an arc out of range")?;
            match used.iter().position(|same| *same == side) {
                Some(index) => drop(used.remove(index)),
                None => used.push(side),
            }
        }
    }
    sides.into_iter().map(two_sides).collect()
}

fn two_sides(mut used: Vec<u8>) -> Result<Option<Sides>> {
    ensure!(used.len() <= 2, "an arc has {} sides", used.len());
    used.sort_unstable();
    Ok(match *used.as_slice() {
        [one] => Some([0, one]),
        [one, two] => Some([one, two]),
        _ => None,
    })
}

/// One more than the country's place in the list of all.
fn side_of(polygon: &Polygon, numbers: &Value) -> Result<Option<u8>> {
    let Some(code) = code_of(polygon, numbers)? else { return Ok(None) };
    let country =
        Country::from_code(code).with_context(|| format!("no country has code {code}"))?;
    Ok(Some(country as u8 + 1))
}

fn code_of<'a>(polygon: &Polygon, numbers: &'a Value) -> Result<Option<&'a str>> {
    let Polygon { number, name, first, .. } = polygon;
    let whole = if let Some(number) = number {
        let code = numbers[format!("{number:03}")].as_str();
        Some(code.with_context(|| format!("{name}: no code for number {number}"))?)
    } else {
        let known = UNNUMBERED.iter().find(|(area, _)| area == name);
        known.with_context(|| format!("{name}: an area without a number"))?.1
    };
    Ok(whole.map(|whole| part_of(whole, *first)))
}

fn part_of(whole: &str, (lng, lat): Point) -> &str {
    let within = |[west, south, east, north]: [f64; 4]| {
        (west..=east).contains(&lng) && (south..=north).contains(&lat)
    };
    let part = PARTS.iter().find(|(of, _, bounds)| *of == whole && within(*bounds));
    part.map_or(whole, |(_, part, _)| *part)
}
